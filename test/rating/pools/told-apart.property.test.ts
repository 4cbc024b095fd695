import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Allowance, PlanVersion, UsageCharge } from '#shared/catalog/catalog.ts';
import { consume, sizeOf } from '#shared/rating/allowance.ts';
import { totalHeld } from '#shared/rating/holdings/holdings.ts';
import type { Member, MemberUsage } from '#shared/rating/pools/member.ts';
import { isPoolKey, type Levels, levelIn, levelsOf, nameIn } from '#shared/rating/pools/stack-levels.ts';
import { type StackedUsage, tellApart } from '#shared/rating/pools/told-apart.ts';
import { draw, sourceOf } from '../../naive/allowances.ts';
import type { Piece } from '../../naive/usage.ts';
import type { World } from '../../naive/world.ts';

const POOLS = ['A', 'B', 'C'];
const OWN = ['p/x', 'p/y', 'p/z', 'q/x', 'q/y'];
const PLANS = ['p', 'q'];
const CHARGES = ['data', 'voice', 'sms'];
const DAYS = ['2026-04-01', '2026-04-02', '2026-04-03'];
const FROM = '2026-01-01';

interface Story {
  /** Everything stacks name, in the one order it has in all of them. */
  readonly order: readonly string[];
  readonly ofUnits: readonly string[];
  /** What covers which charge of which plan: "p/data" → names. */
  readonly covers: Readonly<Record<string, readonly string[]>>;
  readonly poolSizes: readonly bigint[];
  readonly members: readonly StoryMember[];
}

interface StoryMember {
  readonly id: string;
  readonly plan: string;
  readonly businessUnit: string;
  readonly sizes: readonly bigint[];
  readonly records: readonly { readonly day: string; readonly charge: string; readonly quantity: bigint }[];
}

const size = fc.bigInt({ min: 0n, max: 40n });
const all = [...POOLS, ...OWN];
const stories: fc.Arbitrary<Story> = fc.record({
  order: fc.shuffledSubarray(all, { minLength: all.length }),
  ofUnits: fc.subarray(POOLS),
  covers: fc.record(
    Object.fromEntries(PLANS.flatMap((plan) => CHARGES.map((charge) => [`${plan}/${charge}`, fc.subarray(all)]))),
  ),
  poolSizes: fc.array(size, { minLength: 6, maxLength: 6 }),
  members: fc.uniqueArray(
    fc.record({
      id: fc.constantFrom('m1', 'm2', 'm3', 'm10', 'M1'),
      plan: fc.constantFrom(...PLANS),
      businessUnit: fc.constantFrom('', 'north'),
      sizes: fc.array(size, { minLength: OWN.length, maxLength: OWN.length }),
      records: fc.array(
        fc.record({
          day: fc.constantFrom(...DAYS),
          charge: fc.constantFrom(...CHARGES),
          quantity: fc.bigInt({ min: 1n, max: 30n }),
        }),
        { maxLength: 8 },
      ),
    }),
    { selector: ({ id }) => id, minLength: 1 },
  ),
});

const shuffles = fc.infiniteStream(fc.nat(20));

function keyOf({ ofUnits }: Story, pool: string, unit: string): string {
  return `${pool}|${ofUnits.includes(pool) ? unit : ''}`;
}

function stackOf(story: Story, plan: string, charge: string, unit: string): string[] {
  const covering = story.covers[`${plan}/${charge}`] ?? [];
  const names = story.order.filter((name) => covering.includes(name) && (!name.includes('/') || name.startsWith(plan)));
  return names.map((name) => (name.includes('/') ? name : keyOf(story, name, unit)));
}

function poolSizes(story: Story): [key: string, size: bigint][] {
  const keys = POOLS.flatMap((pool) => ['', 'north'].map((unit) => keyOf(story, pool, unit)));
  return [...new Set(keys)].map((key, place) => [key, story.poolSizes[place] ?? 0n]);
}

/** Members by what is left of their usage when their allowances in front of pools have been drawn on, as measuring draws on them. */
function membersOf(story: Story, levels: Levels): { readonly members: Member[]; readonly sums: StackedUsage[] } {
  const sums: StackedUsage[] = [];
  const members = story.members.map(({ id, plan, businessUnit, sizes, records }): Member => {
    const summedUp = Map.groupBy(records, ({ day, charge }) => `${day} ${charge}`);
    const buckets = [...summedUp.values()].map((of): StackedUsage => {
      const { day, charge } = of[0]!;
      const said = { day, chargeOrder: CHARGES.indexOf(charge), version: FROM, plan, charge, zone: '', businessUnit };
      const quantity = of.reduce((sum, each) => sum + each.quantity, 0n);
      return { ...said, quantity, stack: stackOf(story, plan, charge, businessUnit) };
    });
    const holdings = new Map(OWN.map((name, place) => [name, sizeOf(sizes[place] ?? 0n)]));
    const isInFront = (step: string) => !isPoolKey(step) && levelIn(levels, step) === 0;
    const consumed = consume(holdings, ({ stack }) => stack.filter(isInFront), buckets);
    const usage = consumed.buckets.map(({ bucket, over }): MemberUsage => {
      const stack = bucket.stack.filter((step) => !isInFront(step));
      if (over > 0n && isPoolKey(stack[0] ?? '')) sums.push({ ...bucket, stack, quantity: over });
      const line = [businessUnit, plan, FROM, bucket.charge, ''].join('|');
      const days = over > 0n ? { [bucket.day]: `${over}` } : {};
      return { line, order: bucket.chargeOrder, stack, covered: '0', days };
    });
    const own = OWN.map((name, place) => [name, `${sizes[place] ?? 0n}`]);
    return { subscription: id, own: Object.fromEntries(own), usage };
  });
  return { members, sums };
}

/** What is left: of each member and charge by day, and of each pool by charge, plan, unit and day; and what pools have left. */
type Outcome = Record<string, bigint>;

function toldApart(story: Story, turns: Iterator<number>): Outcome {
  const stacks = PLANS.flatMap((plan) =>
    CHARGES.flatMap((charge) => ['', 'north'].map((unit) => stackOf(story, plan, charge, unit))),
  );
  const pools = poolSizes(story);
  const levels = levelsOf([...stacks, ...pools.map(([key]) => [key])]);
  const { members, sums } = membersOf(story, levels);
  let found: Outcome = {};
  const note = (key: string, quantity: bigint) => {
    if (quantity > 0n) found[key] = (found[key] ?? 0n) + quantity;
  };
  const settle = (coming: readonly StackedUsage[]) => {
    found = {};
    const arriving = [...sums, ...coming];
    const inOrder = [...levels.keys()].flatMap((name) => pools.filter(([key]) => nameIn(key) === name));
    return inOrder.flatMap(([pool, its]) => {
      const usage = added(arriving.filter(({ stack }) => stack[0] === pool));
      const { buckets, left } = consume(new Map([[pool, sizeOf(its)]]), () => [pool], usage);
      note(`rest of ${pool}`, totalHeld(left.get(pool) ?? []));
      return buckets.flatMap(({ bucket, over }) => {
        const stack = bucket.stack.slice(1);
        const { plan, businessUnit, day, charge } = bucket;
        if (stack.length === 0) note(`${pool} ${plan} ${businessUnit} ${day} ${charge}`, over);
        if (over > 0n && isPoolKey(stack[0] ?? '')) arriving.push({ ...bucket, stack, quantity: over });
        return stack.every(isPoolKey) ? [] : [{ bucket, over }];
      });
    });
  };
  const telling = tellApart(settle, levels);
  for (let reading = 0; telling.needsReading(); reading++) {
    expect(reading).toBeLessThan(20);
    const turn = (turns.next().value as number) % members.length;
    for (const each of [...members.slice(turn), ...members.slice(0, turn)]) telling.add(each);
    telling.endReading();
  }
  settle(telling.coming());
  for (const each of members) {
    for (const { bucket, over, rest } of telling.told(each))
      if (rest.length === 0) note(`${each.subscription} ${bucket.day} ${bucket.charge}`, over);
  }
  return found;
}

function added(usage: readonly StackedUsage[]): StackedUsage[] {
  const same = Map.groupBy(usage, ({ day, plan, charge, businessUnit, stack }) =>
    [day, plan, charge, businessUnit, ...stack].join(' '),
  );
  return [...same.values()].map((of) => ({
    ...of[0]!,
    quantity: of.reduce((sum, { quantity }) => sum + quantity, 0n),
  }));
}

/** The same by the naive second implementation: one record at a time, from the pricing rules. */
function naively(story: Story): Outcome {
  const charges = CHARGES.map((id) => ({ id, count: 'subscription' }) as UsageCharge);
  const versions = new Map(
    PLANS.map((plan) => {
      const allowances = story.order
        .filter((name) => !name.includes('/') || name.startsWith(plan))
        .map((name) => {
          const covers = CHARGES.filter((charge) => story.covers[`${plan}/${charge}`]?.includes(name));
          const terms = { covers, cap: '', share: 'byUsage' };
          if (name.includes('/')) return { ...terms, kind: 'individual', id: name, pool: '' } as unknown as Allowance;
          const scope = story.ofUnits.includes(name) ? 'businessUnit' : 'account';
          return { ...terms, kind: 'flexible', id: name, pool: name, scope } as unknown as Allowance;
        });
      return [plan, { from: FROM, charges, allowances } as unknown as PlanVersion] as const;
    }),
  );
  const pieces = story.members.flatMap(({ id, plan, businessUnit, records }) =>
    records.map(({ day, charge, quantity }, at) => {
      const said = { subscription: id, plan, businessUnit, quantity, at, date: day, zone: '', season: '', addOns: [] };
      return { ...said, version: versions.get(plan), charge: charges[CHARGES.indexOf(charge)] } as unknown as Piece;
    }),
  );
  const sizes = new Map<string, bigint>();
  for (const [key, its] of poolSizes(story)) {
    const [pool = '', unit] = key.split('|');
    sizes.set(JSON.stringify(story.ofUnits.includes(pool) ? ['pool', pool, unit] : ['pool', pool]), its);
  }
  for (const { id, plan, businessUnit, sizes: own } of story.members) {
    for (const [place, name] of OWN.entries()) {
      const allowance = { kind: 'individual', id: name } as Allowance;
      sizes.set(sourceOf(allowance, { subscription: id, plan, businessUnit }), own[place] ?? 0n);
    }
  }
  const { rests, left } = draw({ pools: [] } as unknown as World, sizes, [], new Map(), pieces);
  const found: Outcome = {};
  const note = (key: string, quantity: bigint) => {
    if (quantity > 0n) found[key] = (found[key] ?? 0n) + quantity;
  };
  const keyOfSource = (source: string) => {
    const [, pool = '', unit = ''] = JSON.parse(source) as string[];
    return `${pool}|${unit}`;
  };
  for (const { piece, quantity, pool } of rests) {
    const { subscription, plan, businessUnit, date, charge } = piece;
    if (pool === '') note(`${subscription} ${date} ${charge.id}`, quantity);
    else note(`${keyOfSource(pool)} ${plan} ${businessUnit} ${date} ${charge.id}`, quantity);
  }
  for (const [source, stocks] of left)
    if (source.startsWith('["pool"'))
      note(
        `rest of ${keyOfSource(source)}`,
        stocks.reduce((sum, each) => sum + each.quantity, 0n),
      );
  return found;
}

test('stacks in any mixture, settled level by level, come to what one record at a time comes to', () => {
  fc.assert(
    fc.property(stories, shuffles, (story, turns) => {
      expect(toldApart(story, turns)).toEqual(naively(story));
    }),
    { numRuns: 500 },
  );
});
