import { baseUnitsPer } from '#shared/catalog/unit.ts';
import { amount } from '#shared/money/amount.ts';
import { NOTHING_HELD } from '#shared/rating/holdings/holdings.ts';
import type { PartialSums } from '#shared/rating/pools/partial-sums.ts';
import { tierAmount, tierPrice } from '#shared/rating/tier-parts.ts';
import { inInvoiceCurrency } from '../invoice-currency.ts';
import { agreedLines } from './agreed-lines.ts';
import type { ChargeLine } from './charge-line.ts';
import { chargeOf, incrementText, lineHead, type PricingScope, rounded, shownQuantity, termsOf } from './line-head.ts';
import { oneTimeLines } from './one-time-lines.ts';
import { poolLines } from './pool-lines.ts';
import { recurringLines } from './recurring-lines.ts';
import { type SettledPool, settlePools } from './settle-pools.ts';

/**
 * What a payer owes for one period, into which nothing was carried: its subscriptions' sums, priced, each line rounded once, half away from zero, to the currency's minor
 * unit (pricing rules §7), and what follows from commitments and discounts (§6), which
 * count what is for the period alone, and no intervals of subscriptions. In order of their ids.
 */
export function owedLines(scope: PricingScope, sums: PartialSums): ChargeLine[] {
  return linesOf(scope, sums, settlePools(scope, sums, NOTHING_HELD));
}

/** The same, of pools that are settled already. */
export function linesOf(scope: PricingScope, sums: PartialSums, pools: readonly SettledPool[]): ChargeLine[] {
  const listed = [
    ...recurringLines(scope, sums),
    ...oneTimeLines(scope, sums),
    ...usageLines(scope, sums),
    ...poolLines(scope, pools),
  ];
  const priced = inInvoiceCurrency(scope, listed);
  priced.sort(byId);
  const { from, until } = scope.period;
  const ofPeriod = priced.filter(({ period }) => period.from === from && period.until === until);
  return [...priced, ...agreedLines(scope, ofPeriod, sums)].sort(byId);
}

function byId(a: ChargeLine, b: ChargeLine): number {
  return a.id < b.id ? -1 : 1;
}

/** Usage that subscriptions owe by themselves; what is free and hidden is in the sums alone. */
function usageLines(scope: PricingScope, sums: PartialSums): ChargeLine[] {
  return Object.entries(sums.priced).flatMap(([key, { quantity, entered, subscriptions }]): ChargeLine[] => {
    const [businessUnit = '', plan = '', version = '', id = '', zone = '', place = '0'] = key.split('|');
    const terms = termsOf(scope, plan, version);
    const charge = chargeOf(terms, id, 'usage');
    if (charge.hidden) return [];
    const tier = Number(place);
    const exact = tierAmount(charge, tier, BigInt(quantity), entered);
    const { price, flat } = tierPrice(charge, tier);
    const line: ChargeLine = {
      ...lineHead(terms, charge, businessUnit, zone, tier, scope.period),
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
