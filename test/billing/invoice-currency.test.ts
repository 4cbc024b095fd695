import { describe, expect, test } from 'vitest';
import { inInvoiceCurrency } from '#shared/billing/invoice-currency.ts';
import type { Arithmetic, ChargeLine } from '#shared/billing/lines/charge-line.ts';
import type { PricingScope } from '#shared/billing/lines/line-head.ts';
import { planBook } from '#shared/rating/plan-terms.ts';
import { BERLIN, catalogWith, planOf } from '../rating/fleet.ts';
import { owedBy } from './chain.ts';
import { line } from './lines.ts';
import { data, sim, used } from './pool-lines.ts';

const CATALOG = catalogWith(planOf('a', '[]').replace('currency: EUR', 'currency: USD') + planOf('b', '[]'));
const ECB = {
  source: 'ECB',
  base: 'EUR',
  days: [{ date: '2026-03-02', rates: { USD: '1.25', JPY: '160', KWD: '0.35', CHF: '0.95' } }],
};
const scopeIn = (currency: string, kept: PricingScope['exchange']['kept'] = () => undefined) => {
  const exchange = { rates: [ECB], by: 'invoiceDate', invoiceDate: '2026-03-05', kept } as const;
  const plans = planBook(CATALOG, BERLIN, 'p');
  const period = { from: '2026-03-01', until: '2026-04-01' };
  return {
    period,
    plans,
    currency,
    isOver: true,
    agreement: undefined,
    billingDay: 1,
    exchange,
  } as unknown as PricingScope;
};
const priced = (exact: string, name = 'data', more: Partial<ChargeLine> = {}): ChargeLine => {
  const of = line(name, '2026-03', exact, more);
  return { ...of, arithmetic: { ...of.arithmetic, exact } as Arithmetic };
};

test.each([
  ['EUR', '12.34', '9.87'],
  ['CHF', '12.34', '9.38'],
  ['JPY', '12.34', '1580'],
  ['KWD', '12.34', '3.455'],
  ['JPY', '0.0039', '0'],
  ['JPY', '0.00391', '1'],
  ['KWD', '-12.34', '-3.455'],
])('in %s, %s USD is %s: converted exactly, rounded once', (currency, exact, expected) => {
  // 12.34 ÷ 1.25 = 9.872; × 0.95 = 9.3784; × 160 = 1579.52; × 0.35 = 3.4552; 0.0039 USD = 0.4992 yen, 0.00391 USD = 0.50048 yen.
  const [converted] = inInvoiceCurrency(scopeIn(currency), [priced(exact)]);
  expect(converted).toMatchObject({ amount: expected, exchange: { from: 'USD', to: currency, date: '2026-03-02' } });
});

test('a line keeps the rate of the document that first billed it', () => {
  const first = { from: 'USD', to: 'EUR', times: '1', dividedBy: '1.10', date: '2026-02-01', source: 'ECB' };
  const [old, other] = [priced('11.00'), priced('11.00', 'sms')];
  const lines = inInvoiceCurrency(
    scopeIn('EUR', ({ id }) => (id === old.id ? first : undefined)),
    [old, other],
  );
  expect(lines.map((each) => each.amount)).toEqual(['10.00', '8.80']);
});

/** A line for each business unit that an amount in dollars is shared over: unit → what of the overage is its. */
function sharedLines(charge: string, exact: string, byUnit: Readonly<Record<string, number>>): ChargeLine[] {
  const shares = Object.entries(byUnit).map(([businessUnit, over]) => {
    return { businessUnit, used: '1', over: `${over}`, amount: '0' };
  });
  return shares.map(({ businessUnit }) => {
    const arithmetic = { kind: 'pool', exact, rounded: '0', shares } as unknown as Arithmetic;
    return { ...priced(exact, `${businessUnit}/${charge}`), arithmetic };
  });
}
const amountsIn = (scope: PricingScope, lines: readonly ChargeLine[]) =>
  inInvoiceCurrency(scope, lines).map((each) => each.amount);

test('shares of business units add up to the whole, rounded once', () => {
  // 10.01 USD is 8.008 → 8.01 EUR; thirds of it are 2.67 each.
  const converted = inInvoiceCurrency(scopeIn('EUR'), sharedLines('data', '10.01', { x: 1, y: 1, z: 1 }));
  expect(converted.map((each) => each.amount)).toEqual(['2.67', '2.67', '2.67']);
  // They have one rate, that of the line.
  expect(converted[0]?.arithmetic).toEqual({
    kind: 'pool',
    exact: '10.01',
    rounded: '8.01',
    shares: ['x', 'y', 'z'].map((businessUnit) => ({ businessUnit, used: '1', over: '1', amount: '2.67' })),
  });
});

test.each<[string, ChargeLine[], string[]]>([
  // 0.03 USD is 0.024 → 0.02 EUR each, and not 0.048 → 0.05 together.
  [
    'two pools with the same amount are rounded each',
    [...sharedLines('data', '0.03', { x: 2, y: 1 }), ...sharedLines('voice', '0.03', { x: 2, y: 1 })],
    ['0.01', '0.01', '0.01', '0.01'],
  ],
  // 0.02 USD is 0.016 → 0.02 EUR each, and not 0.032 → 0.03 together.
  [
    'pools that business units have for themselves are rounded each',
    [...sharedLines('data', '0.02', { x: 2 }), ...sharedLines('data', '0.02', { y: 2 })],
    ['0.02', '0.02'],
  ],
  // 5.00 USD is 4.00 EUR.
  ['what nobody has a part of is the first unit’s', sharedLines('data', '5.00', { y: 0, x: 0 }), ['0.00', '4.00']],
  [
    'what business units owe by themselves is rounded each',
    [priced('0.02', 'x/data'), priced('0.02', 'y/data')],
    ['0.02', '0.02'],
  ],
])('%s', (_, lines, expected) => {
  expect(amountsIn(scopeIn('EUR'), lines)).toEqual(expected);
});

test('what is nothing in the currency of the list and something in the invoice’s is the first unit’s', () => {
  // 0.004 USD is 0.00 USD, and 0.64 → 1 yen.
  const lines = sharedLines('data', '0.004', { x: 1, y: 1, z: 1 });
  expect(amountsIn(scopeIn('JPY'), lines)).toEqual(['1', '0', '0']);
});

test('a share keeps the rate of its first document, though the rate of that day was corrected since', () => {
  // 10.00 USD, half each: 5.00 ÷ 2 = 2.50 as it was first billed, 5.00 ÷ 1.25 = 4.00 for the unit that is new.
  const [old, new_] = sharedLines('data', '10.00', { x: 3, y: 3 }) as [ChargeLine, ChargeLine];
  const first = { from: 'USD', to: 'EUR', times: '1', dividedBy: '2', date: '2026-03-02', source: 'ECB' };
  const lines = inInvoiceCurrency(
    scopeIn('EUR', ({ id }) => (id === old.id ? first : undefined)),
    [old, new_],
  );
  expect(lines.map((each) => each.amount)).toEqual(['2.50', '4.00']);
  // Either line tells both, and by what: together they are 6.50.
  const shares = [
    { businessUnit: 'x', used: '1', over: '3', amount: '2.50', exchange: first },
    {
      businessUnit: 'y',
      used: '1',
      over: '3',
      amount: '4.00',
      exchange: expect.objectContaining({ dividedBy: '1.25' }),
    },
  ];
  for (const { arithmetic } of lines) expect(arithmetic).toMatchObject({ rounded: '6.50', shares });
});

describe('a price list in EUR on an invoice in a currency of other minor units: what units share is converted, rounded once, then shared', () => {
  const fees = '{ kind: recurring, id: fee, name: Fee, due: arrears, ';
  const pool = 'kind: static, pool: site, size: 3 MB, price: 1.20, covers: [data]';
  const site = (more = '') => `[{ id: site, name: Site, ${pool}${more} }]`;
  const over = data('1.00');
  test.each<[string, string, string, string, string[]]>([
    // 1.20 EUR are 192 yen, 0.420 dinars and 1.14 francs.
    ['the price of a pool', 'JPY', over, site(), ['64', '64', '64']],
    ['the price of a pool', 'KWD', over, site(), ['0.140', '0.140', '0.140']],
    ['the price of a pool', 'CHF', over, site(), ['0.38', '0.38', '0.38']],
    // 1.00 EUR is 160 yen, 0.350 dinars and 0.95 francs.
    ['a fee for the account', 'JPY', `${fees} quantity: one, price: 1.00 }`, '[]', ['54', '53', '53']],
    ['a fee for the account', 'KWD', `${fees} quantity: one, price: 1.00 }`, '[]', ['0.117', '0.117', '0.116']],
    ['a fee for the account', 'CHF', `${fees} quantity: one, price: 1.00 }`, '[]', ['0.32', '0.32', '0.31']],
    [
      'tiers over the account',
      'JPY',
      `${fees} price: { tiers: [{ upTo: 3, price: 0, flat: 1.00 }, { price: 1 }] } }`,
      '[]',
      ['54', '53', '53'],
    ],
    // Half a yen, or 0.003125 EUR, is rounded up: 1 yen, of the smallest id.
    ['what is nothing in the list’s', 'JPY', `${fees} quantity: one, price: 0.003125 }`, '[]', ['1', '0', '0']],
    ['what is nothing in the list’s', 'JPY', `${fees} quantity: one, price: 0.003124 }`, '[]', ['0', '0', '0']],
  ])('%s in %s', (_, currency, charges, allowances, expected) => {
    const lines = owedBy({
      ...inCurrency(currency, charges, allowances),
      sims: ['x', 'y', 'z'].map((unit) => sim(unit, [], unit)),
    });
    expect(lines.map((each) => each.amount)).toEqual(expected);
    expect(lines.map(({ businessUnit }) => businessUnit)).toEqual(['x', 'y', 'z']);
  });

  test.each([
    // 3 MB over of 6: 3.00 EUR, or 480 yen, 1.050 dinars and 2.85 francs; 1 MB over: 160, 0.350 and 0.95; 10 kB over: 1.6 → 2 yen.
    ['JPY', 2, ['160', '160', '160']],
    ['JPY', 4 / 3, ['54', '53', '53']],
    ['JPY', 1 + 0.01 / 3, ['1', '1', '0']],
    ['KWD', 2, ['0.350', '0.350', '0.350']],
    ['KWD', 4 / 3, ['0.117', '0.117', '0.116']],
    ['CHF', 4 / 3, ['0.32', '0.32', '0.31']],
  ])('the overage of a pool in %s, where each unit used %d of its MB', (currency, megabytes, expected) => {
    const sims = ['x', 'y', 'z'].map((unit) => sim(unit, [used(megabytes)], unit));
    const lines = owedBy({ ...inCurrency(currency, over, site().replace('price: 1.20', 'price: 0')), sims });
    expect(lines.filter(({ charge }) => charge === 'data').map((each) => each.amount)).toEqual(expected);
  });

  test('what is told beside a line adds up to the whole in the invoice’s currency', () => {
    const sims = ['x', 'y', 'z'].map((unit) => sim(unit, [], unit));
    const [first] = owedBy({ ...inCurrency('JPY', `${fees} quantity: one, price: 1.00 }`, '[]'), sims });
    const days = { days: 30 };
    expect(first?.arithmetic).toMatchObject({
      ...{ exact: '1', rounded: '160' },
      shares: [
        { businessUnit: 'x', ...days, amount: '54' },
        { businessUnit: 'y', ...days, amount: '53' },
        { businessUnit: 'z', ...days, amount: '53' },
      ],
    });
  });

  function inCurrency(currency: string, charges: string, allowances: string) {
    const catalog = catalogWith(planOf('a', `[${charges}]`, allowances));
    return { catalog, months: ['2026-04'], currency, exchange: scopeIn(currency).exchange };
  }
});

test('no rate on or before the day is told, with what it is needed for', () => {
  const scope = scopeIn('GBP');
  expect(() => inInvoiceCurrency(scope, [priced('1.00')])).toThrow(
    'plan a is in USD and has to be told in GBP, but the catalogue has no exchange rate between them on or before 2026-03-05: add it under exchangeRates',
  );
});

test('what is in the currency of the invoice stays as it is', () => {
  const own = { ...priced('1.00', 'sms'), plan: 'b' };
  const [dollars, euros] = inInvoiceCurrency(scopeIn('EUR'), [priced('1.25'), own]);
  expect(dollars?.amount).toBe('1.00');
  expect(euros).toBe(own);
  expect(inInvoiceCurrency(scopeIn('EUR'), [own])).toEqual([own]);
});

test('a rate that was kept counts for the currency it is of', () => {
  const first = { from: 'CHF', to: 'EUR', times: '1', dividedBy: '2', date: '2026-02-01', source: 'ECB' };
  const old = priced('12.50');
  expect(
    inInvoiceCurrency(
      scopeIn('EUR', ({ id }) => (id === old.id ? first : undefined)),
      [old],
    )[0]?.amount,
  ).toBe('10.00');
});

test('by the date of usage, the rate of the last day of the period counts', () => {
  const scope = scopeIn('EUR');
  const days = [
    ...ECB.days,
    { date: '2026-03-31', rates: { USD: '1.5625' } },
    { date: '2026-04-01', rates: { USD: '2' } },
  ];
  const exchange = { ...scope.exchange, rates: [{ ...ECB, days }], by: 'usageDate' as const };
  expect(inInvoiceCurrency({ ...scope, exchange }, [priced('12.50')])[0]?.amount).toBe('8.00');
});
