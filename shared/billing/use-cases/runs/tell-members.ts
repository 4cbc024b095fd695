import type { Member } from '#shared/rating/pools/member.ts';
import type { SubscriptionDetail } from '#shared/rating/subscription-details.ts';
import type { Period } from '#shared/time/period.ts';
import { type SettlingInput, tellMembers } from '../../draft-of.ts';
import { hasMembers } from '../../lines/tell-members.ts';

/** A measured period, and its place among those of the stretch. */
export interface PlacedPeriod {
  readonly place: number;
  readonly period: Period;
}

/** Hands over all members of a period, one after the other; the same at every reading, in any order. */
export type ReadMembers = (of: PlacedPeriod, onMember: (member: Member) => Promise<void>) => Promise<void>;

/** Keeps what the charges of a member come to in a period. */
export type KeepDetails = (of: PlacedPeriod, details: readonly SubscriptionDetail[]) => Promise<void>;

/**
 * What a draft is made from, with what members come to beside the sums that were measured, where what their pools leave is told apart by member
 * (decision 61): they are read as often as it takes. Of others what was given.
 */
export async function withMembersTold<Of extends SettlingInput>(
  input: Of,
  read: ReadMembers,
  keep: KeepDetails,
): Promise<Of> {
  if (!hasMembers(input.slices)) return input;
  const { telling, periods } = tellMembers(input);
  for (let place = telling.next(); place !== undefined; place = telling.next()) {
    const of = { place, period: periods[place] as Period };
    await read(of, async (member) => keep(of, telling.read(member)));
    telling.endReading();
  }
  return { ...input, slices: [...input.slices, telling.sums()] };
}
