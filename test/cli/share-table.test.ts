import { expect, test } from 'vitest';
import { type ShownShare, shareTable } from '../../cli/explain/share-table.ts';

const FIRST = { from: 'USD', to: 'EUR', times: '1', dividedBy: '2', date: '2026-02-01', source: 'ECB' };
const told = (shares: readonly ShownShare[]) =>
  shareTable(shares, {
    heading: 'used',
    together: { businessUnit: 'together', by: '4000', amount: '6.50' },
    ofLine: 'x',
    currency: 'EUR',
  }).split('\n');

test('each unit has its part, and where they have several rates its own', () => {
  const [x, y] = [
    { businessUnit: 'x', by: '2000', amount: '2.50' },
    { businessUnit: '', by: '2000', amount: '4.00' },
  ];
  expect(told([x, y])).toEqual([
    'business unit   used   EUR',
    'x              2,000  2.50  ← this line',
    '(the account)  2,000  4.00',
    'together       4,000  6.50',
  ]);
  expect(
    told([
      { ...x, exchange: FIRST },
      { ...y, exchange: { ...FIRST, dividedBy: '1.25' } },
    ]),
  ).toEqual([
    'business unit   used  at                 EUR',
    'x              2,000  2 USD = 1 EUR     2.50  ← this line',
    '(the account)  2,000  1.25 USD = 1 EUR  4.00',
    'together       4,000                    6.50',
  ]);
  expect(told([x])).toEqual(['']);
});
