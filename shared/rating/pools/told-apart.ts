import type { LocalDate } from '#shared/time/local-date.ts';
import { draw, inOrderOfConsumption, openHoldings, sizeOf, type UsageBucket } from '../allowance.ts';
import { type LeftRule, leftPart, OtherMembers, openSearch, type RaisedSearch, wholeRule } from './left-parts.ts';
import type { Member } from './member.ts';
import { isOwn, isPoolKey, type Levels, levelIn, type Stack } from './stack-levels.ts';

/** Usage of one day under one charge, and what it draws on from here on. */
export interface StackedUsage extends UsageBucket {
  readonly stack: Stack;
}

/** The same of a member, or of several of them together. */
export interface MemberBucket extends StackedUsage {
  /** businessUnit|plan|version|charge|zone. */
  readonly line: string;
}

/** What came to a pool, the first of its stack, of usage that is told apart; and what it left of that. */
export interface LeftByPool {
  readonly bucket: StackedUsage;
  readonly over: bigint;
}

/** Settles all pools, with what came to them from members as told so far beside their sums; answers what they left of usage that is told apart. */
export type SettleAgain = (coming: readonly MemberBucket[]) => readonly LeftByPool[];

/** What a member's usage of a day drew on, as far as that is known. */
export interface ToldUsage {
  readonly bucket: MemberBucket;
  /** Pools by their keys, own allowances by their names. */
  readonly covered: readonly { readonly allowance: string; readonly quantity: bigint }[];
  readonly over: bigint;
  /** What it comes to with the rest: a pool, and what stands behind that; nothing behind the last of its stack. */
  readonly rest: Stack;
}

/** Pools being settled, while the members of stacks with own allowances behind pools are read again and again (decision 61). */
export interface Telling {
  /** Whether the members have to be read, once more. */
  needsReading(): boolean;
  /** A member that is read: each once a reading, in any order. Only while they have to be read. */
  add(member: Member): void;
  /** @throws OtherMembers when others were read than were summed. */
  endReading(): void;
  /**
   * What a member's usage draws on; known when nothing has to be read any more. What is left behind the last own allowance of a stack is the member's,
   * or, where there are pools behind it, comes to these: nobody tells apart what they cover.
   */
  told(member: Member): readonly ToldUsage[];
  /** What came to pools from members, in all. */
  coming(): readonly MemberBucket[];
}

/** Members of one bucket that are kept in memory, at most twice as many, to find the last whose part is one unit more. */
const MOST_KEPT = 50_000;

/** Settles pools level by level, and tells what they leave apart by member where an own allowance stands behind them. */
export function tellApart(settle: SettleAgain, levels: Levels): Telling {
  return new LevelByLevel(settle, levels);
}

class LevelByLevel implements Telling {
  private readonly settle: SettleAgain;
  private readonly levels: Levels;
  private readonly last: number;
  private level = 0;
  private readonly sums = new Map<string, MemberBucket>();
  /** By line and stack, and by day. */
  private readonly rules = new Map<string, Map<LocalDate, LeftRule>>();
  private readonly searches = new Map<string, { readonly bucket: StackedUsage; readonly search: RaisedSearch }>();
  private isFound = false;

  constructor(settle: SettleAgain, levels: Levels) {
    this.settle = settle;
    this.levels = levels;
    this.last = Math.max(0, ...[...levels].map(([name, level]) => (isOwn(name) ? 0 : level)));
    this.settleLevel();
  }

  needsReading(): boolean {
    return this.searches.size > 0 || this.level < this.last;
  }

  add(member: Member): void {
    for (const { bucket, over, rest } of this.walk(member)) {
      if (rest.length === 0) continue;
      const usage = { ...bucket, stack: rest, quantity: over };
      const sought = this.searches.get(bucketKey(usage));
      if (sought !== undefined) {
        sought.search.add(member.subscription, over);
        this.isFound = true;
      } else if (this.searches.size > 0) continue;
      else if (isBehindOwn(bucket, rest) && levelIn(this.levels, rest[0] as string) === this.level + 1)
        addTo(this.sums, usage);
    }
  }

  endReading(): void {
    if (this.searches.size === 0) {
      this.level += 1;
      this.settleLevel();
      return;
    }
    if (!this.isFound) throw new OtherMembers('nobody came to a pool with what it left a part of');
    this.isFound = false;
    for (const [key, { bucket, search }] of this.searches) {
      const rule = search.endReading();
      if (rule === undefined) continue;
      this.keep(bucket, rule);
      this.searches.delete(key);
    }
  }

  told(member: Member): readonly ToldUsage[] {
    const told = this.walk(member);
    for (const { bucket, rest } of told)
      if (!rest.every(isPoolKey)) throw new Error(`what pool ${rest[0]} left of ${bucket.day} is not known yet`);
    return told;
  }

  coming(): readonly MemberBucket[] {
    return [...this.sums.values()];
  }

  /** What the pools of the level left: members can tell their parts by it; where a part of a bucket is left it has to be looked for. */
  private settleLevel(): void {
    for (const { bucket, over } of this.settle(this.coming())) {
      if (levelIn(this.levels, bucket.stack[0] as string) !== this.level) continue;
      const came = bucket.quantity;
      if (over === 0n || over === came) this.keep(bucket, wholeRule(came, over));
      else this.searches.set(bucketKey(bucket), { bucket, search: openSearch(came, over, MOST_KEPT) });
    }
  }

  private keep(bucket: StackedUsage, rule: LeftRule): void {
    const key = stackKey(bucket, bucket.stack);
    this.rules.set(key, (this.rules.get(key) ?? new Map<LocalDate, LeftRule>()).set(bucket.day, rule));
  }

  /** Lets a member's usage draw on its stack, up to pools of which it is not known what they left. */
  private walk({ subscription, own, usage }: Member): ToldUsage[] {
    const left = openHoldings(new Map(Object.entries(own).map(([name, size]) => [name, sizeOf(BigInt(size))])));
    const rulesOf = this.rulesByPlace();
    return bucketsOf(usage).map((bucket) => {
      const covered: { allowance: string; quantity: bigint }[] = [];
      let over = bucket.quantity;
      for (const [place, step] of bucket.stack.entries()) {
        if (over === 0n) break;
        const before = over;
        if (isPoolKey(step)) {
          const rule = rulesOf(bucket, place)?.get(bucket.day);
          if (rule === undefined) return { bucket, covered, over, rest: bucket.stack.slice(place) };
          over = leftPart(rule, subscription, over);
        } else over = draw(left, [step], { ...bucket, quantity: over }).over;
        if (over < before) covered.push({ allowance: step, quantity: before - over });
      }
      return { bucket, covered, over, rest: [] };
    });
  }

  /** Finds what the pool at a place of a stack left, by day: once for all days of a usage, which share its stack. */
  private rulesByPlace() {
    const found = new Map<Stack, (ReadonlyMap<LocalDate, LeftRule> | undefined)[]>();
    return (bucket: StackedUsage, place: number) => {
      const { stack } = bucket;
      const known = found.get(stack) ?? [];
      if (!(place in known)) known[place] = this.rules.get(stackKey(bucket, stack.slice(place)));
      found.set(stack, known);
      return known[place];
    };
  }
}

/** Whether usage comes to the rest of its stack from an own allowance: what comes straight to a pool, or from another, is in the sums. */
function isBehindOwn({ stack }: StackedUsage, rest: Stack): boolean {
  const before = stack[stack.length - rest.length - 1];
  return before !== undefined && !isPoolKey(before);
}

/** A member's usage by day, in order of consumption; each charge, version, zone and unit once a day. */
function bucketsOf(usages: Member['usage']): MemberBucket[] {
  const buckets = usages.flatMap(({ line, order: chargeOrder, stack, days }) => {
    const [businessUnit = '', plan = '', version = '', charge = '', zone = ''] = line.split('|');
    const its = { line, chargeOrder, version, plan, charge, zone, businessUnit, stack: [...stack] };
    return Object.entries(days).map(([day, quantity]) => ({ ...its, day, quantity: BigInt(quantity) }));
  });
  const isOnce = new Set(usages.map(({ line }) => line)).size === usages.length;
  return (isOnce ? buckets : summed(buckets)).sort(inOrderOfConsumption);
}

function summed(buckets: readonly MemberBucket[]): MemberBucket[] {
  const sums = new Map<string, MemberBucket>();
  for (const bucket of buckets) addTo(sums, bucket);
  return [...sums.values()];
}

function addTo(sums: Map<string, MemberBucket>, usage: MemberBucket): void {
  const key = bucketKey(usage);
  const there = sums.get(key);
  sums.set(key, there === undefined ? usage : { ...there, quantity: there.quantity + usage.quantity });
}

function bucketKey(usage: StackedUsage): string {
  return `${usage.day}|${stackKey(usage, usage.stack)}`;
}

function stackKey({ chargeOrder, version, plan, zone, charge, businessUnit }: UsageBucket, stack: Stack): string {
  return [chargeOrder, version, plan, zone, charge, businessUnit, ...stack].join('|');
}
