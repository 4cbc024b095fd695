import { expect, test } from 'vitest';
import { adHocLines } from '#shared/billing/lines/ad-hoc-lines.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import type { AdHocFact } from '#shared/inventory/fact.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, monthsOf } from '../rating/fleet.ts';

const order = (more: Partial<AdHocFact> = {}) =>
  ({
    ...{
      kind: 'adHoc',
      account: 'p',
      businessUnit: 'x',
      order: 'A-1',
      product: 'Tracker',
      quantity: '3',
      price: '89.990',
    },
    ...{ reference: 'PO-7', taxCategory: 'goods', effectiveFrom: instantOf('2026-04-12', BERLIN), ...more },
  }) as AdHocFact;
/** Lines of orders in March and April, of who is a customer from a day on. */
const linesOf = (adHoc: readonly AdHocFact[], from = '2026-01-01', chargeCutOff = '2026-05-01') => {
  const view = {
    account: { currency: 'EUR' },
    timeZone: BERLIN,
    billingDay: 1,
    isCustomer: [{ from, until: '' }],
    adHoc,
  };
  return monthsOf('2026-03', '2026-04').flatMap((month) =>
    adHocLines(view as unknown as AccountView, month, instantOf(chargeCutOff, BERLIN)),
  );
};

test('an order is a line of its own, of no plan: 3 at 89.99 are 269.97', () => {
  expect(linesOf([order()])).toEqual([
    {
      ...{ id: 'x|||order A-1||0|2026-04-01', businessUnit: 'x', plan: '', planName: '', version: '' },
      ...{ charge: 'order A-1', chargeName: 'Tracker', zone: '', zoneName: '', tier: 0 },
      ...{ period: { from: '2026-04-01', until: '2026-05-01' }, quantity: '3', unit: 'piece', unitPrice: '89.99' },
      ...{ amount: '269.97', taxCategory: 'goods', taxIncluded: false, exchange: null, refund: 'day' },
      arithmetic: {
        ...{ kind: 'adHoc', order: 'A-1', date: '2026-04-12', quantity: '3', price: '89.990', reference: 'PO-7' },
        exact: '269.97',
      },
    },
  ]);
});

test.each<[string, AdHocFact[], string, string[], cutOff?: string]>([
  [
    'each in the period of its day',
    [order({ effectiveFrom: instantOf('2026-03-31', BERLIN) }), order({ order: 'A-2' })],
    '2026-01-01',
    ['order A-1 2026-03-01', 'order A-2 2026-04-01'],
  ],
  [
    'due on the day of the cut-off',
    [order(), order({ order: 'A-2', effectiveFrom: instantOf('2026-04-13', BERLIN) })],
    '2026-01-01',
    ['order A-1 2026-04-01'],
    '2026-04-12',
  ],
  ['not of another period', [order({ effectiveFrom: instantOf('2026-05-01', BERLIN) })], '2026-01-01', []],
  ['not what was taken back', [order({ quantity: '0' })], '2026-01-01', []],
  ['not of who was a customer later', [order()], '2026-04-02', []],
])('orders are billed: %s', (_, orders, from, expected, cutOff) => {
  expect(linesOf(orders, from, cutOff).map(({ charge, period }) => `${charge} ${period.from}`)).toEqual(expected);
});
