import { beforeEach, describe, expect, test } from 'vitest';
import type { Amendment } from '#shared/billing/amendment-request.ts';
import { draftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import { approveRun, discardRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { openAdHocInvoice } from '#shared/billing/use-cases/runs/open-ad-hoc-invoice.ts';
import { openAmendment } from '#shared/billing/use-cases/runs/open-amendment.ts';
import { openWriteOff } from '#shared/invoicing/use-cases/balances/write-off.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, planOf, SELLER } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';
import { simOf } from './sim.ts';

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]'));

let world: MemoryWorld;
beforeEach(async () => {
  world = await memoryWorld(CATALOG);
  const facts = [accountFact('p', { group: 'g' }), accountFact('late', { group: 'g', billingDay: 15 })];
  await world.record([...facts, ...simOf('p'), ...simOf('late')]);
  world.setClock('2026-03-03T00:30:00+01:00');
});

const AHEAD =
  'the invoice date 2026-04-04 is more than 31 days ahead of today, 2026-03-03: write one up to 2026-04-03, or open it later';

describe('a bill run', () => {
  test.each<[what: string, invoiceDate: string, more: object, reason: string]>([
    ['32 days ahead', '2026-04-04', {}, AHEAD],
    ['32 days ahead, of an account', '2026-04-04', { cycle: 0, account: 'p' }, AHEAD],
    [
      'the day before its period',
      '2026-01-31',
      {},
      'the invoice date 2026-01-31 is before the period, which begins on 2026-02-01: write one from that day on',
    ],
    ['before the period of an account', '2026-02-14', { cycle: 0, account: 'late', month: '2026-02' }, '2026-02-15'],
    ['before the month of a group', '2026-01-31', { cycle: 0, group: 'g' }, '2026-02-01'],
  ])('is not dated %s', async (_, invoiceDate, { month = '2026-02', ...more }: { month?: string }, reason) => {
    const asked = { ...more, invoiceDate, beforeEnd: true };
    expect(await world.open(month, asked)).toEqual({ outcome: 'refused', reason: expect.stringContaining(reason) });
  });

  test.each([['2026-04-03'], ['2026-02-01'], ['2026-02-28']])('may be dated %s', async (invoiceDate) => {
    const run = await world.bill('2026-02', { invoiceDate });
    expect((await allDocuments(world.ports, run)).map(({ issueDate }) => issueDate)).toEqual([invoiceDate]);
  });

  test('leaves out an account of a group whose own period begins behind its date', async () => {
    const opened = await world.open('2026-02', { cycle: 0, group: 'g', invoiceDate: '2026-02-10', beforeEnd: true });
    if (opened.outcome === 'refused') throw new Error(opened.reason);
    await world.work();
    const { drafts, leftOut } = await draftReport(world.ports, opened.run);
    expect(drafts.map(({ payer }) => payer)).toEqual(['p']);
    expect(leftOut).toEqual([
      {
        payer: 'late',
        reason:
          'the invoice date 2026-02-10 is before the period, which begins on 2026-02-15: write one from that day on',
      },
    ]);
  });
});

describe('what amends a document', () => {
  const EARLY =
    'the invoice date 2026-03-19 is before 2026-03-20, that of INV-2026-000001, which would be amended: write one from that day on';
  const about = { number: 'INV-2026-000001', businessUnit: '', reason: 'as agreed' };
  let posted: string;
  let amendments: Amendment[];
  let command: { seller: string; account: string; by: string };
  beforeEach(async () => {
    posted = await world.bill('2026-02', { cycle: 0, account: 'p', invoiceDate: '2026-03-20' });
    const adjustment = { kind: 'adjustment', line: 1, amount: '1.00' } as const;
    amendments = [{ kind: 'cancellation' } as const, adjustment].map((each) => ({ ...each, ...about, run: posted }));
    command = { seller: SELLER, account: 'p', by: 'opener' };
  });

  test('is not dated before it', async () => {
    for (const amendment of amendments) {
      const asked = { ...command, amendment, issued: '2026-03-20' };
      expect(await openAmendment(world.ports, { ...asked, invoiceDate: '2026-03-19' })).toEqual({
        outcome: 'refused',
        reason: EARLY,
      });
    }
    const [document] = await allDocuments(world.ports, posted);
    const writeOff = { document: document!, amount: '', reason: 'insolvent', date: '2026-03-19', by: 'opener' };
    expect(await openWriteOff(world.ports, writeOff)).toEqual({ outcome: 'refused', reason: EARLY });
  });

  test('is dated as it is, when nothing else is asked for', async () => {
    const run = await world.finish(
      await openAmendment(world.ports, {
        ...command,
        amendment: amendments[0]!,
        invoiceDate: '',
        issued: '2026-03-20',
      }),
    );
    expect(await allDocuments(world.ports, run)).toMatchObject([{ kind: '381', issueDate: '2026-03-20' }]);
  });

  test('is not drafted before it, whoever asks', async () => {
    for (const amendment of amendments) {
      const opened = await openAmendment(world.ports, { ...command, amendment, invoiceDate: '2026-03-19' });
      if (opened.outcome === 'refused') throw new Error(opened.reason);
      await world.work();
      expect((await draftReport(world.ports, opened.run)).inError).toEqual([{ payer: 'p', reason: EARLY }]);
      await discardRun(world.ports, opened.run, 'b', 'too early');
    }
  });

  test('is not drafted before it by a bill run that corrects it, which bills the others', async () => {
    const effectiveFrom = instantOf('2026-02-20', BERLIN);
    await world.record([{ kind: 'state', subscription: 'sim-p', effectiveFrom, state: 'terminated' }]);
    await world.record([accountFact('q'), ...simOf('q')]);
    world.setClock('2026-04-02');
    const opened = await world.open('2026-03', { invoiceDate: '2026-03-19' });
    if (opened.outcome === 'refused') throw new Error(opened.reason);
    await world.work();
    const { inError, drafts } = await draftReport(world.ports, opened.run);
    expect(inError).toEqual([{ payer: 'p', reason: EARLY }]);
    expect(drafts.map(({ payer }) => payer)).toEqual(['q']);
  });
});

test('what amends a document whose run is still being posted is dated no earlier once both are', async () => {
  const open = async (month: string, invoiceDate: string) => {
    const opened = await world.open(month, { cycle: 0, account: 'p', invoiceDate });
    if (opened.outcome === 'refused') throw new Error(opened.reason);
    await world.work();
    await approveRun(world.ports, opened.run, 'b', true);
    return opened.run;
  };
  const first = await open('2026-02', '2026-03-20');
  await postRun(world.ports, first);
  // It dies behind its links.
  const { decisions } = world.ports;
  const putIfAbsent = decisions.putIfAbsent;
  decisions.putIfAbsent = async (key, value) => {
    if (key.sort === 'documents') throw new Error('died');
    return putIfAbsent(key, value);
  };
  await expect(world.work()).rejects.toThrow('died');
  decisions.putIfAbsent = putIfAbsent;
  const effectiveFrom = instantOf('2026-02-20', BERLIN);
  await world.record([{ kind: 'state', subscription: 'sim-p', effectiveFrom, state: 'terminated' }]);
  world.setClock('2026-04-02');
  const second = await open('2026-03', '2026-03-10');
  await postRun(world.ports, second);
  await expect(world.work()).rejects.toThrow(`the document of run ${first} that one of p amends has no number yet`);
  world.setClock('2026-04-03');
  for (const run of [first, second]) {
    await postRun(world.ports, run);
    await world.work();
  }
  expect(await allDocuments(world.ports, second)).toMatchObject([{ kind: '381', issueDate: '2026-03-20' }]);
});

test('an ad-hoc invoice is not dated far ahead', async () => {
  const item = { text: 'Visit', quantity: '1', price: '9', taxCategory: 'service', businessUnit: '' } as const;
  const asked = { account: 'p', items: [item], reason: 'as agreed', invoiceDate: '2026-04-04', by: 'opener' };
  expect(await openAdHocInvoice(world.ports, asked)).toEqual({ outcome: 'refused', reason: AHEAD });
});
