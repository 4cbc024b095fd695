import type { SubscriptionHistory } from '#shared/inventory/subscription-history.ts';
import type { Instant, LocalDate } from '#shared/time/local-date.ts';
import type { BillingDays } from '#shared/time/period.ts';
import type { FoldedUsage } from '#shared/usage/folded-usage.ts';
import type { ApartUsage, ChargeUsage } from './charge-usage.ts';
import type { DayTable } from './day-table.ts';
import { type FlatAtZero, flatsAtZero } from './flat-at-zero.ts';
import { type BoughtForPool, type BoughtHolding, type BoughtInPeriod, boughtIn } from './holdings/bought.ts';
import { createUsageMeter } from './measure-usage.ts';
import type { PlanBook } from './plan-terms.ts';
import type { AccountPools } from './pools/account-pools.ts';
import type { ChargedDays } from './recurring/recurring-days.ts';
import { type StandingCharges, standingCharges } from './recurring/standing-charges.ts';
import { segmentsOf } from './segments.ts';
import type { LateScope, OwnedUsage } from './usage-scope.ts';

/** What a payer is measured by: the same for all its subscriptions. */
export interface MeasureScope {
  readonly payer: string;
  readonly plans: PlanBook;
  readonly days: DayTable;
  readonly usageCutOff: Instant;
  /** Charges due at or before this instant are owed. */
  readonly chargeCutOff: Instant;
  /** On which day of the month the payer's periods begin. */
  readonly billingDay: BillingDays;
  readonly pools: AccountPools;
  /** First day of the payer's first period, of a short one that of the whole: what fell due in advance before it is not owed here. */
  readonly billedFrom: LocalDate;
  /** Whether the account has commitments of its own: then fees for intervals keep their days, since these count them day by day. */
  readonly isCommitted: boolean;
  /** Whether the days of fees are kept, since a tax may be split by them (decision 34); absent = not. */
  readonly keepsDays?: boolean;
  /** What decides which usage counts in a later period than its own; absent = none does. */
  readonly late?: LateScope;
}

/** What one subscription comes to in one period, before prices. */
export interface MeasuredPeriod {
  readonly subscription: string;
  /** Which of the scope's periods it is. */
  readonly place: number;
  /** Whether the usage cut-off has reached its end: what needs the whole period is owed then (pricing rules §1). */
  readonly isOver: boolean;
  readonly standing: StandingCharges;
  /** Top-ups it was given in the period; of most none. */
  readonly bought: readonly BoughtHolding[];
  /** Those it was given for pools. */
  readonly boughtForPools: readonly BoughtForPool[];
  /** Usage of all periods of the scope that is charged, and that is not. */
  readonly usage: readonly ChargeUsage[];
  readonly apart: readonly ApartUsage[];
  /** What is due in the period without usage too. */
  readonly atZero: readonly FlatAtZero[];
}

/** Measures one subscription after the other in the same memory: what it answered is valid until it measures the next. */
export interface Meter {
  /** What a subscription comes to, period by period of the scope. */
  measure(history: SubscriptionHistory, usage: ReadonlyMap<string, FoldedUsage>): MeasuredPeriod[];
}

const NOTHING_BOUGHT: ReadonlyMap<number, BoughtInPeriod> = new Map();
const NO_HOLDINGS: readonly BoughtHolding[] = [];
const NOTHING_FOR_POOLS: readonly BoughtForPool[] = [];

/** A meter for the subscriptions of one payer. */
export function createMeter(scope: MeasureScope): Meter {
  const meter = createUsageMeter(scope);
  const standing = standingCharges(scope);
  const atZero = flatsAtZero(scope, scope.plans);
  const { days, usageCutOff } = scope;
  const isOver = days.periods.map(
    (_, place) => (days.starts[days.firstDay[place + 1] as number] as number) <= usageCutOff,
  );
  return {
    measure(history, usage) {
      const segments = segmentsOf(history, scope.plans);
      const owned: OwnedUsage[] = [];
      for (const { identifier, spans } of history.identifiers) {
        const folded = usage.get(identifier);
        if (folded !== undefined) owned.push({ usage: folded, owned: spans });
      }
      const { charged, apart } = meter.measure(segments, owned);
      const { subscription, topUps } = history;
      const bought = topUps.length === 0 ? NOTHING_BOUGHT : boughtIn(scope, segments, topUps);
      const unused = atZero(segments);
      return standing(segments).map((its, place) => {
        const used = withUse(its, charged, days, place);
        const { due = [], holdings = NO_HOLDINGS, forPools = NOTHING_FOR_POOLS } = bought.get(place) ?? {};
        const owed = due.length === 0 ? used : { ...used, once: [...used.once, ...due] };
        const known = { subscription, place, isOver: isOver[place] as boolean, standing: owed, bought: holdings };
        return { ...known, boughtForPools: forPools, usage: charged, apart, atZero: unused[place] ?? [] };
      });
    },
  };
}

/** Without charges that only subscriptions with usage under their plan in the period owe, where there was none (pricing rules §2). */
function withUse(
  standing: StandingCharges,
  usage: readonly ChargeUsage[],
  days: DayTable,
  place: number,
): StandingCharges {
  if (!standing.recurring.some(({ charge }) => charge.quantity.of === 'used')) return standing;
  const used = new Set(usage.filter((each) => isUsed(days, place, each)).map(({ terms }) => terms.plan));
  const isOwed = ({ charge, terms }: ChargedDays) => charge.quantity.of !== 'used' || used.has(terms.plan);
  return { ...standing, recurring: standing.recurring.filter(isOwed) };
}

/** Whether a charge has any usage in one period. */
function isUsed({ firstDay }: DayTable, place: number, { quantities }: ChargeUsage): boolean {
  return quantities.subarray(firstDay[place], firstDay[place + 1]).some((quantity) => quantity > 0);
}

/** Usage of a charge on a day, by the day's place in the table; in base units, above zero. */
export interface DayQuantity {
  readonly dayAt: number;
  readonly quantity: bigint;
}

/** Quantity of a charge over one period, in base units. @throws RangeError when it is more than a number holds exactly. */
export function totalIn(days: DayTable, place: number, usage: ChargeUsage): number {
  const end = days.firstDay[place + 1] as number;
  const { quantities } = usage;
  let total = 0;
  for (let day = days.firstDay[place] as number; day < end; day++) total += quantities[day] as number;
  if (total > Number.MAX_SAFE_INTEGER)
    throw new RangeError(`${usage.charge.id} adds up to ${total}, more than can be counted exactly`);
  return total;
}

/** Quantities of a charge by day of one period. */
export function quantitiesIn(days: DayTable, place: number, usage: ChargeUsage): DayQuantity[] {
  const found: DayQuantity[] = [];
  const end = days.firstDay[place + 1] as number;
  for (let dayAt = days.firstDay[place] as number; dayAt < end; dayAt++) {
    const quantity = usage.quantities[dayAt] as number;
    if (quantity > 0) found.push({ dayAt, quantity: BigInt(quantity) });
  }
  return found;
}
