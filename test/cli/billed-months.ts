import { join } from 'node:path';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { releaseFolder } from '../../cli/catalog/catalog.ts';
import { loadFiles } from '../../cli/inventory.ts';
import { explain, listDocuments, showInvoice } from '../../cli/invoices/invoice.ts';
import { approve, open, post } from '../../cli/runs/run.ts';
import { type MemorySession, memorySession, told } from './memory-session.ts';

const NOWHERE = { pdf: '', csv: '', usage: '' };

/** What was used: by the end of an IMSI, when, which service, how much of it, in which network; and what the carrier charges, "8.00,USD". */
export type Used = readonly [
  imsi: number,
  start: string,
  service: string,
  quantity: number,
  network: string,
  charged?: string,
];

/** A carrier's file of it; `name` begins the ids of its records. */
export function usageFile(name: string, used: readonly Used[]): Buffer {
  const rows = used.map(([imsi, start, service, quantity, network, charged = ','], at) => {
    const column = { data: 0, voice: 1 }[service] ?? 2;
    const counted = ['', '', ''].map((_, place) => (place === column ? quantity : ''));
    const whose = `0010100000000${String(imsi).padStart(2, '0')}`;
    return [`${name}${at}`, whose, start, service, 'mo', network, ...counted, charged].join(',');
  });
  const head = 'record_id,imsi,start,service,direction,network,bytes,seconds,count,charge,currency';
  return Buffer.from([head, ...rows, ''].join('\n'));
}

/** A session in which the catalogue and the inventory of a folder are there, as on 1 October 2026. */
export async function sessionOf(folder: string): Promise<MemorySession> {
  const session = memorySession('anna');
  session.setClock('2026-10-01T08:00:00+02:00');
  await told((output) => releaseFolder(session, join(folder, 'catalog'), output));
  await told((output) => loadFiles(session, [join(folder, 'inventory.yaml')], output));
  return session;
}

/** Drafts, approves and posts a month's run of cycle 1, dated in winter; `isAccepted`: though its checks are red. */
export async function billMonth(
  session: MemorySession,
  month: string,
  invoiceDate: string,
  isAccepted = false,
): Promise<void> {
  const asked = { cycle: 1, account: '', month, invoiceDate, seller: '', beforeEnd: false };
  const run = `acme-c01-${month}-1`;
  session.setClock(`${invoiceDate}T08:00:00+01:00`);
  await told((output) => open(session, { ...asked, wait: true }, output));
  await told((output) => approve(session, run, isAccepted, output));
  await told((output) => post(session, run, true, output));
  await session.settle();
}

/** How every line of a month's documents is explained, one after the other. */
export async function explainedLines(session: MemorySession, month: string): Promise<string> {
  const { data } = await told((output) => listDocuments(session, { account: '', month }, output));
  const texts: string[] = [];
  for (const { number } of data as PostedDocument[]) {
    const invoice = (await told((output) => showInvoice(session, number, NOWHERE, output))).data as Invoice;
    for (const { place } of invoice.lines) {
      const { text } = await told((output) => explain(session, number, place, false, output));
      texts.push(`$ billing invoice explain ${number} --line ${place}\n${text}\n`);
    }
  }
  return texts.join('\n');
}
