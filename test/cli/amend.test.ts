import { beforeAll, expect, test } from 'vitest';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import { adjust, cancel } from '../../cli/invoices/amend.ts';
import { explain, showInvoice } from '../../cli/invoices/invoice.ts';
import { reproduce } from '../../cli/invoices/reproduce.ts';
import { approve, open, post } from '../../cli/runs/run.ts';
import { fleetSession } from './fleet.ts';
import { type MemorySession, told } from './memory-session.ts';

let session: MemorySession;
beforeAll(async () => {
  session = await fleetSession();
});

const NOWHERE = { pdf: '', csv: '', usage: '' };
const ASKED = { reason: 'outage on 3 October', invoiceDate: '', wait: false };

/** Decides a run that was opened, and lets it be posted. */
async function decided(opened: unknown): Promise<void> {
  const { run } = opened as { run: string };
  await session.settle();
  await told((output) => approve(session, run, false, output));
  await told((output) => post(session, run, false, output));
  await session.settle();
}

test('goodwill and cancellation are credit notes, drafted, approved, posted, explained and made again', async () => {
  const given = await told((output) => adjust(session, 'FC-2026-00001', { line: 2, amount: '1.00' }, ASKED, output));
  expect(given.text).toMatch(/^Opened run fernweh-x-\S+-2026-10-1; it is being drafted\.$/);
  await decided(given.data);
  const { data, text: note } = await told((output) => showInvoice(session, 'FG-2026-00001', NOWHERE, output));
  expect((data as Invoice).totals.net).toBe('1.00');
  expect(note).toMatch(/^credited +1\.19$/m);
  expect(note).not.toMatch(/to pay|, due/);
  const { text } = await told((output) => explain(session, 'FG-2026-00001', 1, false, output));
  expect(text).toContain('Given back out of goodwill, of FC-2026-00001: outage on 3 October');

  await decided((await told((output) => cancel(session, 'FC-2026-00001', ASKED, output))).data);
  const whole = (await told((output) => showInvoice(session, 'FG-2026-00002', NOWHERE, output))).data as Invoice;
  const first = (await told((output) => showInvoice(session, 'FC-2026-00001', NOWHERE, output))).data as Invoice;
  expect(Number(whole.totals.net)).toBeCloseTo(Number(first.totals.net) - 1, 2);
  const why = await told((output) => explain(session, 'FG-2026-00002', 1, false, output));
  expect(why.text).toContain('taken back as a whole; the next run bills what is owed');
  expect((await told((output) => reproduce(session, [], output))).text).toContain('8 of 8 documents made again');
});

test('what cannot be amended says why', async () => {
  const refused = (number: string, amount: string) =>
    told((output) => adjust(session, number, { line: 1, amount }, ASKED, output));
  await expect(refused('FC-2026-00002', '100000.00')).rejects.toThrow('more than is left of line 1 of FC-2026-00002');
  await expect(refused('FC-9', '1.00')).rejects.toThrow('there is no invoice FC-9');
  const month = { cycle: 0, account: 'nordwind', month: '2026-10', invoiceDate: '', seller: '', beforeEnd: false };
  await expect(told((output) => open(session, { ...month, wait: false }, output))).rejects.toThrow(
    '2026-10 for nordwind is posted already',
  );
});
