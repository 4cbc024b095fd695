import { beforeEach, describe, expect, test } from 'vitest';
import type { Amendment } from '#shared/billing/amendment-request.ts';
import { approveRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { openAmendment } from '#shared/billing/use-cases/runs/open-amendment.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { accountBalance } from '#shared/invoicing/use-cases/balances/account-balance.ts';
import { recordPayments } from '#shared/invoicing/use-cases/balances/record-payments.ts';
import { openWriteOff } from '#shared/invoicing/use-cases/balances/write-off.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
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

const balance = async (at = '') => {
  const found = await accountBalance(world.ports, { account: 'p', seller: '', at });
  return [...found!.items.map((item) => `${item.document.number} ${item.open}`), `${found!.credit} ${found!.balance}`];
};
const writeOff = (amount: string) =>
  openWriteOff(world.ports, { document: invoice, amount, reason: 'insolvent', date: '', by: 'opener' });
const amend = (kind: 'cancellation' | 'writeOff taken back') => {
  const { number, run, businessUnit } = invoice;
  const amendment = { kind, number, run, businessUnit, reason: 'as agreed' } as Amendment;
  return openAmendment(world.ports, { seller: SELLER, account: 'p', amendment, invoiceDate: '', by: 'opener' });
};
const carryOut = async (opened: Awaited<ReturnType<typeof writeOff>>) => {
  if (opened.outcome === 'refused') throw new Error(opened.reason);
  await world.work();
  for (const decided of [
    await approveRun(world.ports, opened.run, 'approver', true),
    await postRun(world.ports, opened.run),
  ])
    if (decided.outcome === 'refused') throw new Error(decided.reason);
  await world.work();
  return opened.run;
};

describe('a credit', () => {
  const state = (at: string) => factsOf('1', [{ at, state: 'terminated' }], BERLIN).map(({ fact }) => fact);

  test('of several invoices goes to each by its lines: 19 of 31 days of January, and all of February', async () => {
    const [second] = await allDocuments(world.ports, await world.bill('2026-02'));
    await world.record(state('2026-01-13'));
    world.setClock('2026-04-02');
    const [note] = await allDocuments(world.ports, await world.bill('2026-03'));
    expect([note?.kind, note?.gross, note?.takesBack]).toEqual([
      '381',
      '191.94',
      { [invoice.number]: '72.94', [second!.number]: '119.00' },
    ]);
    expect(await balance()).toEqual([`${invoice.number} 46.06`, `${second!.number} 0.00`, '0.00 46.06']);
  });

  test('within a later invoice is off that one, and what is left of the other is open though it is cancelled', async () => {
    const moved = factsOf(
      '1',
      [
        { at: '2026-01-16', state: 'suspended' },
        { at: '2026-02-01', state: 'active' },
      ],
      BERLIN,
    );
    await world.record(moved.map(({ fact }) => fact));
    const [second] = await allDocuments(world.ports, await world.bill('2026-02'));
    expect([second?.kind, second?.gross, second?.takesBack]).toEqual(['380', '57.58', { [invoice.number]: '61.42' }]);
    const [note] = await allDocuments(world.ports, await carryOut(await amend('cancellation')));
    expect([note?.gross, note?.takesBack]).toEqual(['57.58', { [invoice.number]: '57.58' }]);
    expect(await balance()).toEqual([`${invoice.number} 61.42`, `${second!.number} 57.58`, '0.00 119.00']);
    const found = await accountBalance(world.ports, { account: 'p', seller: '', at: '' });
    expect(found?.items[0]?.netted).toBe('61.42');
    const paid = { id: '1', account: 'p', seller: '', date: '2026-02-20', kind: 'payment', amount: '119.00' } as const;
    const told = { ...paid, currency: 'EUR', document: invoice.number, reference: '', place: 'bank.csv:2' };
    await recordPayments(world.ports, [told], 'bank');
    expect(await balance()).toEqual([`${invoice.number} 0.00`, `${second!.number} 0.00`, '0.00 0.00']);
  });
});

test('a write-off that is taken back was written off until that day, and again from the day it is written off again', async () => {
  await carryOut(await writeOff('50.00'));
  world.setClock('2026-03-20');
  await carryOut(await amend('writeOff taken back'));
  world.setClock('2026-03-25');
  await carryOut(await writeOff('20.00'));
  const open = async (at: string) => (await balance(at)).at(-1);
  expect(await open('2026-03-09')).toBe('0.00 119.00');
  for (const day of ['2026-03-10', '2026-03-19']) expect(await open(day)).toBe('0.00 69.00');
  for (const day of ['2026-03-20', '2026-03-24']) expect(await open(day)).toBe('0.00 119.00');
  for (const day of ['2026-03-25', '']) expect(await open(day)).toBe('0.00 99.00');
  await carryOut(await amend('writeOff taken back'));
  expect(await balance()).toEqual([`${invoice.number} 119.00`, '0.00 119.00']);
  expect(await amend('cancellation')).toMatchObject({ outcome: 'opened' });
});
