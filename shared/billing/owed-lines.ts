import { baseUnitsPer } from '#shared/catalog/unit.ts';
import { amount } from '#shared/money/amount.ts';
import type { PartialSums } from '#shared/rating/partial-sums.ts';
import { prorated } from '#shared/rating/proration.ts';
import { tierAmount, tierPrice } from '#shared/rating/tier-parts.ts';
import { daysInPeriod } from '#shared/time/period.ts';
import { agreedLines } from './agreed-lines.ts';
import type { ChargeLine } from './charge-line.ts';
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
import { poolLines } from './pool-lines.ts';

/**
 * What a payer owes for one period: its subscriptions' sums, priced, each line rounded once, half away from zero, to the currency's minor
 * unit (pricing rules §7), and what follows from commitments and discounts (§6). In order of their ids.
 */
export function owedLines(scope: PricingScope, sums: PartialSums): ChargeLine[] {
  const priced = [...recurringLines(scope, sums), ...usageLines(scope, sums), ...poolLines(scope, sums)];
  priced.sort(byId);
  return [...priced, ...agreedLines(scope, priced, sums)].sort(byId);
}

function byId(a: ChargeLine, b: ChargeLine): number {
  return a.id < b.id ? -1 : 1;
}

function recurringLines(scope: PricingScope, sums: PartialSums): ChargeLine[] {
  const length = daysInPeriod(scope.period);
  return Object.entries(sums.recurring).map(([key, { days, subscriptions }]) => {
    const [businessUnit = '', plan = '', version = '', id = ''] = key.split('|');
    const terms = termsOf(scope, plan, version);
    const charge = chargeOf(terms, id, 'recurring');
    if (charge.price.model !== 'unit')
      throw new Error(`charge ${id} of plan ${plan} has a price that is not billed yet`);
    const price = charge.price.amount;
    const exact = prorated(amount(price), days, length);
    return {
      ...lineHead(terms, charge, businessUnit, '', 0, scope.period),
      quantity: amount(days).div(length).toDecimalPlaces(QUANTITY_DIGITS).toFixed(),
      unit: 'subscription',
      unitPrice: price,
      amount: rounded(exact, scope.currency),
      refund: charge.due === 'advance' ? charge.refund : 'day',
      arithmetic: {
        kind: 'recurring',
        days,
        daysInPeriod: length,
        subscriptions,
        price,
        due: charge.due,
        exact: exact.toFixed(),
      },
    };
  });
}

function usageLines(scope: PricingScope, sums: PartialSums): ChargeLine[] {
  return Object.entries(sums.priced).map(([key, { quantity, entered, subscriptions }]) => {
    const [businessUnit = '', plan = '', version = '', id = '', zone = '', place = '0'] = key.split('|');
    const terms = termsOf(scope, plan, version);
    const charge = chargeOf(terms, id, 'usage');
    const tier = Number(place);
    const exact = tierAmount(charge, tier, BigInt(quantity), entered);
    const { price, flat } = tierPrice(charge, tier);
    return {
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
  });
}
