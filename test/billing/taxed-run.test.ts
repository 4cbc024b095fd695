import { describe, expect, test } from 'vitest';
import { draftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import type { AccountFact, Fact } from '#shared/inventory/fact.ts';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, factsOf } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

/** A seller in Germany with books in euro, a price list in dollars, one with tax in its prices, and a goods charge; rates as the ECB publishes them. */
const CATALOG = `
sellers:
  - id: acme
    name: Acme
    address: { lines: [Hauptstr. 1], postalCode: "01099", city: Dresden, country: DE }
    vatId: DE136695976
    timeZone: Europe/Berlin
    bookCurrency: EUR
    numbering: { invoice: { prefix: "INV-{year}-" }, creditNote: { prefix: "CN-{year}-" } }
zoneModels: [{ id: z, zones: [{ id: de, name: Germany, networks: [DEU] }] }]
sources: [{ name: demo, carrier: demo, format: tap3 }]
taxProfiles:
  - { id: de, name: VAT, category: S, rates: [{ from: 2007-01-01, percent: 19 }] }
  - { id: eu, name: VAT, kind: vat }
  - id: ny
    name: New York
    category: S
    taxes:
      - { name: State, rates: [{ from: 2020-01-01, percent: 8.875 }] }
      - { name: City, rates: [{ from: 2020-01-01, percent: 2.125 }] }
      - { name: District, rates: [{ from: 2020-01-01, percent: 0.5 }] }
taxJurisdictions:
  - country: DE
    rates: [{ from: 2007-01-01, percent: 19 }]
    resellerReverseCharge: [{ category: telecom, from: 2021-01-01, basis: § 13b UStG }]
  - { country: EE, taxPoint: split, rates: [{ from: 2025-07-01, percent: 24 }, { from: 2026-02-15, percent: 25 }] }
  - { country: LV, taxPoint: split, rates: [{ from: 2025-07-01, percent: 21 }, { from: 2026-02-15, percent: 0 }] }
exchangeRates:
  - source: ECB
    base: EUR
    days: { 2026-03-02: { USD: 1.25, CHF: 0.95 }, 2026-04-01: { USD: 1.50, CHF: 0.90 } }
plans:
  - &plan
    id: a
    name: A
    currency: EUR
    zoneModel: z
    versions: [{ from: 2020-01-01, charges: [{ kind: recurring, id: fee, name: Fee, due: arrears, price: 99.99 }] }]
  - id: usd
    name: Dollars
    currency: USD
    zoneModel: z
    versions: [{ from: 2020-01-01, charges: [{ kind: recurring, id: fee, name: Fee, due: arrears, price: 10.00 }] }]
  - id: gross
    name: With tax
    currency: EUR
    prices: gross
    zoneModel: z
    versions: [{ from: 2020-01-01, charges: [{ kind: recurring, id: fee, name: Fee, due: arrears, price: 9.99 }] }]
`.replace('&plan\n    ', '');

async function worldOf(accounts: readonly { plan: string; account: AccountFact; more?: readonly Fact[] }[]) {
  const reading = readCatalog([{ path: 'catalog.yaml', text: CATALOG }]);
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems, undefined, 1));
  const world = await memoryWorld(reading.catalog);
  for (const { plan, account, more = [] } of accounts) {
    const turn = { at: '2026-01-31', state: 'active', payer: account.account, plan } as const;
    await world.record([
      account,
      ...factsOf(`sim-${account.account}`, [turn], BERLIN).map(({ fact }) => fact),
      ...more,
    ]);
  }
  world.setClock('2026-03-03');
  return world;
}
const inCountry = (account: string, country: string, vatId = '', more: Partial<AccountFact> = {}) => {
  const fact = accountFact(account, { taxProfile: 'eu', vatId, ...more });
  return { ...fact, address: { ...fact.address, country } };
};
async function invoicesOf({ ports }: MemoryWorld, run: string): Promise<Invoice[]> {
  const invoices: Invoice[] = [];
  for (const { key } of await allDocuments(ports, run)) {
    const body = await ports.objects.get('invoices', key);
    invoices.push(JSON.parse(new TextDecoder().decode(body)) as Invoice);
  }
  return invoices;
}
const february = (invoice: Invoice | undefined) => {
  const lines = invoice?.lines.filter((line) => line.period.from === '2026-02-01') ?? [];
  return { ...invoice, lines } as Invoice;
};

describe('price list in dollars, invoice in francs, books in euro', () => {
  // 10.00 USD × 0.95 ÷ 1.25 = 7.60 CHF; 19 % of it 1.444; in the books 7.60 ÷ 0.95 = 8.00 EUR and 1.44 ÷ 0.95 = 1.5157… EUR.
  // January: one day of 31, 0.3225… USD, is 0.2451… → 0.25 CHF.
  test('each rate with its day and source stands on the document', async () => {
    const world = await worldOf([{ plan: 'usd', account: accountFact('p', { currency: 'CHF' }) }]);
    const [invoice] = await invoicesOf(world, await world.bill('2026-02'));
    const rate = { from: 'USD', to: 'CHF', times: '0.95', dividedBy: '1.25', date: '2026-03-02', source: 'ECB' };
    expect(february(invoice).lines).toMatchObject([
      { net: '7.60', unitPrice: '7.6', quantity: '1', exchange: { listPrice: '10', rate } },
    ]);
    expect(invoice?.lines.map((line) => line.net)).toEqual(['0.25', '7.60']);
    expect(invoice?.totals).toEqual({ net: '7.85', tax: '1.49', gross: '9.34', due: '9.34' });
    expect(invoice?.book).toEqual({
      currency: 'EUR',
      rates: [{ from: 'CHF', to: 'EUR', times: '1', dividedBy: '0.95', date: '2026-03-02', source: 'ECB' }],
      net: '8.26',
      tax: '1.57',
      gross: '9.83',
    });
  });

  test('a credit takes back what was billed at the rate it was billed at', async () => {
    const world = await worldOf([{ plan: 'usd', account: accountFact('p', { currency: 'CHF' }) }]);
    await world.bill('2026-02');
    const effectiveFrom = instantOf('2026-02-15', BERLIN);
    await world.record([{ kind: 'state', subscription: 'sim-p', effectiveFrom, state: 'terminated' }]);
    world.setClock('2026-04-03');
    const [credit] = await invoicesOf(world, await world.bill('2026-03'));
    expect(credit).toMatchObject({
      kind: '381',
      totals: { net: '3.80', tax: '0.72', gross: '4.52' },
      book: { net: '4.00', tax: '0.76', gross: '4.76', rates: [{ date: '2026-03-02' }] },
    });
    expect(credit?.lines).toMatchObject([{ net: '3.80', exchange: { rate: { date: '2026-03-02' } } }]);
  });
});

test('an account without a rate, a table or a profile is left out, with what is missing; the others go on', async () => {
  const world = await worldOf([
    { plan: 'a', account: accountFact('fine') },
    { plan: 'usd', account: accountFact('pounds', { currency: 'GBP' }) },
    { plan: 'a', account: accountFact('books', { currency: 'EUR', taxProfile: 'nobody' }) },
    { plan: 'a', account: inCountry('paris', 'FR') },
  ]);
  const opened = await world.open('2026-02');
  await world.work();
  if (opened.outcome === 'refused') throw new Error(opened.reason);
  const { inError, drafts } = await draftReport(world.ports, opened.run);
  expect(drafts.map(({ payer }) => payer)).toEqual(['fine']);
  expect(Object.fromEntries(inError.map(({ payer, reason }) => [payer, reason]))).toEqual({
    pounds: expect.stringContaining(
      'plan usd is in USD and has to be told in GBP, but the catalogue has no exchange rate',
    ),
    books: expect.stringContaining('account books has tax profile nobody, which is not in the catalogue'),
    paris: expect.stringContaining('no tax jurisdiction FR, where account paris is taxed'),
  });
});

test('each account is taxed as it is', async () => {
  const certificate = {
    number: 'W-1',
    country: 'DE',
    from: '2026-01-01',
    until: '2027-01-01',
    reasonCode: '',
  } as const;
  const effectiveFrom = instantOf('2026-03-01', BERLIN);
  const asked = { account: 'ee-business', vatId: 'EE100931558', effectiveFrom, isValid: true, source: 'VIES' } as const;
  const world = await worldOf([
    { plan: 'a', account: inCountry('de-consumer', 'DE') },
    {
      plan: 'a',
      account: inCountry('de-reseller', 'DE', 'DE129273398', {
        certificates: [{ ...certificate, kind: 'reseller', basis: '' }],
        language: 'de',
      }),
    },
    { plan: 'a', account: inCountry('ee-consumer', 'EE') },
    { plan: 'a', account: inCountry('lv-consumer', 'LV') },
    {
      plan: 'a',
      account: inCountry('ee-business', 'EE', 'EE100931558'),
      more: [{ kind: 'vatIdCheck', ...asked, reference: 'WAPI1' }],
    },
    { plan: 'gross', account: inCountry('gross', 'DE') },
    { plan: 'a', account: accountFact('new-york', { taxProfile: 'ny' }) },
    { plan: 'a', account: inCountry('swiss', 'CH', 'CHE109322551') },
  ]);
  const run = await world.bill('2026-02');
  const { drafts } = await draftReport(world.ports, run);
  expect(drafts.flatMap(({ payer, taxNotes = [] }) => taxNotes.map((note) => `${payer}: ${note}`))).toEqual([
    'ee-consumer: VAT id missing',
    'lv-consumer: VAT id missing',
  ]);
  const invoices = await invoicesOf(world, run);
  const said = Object.fromEntries(
    invoices.map(({ buyer, taxes, lines }) => [
      buyer.account,
      {
        lines: lines.map((line) => `${line.period.from.slice(5)} ${line.net} ${line.taxCategory} ${line.taxPercent}`),
        taxes: taxes.map((row) => `${row.category} ${row.place} ${row.name}${row.percent} on ${row.net}: ${row.tax}`),
        reasons: taxes.map((row) => row.reason),
        evidence: taxes.flatMap((row) =>
          row.evidence.map(({ id, source, reference }) => `${id} ${source} ${reference}`),
        ),
      },
    ]),
  );
  // 99.99 for February and a day of January, 99.99 ÷ 31 = 3.2254… → 3.23; in Estonia February is 14 days at 24 % and 14 at 25 %.
  expect(said).toEqual({
    'de-consumer': {
      lines: ['01-01 3.23 S 19', '02-01 99.99 S 19'],
      taxes: ['S DE 19 on 103.22: 19.61'],
      reasons: [''],
      evidence: [],
    },
    'de-reseller': {
      lines: ['01-01 3.23 AE 0', '02-01 99.99 AE 0'],
      taxes: ['AE DE 0 on 103.22: 0.00'],
      reasons: ['Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge) (§ 13b UStG)'],
      evidence: ['W-1  '],
    },
    'ee-consumer': {
      lines: ['01-01 3.23 S 24', '02-01 50.00 S 24', '02-15 49.99 S 25'],
      taxes: ['S EE 25 on 49.99: 12.50', 'S EE 24 on 53.23: 12.78'],
      reasons: ['', ''],
      evidence: [],
    },
    'ee-business': {
      lines: ['01-01 3.23 AE 0', '02-01 99.99 AE 0'],
      taxes: ['AE EE 0 on 103.22: 0.00'],
      reasons: ['Reverse charge: the recipient accounts for the VAT (Art. 44, 196 Directive 2006/112/EC)'],
      evidence: ['EE100931558 VIES WAPI1'],
    },
    // Where the second half of February is taxed at 0 %, it is of category Z: 21 % of 53.23 is 11.1783.
    'lv-consumer': {
      lines: ['01-01 3.23 S 21', '02-01 50.00 S 21', '02-15 49.99 Z 0'],
      taxes: ['S LV 21 on 53.23: 11.18', 'Z LV 0 on 49.99: 0.00'],
      reasons: ['', ''],
      evidence: [],
    },
    // 9.99 and 0.32 with tax: 10.31 ÷ 1.19 = 8.6638… → 8.66, of which the lines have 8.39 and 0.27.
    gross: {
      lines: ['01-01 0.27 S 19', '02-01 8.39 S 19'],
      taxes: ['S DE 19 on 8.66: 1.65'],
      reasons: [''],
      evidence: [],
    },
    'new-york': {
      lines: ['01-01 3.23 S 11.5', '02-01 99.99 S 11.5'],
      taxes: ['S  State8.875 on 103.22: 9.16', 'S  City2.125 on 103.22: 2.19', 'S  District0.5 on 103.22: 0.52'],
      reasons: ['', '', ''],
      evidence: [],
    },
    swiss: {
      lines: ['01-01 3.23 O 0', '02-01 99.99 O 0'],
      taxes: ['O CH 0 on 103.22: 0.00'],
      reasons: [
        'Outside the scope of VAT: the place of supply is outside the European Union (Art. 44 Directive 2006/112/EC)',
      ],
      evidence: ['CHE109322551 format '],
    },
  });
});
