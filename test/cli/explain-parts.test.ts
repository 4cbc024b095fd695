import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { listDocuments, showInvoice } from '../../cli/invoices/invoice.ts';
import { billMonth, explainedLines, sessionOf, type Used, usageFile } from './billed-months.ts';
import { told } from './memory-session.ts';

const FOLDER = join(import.meta.dirname, 'parts');
const MB = 1_000_000;

/** What happened in October. */
const USED: readonly Used[] = [
  [1, '2026-10-05T10:00:00+02:00', 'data', 150 * MB, 'DEUD1'],
  [2, '2026-10-22T10:00:00+02:00', 'data', 20 * MB, 'DEUD1'],
  [3, '2026-10-05T10:00:00+02:00', 'data', 500 * MB, 'DEUD1'],
  [4, '2026-10-25T10:00:00+01:00', 'data', 310 * MB, 'DEUD1'],
  [5, '2026-10-15T10:00:00+02:00', 'data', 205 * MB, 'DEUD1'],
  [5, '2026-10-15T11:00:00+02:00', 'data', 9 * MB, 'DEUD1'],
  [7, '2026-10-05T10:00:00+02:00', 'data', 80 * MB, 'DEUD1'],
  [8, '2026-10-05T10:00:00+02:00', 'data', 120 * MB, 'DEUD1'],
  [9, '2026-10-05T10:00:00+02:00', 'data', 53 * MB, 'DEUD1'],
  [9, '2026-10-12T10:00:00+02:00', 'data', 20 * MB, 'DEUD1'],
  [10, '2026-10-05T10:00:00+02:00', 'data', 33 * MB, 'DEUD1'],
  [10, '2026-10-20T10:00:00+02:00', 'data', 120 * MB, 'DEUD1'],
  [11, '2026-10-21T10:00:00+02:00', 'data', 14 * MB, 'DEUD1'],
  [12, '2026-10-05T10:00:00+02:00', 'sms', 3, 'DEUD1'],
  [12, '2026-10-20T10:00:00+02:00', 'sms', 4, 'DEUD1'],
  [13, '2026-10-05T10:00:00+02:00', 'data', 40 * MB, 'DEUD1'],
  [13, '2026-10-06T10:00:00+02:00', 'data', 30 * MB, 'USAW6'],
  [13, '2026-10-07T10:00:00+02:00', 'data', 5 * MB, 'DEUD1'],
  [14, '2026-10-05T10:00:00+02:00', 'voice', 30, 'DEUD1'],
  [14, '2026-10-06T10:00:00+02:00', 'voice', 300, 'DEUD1'],
  [14, '2026-10-07T10:00:00+02:00', 'voice', 2000, 'DEUD1'],
];

/** October billed. */
async function billed() {
  const session = await sessionOf(FOLDER);
  session.setClock('2026-11-01T08:00:00+01:00');
  session.drop('incoming/net/october.csv', usageFile('r', USED));
  await session.settle();
  await billMonth(session, '2026-10', '2026-11-02');
  return session;
}

test('how lines of what is counted, covered and shared in parts came about', async () => {
  const session = await billed();
  await expect(await explainedLines(session, '2026-10')).toMatchFileSnapshot('explain-parts.golden.txt');
}, 120_000);

test('documents tell lines of several versions of a charge apart by the days their terms hold, and no others', async () => {
  const session = await billed();
  const { data } = await told((output) => listDocuments(session, { account: '', month: '2026-10' }, output));
  const details = new Map<string, string[]>();
  for (const { number, payer } of data as PostedDocument[]) {
    const files = { pdf: '', csv: '', usage: '' };
    const { lines } = (await told((output) => showInvoice(session, number, files, output))).data as Invoice;
    details.set(
      payer,
      lines.map(({ detail }) => detail),
    );
  }
  expect(details.get('versions')).toEqual([
    'Europe · tier 1 · terms of 1 – 15 October 2026',
    'Europe · tier 1 · terms of 16 – 31 October 2026',
    'Europe · tier 2 · terms of 16 – 31 October 2026',
  ]);
  expect(details.get('zones')).toEqual(['Europe · tier 1', 'Europe · tier 2', 'World · tier 1', 'World · tier 2']);
}, 120_000);
