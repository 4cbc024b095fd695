import type { UsageCharge } from '#shared/catalog/catalog.ts';
import { type Amount, amount, sum } from '#shared/money/amount.ts';
import { paidByRecord } from '#shared/rating/charge-variant.ts';
import { priceOfRecord } from '#shared/rating/record-terms.ts';
import { countedParts, tierAmount } from '#shared/rating/tier-parts.ts';
import { ledger } from '../rating/ledger.ts';
import { chargeAt, inBase, tierOf } from '../rating/price-in-steps.ts';
import { type Case, type Compared, compare, text, tiered } from './translate.ts';

/** A call in rate groups by the time since its beginning, each with a step of its own, and a fee for connecting it. */
export function connectedCallCase({ input, expected }: Case): Compared[] {
  const groups: { rate: string; increment_s: number; group_start_s: number }[] = input.groups;
  const tiers = groups.map((group, index) => {
    const end = groups[index + 1]?.group_start_s;
    const step = String(group.increment_s);
    const upTo = end === undefined ? '' : amount(end).div(60).toFixed();
    return { ...tierOf(upTo, group.rate, '0'), increment: { first: step, next: step } };
  });
  const price = { model: 'graduated', tiers } as const;
  const terms = { measure: 'seconds', unit: 'minute', count: 'record', connectionFee: input.connect_fee } as const;
  return [compare('cost', recordCost({ ...chargeAt(price), ...terms }, BigInt(input.usage_s)), expected.cost)];
}

/** What one record costs, with all it pays. */
function recordCost(charge: UsageCharge, quantity: bigint): Amount {
  const parts = countedParts([{ charge, counter: 'record', quantity }], true).flatMap((each) => each.parts);
  const price = priceOfRecord(charge, quantity, parts);
  const paid = price.paid.map((part) => tierAmount(paidByRecord(charge, part), 0, 1n, 0));
  return sum([...price.parts.map((part) => tierAmount(charge, part.tier, part.quantity, part.entered)), ...paid]);
}

/** Tiers so wide each, the part of the volume in each raised to its interval and priced by it. Beyond the last nothing is charged. */
export function intervalCase({ input, expected }: Case): Compared[] {
  let end = amount(0);
  const tiers = input.tiers.map((tier: { from: number; to: number; price: number; interval: number }) => {
    end = end.plus(text(tier.to).minus(text(tier.from)));
    const step = inBase(text(tier.interval)).toString();
    const price = text(tier.price).div(text(tier.interval)).toFixed();
    return { ...tierOf(end.toFixed(), price, '0'), increment: { first: step, next: step } };
  });
  const charge = chargeAt({ model: 'graduated', tiers: [...tiers, tierOf('', '0', '0')] });
  const cost = recordCost({ ...charge, count: 'record' }, inBase(text(input.volume)));
  return [{ what: 'charge', ours: cost, theirs: expected.charge, places: 25 }];
}

/** A flat fee that is due without usage too, asked of the whole chain. */
export function atZeroCase({ id, input, expected }: Case): Compared[] {
  const model = id.includes('volume') ? 'volume' : 'graduated';
  const tiers = tiered(model, input.tiers).tiers.map(({ upTo, amount: each, flat }) => {
    return `{ ${upTo === '' ? '' : `upTo: ${upTo}, `}price: ${each}, flat: ${flat} }`;
  });
  const price = `{ model: ${model}, tiers: [${tiers.join(', ')}] }`;
  const charges = `[{ kind: usage, id: v, name: V, measure: count, flatAtZero: true, price: ${price} }]`;
  return [compare('total', ledger({ charges, uses: [] }).join(), `v  0 = ${amount(expected.total).toFixed(2)}`)];
}
