import { describe, expect, test } from 'vitest';
import { inventoryHistory } from '#shared/commit-log/use-cases/inventory-history.ts';
import { backOutFile } from '#shared/mediation/use-cases/back-out-file.ts';
import { findFiles } from '#shared/mediation/use-cases/find-file.ts';
import { instantOf, isoInstant } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf, type Use } from '../rating/fleet.ts';
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

  test('does not take it, where it is of another only after that use', async () => {
    const operator = await used();
    await operator.load([inventory('SX,2026-10-08,,,,,262010000000009')]);
    expect(await firstUses(operator.world, 'S9')).toEqual(['2026-10-07 used']);
  });
});

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 31.00 }]'));
const used = (at: string): Use => ({ at: `${at}T12:00:00Z`, bytes: 1_000_000 });

/** SIM 1, ready from January on and used on 10 January, in a world that bills two months back. */
async function usedInJanuary(): Promise<{ world: MemoryWorld; months: readonly string[] }> {
  const world = await memoryWorld(CATALOG, { backBillingMonths: 2 });
  const turns = [
    { at: '2020-01-01', has: 'imsi#1', payer: '' },
    { at: '2026-01-01', state: 'ready', plan: 'a' },
  ] as const;
  await world.record([accountFact('p'), ...factsOf('1', turns, BERLIN).map(({ fact }) => fact)]);
  const months = await world.load('january', '1', [used('2026-01-10')]);
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
    for (const [billed, left] of [
      [2, ['2026-01-10 used', '2026-01-10 not used after all']],
      [4, ['2026-01-10 used']],
    ] as const) {
      const { world, months } = await usedInJanuary();
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

test('what the store forgot by its age is not missed: a first use stays, and later usage is none', async () => {
  const { world, months } = await usedInJanuary();
  world.setClock('2027-03-01');
  await world.backOut('january', months);
  await world.load('later', '1', [used('2026-06-10')]);
  await world.rateFirstUses(['1']);
  expect(await firstUses(world.ports, '1')).toEqual(['2026-01-10 used']);
});
