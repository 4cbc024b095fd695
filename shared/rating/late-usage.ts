import type { Catalog } from '#shared/catalog/catalog.ts';
import type { Instant } from '#shared/time/local-date.ts';
import type { FoldedUsage } from '#shared/usage/folded-usage.ts';
import { pickedRows } from '#shared/usage/picked-rows.ts';
import type { UsageKey } from '#shared/usage/usage-key.ts';
import { type DayTable, dayAt } from './day-table.ts';
import type { PlanBook } from './plan-terms.ts';
import type { Segment } from './segments.ts';
import type { BilledUpTo, LateScope, OwnedUsage, UsageScope } from './usage-scope.ts';

/** Whether any plan counts late usage in the period that is open when it comes. */
export function countsLateAsCurrent(plans: PlanBook): boolean {
  return [...plans.values()].some((versions) => versions.some(({ version }) => version.late === 'current'));
}

/** Whether any plan of a catalogue does. */
export function countsLateSomewhere({ plans }: Pick<Catalog, 'plans'>): boolean {
  return plans.some(({ versions }) => versions.some(({ late }) => late === 'current'));
}

/**
 * From when usage counts that was loaded at a position and whose plan counts late usage in the period that is open then: from its start, or where its
 * own period had been billed by then, from where that ended; nothing when its period was frozen already. `until`: the end of its period.
 */
export function countsFrom(
  billed: readonly BilledUpTo[],
  { at, until }: { readonly at: Instant; readonly until: Instant },
  loadedAt: number,
): Instant | undefined {
  const last = billed.findLast(({ position }) => position < loadedAt);
  if (last === undefined || until > last.until) return at;
  return at < last.frozenUntil ? undefined : last.until;
}

/**
 * Place of the period in which usage of an instant counts that was loaded at a position: the first that had not been billed then. −1 = in none
 * of these periods, or its own was frozen already; nothing when it is not late.
 */
function countedIn(
  { billed, days: own }: LateScope,
  days: DayTable,
  at: Instant,
  loadedAt: number,
): number | undefined {
  const day = dayAt(own.starts, at);
  if (day < 0) return undefined;
  const until = own.starts[own.firstDay[(own.periodOfDay[day] as number) + 1] as number] as number;
  const from = countsFrom(billed, { at, until }, loadedAt);
  if (from === at) return undefined;
  const open = from === undefined ? -1 : dayAt(days.starts, from);
  return open < 0 ? -1 : (days.periodOfDay[open] as number);
}

/** Says of the rows of an identifier's usage where they count, by their places among the segments of its owner: as `countedIn`. */
export function lateRows(
  { payer, days }: UsageScope,
  late: LateScope,
  segments: readonly Segment[],
  usage: FoldedUsage,
): ((row: number) => number | undefined) | undefined {
  const first = late.billed[0];
  if (first === undefined || usage.lastLoadedAt <= first.position) return undefined;
  if (!segments.some((each) => each.payer === payer && each.terms?.version.late === 'current')) return undefined;
  const { loadedAt, startedAt, keyIndex, keys } = usage;
  return (row) => {
    if ((loadedAt[row] as number) <= first.position) return undefined;
    const said = startedAt[row] as number;
    const isDated = (keys[keyIndex[row] as number] as UsageKey).startPrecision !== 'instant';
    const at = isDated ? (late.days.starts[late.days.dayOfUtcMidnight.get(said) ?? -1] ?? -1) : said;
    const segment = segments.find((each) => each.from <= at && at < each.until);
    if (segment?.payer !== payer || segment.terms?.version.late !== 'current') return undefined;
    return countedIn(late, days, at, loadedAt[row] as number);
  };
}

/** Usage of identifiers, with what counts in a later period than its own apart: by the place of that period. */
export interface SplitUsage {
  readonly onTime: readonly OwnedUsage[];
  readonly late: readonly { readonly place: number; readonly of: OwnedUsage }[];
}

/** Takes late usage that counts in another period out of the rest. What counts in none of the scope's periods is in neither. */
export function splitLate(
  scope: UsageScope,
  late: LateScope,
  segments: readonly Segment[],
  owned: readonly OwnedUsage[],
): SplitUsage {
  const onTime: OwnedUsage[] = [];
  const apart: SplitUsage['late'][number][] = [];
  for (const each of owned) {
    const placeOf = lateRows(scope, late, segments, each.usage);
    const places = placeOf && Array.from({ length: each.usage.length }, (_, row) => placeOf(row));
    if (places === undefined || places.every((place) => place === undefined)) {
      onTime.push(each);
      continue;
    }
    const rowsOf = (wanted: number | undefined) => ({
      usage: pickedRows(
        each.usage,
        [...places.keys()].filter((row) => places[row] === wanted),
      ),
      owned: each.owned,
    });
    onTime.push(rowsOf(undefined));
    for (const place of new Set(places))
      if (place !== undefined && place >= 0) apart.push({ place, of: rowsOf(place) });
  }
  return { onTime, late: apart };
}
