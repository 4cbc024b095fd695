import type { Activation } from '#shared/inventory/ready-state.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import type { ChargeUsage } from './charge-usage.ts';
import { type DayTable, dayAt } from './day-table.ts';
import { type MeasuredPeriod, totalIn } from './measure-subscription.ts';
import { poolIn } from './pools/account-pools.ts';
import { sumKey } from './pools/partial-sums.ts';
import { nameIn } from './pools/stack-levels.ts';
import type { PricedPeriod } from './price-subscription.ts';

/**
 * What one subscription has to do with one charge line: the detail beside an invoice, and what `invoice explain` lists. It adds up to the
 * line, and changes nothing about it. Quantities in base units, as text.
 */
export interface SubscriptionDetail {
  readonly subscription: string;
  /** businessUnit|plan|version|charge|zone of its lines. */
  readonly line: string;
  /** "from..until" of its lines where that is no period of the payer's; '' else. */
  readonly interval: string;
  /** Days charged by a recurring charge. */
  readonly days: number;
  /** Usage after increments; of records that pay a minimum or maximum what is left of them to be priced. */
  readonly quantity: string;
  /** What its own allowances took of it. */
  readonly covered: string;
  /** Tier → what is left in it, for tiers counted by subscription. */
  readonly tiers: Readonly<Record<string, string>>;
  /** What is left and draws on a pool, or is counted over the account. */
  readonly pooled: string;
  /** What it put into the pools this draws on, where overage is shared by what members used above that; not there elsewhere. */
  readonly putIn?: string;
  /** Name of a pool → what it took of it; where that is told apart by subscription, and it took any. */
  readonly inPools?: Readonly<Record<string, string>>;
  /** Amounts a percentage is taken of: "USD/6|2026-03-04" → so many. */
  readonly amounts?: Readonly<Record<string, string>>;
  /** Of a fee: where it became active by itself in the period; absent = it did not. */
  readonly activations?: readonly DatedActivation[];
}

/** On which local day of the payer's a subscription that was ready became active by itself, and whether it was used, or its days were over. */
export interface DatedActivation {
  readonly on: LocalDate;
  readonly by: Activation['by'];
}

/** The details of one subscription in one period, given where it ever became active by itself; but for usage that is told apart when pools are settled. */
export function subscriptionDetails(
  days: DayTable,
  measured: MeasuredPeriod,
  priced: PricedPeriod,
  everActivated: readonly Activation[],
): SubscriptionDetail[] {
  const details = new Map<string, Mutable<SubscriptionDetail>>();
  const of = (line: string, interval = '') => {
    const there = details.get(`${line} ${interval}`) ?? {
      subscription: measured.subscription,
      line,
      interval,
      days: 0,
      quantity: '0',
      covered: '0',
      tiers: {},
      pooled: '0',
    };
    details.set(`${line} ${interval}`, there);
    return there;
  };
  for (const { terms, businessUnit, charge, interval, days: count } of measured.standing.recurring) {
    of(sumKey(businessUnit, terms.plan, terms.version.from, charge.id, ''), interval).days += count;
  }
  for (const { line, tier, quantity } of measured.standing.once) {
    const detail = of(sumKey(line, ''));
    detail.quantity = plus(detail.quantity, quantity);
    detail.tiers = { ...detail.tiers, [tier]: plus(detail.tiers[tier] ?? '0', quantity) };
  }
  const activations = activationsIn(days, measured.place, everActivated);
  if (activations.length > 0) for (const fee of details.values()) fee.activations = activations;
  const isTold = (usage: ChargeUsage) => usage.route.told !== undefined;
  for (const usage of measured.usage) {
    if (usage.amountUnit !== '' || isTold(usage)) continue;
    const total = totalIn(days, measured.place, usage);
    if (total > 0) of(usage.key).quantity = total.toString();
  }
  for (const { of: usage, quantity } of priced.covered) {
    if (isTold(usage)) continue;
    const detail = of(usage.key);
    detail.covered = plus(detail.covered, quantity);
  }
  for (const { of: usage, tier, quantity, ofRecords } of priced.priced) {
    const detail = of(usage.key);
    if (ofRecords !== undefined) detail.quantity = ofRecords.toString();
    detail.tiers = { ...detail.tiers, [tier]: quantity.toString() };
  }
  for (const { of: usage, quantity } of priced.drawn) {
    if (isTold(usage)) continue;
    const detail = of(usage.key);
    detail.pooled = plus(detail.pooled, quantity);
    const putIn = putInFor(usage, priced.contributions);
    if (putIn !== undefined) detail.putIn = putIn.toString();
  }
  for (const { of: usage, amounts } of priced.amounts)
    of(usage.key).amounts = Object.fromEntries([...amounts].map(([key, quantity]) => [key, quantity.toString()]));
  return [...details.values()];
}

/** What a subscription put into the pools a usage draws on, if one of these is shared by excess. */
function putInFor(
  { terms, route, businessUnit }: ChargeUsage,
  contributions: PricedPeriod['contributions'],
): bigint | undefined {
  const names = [nameIn(route.pool), ...route.behind];
  if (!names.some((name) => poolIn(terms, name)?.share === 'byExcess')) return undefined;
  const its = contributions.filter((each) => each.businessUnit === businessUnit && names.includes(nameIn(each.pool)));
  return its.reduce((sum, { size }) => sum + size, 0n);
}

function activationsIn(days: DayTable, place: number, activations: readonly Activation[]): DatedActivation[] {
  return activations.flatMap(({ at, by }) => {
    const day = dayAt(days.starts, at);
    return days.periodOfDay[day] === place ? [{ on: days.dates[day] as LocalDate, by }] : [];
  });
}

type Mutable<Of> = { -readonly [Key in keyof Of]: Of[Key] };

function plus(text: string, more: bigint): string {
  return (BigInt(text) + more).toString();
}
