import { describe, expect, test } from 'vitest';
import { type RatingPace, rateUsage } from '#shared/billing/use-cases/usage/rate-usage.ts';
import { runningMonth } from '#shared/billing/use-cases/usage/running-month.ts';
import { type ProjectionRow, type Projections, withPrefix } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import type { PipelineMessage } from '#shared/mediation/ports.ts';
import { BERLIN, catalogWith, factsOf, planOf, type Turn } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const CATALOG = catalogWith(
  planOf(
    'a',
    '[{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1.00 }]',
  ),
);
const turns = (id: string, ...more: readonly Turn[]) =>
  factsOf(id, [{ at: '2026-01-01', has: `imsi#${id}` }, ...more], BERLIN).map(({ fact }) => fact);
const onPlan: Turn = { at: '2026-01-01', state: 'active', plan: 'a' };
const used = (at: string) => ({ at: `${at}T12:00:00Z`, bytes: 1_000_000 });

/** Rates what entries touched: what came of it, which entries are noted as rated, and what was sent again. */
async function rated(
  { ports }: Pick<MemoryWorld, 'ports'>,
  positions: readonly number[],
  together: number,
  isTimeLeft: boolean,
  more: Pick<RatingPace, 'settleAt'> = {},
) {
  const sent: PipelineMessage[] = [];
  const queues = { send: async (some: readonly PipelineMessage[]) => void sent.push(...some) };
  const messages = positions.map((position) => ({ file: '', generation: 0, chunk: -1, position }));
  const pace = { identifiersTogether: together, isTimeLeft: () => isTimeLeft, ...more };
  const { position: _, ...result } = await rateUsage({ ...ports, queues, keepMonths: 12 }, messages, pace);
  const notes = await ports.projections.query('rated-entries', withPrefix(''));
  const left = sent.map((message) => ('position' in message ? message.position : 0));
  return { ...result, noted: notes.map(({ sort }) => Number(sort)), sent: left };
}

describe('as many identifiers are rated together as is said, and more while there is time', () => {
  /** Three subscriptions, entered one after the other or at once; the last two have no plan, one used something in two months. */
  async function entered(atOnce: boolean): Promise<MemoryWorld> {
    const world = await memoryWorld(CATALOG);
    await world.record([accountFact('p')]);
    const each = [turns('1', onPlan), turns('2'), turns('3')];
    for (const facts of atOnce ? [each.flat()] : each) await world.record(facts);
    for (const id of ['1', '2', '3']) await world.load(`of ${id}`, id, [used('2026-01-15')]);
    await world.load('before', '3', [used('2025-12-15')]);
    return world;
  }

  test.each<[number, boolean, object]>([
    [1, false, { identifiers: 1, suspended: 0, left: 2, noted: [3], sent: [4, 5] }],
    [2, false, { identifiers: 2, suspended: 1, left: 1, noted: [3, 4], sent: [5] }],
    [3, false, { identifiers: 3, suspended: 2, left: 0, noted: [3, 4, 5], sent: [] }],
    [1, true, { identifiers: 3, suspended: 2, left: 0, noted: [3, 4, 5], sent: [] }],
  ])('of three entries, %i together, time left: %s', async (together, isTimeLeft, expected) => {
    expect(await rated(await entered(false), [3, 4, 5], together, isTimeLeft)).toEqual(expected);
  });

  test('an entry that is about nobody’s usage is done at once', async () => {
    const [account, file] = [2, 6];
    const done = { identifiers: 0, suspended: 0, left: 0, noted: [account, file], sent: [] };
    expect(await rated(await entered(false), [account, file], 1, false)).toEqual(done);
  });

  test('an entry of more is done where it was begun before: what is rated is passed over', async () => {
    const world = await entered(true);
    const begun = { identifiers: 2, suspended: 1, left: 1, noted: [], sent: [3] };
    expect(await rated(world, [3], 2, false)).toEqual(begun);
    expect(await rated(world, [3], 2, false)).toEqual({ identifiers: 3, suspended: 1, left: 0, noted: [3], sent: [] });
  });

  test('of what is rated only in some months, the others are rated', async () => {
    const world = await entered(true);
    expect(await rated(world, [3], 3, true)).toMatchObject({ suspended: 2 });
    await world.load('late', '2', [used('2025-11-15')]);
    expect(await rated(world, [3], 3, true)).toMatchObject({ suspended: 1 });
    expect(await world.ports.projections.query('suspense#2025-11', withPrefix(''))).toMatchObject([{ sort: 'imsi#2' }]);
  });
});

describe('sums are made and noted as soon as so much is rated, and once at the end', () => {
  const IDS = Array.from({ length: 40 }, (_, place) => `${place}`);
  /** Projections that note how often the running month was written, how often waiting usage was looked through, and what was put. */
  function watched(projections: Projections) {
    const [put, counts]: [string[], { sums: number; settled: number }] = [[], { sums: 0, settled: 0 }];
    const through: Projections = {
      ...projections,
      async put(rows) {
        put.push(...rows.map(({ partition }) => partition));
        await projections.put(rows);
      },
      async putNewer(row) {
        if (row.partition === 'running#acme#p') counts.sums++;
        return projections.putNewer(row);
      },
      async query(partition, range) {
        if (partition === 'suspense#2026-01') counts.settled++;
        return projections.query(partition, range);
      },
    };
    return { projections: through, put, counts };
  }
  const usual = { notes: 100, payers: 100 };

  /** Forty subscriptions of one payer, rated twenty at a time, and once more when all of them are. */
  test.each<[string, RatingPace['settleAt'], object, object]>([
    ['never before the end', undefined, { sums: 1, settled: 1 }, { sums: 0, settled: 1 }],
    ['never before the end, as little as it is', usual, { sums: 1, settled: 1 }, { sums: 0, settled: 1 }],
    ['at twenty notes', { ...usual, notes: 20 }, { sums: 2, settled: 2 }, { sums: 0, settled: 2 }],
    ['beyond twenty notes', { ...usual, notes: 21 }, { sums: 1, settled: 1 }, { sums: 0, settled: 1 }],
    ['at a payer', { ...usual, payers: 1 }, { sums: 2, settled: 2 }, { sums: 0, settled: 1 }],
    ['beyond a payer', { ...usual, payers: 2 }, { sums: 1, settled: 1 }, { sums: 0, settled: 1 }],
  ])('%s', async (_, settleAt, first, again) => {
    const world = await memoryWorld(CATALOG);
    await world.record([accountFact('p'), ...IDS.flatMap((id) => turns(id, onPlan))]);
    for (const id of IDS) await world.load(`of ${id}`, id, [used('2026-01-15')]);
    // The first rating of a period takes a payer whole, and sums it itself.
    await rated(world, [2], 40, true);
    const red = IDS.flatMap((id) => factsOf(id, [{ at: '2026-01-01', property: ['colour', 'red'] }], BERLIN));
    await world.record(red.map(({ fact }) => fact));
    const position = await tail(world.ports.decisions, 0);
    const { projections, put, counts } = watched(world.ports.projections);
    const rate = () => rated({ ports: { ...world.ports, projections } }, [position], 20, true, { settleAt });
    expect(await rate()).toMatchObject({ identifiers: 40, left: 0 });
    expect(counts).toEqual(first);
    expect(put.sort()).toEqual(['rated-entries', ...IDS.map((id) => `rated-identifier#imsi#${id}`)].sort());
    expect((await runningMonth(world.ports, 'p'))?.running).toMatchObject({ net: { '': '40' }, subscriptions: 40 });
    Object.assign(counts, { sums: 0, settled: 0 });
    await rate();
    expect(counts).toEqual(again);
  });
});

test('a large payer that is rated in parts is summed once, over all of them', async () => {
  const world = await memoryWorld(CATALOG);
  const ids = Array.from({ length: 40 }, (_, place) => `${place}`);
  await world.record([accountFact('p'), ...ids.flatMap((id) => turns(id, onPlan))]);
  const loadAll = async (file: string) => {
    for (const id of ids) await world.load(`${file} of ${id}`, id, [used('2026-01-15')]);
  };
  await loadAll('first');
  await rated(world, [2], 40, true);
  await loadAll('second');
  await world.record(
    ids
      .flatMap((id) => factsOf(id, [{ at: '2026-01-01', property: ['colour', 'red'] }], BERLIN))
      .map(({ fact }) => fact),
  );
  const position = await tail(world.ports.decisions, 0);
  expect(await rated(world, [position], 20, true)).toMatchObject({ identifiers: 40 });
  expect((await runningMonth(world.ports, 'p'))?.running).toMatchObject({ net: { '': '80' }, subscriptions: 40 });
});

test.each(['running#acme#p', 'rated#acme#p#2026-01-01@2'])(
  'of two ratings that race, the one that saw more stands, whichever writes %s last',
  async (partition) => {
    const world = await memoryWorld(CATALOG);
    await world.record([accountFact('p'), ...turns('1', onPlan)]);
    await world.load('first', '1', [used('2026-01-15')]);
    const { projections } = world.ports;
    let isOvertaken = false;
    const putNewer = async (row: ProjectionRow<unknown>) => {
      if (row.partition === partition && !isOvertaken) {
        isOvertaken = true;
        await world.load('second', '1', [used('2026-01-16')]);
        await rated(world, [2], 1, true);
      }
      return projections.putNewer(row);
    };
    await rated({ ...world, ports: { ...world.ports, projections: { ...projections, putNewer } } }, [2], 1, true);
    expect(isOvertaken).toBe(true);
    expect((await runningMonth(world.ports, 'p'))?.running).toMatchObject({ net: { '': '2' } });
  },
);
