import { beforeEach, describe, expect, test } from 'vitest';
import type { AskedItem } from '#shared/billing/ad-hoc-invoice.ts';
import type { InvoiceItem } from '#shared/billing/amendment-request.ts';
import { draftOfRun } from '#shared/billing/use-cases/runs/chain.ts';
import { openAdHocInvoice } from '#shared/billing/use-cases/runs/open-ad-hoc-invoice.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { readInvoice } from '#shared/invoicing/use-cases/explain-line.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { catalogWith, planOf } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]'));
const VISIT: InvoiceItem = { text: 'Visit', quantity: '2', price: '50.00', taxCategory: 'service', businessUnit: '' };
let world: MemoryWorld;
beforeEach(async () => {
  world = await memoryWorld(CATALOG);
  await world.record([accountFact('p')]);
  world.setClock('2026-02-10');
});
const ask = (items: readonly (InvoiceItem | AskedItem)[]) =>
  openAdHocInvoice(world.ports, { account: 'p', items, reason: 'as agreed', invoiceDate: '', by: 'opener' });
const only = async (opened: Awaited<ReturnType<typeof ask>>) =>
  (await allDocuments(world.ports, await world.finish(opened)))[0] as PostedDocument;

describe('a product of the catalogue', () => {
  const PRODUCTS = [
    { id: 'tracker', name: 'GPS tracker', taxCategory: 'goods', prices: [{ currency: 'EUR', amount: '89' }] },
    { id: 'visit', name: 'Installation', taxCategory: 'service', prices: [{ currency: 'USD', amount: '149' }] },
  ] as const;
  const product = (of: string, more: Partial<AskedItem> = {}): AskedItem => {
    return { ...{ text: '', product: of, quantity: '2', price: '', taxCategory: '', businessUnit: '' }, ...more };
  };
  beforeEach(() => releaseCatalog(world.ports, { ...CATALOG, products: PRODUCTS }, 'ops'));

  test('is billed by its name at its list price, or at the price that is said', async () => {
    const document = await only(await ask([product('tracker'), product('visit', { price: '99.00', quantity: '1' })]));
    const { lines, totals } = await readInvoice(world.ports, document);
    const said = lines.map(({ quantity, unitPrice, description, net }) => [quantity, unitPrice, description, net]);
    expect(said).toEqual([
      ['2', '89', 'GPS tracker', '178.00'],
      ['1', '99', 'Installation', '99.00'],
    ]);
    expect([totals.net, totals.tax]).toEqual(['277.00', '52.63']);
    const draft = await draftOfRun(world.ports, document.run, 'p');
    expect(draft.documents[0]?.lines.map(({ line }) => line.taxCategory)).toEqual(['goods', 'service']);
  });

  test('keeps what it was sold at, whatever a later release says, with the reference of the customer', async () => {
    const opened = await ask([product('tracker', { reference: 'PO-7' })]);
    await releaseCatalog(world.ports, { ...CATALOG, products: [] }, 'ops');
    const document = await only(opened);
    expect(document.net).toBe('178.00');
    const { lines } = await readInvoice(world.ports, document);
    expect(lines[0]?.detail).toContain('PO-7');
  });

  test.each([
    ['that there is none of', product('router'), 'the catalogue has no product router; it has tracker, visit'],
    ['without a price in the account’s currency', product('visit'), 'product visit has no price in EUR; say one'],
  ])('%s is refused', async (_, asked, reason) => {
    expect(await ask([VISIT, asked])).toEqual({ outcome: 'refused', reason });
  });

  test('is none where words are said, nor where the catalogue has none', async () => {
    const { taxCategory: _, ...words } = VISIT;
    const document = await only(await ask([{ ...words, product: '', taxCategory: '' }]));
    expect((await readInvoice(world.ports, document)).lines.map(({ description }) => description)).toEqual(['Visit']);
    await releaseCatalog(world.ports, CATALOG, 'ops');
    const reason = 'the catalogue has no product tracker; it has none';
    expect(await ask([product('tracker')])).toEqual({ outcome: 'refused', reason });
  });
});
