import { beforeEach, expect, test } from 'vitest';
import { listInvoices } from '#shared/invoicing/use-cases/list-invoices.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf, type Turn } from '../rating/fleet.ts';
import { cancel, documentOf, open, shown, use, world } from './amended.ts';
import { accountFact } from './memory-world.ts';

/** 1.00 a MB on plan a; 28.00 a month on b and 14.00 on c, in arrears; 31.00 on d, in advance; nothing on e. */
const feeOf = (price: string) => `[{ kind: recurring, id: fee, name: Fee, ${price} }]`;
const DATA = '[{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }]';
const CATALOG = catalogWith(
  [
    planOf('a', DATA),
    planOf('b', feeOf('due: arrears, price: 28.00')),
    planOf('c', feeOf('due: arrears, price: 14.00')),
    planOf('d', feeOf('due: advance, price: 31.00')),
    planOf('e', feeOf('due: arrears, price: 0')),
  ].join(''),
);

const record = (id: string, ...turns: Turn[]) => world.record(factsOf(id, turns, BERLIN).map(({ fact }) => fact));
/** Bills a month on the second day after it. */
async function billed(month: string) {
  world.setClock(`2026-0${Number(month.slice(5)) + 1}-02`);
  return allDocuments(world.ports, await world.bill(month));
}
/** The same where it makes one document. */
async function invoiced(month: string) {
  const [document, more] = await billed(month);
  expect(more).toBeUndefined();
  return documentOf(document!.run);
}
/** What all documents come to, less credit notes. */
async function total(): Promise<string> {
  const documents = await listInvoices(world.ports, { account: 'p', month: '' });
  return sum(documents.map(({ kind, net }) => amount(net).times(kind === '381' ? -1 : 1))).toFixed(2);
}

beforeEach(() => open(CATALOG));

test('an invoice of which the next took everything back is not credited once more', async () => {
  await record('s', { at: '2026-02-01', state: 'active', plan: 'b' });
  const february = await invoiced('2026-02');
  await record('s', { at: '2026-02-01', plan: 'c' });
  const { number } = february;
  expect(await shown(await invoiced('2026-03'))).toBe(
    `380 0.00: fee 2026-03 14.00, fee 2026-02 -28.00 (backdated change of ${number}), fee 2026-02 14.00 (backdated change of ${number})`,
  );
  await expect(cancel(february)).rejects.toThrow(`nothing is left of ${number}`);
  await invoiced('2026-04');
  // Three months of 14.00
  expect(await total()).toBe('42.00');
});

test('nor is one of 0.00', async () => {
  await record('s', { at: '2026-02-01', state: 'active', plan: 'e' });
  const february = await invoiced('2026-02');
  expect(await shown(february)).toBe('380 0.00: fee 2026-02 0.00');
  await record('s', { at: '2026-02-01', plan: 'c' });
  const { number } = february;
  expect(await shown(await invoiced('2026-03'))).toBe(
    `380 28.00: fee 2026-03 14.00, fee 2026-02 14.00 (backdated change of ${number}), fee 2026-02 0.00 (backdated change of ${number})`,
  );
  await expect(cancel(february)).rejects.toThrow(`nothing is left of ${number}`);
});

test('of an invoice of which the next took a part back, the rest is credited, and billed again', async () => {
  await world.load('february', '1', [use('2026-02-12', 10)]);
  await record('s', { at: '2026-02-01', state: 'active', plan: 'b' });
  const february = await invoiced('2026-02');
  await record('s', { at: '2026-02-01', plan: 'c' });
  await invoiced('2026-03');
  const { number } = february;
  expect(await shown(await cancel(february))).toBe(`381 10.00: data 2026-02 10.00 (cancelled invoice of ${number})`);
  expect(await shown(await invoiced('2026-04'))).toBe(
    '380 24.00: fee 2026-04 14.00, data 2026-02 10.00 (billed again)',
  );
  expect(await total()).toBe('52.00');
});

test('what an invoice took back of a line that nobody owes is taken back again when it is cancelled', async () => {
  await record('s', { at: '2026-02-01', state: 'active', plan: 'b' });
  const february = await invoiced('2026-02');
  await record('s', { at: '2026-02-01', plan: 'c' });
  const march = await invoiced('2026-03');
  const credit = await cancel(march);
  // 28.00 of plan b stand again, and 2 × 14.00 of plan c do not
  expect(await shown(credit)).toBe(
    `380 0.00: fee 2026-02 28.00 (cancelled invoice of ${march.number}), fee 2026-02 -14.00 (cancelled invoice of ${march.number}), fee 2026-03 -14.00 (cancelled invoice of ${march.number})`,
  );
  expect(await shown(await invoiced('2026-04'))).toBe(
    `380 14.00: fee 2026-04 14.00, fee 2026-02 -28.00 (billed again of ${february.number}), fee 2026-02 14.00 (billed again), fee 2026-03 14.00 (billed again)`,
  );
  expect(await total()).toBe('42.00');
});

test('where the invoice that billed it is cancelled too, it refers to neither', async () => {
  await world.load('february', '1', [use('2026-02-12', 10)]);
  await record('s', { at: '2026-02-01', state: 'active', plan: 'b' });
  const february = await invoiced('2026-02');
  await record('s', { at: '2026-02-01', plan: 'c' });
  const march = await invoiced('2026-03');
  await cancel(february);
  await cancel(march);
  expect(await shown(await invoiced('2026-04'))).toContain('fee 2026-02 -28.00 (billed again), ');
  expect(await total()).toBe('52.00');
});

test('a business unit that was changed back to before the invoice', async () => {
  const { address } = accountFact('p');
  const since = instantOf('2026-01-01', BERLIN);
  const unit = { kind: 'businessUnit', account: 'p', effectiveFrom: since, reference: '', address } as const;
  await world.record(['x', 'y'].map((businessUnit) => ({ ...unit, businessUnit, name: businessUnit })));
  await record('s', { at: '2026-02-01', state: 'active', plan: 'b', unit: 'x' });
  const february = await invoiced('2026-02');
  await record('s', { at: '2026-02-01', plan: 'b', unit: 'y' });
  const [credit] = await billed('2026-03');
  expect(await shown(credit!)).toBe(`381 28.00: fee 2026-02 28.00 (backdated change of ${february.number})`);
  await expect(cancel(february)).rejects.toThrow(`nothing is left of ${february.number}`);
  expect(await shown(await cancel(credit!))).toBe(
    `380 28.00: fee 2026-02 28.00 (cancelled invoice of ${credit!.number})`,
  );
  await billed('2026-04');
  expect(await total()).toBe('84.00');
});

test('a termination before a month that was billed in advance', async () => {
  await record('s', { at: '2026-03-01', state: 'active', plan: 'd' });
  world.setClock('2026-03-02');
  // March and April in advance
  const invoice = await invoiced('2026-03');
  expect(invoice.net).toBe('62.00');
  await record('s', { at: '2026-03-16', state: 'terminated' });
  const credit = await invoiced('2026-04');
  // 16 of 31 days are taken back of March, and April
  expect([credit.kind, credit.net]).toEqual(['381', '47.00']);
  expect((await cancel(invoice)).net).toBe('15.00');
  expect((await invoiced('2026-05')).net).toBe('15.00');
  expect(await total()).toBe('15.00');
});
