import { beforeEach, describe, expect, test } from 'vitest';
import { draftOfRun } from '#shared/billing/use-cases/runs/chain.ts';
import { draftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import type { OpenRunResult } from '#shared/billing/use-cases/runs/run-sequence.ts';
import { runRequest, runStates } from '#shared/billing/use-cases/runs/run-state.ts';
import type { AccountFact } from '#shared/inventory/fact.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf, type Turn } from '../../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from '../memory-world.ts';

const CATALOG = catalogWith(
  planOf(
    'a',
    `[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00, proration: none },
      { kind: usage, id: data, name: Data, match: { services: [data] }, measure: bytes, unit: MB, price: 0.50 }]`,
  ),
);
let world: MemoryWorld;
beforeEach(async () => {
  world = await memoryWorld(CATALOG);
});
const withSim = (account: string, sim: string, turns: readonly Turn[] = [], more: Partial<AccountFact> = {}) => {
  const began = [
    { at: '2020-01-01', has: `imsi#${sim}` },
    { at: '2026-01-12', state: 'active', plan: 'a', payer: account },
  ] as const;
  return [accountFact(account, more), ...factsOf(sim, [...began, ...turns], BERLIN).map(({ fact }) => fact)];
};
const next = { '2026-01': '2026-02-02', '2026-02': '2026-03-02', '2026-03': '2026-04-02', '2026-04': '2026-05-02' };
type Month = keyof typeof next;

describe('below the minimum', () => {
  const terms = { minimum: { EUR: '5.00' } };
  const bill = (month: Month, more: object = terms) => billAs(month, { terms: more });
  const billAs = async (month: Month, asked: object) => {
    world.setClock(next[month]);
    const run = await world.bill(month, asked);
    const { waiting } = await draftReport(world.ports, run);
    return {
      waiting,
      billed: (await allDocuments(world.ports, run)).map(({ payer, kind, net }) => `${payer} ${kind} ${net}`),
    };
  };

  test('nothing is posted: it waits, is named, and the next run bills it with its own, without a reason', async () => {
    await world.record(withSim('p', '1'));
    expect(await bill('2026-01')).toEqual({ waiting: ['p'], billed: [] });
    expect(await bill('2026-02')).toEqual({ waiting: [], billed: ['p 380 6.00'] });
    const { documents } = await draftOfRun(world.ports, 'acme-c01-2026-02-1', 'p');
    expect(documents.flatMap(({ lines }) => lines).map(({ line, reason }) => [line.period.from, reason])).toEqual([
      ['2026-01-01', ''],
      ['2026-02-01', ''],
    ]);
  });

  test.each<[string, object, Turn[], string[]]>([
    ['what comes to just the least is posted', { minimum: { EUR: '3.00' } }, [], ['p 380 3.00']],
    ['nor does a least in another currency hold anything up', { minimum: { USD: '5.00' } }, [], ['p 380 3.00']],
    ['the last invoice does not wait', terms, [{ at: '2026-01-20', state: 'terminated' }], ['p 380 3.00']],
    [
      'one in which nobody is active any more does not wait',
      terms,
      [{ at: '2026-01-20', state: 'suspended' }],
      ['p 380 3.00'],
    ],
  ])('%s', async (_, asked, turns, billed) => {
    await world.record(withSim('p', '1', turns));
    expect(await bill('2026-01', asked)).toEqual({ waiting: [], billed });
  });

  describe('that the seller has in the catalogue', () => {
    beforeEach(async () => {
      const sellers = CATALOG.sellers.map((seller) => ({
        ...seller,
        minimumInvoice: [{ currency: 'EUR', amount: '5.00' } as const],
      }));
      world = await memoryWorld({ ...CATALOG, sellers });
      await world.record(withSim('p', '1', [], { group: 'key' }));
    });

    test.each<[string, object, { waiting: string[]; billed: string[] }]>([
      ['holds for the run of a cycle, as the schedule opens it', {}, { waiting: ['p'], billed: [] }],
      ['and for that of a group', { cycle: 0, group: 'key' }, { waiting: ['p'], billed: [] }],
      ['not for one of the account alone', { cycle: 0, account: 'p' }, { waiting: [], billed: ['p 380 3.00'] }],
      ['nor where the run says less', { terms: { minimum: { EUR: '3.00' } } }, { waiting: [], billed: ['p 380 3.00'] }],
      ['or none', { terms: { minimum: { EUR: '0' } } }, { waiting: [], billed: ['p 380 3.00'] }],
      [
        'but where it says one of another currency',
        { terms: { minimum: { CHF: '9' } } },
        { waiting: ['p'], billed: [] },
      ],
    ])('%s', async (_, asked, expected) => {
      expect(await billAs('2026-01', asked)).toEqual(expected);
    });

    test('the run names it among what it was asked for', async () => {
      world.setClock(next['2026-01']);
      const run = await world.bill('2026-01', {});
      expect(await runRequest(world.ports.decisions, run)).toMatchObject({ terms: { minimum: { EUR: '5.00' } } });
    });
  });

  test('nobody waits for more than three runs', async () => {
    await world.record(withSim('p', '1'));
    const much = { minimum: { EUR: '100' } };
    for (const month of ['2026-01', '2026-02', '2026-03'] as const)
      expect((await bill(month, much)).waiting).toEqual(['p']);
    expect(await bill('2026-04', much)).toEqual({ waiting: [], billed: ['p 380 12.00'] });
  });

  test('who leaves after the period that is billed again, which has become shorter, waits for the run of the next', async () => {
    await world.record(withSim('p', '1', [], { billingDay: 15 }));
    world.setClock('2026-03-16');
    const run = await world.bill('2026-02', { cycle: 15 });
    const cancellation = {
      kind: 'cancellation',
      number: 'INV-2026-000001',
      run,
      businessUnit: '',
      reason: 'r',
    } as const;
    await world.amend('p', cancellation);
    const from = (day: string, more: Partial<AccountFact>) =>
      accountFact('p', { effectiveFrom: instantOf(day, BERLIN), ...more });
    await world.record([from('2026-03-01', { billingDay: 1 }), from('2026-03-10', { seller: 'beta' })]);
    const much = { minimum: { EUR: '100' } };
    expect(await bill('2026-02', much)).toEqual({ waiting: ['p'], billed: [] });
    expect(await bill('2026-03', much)).toEqual({ waiting: [], billed: ['p 380 12.00'] });
  });

  test('money is given back at once, however little', async () => {
    await world.record(withSim('p', '1'));
    const months = await world.load('f', '1', [{ at: '2026-01-15T08:00:00Z', bytes: 20_000_000 }]);
    expect(await bill('2026-01')).toEqual({ waiting: [], billed: ['p 380 13.00'] });
    await world.backOut('f', months);
    expect(await bill('2026-02')).toEqual({ waiting: [], billed: ['p 381 7.00'] });
    const below = async (month: Month) => (await draftReport(world.ports, `acme-c01-${month}-1`)).belowZero;
    expect([await below('2026-01'), await below('2026-02')]).toEqual([0, 1]);
  });

  test('each account by itself; what waits is billed at once by a run of its own', async () => {
    await world.record([...withSim('p', '1'), ...withSim('q', '2')]);
    await world.load('f', '2', [{ at: '2026-01-15T08:00:00Z', bytes: 20_000_000 }]);
    expect(await bill('2026-01')).toEqual({ waiting: ['p'], billed: ['q 380 13.00'] });
    const report = await draftReport(world.ports, 'acme-c01-2026-01-1');
    expect(report).toMatchObject({ payers: 2, documents: 1, nothingToBill: 0, totals: { EUR: '13' } });
    const run = await world.bill('2026-01', { cycle: 0, account: 'p' });
    expect((await allDocuments(world.ports, run)).map(({ payer, net }) => `${payer} ${net}`)).toEqual(['p 3.00']);
  });
});

test('the event of a draft names the first of those who wait, and counts all', async () => {
  const accounts = Array.from({ length: 60 }, (_, place) => `p${place}`);
  await world.record(accounts.flatMap((account, place) => withSim(account, String(place))));
  world.setClock('2026-02-02');
  const run = await world.bill('2026-01', { terms: { minimum: { EUR: '5.00' } } });
  const told = world.published.find(({ id }) => id === `${run} drafted`)?.detail as { waiting: unknown[] };
  expect(told).toMatchObject({ accounts: { waiting: 60 } });
  expect(told.waiting).toHaveLength(50);
});

describe('a run for a group', () => {
  const opened = async (more: object): Promise<string> => {
    const result: OpenRunResult = await world.open('2026-02', { cycle: 0, group: 'key', ...more });
    return result.outcome === 'opened' ? result.run : result.reason;
  };
  const told = async (run: string) => {
    const { drafts, leftOut, checks } = await draftReport(world.ports, run);
    expect(checks.find(({ check }) => check === 'accounts')?.state).toBe('green');
    return {
      billed: drafts.map(({ payer, net }) => `${payer} ${net}`),
      leftOut: leftOut.map(({ payer, reason }) => `${payer} ${reason}`),
    };
  };
  beforeEach(async () => {
    await world.record([
      ...withSim('p', '1', [], { group: 'key' }),
      ...withSim('q', '2', [], { group: 'key', billingDay: 15 }),
      ...withSim('r', '3'),
      ...withSim('s', '4', [], { group: 'other' }),
    ]);
  });

  test('bills its accounts whatever their billing day, each the period of its own that begins in the month, and nobody else', async () => {
    world.setClock('2026-03-20');
    const run = await world.finish(await world.open('2026-02', { cycle: 0, group: 'key' }));
    expect(run).toBe('acme-g-key-2026-02-1');
    expect(await told(run)).toEqual({ billed: ['p 6', 'q 9'], leftOut: [] });
    expect((await draftOfRun(world.ports, run, 'q')).period).toEqual({ from: '2026-02-15', until: '2026-03-15' });
    expect(await told(await world.bill('2026-02'))).toEqual({
      billed: ['r 6', 's 6'],
      leftOut: [`p 2026-02 is billed already, by run ${run}`],
    });
  });

  test('leaves out whose period has not ended, and bills them with the rest', async () => {
    world.setClock('2026-03-03');
    const run = await world.finish(await world.open('2026-02', { cycle: 0, group: 'key' }));
    expect(await told(run)).toEqual({
      billed: ['p 6'],
      leftOut: ['q its period ends on 2026-03-15, Europe/Berlin'],
    });
    world.setClock('2026-03-20');
    const rest = await world.finish(await world.open('2026-02', { cycle: 0, group: 'key', terms: { isRest: true } }));
    expect((await told(rest)).billed).toEqual(['q 9']);
  });

  test('leaves out whose period begins after the invoice date: nothing of it was supplied by then', async () => {
    world.setClock('2026-03-20');
    await world.open('2026-02', { cycle: 0, group: 'key', invoiceDate: '2026-02-14' });
    await world.work();
    expect(await told('acme-g-key-2026-02-1')).toEqual({
      billed: ['p 6'],
      leftOut: [
        'q the invoice date 2026-02-14 is before the period, which begins on 2026-02-15: write one from that day on',
      ],
    });
  });

  test('leaves out who is in another group by now, or in none', async () => {
    const since = { effectiveFrom: instantOf('2026-02-20', BERLIN) };
    await world.record([accountFact('p', since), accountFact('q', { ...since, billingDay: 15, group: 'other' })]);
    world.setClock('2026-03-20');
    await world.open('2026-02', { cycle: 0, group: 'key' });
    await world.work();
    expect(await told('acme-g-key-2026-02-1')).toEqual({
      billed: [],
      leftOut: ['p is in no group any more', 'q is in the group other now'],
    });
    expect((await runStates(world.ports.decisions, 'acme-g-key-2026-02-1')).at(-1)?.state).toBe('drafted');
  });

  test.each([
    ['without anybody in it', { group: 'nobody' }, '2026-03-20', 'no account of acme is in a group nobody'],
    ['before the month has ended', {}, '2026-02-20', 'ends on 2026-03-01, which is still to come'],
  ])('is refused %s', async (_, more, now, reason) => {
    world.setClock(now);
    expect(await opened(more)).toContain(reason);
  });
});
