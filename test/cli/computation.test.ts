import { describe, expect, test } from 'vitest';
import type {
  Arithmetic,
  PoolArithmetic,
  RecurringArithmetic,
  TrueUpArithmetic,
  UsageArithmetic,
} from '#shared/billing/charge-line.ts';
import type { RecordedLine } from '#shared/billing/draft.ts';
import { computation } from '../../cli/explain.ts';

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
  taxCategory: 'telecom',
  taxIncluded: false,
  tax: { category: 'S', place: '', reason: '', reasonCode: '', parts: [] },
  billedBy: 'run',
};
const recurring: RecurringArithmetic = {
  kind: 'recurring',
  days: 1234,
  daysInPeriod: 31,
  subscriptions: 40,
  price: '2.00',
  due: 'arrears',
  exact: '79.61290322580645161290322580645161',
};
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
    { businessUnit: 'north', used: '500000000', amount: '3.33' },
    { businessUnit: 'south', used: '2500000000', amount: '16.67' },
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
