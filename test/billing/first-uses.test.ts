import { describe, expect, test } from 'vitest';
import { runningMonth } from '#shared/billing/use-cases/usage/running-month.ts';
import { readEntries, tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { inventoryHistory } from '#shared/commit-log/use-cases/inventory-history.ts';
import { backOutFile } from '#shared/mediation/use-cases/back-out-file.ts';
import { findFiles } from '#shared/mediation/use-cases/find-file.ts';
import { instantOf, isoInstant } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf, type Turn, type Use } from '../rating/fleet.ts';
import { FILES } from '../simulation/world.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';
import { type SmallOperator, smallOperator } from './small-operator.ts';

/** First uses of a subscription as they stand recorded: "2026-03-10 used". */
async function firstUses(ports: Parameters<typeof inventoryHistory>[0], subscription: string): Promise<string[]> {
  const [history] = await inventoryHistory(ports, subscription);
  const about = history?.entries.filter((entry) => entry.about === 'first use') ?? [];
  return about.map(({ from, says }) => `${isoInstant(from).slice(0, 10)} ${says}`);
}

describe('an identifier that turns out to be of another', () => {
  const inventory = (...rows: string[]) => ({
    name: 'nine.csv',
    text: ['subscription,effectiveFrom,state,payer,plan,businessUnit,imsi', ...rows].join('\n'),
  });
  const READY = 'S9,2026-10-05,ready,alpha,flex,east,262010000000009';
  const OTHER = 'SX,2026-10-05,active,alpha,flex,west,';
  /** S9 is ready, and its SIM card was used on 7 October. */
  async function used(): Promise<SmallOperator> {
    const operator = await smallOperator();
    await operator.load([inventory(READY, OTHER)]);
    await operator.dropFile(FILES.first);
    expect(await firstUses(operator.world, 'S9')).toEqual(['2026-10-07 used']);
    return operator;
  }

  test('takes the first use with it: who had it is ready again, and owes nothing', async () => {
    const operator = await used();
    await operator.load([inventory('SX,2026-10-05,,,,,262010000000009')]);
    expect(await firstUses(operator.world, 'S9')).toEqual(['2026-10-07 used', '2026-10-07 not used after all']);
    expect(await firstUses(operator.world, 'SX')).toEqual([]);
    const never = await smallOperator();
    await never.load([inventory('SX,2026-10-05,active,alpha,flex,west,262010000000009')]);
    await never.dropFile(FILES.first);
    expect(await operator.bill('2026-10')).toEqual(await never.bill('2026-10'));
  });

  test('gives it back, where that was wrong, and is the first use of who is ready as well', async () => {
    const operator = await used();
    await operator.load([inventory('SX,2026-10-05,,,,,262010000000009')]);
    await operator.load([inventory('SX,2026-10-05,ready,,,,')]);
    expect(await firstUses(operator.world, 'SX')).toEqual(['2026-10-07 used']);
    await operator.load([inventory('S9,2026-10-05,,,,,262010000000009')]);
    expect((await firstUses(operator.world, 'S9')).at(-1)).toBe('2026-10-07 used');
    expect((await firstUses(operator.world, 'SX')).at(-1)).toBe('2026-10-07 not used after all');
  });

  test('once its file is backed out, the next use is found, in whatever month', async () => {
    const operator = await used();
    operator.setClock('2026-12-04T09:00:00+01:00');
    await operator.dropFile(FILES.november);
    await backOutFile(operator.world, (await findFiles(operator.world, FILES.first.name))[0]?.file ?? '', 1, '', 'ops');
    await operator.settle();
    expect(await firstUses(operator.world, 'S9')).toEqual([
      '2026-10-07 used',
      '2026-10-07 not used after all',
      '2026-11-08 used',
    ]);
    const [history] = await inventoryHistory(operator.world, 'S9');
    const [, gone, next] = history?.entries.filter(({ about }) => about === 'first use') ?? [];
    expect(next?.position, 'what is taken back and what comes instead, seen together').toBe(gone?.position);
  });

  test('is rated in its turn: what is active from then on is in the running month', async () => {
    // A fee of 4.90 for each of the days of November, of S1 to S4, SX and of S9.
    const { world } = await used();
    expect((await runningMonth(world, 'alpha'))?.running).toMatchObject({ subscriptions: 6, net: { east: '14.7' } });
  });

  test('does not take it, where it is of another only after that use', async () => {
    const operator = await used();
    await operator.load([inventory('SX,2026-10-08,,,,,262010000000009')]);
    expect(await firstUses(operator.world, 'S9')).toEqual(['2026-10-07 used']);
  });
});

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 31.00 }]'));
const used = (at: string): Use => ({ at: `${at}T12:00:00Z`, bytes: 1_000_000 });

/** SIM 1, ready from January on and used on 10 January, or at another time, in a world that bills two months back. */
async function usedInJanuary(use = used('2026-01-10')): Promise<{ world: MemoryWorld; months: readonly string[] }> {
  const world = await memoryWorld(CATALOG, { backBillingMonths: 2 });
  const turns = [
    { at: '2020-01-01', has: 'imsi#1', payer: '' },
    { at: '2026-01-01', state: 'ready', plan: 'a' },
  ] as const;
  await world.record([accountFact('p'), ...factsOf('1', turns, BERLIN).map(({ fact }) => fact)]);
  const months = await world.load('january', '1', [use]);
  await world.rateFirstUses(['1']);
  return { world, months };
}
async function billUntil(world: MemoryWorld, last: number): Promise<void> {
  for (let month = 1; month <= last; month++) {
    world.setClock(`2026-0${month + 1}-02`);
    await world.bill(`2026-0${month}`);
  }
}

describe('behind the back-billing limit', () => {
  test('a first use stays, though its file is backed out; before, it goes', async () => {
    // Once April is billed, what was before 1 March is frozen: 23:00Z on the last of February, in Berlin.
    for (const [use, billed, left] of [
      [used('2026-01-10'), 2, ['2026-01-10 used', '2026-01-10 not used after all']],
      [used('2026-01-10'), 4, ['2026-01-10 used']],
      [{ at: '2026-02-28T22:59:59Z', bytes: 1 }, 4, ['2026-02-28 used']],
      [{ at: '2026-02-28T23:00:00Z', bytes: 1 }, 4, ['2026-02-28 used', '2026-02-28 not used after all']],
    ] as const) {
      const { world, months } = await usedInJanuary(use);
      await billUntil(world, billed);
      await world.backOut('january', months);
      await world.rateFirstUses(['1']);
      expect(await firstUses(world.ports, '1')).toEqual(left);
    }
  });

  test('it stays, though its identifier turns out to have been of another', async () => {
    const { world } = await usedInJanuary();
    await billUntil(world, 4);
    await world.record([
      { kind: 'identifier', identifier: 'imsi#1', effectiveFrom: instantOf('2026-01-01', BERLIN), subscription: 'x' },
    ]);
    await world.rateFirstUses(['1']);
    expect(await firstUses(world.ports, '1')).toEqual(['2026-01-10 used']);
  });

  test('an earlier use is not recorded any more', async () => {
    const { world } = await usedInJanuary();
    await billUntil(world, 4);
    await world.load('late', '1', [used('2026-01-05')]);
    await world.rateFirstUses(['1']);
    expect(await firstUses(world.ports, '1')).toEqual(['2026-01-10 used']);
  });
});

test('a first use is recorded once, by rating, and whoever projects entries is told', async () => {
  const { world } = await usedInJanuary();
  await world.load('earlier', '1', [used('2026-01-05')]);
  const sent = await world.rateFirstUses(['1']);
  const last = await tail(world.ports.decisions, 0);
  expect(sent).toEqual([{ queue: 'entries', position: last }]);
  expect(await readEntries(world.ports.decisions, last - 1, last)).toMatchObject([{ by: 'rating' }]);
  expect(await world.rateFirstUses(['1'])).toEqual([]);
  expect(await tail(world.ports.decisions, 0)).toBe(last);
});

test('what comes behind the first use is not looked at, though it was recorded before', async () => {
  const { world } = await usedInJanuary();
  await world.load('february', '1', [used('2026-02-10')]);
  await world.load('earlier', '1', [used('2026-01-05')]);
  await world.rateFirstUses(['1']);
  expect(await firstUses(world.ports, '1')).toEqual(['2026-01-05 used', '2026-01-10 used']);
  await world.backOut('january', ['2026-01']);
  await world.rateFirstUses(['1']);
  expect(await firstUses(world.ports, '1')).toEqual(['2026-01-05 used', '2026-01-10 used']);
});

test.each([
  ['before it is ready', '2025-12-31T22:59:59Z', []],
  ['as it becomes ready', '2025-12-31T23:00:00Z', ['2025-12-31 used']],
])('usage %s', async (_, at, expected) => {
  const { world } = await usedInJanuary({ at, bytes: 1 });
  expect(await firstUses(world.ports, '1')).toEqual(expected);
});

test.each<[string, readonly Turn[]]>([
  ['has ever paid', [{ at: '2026-03-01', plan: 'a' }]],
  [
    'pays any more',
    [
      { at: '2026-01-01', plan: 'a' },
      { at: '2026-01-02', payer: '', plan: 'a' },
    ],
  ],
])('a use at a time when nobody %s is the first as well, and goes with its file', async (_, paid) => {
  const world = await memoryWorld(CATALOG);
  const ready = factsOf('1', [{ at: '2026-01-01', state: 'ready' }], BERLIN).filter(
    ({ fact }) => fact.kind === 'state',
  );
  const has = factsOf('1', [{ at: '2020-01-01', has: 'imsi#1' }], BERLIN);
  const facts = [...has, ...ready, ...factsOf('1', paid, BERLIN)].map(({ fact }) => fact);
  await world.record([accountFact('p'), ...facts]);
  const months = await world.load('january', '1', [used('2026-01-10')]);
  await world.rateFirstUses(['1']);
  expect(await firstUses(world.ports, '1')).toEqual(['2026-01-10 used']);
  await world.backOut('january', months);
  await world.rateFirstUses(['1']);
  expect(await firstUses(world.ports, '1')).toEqual(['2026-01-10 used', '2026-01-10 not used after all']);
});

test('a first use in the first instant the store still has is missed when it is gone', async () => {
  // Usage of a month is kept for twelve months after it: in February 2027, from February 2026 on.
  for (const [at, left] of [
    ['2026-01-31T23:59:59Z', ['2026-01-31 used']],
    ['2026-02-01T00:00:00Z', ['2026-02-01 used', '2026-02-01 not used after all']],
  ] as const) {
    const { world, months } = await usedInJanuary({ at, bytes: 1 });
    world.setClock('2027-02-15');
    await world.backOut('january', months);
    await world.rateFirstUses(['1']);
    expect(await firstUses(world.ports, '1')).toEqual(left);
  }
});

test('what the store forgot by its age is not missed: a first use stays, and later usage is none', async () => {
  const { world, months } = await usedInJanuary();
  world.setClock('2027-03-01');
  await world.backOut('january', months);
  await world.load('later', '1', [used('2026-06-10')]);
  await world.rateFirstUses(['1']);
  expect(await firstUses(world.ports, '1')).toEqual(['2026-01-10 used']);
});
