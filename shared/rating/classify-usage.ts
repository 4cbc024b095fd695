import type { SubscriptionHistory } from '#shared/inventory/subscription-history.ts';
import type { Span } from '#shared/inventory/timeline.ts';
import { type Instant, isoInstant, startOfDay, type TimeZone } from '#shared/time/local-date.ts';
import type { FoldedUsage, UsageTotals } from '#shared/usage/folded-usage.ts';
import type { SuspenseReason } from './match-charge.ts';
import { judge, type RunningTotals } from './measure-usage.ts';
import type { Segment } from './segments.ts';

/** What is known of the owner of some usage: its life as each of its sellers sees it, cut into segments. */
export interface OwnerView {
  readonly history: SubscriptionHistory;
  readonly segments: readonly Segment[];
  /** Usage before this instant is frozen: its period was posted longer ago than the back-billing limit. */
  readonly frozenUntil: Instant;
  /** Time zone of its payer: an aggregate that names a day means that day there. */
  readonly zone: TimeZone;
}

/** What the fold says of an identifier's usage: records and units charged, free, or suspended by reason. */
export interface ClassifiedUsage {
  readonly charged: UsageTotals;
  readonly free: UsageTotals;
  readonly suspended: Readonly<Partial<Record<SuspenseReason, UsageTotals>>>;
  readonly duplicates: UsageTotals;
}

/**
 * Puts every record of an identifier in its place: charged, free, or suspended by a reason. Together with the duplicates the fold left out
 * they are all that was accepted: nothing is lost.
 */
export function classifyUsage(
  usage: FoldedUsage,
  owners: readonly Span<string>[],
  viewOf: (subscription: string) => OwnerView,
): ClassifiedUsage {
  const charged = none();
  const free = none();
  const suspended: Partial<Record<SuspenseReason, RunningTotals>> = {};
  for (let i = 0; i < usage.length; i++) {
    const verdict = verdictOf(usage, i, owners, viewOf);
    const totals = verdict === 'charge' ? charged : verdict === 'free' ? free : (suspended[verdict] ??= none());
    totals.records++;
    totals.bytes += (usage.bytesUp[i] as number) + (usage.bytesDown[i] as number) + (usage.bytesUnsplit[i] as number);
    totals.seconds += usage.seconds[i] as number;
    totals.count += usage.count[i] as number;
  }
  return { charged, free, suspended, duplicates: usage.duplicates };
}

function verdictOf(
  usage: FoldedUsage,
  i: number,
  owners: readonly Span<string>[],
  viewOf: (subscription: string) => OwnerView,
): 'charge' | 'free' | SuspenseReason {
  const said = usage.startedAt[i] as number;
  const key = usage.keys[usage.keyIndex[i] as number];
  const owner = owners.find((span) => span.from <= said && said < span.until)?.value ?? '';
  if (owner === '' || key === undefined) return 'UNKNOWN_SUBSCRIBER';
  const { segments, frozenUntil, zone } = viewOf(owner);
  const at = key.startPrecision === 'instant' ? said : startOfDay(isoInstant(said).slice(0, 10), zone);
  const segment = segments.find((each) => each.from <= at && at < each.until);
  if (segment === undefined || segment.payer === '') return 'NO_ASSIGNMENT';
  if (at < frozenUntil) return 'FROZEN';
  const verdict = judge(segment, key);
  return verdict.outcome === 'suspended' ? verdict.reason : verdict.outcome;
}

function none(): RunningTotals {
  return { records: 0, bytes: 0, seconds: 0, count: 0 };
}
