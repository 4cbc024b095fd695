import { beforeEach, describe, expect, test } from 'vitest';
import type { Amendment } from '#shared/billing/amendment-request.ts';
import type { Draft } from '#shared/billing/draft.ts';
import { draftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import { approveRun, discardRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { invoicePayers } from '#shared/billing/use-cases/runs/invoice-payers.ts';
import { openAmendment } from '#shared/billing/use-cases/runs/open-amendment.ts';
import { planRun } from '#shared/billing/use-cases/runs/plan-run.ts';
import { linkPayers, preparePosting } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { accountBalance } from '#shared/invoicing/use-cases/balances/account-balance.ts';
import { recordPayments, type ToldPayment } from '#shared/invoicing/use-cases/balances/record-payments.ts';
import { openWriteOff, writeOffObstacle } from '#shared/invoicing/use-cases/balances/write-off.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf, SELLER } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 100.00 }]'));
let world: MemoryWorld;
let invoice: PostedDocument;
/** January is posted: 119.00 with tax. */
beforeEach(async () => {
  world = await memoryWorld(CATALOG);
  const turns = [
    { at: '2020-01-01', has: 'imsi#1' },
    { at: '2026-01-01', state: 'active', plan: 'a' },
  ] as const;
  await world.record([accountFact('p'), ...factsOf('1', turns, BERLIN).map(({ fact }) => fact)]);
  world.setClock('2026-02-02');
  [invoice] = (await allDocuments(world.ports, await world.bill('2026-01'))) as [PostedDocument];
  world.setClock('2026-03-10');
});

const told = (id: string, amount: string, more: Partial<ToldPayment> = {}): ToldPayment => ({
  ...{ place: 'bank.csv:2', id, account: 'p', date: '2026-02-20', kind: 'payment', amount, currency: 'EUR' },
  ...{ document: '', reference: '', seller: '' },
  ...more,
});
const pay = (...payments: ToldPayment[]) => recordPayments(world.ports, payments, 'bank');
const balance = async (at = '') => {
  const found = await accountBalance(world.ports, { account: 'p', seller: '', at });
  return [...found!.items.map((item) => `${item.document.number} ${item.open}`), `${found!.credit} ${found!.balance}`];
};
const writeOff = (amount: string, document = invoice) =>
  openWriteOff(world.ports, { document, amount, reason: 'insolvent', date: '', by: 'opener' });
const carryOut = async (opened: Awaited<ReturnType<typeof writeOff>>) => {
  if (opened.outcome === 'refused') throw new Error(opened.reason);
  await world.work();
  return decide(opened.run);
};
const decide = async (run: string) => {
  for (const decided of [await approveRun(world.ports, run, 'approver', true), await postRun(world.ports, run)])
    if (decided.outcome === 'refused') throw new Error(decided.reason);
  await world.work();
  return run;
};
const amend = (what: object) => {
  const { number, run, businessUnit } = invoice;
  const amendment = { number, run, businessUnit, reason: 'as agreed', ...what } as Amendment;
  return openAmendment(world.ports, { seller: SELLER, account: 'p', amendment, invoiceDate: '', by: 'opener' });
};

describe('payments', () => {
  test('settle documents from the day they count, however late they are told', async () => {
    expect(await balance()).toEqual([`${invoice.number} 119.00`, '0.00 119.00']);
    expect(
      await pay(told('1', '19.00', { document: invoice.number }), told('2', '150.00', { date: '2026-03-01' })),
    ).toMatchObject({ outcome: 'recorded', recorded: 2, known: 0 });
    expect(await balance('2026-02-01')).toEqual(['0.00 0.00']);
    expect(await balance('2026-02-02')).toEqual([`${invoice.number} 119.00`, '0.00 119.00']);
    expect(await balance('2026-02-19')).toEqual([`${invoice.number} 119.00`, '0.00 119.00']);
    expect(await balance('2026-02-28')).toEqual([`${invoice.number} 100.00`, '0.00 100.00']);
    expect(await balance()).toEqual([`${invoice.number} 0.00`, '50.00 -50.00']);
    const [next] = await allDocuments(world.ports, await world.bill('2026-02'));
    expect(await balance()).toEqual([`${invoice.number} 0.00`, `${next!.number} 69.00`, '0.00 69.00']);
  });

  test('told twice count once, also when both are told at the same moment', async () => {
    await Promise.all([pay(told('1', '19.00')), pay(told('1', '19.00')), pay(told('0', '5.00'))]);
    expect(await pay(told('1', '19.0'), told('2', '10.00'))).toMatchObject({ recorded: 1, known: 1 });
    expect(await pay(told('2', '10.00'))).toEqual({ outcome: 'known already', known: 1 });
    expect(await balance()).toEqual([`${invoice.number} 85.00`, '0.00 85.00']);
  });

  test.each<[string, Partial<ToldPayment>]>([
    ['day', { date: '2026-02-21' }],
    ['kind', { kind: 'repayment' }],
    ['document', { document: 'INV-2026-000001' }],
    ['amount', { amount: '19.01' }],
  ])('of an id that was told with another %s are refused', async (_, more) => {
    await pay(told('1', '19.00'));
    const reason = 'bank.csv:2: id 1 stands for another payment, of 2026-02-20';
    expect(await pay(told('1', '19.00', more))).toEqual({ outcome: 'refused', reasons: [reason] });
  });

  test('are of the day it is for the seller, wherever the account is', async () => {
    await world.record([accountFact('far', { timeZone: 'Pacific/Auckland' })]);
    world.setClock('2026-03-10T20:00:00+01:00');
    expect(await pay(told('1', '1.00', { account: 'far', date: '2026-03-11' }))).toMatchObject({
      reasons: ['bank.csv:2: 2026-03-11 is still to come: it is 2026-03-10'],
    });
  });

  test('a thousand reasons are told at most', async () => {
    const wrong = Array.from({ length: 1001 }, (_, place) => told(`${place}`, '1.00', { account: 'q' }));
    expect(await pay(...wrong)).toMatchObject({ reasons: { length: 1000 } });
  });

  test('are refused whole, with everything that is wrong', async () => {
    const result = await pay(
      told('3', '1.00', { account: 'q', place: 'bank.csv:5' }),
      told('1', '19.00'),
      told('1', '20.00'),
      told('x y', '0.001', { date: '2026-03-11', currency: 'USD' }),
      told('4', '1.00', { document: 'INV-9' }),
      told('5', '1.00', { document: invoice.number, kind: 'repayment', date: 'soon' }),
    );
    expect(result).toEqual({
      outcome: 'refused',
      reasons: [
        'bank.csv:2: id 1 stands for another payment, of 2026-02-20',
        'bank.csv:2: "x y" is no id; write up to 64 letters, digits and . : / + - _',
        'bank.csv:2: 2026-03-11 is still to come: it is 2026-03-10',
        'bank.csv:2: the account is billed in EUR, not in USD; tell what it came to in EUR',
        'bank.csv:2: "0.001" is no amount; write one above zero in steps of 0.01 EUR',
        'bank.csv:2: p has no invoice INV-9; leave it out to settle what is due first',
        'bank.csv:2: "soon" is no date; write it like 2026-11-20',
        `bank.csv:2: 0 was paid for ${invoice.number}, and no more can be paid back for it`,
        'bank.csv:5: there is no account q',
      ],
    });
    expect(await balance()).toEqual([`${invoice.number} 119.00`, '0.00 119.00']);
  });

  test.each<[string, Partial<ToldPayment>, string]>([
    ['of nothing', { amount: '0.00' }, '"0.00" is no amount; write one above zero in steps of 0.01 EUR'],
    ['of less', { amount: '-1.00' }, '"-1.00" is no amount'],
    ['of no number', { amount: 'x'.repeat(40) }, `"${'x'.repeat(30)}" is no amount`],
    ['of what begins with a letter', { amount: 'x1.00' }, '"x1.00" is no amount'],
    ['of what ends with one', { amount: '1.00x' }, '"1.00x" is no amount'],
    ['of sixteen digits', { amount: '1234567890123456' }, '"1234567890123456" is no amount'],
    ['with an id of 65 letters', { id: 'a'.repeat(65) }, `"${'a'.repeat(65)}" is no id`],
    ['with one of 80', { id: 'a'.repeat(80) }, `"${'a'.repeat(70)}" is no id`],
    ['on a day that is a story', { date: 'once upon a time there was' }, '"once upon a time the" is no date'],
    ['with a reference of 141', { reference: 'r'.repeat(141) }, 'its reference has more than 140 characters'],
    [
      'of a kind there is not',
      { kind: 'k'.repeat(40) as 'payment' },
      `kind is "${'k'.repeat(30)}"; write payment (or nothing) or repayment`,
    ],
    ['on a day no month has', { date: '2026-02-30' }, '"2026-02-30" is no date; write it like 2026-11-20'],
  ])('%s are refused', async (_, more, words) => {
    expect(await pay(told('1', '1.00', more))).toMatchObject({
      outcome: 'refused',
      reasons: [expect.stringContaining(`bank.csv:2: ${words}`)],
    });
  });

  test('may be of today, of the smallest amount, with the longest id and reference', async () => {
    const longest = { id: 'a'.repeat(64), reference: 'r'.repeat(140), date: '2026-03-10' };
    expect(await pay(told('1', '0.01', longest))).toMatchObject({ outcome: 'recorded', recorded: 1 });
    expect(await balance('2026-03-09')).toEqual([`${invoice.number} 119.00`, '0.00 119.00']);
    expect(await balance('2026-03-10')).toEqual([`${invoice.number} 118.99`, '0.00 118.99']);
  });

  test('are paid back for a document up to what was paid for it, and for a credit note not at all', async () => {
    const of = { document: invoice.number };
    await pay(told('1', '19.00', of), told('2', '7.00'));
    expect(await pay(told('3', '19.01', { ...of, kind: 'repayment' }))).toMatchObject({
      reasons: [`bank.csv:2: 19 was paid for ${invoice.number}, and no more can be paid back for it`],
    });
    expect(await pay(told('3', '4.00', { ...of, kind: 'repayment' }))).toMatchObject({ recorded: 1 });
    expect(await pay(told('4', '15.01', { ...of, kind: 'repayment' }))).toMatchObject({ outcome: 'refused' });
    expect(await pay(told('4', '15.00', { ...of, kind: 'repayment' }))).toMatchObject({ recorded: 1 });
    expect(await pay(told('4', '15.0', { ...of, kind: 'repayment' }))).toEqual({ outcome: 'known already', known: 1 });
    expect(await pay(told('6', 'x1', { ...of, kind: 'repayment' }))).toMatchObject({ outcome: 'refused' });
    expect(await pay(told('7', '12'), told('8', '12.00', { kind: 'repayment' }))).toMatchObject({ recorded: 2 });
    expect(await balance()).toEqual([`${invoice.number} 112.00`, '0.00 112.00']);
    const credit = await carryOut(await amend({ kind: 'cancellation' }));
    const [note] = await allDocuments(world.ports, credit);
    expect(await pay(told('5', '1.00', { document: note!.number }))).toMatchObject({
      reasons: [`bank.csv:2: ${note!.number} is a credit note; leave it out to pay back what the account has too much`],
    });
  });

  test('that name no invoice are paid back up to what there is of them, also where that has settled one', async () => {
    const back = (id: string, amount: string) => pay(told(id, amount, { kind: 'repayment' }));
    const most = (amount: string) => ({
      reasons: [
        `bank.csv:2: p has ${amount} that no invoice is named for, and no more can be paid back; name the invoice it was paid for`,
      ],
    });
    expect(await back('1', '0.01')).toMatchObject(most('0'));
    await pay(told('2', '19.00', { document: invoice.number }), told('3', '30.00'));
    expect(await back('4', '30.01')).toMatchObject(most('30'));
    expect(await back('4', '10.00')).toMatchObject({ recorded: 1 });
    expect(
      await pay(told('5', '20.00', { kind: 'repayment' }), told('6', '0.01', { kind: 'repayment' })),
    ).toMatchObject(most('0'));
    await pay(told('7', '110.00', { document: invoice.number }));
    expect(await balance()).toEqual([`${invoice.number} 0.00`, '30.00 -30.00']);
    expect(await back('8', '30.00')).toMatchObject({ recorded: 1 });
    expect(await balance()).toEqual([`${invoice.number} 0.00`, '0.00 0.00']);
  });

  test('do not move a line of the next invoice', async () => {
    await pay(told('1', '19.00', { date: '2026-01-15' }));
    const [next] = await allDocuments(world.ports, await world.bill('2026-02'));
    expect(next?.net).toBe('100.00');
  });
});

test('who was never billed owes nothing, and who is unknown has no balance', async () => {
  await world.record([accountFact('new')]);
  const of = (account: string) => accountBalance(world.ports, { account, seller: '', at: '' });
  expect(await of('new')).toMatchObject({ items: [], payments: [], writeOffs: [], credit: '0.00', balance: '0.00' });
  expect(await of('nobody')).toBeUndefined();
});

test('an account that moves owes, and pays, whose customer it is now, unless the seller is named', async () => {
  const [operator] = CATALOG.sellers;
  await releaseCatalog(world.ports, { ...CATALOG, sellers: [operator!, { ...operator!, id: 'beta' }] }, 'test');
  await world.record([
    accountFact('p', { effectiveFrom: instantOf('2026-03-01', BERLIN), seller: 'beta', name: 'New' }),
  ]);
  const of = async (seller: string) => {
    const found = await accountBalance(world.ports, { account: 'p', seller, at: '' });
    return [found?.account.seller, found?.account.name, found?.balance];
  };
  expect([await of(''), await of(SELLER)]).toEqual([
    ['beta', 'New', '0.00'],
    [SELLER, 'New', '119.00'],
  ]);
  await pay(told('1', '19.00'), told('2', '100.00', { seller: SELLER }));
  expect([await of(''), await of(SELLER)]).toEqual([
    ['beta', 'New', '-19.00'],
    [SELLER, 'New', '19.00'],
  ]);
  await world.record([accountFact('p', { effectiveFrom: instantOf('2026-04-01', BERLIN), name: 'To come' })]);
  expect(await of('')).toEqual(['beta', 'New', '-19.00']);
});

describe('a write-off', () => {
  test('takes what is open, is approved by another, makes no document, and stays when the next month is billed', async () => {
    await pay(told('1', '19.00', { document: invoice.number }));
    expect(await writeOff('100.01')).toEqual({
      outcome: 'refused',
      reason: `100.01 EUR are more than is open of ${invoice.number}: 100.00`,
    });
    expect(await writeOff('0.001')).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('in steps of 0.01 EUR'),
    });
    const opened = await writeOff('');
    if (opened.outcome === 'refused') throw new Error(opened.reason);
    await world.work();
    const ports = { ...world.ports, fourEyes: true };
    expect(await approveRun(ports, opened.run, 'opener', true)).toMatchObject({
      reason: expect.stringContaining('four eyes are asked for'),
    });
    expect(await balance()).toEqual([`${invoice.number} 100.00`, '0.00 100.00']);
    await decide(opened.run);
    expect(await allDocuments(world.ports, opened.run)).toEqual([]);
    expect(await balance()).toEqual([`${invoice.number} 0.00`, '0.00 0.00']);
    expect(await balance('2026-03-09')).toEqual([`${invoice.number} 100.00`, '0.00 100.00']);
    expect(await writeOff('')).toEqual({ outcome: 'refused', reason: `nothing is open of ${invoice.number}` });
    const [next] = await allDocuments(world.ports, await world.bill('2026-02'));
    expect(await balance()).toEqual([`${invoice.number} 0.00`, `${next!.number} 119.00`, '0.00 119.00']);
  });

  test('is of its own document, and of no credit note', async () => {
    const [next] = await allDocuments(world.ports, await world.bill('2026-02'));
    await carryOut(await writeOff('19.00', next!));
    expect(await balance()).toEqual([`${invoice.number} 119.00`, `${next!.number} 100.00`, '0.00 219.00']);
    expect(await writeOff('100.01', next!)).toMatchObject({ outcome: 'refused' });
    const [note] = await allDocuments(world.ports, await carryOut(await amend({ kind: 'cancellation' })));
    expect(await writeOff('', note)).toEqual({ outcome: 'refused', reason: `nothing is open of ${note!.number}` });
  });

  test('of more than is left when it is drafted, of what is open and written off by then, is not drafted', async () => {
    await carryOut(await writeOff('50.00'));
    const opened = await writeOff('60.00');
    await pay(told('1', '10.00', { document: invoice.number }));
    await world.work();
    if (opened.outcome === 'refused') throw new Error(opened.reason);
    expect((await draftReport(world.ports, opened.run)).inError).toEqual([
      { payer: 'p', reason: `60.00 EUR are more than is open of ${invoice.number}: 59.00` },
    ]);
  });

  test('is not drafted while a run that has linked its account is still being posted', async () => {
    const run = 'acme-c01-2026-02-1';
    await world.open('2026-02');
    await world.work();
    await approveRun(world.ports, run, 'b', true);
    await linkPayers(world.ports, run, (await preparePosting(world.ports, run)).payers!);
    const opened = await writeOff('119.00');
    await world.work();
    if (opened.outcome === 'refused') throw new Error(opened.reason);
    expect((await draftReport(world.ports, opened.run)).inError).toEqual([
      { payer: 'p', reason: `run ${run} is still being posted; try again when its documents are there` },
    ]);
  });

  test('keeps its document from being credited as well, until it is taken back', async () => {
    await carryOut(await writeOff('50.00'));
    for (const what of [{ kind: 'cancellation' }, { kind: 'adjustment', line: 0, amount: '1.00' }])
      expect(await amend(what)).toMatchObject({ reason: expect.stringContaining('first take that back') });
    await carryOut(await amend({ kind: 'writeOff taken back' }));
    expect(await balance()).toEqual([`${invoice.number} 119.00`, '0.00 119.00']);
    expect(await amend({ kind: 'writeOff taken back' })).toMatchObject({
      reason: `nothing of ${invoice.number} is written off`,
    });
    await carryOut(await amend({ kind: 'adjustment', line: 0, amount: '100.00' }));
    expect(await balance()).toEqual([`${invoice.number} 0.00`, '0.00 0.00']);
  });

  test('of what is paid while it waits for approval takes what is left', async () => {
    const opened = await writeOff('');
    if (opened.outcome === 'refused') throw new Error(opened.reason);
    await world.work();
    await pay(told('1', '20.00', { document: invoice.number }));
    await decide(opened.run);
    expect(await balance()).toEqual([`${invoice.number} 0.00`, '0.00 0.00']);
    expect((await accountBalance(world.ports, { account: 'p', seller: '', at: '' }))?.items[0]?.writtenOff).toBe(
      '99.00',
    );
  });

  test.each([
    ['two write-offs', () => writeOff('119.00'), () => writeOff('119.00')],
    [
      'a write-off and a credit',
      () => writeOff('119.00'),
      () => amend({ kind: 'adjustment', line: 0, amount: '100.00' }),
    ],
    ['a write-off and a cancellation', () => amend({ kind: 'cancellation' }), () => writeOff('119.00')],
    [
      'two credits',
      () => amend({ kind: 'adjustment', line: 0, amount: '100.00' }),
      () => amend({ kind: 'adjustment', line: 1, amount: '100.00' }),
    ],
    ['two cancellations', () => amend({ kind: 'cancellation' }), () => amend({ kind: 'cancellation' })],
  ])('%s at once: one is made, the other is told, and no more than all is taken', async (_, one, other) => {
    const both = await Promise.all([one(), other()]);
    expect(both.map(({ outcome }) => outcome).sort()).toEqual(['opened', 'refused']);
    const [opened] = both.filter(({ outcome }) => outcome === 'opened');
    await carryOut(opened!);
    expect(await balance()).toEqual([`${invoice.number} 0.00`, '0.00 0.00']);
    for (const again of [await one(), await other()]) expect(again.outcome).toBe('refused');
  });

  test('that another link overtakes while it waits is not linked, and what is opened anew sees what is left', async () => {
    const waiting = await writeOff('119.00');
    if (waiting.outcome === 'refused') throw new Error(waiting.reason);
    await world.work();
    await world.bill('2026-02');
    await decide(waiting.run);
    expect((await balance())[0]).toBe(`${invoice.number} 119.00`);
    await carryOut(await writeOff('119.00'));
    expect((await balance())[0]).toBe(`${invoice.number} 0.00`);
  });

  test("waits for a store that does not answer: that is nobody's fault", async () => {
    const opened = await writeOff('119.00');
    if (opened.outcome === 'refused') throw new Error(opened.reason);
    world.killWorkflows();
    await planRun(world.ports, opened.run);
    const projections = {
      ...world.ports.projections,
      query: async (partition: string, ...rest: [never]) => {
        if (partition.startsWith('payments#')) throw new Error('the store does not answer');
        return world.ports.projections.query(partition, ...rest);
      },
    } as typeof world.ports.projections;
    const proof = {
      byItself: async () => {},
      byWorld: (draft: Draft) => writeOffObstacle({ ...world.ports, projections }, draft),
    };
    await expect(invoicePayers(world.ports, opened.run, ['p'], proof)).rejects.toThrow('does not answer');
    expect((await draftReport(world.ports, opened.run)).inError).toEqual([
      { payer: 'p', reason: 'has not been drafted' },
    ]);
  });

  test('leaves no trace when it is discarded', async () => {
    const opened = await writeOff('119.00');
    if (opened.outcome === 'refused') throw new Error(opened.reason);
    await world.work();
    await discardRun(world.ports, opened.run, 'a', 'paid after all');
    expect(await balance()).toEqual([`${invoice.number} 119.00`, '0.00 119.00']);
  });
});
