import { expect, test } from 'vitest';
import { isSamePerson } from '#shared/billing/approval.ts';
import { runStates } from '#shared/billing/use-cases/runs/run-state.ts';
import { BERLIN, catalogWith, factsOf, planOf } from '../rating/fleet.ts';
import { accountFact, memoryWorld } from './memory-world.ts';

const CATALOG = catalogWith(
  planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00, proration: none }]'),
);

test('a rule approves a run of which nothing is remarkable, and leaves the first one and amendments to a person', async () => {
  const world = await memoryWorld(CATALOG, { approval: 'rule' });
  const turns = [
    { at: '2020-01-01', has: 'imsi#1' },
    { at: '2026-01-01', state: 'active', plan: 'a' },
  ] as const;
  await world.record([accountFact('p'), ...factsOf('1', turns, BERLIN).map(({ fact }) => fact)]);
  const statesOf = async (run: string) =>
    (await runStates(world.ports.decisions, run)).map(({ state, by }) => `${state} by ${by}`);

  world.setClock('2026-02-02');
  expect(await statesOf(await world.bill('2026-01'))).toContain('approved by approver');
  world.setClock('2026-03-02');
  const run = await world.bill('2026-02');
  expect(await statesOf(run)).toEqual([
    'opened by opener',
    'drafted by draft-run',
    'approved by rule',
    'posting by post-run',
    'posted by post-run',
  ]);
  const approved = (await runStates(world.ports.decisions, run)).find(({ by }) => by === 'rule');
  expect(approved?.note).toBe('nothing red, every total within 10 % of the median');
  const amendment = {
    kind: 'adjustment',
    number: 'INV-2026-000002',
    run,
    businessUnit: '',
    reason: 'r',
    line: 1,
    amount: '0.01',
  } as const;
  expect(await statesOf(await world.amend('p', amendment))).toContain('approved by approver');
});

test.each([
  ['ops', 'ops', true],
  ['anna', 'hanna', false],
  [' Anna  Maria', 'anna maria ', true],
  ['Anna Maria', 'AnnaMaria', false],
  ['Anna\u0301', 'ann\u00e1', true],
  ['Jörg Groß', 'JÖRG GROSS', true],
  ['Jörg Groẞ', 'jörg gross', true],
])('for four eyes "%s" and "%s" are one person: %j', (one, other, isOne) => {
  expect(isSamePerson(one, other)).toBe(isOne);
});

const RULE = { approval: 'rule' } as const;
const SURE = { approval: 'person' } as const;

// Whose word counts where four eyes are asked for: the environment's and the run's, and never the run's alone.
test.each([
  [false, 'person', RULE, 'opened'],
  [true, 'person', RULE, 'refused'],
  [true, 'person', SURE, 'opened'],
  [true, 'person', {}, 'opened'],
  [true, 'rule', RULE, 'opened'],
  [true, 'rule', {}, 'opened'],
] as const)('four eyes %j, %s approves: a run that says %j is %s', async (fourEyes, approval, terms, outcome) => {
  const world = await memoryWorld(CATALOG, { approval, fourEyes });
  await world.record([accountFact('p')]);
  world.setClock('2026-02-02');
  const opened = await world.open('2026-01', { terms });
  expect(opened).toMatchObject({ outcome });
  if (opened.outcome === 'refused')
    expect(opened.reason).toBe(
      'a rule cannot approve here (approval: rule): this environment asks for four eyes and for a person; leave it out, or set `approval: rule` in the settings of the environment',
    );
});

test('a run that asked for a rule before the environment asked for four eyes waits for a person', async () => {
  const world = await memoryWorld(CATALOG);
  const turns = [
    { at: '2020-01-01', has: 'imsi#1' },
    { at: '2026-01-01', state: 'active', plan: 'a' },
  ] as const;
  await world.record([accountFact('p'), ...factsOf('1', turns, BERLIN).map(({ fact }) => fact)]);
  world.setClock('2026-02-02');
  await world.bill('2026-01');
  world.setClock('2026-03-02');
  await world.open('2026-02', { terms: RULE });
  world.askFourEyes();
  await world.work();
  expect((await runStates(world.ports.decisions, 'acme-c01-2026-02-1')).at(-1)?.state).toBe('drafted');
});

test.each([
  ['person', {}, 'drafted'],
  ['rule', {}, 'approved'],
  ['person', { approval: 'rule' }, 'approved'],
  ['rule', { approval: 'person' }, 'drafted'],
] as const)(
  'where a %s approves and the run says %j, one of which nothing is remarkable is %s',
  async (approval, terms, state) => {
    const world = await memoryWorld(CATALOG, { approval });
    const turns = [
      { at: '2020-01-01', has: 'imsi#1' },
      { at: '2026-01-01', state: 'active', plan: 'a' },
    ] as const;
    await world.record([accountFact('p'), ...factsOf('1', turns, BERLIN).map(({ fact }) => fact)]);
    world.setClock('2026-02-02');
    await world.bill('2026-01');
    world.setClock('2026-03-02');
    await world.open('2026-02', { terms });
    await world.work();
    const last = (await runStates(world.ports.decisions, 'acme-c01-2026-02-1')).at(-1);
    const note = state === 'approved' ? 'nothing red, every total within 10 % of the median' : '';
    expect(last).toMatchObject({ state, note });
  },
);
