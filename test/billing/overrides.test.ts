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

describe('an own price holds in all seasons, and is on the invoice', () => {
  const [BEFORE, IN_SPRING] = ['2026-03-09T12:00:00Z', '2026-03-20T12:00:00Z'];
  const sms = (at: string): Use => ({ at, service: 'sms', count: 10 });
  const uses = [sms(BEFORE), sms(IN_SPRING)];
  const charge = (rest: string) =>
    `{ kind: usage, id: data, name: Messages, match: { services: sms }, measure: count${rest} }`;
  const season = (its: string) => `, price: 1.00, seasons: [{ season: spring, ${its} }]`;
  const HIDDEN = ', price: 0, hidden: true';
  const HIDDEN_TIERS = ', price: { tiers: [{ upTo: 5, price: 0 }, { price: 0 }] }, hidden: true';
  const own = (price: string) => `{ charge: data, price: ${price} }`;
  test.each<[string, string, string, string[]]>([
    ['the list: 1.00, in spring 2.00', season('price: 2.00'), '', ['data: 10 = 10.00', 'data@spring: 10 = 20.00']],
    ['0.10 instead, also of its price in spring', season('price: 2.00'), own('0.10'), ['data: 20 = 2.00']],
    [
      '0.10 instead: the half as much of spring is of that',
      season('factor: 1.5'),
      own('0.10'),
      ['data: 10 = 1.00', 'data@spring: 10 = 1.50'],
    ],
    [
      'an increment leaves the prices',
      season('price: 2.00'),
      '{ charge: data, increment: 20 }',
      ['data: 20 = 20.00', 'data@spring: 20 = 40.00'],
    ],
    ['what the list has free and hidden', HIDDEN, '', []],
    ['0.10 instead of free and hidden', HIDDEN, own('0.10'), ['data: 20 = 2.00']],
    ['free and hidden by its own price too', HIDDEN, own('0.00'), []],
    [
      'a second tier instead of free and hidden',
      HIDDEN,
      own('{ tiers: [{ upTo: 15, price: 0 }, { price: 1 }] }'),
      ['data: 15 = 0.00', 'data: 5 = 5.00'],
    ],
    [
      'a connection fee beside it is of the list',
      `${season('price: 2.00')}, connectionFee: 0.05`,
      own('0.10'),
      ['data#fee: 2 = 0.10', 'data: 20 = 2.00'],
    ],
  ])('%s', (_, rest, override, expected) => {
    const overrides = override === '' ? '' : `{ plan: a, from: 2020-01-01, charges: [${override}] }`;
    const agreements = `agreements: [{ account: p, currency: EUR, overrides: [${overrides}] }]\n`;
    const catalog = catalogWith(planOf('a', `[${charge(rest)}]`) + agreements);
    const sims = [{ id: '1', turns: [{ at: '2026-01-01', state: 'active', plan: 'a' } as const], uses }];
    const lines = owedBy({ catalog, sims, months: ['2026-03'] });
    expect(lines.map((line) => `${line.charge}: ${line.quantity} = ${line.amount}`).sort()).toEqual(expected.sort());
  });

  // March: 9 days before spring and 22 of it.
  test.each<[string, string, string, string[]]>([
    ['the list: 62.00 in spring', 'price: 62.00', '', ['fee: 0.290323 = 9.00', 'fee@spring: 0.709677 = 44.00']],
    ['15.50 instead', 'price: 62.00', 'price: 15.50', ['fee: 1 = 15.50']],
    [
      '15.50 instead, and twice as much in spring',
      'factor: 2',
      'price: 15.50',
      ['fee: 0.290323 = 4.50', 'fee@spring: 0.709677 = 22.00'],
    ],
  ])('so does that of a fee of 31.00: %s', (_, its, own, expected) => {
    const fee = `{ kind: recurring, id: fee, name: Fee, due: arrears, price: 31.00, seasons: [{ season: spring, ${its} }] }`;
    const overrides = own === '' ? '' : `{ plan: a, from: 2020-01-01, charges: [{ charge: fee, ${own} }] }`;
    const agreements = `agreements: [{ account: p, currency: EUR, overrides: [${overrides}] }]\n`;
    const sims = [{ id: '1', turns: [{ at: '2026-01-01', state: 'active', plan: 'a' } as const] }];
    const lines = owedBy({ catalog: catalogWith(planOf('a', `[${fee}]`) + agreements), sims, months: ['2026-03'] });
    expect(lines.map((line) => `${line.charge}: ${line.quantity} = ${line.amount}`).sort()).toEqual(expected);
  });

  test('so is what a pool leaves over, and a flat amount that is due without usage', () => {
    const POOL = '[{ id: own, name: Pool, kind: flexible, pool: x, size: 5 pieces, covers: data }]';
    const catalogOf = (more: string, price: string) =>
      catalogWith(
        `${planOf('a', `[${charge(`${HIDDEN_TIERS}${more}`)}]`, POOL)}agreements: [{ account: p, currency: EUR, overrides: [{ plan: a, from: 2020-01-01, charges: [${own(price)}] }] }]\n`,
      );
    const turns = [{ at: '2026-01-01', state: 'active', plan: 'a' } as const];
    const billed = (catalog: ReturnType<typeof catalogOf>, used: readonly Use[]) =>
      owedBy({ catalog, sims: [{ id: '1', turns, uses: used }], months: ['2026-03'] }).map(({ amount }) => amount);
    expect(billed(catalogOf(', count: pool', '0.10'), uses)).toEqual(['1.50']);
    expect(billed(catalogOf(', count: pool', '0'), uses)).toEqual([]);
    const withFlat = '{ tiers: [{ upTo: 5, price: 0, flat: 3.00 }, { price: 0 }] }';
    const atZero = catalogOf(', count: pool, flatAtZero: true', withFlat);
    expect(billed(atZero, [])).toEqual(['3.00']);
  });
});
