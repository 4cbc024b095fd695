import type { FirstUseFact } from '#shared/inventory/fact.ts';
import type { ReadyStretch } from '#shared/inventory/ready-state.ts';
import type { Span } from '#shared/inventory/timeline.ts';
import type { Instant } from '#shared/time/local-date.ts';
import { touchesUtcMonth, utcMonths } from '#shared/time/period.ts';
import type { FoldedUsage } from '#shared/usage/folded-usage.ts';
import type { UsageKey } from '#shared/usage/usage-key.ts';
import { type OwnerView, ownedAt } from './classify-usage.ts';

/**
 * When a subscription was used through an identifier in a stretch of time: the starts of its records of more than nothing. What lies behind its
 * payer's back-billing limit is not looked at.
 */
export function usesIn(
  { from, until }: Pick<ReadyStretch, 'from' | 'until'>,
  subscription: string,
  usage: FoldedUsage,
  owners: readonly Span<string>[],
  viewOf: (owner: string) => OwnerView,
): Instant[] {
  const found: Instant[] = [];
  for (let row = 0; row < usage.length; row++) {
    if (!isUse(usage, row)) continue;
    const { startPrecision } = usage.keys[usage.keyIndex[row] as number] as UsageKey;
    const owned = ownedAt(usage.startedAt[row] as number, startPrecision, owners, viewOf);
    if (owned === undefined || owned.view.history.subscription !== subscription) continue;
    const { at, view } = owned;
    if (from <= at && at < until && at >= view.frozenUntil) found.push(at);
  }
  return found;
}

function isUse({ bytes, seconds, count }: FoldedUsage, row: number): boolean {
  return bytes[row] !== 0 || seconds[row] !== 0 || count[row] !== 0;
}

/** Usage of a local day may be kept in the UTC month beside its own. */
const SLACK = 86_400;

/**
 * UTC months whose usage can move the first use in a stretch when that of some months has changed: of `changed` none after the month of the first
 * that is known, and all of that if any. Nearly every subscription that was ever ready has none.
 */
export function decidingMonths(stretch: ReadyStretch, changed: readonly string[]): string[] {
  const [first] = stretch.uses;
  const last = (first ?? stretch.until) + SLACK;
  const deciding = changed.filter((month) => touchesUtcMonth(month, stretch.from - SLACK, last));
  return [
    ...new Set([...deciding, ...(deciding.some((month) => isOf(first, month)) ? monthsAbout(first) : [])]),
  ].sort();
}

/** Whether the first use that is known is not there any more, once the months that decide were read. */
export function isFirstGone({ uses: [first] }: ReadyStretch, months: readonly string[], found: readonly Instant[]) {
  return first !== undefined && months.some((month) => isOf(first, month)) && !found.includes(first);
}

function isOf(use: Instant | undefined, month: string): boolean {
  return monthsAbout(use).includes(month);
}

/** Months a record that starts then may be kept in. */
function monthsAbout(use: Instant | undefined): string[] {
  return use === undefined ? [] : utcMonths(use - SLACK, use + SLACK);
}

/**
 * What is to be recorded so that the first use in a stretch is that of `found`, all its uses up to the first that is known, or (`isAll`) all of them:
 * what is not there any more is taken back.
 */
export function newFirstUses(
  subscription: string,
  { uses }: ReadyStretch,
  found: readonly Instant[],
  isAll: boolean,
): FirstUseFact[] {
  const fact = (effectiveFrom: Instant, used: boolean) =>
    ({ kind: 'firstUse', subscription, effectiveFrom, used }) as const;
  const there = new Set(found);
  const gone = isAll ? uses.filter((use) => !there.has(use)) : [];
  const left = uses.find((use) => !gone.includes(use));
  const first = found.reduce((least, use) => Math.min(least, use), Number.POSITIVE_INFINITY);
  const isNew = first < (left ?? Number.POSITIVE_INFINITY);
  return [...gone.map((use) => fact(use, false)), ...(isNew ? [fact(first, true)] : [])];
}
