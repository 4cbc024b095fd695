import { expect, test } from 'vitest';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import { readInvoice } from '#shared/invoicing/use-cases/explain-line.ts';
import { reproduceInvoice } from '#shared/invoicing/use-cases/reproduce-invoice.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { catalogWith } from '../rating/fleet.ts';
import { documentOf, january, open, PLAN, shown, world } from './amended.ts';

const NET = catalogWith(PLAN);
const GROSS = catalogWith(PLAN.replace('currency: EUR', 'currency: EUR, prices: gross'));

type Document = Awaited<ReturnType<typeof documentOf>>;
/** A document as it is shown, with its tax and what is to be paid. */
async function told(document: Document): Promise<string> {
  const { totals } = await readInvoice(world.ports, document);
  return `${await shown(document)}; ${totals.tax} tax, ${totals.gross} in all`;
}
async function bill(month: string): Promise<Document> {
  world.setClock(`2026-0${Number(month.slice(5)) + 1}-02`);
  return documentOf(await world.bill(month));
}
const again = (line: string, before: string, now: string) =>
  [before, now].map((net) => `${line} 2026-01 ${net} (price correction of INV-2026-000001)`).join(', ');

// 13.00 in January and 3.00 in February: with 19 % on top 15.47 and 3.57, with it in them 10.92 and 2.08 of tax, and 2.52 and 0.48.
test.each<[string, Catalog, Catalog, string, string]>([
  [
    'tax is in them after all: of 16.00 in all 15.47 are billed',
    NET,
    GROSS,
    '15.47 in all',
    `380 0.45: fee 2026-02 2.52, ${again('data', '-10.00', '8.41')}, ${again('fee', '-3.00', '2.52')}; 0.08 tax, 0.53 in all`,
  ],
  [
    'tax comes on top after all: of 19.04 in all 13.00 are billed',
    GROSS,
    NET,
    '13.00 in all',
    `380 5.08: fee 2026-02 3.00, ${again('data', '-8.40', '10.00')}, ${again('fee', '-2.52', '3.00')}; 0.96 tax, 6.04 in all`,
  ],
])(
  'prices are corrected, what was billed is taken back and billed as it is now (pricing rules §10): %s',
  async (_, before, after, first, second) => {
    await open(before);
    expect(await told(await january())).toContain(first);
    await releaseCatalog(world.ports, after, 'test');
    expect(await told(await bill('2026-02'))).toBe(second);
    expect(await shown(await bill('2026-03'))).toMatch(/^380 [.0-9]+: fee 2026-03 [.0-9]+$/);
  },
);

// 13.00, 3.00 and 3.00 with 19 % on top
test('and once more when they are corrected back, to the cent: 22.61 in three months', async () => {
  await open(NET);
  const documents = [await january()];
  for (const [catalog, month] of [
    [GROSS, '2026-02'],
    [NET, '2026-03'],
  ] as const) {
    await releaseCatalog(world.ports, catalog, 'test');
    documents.push(await bill(month));
  }
  const totals = await Promise.all(documents.map(async (each) => (await readInvoice(world.ports, each)).totals.gross));
  expect(sum(totals.map((each) => amount(each))).toFixed(2)).toBe('22.61');
  const pdfOf = async () => new Uint8Array([37]);
  for (const document of documents)
    expect((await reproduceInvoice({ ...world.ports, pdfOf }, document)).isSame).toBe(true);
});
