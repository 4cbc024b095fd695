import { describe, expect, test } from 'vitest';
import type { Agreement } from '#shared/catalog/agreement.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { SAMPLE } from './sample.ts';

const AGREEMENT = `agreements:
  - account: nordwind
    currency: EUR
    overrides:
      - plan: iot
        from: 2026-03-01
        until: 2027-01-01
        charges:
          - { charge: fee, price: 1.50 }
          - { charge: data-eu, price: 0.08, increment: 10 kB }
        allowances:
          - { allowance: data, size: 200 MB }
    commitments:
      - { id: volume, name: Minimum, from: 2026-03-01, minimum: 500.00, covers: [iot, iot/data-eu] }
      - { id: cap, name: Maximum, from: 2026-03-01, until: 2026-06-15, maximum: 900, proration: none }
    discounts:
      - { id: welcome, name: Welcome, from: 2026-03-01, periods: 3, percent: 10, on: [iot/fee, volume] }
      - { id: loyal, name: Loyalty, from: 2026-04-01, amount: 25.00 }
`;
const COMMITTED = `
        commitments:
          - { id: least, name: At least, minimum: 10, covers: data-eu }
          - { id: whole, name: In all, minimum: 20, maximum: 90, taxCategory: service }
`;

function read(agreement: string, sample = SAMPLE) {
  return readCatalog([{ path: 'c.yaml', text: sample + agreement }]);
}

describe('an agreement', () => {
  const result = read(AGREEMENT);
  const agreement = 'catalog' in result ? (result.catalog.agreements[0] as Agreement) : undefined;

  test('has parts of plans, each as the plan would write it', () => {
    expect(agreement?.overrides).toEqual([
      {
        plan: 'iot',
        from: '2026-03-01',
        until: '2027-01-01',
        charges: [
          { charge: 'fee', price: { model: 'unit', amount: '1.5' }, increment: null },
          { charge: 'data-eu', price: { model: 'unit', amount: '0.08' }, increment: { first: '10000', next: '10000' } },
        ],
        allowances: [{ allowance: 'data', size: '200000000' }],
      },
    ]);
  });

  test('has commitments and discounts, and says what is left out', () => {
    expect(agreement?.commitments).toEqual([
      {
        ...{ id: 'volume', name: 'Minimum', from: '2026-03-01', until: '', minimum: '500', maximum: '' },
        ...{ proration: 'day', covers: ['iot', 'iot/data-eu'], taxCategory: 'telecom' },
      },
      {
        ...{ id: 'cap', name: 'Maximum', from: '2026-03-01', until: '2026-06-15', minimum: '', maximum: '900' },
        ...{ proration: 'none', covers: [], taxCategory: 'telecom' },
      },
    ]);
    expect(agreement?.discounts).toEqual([
      {
        ...{ id: 'welcome', name: 'Welcome', from: '2026-03-01', until: '', periods: 3, percent: '10', amount: '' },
        on: ['iot/fee', 'volume'],
      },
      {
        ...{ id: 'loyal', name: 'Loyalty', from: '2026-04-01', until: '', periods: 0, percent: '', amount: '25' },
        on: [],
      },
    ]);
  });
});

test('commitments of a plan cover its charges by name, or all of it', () => {
  const result = read(COMMITTED.slice(1));
  expect('catalog' in result && result.catalog.plans[0]?.versions[0]?.commitments).toEqual([
    {
      ...{ id: 'least', name: 'At least', minimum: '10', maximum: '', proration: 'day' },
      ...{ covers: ['iot/data-eu'], taxCategory: 'telecom' },
    },
    {
      ...{ id: 'whole', name: 'In all', minimum: '20', maximum: '90', proration: 'day' },
      ...{ covers: ['iot'], taxCategory: 'service' },
    },
  ]);
});

/** The same with the tax in the prices of its plan. */
const gross = (text: string) => text.replace('id: iot', 'id: iot\n    prices: gross');
test.each([
  ['commitments of the plan', read(COMMITTED.slice(1), gross(SAMPLE)), ['commitments[0]', 'commitments[1]']],
  [
    'what one of an account covers',
    read(AGREEMENT, gross(SAMPLE)),
    ['commitments[0].covers[0]', 'commitments[0].covers[1]'],
  ],
])('where prices have tax in them, %s are refused', (_, result, places) => {
  const problems = 'problems' in result ? result.problems : [];
  expect(problems.map(({ path }) => path)).toEqual(places.map((place) => expect.stringContaining(place)));
  expect(new Set(problems.map(({ expected }) => expected))).toEqual(
    new Set(['what has no tax in its prices: commitments count amounts without tax']),
  );
});

test('what is free of a count is in base units', () => {
  const result = read('', SAMPLE.replace('increment: 1 kB', 'usageDiscount: { percent: 50, quantity: 10 MB }'));
  expect('catalog' in result && result.catalog.plans[0]?.versions[0]?.charges[1]).toMatchObject({
    usageDiscount: { percent: '50', quantity: '10000000' },
  });
});

/** What is written, what instead, where the problem is, and what it says. */
const mistakes: [string, string, string, string, string][] = [
  ['a plan there is not', 'plan: iot', 'plan: iott', 'overrides[0].plan', 'Did you mean iot?'],
  ['a charge there is not', 'charge: fee', 'charge: fees', 'overrides[0].charges[0].charge', 'Did you mean fee?'],
  ['an allowance there is not', 'allowance: data', 'allowance: dat', 'allowances[0].allowance', 'Did you mean data?'],
  [
    'a time without a version',
    'until: 2027-01-01',
    'until: 2025-01-01',
    'overrides[0].until',
    'a date after 2026-03-01',
  ],
  ['nothing of its own', 'charge: fee, price: 1.50', 'charge: fee', 'charges[0]', 'a price or an increment'],
  ['an increment of a fee', 'price: 1.50', 'increment: 1 kB', 'charges[0].increment', 'only usage is raised'],
  ['a size of another kind', 'size: 200 MB', 'size: 2 min', 'allowances[0].size', 'a size of octets'],
  ['tiers where a pool covers', 'price: 0.08', 'price: { tiers: [{ price: 1 }] }', 'charges[1].price', 'count: pool'],
  ['no limit at all', 'minimum: 500.00, ', '', 'commitments[0]', 'at least one of them'],
  ['what is covered by a typo', 'covers: [iot,', 'covers: [iots,', 'commitments[0].covers[0]', 'Did you mean iot?'],
  ['percent and amount', 'periods: 3,', 'amount: 3,', 'discounts[0]', 'one of them'],
  ['more than everything', 'percent: 10', 'percent: 110', 'discounts[0].percent', 'at most 100'],
  ['an id twice', 'id: loyal', 'id: cap', 'discounts[1].id', 'a second time'],
  ['a discount on a typo', 'iot/fee, volume', 'iot/fees, volume', 'discounts[0].on[0]', 'Did you mean fee?'],
];

test.each(mistakes)('%s is refused where it stands', (_, before, after, path, says) => {
  expect(AGREEMENT).toContain(before);
  const result = read(AGREEMENT.replace(before, after));
  const problems = 'problems' in result ? result.problems : [];
  const found = problems.find((problem) => problem.path.endsWith(path));
  expect(found, JSON.stringify(problems)).toBeDefined();
  expect(`${found?.expected} ${found?.remedy} ${found?.found}`).toContain(says);
});

test('two overrides of one thing may follow one another, and not hold at once', () => {
  const second = (from: string) =>
    AGREEMENT.replace(
      '    commitments:',
      `      - { plan: iot, from: ${from}, charges: [{ charge: fee, price: 1 }] }\n    commitments:`,
    );
  expect(read(second('2027-01-01'))).toHaveProperty('catalog');
  const result = read(second('2026-12-31'));
  expect('problems' in result && result.problems[0]).toMatchObject({
    path: 'agreements[0].overrides[1].charges[0]',
    expected: 'one override of a thing at a time',
  });
});

test.each([
  ['a maximum below the minimum', 'maximum: 90', 'maximum: 19', 'at least the minimum'],
  ['what is no charge', 'covers: data-eu', 'covers: data-us', 'Did you mean data-eu?'],
  ['the id of a charge', 'id: least', 'id: fee', 'an id of its own'],
])('of a plan: %s is refused', (_, before, after, says) => {
  const result = read(COMMITTED.slice(1).replace(before, after));
  const [problem] = 'problems' in result ? result.problems : [];
  expect(`${problem?.expected} ${problem?.remedy}`).toContain(says);
});

describe('books in CHF need a rate for each plan from the day on that it is sold, or from today', () => {
  const sample = SAMPLE.replace('timeZone: Europe/Berlin', 'timeZone: Europe/Berlin\n    bookCurrency: CHF');
  const rates = (day: string) => `exchangeRates: [{ source: ECB, base: EUR, days: { ${day}: { CHF: 0.95 } } }]\n`;
  const until = (day: string) => sample.replace('- from: 2026-01-01', `- from: 2026-01-01\n        until: ${day}`);
  const expectedOf = (text: string, day: string, today: string) => {
    const result = readCatalog([{ path: 'c.yaml', text: text + rates(day) }], today);
    return 'problems' in result ? result.problems.map(({ expected }) => expected) : [];
  };
  const lacks = (day: string) => [`a rate from EUR to CHF on ${day} or a day before`];
  test.each<[string, string, string, string, string[]]>([
    ['a rate of 2099 is none today', sample, '2099-01-01', '2026-11-23', lacks('2026-11-23')],
    ['one of tomorrow neither', sample, '2026-11-24', '2026-11-23', lacks('2026-11-23')],
    ['one of today is', sample, '2026-11-23', '2026-11-23', []],
    ['one after the plan began will do: what is billed from today on has it', sample, '2026-06-01', '2026-11-23', []],
    ['a plan of next year needs one by then', sample, '2026-01-01', '2025-11-23', []],
    ['and no later', sample, '2026-01-02', '2025-11-23', lacks('2026-01-01')],
    ['a plan that has ended needs none', until('2026-11-23'), '2099-01-01', '2026-11-23', []],
    ['one that ends tomorrow does', until('2026-11-24'), '2099-01-01', '2026-11-23', lacks('2026-11-23')],
    ['a rate of any day will do where no day is said', sample, '2099-01-01', '', []],
  ])('%s', (_, text, day, today, expected) => {
    expect(expectedOf(text, day, today)).toEqual(expected);
  });
});

describe('currencies', () => {
  const RATES = (day: string) =>
    `exchangeRates: [{ source: ECB, base: EUR, days: { ${day}: { USD: 1.25, CHF: 0.95 } } }]\n`;
  const agreed = (currency: string) => AGREEMENT.replace('currency: EUR', `currency: ${currency}`);
  const IN_BOOKS = SAMPLE.replace('timeZone: Europe/Berlin', 'timeZone: Europe/Berlin\n    bookCurrency: CHF');
  const problemsOf = (result: ReturnType<typeof read>) => ('problems' in result ? result.problems : []);

  test.each([
    ['the currency of the plan', SAMPLE, AGREEMENT],
    ['a rate on the day it is agreed', SAMPLE, agreed('USD') + RATES('2026-03-01')],
    ['a rate of a day before', SAMPLE, agreed('USD') + RATES('2025-12-31')],
    ['a rate for the books', IN_BOOKS, RATES('2026-05-01')],
  ])('%s is enough', (_, sample, more) => {
    expect(problemsOf(read(more, sample))).toEqual([]);
  });

  test.each([
    ['agreed long ago: it is invoiced from today on', '2026-11-22', '2026-11-23', []],
    ['of tomorrow', '2026-11-24', '2026-11-23', ['a rate from EUR to USD on 2026-11-23 or a day before']],
    ['agreed from a day on that is to come', '2026-03-01', '2026-01-20', []],
    ['of the day after that', '2026-03-02', '2026-01-20', ['a rate from EUR to USD on 2026-03-01 or a day before']],
  ])('a rate counts on the first day an agreement may be invoiced: %s', (_, day, today, expected) => {
    const result = readCatalog([{ path: 'c.yaml', text: SAMPLE + agreed('USD') + RATES(day) }], today);
    expect('problems' in result ? result.problems.map((problem) => problem.expected) : []).toEqual(expected);
  });

  test.each([
    [
      'no rate at all',
      SAMPLE,
      agreed('USD'),
      'agreements[0].currency',
      '"USD", while plan "iot" is in EUR',
      'a rate from EUR to USD on 2026-03-01 or a day before',
      'Add exchangeRates',
    ],
    [
      'rates that begin too late',
      SAMPLE,
      agreed('USD') + RATES('2026-03-02'),
      'agreements[0].currency',
      '"USD"',
      'on 2026-03-01',
      'the first with both is 2026-03-02',
    ],
    [
      'no rate of the currency',
      SAMPLE,
      agreed('GBP') + RATES('2026-01-02'),
      'agreements[0].currency',
      '"GBP"',
      'from EUR to GBP',
      'Add exchangeRates',
    ],
    [
      'no rate for the books',
      IN_BOOKS,
      '',
      'sellers[0].bookCurrency',
      '"CHF", while plan "iot" is in EUR',
      'a rate from EUR to CHF',
      'eurofxref-hist.csv',
    ],
  ])('%s is refused at release', (_, sample, more, path, found, expected, remedy) => {
    const [problem, ...others] = problemsOf(read(more, sample));
    expect(others).toEqual([]);
    expect(problem?.path).toBe(path);
    expect(problem?.line).toBeGreaterThan(1);
    expect([problem?.found, problem?.expected, problem?.remedy].join(' | ')).toMatch(
      new RegExp([found, expected, remedy].map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')),
    );
  });
});
