import { describe, expect, test } from 'vitest';
import type { RecordedLine } from '#shared/billing/draft.ts';
import type {
  Arithmetic,
  PoolArithmetic,
  RecurringArithmetic,
  TrueUpArithmetic,
  UsageArithmetic,
} from '#shared/billing/lines/charge-line.ts';
import { computation } from '../../cli/explain/explain-computation.ts';

const LINE: Omit<RecordedLine, 'arithmetic' | 'amount' | 'unit'> = {
  id: 'north|plan|2026-01-01|charge||0|2026-10-01',
  businessUnit: 'north',
  plan: 'plan',
  planName: 'Plan',
  version: '2026-01-01',
  charge: 'charge',
  chargeName: 'Charge',
  zone: '',
  zoneName: '',
  tier: 0,
  period: { from: '2026-10-01', until: '2026-11-01' },
  quantity: '0',
  unitPrice: '0',
  refund: 'day',
  exchange: null,
  bookRate: null,
  taxCategory: 'telecom',
  taxIncluded: false,
  tax: { category: 'S', place: '', reason: '', basis: '', reasonCode: '', evidence: [], parts: [] },
  billedBy: 'run',
};
const recurring: RecurringArithmetic = {
  kind: 'recurring',
  of: 'subscriptions',
  minimum: 0,
  model: 'unit',
  flat: '0',
  entered: 0,
  rounded: '',
  shares: [],
  days: 1234,
  daysInPeriod: 31,
  subscriptions: 40,
  price: '2.00',
  due: 'arrears',
  exact: '79.61290322580645161290322580645161',
};
const COUNTED = { shares: [{ businessUnit: 'north', days: 120, amount: '14.00' }] };
const usage: UsageArithmetic = {
  kind: 'usage',
  model: 'graduated',
  quantity: '57166484',
  baseUnits: '1000000',
  price: '0.12',
  flat: '0.25',
  entered: 8,
  subscriptions: 8,
  covered: '0',
  increment: '10000/1000',
  exact: '8.85997808',
};
const pool: PoolArithmetic = {
  kind: 'pool',
  model: 'unit',
  pool: 'fleet',
  members: 2,
  size: '2000000000',
  used: '3000000000',
  over: '1000000000',
  baseUnits: '1000000',
  price: '0.02',
  flat: '0',
  entered: 0,
  increment: '1/1',
  exact: '20',
  rounded: '20.00',
  sharedBy: 'byUsage',
  shares: [
    { businessUnit: 'north', used: '500000000', over: '166666667', amount: '3.33' },
    { businessUnit: 'south', used: '2500000000', over: '833333333', amount: '16.67' },
  ],
};

const trueUp: TrueUpArithmetic = {
  kind: 'trueUp',
  parts: [{ amount: '500', days: 31 }],
  daysInPeriod: 31,
  limit: '500.00',
  net: '412.10',
  exact: '87.9',
  shares: [{ businessUnit: 'north', net: '412.10', amount: '87.90' }],
};
const reduction = {
  due: 'arrears',
  net: '100.00',
  exact: '35',
  reduction: '35.00',
  shares: [
    { line: 'north|plan|2026-01-01|fee||0|2026-10-01', name: 'Fee – Plan', left: '20.00', off: '7.00' },
    { line: 'north|plan|2026-01-01|data||0|2026-10-01', name: 'Data – Plan', left: '80.00', off: '28.00' },
  ],
} as const;

describe('the arithmetic of a line in one line', () => {
  test.each<[what: string, arithmetic: Arithmetic, unit: string, amount: string, currency: string, text: string]>([
    [
      'days of a fee',
      recurring,
      'subscription',
      '79.61',
      'EUR',
      '1,234 SIM days ÷ 31 × 2.00 EUR = 79.6129032258… → 79.61 EUR, rounded once, half away from zero',
    ],
    [
      'one day',
      { ...recurring, days: 1, price: '3.1', exact: '0.1' },
      'subscription',
      '0.10',
      'EUR',
      '1 SIM day ÷ 31 × 3.10 EUR = 0.1 → 0.10 EUR',
    ],
    [
      'days of a season, at the listed price times its factor',
      { ...recurring, days: 16, price: '62', season: { listed: '31', factor: '2' }, exact: '32' },
      'subscription',
      '32.00',
      'EUR',
      '16 SIM days ÷ 31 × 31.00 EUR × 2 = 32 → 32.00 EUR',
    ],
    [
      'a number on the days of a season',
      {
        ...recurring,
        of: 'number',
        days: 48,
        price: '62',
        season: { listed: '31', factor: '2' },
        exact: '96',
      },
      'subscription',
      '96.00',
      'EUR',
      '1.548387 (48 days ÷ 31; as agreed, whatever the subscriptions) × 31.00 EUR × 2 = 96 → 96.00 EUR',
    ],
    [
      'a tier of a fee by how many there are',
      {
        ...recurring,
        ...COUNTED,
        model: 'graduated',
        days: 75,
        daysInPeriod: 30,
        price: '1.00',
        flat: '3',
        entered: 1,
        exact: '5.5',
      },
      'subscription',
      '5.50',
      'EUR',
      '2.5 (75 days ÷ 30; subscriptions by their days) × 1.00 EUR + 1 × 3.00 EUR = 5.5 → 5.50 EUR',
    ],
    [
      'packages of those on the day with most, at least so many, and the part of a unit',
      {
        ...recurring,
        of: 'peak',
        model: 'package',
        minimum: 12,
        days: 360,
        daysInPeriod: 30,
        flat: '7.00',
        entered: 3,
        exact: '21',
        rounded: '21.00',
        shares: [...COUNTED.shares, { businessUnit: 'south', days: 60, amount: '7.00' }],
      },
      'package',
      '14.00',
      'EUR',
      '3 packages × 7.00 EUR for 12 (360 days ÷ 30; subscriptions on the day with most of them, at least 12) = 21 → 21.00 EUR; of it 14.00 EUR for north',
    ],
    [
      'months that are left of a term',
      {
        kind: 'oneTime',
        at: 'termination',
        term: 24,
        quantity: '22',
        model: 'unit',
        price: '5',
        flat: '0',
        entered: 0,
        subscriptions: 1,
        exact: '110',
      },
      'piece',
      '110.00',
      'EUR',
      '22 × 5.00 EUR (termination, months left of 24, 1 subscription) = 110 → 110.00 EUR',
    ],
    [
      'an order',
      {
        kind: 'adHoc',
        order: 'A-1',
        date: '2026-10-12',
        quantity: '25',
        price: '89.995',
        reference: '',
        exact: '2249.875',
      },
      'piece',
      '2249.88',
      'EUR',
      '25 × 89.995 EUR = 2,249.875 → 2,249.88 EUR, rounded once, half away from zero',
    ],
    [
      'a tier with a fee for entering it',
      usage,
      'MB',
      '8.86',
      'EUR',
      '57,166,484 B ÷ 1,000,000 (MB) × 0.12 EUR + 8 × 0.25 EUR = 8.85997808 → 8.86 EUR, rounded once, half away from zero',
    ],
    [
      'minutes',
      {
        ...usage,
        quantity: '1360',
        baseUnits: '60',
        price: '0.07',
        flat: '0',
        entered: 0,
        exact: '1.586666666666666666666666666666667',
      },
      'minute',
      '1.59',
      'EUR',
      '1,360 s ÷ 60 (minute) × 0.07 EUR = 1.5866666666… → 1.59 EUR, rounded once, half away from zero',
    ],
    [
      'messages, which divide by nothing',
      { ...usage, quantity: '30', baseUnits: '1', price: '0.07', flat: '0', entered: 0, exact: '2.1' },
      'piece',
      '2.10',
      'EUR',
      '30 × 0.07 EUR = 2.1 → 2.10 EUR',
    ],
    [
      'a currency without minor digits',
      { ...usage, quantity: '3', baseUnits: '1', price: '2.5', flat: '0', entered: 0, exact: '7.5' },
      'piece',
      '8',
      'JPY',
      '3 × 2.5 JPY = 7.5 → 8 JPY, rounded once, half away from zero',
    ],
    [
      "a pool's overage, and the share of the line's unit",
      pool,
      'MB',
      '3.33',
      'EUR',
      '1,000,000,000 B ÷ 1,000,000 (MB) × 0.02 EUR = 20 → 20.00 EUR; of it 3.33 EUR for north',
    ],
    [
      'a pool nobody shares',
      { ...pool, shares: pool.shares.slice(0, 1) },
      'MB',
      '20.00',
      'EUR',
      '1,000,000,000 B ÷ 1,000,000 (MB) × 0.02 EUR = 20 → 20.00 EUR',
    ],
    [
      'a commitment the whole period lacks',
      trueUp,
      'flat',
      '87.90',
      'EUR',
      '500.00 EUR at least − 412.10 EUR = 87.90 EUR short',
    ],
    [
      'a commitment that rose in the period, and the share of the unit',
      {
        ...trueUp,
        limit: '654.84',
        parts: [
          { amount: '500', days: 15 },
          { amount: '800', days: 16 },
        ],
        shares: [
          { businessUnit: 'north', net: '412.10', amount: '142.74' },
          { businessUnit: 'south', net: '288.49', amount: '100.00' },
        ],
      },
      'flat',
      '142.74',
      'EUR',
      '(500.00 EUR × 15 days + 800.00 EUR × 16 days) ÷ 31 = 654.84 EUR at least − 412.10 EUR = 242.74 EUR short; of it 142.74 EUR here',
    ],
    [
      'more than a maximum',
      {
        kind: 'cap',
        parts: [{ amount: '900', days: 10 }],
        daysInPeriod: 31,
        limit: '290.32',
        ...reduction,
        net: '325.32',
      },
      'flat',
      '-35.00',
      'EUR',
      '325.32 EUR − 900.00 EUR × 10 days ÷ 31 = 290.32 EUR at most = 35.00 EUR off',
    ],
    [
      'percent',
      { kind: 'discount', percent: '33.3', amount: '', ...reduction, net: '105.11', exact: '35.00163' },
      'flat',
      '-35.00',
      'EUR',
      '33.3 % of 105.11 EUR = 35.00163 → 35.00 EUR off, rounded once, half away from zero',
    ],
    [
      'an amount greater than there is, partly on other lines',
      { kind: 'discount', percent: '', amount: '50', ...reduction, net: '40.00', reduction: '40.00' },
      'flat',
      '-35.00',
      'EUR',
      '40.00 EUR off 40.00 EUR, no more than there is of 50.00 EUR; of it 35.00 EUR here',
    ],
  ])('%s', (_, arithmetic, unit, amount, currency, text) => {
    expect(computation({ line: { ...LINE, arithmetic, unit, amount } }, currency)).toBe(text);
  });
});

test('a price list in another currency: the exact amount, the rate with its day and source, then the rounding', () => {
  const exchange = { from: 'USD', to: 'CHF', times: '0.95', dividedBy: '1.25', date: '2026-03-02', source: 'ECB' };
  const arithmetic = {
    ...usage,
    model: 'unit',
    quantity: '604000000',
    price: '0.02',
    flat: '0',
    exact: '12.08',
  } as const;
  const line = { ...LINE, unit: 'MB', amount: '9.18', exchange, arithmetic };
  expect(computation({ line }, 'CHF')).toMatchInlineSnapshot(
    `"604,000,000 B ÷ 1,000,000 (MB) × 0.02 USD = 12.08 USD, at 1.25 USD = 0.95 CHF (ECB, 2026-03-02) = 9.1808 → 9.18 CHF, rounded once, half away from zero"`,
  );
});

test('parts that keep several rates: what is shared, what all parts come to, and the line’s own', () => {
  const exchange = { from: 'USD', to: 'EUR', times: '1', dividedBy: '2', date: '2026-02-01', source: 'ECB' };
  const shares = [
    { businessUnit: 'x', days: 31, amount: '2.50', exchange },
    { businessUnit: 'y', days: 31, amount: '4.00', exchange: { ...exchange, dividedBy: '1.25' } },
  ];
  const counted = { kind: 'recurring', of: 'peak', due: 'arrears', minimum: 0, model: 'unit', flat: '0' } as const;
  const days = { entered: 0, days: 62, daysInPeriod: 31, subscriptions: 2, price: '5.00', exact: '10' };
  const arithmetic = { ...counted, ...days, rounded: '6.50', shares };
  const line = { ...LINE, unit: 'subscription', businessUnit: 'x', amount: '2.50', exchange, arithmetic };
  expect(computation({ line }, 'EUR')).toBe(
    '2 (62 days ÷ 31; subscriptions on the day with most of them) × 5.00 USD = 10 USD → 6.50 EUR, each part by the rate it was first billed at; of it 2.50 EUR for x',
  );
});

test('what fell away of a fee in advance that is not refunded stands beside what is owed', () => {
  const counted = { kind: 'recurring', of: 'subscriptions', due: 'advance', minimum: 0, model: 'unit' } as const;
  const days = { flat: '0', entered: 0, days: 15, daysInPeriod: 31, subscriptions: 1, price: '3.10', exact: '1.5' };
  const arithmetic = { ...counted, ...days, rounded: '', shares: [] };
  const kept = { quantity: '0.516129', amount: '16.00' };
  const line = { ...LINE, unit: 'subscription', quantity: '1', amount: '17.50', kept, arithmetic };
  expect(computation({ line }, 'EUR')).toBe(
    '15 SIM days ÷ 31 × 3.10 EUR = 1.5 → 1.50 EUR; 0.516129 fell away and is not refunded: 1.50 EUR + 16.00 EUR = 17.50 EUR',
  );
});
