import { describe, expect, test } from 'vitest';
import type { Draft } from '#shared/billing/draft.ts';
import { type DraftSummary, runKeys } from '#shared/billing/run.ts';
import { chainEnd, draftOfRun } from '#shared/billing/use-cases/runs/chain.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { BERLIN, catalogWith, factsOf, planOf, SELLER } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const CATALOG = catalogWith(
  planOf(
    'a',
    '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }, { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }]',
  ),
);
const MONTHS = [
  ['2026-01', '2026-02-02'],
  ['2026-02', '2026-03-02'],
  ['2026-03', '2026-04-02'],
  ['2026-04', '2026-05-02'],
  ['2026-05', '2026-06-02'],
] as const;

/** A world in which the account begins in January and the back-billing limit is two months. */
async function opening(): Promise<MemoryWorld> {
  const world = await memoryWorld(CATALOG, { backBillingMonths: 2 });
  await world.record([
    accountFact('p'),
    ...factsOf(
      '1',
      [
        { at: '2020-01-01', has: 'imsi#1' },
        { at: '2026-01-01', state: 'active', plan: 'a' },
      ],
      BERLIN,
    ).map(({ fact }) => fact),
  ]);
  return world;
}
async function bill(world: MemoryWorld, month: string): Promise<Draft> {
  world.setClock(MONTHS.find(([each]) => each === month)?.[1] ?? '');
  const run = await world.bill(month);
  const summary = await world.ports.decisions.get<DraftSummary>(runKeys.draft(run, 'p'));
  return (await readContent(world.ports.objects, summary!.draft)) as Draft;
}
const told = (draft: Draft) =>
  draft.documents.flatMap(({ lines }) =>
    lines.map(({ line, net }) => `${line.charge} ${line.period.from.slice(0, 7)} ${net}`),
  );
const frozenUntil = async (world: MemoryWorld) =>
  (await chainEnd(world.ports.decisions, SELLER, 'p'))?.link.frozenUntil;

describe('a posted period that ended longer ago than the back-billing limit freezes', () => {
  test('month by month, the limit follows the run', async () => {
    const world = await opening();
    const limits: (string | undefined)[] = [];
    for (const [month] of MONTHS) {
      await bill(world, month);
      limits.push(await frozenUntil(world));
    }
    expect(limits).toEqual(['', '2026-01-01', '2026-02-01', '2026-03-01', '2026-04-01']);
  });

  test('an unposted period never freezes: a first run bills all there was', async () => {
    const world = await opening();
    await world.load('old', '1', [{ at: '2026-01-20T12:00:00Z', bytes: 5_000_000 }]);
    const draft = await bill(world, '2026-05');
    expect(await frozenUntil(world)).toBe('');
    expect(told(draft)).toEqual(expect.arrayContaining(['fee 2026-01 3.00', 'data 2026-01 5.00', 'fee 2026-05 3.00']));
    expect(new Set(draft.documents.flatMap(({ lines }) => lines.map(({ reason }) => reason)))).toEqual(new Set(['']));
  });

  test('what was not posted before the limit is not frozen by it: after January, May is the next', async () => {
    const world = await opening();
    for (const month of ['2026-01', '2026-05']) await bill(world, month);
    expect(await frozenUntil(world)).toBe('');
    await world.load('late', '1', [{ at: '2026-02-20T12:00:00Z', bytes: 5_000_000 }]);
    world.setClock('2026-07-02');
    const run = await world.bill('2026-06');
    expect(told(await draftOfRun(world.ports, run, 'p'))).toEqual(['fee 2026-06 3.00', 'data 2026-02 5.00']);
  });

  test('what was posted to the day of the limit is', async () => {
    const world = await opening();
    for (const month of ['2026-01', '2026-03']) await bill(world, month);
    expect(await frozenUntil(world)).toBe('2026-02-01');
  });

  test('a limit that is raised frees nothing that is frozen', async () => {
    const world = await opening();
    for (const month of ['2026-01', '2026-02', '2026-03']) await bill(world, month);
    world.ports.backBillingMonths = 6;
    await bill(world, '2026-04');
    expect(await frozenUntil(world)).toBe('2026-02-01');
  });

  test('a draft has no lines of what is frozen, and takes over all that follows', async () => {
    const world = await opening();
    for (const month of ['2026-01', '2026-02', '2026-03']) await bill(world, month);
    const { lines, measured } = await bill(world, '2026-04');
    expect(lines.map(({ period }) => period.from)).toEqual(['2026-02-01', '2026-03-01', '2026-04-01']);
    expect(new Set(measured.map(({ period }) => period.from)).size).toBe(measured.length);
  });

  test('late usage is billed until then, and not after; what is frozen is not credited either', async () => {
    const world = await opening();
    for (const month of ['2026-01', '2026-02']) await bill(world, month);
    await world.load('late', '1', [{ at: '2026-01-20T12:00:00Z', bytes: 5_000_000 }]);
    expect(told(await bill(world, '2026-03'))).toEqual(['fee 2026-03 3.00', 'data 2026-01 5.00']);
    const months = await world.load('later', '1', [{ at: '2026-01-21T12:00:00Z', bytes: 7_000_000 }]);
    expect(told(await bill(world, '2026-04'))).toEqual(['fee 2026-04 3.00']);
    await world.backOut('late', months);
    expect(told(await bill(world, '2026-05'))).toEqual(['fee 2026-05 3.00']);
  });

  test('a period nothing has touched is taken over as posted, and found again when something does', async () => {
    const world = await opening();
    await bill(world, '2026-01');
    const second = await bill(world, '2026-02');
    expect(second.lines.map(({ period }) => period.from)).toContain('2026-01-01');
    await world.load('late', '1', [{ at: '2026-01-20T12:00:00Z', bytes: 5_000_000 }]);
    const third = await bill(world, '2026-03');
    expect(third.documents[0]?.lines.map(({ reason }) => reason)).toEqual(['', 'late usage']);
    expect(third.lines.find(({ id }) => id.includes('|data|'))?.billedBy).toBe(third.run);
  });
});
