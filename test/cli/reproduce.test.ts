import { beforeAll, expect, test } from 'vitest';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import { findInvoice } from '#shared/invoicing/use-cases/list-invoices.ts';
import type { Reproduction } from '#shared/invoicing/use-cases/reproduce-invoice.ts';
import { reproduce } from '../../cli/invoices/reproduce.ts';
import { backOut } from '../../cli/usage/usage.ts';
import { fleetSession } from './fleet.ts';
import { type MemorySession, told } from './memory-session.ts';

let session: MemorySession;
beforeAll(async () => {
  session = await fleetSession();
});

const ALL = ['FC-2026-00001', 'FC-2026-00002', 'FC-2026-00003', 'FC-2026-00004', 'FC-2026-00005', 'FC-2026-00006'];

async function madeAgain(numbers: readonly string[]): Promise<{ text: string; made: Reproduction[] }> {
  const { text, data } = await told((output) => reproduce(session, numbers, output));
  return { text, made: data as Reproduction[] };
}

test('every posted invoice is made again, byte for byte', async () => {
  const { text, made } = await madeAgain([]);
  expect(made.map(({ document, isSame }) => [document.number, isSame])).toEqual(ALL.map((number) => [number, true]));
  for (const { files, values } of made) {
    expect(files.map(({ name, posted, again }) => [name, posted.length, posted === again])).toEqual([
      ['invoice.json', 64, true],
      ['lines.csv', 64, true],
      ['PDF', 64, true],
    ]);
    expect(values).toEqual([]);
  }
  expect(text).toMatch(/^FC-2026-00001 {2}the same: invoice.json, lines.csv, PDF\n/);
  expect(text).toContain('6 of 6 documents made again, byte for byte');
});

test('what became known since its position changes nothing of it', async () => {
  const reason = 'sent by mistake';
  await told((output) => backOut(session, 'roamhub/CDFRAF1UTOIO00008.gz', reason, output));
  await session.settle();
  expect((await madeAgain(['FC-2026-00002', 'FC-2026-00005'])).made.map(({ isSame }) => isSame)).toEqual([true, true]);
});

test('a document that is not what its facts come to says where', async () => {
  const document = await findInvoice(session.world, 'FC-2026-00001');
  if (document === undefined) throw new Error('no invoice');
  const { objects } = session.world;
  const body = await objects.get('invoices', document.key);
  const invoice = JSON.parse(new TextDecoder().decode(body)) as Invoice;
  const forged = { ...invoice, totals: { ...invoice.totals, net: '1.00' } };
  await objects.put('invoices', document.key, JSON.stringify(forged), 'application/json');
  await expect(madeAgain(['FC-2026-00001'])).rejects.toThrow('1 of 1 document came out otherwise');
  await objects.put('invoices', document.key, body as Uint8Array, 'application/json');
  expect((await madeAgain(['FC-2026-00001'])).made[0]?.isSame).toBe(true);
});

test('a number nobody has', async () => {
  await expect(madeAgain(['FC-1'])).rejects.toThrow('there is no invoice FC-1');
});
