import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AccountBalance } from '#shared/invoicing/use-cases/balances/account-balance.ts';
import { adjust, writeOff } from '../../cli/invoices/amend.ts';
import * as books from '../../cli/invoices/books.ts';
import { showInvoice } from '../../cli/invoices/invoice.ts';
import { loadPayments, recordOne, showBalance } from '../../cli/invoices/payment.ts';
import { approve, post, show } from '../../cli/runs/run.ts';
import { fleetSession } from './fleet.ts';
import { type MemorySession, told } from './memory-session.ts';

const folder = mkdtempSync(join(tmpdir(), 'payments-'));
afterAll(() => rmSync(folder, { recursive: true }));
let session: MemorySession;
let account: string;
let gross: string;
const NUMBER = 'FC-2026-00001';
const NOWHERE = { pdf: '', csv: '', usage: '' };

beforeAll(async () => {
  session = await fleetSession();
  const { data } = await told((output) => showInvoice(session, NUMBER, NOWHERE, output));
  const invoice = data as { buyer: { account: string }; totals: { gross: string } };
  account = invoice.buyer.account;
  gross = invoice.totals.gross;
});

const balance = async () => {
  return (await told((output) => showBalance(session, { account, seller: '', at: '' }, output))) as {
    data: AccountBalance;
    text: string;
    next: string;
  };
};
const file = (text: string) => {
  const path = join(folder, 'bank.csv');
  writeFileSync(path, text);
  return told((output) => loadPayments(session, path, output));
};

test('payments are recorded one by one and from files, shown with what is open, and counted once', async () => {
  const before = await balance();
  const one = {
    id: 'B-1',
    amount: '1.00',
    date: '2026-11-01',
    invoice: NUMBER,
    reference: 'thanks',
    seller: '',
    back: false,
  };
  const first = await told((output) => recordOne(session, account, one, output));
  expect(first.text).toMatch(/^Recorded 1 payment at position \d+\.$/);
  expect(first.next).toBe(`billing account balance ${account}`);
  const rows = `id,account,date,amount,currency,invoice\nB-1,${account},2026-11-01,1.00,EUR,${NUMBER}\nB-2,${account},2026-11-01,2.00,EUR,\n`;
  expect((await file(rows)).text).toMatch(/^Recorded 1 payment at position \d+, 1 was known already\.$/);
  expect((await file(rows)).text).toBe('Nothing new, 2 were known already.');
  const after = await balance();
  expect(Number(after.data.balance)).toBeCloseTo(Number(before.data.balance) - 3, 2);
  expect(after.text).toContain('from the account');
  expect(after.text).toMatch(/B-1\s+2026-11-01\s+FC-2026-00001\s+1\.00 EUR\s+thanks/);
  expect((await told((output) => showInvoice(session, NUMBER, NOWHERE, output))).text).toMatch(
    /open .* EUR \(paid 1\.00 EUR/,
  );
});

test('a file that is wrong is refused whole, with every row that is', async () => {
  await expect(file('id,account,when\n')).rejects.toThrow(/wrong/);
  await expect(file('id,account,date,amount,currency\nX,nobody,2026-11-01,1.00,EUR\n')).rejects.toThrow(
    /1 thing is wrong; no payment was recorded/,
  );
  await expect(file('id,account,date,amount,currency,kind\nX,a,2026-11-01,1.00,EUR,gift\n')).rejects.toThrow(
    /1 thing is wrong/,
  );
  await expect(told((output) => loadPayments(session, join(folder, 'none.csv'), output))).rejects.toThrow(
    'is not there',
  );
  await expect(
    told((output) => showBalance(session, { account: 'nobody', seller: '', at: '' }, output)),
  ).rejects.toThrow('there is no account nobody');
});

test('what is open is written off by a run that another approves, and expected again by another', async () => {
  const asked = { amount: '', reason: 'insolvent', date: '', takeBack: false, wait: false };
  const decided = async (data: unknown) => {
    const { run } = data as { run: string };
    await session.settle();
    await told((output) => approve(session, run, false, output));
    await told((output) => post(session, run, false, output));
    await session.settle();
    return run;
  };
  const run = await decided((await told((output) => writeOff(session, NUMBER, asked, output))).data);
  const shown = await told((output) => show(session, run, { all: false, usage: false }, output));
  expect(shown.text).toContain(`write-off of ${NUMBER}, account ${account}`);
  const { data, text } = await told((output) => showInvoice(session, NUMBER, NOWHERE, output));
  expect(data).toMatchObject({ number: NUMBER, balance: { gross, paid: '1.00', open: '0.00', credited: '0.00' } });
  expect(text).toMatch(/open 0\.00 EUR \(paid .*written off/);
  const goodwill = { reason: 'sorry', invoiceDate: '', wait: false };
  await expect(
    told((output) => adjust(session, NUMBER, { line: 0, amount: '1.00' }, goodwill, output)),
  ).rejects.toThrow('first take that back');
  await expect(told((output) => writeOff(session, NUMBER, asked, output))).rejects.toThrow(
    `nothing is open of ${NUMBER}`,
  );
  await decided((await told((output) => writeOff(session, NUMBER, { ...asked, takeBack: true }, output))).data);
  const item = (await balance()).data.items.find(({ document }) => document.number === NUMBER);
  expect(item).toMatchObject({ gross, writtenOff: '0.00' });
});

test('books are closed and shown', async () => {
  expect((await told((output) => books.show(session, '', output))).text).toMatch(/were never closed/);
  const closed = await told((output) => books.close(session, { until: '2026-10-31', seller: '' }, output));
  expect(closed.text).toMatch(/are closed up to 2026-10-31/);
  expect((await told((output) => books.show(session, '', output))).text).toContain('2026-10-31');
  await expect(told((output) => books.close(session, { until: '2026-10-30', seller: '' }, output))).rejects.toThrow(
    'already',
  );
});
