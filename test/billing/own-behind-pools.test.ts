import { describe, expect, test } from 'vitest';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { type RatedSubscription, type RunningMonth, ratedKeys } from '#shared/billing/rated-rows.ts';
import { detailsPrefix } from '#shared/billing/run.ts';
import { simulateMonth } from '#shared/billing/simulate-month.ts';
import { draftOfRun } from '#shared/billing/use-cases/runs/chain.ts';
import { previewAccount } from '#shared/billing/use-cases/runs/preview-account.ts';
import { readRows } from '#shared/billing/use-cases/runs/row-parts.ts';
import { whatIf } from '#shared/billing/use-cases/runs/what-if.ts';
import { rateUsage } from '#shared/billing/use-cases/usage/rate-usage.ts';
import { shardOf } from '#shared/commit-log/inventory-rows.ts';
import { type ProjectionRow, withPrefix } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import type { SubscriptionDetail } from '#shared/rating/subscription-details.ts';
import { BERLIN, catalogWith, factsOf, planOf, type Use } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const MB = 1_000_000;
const data = (price: string, more = '') =>
  `{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: ${price} ${more} }`;
const own = (size: string, id = 'own', covers = 'data') =>
  `{ id: ${id}, name: Own, kind: individual, size: ${size}, covers: [${covers}] }`;
const flexible = (size: string, more = '') =>
  `{ id: fleet, name: Fleet, kind: flexible, pool: fleet, size: ${size}, covers: [data] ${more} }`;
const reserve = (size: string) =>
  `{ id: site, name: Site, kind: static, pool: site, size: ${size}, price: 2, covers: [data] }`;
const catalogOf = (charges: string, allowances: string) => catalogWith(planOf('a', `[${charges}]`, `[${allowances}]`));

/** Megabytes by day of February; of sent messages so many instead. */
type Days = Readonly<Record<number, number>>;
/** Of each subscription, in a business unit: what it used. */
type Fleet = Readonly<Record<string, { readonly unit?: string; readonly data: Days; readonly sms?: Days }>>;

function usesOf({ data: days, sms = {} }: Fleet[string]): Use[] {
  const at = (day: string) => `2026-02-${day.padStart(2, '0')}T12:00:00Z`;
  return [
    ...Object.entries(days).map(([day, used]): Use => ({ at: at(day), bytes: used * MB })),
    ...Object.entries(sms).map(([day, count]): Use => ({ at: at(day), service: 'sms', count })),
  ];
}

/** A world of such subscriptions of payer "p" at the beginning of March, two in a slice. */
async function worldOf(catalog: ReturnType<typeof catalogOf>, fleet: Fleet): Promise<MemoryWorld> {
  const world = await memoryWorld(catalog);
  const facts = Object.entries(fleet).flatMap(([id, { unit = '' }]) => {
    const turns = [
      { at: '2020-01-01', has: `imsi#${id}` },
      { at: '2026-01-15', state: 'active' as const, payer: 'p', plan: 'a', unit },
    ];
    return factsOf(id, turns, BERLIN).map(({ fact }) => fact);
  });
  await world.record([accountFact('p'), ...facts]);
  for (const [id, its] of Object.entries(fleet)) await world.load(`of ${id}`, id, usesOf(its));
  world.setClock('2026-03-02');
  return world;
}

/** "charge[@unit][ tier]: amount" of lines of February. */
function told(lines: readonly ChargeLine[]): string[] {
  return lines
    .filter(({ period }) => period.from === '2026-02-01')
    .map(({ charge, businessUnit, tier, amount }) => {
      return `${charge}${businessUnit && `@${businessUnit}`}${tier ? ` ${tier}` : ''}: ${amount}`;
    });
}

/** Rates whom the entry at a position is about. */
async function rate({ ports }: MemoryWorld, position: number): Promise<void> {
  const world = { ...ports, queues: { send: async () => undefined }, keepMonths: 12 };
  const pace = { identifiersTogether: 1, isTimeLeft: () => true };
  await rateUsage(world, [{ file: '', generation: 0, chunk: -1, position }], pace);
}

async function runningMonth({ ports }: MemoryWorld): Promise<RunningMonth | undefined> {
  const row = await ports.projections.get<RunningMonth>({ partition: 'running#acme#p', sort: '2026-02-01' });
  return row?.value;
}

/** 50 MB each in a pool and 30 MB of their own behind it: on the second day 40 of 60 MB are over, 6.666667 of them A's and 33.333333 B's. */
const AB: Fleet = {
  a: { data: { 1: 60, 2: 10, 3: 5 } },
  b: { data: { 1: 20, 2: 50, 3: 1 } },
};

describe('an individual allowance behind a pool (pricing rules §4, decision 61)', () => {
  test.each<[string, Fleet, string, string, string[]]>([
    [
      'B is 3.333333 MB over that day and 1 MB later',
      AB,
      data('1'),
      `${flexible('50 MB')}, ${own('30 MB')}`,
      ['data: 4.33'],
    ],
    [
      'both in slices of many',
      { ...AB, c: { data: {} }, d: { data: {} } },
      data('1'),
      `${flexible('25 MB')}, ${own('30 MB')}`,
      ['data: 4.33'],
    ],
    [
      'tiers count by subscription: 4 of it at 1.00, and 0.333333 at 0.30',
      AB,
      data('{ tiers: [{ upTo: 4, price: 1 }, { price: 0.30 }] }'),
      `${flexible('50 MB')}, ${own('30 MB')}`,
      ['data 1: 4.00', 'data 2: 0.10'],
    ],
    [
      'tiers count over the account: what A is over of a smaller one too',
      AB,
      data('{ tiers: [{ upTo: 4, price: 1 }, { price: 0.30 }] }', ', count: account'),
      // A is over by 1.666667 on the third day, B by 13.333333 on the second and 1 on the third
      `${flexible('50 MB')}, ${own('10 MB')}, ${own('10 MB', 'more')}`,
      ['data 1: 4.00', 'data 2: 3.10'],
    ],
    [
      'own, pool, own, pool: of 100 and 60 MB, 40 each go to their own, 40 to the pool, 10 and 10 to their own, 15 to the last',
      { a: { data: { 1: 100 } }, b: { data: { 1: 60 } } },
      data('1'),
      `${own('40 MB', 'front')}, ${flexible('20 MB')}, ${own('10 MB')}, ${reserve('15 MB')}`,
      ['data: 5.00', 'pool:site: 2.00'],
    ],
    [
      'each unit has a pool of its own: A is over by 25, B by 0 on the first day',
      { a: { ...AB.a!, unit: 'x' }, b: { data: { 1: 20, 2: 50, 3: 41 }, unit: 'y' } },
      data('1'),
      `${flexible('50 MB', ', scope: businessUnit')}, ${own('20 MB')}`,
      ['data@x: 5.00', 'data@y: 41.00'],
    ],
  ])('%s', async (_, fleet, charges, allowances, expected) => {
    const world = await worldOf(catalogOf(charges, allowances), fleet);
    const preview = await previewAccount(world.ports, 'p');
    expect(told(preview.lines)).toEqual(expected);
    const run = await world.bill('2026-02');
    expect(told((await draftOfRun(world.ports, run, 'p')).lines)).toEqual(expected);
  });

  test('messages it covers too, which no pool does, draw on it in the order of the days', async () => {
    const sms =
      '{ kind: usage, id: sms, name: Messages, match: { services: sms }, measure: records, unit: piece, price: 1 }';
    const pieces = data('1').replace('measure: bytes, unit: MB', 'measure: records, unit: piece');
    const pool = `{ id: fleet, name: Fleet, kind: static, pool: fleet, size: 1 pieces, price: 0, covers: [data] }`;
    const catalog = catalogOf(`${pieces}, ${sms}`, `${pool}, ${own('2 pieces', 'own', 'data, sms')}`);
    // a: the pool takes the record of the 1st, its own take the message of the 2nd and the record of the 3rd; the message of the 4th is over
    const world = await worldOf(catalog, { a: { data: { 1: 1, 3: 1 }, sms: { 2: 1, 4: 1 } } });
    const run = await world.bill('2026-02');
    expect(told((await draftOfRun(world.ports, run, 'p')).lines)).toEqual(['pool:fleet: 0.00', 'sms: 1.00']);
  });

  test('is kept by member: of 75 and 71 MB the pool took 63.333333 and 36.666667, their own 11.666667 and 30, and 4.333333 are left', async () => {
    const world = await worldOf(catalogOf(data('1'), `${flexible('50 MB')}, ${own('30 MB')}`), AB);
    const run = await world.bill('2026-02');
    const kept: string[] = [];
    for await (const row of readRows(world.ports.objects, `${detailsPrefix(run, 'p')}2026-02-01/`)) {
      const { subscription, quantity, covered, inPools, tiers } = row as SubscriptionDetail;
      kept.push([subscription, quantity, ...Object.values(inPools ?? {}), covered, ...Object.values(tiers)].join(' '));
    }
    expect(kept.sort()).toEqual(['a 75000000 63333333 11666667', 'b 71000000 36666667 30000000 4333333']);
  });

  test('what came late is billed as the difference', async () => {
    const catalog = catalogOf(data('1'), `${flexible('50 MB')}, ${own('30 MB')}`);
    const world = await worldOf(catalog, { ...AB, b: { data: { 1: 20, 2: 50 } } });
    const before = await world.bill('2026-02');
    expect(told((await draftOfRun(world.ports, before, 'p')).lines)).toEqual(['data: 3.33']);
    await world.load('late', 'b', usesOf({ data: { 3: 1 } }));
    world.setClock('2026-04-02');
    const run = await world.bill('2026-03');
    const { documents } = await draftOfRun(world.ports, run, 'p');
    const moved = documents.flatMap(({ lines }) => lines.map(({ net, reason }) => `${net} ${reason}`));
    expect(moved).toEqual(['1.00 late usage']);
  });

  test('the running month, what if, and a month that is made up come to the same', async () => {
    const catalog = catalogOf(data('1'), `${flexible('50 MB')}, ${own('30 MB')}`);
    const world = await worldOf(catalog, AB);
    const asked = { account: 'p', month: '2026-02', plans: new Map(), subscription: '', catalog: null };
    expect(await whatIf(world.ports, asked)).toMatchObject({ is: '4.33', wouldBe: '4.33' });
    world.setClock('2026-02-20');
    const position = await tail(world.ports.decisions, 0);
    await rate(world, 2);
    expect(await runningMonth(world)).toMatchObject({ asOf: position, net: { '': '4.33' } });
    // Two that use 84 MB each evenly, 3 MB a day: the pool is empty behind the 16th day and 2 MB of each, then 30 MB are their own, and 4 MB are over
    const use = {
      subscriptions: 0,
      without: 0,
      service: 'data',
      direction: '',
      zone: '',
      quantity: 84n * BigInt(MB),
    } as const;
    const made = { plan: 'a', account: '', month: '2026-02', subscriptions: 2 };
    const { lines } = simulateMonth(catalog, { ...made, uses: [{ ...use, carrierCharge: 0n, currency: '' }] });
    expect(told(lines)).toEqual(['data: 8.00']);
  });

  test('of members that used nothing there is nothing to be told apart', async () => {
    const world = await worldOf(catalogOf(data('1'), `${flexible('25 MB')}, ${own('30 MB')}`), {
      ...AB,
      ...{ c: { data: {} }, d: { data: {} } },
    });
    world.setClock('2026-02-20');
    await rate(world, 2);
    expect(await runningMonth(world)).toMatchObject({ net: { '': '4.33' }, subscriptions: 4 });
  });

  describe('a member somebody else has rated, and summed with nobody yet,', () => {
    const RATED = ratedKeys.payer('acme', 'p', '2026-02-01', 2);
    /** A and B, of whom somebody else has rated B as A; and what writes B anew, as A and as it was in turn. */
    async function overtaken() {
      const world = await worldOf(catalogOf(data('1'), `${flexible('50 MB')}, ${own('20 MB')}`), AB);
      world.setClock('2026-02-20');
      await rate(world, 2);
      expect(await runningMonth(world)).toMatchObject({ net: { '': '14.33' } });
      const { projections } = world.ports;
      const rowOf = async (id: string) => {
        const partition = ratedKeys.shard(RATED, shardOf(id));
        const [row] = await projections.query<RatedSubscription>(partition, withPrefix(id));
        return row!;
      };
      const [a, b] = [await rowOf('a'), await rowOf('b')];
      const asA = { sums: a.value.sums, member: { ...a.value.member!, subscription: 'b' } };
      let times = 0;
      const writeB = async () => {
        const value = times++ % 2 === 0 ? asA : b.value;
        await projections.putNewer({ ...b, position: b.position + times, value });
      };
      await writeB();
      expect(shardOf('a')).not.toBe(shardOf('b'));
      const coloured = factsOf('a', [{ at: '2026-02-01', property: ['colour', 'red'] }], BERLIN);
      await world.record(coloured.map(({ fact }) => fact));
      return { world, writeB, position: await tail(world.ports.decisions, 0) };
    }

    test('is summed before members are told apart', async () => {
      const { world, position } = await overtaken();
      await rate(world, position);
      // b as a: of 120 MB on the first day 20 are over, 10 of each; 10 on the second; then 5 of each are more than their own
      expect(await runningMonth(world)).toMatchObject({ net: { '': '10' } });
    });

    test('is left to another rating when that happens every time', async () => {
      const { world, writeB, position } = await overtaken();
      const { projections } = world.ports;
      const summed: string[] = [];
      const putNewer = async (row: ProjectionRow<unknown>) => {
        const isNewer = await projections.putNewer(row);
        if (row.partition === RATED && row.sort === shardOf('b')) {
          summed.push(row.sort);
          await writeB();
        }
        return isNewer;
      };
      const busy = { ...world, ports: { ...world.ports, projections: { ...projections, putNewer } } };
      await expect(rate(busy, position)).rejects.toThrow('members came to a pool with');
      expect(summed).toHaveLength(4);
      await rate(world, position);
      expect(await runningMonth(world)).toMatchObject({ asOf: position });
    });
  });
});
