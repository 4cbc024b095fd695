import type { UsageCharge } from '#shared/catalog/catalog.ts';
import type { UsagePrice } from '#shared/catalog/price.ts';
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
  const { parts, paid } = recordAmounts(charge, quantity);
  return sum([...parts, ...paid]);
}

/** What one record costs in each tier, and what it pays beside. */
function recordAmounts(charge: UsageCharge, quantity: bigint): { readonly parts: Amount[]; readonly paid: Amount[] } {
  const counted = countedParts([{ charge, counter: 'record', quantity }], true).flatMap((each) => each.parts);
  const price = priceOfRecord(charge, quantity, counted);
  const paid = price.paid.map((part) => tierAmount(paidByRecord(charge, part), 0, 1n, 0));
  const parts = price.parts.map((part) => tierAmount(charge, part.tier, part.quantity, part.entered));
  return { parts, paid };
}

/** Tiers of blocks, so many of a size each: what lies in a tier is raised to its blocks, and priced by them. */
export function blocksCase({ input, expected }: Case): Compared[] {
  let end = amount(0);
  const blocks: { block_size: number; max_blocks: number; price_per_block: string }[] = input.tiers;
  const tiers = blocks.map(({ block_size: size, max_blocks: most, price_per_block: price }) => {
    end = end.plus(size * most);
    const step = inBase(text(size)).toString();
    const tier = tierOf(most < 0 ? '' : end.toFixed(), text(price).div(size).toFixed(), '0');
    return { ...tier, increment: { first: step, next: step } };
  });
  const open = tiers.at(-1)?.upTo === '' ? [] : [tierOf('', '0', '0')];
  const charge: UsageCharge = { ...chargeAt({ model: 'graduated', tiers: [...tiers, ...open] }), count: 'record' };
  const { parts } = recordAmounts(charge, inBase(text(input.units)));
  const theirs: string[] = expected.tier_amounts;
  return [
    compare('tiers', amount(parts.length), theirs.length),
    ...theirs.map((each, index) => compare(`tier ${index + 1}`, parts[index] ?? 'none', each)),
  ];
}

/** What each window of a period came to is a record of its own, a daily total for example: each is counted anew. */
export function windowsCase({ id, input, expected }: Case): Compared[] {
  const base = (units: string | number) => inBase(text(units)).toString();
  const price: UsagePrice =
    input.tiers === undefined
      ? { model: 'package', size: base(input.package_size), free: '0', amount: input.package_price }
      : tiered(id.includes('volume') ? 'volume' : 'graduated', input.tiers);
  const charge: UsageCharge = { ...chargeAt(price), count: 'record' };
  const windows: number[] = input.windows;
  return [compare('amount', sum(windows.map((units) => recordCost(charge, inBase(text(units))))), expected.amount)];
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
