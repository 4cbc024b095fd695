import type { UsageCharge } from '#shared/catalog/catalog.ts';
import { type Amount, amount, sum } from '#shared/money/amount.ts';
import type { ChargeUsage } from './charge-usage.ts';
import { paidByRecord, type RecordPart } from './charge-variant.ts';
import { sumKey } from './pools/partial-sums.ts';
import { type TierPart, tierAmount } from './tier-parts.ts';

/** Whether a charge has to look at its records one by one (pricing rules §3.7). */
export function looksAtRecords(charge: UsageCharge): boolean {
  return charge.connectionFee !== '0' || isPricedByRecord(charge);
}

/** Whether what each record costs by itself matters: it has bounds, or tiers count anew in each. */
export function isPricedByRecord({ minimum, maximum, count }: UsageCharge): boolean {
  return minimum !== '0' || maximum !== '' || count === 'record';
}

/** What a record comes to: parts of its price, or a part paid by the record. */
export interface RecordPrice {
  readonly parts: readonly TierPart[];
  readonly paid: readonly RecordPart[];
}

/**
 * What a record of a charge comes to (pricing rules §3.7): its parts and the connection fee; the minimum or the maximum instead, where these are
 * passed. A record whose price is not known before its period is over is not bounded before that.
 */
export function priceOfRecord(charge: UsageCharge, over: bigint, parts: readonly TierPart[]): RecordPrice {
  const { connectionFee, minimum, maximum } = charge;
  const fee: RecordPart[] = connectionFee === '0' ? [] : ['fee'];
  if (minimum === '0' && maximum === '') return { parts, paid: fee };
  if (over > 0n && parts.length === 0) return { parts: [], paid: [] };
  const cost = costOf(charge, parts).plus(connectionFee);
  if (maximum !== '' && cost.greaterThan(maximum)) return { parts: [], paid: ['maximum'] };
  return cost.lessThan(minimum) ? { parts: [], paid: ['minimum'] } : { parts, paid: fee };
}

function costOf(charge: UsageCharge, parts: readonly TierPart[]): Amount {
  if (parts.length === 0) return amount(0);
  return sum(parts.map(({ tier, quantity, entered }) => tierAmount(charge, tier, quantity, entered)));
}

const known = new WeakMap<ChargeUsage, Map<RecordPart, ChargeUsage>>();

/** What a part paid by the record is counted under. */
export function usageOfPart(of: ChargeUsage, part: RecordPart): ChargeUsage {
  const parts = known.get(of) ?? new Map<RecordPart, ChargeUsage>();
  known.set(of, parts);
  const there = parts.get(part);
  if (there !== undefined) return there;
  const charge = paidByRecord(of.charge, part);
  const key = sumKey(of.businessUnit, of.terms.plan, of.terms.version.from, charge.id, of.zone);
  const made = { ...of, charge, key, name: `${of.terms.plan}/${charge.id}` };
  parts.set(part, made);
  return made;
}
