import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { releaseFolder } from '../../cli/catalog/catalog.ts';
import { loadFiles, orderOne } from '../../cli/inventory.ts';
import { explain, listDocuments, showInvoice } from '../../cli/invoices/invoice.ts';
import { approve, open, post } from '../../cli/runs/run.ts';
import { type MemorySession, memorySession, told } from './memory-session.ts';

const FOLDER = join(import.meta.dirname, 'kinds');
const NOWHERE = { pdf: '', csv: '', usage: '' };

/** What happened in October: subscription's IMSI, when, service, quantity, network. */
const USED: readonly [imsi: number, start: string, service: string, quantity: number, network: string][] = [
  [2, '2026-10-03T10:00:00+02:00', 'data', 1, 'DEUD1'],
  [5, '2026-10-03T10:00:00+02:00', 'data', 160_004_000, 'DEUD1'],
  [5, '2026-10-05T10:00:00+02:00', 'data', 4_000_000, 'USAW6'],
  [5, '2026-10-20T10:00:00+02:00', 'data', 2_000_000, 'USAW6'],
  [5, '2026-10-05T10:00:00+02:00', 'voice', 30, 'DEUD1'],
  [5, '2026-10-06T10:00:00+02:00', 'voice', 185, 'DEUD1'],
  [5, '2026-10-07T10:00:00+02:00', 'sms', 23, 'DEUD1'],
  [6, '2026-10-07T10:00:00+02:00', 'event:door', 4, 'DEUD1'],
  [6, '2026-10-08T10:00:00+02:00', 'event:door', 3, 'DEUD1'],
  [6, '2026-10-08T11:00:00+02:00', 'event:alarm', 1, 'DEUD1'],
  [6, '2026-10-09T10:00:00+02:00', 'data', 25_000_000, 'FRAF1'],
  [7, '2026-10-09T10:00:00+02:00', 'data', 60_000_000, 'FRAF1'],
  [8, '2026-10-25T10:00:00+01:00', 'data', 115_000_000, 'FRAF1'],
  [9, '2026-10-09T10:00:00+02:00', 'data', 8_000_000, 'FRAF1'],
  [10, '2026-10-10T10:00:00+02:00', 'data', 78_000_000, 'FRAF1'],
  [11, '2026-10-10T10:00:00+02:00', 'data', 1_500_000_000, 'FRAF1'],
];

function usageFile(): Buffer {
  const rows = USED.map(([imsi, start, service, quantity, network], at) => {
    const column = { data: 0, voice: 1 }[service] ?? 2;
    const cells = ['', '', ''].map((_, place) => (place === column ? quantity : ''));
    return [`r${at}`, `0010100000000${String(imsi).padStart(2, '0')}`, start, service, 'mo', network, ...cells].join(
      ',',
    );
  });
  return Buffer.from(['record_id,imsi,start,service,direction,network,bytes,seconds,count', ...rows, ''].join('\n'));
}

async function billedOctober(): Promise<MemorySession> {
  const session = memorySession('anna');
  session.setClock('2026-10-01T08:00:00+02:00');
  await told((output) => releaseFolder(session, join(FOLDER, 'catalog'), output));
  await told((output) => loadFiles(session, [join(FOLDER, 'inventory.yaml')], output));
  const order = { account: 'use', order: 'A-1', date: '2026-10-12', product: 'Tracker', quantity: '3', price: '89.99' };
  const rest = { businessUnit: '', reference: 'PO-7', taxCategory: 'goods' };
  await told((output) => orderOne(session, { ...order, ...rest }, output));
  session.setClock('2026-11-01T08:00:00+01:00');
  session.drop('incoming/net/october.csv', usageFile());
  await session.settle();
  const asked = { cycle: 1, account: '', month: '2026-10', invoiceDate: '2026-11-02', seller: '', beforeEnd: false };
  session.setClock('2026-11-02T08:00:00+01:00');
  await told((output) => open(session, { ...asked, wait: true }, output));
  await told((output) => approve(session, 'acme-c01-2026-10-1', false, output));
  await told((output) => post(session, 'acme-c01-2026-10-1', true, output));
  await session.settle();
  return session;
}

test('how every kind of line came about, as a person would write it', async () => {
  const session = await billedOctober();
  const { data } = await told((output) => listDocuments(session, { account: '', month: '2026-10' }, output));
  const texts: string[] = [];
  for (const { number } of data as PostedDocument[]) {
    const invoice = (await told((output) => showInvoice(session, number, NOWHERE, output))).data as Invoice;
    for (const { place } of invoice.lines) {
      const { text } = await told((output) => explain(session, number, place, false, output));
      texts.push(`$ billing invoice explain ${number} --line ${place}\n${text}\n`);
    }
  }
  await expect(texts.join('\n')).toMatchFileSnapshot('explain-kinds.golden.txt');
}, 120_000);
