import { beforeEach, describe, expect, test } from 'vitest';
import { draftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import { approveRun, discardRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { runStates } from '#shared/billing/use-cases/runs/run-state.ts';
import { showRun } from '#shared/billing/use-cases/runs/show-run.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { open } from '../../../cli/runs/run.ts';
import { memorySession, told } from '../../cli/memory-session.ts';
import { BERLIN, catalogWith, factsOf, planOf } from '../../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from '../memory-world.ts';
import { simOf } from '../sim.ts';

const CATALOG = catalogWith(
  planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00, proration: none }]'),
);
const RUN = 'acme-c01-2026-02-1';
let world: MemoryWorld;
beforeEach(async () => {
  world = await memoryWorld(CATALOG);
  await world.record([accountFact('good'), ...simOf('good')]);
  world.setClock('2026-03-03');
});
type Asked = Parameters<MemoryWorld['open']>[1];
const said = async (month: string, more: Asked) => {
  const result = await world.open(month, more);
  return result.outcome === 'refused' ? result.reason : result.outcome;
};

describe('opening a run is refused', () => {
  const alone = { cycle: 0, account: 'good' };
  test.each<[string, string, Asked, string]>([
    [
      'a period of a cycle that has not ended',
      '2026-03',
      {},
      'ends on 2026-04-01, which is still to come; say --before-end',
    ],
    ['a period of an account that has not ended', '2026-03', alone, 'ends on 2026-04-01'],
    ['a cycle with nothing in it', '2026-02', { cycle: 17 }, 'no account of acme has billing day 17'],
    [
      'usage cut off before the period',
      '2026-02',
      { terms: { usageCutOff: '2026-01-31' } },
      'write a day from 2026-02-01 to 2026-03-01',
    ],
    [
      'usage cut off behind the period',
      '2026-02',
      { terms: { usageCutOff: '2026-03-02' } },
      'the cut-off of usage, 2026-03-02, is outside',
    ],
    [
      'charges cut off before the period',
      '2026-02',
      { terms: { chargeCutOff: '2026-01-31' } },
      'the cut-off of charges, 2026-01-31, is outside',
    ],
    [
      'charges cut off behind the period',
      '2026-02',
      { terms: { chargeCutOff: '2026-03-02' } },
      'write a day from 2026-02-01 to 2026-03-01',
    ],
    [
      'the same of one account',
      '2026-02',
      { ...alone, terms: { chargeCutOff: '2026-03-02' } },
      'account good: the cut-off of charges',
    ],
    [
      'a cut-off that is still to come',
      '2026-03',
      { terms: { usageCutOff: '2026-03-10', chargeCutOff: '2026-03-10' } },
      'the cut-off 2026-03-10 is still to come',
    ],
    ['an unknown seller', '2026-02', { seller: 'nobody' }, 'there is no seller nobody; the catalogue has acme'],
    ['an unknown account', '2026-02', { cycle: 0, account: 'nobody' }, 'there is no account nobody'],
  ])('%s', async (_, month, more, reason) => {
    expect(await said(month, more)).toContain(reason);
  });

  test('unless a period that has not ended is asked for', async () => {
    expect(await said('2026-03', { beforeEnd: true })).toBe('opened');
  });

  test('a cut-off behind what is billed: what was posted is not billed again', async () => {
    await world.bill('2026-02', {
      cycle: 0,
      account: 'good',
      terms: { usageCutOff: '2026-02-20', chargeCutOff: '2026-02-20' },
    });
    const back = { usageCutOff: '2026-02-10', chargeCutOff: '2026-02-20' };
    expect(await said('2026-02', { cycle: 0, account: 'good', terms: back })).toContain(
      'a cut-off never goes back, to 2026-02-10',
    );
  });
});

describe('an unknown run', () => {
  test.each<[string, (run: string) => Promise<unknown>]>([
    ['shown', (run) => showRun(world.ports, run, 1)],
    ['approved', (run) => approveRun(world.ports, run, 'b', false)],
    ['posted', (run) => postRun(world.ports, run)],
    ['discarded', (run) => discardRun(world.ports, run, 'b', 'x')],
  ])('is not %s, and where those are is said', async (_, ask) => {
    await expect(ask('acme-c01-2020-01-1')).rejects.toThrow(
      'there is no run acme-c01-2020-01-1; `billing run list` shows those there are',
    );
  });
});

describe('an account that cannot be billed is left out of its run with the reason, and the others go on', () => {
  test.each([
    ['without tax data', { taxProfile: 'gone' }, 'account bad has tax profile gone, which is not in the catalogue'],
    [
      'without a currency rate',
      { currency: 'USD' },
      'no exchange rate between them on or before 2026-03-03: add it under exchangeRates',
    ],
  ] as const)('%s', async (_, fault, reason) => {
    await world.record([accountFact('bad', fault), ...simOf('bad')]);
    const run = await world.bill('2026-02');
    const { inError, checks } = await draftReport(world.ports, run);
    expect(inError).toEqual([{ payer: 'bad', reason: expect.stringContaining(reason) }]);
    expect(checks.filter(({ state }) => state === 'red').map(({ check, payers }) => `${check}: ${payers}`)).toEqual([
      'accounts in error: bad',
    ]);
    expect((await allDocuments(world.ports, run)).map(({ payer }) => payer)).toEqual(['good']);
    await world.record([accountFact('bad')]);
    const alone = await world.bill('2026-02', { cycle: 0, account: 'bad' });
    expect((await allDocuments(world.ports, alone)).map(({ payer, net }) => `${payer} ${net}`)).toEqual(['bad 6.00']);
  });
});

describe('approval', () => {
  const states = async (run: string) =>
    (await runStates(world.ports.decisions, run)).map(({ state, by }) => `${state} by ${by}`);

  test('by the opener is refused under four eyes, and by anybody else it is not', async () => {
    await world.open('2026-02');
    await world.work();
    const strict = { ...world.ports, fourEyes: true };
    expect(await approveRun(strict, RUN, 'opener', true)).toEqual({
      outcome: 'refused',
      reason: `run ${RUN} was opened by opener; four eyes are asked for, so another must approve it`,
    });
    expect(await approveRun(strict, RUN, 'another', false)).toEqual({ outcome: 'done' });
  });

  test('by a rule is refused to who asks for it, where the environment wants four eyes and a person', async () => {
    const { world: of, ...session } = memorySession('anna');
    const strict = { ...session, world: { ...of, settings: { ...of.settings, fourEyes: true } } };
    const asked = {
      cycle: 1,
      account: '',
      month: '2026-02',
      invoiceDate: '',
      seller: 'acme',
      beforeEnd: false,
      wait: false,
    };
    await expect(told((output) => open(strict, { ...asked, terms: { approval: 'rule' } }, output))).rejects.toThrow(
      'a rule cannot approve here (approval: rule): this environment asks for four eyes and for a person',
    );
  });

  /** What a rule makes of February, after January was billed by a person. */
  async function byRule(change: () => Promise<unknown>, approval: 'person' | 'rule' | ''): Promise<string[]> {
    world.setClock('2026-02-03');
    await world.bill('2026-01');
    await change();
    world.setClock('2026-03-03');
    await world.open('2026-02', { terms: { approval } });
    await world.work();
    return states(RUN);
  }
  const left = ['opened by opener', 'drafted by draft-run'];
  test.each<[string, 'person' | 'rule' | '', string[], () => Promise<unknown>]>([
    ['where nothing is remarkable', 'rule', [...left, 'approved by rule'], async () => undefined],
    ['not where a person is asked for', 'person', left, async () => undefined],
    ['not where nobody asks for a rule', '', left, async () => undefined],
    [
      'not where a check is red',
      'rule',
      left,
      () => world.record([accountFact('bad', { taxProfile: 'gone' }), ...simOf('bad')]),
    ],
    [
      'not where the total is off the median',
      'rule',
      left,
      () =>
        world.record(
          factsOf('more', [{ at: '2026-02-01', state: 'active', payer: 'good', plan: 'a' }], BERLIN).map(
            ({ fact }) => fact,
          ),
        ),
    ],
  ])('by a rule: %s', async (_, approval, wanted, change) => {
    expect(await byRule(change, approval)).toEqual(wanted);
  });
});
