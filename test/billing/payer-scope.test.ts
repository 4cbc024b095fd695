import { expect, test } from 'vitest';
import { payerScope } from '#shared/billing/payer-scope.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import type { AccountPool } from '#shared/inventory/fact.ts';
import { startOfDay } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, planOf } from '../rating/fleet.ts';

const CATALOG = catalogWith(planOf('a', '[]'));
const pool = (from: string, until: string): AccountPool => ({ pool: 'site', plan: 'a', from, until });

test.each<[string, AccountPool, string[]]>([
  ['ever since', pool('2026-01-01', ''), ['2026-02-01..2026-04-01', '2026-06-01..']],
  ['within one stretch', pool('2026-03-01', '2026-03-15'), ['2026-03-01..2026-03-15']],
  ['over the end of one', pool('2026-03-01', '2026-05-01'), ['2026-03-01..2026-04-01']],
  ['between two, and in the second', pool('2026-05-01', '2026-07-01'), ['2026-06-01..2026-07-01']],
  ['before and between, to the day', pool('2026-04-01', '2026-06-01'), []],
  ['before the first', pool('2026-01-01', '2026-02-01'), []],
])('a pool of the account is there on its days with the seller: %s', (_, its, expected) => {
  const view = {
    ...{ timeZone: BERLIN, billingDay: 1, since: startOfDay('2026-02-01', BERLIN) },
    account: { seller: 'acme', pools: [its] },
    isCustomer: [
      { from: '2026-02-01', until: '2026-04-01' },
      { from: '2026-06-01', until: '' },
    ],
  } as unknown as AccountView;
  const cutOff = startOfDay('2026-04-01', BERLIN);
  const stretch = {
    payer: 'p',
    measureFrom: '2026-03-01',
    measureThrough: '2026-04-01',
    usageCutOff: cutOff,
    chargeCutOff: cutOff,
  };
  const scope = payerScope(view, CATALOG, 7, stretch);
  expect(scope.pools.get('site')?.map(({ from, until }) => `${from}..${until}`)).toEqual(expected);
  expect(scope.days.periods.map(({ from }) => from)).toEqual(['2026-03-01', '2026-04-01']);
});
