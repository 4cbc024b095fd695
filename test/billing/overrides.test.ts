import { describe, expect, test } from 'vitest';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { accountPlans } from '#shared/catalog/account-plans.ts';
import { catalogWith, planOf, type Use } from '../rating/fleet.ts';
import { owedBy, type Sim } from './chain.ts';

const FEE = '{ kind: recurring, id: fee, name: Fee, due: arrears, price: 30.00 }';
const DATA = '{ kind: usage, id: data, name: Data, measure: bytes, unit: MB, increment: 1 kB, price: 0.10 }';
const SIZE = '[{ id: own, name: Own, kind: individual, size: 30 MB, covers: data }]';

/** Plan "a" with a fee of 30.00, data at 0.10 and 30 MB included, and these overrides of account "p" (YAML flow lists). */
function agreed(overrides: string, account = 'p') {
  const agreements = `agreements:\n  - { account: ${account}, currency: EUR, overrides: [${overrides}] }\n`;
  return catalogWith(planOf('a', `[${FEE}, ${DATA}]`, SIZE) + agreements);
}

const mb = (megabytes: number, day: number): Use => ({
  at: `2026-04-${String(day).padStart(2, '0')}T12:00:00Z`,
  bytes: megabytes * 1_000_000 - 500,
});
const sim: Sim = {
  id: '1',
  turns: [{ at: '2026-04-01', state: 'active', plan: 'a' }],
  uses: [mb(25, 10), mb(25, 20)],
};
/** "charge version: quantity = amount" of each line. */
const told = (lines: readonly ChargeLine[]) =>
  lines.map(({ charge, version, quantity, amount }) => `${charge} ${version}: ${quantity} = ${amount}`).sort();

describe('what a customer has of its own (pricing rules §5) holds instead of the list', () => {
  test.each<[string, string, string[]]>([
    ['nothing', '', ['data 2020-01-01: 20 = 2.00', 'fee 2020-01-01: 1 = 30.00']],
    [
      'a price, as long as the plan lasts',
      '{ plan: a, from: 2020-01-01, charges: [{ charge: data, price: 0.05 }] }',
      ['data 2020-01-01: 20 = 1.00', 'fee 2020-01-01: 1 = 30.00'],
    ],
    [
      'a fee from 16 April: 15 days at 30.00, 15 at 20.00',
      '{ plan: a, from: 2026-04-16, charges: [{ charge: fee, price: 20.00 }] }',
      ['data 2026-04-16: 20 = 2.00', 'fee 2020-01-01: 0.5 = 15.00', 'fee 2026-04-16: 0.5 = 10.00'],
    ],
    [
      'a fee until 16 April, and the list again',
      '{ plan: a, from: 2026-01-01, until: 2026-04-16, charges: [{ charge: fee, price: 20.00 }] }',
      ['data 2026-04-16: 20 = 2.00', 'fee 2026-01-01: 0.5 = 10.00', 'fee 2026-04-16: 0.5 = 15.00'],
    ],
    [
      'another size from 16 April: 15 MB of the list and 30 of its own',
      '{ plan: a, from: 2026-04-16, allowances: [{ allowance: own, size: 60 MB }] }',
      ['data 2026-04-16: 5 = 0.50', 'fee 2020-01-01: 0.5 = 15.00', 'fee 2026-04-16: 0.5 = 15.00'],
    ],
    [
      'an increment',
      '{ plan: a, from: 2026-04-01, charges: [{ charge: data, increment: 20 MB }] }',
      ['data 2026-04-01: 50 = 5.00', 'fee 2026-04-01: 1 = 30.00'],
    ],
    [
      'tiers instead of a price, and two overrides at once',
      `{ plan: a, from: 2026-04-01, charges: [{ charge: data, price: { tiers: [{ upTo: 10, price: 1 }, { price: 0.5 }] } }] },
       { plan: a, from: 2026-04-01, charges: [{ charge: fee, price: 3 }] }`,
      ['data 2026-04-01: 10 = 10.00', 'data 2026-04-01: 10 = 5.00', 'fee 2026-04-01: 1 = 3.00'],
    ],
    [
      'something after the month',
      '{ plan: a, from: 2026-05-01, charges: [{ charge: fee, price: 1 }] }',
      ['data 2020-01-01: 20 = 2.00', 'fee 2020-01-01: 1 = 30.00'],
    ],
  ])('%s', (_, overrides, expected) => {
    expect(told(owedBy({ catalog: agreed(overrides), sims: [sim], months: ['2026-04'] }))).toEqual(expected);
  });

  test('and for nobody else', () => {
    const catalog = agreed('{ plan: a, from: 2020-01-01, charges: [{ charge: fee, price: 1 }] }', 'other');
    expect(told(owedBy({ catalog, sims: [sim], months: ['2026-04'] }))).toContain('fee 2020-01-01: 1 = 30.00');
    expect(accountPlans(catalog, 'p')).toBe(catalog.plans);
  });
});
