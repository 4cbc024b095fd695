import { beforeEach, describe, expect, test } from 'vitest';
import { changeInventory } from '#shared/billing/use-cases/change-inventory.ts';
import { draftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import { approveRun, discardRun, postRun, type RunDecision } from '#shared/billing/use-cases/runs/decide-run.ts';
import { linkPayers, preparePosting } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { runStates } from '#shared/billing/use-cases/runs/run-state.ts';
import type { Fact } from '#shared/inventory/fact.ts';
import { instantOf, isoInstant } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, planOf } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';
import { simOf } from './sim.ts';

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]'));
let world: MemoryWorld;
beforeEach(async () => {
  world = await memoryWorld(CATALOG, { backBillingMonths: 2 });
  await world.record([accountFact('p'), accountFact('empty'), ...simOf('p', '1')]);
  world.setClock('2026-03-03');
});
const reason = (outcome: Awaited<ReturnType<MemoryWorld['open']>> | RunDecision) =>
  outcome.outcome === 'refused' ? outcome.reason : outcome.outcome;

describe('a run is not opened', () => {
  test.each<[string, string, Parameters<MemoryWorld['open']>[1], string]>([
    ['for an unknown seller', '2026-02', { seller: 'nobody' }, 'no seller nobody; the catalogue has acme'],
    ['for an unknown account', '2026-02', { account: 'nobody' }, 'no account nobody'],
    ['for no cycle', '2026-02', { cycle: 0 }, 'no cycle 0'],
    ['for a day no month has', '2026-02', { cycle: 32 }, 'no cycle 32; a cycle is a billing day, 1 to 31'],
    ['for a cycle with nobody in it', '2026-02', { cycle: 5 }, 'no account of acme has billing day 5'],
    ['for the last day of long months, with nobody in it', '2026-02', { cycle: 31 }, 'has billing day 31'],
    ['before the period of a cycle has ended', '2026-03', {}, 'ends on 2026-04-01'],
    ['before the period of an account has ended', '2026-03', { account: 'p' }, 'ends on 2026-04-01'],
  ])('%s', async (_, month, more, words) => {
    expect(reason(await world.open(month, more))).toContain(words);
  });

  test.each(['2026-13', '2026-00', '2026-1', '2026-021', '12026-02', '2026/02'])(
    'for %s, which is no month',
    async (month) => {
      for (const more of [{}, { account: 'p' }])
        expect(reason(await world.open(month, more))).toBe(`"${month}" is no month; write it like 2026-10`);
    },
  );

  test('before the end, unless asked for, and dated in the period', async () => {
    expect(reason(await world.open('2026-03', { beforeEnd: true }))).toBe('opened');
    expect(reason(await world.open('2026-04', { beforeEnd: true }))).toContain(
      'the period, which begins on 2026-04-01',
    );
    expect(reason(await world.open('2026-04', { beforeEnd: true, invoiceDate: '2026-04-01' }))).toBe('opened');
    expect(reason(await world.open('2026-10', { beforeEnd: true, invoiceDate: '2026-10-01' }))).toContain(
      '31 days ahead',
    );
  });

  test.each([
    ['of a cycle has ended where a day begins first (UTC+14)', {}, '2026-02-28T10:00:00Z'],
    ['of a group has ended there', { cycle: 0, group: 'key' }, '2026-02-28T10:00:00Z'],
    ['of an account has ended where it is', { account: 'p' }, '2026-03-01T00:00:00+01:00'],
  ])('before the period %s, and from then on it is', async (_, more, end) => {
    await world.record([accountFact('p', { group: 'key' })]);
    const instant = instantOf(end, BERLIN);
    world.setClock(isoInstant(instant - 1));
    expect(reason(await world.open('2026-02', more))).toContain('the period of 2026-02 ends on 2026-03-01');
    world.setClock(isoInstant(instant));
    expect(reason(await world.open('2026-02', more))).toBe('opened');
  });

  test.each([
    ['of a cycle', {}, 'acme-c01'],
    ['of an account', { cycle: 0, account: 'p' }, 'acme-a-p'],
  ])(
    'beside one %s that is opened, drafted or approved; after a discard it is the next of its name',
    async (_, more, of) => {
      const open = () => world.open('2026-02', more);
      const run = `${of}-2026-02-1`;
      const beside = (state: string) =>
        `run ${run} for 2026-02 is ${state}; post it, or discard it with \`billing run discard ${run} --reason …\`, before another is opened`;
      expect(await open()).toEqual({ outcome: 'opened', run });
      expect(reason(await open())).toBe(beside('opened'));
      await world.work();
      expect(reason(await open())).toBe(beside('drafted'));
      await approveRun(world.ports, run, 'b', false);
      expect(reason(await open())).toBe(beside('approved'));
      await discardRun(world.ports, run, 'b', 'wrong date');
      expect(await open()).toEqual({ outcome: 'opened', run: `${of}-2026-02-2` });
      await discardRun(world.ports, `${of}-2026-02-2`, 'b', 'wrong date again');
      expect(await open()).toEqual({ outcome: 'opened', run: `${of}-2026-02-3` });
    },
  );

  test('beside one whose draft died: after a quarter of an hour the same run is drafted again', async () => {
    const opened = await world.open('2026-02');
    expect(world.killWorkflows()).toBe(1);
    expect(reason(await world.open('2026-02'))).toContain('is opened');
    world.setClock(isoInstant(world.ports.clock.now() + 899));
    expect(reason(await world.open('2026-02'))).toContain('is opened');
    expect(world.killWorkflows()).toBe(0);
    world.setClock(isoInstant(world.ports.clock.now() + 1));
    expect(reason(await world.open('2026-02'))).toContain('is opened');
    await world.work();
    expect(opened).toEqual({ outcome: 'opened', run: 'acme-c01-2026-02-1' });
    expect((await runStates(world.ports.decisions, 'acme-c01-2026-02-1')).at(-1)?.state).toBe('drafted');
    world.setClock(isoInstant(world.ports.clock.now() + 900));
    expect(reason(await world.open('2026-02'))).toContain('is drafted');
    expect(world.killWorkflows()).toBe(0);
  });

  test('for a period that is posted, by its cycle or by its account alone', async () => {
    await world.bill('2026-02');
    expect(reason(await world.open('2026-02'))).toBe(
      "2026-02 is posted already, by run acme-c01-2026-02-1; what became known since comes with the next period's run; those it left out are billed by another with --rest",
    );
    expect(reason(await world.open('2026-02', { account: 'p' }))).toContain('2026-02 for p is posted already');
    expect(reason(await world.open('2026-01', { account: 'p' }))).toContain('2026-01 for p is posted already');
  });

  test('for a period that is being posted, which is not yet said to be posted', async () => {
    const run = 'acme-c01-2026-02-1';
    await world.open('2026-02');
    await world.work();
    await approveRun(world.ports, run, 'b', false);
    const { payers } = await preparePosting(world.ports, run);
    await linkPayers(world.ports, run, payers!);
    expect(reason(await world.open('2026-02'))).toBe(
      `2026-02 is being posted, by run ${run}; see how far it is with \`billing run show ${run}\``,
    );
    expect(reason(await world.open('2026-02', { account: 'p' }))).toContain(
      `2026-02 for p is being posted, by run ${run}`,
    );
  });

  test('twice by two in the same second: the one who comes second is told who was first', async () => {
    const opened = await Promise.all([world.open('2026-02', { by: 'a' }), world.open('2026-02', { by: 'b' })]);
    expect(opened).toEqual([
      { outcome: 'opened', run: 'acme-c01-2026-02-1' },
      { outcome: 'refused', reason: 'run acme-c01-2026-02-1 was opened already by a, at 2026-03-02T23:00:00Z' },
    ]);
    await world.work();
    expect((await runStates(world.ports.decisions, 'acme-c01-2026-02-1')).map(({ state }) => state)).toEqual([
      'opened',
      'drafted',
    ]);
  });
});

describe('a decision about a run', () => {
  const RUN = 'acme-c01-2026-02-1';
  const decisions = {
    approve: (by = 'b') => approveRun(world.ports, RUN, by, false),
    discard: () => discardRun(world.ports, RUN, 'b', 'why not'),
    post: () => postRun(world.ports, RUN),
  } as const;
  /** Whoever opened it died when the run was in its sequence, before its first state was written. */
  const openedByHalf = async () => {
    const { decisions } = world.ports;
    const putIfAbsent: typeof decisions.putIfAbsent = async (key, value) => {
      if (key.sort === 'state#0000') throw new Error('died');
      return decisions.putIfAbsent(key, value);
    };
    Object.assign(world.ports, { decisions: { ...decisions, putIfAbsent } });
    await expect(world.open('2026-02')).rejects.toThrow('died');
    Object.assign(world.ports, { decisions });
  };
  const stages: Record<string, () => Promise<unknown>> = {
    'opened by half': openedByHalf,
    opened: async () => world.open('2026-02'),
    drafted: async () => world.open('2026-02').then(world.work),
    approved: async () => stages.drafted?.().then(() => decisions.approve()),
    discarded: async () => stages.drafted?.().then(() => decisions.discard()),
    'discarded before it was planned': async () => stages.opened?.().then(() => decisions.discard()),
    posting: async () => stages.approved?.().then(() => preparePosting(world.ports, RUN)),
    posted: async () => world.bill('2026-02'),
  };

  test.each<[string, keyof typeof decisions, string]>([
    ['opened', 'approve', 'still being drafted'],
    ['opened', 'post', 'is opened, only an approved run can be posted'],
    ['opened', 'discard', 'done'],
    ['opened by half', 'approve', 'still being drafted'],
    ['opened by half', 'post', 'is opened, only an approved run can be posted'],
    ['opened by half', 'discard', 'is opened; it cannot become discarded'],
    ['drafted', 'approve', 'done'],
    ['drafted', 'post', 'approve it with'],
    ['drafted', 'discard', 'done'],
    ['approved', 'approve', 'was so already'],
    ['approved', 'post', 'done'],
    ['approved', 'discard', 'done'],
    ['discarded', 'approve', 'is discarded; it cannot become approved'],
    ['discarded before it was planned', 'approve', 'is discarded; it cannot become approved'],
    ['discarded', 'post', 'is discarded, only an approved run can be posted'],
    ['discarded', 'discard', 'was so already'],
    ['posting', 'approve', 'is posting; it cannot become approved'],
    ['posting', 'post', 'taken up again'],
    ['posting', 'discard', 'is posting; it cannot become discarded'],
    ['posted', 'approve', 'is posted; it cannot become approved'],
    ['posted', 'post', 'was so already'],
    ['posted', 'discard', 'is posted; it cannot become discarded'],
  ])('%s: %s → %s', async (stage, decision, words) => {
    await stages[stage]?.();
    const outcome = await decisions[decision]();
    expect(reason(outcome)).toContain(words);
  });

  test('is kept with who decided, when, and of a discard why', async () => {
    await stages.approved?.();
    await decisions.discard();
    const at = world.ports.clock.now();
    expect(await runStates(world.ports.decisions, RUN)).toEqual([
      { state: 'opened', by: 'opener', at, note: '' },
      {
        ...{ state: 'drafted', by: 'draft-run', at, note: '' },
        payers: {
          key: expect.stringContaining(`runs/${RUN}/drafted/`),
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      },
      { state: 'approved', by: 'b', at, note: '' },
      { state: 'discarded', by: 'b', at, note: 'why not' },
    ]);
    expect(reason(await decisions.post())).toBe(`run ${RUN} is discarded, only an approved run can be posted`);
  });

  test('what was opened by half is begun when it is opened again, and can be discarded then', async () => {
    await openedByHalf();
    expect(reason(await world.open('2026-02'))).toContain(`run ${RUN} for 2026-02 is opened`);
    expect(reason(await decisions.discard())).toBe('done');
  });

  test('no such run is said, whatever is asked of it', async () => {
    await expect(decisions.approve()).rejects.toThrow(`no run ${RUN}`);
    await expect(decisions.discard()).rejects.toThrow(`no run ${RUN}`);
    await expect(decisions.post()).rejects.toThrow(`no run ${RUN}`);
  });

  test('four eyes: not by who opened it', async () => {
    await stages.drafted?.();
    expect(await draftReport(world.ports, RUN)).toMatchObject({ payers: 2, documents: 1, nothingToBill: 1 });
    const ports = { ...world.ports, fourEyes: true };
    for (const same of ['opener', 'Opener', ' OPENER ', 'ｏｐｅｎｅｒ'])
      expect(reason(await approveRun(ports, RUN, same, false)), same).toContain('another must approve');
    expect(reason(await approveRun(ports, RUN, 'b', false))).toBe('done');
  });

  test('a run none of whose payers could be drafted has failed: discard it', async () => {
    await world.record([accountFact('p', { taxProfile: 'gone' }), accountFact('empty', { taxProfile: 'gone' })]);
    await stages.drafted?.();
    const event = world.published.find(({ id }) => id === `${RUN} drafted`);
    expect(event).toMatchObject({ type: 'BillRunFailed', detail: { run: RUN, payers: 2, documents: 0 } });
    expect(reason(await decisions.approve())).toContain('has failed');
    expect(reason(await decisions.post())).toContain('is failed');
    expect(reason(await decisions.discard())).toBe('done');
  });

  test('one payer that could not be drafted does not hold up the other', async () => {
    await world.record([accountFact('empty', { taxProfile: 'gone' })]);
    await stages.drafted?.();
    expect(world.published.find(({ id }) => id === `${RUN} drafted`)?.type).toBe('BillRunDrafted');
    expect((await runStates(world.ports.decisions, RUN)).at(-1)?.note).toBe('1 accounts in error');
    expect(reason(await decisions.approve())).toBe('done');
    expect((await draftReport(world.ports, RUN)).inError).toEqual([
      { payer: 'empty', reason: expect.stringContaining('tax profile gone') },
    ]);
  });

  test('two who decide at once: one decides, the other is told', async () => {
    await stages.drafted?.();
    const outcomes = await Promise.all([decisions.approve(), decisions.approve('c'), decisions.approve('d')]);
    expect(outcomes.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'was so already')).toHaveLength(2);
  });
});

describe('the inventory is not changed', () => {
  const state = (from: string): Fact[] => [
    { kind: 'state', subscription: '1', effectiveFrom: instantOf(from, BERLIN), state: 'suspended' },
  ];
  test.each<[string, Fact[], string[]]>([
    [
      'with an unknown seller',
      [accountFact('new', { seller: 'nobody' })],
      ['account new: the catalogue has no seller nobody'],
    ],
    [
      'with an unknown tax profile',
      [accountFact('new', { taxProfile: 'xx' })],
      ['account new: the catalogue has no tax profile xx'],
    ],
    [
      'when an account would be billed in another currency',
      [accountFact('p', { currency: 'USD' })],
      ['its currency is EUR and cannot become USD'],
    ],
    [
      'of a pool on the terms of a plan there is not, or that has no such pool',
      [
        accountFact('p', { pools: [{ pool: 'a', plan: 'aa', from: '2026-02-01', until: '' }] }),
        accountFact('q', { pools: [{ pool: 'b', plan: 'a', from: '2026-02-01', until: '' }] }),
      ],
      ['the catalogue has no plan aa, on whose terms its pool a is', 'plan a has no pool b; it has none'],
    ],
    [
      'that put an account on a plan in another currency, without a rate by that day',
      [accountFact('q', { currency: 'USD' }), ...simOf('q', '2')],
      [
        'plan a is in EUR, its invoices are in USD, and the catalogue has no rate from EUR to USD on 2026-03-03 or before',
      ],
    ],
  ])('%s', async (_, facts, words) => {
    const result = await changeInventory(world.ports, facts, 'x');
    expect(result.outcome).toBe('refused');
    const said = result.outcome === 'refused' ? result.reasons : [];
    expect(said).toHaveLength(words.length);
    for (const [place, word] of words.entries()) expect(said[place]).toContain(word);
  });

  test('from before the back-billing limit: a period freezes that was posted and ended two months before', async () => {
    for (const [month, now] of [
      ['2026-01', '2026-02-02'],
      ['2026-02', '2026-03-02'],
      ['2026-03', '2026-04-02'],
    ] as const) {
      world.setClock(now);
      await world.bill(month);
    }
    expect(await changeInventory(world.ports, state('2026-01-20'), 'x')).toMatchObject({
      outcome: 'refused',
      reasons: [expect.stringContaining('behind 2026-02-01, the back-billing limit of p')],
    });
    expect((await changeInventory(world.ports, state('2026-02-01'), 'x')).outcome).toBe('recorded');
  });
});
