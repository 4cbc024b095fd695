import { expect, test } from 'vitest';
import { billedPeriod, payerScope } from '#shared/billing/payer-scope.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import type { AccountPool } from '#shared/inventory/fact.ts';
import { startOfDay } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, planOf } from '../rating/fleet.ts';

const CATALOG = catalogWith(planOf('a', '[]'));
const pool = (from: string, until: string): AccountPool => ({ pool: 'site', plan: 'a', from, until });

const VIEW = { timeZone: BERLIN, billingDay: 1, since: startOfDay('2026-02-01', BERLIN) };
/** What payer "p" is measured by in March and April, a customer until then and again from June on. */
function scopeOf(catalog: Catalog, pools: readonly AccountPool[]) {
  const account = { seller: 'acme', pools };
  const isCustomer = [
    { from: '2026-02-01', until: '2026-04-01' },
    { from: '2026-06-01', until: '' },
  ];
  const cutOff = startOfDay('2026-04-01', BERLIN);
  const measured = {
    measureFrom: '2026-03-01',
    measureThrough: '2026-04-01',
    usageCutOff: cutOff,
    chargeCutOff: cutOff,
  };
  return payerScope({ ...VIEW, account, isCustomer } as unknown as AccountView, catalog, 7, {
    payer: 'p',
    ...measured,
  });
}

test.each<[string, AccountPool, string[]]>([
  ['ever since', pool('2026-01-01', ''), ['2026-02-01..2026-04-01', '2026-06-01..']],
  ['within one stretch', pool('2026-03-01', '2026-03-15'), ['2026-03-01..2026-03-15']],
  ['over the end of one', pool('2026-03-01', '2026-05-01'), ['2026-03-01..2026-04-01']],
  ['between two, and in the second', pool('2026-05-01', '2026-07-01'), ['2026-06-01..2026-07-01']],
  ['before and between, to the day', pool('2026-04-01', '2026-06-01'), []],
  ['before the first', pool('2026-01-01', '2026-02-01'), []],
])('a pool of the account is there on its days with the seller: %s', (_, its, expected) => {
  const scope = scopeOf(CATALOG, [its]);
  expect(scope.pools.get('site')?.map(({ from, until }) => `${from}..${until}`)).toEqual(expected);
  expect(scope.days.periods.map(({ from }) => from)).toEqual(['2026-03-01', '2026-04-01']);
});

test.each([
  [
    'an account that agreed on a commitment',
    'commitments: [{ id: least, name: Least, minimum: 40, from: 2026-01-01 }]',
    true,
  ],
  ['one that agreed on a discount alone', 'discounts: [{ id: ten, name: Ten, percent: 10, from: 2026-01-01 }]', false],
  ['one that agreed on nothing', '', false],
])('is committed: %s', (_, its, isCommitted) => {
  const agreement = its === '' ? '' : `agreements:\n  - { account: p, currency: EUR, ${its} }\n`;
  expect(scopeOf(catalogWith(planOf('a', '[]') + agreement), []).isCommitted).toBe(isCommitted);
});

test('a payer is billed for the period its plan says, else for the month from its billing day on', () => {
  const view = { account: { billingDay: 15 } } as AccountView;
  const short = { from: '2026-04-01', until: '2026-04-15' };
  expect(billedPeriod(view, { period: short }, { month: '2026-04' })).toEqual(short);
  expect(billedPeriod(view, {}, { month: '2026-04' })).toEqual({ from: '2026-04-15', until: '2026-05-15' });
});
