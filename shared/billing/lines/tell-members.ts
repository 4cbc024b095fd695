import { idInPlan } from '#shared/rating/charge-variant.ts';
import { type Holdings, NOTHING_HELD } from '#shared/rating/holdings/holdings.ts';
import { joinSums } from '#shared/rating/join-sums.ts';
import type { PlanBook } from '#shared/rating/plan-terms.ts';
import { OtherMembers } from '#shared/rating/pools/left-parts.ts';
import { comingKey, type Member } from '#shared/rating/pools/member.ts';
import { noSums, type PartialSums, sumKey } from '#shared/rating/pools/partial-sums.ts';
import { isPoolKey, type Levels, levelsOf, nameIn } from '#shared/rating/pools/stack-levels.ts';
import { type MemberBucket, type Telling, type ToldUsage, tellApart } from '#shared/rating/pools/told-apart.ts';
import type { SubscriptionDetail } from '#shared/rating/subscription-details.ts';
import { countedParts } from '#shared/rating/tier-parts.ts';
import { chargeOf, termsOf } from './line-head.ts';
import { type SettlingScope, settleInTurn, settlePools } from './settle-pools.ts';

/** A measured period whose pools are to be settled. */
export interface PeriodToSettle {
  readonly its: SettlingScope;
  readonly of: PartialSums;
}

/** Tells what pools leave apart by subscription, while the members of period after period are read as often as it takes (decision 61). */
export interface MembersTelling {
  /** Place of the period whose members have to be read now, each once and in any order; nothing when all is told. */
  next(): number | undefined;
  /** A member that is read; answers what its charges come to, when that is known. */
  read(member: Member): readonly SubscriptionDetail[];
  /** @throws OtherMembers when others were read than were summed. */
  endReading(): void;
  /** What members come to, by period, when all is told: to be joined to the sums of those. */
  sums(): readonly PartialSums[];
}

/** Whether there are members to be told apart in measured periods; of most payers there is none. */
export function hasMembers(slices: readonly (readonly PartialSums[])[]): boolean {
  return slices.some((slice) => slice.some(({ told }) => told !== undefined));
}

/** Begins to tell the members of some periods that follow one another; `opening` is what the pools of the first begin with. */
export function openTelling(periods: readonly PeriodToSettle[], opening: Holdings): MembersTelling {
  return new TellingInTurn(periods, opening);
}

class TellingInTurn implements MembersTelling {
  private readonly periods: readonly PeriodToSettle[];
  private readonly toldSums: PartialSums[] = [];
  private held: Holdings;
  private open: PeriodTelling | undefined;

  constructor(periods: readonly PeriodToSettle[], opening: Holdings) {
    this.periods = periods;
    this.held = opening;
    this.advance();
  }

  next(): number | undefined {
    return this.open === undefined ? undefined : this.toldSums.length;
  }

  read(member: Member): readonly SubscriptionDetail[] {
    return this.open?.read(member) ?? [];
  }

  endReading(): void {
    const told = this.open?.endReading();
    if (told === undefined) return;
    this.close(told);
    this.advance();
  }

  sums(): readonly PartialSums[] {
    return this.toldSums;
  }

  /** Goes on to the next period that has members. */
  private advance(): void {
    this.open = undefined;
    for (const period of this.periods.slice(this.toldSums.length)) {
      if (period.of.told !== undefined) {
        this.open = new PeriodTelling(period, this.held);
        return;
      }
      this.close(noSums());
    }
  }

  private close(told: PartialSums): void {
    const [period, ...later] = this.periods.slice(this.toldSums.length);
    this.toldSums.push(told);
    if (period === undefined || later.every(({ of }) => of.told === undefined)) return;
    const [settled] = settleInTurn([{ its: period.its, of: joinSums([period.of, told]) }], this.held);
    this.held = settled?.left ?? NOTHING_HELD;
  }
}

/** The members of one period. */
class PeriodTelling {
  private readonly period: PeriodToSettle;
  private readonly telling: Telling;
  private readonly told = noSums();
  private isKnown: boolean;
  private members = 0;

  constructor(period: PeriodToSettle, opening: Holdings) {
    const { its, of } = period;
    this.period = period;
    const settle = (coming: readonly MemberBucket[]) =>
      settlePools(its, joinSums([of, sumsOf(coming)]), opening).flatMap(({ toOwn }) => toOwn);
    this.telling = tellApart(settle, levelsIn(its.plans));
    this.isKnown = !this.telling.needsReading();
  }

  read(member: Member): readonly SubscriptionDetail[] {
    this.members += 1;
    if (this.isKnown) return this.tell(member);
    this.telling.add(member);
    return [];
  }

  /** Answers what members come to, when all have been told. */
  endReading(): PartialSums | undefined {
    const { told } = this.period.of;
    if (this.members !== told) throw new OtherMembers(`${this.members} members were read, and ${told} were measured`);
    this.members = 0;
    if (this.isKnown) return joinSums([this.told, sumsOf(this.telling.coming())]);
    this.telling.endReading();
    this.isKnown = !this.telling.needsReading();
    return undefined;
  }

  private tell(member: Member): SubscriptionDetail[] {
    const usages = this.telling.told(member);
    const lines = new Map(member.usage.map(({ line }) => [line, openLine()]));
    for (const { line, covered } of member.usage) {
      const its = lines.get(line) as OpenLine;
      its.quantity += BigInt(covered);
      its.covered += BigInt(covered);
    }
    for (const usage of usages) drawn(lines.get(usage.bucket.line) as OpenLine, usage);
    for (const [line, { own }] of lines) if (own > 0n) this.cover(line, own);
    for (const { line, tier, quantity, entered } of this.priced(usages)) {
      (lines.get(line) as OpenLine).tiers[tier] = quantity.toString();
      const sum = (this.told.priced[sumKey(line, tier)] ??= { quantity: '0', entered: 0, subscriptions: 0 });
      sum.quantity = plus(sum.quantity, quantity);
      sum.entered += entered;
      sum.subscriptions += 1;
    }
    return [...lines].map(([line, its]) => detailOf(member, line, its));
  }

  private cover(line: string, quantity: bigint): void {
    const [businessUnit = '', plan = '', , charge = ''] = line.split('|');
    const nothing = { subscriptions: 0, services: {}, bytesByDay: {}, covered: {} };
    const { covered } = (this.told.overview[businessUnit] ??= nothing);
    const key = sumKey(plan, charge);
    covered[key] = plus(covered[key] ?? '0', quantity);
  }

  /** What is left behind the last of its own allowances, put into tiers in order of consumption. */
  private priced(usages: readonly ToldUsage[]) {
    const { its } = this.period;
    const counted = usages.flatMap(({ bucket, over, rest }) => {
      if (over === 0n || rest.length > 0) return [];
      const { plan, version, charge: id } = bucket;
      const charge = chargeOf(termsOf(its, plan, version), id, 'usage');
      return [{ line: bucket.line, charge, counter: `${plan}/${idInPlan(id)}`, quantity: over }];
    });
    const found = new Map<string, { line: string; tier: number; quantity: bigint; entered: number }>();
    for (const { of, parts } of countedParts(counted, its.isOver)) {
      for (const { tier, quantity, entered } of parts) {
        const key = sumKey(of.line, tier);
        const there = found.get(key) ?? { line: of.line, tier, quantity: 0n, entered: 0 };
        there.quantity += quantity;
        there.entered += entered;
        found.set(key, there);
      }
    }
    return found.values();
  }
}

/** What a charge of a member comes to, so far. */
interface OpenLine {
  quantity: bigint;
  covered: bigint;
  /** What of that allowances behind pools took. */
  own: bigint;
  pooled: bigint;
  readonly inPools: Map<string, bigint>;
  readonly tiers: Record<string, string>;
}

function openLine(): OpenLine {
  return { quantity: 0n, covered: 0n, own: 0n, pooled: 0n, inPools: new Map(), tiers: {} };
}

/** What allowances took of a usage, and what of it comes to the last pools of its stack. */
function drawn(line: OpenLine, { bucket, covered, over, rest }: ToldUsage): void {
  line.quantity += bucket.quantity;
  if (rest.length > 0) line.pooled += over;
  for (const { allowance, quantity } of covered) {
    if (isPoolKey(allowance)) {
      const name = nameIn(allowance);
      line.inPools.set(name, (line.inPools.get(name) ?? 0n) + quantity);
    } else {
      line.covered += quantity;
      line.own += quantity;
    }
  }
}

function detailOf({ subscription }: Member, line: string, its: OpenLine): SubscriptionDetail {
  const { quantity, covered, pooled, inPools, tiers } = its;
  const took = [...inPools].map(([name, each]) => [name, `${each}`] as const);
  return {
    ...{ subscription, line, interval: '', days: 0, quantity: `${quantity}`, covered: `${covered}`, tiers },
    pooled: `${pooled}`,
    ...(took.length > 0 && { inPools: Object.fromEntries(took) }),
  };
}

/** The levels of all stacks in which something stands behind a pool, and of the pools in others. */
function levelsIn(plans: PlanBook): Levels {
  const stacks = [...plans.values()].flat().flatMap(({ plan, version, toldApart, usageCharges }) => {
    const steps = version.allowances.flatMap(({ id, kind, pool, covers }) => {
      if (kind !== 'individual') return [{ step: `${pool}|`, covers }];
      return toldApart.allowances.has(id) ? [{ step: `${plan}/${id}`, covers }] : [];
    });
    return usageCharges.map(({ charge }) => {
      const its = steps.filter(({ covers }) => covers.includes(charge.id)).map(({ step }) => step);
      return charge.count === 'account' ? [...its, '|'] : its;
    });
  });
  return levelsOf(stacks);
}

/** What came to pools from members, as sums of theirs. */
function sumsOf(coming: readonly MemberBucket[]): PartialSums {
  const sums = noSums();
  for (const usage of coming) {
    const [pool = '', ...behind] = usage.stack;
    const its = (sums.pools[pool] ??= { size: '0', members: 0, usage: {}, beyondCap: {}, present: {}, excess: {} });
    const daily = (its.usage[comingKey({ line: usage.line, order: usage.chargeOrder }, behind)] ??= {});
    (daily[usage.day] ??= {})[usage.businessUnit] = usage.quantity.toString();
  }
  return sums;
}

function plus(text: string, more: bigint): string {
  return (BigInt(text) + more).toString();
}
