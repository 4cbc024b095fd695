import type { SubscriptionHistory } from '#shared/inventory/subscription-history.ts';
import type { Span } from '#shared/inventory/timeline.ts';
import { type Instant, isoInstant, localDateOf, startOfDay, type TimeZones } from '#shared/time/local-date.ts';
import { type BillingDays, periodOf } from '#shared/time/period.ts';
import type { FoldedUsage, UsageTotals } from '#shared/usage/folded-usage.ts';
import type { StartPrecision, UsageKey } from '#shared/usage/usage-key.ts';
import { isSplitBy, judge, momentAt } from './judge-usage.ts';
import type { SuspenseReason } from './match-charge.ts';
import type { Segment } from './segments.ts';

/** Records and units, being counted. */
export interface RunningTotals {
  records: number;
  bytes: number;
  seconds: number;
  count: number;
}

/** What is known of the owner of some usage: its life as each of its sellers sees it, cut into segments. */
export interface OwnerView {
  readonly history: SubscriptionHistory;
  readonly segments: readonly Segment[];
  /** Usage before this instant is frozen: its period was posted longer ago than the back-billing limit. */
  readonly frozenUntil: Instant;
  /** Time zone of its payer: an aggregate that names a day means that day there. */
  readonly zone: TimeZones;
  /** Days of the month its payer's periods begin on. */
  readonly billingDay: BillingDays;
}

/** Where one record belongs: charged to a payer, free, or suspended by a reason. `at` is its start as the payer's time zone has it. */
export interface ClassifiedRecord {
  readonly row: number;
  readonly verdict: 'charge' | 'free' | SuspenseReason;
  /** Who pays, '' when nobody is known to. */
  readonly payer: string;
  readonly at: Instant;
  /** Whether its plan counts late usage in the period that is open when it comes. */
  readonly countsLate: boolean;
}

/**
 * Puts every record of an identifier in its place: charged, free, or suspended by a reason. Together with the duplicates the fold left out
 * they are all that was accepted: nothing is lost.
 */
export function* classifyRecords(
  usage: FoldedUsage,
  owners: readonly Span<string>[],
  viewOf: (subscription: string) => OwnerView,
): Generator<ClassifiedRecord> {
  for (let row = 0; row < usage.length; row++) {
    const said = usage.startedAt[row] as number;
    const key = usage.keys[usage.keyIndex[row] as number] as UsageKey;
    const owned = ownedAt(said, key.startPrecision, owners, viewOf);
    if (owned === undefined) {
      yield { row, verdict: 'UNKNOWN_SUBSCRIBER', payer: '', at: said, countsLate: false };
      continue;
    }
    const { at, view } = owned;
    const { segments, frozenUntil } = view;
    const segment = segments.find((each) => each.from <= at && at < each.until);
    if (segment === undefined || segment.payer === '') {
      yield { row, verdict: 'NO_ASSIGNMENT', payer: '', at, countsLate: false };
      continue;
    }
    const { payer, terms } = segment;
    const countsLate = terms?.version.late === 'current';
    if (at < frozenUntil) yield { row, verdict: 'FROZEN', payer, at, countsLate };
    else {
      const match = judge(segment, key, momentAt(segment, at), isSplitIn(view, key, at));
      const verdict = match.outcome === 'suspended' ? match.reason : match.outcome;
      yield { row, verdict, payer, at, countsLate };
    }
  }
}

function isSplitIn({ zone, billingDay }: OwnerView, key: UsageKey, at: Instant): boolean {
  return key.startPrecision === 'month' && isSplitBy(key, periodOf(localDateOf(at, zone), billingDay));
}

/** No local day begins further than this from its date's first second in UTC. */
const FARTHEST_ZONE = 15 * 3600;

/** Who has the identifier as the record starts, which for a dated aggregate is local midnight of who would pay for it. */
export function ownedAt(
  said: Instant,
  precision: StartPrecision,
  owners: readonly Span<string>[],
  viewOf: (subscription: string) => OwnerView,
): { at: Instant; view: OwnerView } | undefined {
  const slack = precision === 'instant' ? 0 : FARTHEST_ZONE;
  for (const span of owners) {
    if (span.value === '' || span.from > said + slack || said - slack >= span.until) continue;
    const view = viewOf(span.value);
    const at = precision === 'instant' ? said : startOfDay(isoInstant(said).slice(0, 10), view.zone);
    if (span.from <= at && at < span.until) return { at, view };
  }
  return undefined;
}

/** Adds a record of folded usage to running totals. */
export function addRecord(totals: RunningTotals, usage: FoldedUsage, row: number): void {
  totals.records++;
  totals.bytes += usage.bytes[row] as number;
  totals.seconds += usage.seconds[row] as number;
  totals.count += usage.count[row] as number;
}

/** What of an identifier's usage is suspended, by reason. */
export function suspendedUsage(
  usage: FoldedUsage,
  owners: readonly Span<string>[],
  viewOf: (subscription: string) => OwnerView,
): Partial<Record<SuspenseReason, UsageTotals>> {
  const suspended: Partial<Record<SuspenseReason, RunningTotals>> = {};
  for (const { row, verdict } of classifyRecords(usage, owners, viewOf)) {
    if (verdict === 'charge' || verdict === 'free') continue;
    addRecord((suspended[verdict] ??= { records: 0, bytes: 0, seconds: 0, count: 0 }), usage, row);
  }
  return suspended;
}
