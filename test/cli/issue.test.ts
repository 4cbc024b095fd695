import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import { cancel } from '../../cli/invoices/amend.ts';
import { explain, showInvoice } from '../../cli/invoices/invoice.ts';
import { type IssueFlags, issue } from '../../cli/invoices/issue.ts';
import { reproduce } from '../../cli/invoices/reproduce.ts';
import { approve, list, post, show } from '../../cli/runs/run.ts';
import { CommandFailure } from '../../cli/terminal/failure.ts';
import { fleetSession } from './fleet.ts';
import { type MemorySession, told } from './memory-session.ts';

let session: MemorySession;
beforeAll(async () => {
  session = await fleetSession();
});
const folder = mkdtempSync(join(tmpdir(), 'billing-issue-'));
afterAll(() => rmSync(folder, { recursive: true }));

const NOWHERE = { pdf: '', csv: '', usage: '' };
const ASKED: IssueFlags = { reason: 'visit of 12 November', invoiceDate: '2026-12-14' };
const issued = (flags: Partial<IssueFlags>, account = 'nordwind') =>
  told((output) => issue(session, account, { ...ASKED, ...flags }, output));
const shown = async (number: string) =>
  (await told((output) => showInvoice(session, number, NOWHERE, output))).data as Invoice;

/** Decides a run that was opened, and lets it be posted; answers the number of its only document. */
async function decided(opened: unknown): Promise<string> {
  const { run } = opened as { run: string };
  await session.settle();
  await told((output) => approve(session, run, false, output));
  await told((output) => post(session, run, false, output));
  await session.settle();
  const { data } = await told((output) => show(session, run, { all: false, usage: false }, output));
  return (data as { documents: { number: string }[] }).documents[0]?.number ?? '';
}

test('an ad-hoc invoice is drafted, approved, posted, explained, made again and cancelled', async () => {
  const number = await decided((await issued({ line: 'Installation on site', quantity: '2.5', price: '99.99' })).data);
  expect(number).toMatch(/^FC-2026-\d+$/);
  const invoice = await shown(number);
  expect([invoice.kind, invoice.totals.net, invoice.totals.tax]).toEqual(['380', '249.98', '47.50']);
  const why = await told((output) => explain(session, number, 1, false, output));
  expect(why.text).toContain('2.5 × 99.99 EUR = 249.975 → 249.98 EUR, rounded once, half away from zero');
  expect((await told((output) => list(session, output))).text).toContain('ad-hoc invoice, account nordwind');
  const asked = { reason: 'wrong account', invoiceDate: '2026-12-14', wait: false };
  const credit = await decided((await told((output) => cancel(session, number, asked, output))).data);
  const { amends, totals } = await shown(credit);
  expect([amends, totals.net]).toEqual([[{ number, issueDate: '2026-12-14' }], '249.98']);
  const { text } = await told((output) => reproduce(session, [number, credit], output));
  expect(text).toContain('2 of 2 documents made again');
});

test('several lines come from a file', async () => {
  const file = join(folder, 'lines.yaml');
  const lines = [
    '{ text: Visit, quantity: 1, price: 149.00 }',
    '{ text: SIM card, quantity: 3, price: 2, taxCategory: goods }',
  ];
  writeFileSync(file, `lines:\n${lines.map((line) => `  - ${line}\n`).join('')}`);
  const number = await decided((await issued({ file })).data);
  const invoice = await shown(number);
  expect(invoice.lines.map(({ description, net }) => [description, net])).toEqual([
    ['Visit', '149.00'],
    ['SIM card', '6.00'],
  ]);
});

test('what cannot be billed says why', async () => {
  const line = { line: 'Visit', quantity: '1', price: '1' };
  await expect(issued(line, 'nobody')).rejects.toThrow('there is no account nobody');
  await expect(issued({ ...line, businessUnit: 'moon' })).rejects.toThrow('has no business unit moon; it has');
  await expect(issued({ file: join(folder, 'none.yaml') })).rejects.toThrow('cannot be read');
  const failed = await issued({ line: '', quantity: '1,5' }).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(CommandFailure);
  expect((failed as CommandFailure).details).toHaveLength(3);
});
