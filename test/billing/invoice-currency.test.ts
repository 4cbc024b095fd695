import { expect, test } from 'vitest';
import { inInvoiceCurrency } from '#shared/billing/invoice-currency.ts';
import type { Arithmetic, ChargeLine } from '#shared/billing/lines/charge-line.ts';
import type { PricingScope } from '#shared/billing/lines/line-head.ts';
import { planBook } from '#shared/rating/plan-terms.ts';
import { BERLIN, catalogWith, planOf } from '../rating/fleet.ts';
import { line } from './lines.ts';

const CATALOG = catalogWith(planOf('a', '[]').replace('currency: EUR', 'currency: USD') + planOf('b', '[]'));
const ECB = {
  source: 'ECB',
  base: 'EUR',
  days: [{ date: '2026-03-02', rates: { USD: '1.25', JPY: '160', KWD: '0.35', CHF: '0.95' } }],
};
const scopeIn = (currency: string, kept: PricingScope['exchange']['kept'] = new Map()) => {
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
  const lines = inInvoiceCurrency(scopeIn('EUR', new Map([[old.id, first]])), [old, other]);
  expect(lines.map((each) => each.amount)).toEqual(['10.00', '8.80']);
});

test('shares of business units add up to the whole, rounded once', () => {
  // 10.01 USD is 8.008 → 8.01 EUR; thirds of it are 2.67 each; the shares of the whole in dollars were 3.34, 3.34, 3.33.
  const shares = ['x', 'y', 'z'].map((businessUnit, at) => ({
    businessUnit,
    used: '1',
    amount: at === 2 ? '3.33' : '3.34',
  }));
  const lines = shares.map((share) => {
    const of = priced('10.01', `${share.businessUnit}/data`, { amount: share.amount });
    return {
      ...of,
      amount: share.amount,
      arithmetic: { kind: 'pool', exact: '10.01', rounded: '10.01', shares } as unknown as Arithmetic,
    };
  });
  const converted = inInvoiceCurrency(scopeIn('EUR'), lines);
  expect(converted.map((each) => each.amount)).toEqual(['2.67', '2.67', '2.67']);
  expect(converted[0]?.arithmetic).toMatchObject({
    rounded: '8.01',
    shares: [{ amount: '2.67' }, { amount: '2.67' }, { amount: '2.67' }],
  });
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
});

test('a rate that was kept counts for the currency it is of', () => {
  const first = { from: 'CHF', to: 'EUR', times: '1', dividedBy: '2', date: '2026-02-01', source: 'ECB' };
  const old = priced('12.50');
  expect(inInvoiceCurrency(scopeIn('EUR', new Map([[old.id, first]])), [old])[0]?.amount).toBe('10.00');
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
