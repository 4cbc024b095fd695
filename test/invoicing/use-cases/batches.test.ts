import { describe, expect, test } from 'vitest';
import { payerBatches } from '#shared/billing/use-cases/runs/plan-run.ts';
import { type DocumentBatch, documentBatches } from '#shared/invoicing/use-cases/number-documents.ts';
import { accountFact, type MemoryWorld, memoryWorld } from '../../billing/memory-world.ts';
import { simOf } from '../../billing/sim.ts';
import { BERLIN, catalogWith, factsOf, planOf } from '../../rating/fleet.ts';

const payers = (slices: readonly number[]) =>
  slices.map((count, at) => ({ payer: `p${at}`, slices: Array.from({ length: count }, (_, slice) => slice) }));

test.each<[string, number[], number[]]>([
  ['fifty small ones', Array(120).fill(1), [50, 50, 20]],
  ['fewer where they have many slices', [20, 20, 20, 1], [2, 2]],
  ['one of a million subscriptions by itself', [1, 200, 1], [1, 1, 1]],
])('a child invoices %s', (_, slices, expected) => {
  const batches = payerBatches(payers(slices));
  expect(batches.map((each) => each.payers.length)).toEqual(expected);
  expect(batches.map((each) => each.batch)).toEqual(expected.map((_, at) => at));
  expect(batches.flatMap((each) => each.payers)).toEqual(slices.map((_, at) => `p${at}`));
});

describe('a child writes and renders', () => {
  const documents = (records: readonly (number | undefined)[]) =>
    records.map((each, place) => ({
      ...{ payer: `p${place}`, businessUnit: '', kind: 'invoice' as const, place },
      ...(each !== undefined && { records: each }),
    }));

  test.each<[string, (number | undefined)[], [from: number, count: number][]]>([
    [
      'twenty small documents',
      Array(43).fill(undefined),
      [
        [0, 20],
        [20, 20],
        [40, 3],
      ],
    ],
    [
      'fewer with much itemised usage',
      [600_000, 400_000, 1, undefined],
      [
        [0, 2],
        [2, 2],
      ],
    ],
    [
      'one with more than a million records by itself',
      [5, 9_000_000, 5],
      [
        [0, 1],
        [1, 1],
        [2, 1],
      ],
    ],
  ])('%s', (_, records, expected) => {
    const batches = documentBatches(documents(records));
    expect(batches.map(({ from, count }) => [from, count])).toEqual(expected);
    expect(batches.map((each) => each.batch)).toEqual(expected.map((_, at) => at));
    expect(batches.flatMap((each) => each.documents ?? [])).toEqual(documents(records));
  });

  const CATALOG = catalogWith(
    planOf(
      'a',
      `[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 },
        { kind: usage, id: data, name: Data, match: { services: [data] }, measure: bytes, unit: MB, price: 0.50 }]`,
    ),
  );
  const east = factsOf(
    's1',
    [{ at: '2026-01-15', state: 'active', payer: 'p', plan: 'a', unit: 'east', has: 'imsi#1' }],
    BERLIN,
  ).map(({ fact }) => fact);
  const documentsOf = async ({ ports }: MemoryWorld, run: string) => {
    const kept = await ports.objects.get('work', `runs/${run}/document-batches.json`);
    const batches = JSON.parse(new TextDecoder().decode(kept)) as DocumentBatch[];
    return batches.flatMap((batch) => batch.documents ?? []);
  };

  test('what it knows of its documents: the records of each business unit in the period that is billed', async () => {
    const world = await memoryWorld(CATALOG);
    await world.record([accountFact('p'), ...east, ...simOf('p', 's2')]);
    await world.load('f', '1', [
      { at: '2026-01-31T08:00:00Z', bytes: 1000 },
      { at: '2026-02-03T08:00:00Z', bytes: 1000 },
      { at: '2026-02-04T08:00:00Z', bytes: 1000 },
    ]);
    world.setClock('2026-03-03');
    const told = await documentsOf(world, await world.bill('2026-02'));
    expect(told.map(({ businessUnit, records }) => [businessUnit, records])).toEqual([
      ['east', 2],
      ['', undefined],
    ]);
  });

  /** Of a seller whose corrections stand on documents of their own. */
  const correcting = async () => {
    const sellers = CATALOG.sellers.map((seller) => ({ ...seller, corrections: 'ownDocument' as const }));
    const world = await memoryWorld({ ...CATALOG, sellers });
    await world.record([accountFact('p'), ...east]);
    world.setClock('2026-02-03');
    return world;
  };
  const JANUARY = [{ at: '2026-01-31T08:00:00Z', bytes: 1_000_000 }];

  test('of what corrects another document nothing is itemised: the records are beside what bills the period', async () => {
    const world = await correcting();
    const months = await world.load('wrong', '1', JANUARY);
    const corrected = await world.bill('2026-01');
    await world.backOut('wrong', months);
    await world.load('f', '1', [{ at: '2026-02-03T08:00:00Z', bytes: 1000 }]);
    world.setClock('2026-03-03');
    const told = await documentsOf(world, await world.bill('2026-02'));
    expect(told.map(({ corrects, records }) => [corrects, records])).toEqual([
      [undefined, 1],
      [corrected, undefined],
    ]);
  });

  test('nothing of a kind that its seller has no series for, and says so', async () => {
    const world = await correcting();
    await world.bill('2026-01');
    await world.load('late', '1', JANUARY);
    world.setClock('2026-03-03');
    await expect(world.bill('2026-02')).rejects.toThrow('acme has no series of numbers for a debitNote');
  });
});
