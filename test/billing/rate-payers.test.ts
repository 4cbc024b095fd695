import { expect, test } from 'vitest';
import { type RatingWork, ratePayers } from '#shared/billing/use-cases/usage/rate-payers.ts';
import { shardOf } from '#shared/commit-log/inventory-rows.ts';
import { type ProjectionRow, type Projections, withPrefix } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { accountFacts, subscriptionFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { ALL_MONTHS, catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { accountAt } from '#shared/inventory/account-history.ts';
import { memoryProjections } from '#shared/memory/decisions.ts';
import { catalogWith, planOf } from '../rating/fleet.ts';
import { accountFact, memoryWorld } from './memory-world.ts';
import { simOf } from './sim.ts';

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]'));
const SIMS = Array.from({ length: 40 }, (_, place) => `s${place}`);
/** 17 of 31 days of 40 times 3.00. */
const NET = { '': '65.81' };
const SHARDS = new Set(SIMS.map(shardOf));

type AccountOf = Parameters<typeof ratePayers>[4];

/** An account of forty subscriptions, projected into projections of its own, and what rates it when some of them are touched. */
async function fleet() {
  const world = await memoryWorld(CATALOG);
  await world.record([accountFact('p'), ...SIMS.flatMap((id) => simOf('p', id))]);
  const position = await tail(world.ports.decisions, 0);
  const state = await worldAt(world.ports, position, ALL_MONTHS);
  const { catalog } = await catalogOf(world.ports, state);
  const projections = memoryProjections();
  await projectFacts({ ...world.ports, projections }, position);
  const known = { position, cutOff: Number.MAX_SAFE_INTEGER };
  const rate = (through: Projections, touched: readonly string[]) =>
    rateBy(through, touched, async (id) => {
      const view = accountAt(await accountFacts(projections, id), known, known.cutOff);
      return view && { view, saidAt: position };
    });
  const rateBy = async (through: Projections, touched: readonly string[], accountOf: AccountOf) => {
    const facts = await Promise.all(touched.map(async (id) => [id, await subscriptionFacts(projections, id)] as const));
    const work: RatingWork = new Map([['acme#p', { seller: 'acme', payer: 'p', subscriptions: new Map(facts) }]]);
    const ports = { ...world.ports, projections: through };
    const rated = await ratePayers(ports, state, catalog, work, accountOf);
    for (const { shards, sum } of rated.values()) await sum(shards);
    return rated;
  };
  return { projections, rate, rateBy };
}

/** Projections that note what is rated, and die at a write. */
function mortal(projections: Projections, diesAt: number) {
  const rated: string[] = [];
  const through: Projections = {
    ...projections,
    async putNewer(row: ProjectionRow<unknown>) {
      if (rated.length === diesAt) throw new Error('died');
      rated.push(row.partition);
      return projections.putNewer(row);
    },
  };
  return { through, rated, subscriptions: () => rated.filter((name) => /^rated#acme#p#[^#]*#/.test(name)).length };
}

async function running({ query }: Projections) {
  return (await query('running#acme#p', withPrefix(''))).map((row) => row.value);
}

test('the first rating of a period takes every subscription, a later one what was touched', async () => {
  const { projections, rate } = await fleet();
  const first = mortal(projections, -1);
  await rate(first.through, ['s3']);
  expect(first.subscriptions()).toBe(40);
  expect(await running(projections)).toMatchObject([{ subscriptions: 40, net: NET }]);
  const later = mortal(projections, -1);
  await rate(later.through, ['s3', 's4']);
  expect(later.subscriptions()).toBe(2);
  expect(await running(projections)).toMatchObject([{ subscriptions: 40, net: NET }]);
});

test('of a small payer, or a few shards of a large one, nothing is left to be summed', async () => {
  const { projections, rate } = await fleet();
  expect((await rate(projections, ['s3'])).size).toBe(0);
  expect((await rate(projections, ['s3', 's4'])).size).toBe(0);
  const [large] = (await rate(projections, SIMS)).values();
  expect(large?.shards).toEqual(SHARDS);
});

test('sums of nine shards are left to be made once at the end, of eight they are made at once', async () => {
  const { projections, rate } = await fleet();
  await rate(projections, ['s3']);
  const byShard = [...Map.groupBy(SIMS, shardOf).values()].map(([id = '']) => id);
  expect((await rate(projections, byShard.slice(0, 8))).size).toBe(0);
  expect((await rate(projections, byShard.slice(0, 9))).size).toBe(1);
});

test('a payer that is not known, or of another seller, has no running month', async () => {
  const { projections, rateBy } = await fleet();
  await rateBy(projections, ['s3'], async () => undefined);
  expect(await running(projections)).toEqual([]);
});

test.each([0, 1, 7, 30, 60])(
  'a first rating that dies at write %i is taken up behind the shards that are summed',
  async (diesAt) => {
    const { projections, rate } = await fleet();
    const dying = mortal(projections, diesAt);
    await expect(rate(dying.through, ['s3'])).rejects.toThrow('died');
    const summed = dying.rated.filter((name) => /^rated#acme#p#[^#]*$/.test(name)).length;
    const again = mortal(projections, -1);
    await rate(again.through, ['s3']);
    expect(await running(projections)).toMatchObject([{ subscriptions: 40, net: NET }]);
    expect(again.rated.filter((name) => /^rated#acme#p#[^#]*$/.test(name)).length).toBeLessThanOrEqual(
      SHARDS.size - summed + 1,
    );
  },
);
