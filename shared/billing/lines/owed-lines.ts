import type { UsageCharge } from '#shared/catalog/catalog.ts';
import { baseUnitsPer } from '#shared/catalog/unit.ts';

import { amount, sum } from '#shared/money/amount.ts';
import { percentOf, worthOf } from '#shared/rating/amounts.ts';
import { NOTHING_HELD } from '#shared/rating/holdings/holdings.ts';
import type { PlanTerms } from '#shared/rating/plan-terms.ts';
import { type PartialSums, type PricedSum, sumKey } from '#shared/rating/pools/partial-sums.ts';

import { tierAmount, tierPrice } from '#shared/rating/tier-parts.ts';
import type { RecordedLine } from '../draft.ts';
import { inInvoiceCurrency } from '../invoice-currency.ts';
import { agreedLines, intervalDiscounts } from './agreed-lines.ts';
import type { ChargeLine } from './charge-line.ts';
import { intervalFees, isOfInterval, withKept } from './interval-fees.ts';
import {
  chargeOf,
  incrementText,
  lineHead,
  type PricingScope,
  QUANTITY_DIGITS,
  rounded,
  shownQuantity,
  termsOf,
} from './line-head.ts';
import { oneTimeLines } from './one-time-lines.ts';
import { apartByTax } from './other-tax.ts';
import { poolLines } from './pool-lines.ts';
import { recurringLines } from './recurring-lines.ts';
import { type SettledPool, settlePools } from './settle-pools.ts';
import { standingLines } from './standing-lines.ts';

/**
 * What a payer owes for one period, into which nothing was carried: its subscriptions' sums, priced, each line rounded once, half away from zero, to the currency's minor
 * unit (pricing rules §7), and what follows from commitments and discounts (§6), which
 * count what is for the period alone; without orders, which are the account's; percentages are let off intervals of subscriptions too. In order of their ids.
 */
export function owedLines(scope: PricingScope, sums: PartialSums): ChargeLine[] {
  return linesInTurn([{ its: scope, of: sums, pools: settlePools(scope, sums, NOTHING_HELD), orders: [] }]);
}

/** A period whose pools are settled. */
export interface PeriodToPrice {
  readonly its: PricingScope;
  readonly of: PartialSums;
  readonly pools: readonly SettledPool[];
  /** Lines of the account's orders of the period, which commitments and discounts count like any other. */
  readonly orders: readonly ChargeLine[];
}

/**
 * The same for periods that follow one another: commitments count what of fees for intervals of their own lies in each. `posted`: what was billed before,
 * of which commitments and discounts count what is kept without being owed any more.
 */
export function linesInTurn(periods: readonly PeriodToPrice[], posted: readonly RecordedLine[] = []): ChargeLine[] {
  const named = apartByTax(posted);
  const inPeriods = periods.map((each) => ({
    ...each,
    from: each.its.period.from,
    priced: pricedLines(each).map(named),
  }));
  const standing = standingLines(inPeriods, posted, periods[0]?.its.currency ?? '');
  const fees = inPeriods.flatMap(({ its, of, priced }, place) =>
    withKept(its, of, standing[place] ?? [], intervalFees(its, of, priced)),
  );
  return inPeriods.flatMap(({ its, of, priced }, place) => {
    const { from, until } = its.period;
    const isOfPeriod = (line: ChargeLine) =>
      !isOfInterval(line) || (line.period.from === from && line.period.until === until);
    const lines = standing[place] ?? [];
    const ofPeriod = lines.filter(isOfPeriod);
    const ids = new Set(ofPeriod.map(({ id }) => id));
    const agreed = [
      ...agreedLines(
        its,
        ofPeriod,
        fees.filter(({ line }) => !ids.has(line.id)),
        of,
      ),
      ...intervalDiscounts(
        its,
        lines.filter((line) => !isOfPeriod(line)),
      ),
    ];
    return [...priced, ...agreed].sort(byId);
  });
}

function pricedLines({ its: scope, of: sums, pools, orders }: PeriodToPrice): ChargeLine[] {
  const listed = [
    ...recurringLines(scope, sums),
    ...oneTimeLines(scope, sums),
    ...usageLines(scope, sums),
    ...poolLines(scope, sums, pools),
  ];
  const priced = inInvoiceCurrency(scope, sums.late === undefined ? listed : listed.map(withLate(sums.late)));
  return [...priced, ...orders].sort(byId);
}

/** Says of lines how much of their usage was used before the period. */
function withLate(late: NonNullable<PartialSums['late']>): (line: ChargeLine) => ChargeLine {
  return (line) => {
    const { arithmetic, businessUnit, plan, version, charge, zone } = line;
    const quantity = late[sumKey(businessUnit, plan, version, charge, zone)];
    if (quantity === undefined || (arithmetic.kind !== 'usage' && arithmetic.kind !== 'pool')) return line;
    return { ...line, arithmetic: { ...arithmetic, late: quantity } };
  };
}

function byId(a: ChargeLine, b: ChargeLine): number {
  return a.id < b.id ? -1 : 1;
}

/** Usage that subscriptions owe by themselves; what is free and hidden is in the sums alone. */
function usageLines(scope: PricingScope, sums: PartialSums): ChargeLine[] {
  return Object.entries(sums.priced).flatMap(([key, priced]): ChargeLine[] => {
    const [businessUnit = '', plan = '', version = '', id = '', zone = '', place = '0'] = key.split('|');
    const terms = termsOf(scope, plan, version);
    const charge = chargeOf(terms, id, 'usage');
    if (charge.hidden) return [];
    const head = lineHead(terms, charge, businessUnit, zone, Number(place), scope.period);
    if (priced.amounts !== undefined) return [{ ...head, ...ofAmounts(scope, terms, charge, priced) }];
    const { quantity, entered, subscriptions } = priced;
    const tier = Number(place);
    const exact = tierAmount(charge, tier, BigInt(quantity), entered);
    const { price, flat } = tierPrice(charge, tier);
    const line: ChargeLine = {
      ...head,
      ...shownQuantity(charge, tier, BigInt(quantity), amount(entered)),
      amount: rounded(exact, scope.currency),
      refund: 'day',
      arithmetic: {
        kind: 'usage',
        quantity,
        model: charge.price.model,
        baseUnits: baseUnitsPer(charge.unit).toString(),
        price,
        flat,
        entered,
        subscriptions,
        covered: sums.overview[businessUnit]?.covered[`${plan}|${id}`] ?? '0',
        increment: incrementText(charge),
        exact: exact.toFixed(),
      },
    };
    return [line];
  });
}

/** A percentage of amounts that carriers charged (pricing rules §3.8 and §5). */
function ofAmounts(
  { currency }: PricingScope,
  terms: PlanTerms,
  charge: UsageCharge,
  { amounts = {}, subscriptions }: PricedSum,
): Pick<ChargeLine, 'quantity' | 'unit' | 'unitPrice' | 'amount' | 'refund' | 'arithmetic'> {
  const quantities = Object.entries(amounts).map(([key, quantity]) => [key, BigInt(quantity)] as const);
  const parts = worthOf(terms, quantities);
  const worth = sum(parts.map((part) => part.worth));
  const exact = percentOf(charge, worth);
  return {
    quantity: worth.toDecimalPlaces(QUANTITY_DIGITS).toFixed(),
    unit: charge.unit,
    unitPrice: tierPrice(charge, 0).price,
    amount: rounded(exact, currency),
    refund: 'day',
    arithmetic: {
      kind: 'amount',
      amounts: parts.map((part) => ({ ...part, value: part.value.toFixed() })).map(({ worth: _, ...part }) => part),
      worth: worth.toFixed(),
      percent: charge.price.model === 'percentage' ? charge.price.percent : '0',
      subscriptions,
      exact: exact.toFixed(),
    },
  };
}
