import { beforeEach, describe, expect, test } from 'vitest';
import { draftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import type { AdHocFact } from '#shared/inventory/fact.ts';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { explainLine } from '#shared/invoicing/use-cases/explain-line.ts';
import { listInvoices } from '#shared/invoicing/use-cases/list-invoices.ts';
import { reproduceInvoice } from '#shared/invoicing/use-cases/reproduce-invoice.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, factsOf } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

/** A seller in Germany, connectivity, and a router that is goods. */
const CATALOG = `
sellers:
  - id: acme
    name: Acme
    address: { lines: [Hauptstr. 1], postalCode: "01099", city: Dresden, country: DE }
    vatId: DE136695976
    timeZone: Europe/Berlin
    numbering: { invoice: { prefix: "INV-{year}-" }, creditNote: { prefix: "CN-{year}-" } }
zoneModels: [{ id: z, zones: [{ id: de, name: Germany, networks: [DEU] }] }]
sources: [{ name: demo, carrier: demo, format: tap3 }]
taxProfiles: [{ id: eu, name: VAT, kind: vat }]
taxJurisdictions: [{ country: DE, rates: [{ from: 2007-01-01, percent: 19 }] }]
plans:
  - id: a
    name: A
    currency: EUR
    zoneModel: z
    versions: [{ from: 2020-01-01, charges: [{ kind: recurring, id: fee, name: Fee, due: arrears, price: 30.00 }] }]
`;
const router = (order: string, quantity: string): AdHocFact => ({
  kind: 'adHoc',
  account: 'p',
  businessUnit: '',
  order,
  effectiveFrom: instantOf('2026-02-12', BERLIN),
  product: 'Router',
  quantity,
  price: '80.00',
  reference: '',
  taxCategory: 'goods',
});
let world: MemoryWorld;

/** A customer in Brazil: connectivity is outside the scope of tax (O), goods that leave the Union are exempt (G). */
beforeEach(async () => {
  const reading = readCatalog([{ path: 'catalog.yaml', text: CATALOG }]);
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems, undefined, 1));
  world = await memoryWorld(reading.catalog);
  const account = accountFact('p', { taxProfile: 'eu' });
  const turn = { at: '2026-02-01', state: 'active', payer: 'p', plan: 'a' } as const;
  const sims = factsOf('1', [turn], BERLIN).map(({ fact }) => fact);
  await world.record([{ ...account, address: { ...account.address, country: 'BR' } }, ...sims, router('o1', '2')]);
  world.setClock('2026-03-03');
});
const posted = () => listInvoices(world.ports, { account: 'p', month: '' });
const invoiceOf = async ({ key }: PostedDocument) =>
  JSON.parse(new TextDecoder().decode(await world.ports.objects.get('invoices', key))) as Invoice;
/** "INV-2026-000001 G 160.00" of each document, with the categories of its taxes. */
async function told(): Promise<string[]> {
  const documents = await posted();
  return Promise.all(
    documents.map(async (document) => {
      const { taxes, totals, amends } = await invoiceOf(document);
      return [
        document.number,
        taxes.map(({ category }) => category).join('+'),
        totals.net,
        ...amends.map((each) => each.number),
      ].join(' ');
    }),
  );
}
const of = (number: string) => posted().then((all) => all.find((each) => each.number === number)!);
const amendmentOf = async (number: string) => {
  const { run, businessUnit, apart } = await of(number);
  return { number, run, businessUnit, ...(apart === undefined ? {} : { apart }), reason: 'wrong' };
};

describe('what is outside the scope of tax (O) beside another category (EN 16931, BR-O-11 to 14)', () => {
  test('stands on a document of its own, numbered behind the other', async () => {
    await world.bill('2026-02');
    expect(await told()).toEqual(['INV-2026-000001 G 160.00', 'INV-2026-000002 O 30.00']);
    expect((await of('INV-2026-000002')).apart).toBe('outside scope');
  });

  test('alone is the only document, as without the rule', async () => {
    await world.record([router('o1', '0')]);
    await world.bill('2026-02');
    expect(await told()).toEqual(['INV-2026-000001 O 30.00']);
    expect((await of('INV-2026-000001')).apart).toBeUndefined();
  });

  test('is amended by what is outside the scope alone: each correction names the document it amends', async () => {
    await world.bill('2026-02');
    await world.record([
      router('o1', '1'),
      ...factsOf('1', [{ at: '2026-02-15', state: 'terminated' }], BERLIN).map(({ fact }) => fact),
    ]);
    world.setClock('2026-04-02');
    await world.bill('2026-03');
    expect((await told()).slice(0, 2)).toEqual([
      'CN-2026-000001 G 80.00 INV-2026-000001',
      'CN-2026-000002 O 15.00 INV-2026-000002',
    ]);
  });

  test('is cancelled and given back by itself, and billed again', async () => {
    await world.bill('2026-02');
    await world.amend('p', { ...(await amendmentOf('INV-2026-000001')), kind: 'adjustment', line: 0, amount: '10.00' });
    await world.amend('p', { ...(await amendmentOf('INV-2026-000002')), kind: 'cancellation' });
    expect((await told()).slice(0, 2)).toEqual([
      'CN-2026-000001 G 10.00 INV-2026-000001',
      'CN-2026-000002 O 30.00 INV-2026-000002',
    ]);
    const again = { ...(await amendmentOf('INV-2026-000002')), kind: 'cancellation' } as const;
    await expect(world.amend('p', again)).rejects.toThrow('INV-2026-000002 is cancelled already');
    await world.amend('p', { ...(await amendmentOf('INV-2026-000001')), kind: 'cancellation' });
    await world.bill('2026-02', { cycle: 0, account: 'p' });
    expect((await told()).filter((each) => each.startsWith('INV'))).toEqual([
      'INV-2026-000001 G 160.00',
      'INV-2026-000002 O 30.00',
      'INV-2026-000003 G 160.00',
      'INV-2026-000004 O 30.00',
    ]);
    expect((await told()).find((each) => each.startsWith('CN-2026-000003'))).toContain(' G 150.00 INV-2026-000001');
  });

  test('can be explained, and made again byte for byte', async () => {
    await world.bill('2026-02');
    for (const document of await posted()) {
      const explained = await explainLine(world.ports, document, 1);
      expect(explained.now?.document).toBe(document.number);
      const ports = { ...world.ports, pdfOf: async () => new Uint8Array([37]) };
      expect((await reproduceInvoice(ports, document)).isSame).toBe(true);
    }
  });
});

test('a certificate that ran out since the period began is named before anyone approves', async () => {
  const account = accountFact('p', { taxProfile: 'eu' });
  const certificate = { kind: 'reseller', number: 'C1', country: 'DE', basis: '', reasonCode: '' } as const;
  const certificates = [{ ...certificate, from: '2025-01-01', until: '2026-02-10' }];
  await world.record([{ ...account, address: { ...account.address, country: 'BR' }, certificates }]);
  const { checks } = await draftReport(world.ports, await world.bill('2026-02'));
  expect(checks.filter(({ payers }) => payers.includes('p')).map(({ check, state }) => `${state} ${check}`)).toEqual([
    'amber certificate expired',
  ]);
});
