import { expect, test } from 'vitest';
import type { Draft, Link } from '#shared/billing/draft.ts';
import { ENGINE_VERSION, linkOf } from '#shared/billing/draft.ts';
import { type DraftSummary, runKeys } from '#shared/billing/run.ts';
import { draftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import { approveRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { runStates } from '#shared/billing/use-cases/runs/run-state.ts';
import { readContent, writeContent } from '#shared/commit-log/use-cases/content.ts';
import { BERLIN, catalogWith, factsOf, planOf, SELLER } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const CATALOG = catalogWith(
  planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00, proration: none }]'),
);

async function draftOf({ ports }: MemoryWorld, run: string): Promise<Draft> {
  const summary = await ports.decisions.get<DraftSummary>(runKeys.draft(run, 'p'));
  return (await readContent(ports.objects, summary!.draft)) as Draft;
}

/** The next link of the chain, as code with a bug would have posted it: every fee came to 3.01. */
async function postWithBug(world: MemoryWorld, run: string, n: number, engineVersion: string): Promise<void> {
  const { objects, decisions } = world.ports;
  const draft = await draftOf(world, run);
  const lines = draft.lines.map((line) => ({ ...line, amount: '3.01' }));
  const wrong = { ...draft, lines, engineVersion };
  const reference = await writeContent(objects, `runs/${run}/drafts/wrong`, wrong);
  await decisions.putIfAbsent<Link>(runKeys.link(SELLER, 'p', n), linkOf(wrong, reference));
}

test.each([
  [
    'is put right at the next run, shows why, and waits for a person',
    '0',
    ['computation changed -0.01', 'computation changed -0.01', ' 3.00'],
  ],
  ['of the same version is not looked for in periods that nothing touched', ENGINE_VERSION, [' 3.00']],
])('a price bug that was mended in the code between two runs %s', async (_, version, moved) => {
  const world = await memoryWorld(CATALOG, { approval: 'rule' });
  const turns = [
    { at: '2020-01-01', has: 'imsi#1' },
    { at: '2026-01-01', state: 'active', plan: 'a' },
  ] as const;
  await world.record([accountFact('p'), ...factsOf('1', turns, BERLIN).map(({ fact }) => fact)]);
  world.setClock('2026-02-02');
  await world.bill('2026-01');
  world.setClock('2026-03-02');
  const second = await world.bill('2026-02');
  await postWithBug(world, second, 3, version);

  world.setClock('2026-04-02');
  const opened = await world.open('2026-03');
  await world.work();
  const run = opened.outcome === 'opened' ? opened.run : '';
  const { documents } = await draftOf(world, run);
  const told = documents.flatMap(({ lines }) => lines.map(({ reason, net }) => `${reason} ${net}`));
  expect(told.sort()).toEqual([...moved].sort());
  const isHeld = moved.length > 1;
  expect((await draftReport(world.ports, run)).unexplained).toEqual(isHeld ? ['p'] : []);
  const states = (await runStates(world.ports.decisions, run)).map(({ state }) => state);
  expect(states.includes('approved')).toBe(!isHeld);
  const reason =
    'lines of p moved though no fact did (computation changed); look at them, then say --accept-unexplained';
  const refused = { outcome: 'refused', reason };
  expect(await approveRun(world.ports, run, 'a', false)).toEqual(isHeld ? refused : { outcome: 'was so already' });
  const accepted = { outcome: isHeld ? 'done' : 'was so already' };
  expect(await approveRun(world.ports, run, 'a', true)).toEqual(accepted);
});
