import { describe, expect, test } from 'vitest';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import type { AccountFact, Fact } from '#shared/inventory/fact.ts';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, factsOf, type Turn } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

/** A seller in Germany: 19 % there, 20 % in France, 24 % in Estonia, and by the date of the document 25 % in Poland, 21 % and from 1 April 22 % in Czechia. */
const SELLER = `
sellers:
  - id: acme
    name: Acme
    address: { lines: [Hauptstr. 1], postalCode: "01099", city: Dresden, country: DE }
    vatId: DE136695976
    timeZone: Europe/Berlin
    numbering: { invoice: { prefix: "INV-{year}-" }, creditNote: { prefix: "CN-{year}-" } }
zoneModels: [{ id: z, zones: [{ id: de, name: Germany, networks: [DEU] }], defaultZone: de }]
sources: [{ name: demo, carrier: demo, format: tap3 }]
taxProfiles:
  - { id: de, name: VAT, category: S, rates: [{ from: 2007-01-01, percent: 19 }] }
  - { id: seven, name: Reduced, category: S, rates: [{ from: 2007-01-01, percent: 7 }] }
  - { id: split, name: VAT, category: S, taxPoint: split, rates: [{ from: 2007-01-01, percent: 19 }, { from: 2026-03-16, percent: 16 }] }
  - { id: eu, name: VAT, kind: vat }
taxJurisdictions:
  - { country: DE, rates: [{ from: 2007-01-01, percent: 19 }] }
  - { country: FR, rates: [{ from: 2014-01-01, percent: 20 }] }
  - { country: EE, rates: [{ from: 2025-07-01, percent: 24 }] }
  - { country: PL, taxPoint: invoiceDate, rates: [{ from: 2011-01-01, percent: 25 }] }
  - { country: CZ, taxPoint: invoiceDate, rates: [{ from: 2013-01-01, percent: 21 }, { from: 2026-04-01, percent: 22 }] }
`;
const ARREARS = '{ kind: recurring, id: fee, name: Fee, due: arrears, price: 100.00 }';
const ADVANCE = '{ kind: recurring, id: ahead, name: Ahead, due: advance, price: 50.00 }';
const MESSAGES = '{ kind: usage, id: sms, name: Messages, match: { services: sms }, measure: count, price: 1.00 }';

/** What a catalogue has beside the charges of its plan. */
interface Beside {
  readonly currency?: string;
  readonly more?: string;
  /** Of its plan: ", topUps: […]". */
  readonly topUps?: string;
}

function catalogOf(charges: readonly string[], { currency = 'EUR', more = '', topUps = '' }: Beside = {}) {
  const versions = `[{ from: 2020-01-01, charges: [${charges.join(', ')}]${topUps} }]`;
  const plan = `plans: [{ id: a, name: A, currency: ${currency}, zoneModel: z, versions: ${versions} }]\n`;
  const reading = readCatalog([{ path: 'catalog.yaml', text: SELLER + plan + more }]);
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems, undefined, 1));
  return reading.catalog;
}

/** What is said of the account from days on. */
type Said = Readonly<Record<string, { readonly country?: string } & Partial<AccountFact>>>;

/** A subscription, active from 1 March on, of an account of which all is said before anything is billed. */
async function worldOf(charges: readonly string[], said: Said, beside: Beside = {}) {
  const world = await memoryWorld(catalogOf(charges, beside));
  const accounts = Object.entries(said).map(([from, { country = 'DE', ...more }]) => {
    const fact = accountFact('p', { taxProfile: 'eu', ...more, effectiveFrom: instantOf(from, BERLIN) });
    return { ...fact, address: { ...fact.address, country } };
  });
  const active = { at: '2026-03-01', state: 'active', payer: 'p', plan: 'a', has: 'imsi#s' } as const;
  await world.record([...accounts, ...factsOf('s', [active], BERLIN).map(({ fact }) => fact)]);
  return world;
}

/** What the documents of a run for a month, posted on a day, say of their taxes. */
async function taxesOf(world: MemoryWorld, month: string, day: string): Promise<string[]> {
  world.setClock(day);
  const rows: string[] = [];
  for (const { key } of await allDocuments(world.ports, await world.bill(month))) {
    const body = await world.ports.objects.get('invoices', key);
    const { taxes } = JSON.parse(new TextDecoder().decode(body)) as Invoice;
    rows.push(...taxes.map((row) => `${row.category} ${row.place} ${row.percent} on ${row.net}: ${row.tax}`));
  }
  return rows;
}

const FRENCH = 'FR40303265045';

describe('an account is taxed as it stands at the tax point of each line (pricing rules §7)', () => {
  test.each<[string, string[], Said, string[], string[]]>([
    [
      'moved on the first of April: March is taxed where it lived then',
      [ARREARS],
      { '2026-01-10': {}, '2026-04-01': { country: 'FR' } },
      ['S DE 19 on 100.00: 19.00'],
      ['S FR 20 on 100.00: 20.00'],
    ],
    [
      'moved on the last of March: that is the tax point',
      [ARREARS],
      { '2026-01-10': {}, '2026-03-31': { country: 'FR' } },
      ['S FR 20 on 100.00: 20.00'],
      ['S FR 20 on 100.00: 20.00'],
    ],
    [
      'a VAT id from the first of April on',
      [ARREARS],
      { '2026-01-10': { country: 'FR' }, '2026-04-01': { country: 'FR', vatId: FRENCH } },
      ['S FR 20 on 100.00: 20.00'],
      ['AE FR 0 on 100.00: 0.00'],
    ],
    [
      'another tax profile from the first of April on',
      [ARREARS],
      { '2026-01-10': { taxProfile: 'seven' }, '2026-04-01': { taxProfile: 'de' } },
      ['S  7 on 100.00: 7.00'],
      ['S  19 on 100.00: 19.00'],
    ],
    [
      'an exemption that is shown from the first of April on',
      [ARREARS],
      { '2026-01-10': {}, '2026-04-01': { certificates: [exemption('DE')] } },
      ['S DE 19 on 100.00: 19.00'],
      ['E DE 0 on 100.00: 0.00'],
    ],
    // In advance for April: the invoice date, 3 April. March's own, billed late, has its last day.
    [
      'in advance: the invoice date, if that is earlier than the end, also behind the cut-off',
      [ADVANCE],
      { '2026-01-10': {}, '2026-04-02': { country: 'FR' } },
      ['S FR 20 on 50.00: 10.00', 'S DE 19 on 50.00: 9.50'],
      ['S FR 20 on 50.00: 10.00'],
    ],
    [
      'where the country taxes by the date of the document: as it stands then',
      [ARREARS],
      { '2026-01-10': { country: 'PL' }, '2026-04-02': { country: 'EE' } },
      ['S EE 24 on 100.00: 24.00'],
      ['S EE 24 on 100.00: 24.00'],
    ],
    // March in advance, billed late, April in advance and March in arrears: all of 3 April.
    [
      'where the country taxes by the date of the document: what is charged in advance too',
      [ARREARS, ADVANCE],
      { '2026-01-10': { country: 'CZ' } },
      ['S CZ 22 on 200.00: 44.00'],
      ['S CZ 22 on 150.00: 33.00'],
    ],
    [
      'where the country taxes by the date of the document: exempt since then, in advance too',
      [ARREARS, ADVANCE],
      { '2026-01-10': { country: 'CZ' }, '2026-04-03': { country: 'CZ', certificates: [exemption('CZ')] } },
      ['E CZ 0 on 200.00: 0.00'],
      ['E CZ 0 on 150.00: 0.00'],
    ],
    [
      'what is said of May changes nothing before',
      [ARREARS],
      { '2026-01-10': {}, '2026-05-01': { country: 'FR' } },
      ['S DE 19 on 100.00: 19.00'],
      ['S DE 19 on 100.00: 19.00'],
    ],
  ])('%s', async (_, charges, said, march, april) => {
    const world = await worldOf(charges, said);
    expect(await taxesOf(world, '2026-03', '2026-04-03')).toEqual(march);
    expect(await taxesOf(world, '2026-04', '2026-05-03')).toEqual(april);
  });

  test('late usage and a discount of before, billed after the move', async () => {
    const world = await worldOf([MESSAGES], { '2026-01-10': {}, '2026-04-01': { country: 'FR' } });
    const at = (day: string) => ({ at: `${day}T10:00:00Z`, service: 'sms' as const, count: 100 });
    await world.load('march', 's', [at('2026-03-10')]);
    expect(await taxesOf(world, '2026-03', '2026-04-03')).toEqual(['S DE 19 on 100.00: 19.00']);
    await world.load('late', 's', [at('2026-03-11')]);
    await world.load('april', 's', [at('2026-04-10')]);
    const tenOff =
      'agreements: [{ account: p, currency: EUR, discounts: [{ id: d, name: D, from: 2026-03-01, percent: 10 }] }]\n';
    await releaseCatalog(world.ports, catalogOf([MESSAGES], { more: tenOff }), 'test');
    // March: 100.00 more less 10 % of 200.00; April: 100.00 less 10 %.
    expect(await taxesOf(world, '2026-04', '2026-05-03')).toEqual([
      'S FR 20 on 90.00: 18.00',
      'S DE 19 on 80.00: 15.20',
    ]);
  });
});

describe('what moves to another tier keeps rate and treatment of what was billed of its charge', () => {
  const VOLUME =
    '{ kind: usage, id: sms, name: Messages, match: { services: sms }, measure: count, price: { model: volume, tiers: [{ upTo: 100, price: 1.00 }, { price: 0.90 }] } }';
  const sent = (day: string, count: number) => ({ at: `${day}T10:00:00Z`, service: 'sms' as const, count });

  // 100 × 1.00 USD ÷ 1.25 = 80.00 EUR; 101 × 0.90 = 90.90 USD ÷ 1.25 = 72.72 EUR, and not ÷ 1.50 = 60.60: −7.28 at 19 % = −1.3832.
  test('a volume price in dollars', async () => {
    const rates =
      'exchangeRates: [{ source: ECB, base: EUR, days: { 2025-12-01: { USD: 1.25 }, 2026-05-01: { USD: 1.50 } } }]\n';
    const world = await worldOf([VOLUME], { '2026-01-10': {} }, { currency: 'USD', more: rates });
    await world.load('march', 's', [sent('2026-03-10', 100)]);
    expect(await taxesOf(world, '2026-03', '2026-04-03')).toEqual(['S DE 19 on 80.00: 15.20']);
    await world.load('late', 's', [sent('2026-03-11', 1)]);
    expect(await taxesOf(world, '2026-04', '2026-05-03')).toEqual(['S DE 19 on 7.28: 1.38']);
  });

  // A jurisdiction that taxes by the date of the document would put the second tier outside the scope: 90.90 − 100.00 at 25 %.
  test('a customer who has moved', async () => {
    const world = await worldOf([VOLUME], { '2026-01-10': { country: 'PL' }, '2026-04-10': { country: 'CH' } });
    await world.load('march', 's', [sent('2026-03-10', 100)]);
    expect(await taxesOf(world, '2026-03', '2026-04-03')).toEqual(['S PL 25 on 100.00: 25.00']);
    await world.load('late', 's', [sent('2026-03-11', 1)]);
    expect(await taxesOf(world, '2026-04', '2026-05-03')).toEqual(['S PL 25 on 9.10: 2.28']);
  });
});

// Charged in advance on 3 April, at home; a discount that is added behind the move takes off what it takes off at home, though its own day is 30 April.
test('a discount is taxed as what it reduces', async () => {
  const world = await worldOf([ADVANCE], { '2026-01-10': {}, '2026-04-20': { country: 'FR' } });
  expect(await taxesOf(world, '2026-03', '2026-04-03')).toEqual(['S DE 19 on 100.00: 19.00']);
  const off =
    'agreements: [{ account: p, currency: EUR, discounts: [{ id: d, name: D, from: 2026-04-01, percent: 10 }] }]\n';
  await releaseCatalog(world.ports, catalogOf([ADVANCE], { more: off }), 'test');
  // May in advance, less 10 %: France; April's 5.00 off: Germany.
  expect(await taxesOf(world, '2026-04', '2026-05-03')).toEqual(['S FR 20 on 45.00: 9.00', 'S DE 19 on -5.00: -0.95']);
});

// 19 %, and 16 % from 16 March on. Activated on 1 and 20 March at 100.00 each; a router for 400.00 on 20 March; topped up for 10.00 on 10 March; a fee of 31.00, 15 days of 31
// before the change. 19 %: 100.00 + 10.00 + 15.00; 16 %: 100.00 + 400.00 + 16.00.
test('where a rate splits a period, what has a day of its own is taxed by it', async () => {
  const charges = [
    '{ kind: oneTime, id: on, name: Activation, at: activation, price: 100.00 }',
    '{ kind: recurring, id: fee, name: Fee, due: arrears, quantity: one, price: 31.00 }',
  ];
  const data =
    '{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1.00 }';
  const topUps = ', topUps: [{ id: boost, name: Boost, size: 100 MB, price: 10.00, covers: [data], days: 30 }]';
  const world = await worldOf([...charges, data], { '2026-01-10': { taxProfile: 'split' } }, { topUps });
  const facts = [
    ...factsOf('t', [{ at: '2026-03-20', state: 'active', payer: 'p', plan: 'a' }], BERLIN),
    ...factsOf('s', [{ at: '2026-03-10', topUp: 'boost:o1' }], BERLIN),
  ];
  const order = {
    kind: 'adHoc',
    account: 'p',
    businessUnit: '',
    order: 'o2',
    product: 'Router',
    quantity: '1',
  } as const;
  const sold = {
    effectiveFrom: instantOf('2026-03-20', BERLIN),
    price: '400.00',
    reference: '',
    taxCategory: 'goods',
  } as const;
  await world.record([...facts.map(({ fact }) => fact), { ...order, ...sold }]);
  expect(await taxesOf(world, '2026-03', '2026-04-03')).toEqual(['S  19 on 125.00: 23.75', 'S  16 on 516.00: 82.56']);
});

// 19 %, and 16 % from 16 March on; a fee of 31.00, 1.00 a day.
describe('where a rate splits a period, a fee is taxed by its own days', () => {
  const fee = (more: string) => `{ kind: recurring, id: fee, name: Fee, ${more} }`;
  const PLAIN = fee('due: arrears, price: 31.00');
  const AHEAD = fee('due: advance, price: 31.00');
  const KEPT = fee('due: advance, refund: none, price: 31.00');
  const TIERS = fee('due: arrears, price: { model: graduated, tiers: [{ upTo: 1, price: 31.00 }, { price: 15.50 }] }');
  const ONE = fee('due: arrears, quantity: one, price: 31.00');
  const WHOLE = fee('due: arrears, proration: none, price: 31.00');
  const THIRTY = fee('due: arrears, days: 30, price: 30.00');
  const life = (...turns: readonly Turn[]) => factsOf('t', turns, BERLIN).map(({ fact }) => fact);
  const from = (day: string) => ({ at: day, state: 'active', payer: 'p', plan: 'a' }) as const;
  const until = (day: string) => ({ at: day, state: 'terminated' }) as const;

  test.each<[string, string, readonly Turn[], string[]]>([
    ['all behind the change', PLAIN, [from('2026-03-16')], ['S  16 on 16.00: 2.56']],
    ['all before it', PLAIN, [from('2026-03-01'), until('2026-03-16')], ['S  19 on 15.00: 2.85']],
    [
      'on both sides',
      PLAIN,
      [from('2026-03-11'), until('2026-03-26')],
      ['S  19 on 5.00: 0.95', 'S  16 on 10.00: 1.60'],
    ],
    ['one for all', ONE, [from('2026-03-11')], ['S  19 on 5.00: 0.95', 'S  16 on 16.00: 2.56']],
    ['in tiers', TIERS, [from('2026-03-11')], ['S  19 on 5.00: 0.95', 'S  16 on 16.00: 2.56']],
    // The 31st is no day of a month of thirty.
    ['in months of thirty days', THIRTY, [from('2026-03-11')], ['S  19 on 5.00: 0.95', 'S  16 on 15.00: 2.40']],
    [
      'whole, for any day: by the days of the period',
      WHOLE,
      [from('2026-03-20')],
      ['S  19 on 15.00: 2.85', 'S  16 on 16.00: 2.56'],
    ],
  ])('%s', async (_, charge, turns, expected) => {
    expect(await taxesOf(await splitWorld(charge, life(...turns)), '2026-03', '2026-04-03')).toEqual(expected);
  });

  test.each<[string, string, string, string[]]>([
    ['behind the change', AHEAD, '2026-03-20', ['S  16 on 12.00: 1.92']],
    ['before it', AHEAD, '2026-03-11', ['S  19 on 5.00: 0.95', 'S  16 on 16.00: 2.56']],
    ['that is not refunded: nothing', KEPT, '2026-03-20', []],
  ])('what ends is credited at the rates of the days that fall away: %s', async (_, charge, day, expected) => {
    const world = await splitWorld(charge, life(from('2026-03-01')));
    expect(await taxesOf(world, '2026-02', '2026-03-03')).toEqual(['S  19 on 15.00: 2.85', 'S  16 on 16.00: 2.56']);
    await world.record(life(until(day)));
    const credited = await taxesOf(world, '2026-03', '2026-04-03');
    expect(credited).toEqual(expected);
  });

  test('what is charged once and becomes known later is taxed by its own day', async () => {
    const world = await splitWorld(
      '{ kind: oneTime, id: on, name: Activation, at: activation, price: 10.00 }',
      life(from('2026-03-01')),
    );
    expect(await taxesOf(world, '2026-03', '2026-04-03')).toEqual(['S  19 on 10.00: 1.90']);
    await world.record(factsOf('u', [from('2026-03-20')], BERLIN).map(({ fact }) => fact));
    expect(await taxesOf(world, '2026-04', '2026-05-03')).toEqual(['S  16 on 10.00: 1.60']);
  });

  async function splitWorld(charge: string, facts: readonly Fact[]) {
    const world = await memoryWorld(catalogOf([charge]));
    await world.record([
      accountFact('p', { taxProfile: 'split', effectiveFrom: instantOf('2026-01-10', BERLIN) }),
      ...facts,
    ]);
    return world;
  }
});

function exemption(country: string): AccountFact['certificates'][number] {
  const law = { basis: '§ 4 UStG', reasonCode: 'VATEX-EU-132' };
  return { kind: 'exemption', number: 'E-1', country, from: '2026-01-01', until: '', ...law };
}
