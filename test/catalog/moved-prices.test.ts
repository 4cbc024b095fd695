import { describe, expect, test } from 'vitest';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { movedPrices } from '#shared/catalog/moved-prices.ts';

const HEAD = `
sellers:
  - id: acme
    name: Acme
    address: { lines: [Hauptstr. 1], postalCode: "01099", city: Dresden, country: DE }
    timeZone: Europe/Berlin
    numbering: { invoice: { prefix: "INV-{year}-" }, creditNote: { prefix: "CN-{year}-" } }
zoneModels: [{ id: z, zones: [{ id: de, name: Germany, networks: [DEU] }], defaultZone: de }, { id: y, zones: [{ id: fr, name: France, networks: [FRA] }] }]
timeBands: [{ id: night, name: Night, hours: [{ from: 22:00, until: 06:00 }] }, { id: day, name: Day, hours: [{ from: 06:00, until: 22:00 }] }]
seasons: [{ id: summer, name: Summer, ranges: [{ from: 06-01, until: 09-01 }] }, { id: winter, name: Winter, ranges: [{ from: 12-01, until: 03-01 }] }]
taxProfiles: [{ id: de, name: VAT, category: S, rates: [{ from: 2007-01-01, percent: 19 }] }]
sources: [{ name: demo, carrier: demo, format: tap3, amounts: true }]
exchangeRates: [{ source: ECB, base: EUR, days: { 2026-01-05: { USD: 1.25 }, 2026-03-05: { USD: 1.30 } } }]
plans:
  - { id: a, name: A, currency: EUR, zoneModel: z, versions: [{ from: 2020-01-01, until: 2026-03-01, charges: [FEE, DATA] }, { from: 2026-03-01, charges: [FEE, DATA] }] }
  - { id: b, name: B, currency: EUR, zoneModel: y, versions: [{ from: 2020-01-01, charges: [{ kind: recurring, id: fee, name: Fee, due: advance, months: 12, price: 120.00 }] }] }
  - { id: tap, name: Tap, currency: EUR, zoneModel: y, versions: [{ from: 2020-01-01, charges: [{ kind: usage, id: roam, name: Roam, match: { services: data }, measure: amount, price: { model: percentage, percent: 110 } }] }] }
  - { id: s, name: S, currency: EUR, zoneModel: y, versions: [{ from: 2020-01-01, charges: [{ kind: recurring, id: fee, name: Fee, due: arrears, price: 5.00, seasons: [{ season: winter, factor: 0.5 }] }] }] }
agreements:
  - { account: p, currency: EUR, discounts: [{ id: off, name: Off, from: 2026-01-01, percent: 10 }], overrides: [{ plan: a, from: 2026-02-01, charges: [{ charge: fee, price: 2.00 }] }] }
`
  .replaceAll('FEE', '{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }')
  .replaceAll(
    'DATA',
    '{ kind: usage, id: data, name: Data, match: { services: data, bands: night }, measure: bytes, unit: MB, price: 1 }',
  );

function read(text: string): Catalog {
  const reading = readCatalog([{ path: 'catalog.yaml', text }]);
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems, undefined, 1));
  return reading.catalog;
}

const BEFORE = read(HEAD);
const MONTHS = ['2026-01', '2026-02', '2026-03', '2026-04'];
const period = (month: string) => ({ from: `${month}-01`, until: `2026-0${Number(month.slice(5)) + 1}-01` });

/** The months, January to April 2026, in which something differs for an account: all that is asked, by what. */
function moved(from: string, to: string, account: string): Record<string, string> {
  expect(HEAD).toContain(from);
  const prices = movedPrices(BEFORE, read(HEAD.replace(from, to)), account);
  const asked = {
    touch: (month: string) => prices.touch(period(month)),
    fee: (month: string) => prices.ofCharge('a', 'fee', period(month)),
    data: (month: string) => prices.ofCharge('a', 'data', period(month)),
    a: (month: string) => prices.ofPlans(['a'], period(month)),
    b: (month: string) => prices.ofPlans(['b'], period(month)),
    s: (month: string) => prices.ofPlans(['s'], period(month)),
    tap: (month: string) => prices.ofPlans(['tap'], period(month)),
    agreed: (month: string) => prices.ofAgreed(['a', 'b'], period(month)),
  };
  const told = Object.entries(asked).map(([what, of]) => [
    what,
    MONTHS.filter(of)
      .map((m) => m.slice(6))
      .join(''),
  ]);
  return Object.fromEntries(told.filter(([, months]) => months !== ''));
}

describe('in which months of 2026 a release prices otherwise than the one before', () => {
  const second = '{ from: 2026-03-01, charges: [{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }';
  test.each<[string, string, string, string, Record<string, string>]>([
    ['the same', 'id: acme', 'id: acme', 'q', {}],
    [
      'a rate more, and no plan that takes amounts of carriers',
      'USD: 1.30 }',
      'USD: 1.30 }, 2026-03-20: { USD: 1.4 }',
      'q',
      { touch: '34', tap: '34' },
    ],
    ['a rate until the next', 'USD: 1.25', 'USD: 1.20', 'q', { touch: '123', tap: '123' }],
    ['a rate less', ', 2026-03-05: { USD: 1.30 }', '', 'q', { touch: '34', tap: '34' }],
    [
      'rates of another source before them',
      'exchangeRates: [',
      'exchangeRates: [{ source: SNB, base: CHF, days: { 2026-04-01: { USD: 1.10 } } }, ',
      'q',
      { touch: '1234', tap: '1234' },
    ],
    ['numbering', 'INV-', 'RE-', 'q', {}],
    ['tax', 'percent: 19', 'percent: 20', 'q', {}],
    ['a source', 'name: demo, carrier', 'name: files, carrier', 'q', {}],
    ['names', 'name: Data', 'name: Bytes', 'q', {}],
    [
      'a price from March on',
      second,
      second.replace('3.00', '4.00'),
      'q',
      { touch: '34', fee: '34', a: '34', agreed: '34' },
    ],
    ['the same, of who has a price of its own', second, second.replace('3.00', '4.00'), 'p', {}],
    ['its own price', 'price: 2.00', 'price: 2.50', 'p', { touch: '234', fee: '234', a: '234', agreed: '234' }],
    ["another's own price", 'price: 2.00', 'price: 2.50', 'q', {}],
    ['what is let off', 'percent: 10', 'percent: 20', 'p', { touch: '1234', agreed: '1234' }],
    [
      'what is let off until a day',
      'percent: 10',
      'until: 2026-03-01, percent: 10',
      'p',
      { touch: '34', agreed: '34' },
    ],
    [
      'something let off from a day on',
      'agreements:',
      'agreements:\n  - { account: q, currency: EUR, discounts: [{ id: off, name: Off, from: 2026-03-01, percent: 10 }] }',
      'q',
      { touch: '34', agreed: '34' },
    ],
    [
      'something let off until a day',
      'agreements:',
      'agreements:\n  - { account: q, currency: EUR, discounts: [{ id: off, name: Off, from: 2025-03-01, until: 2026-03-01, percent: 10 }] }',
      'q',
      { touch: '12', agreed: '12' },
    ],
    [
      'an agreement of nothing for these months',
      'agreements:',
      'agreements:\n  - { account: q, currency: EUR, commitments: [{ id: least, name: Least, from: 2026-05-01, minimum: 10.00 }] }',
      'q',
      {},
    ],
    [
      'terms beside the charges',
      '{ from: 2026-03-01, charges',
      '{ from: 2026-03-01, late: current, charges',
      'q',
      {
        touch: '34',
        a: '34',
        agreed: '34',
      },
    ],
    ['a plan less', '{ id: s,', '{ id: t,', 'q', { touch: '1234', s: '1234' }],
    [
      'a plan that ends',
      '{ from: 2026-03-01, charges',
      '{ from: 2026-03-01, until: 2026-04-01, charges',
      'q',
      { touch: '4', fee: '4', data: '4', a: '4', agreed: '4' },
    ],
    [
      'a yearly fee reaches out of its month',
      'price: 120.00',
      'price: 130.00',
      'q',
      { touch: '1234', b: '1234', agreed: '1234' },
    ],
    [
      'zones of its model',
      'networks: [DEU]',
      'networks: [DEU, AUT]',
      'q',
      { touch: '1234', a: '1234', agreed: '1234' },
    ],
    [
      'zones of another model, without a fee by zone',
      'networks: [FRA]',
      'networks: [FRA, BEL]',
      'q',
      { touch: '1234', tap: '1234' },
    ],
    [
      'hours of a band it names',
      'until: 06:00 }] }',
      'until: 07:00 }] }',
      'q',
      { touch: '1234', a: '1234', agreed: '1234' },
    ],
    ['hours of a band it does not', 'until: 22:00', 'until: 21:00', 'q', {}],
    ['a season that a fee names', 'until: 03-01', 'until: 02-15', 'q', { touch: '1234', s: '1234' }],
    ['a season that nothing names', '09-01', '09-02', 'q', {}],
    [
      'a currency',
      'name: A, currency: EUR',
      'name: A, currency: USD',
      'q',
      { touch: '1234', fee: '1234', data: '1234', a: '1234', agreed: '1234' },
    ],
    [
      'unmatched usage',
      'name: A, currency',
      'name: A, unmatched: free, currency',
      'q',
      { touch: '1234', a: '1234', agreed: '1234' },
    ],
  ])('%s', (_, from, to, account, months) => {
    expect(moved(from, to, account)).toEqual(months);
  });

  test('charges in another order, of which the first takes what both match', () => {
    const charge = (id: string, match: string) =>
      `{ kind: usage, id: ${id}, name: X, match: { services: data, ${match} }, measure: bytes, unit: MB, price: 2 }`;
    const both = [charge('night', 'bands: night'), charge('france', 'zones: fr')];
    const roam = HEAD.match(/{ kind: usage, id: roam.* }(?=] }] }\n)/)?.[0] ?? '';
    const [before, now] = [both, both.toReversed()].map((charges) => read(HEAD.replace(roam, charges.join(', ')))) as [
      Catalog,
      Catalog,
    ];
    const prices = movedPrices(before, now, 'q');
    expect([prices.ofPlans(['tap'], period('2026-01')), prices.ofCharge('tap', 'night', period('2026-01'))]).toEqual([
      true,
      false,
    ]);
  });

  test('a yearly fee that changes in May is looked for in months before', () => {
    const later = '{ from: 2020-01-01, until: 2026-05-01, charges: [F] }, { from: 2026-05-01, charges: [G] }'
      .replace('F', '{ kind: recurring, id: fee, name: Fee, due: advance, months: 12, price: 120.00 }')
      .replace('G', '{ kind: recurring, id: fee, name: Fee, due: advance, months: 12, price: 130.00 }');
    const one =
      '{ from: 2020-01-01, charges: [{ kind: recurring, id: fee, name: Fee, due: advance, months: 12, price: 120.00 }] }';
    expect(moved(one, later, 'q')).toEqual({ touch: '1234', agreed: '1234' });
  });
});
