import { amount } from '#shared/money/amount.ts';
import type { PartialSums } from '#shared/rating/pools/partial-sums.ts';
import { tierPrice } from '#shared/rating/tier-parts.ts';
import type { ChargeLine } from './charge-line.ts';
import { chargeOf, lineHead, type PricingScope, rounded, termsOf } from './line-head.ts';

/** What happened once in a period, or was due on one of its days (pricing rules §2): so many times the price, or for so many months. */
export function oneTimeLines(scope: PricingScope, sums: PartialSums): ChargeLine[] {
  return Object.entries(sums.once).map(([key, { quantity, entered, subscriptions, byDay }]) => {
    const [businessUnit = '', plan = '', version = '', id = '', place = '0'] = key.split('|');
    const terms = termsOf(scope, plan, version);
    const charge = chargeOf(terms, id, 'oneTime');
    const tier = Number(place);
    const { price, flat } = tierPrice(charge, tier);
    const { model } = charge.price;
    const exact = amount(quantity).times(price).plus(amount(flat).times(entered));
    const isFlat = model === 'package' || model === 'flat' || model === 'stairStep';
    return {
      ...lineHead(terms, charge, businessUnit, '', tier, scope.period),
      quantity: isFlat ? amount(entered).toFixed() : quantity,
      unit: isFlat ? (model === 'package' ? 'package' : 'flat') : 'piece',
      unitPrice: isFlat ? flat : price,
      amount: rounded(exact, scope.currency),
      refund: 'day',
      arithmetic: {
        kind: 'oneTime',
        at: charge.at === '' ? charge.date : charge.at,
        term: charge.term,
        quantity,
        model,
        price,
        flat,
        entered,
        subscriptions,
        ...(byDay && { byDay }),
        exact: exact.toFixed(),
      },
    };
  });
}
