import { amount } from '#shared/money/amount.ts';
import { type TimeZone, zoneAt } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import type { Service } from '#shared/usage/usage-key.ts';
import { amountUnitOf } from '#shared/usage/usage-key-text.ts';
import { dayAt } from './day-table.ts';
import { isSplitBy, judge, momentAt } from './judge-usage.ts';
import { lateRows } from './late-usage.ts';
import type { Segment } from './segments.ts';
import type { OwnedUsage, UsageScope } from './usage-scope.ts';

/** One usage record as it is charged: a row of the itemised usage beside an invoice. Quantities as the record said them. */
export interface ItemisedUsage {
  readonly businessUnit: string;
  readonly period: number;
  readonly startedAt: number;
  /** The time zone its day goes by, by whose clock it was priced; absent = that of its account, which never had another. */
  readonly timeZone?: TimeZone;
  readonly service: Service;
  readonly direction: string;
  readonly network: string;
  readonly zone: string;
  readonly apn: string;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly bytesUnsplit: number;
  readonly seconds: number;
  readonly count: number;
  readonly charge: string;
  /** What its carrier charges for it, decimal text, and in which currency, where a percentage of that is what is charged; else not there. */
  readonly carrierCharge?: { readonly amount: string; readonly currency: string };
}

/** The records of a subscription that a payer is charged for, by time: the same decisions as measuring makes, one record at a time. */
export function itemiseUsage(
  scope: UsageScope,
  segments: readonly Segment[],
  owned: readonly OwnedUsage[],
): ItemisedUsage[] {
  const rows = owned.flatMap((each) => itemsOf(scope, segments, each));
  return rows.sort((a, b) => a.startedAt - b.startedAt);
}

function itemsOf(scope: UsageScope, segments: readonly Segment[], { usage, owned }: OwnedUsage): ItemisedUsage[] {
  const { payer, late, usageCutOff } = scope;
  const { days } = late ?? scope;
  const lateIn = late && lateRows(scope, late, segments, usage);
  const rows: ItemisedUsage[] = [];
  for (let i = 0; i < usage.length; i++) {
    const key = usage.keys[usage.keyIndex[i] as number];
    if (key === undefined) continue;
    const said = usage.startedAt[i] as number;
    const day = key.startPrecision === 'instant' ? dayAt(days.starts, said) : (days.dayOfUtcMidnight.get(said) ?? -1);
    const at = key.startPrecision === 'instant' ? said : (days.starts[day] ?? 0);
    if (day < 0 || at >= usageCutOff || !owned.some((span) => span.from <= at && at < span.until)) continue;
    const segment = segments.find((each) => each.from <= at && at < each.until);
    if (segment === undefined || segment.payer !== payer) continue;
    const isSplit = isSplitBy(key, days.periods[days.periodOfDay[day] as number] as Period);
    const verdict = judge(segment, key, momentAt(segment, at), isSplit);
    const period = lateIn?.(i) ?? ownPeriod(scope, at);
    if (verdict.outcome !== 'charge' || period < 0) continue;
    rows.push({
      businessUnit: segment.businessUnit,
      period,
      startedAt: at,
      ...(typeof days.zone !== 'string' && { timeZone: zoneAt(at, days.zone) }),
      service: key.service,
      direction: key.direction,
      network: key.network,
      zone: verdict.terms.zoneNames.get(verdict.zone) ?? verdict.zone,
      apn: key.apn,
      bytesUp: usage.bytesUp[i] as number,
      bytesDown: usage.bytesDown[i] as number,
      bytesUnsplit: usage.bytesUnsplit[i] as number,
      seconds: usage.seconds[i] as number,
      count: usage.count[i] as number,
      charge: verdict.charge.name,
      ...(verdict.charge.measure === 'amount' && {
        carrierCharge: carrierCharge(usage.amount[i] as number, key.amountUnit),
      }),
    });
  }
  return rows;
}

function carrierCharge(quantity: number, unit: string) {
  const { currency, decimals } = amountUnitOf(unit);
  return { amount: amount(quantity).div(amount(10).pow(decimals)).toFixed(), currency };
}

function ownPeriod({ days }: UsageScope, at: number): number {
  const day = dayAt(days.starts, at);
  return day < 0 ? -1 : (days.periodOfDay[day] as number);
}
