import { compareIds } from '#shared/money/allocate.ts';

/** What a pool left of a bucket of usage, so that any member's part of it can be told by itself (decision 61). In base units. */
export interface LeftRule {
  /** What its members came with together. */
  readonly came: bigint;
  readonly left: bigint;
  /** The last member, in order of remainders, whose part is one base unit more; nothing where no part is. */
  readonly lastRaised: Remainder | undefined;
}

/** What rounding a member's part down leaves of it, in parts of one base unit: so many of all that came. */
interface Remainder {
  readonly rest: bigint;
  readonly member: string;
}

/** Looks for the members whose parts are one base unit more, while they are read once or more often. */
export interface RaisedSearch {
  /** A member that came with some of the bucket; each once a reading. */
  add(member: string, quantity: bigint): void;
  /** At the end of a reading: the rule, or nothing if the members have to be read once more. @throws OtherMembers when others came than were summed. */
  endReading(): LeftRule | undefined;
}

/** Members that are read are not those that were summed: one of them has changed in between. */
export class OtherMembers extends Error {}

/** What a pool left of a bucket of which it covered nothing or everything: there is nothing to share. */
export function wholeRule(came: bigint, left: bigint): LeftRule {
  return { came, left, lastRaised: undefined };
}

/**
 * A member's part of what a pool left of a bucket, by what it came with (pricing rules §4): largest remainders, ties to the smaller id. The parts of
 * all members add up to what is left. Example: 40 of 60 left, 10 and 50 came → 7 and 33.
 */
export function leftPart({ came, left, lastRaised }: LeftRule, member: string, quantity: bigint): bigint {
  if (left === 0n) return 0n;
  const whole = quantity * left;
  const isRaised = lastRaised !== undefined && inOrderOfRaising({ rest: whole % came, member }, lastRaised) <= 0;
  return whole / came + (isRaised ? 1n : 0n);
}

/** A search that holds at most twice `most` members in memory, whatever their number. */
export function openSearch(came: bigint, left: bigint, most: number): RaisedSearch {
  let seen = 0n;
  let missing: bigint | undefined;
  let given = 0n;
  let behind: Remainder | undefined;
  let kept: Remainder[] = [];
  return {
    add(member, quantity) {
      const whole = quantity * left;
      seen += quantity;
      given += whole / came;
      const remainder = { rest: whole % came, member };
      if (remainder.rest === 0n || (behind !== undefined && inOrderOfRaising(remainder, behind) <= 0)) return;
      kept.push(remainder);
      if (kept.length >= 2 * most) kept = firstOf(kept, most);
    },
    endReading() {
      if (seen === 0n) return undefined;
      if (seen !== came) throw new OtherMembers(`members came to a pool with ${seen}, and their sum is ${came}`);
      missing ??= left - given;
      const first = firstOf(kept, most);
      [seen, kept] = [0n, []];
      if (missing === 0n) return wholeRule(came, left);
      const rank = missing;
      const lastRaised = first.find((_, place) => BigInt(place + 1) === rank);
      if (lastRaised !== undefined) return { came, left, lastRaised };
      missing -= BigInt(first.length);
      behind = first.at(-1);
      return undefined;
    },
  };
}

function firstOf(remainders: Remainder[], most: number): Remainder[] {
  return remainders.sort(inOrderOfRaising).slice(0, most);
}

function inOrderOfRaising(one: Remainder, other: Remainder): number {
  if (one.rest !== other.rest) return one.rest > other.rest ? -1 : 1;
  return compareIds(one.member, other.member);
}
