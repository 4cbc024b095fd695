import { describe, expect, test } from 'vitest';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { catalogWith, type Turn, type Use } from '../rating/fleet.ts';
import { owedBy, type Sim } from './chain.ts';

/** A plan "a" of these versions: the terms from 2020, and those from 16 April on. */
function changing(first: Terms, second: Terms) {
  const version = ({ charges, allowances = '' }: Terms, from: string) =>
    `{ from: ${from}, charges: [${charges}], allowances: [${allowances}] }`;
  const versions = [version(first, '2020-01-01'), version(second, '2026-04-16')].join(', ');
  return catalogWith(`  - { id: a, name: a, currency: EUR, zoneModel: zones, versions: [${versions}] }\n`);
}
interface Terms {
  readonly charges: string;
  readonly allowances?: string;
}

const count = (price: string, more = '') =>
  `{ kind: usage, id: events, name: Events, match: { services: sms }, measure: count, price: ${price}${more} }`;
const tiers = (bound: number) => `{ tiers: [{ upTo: ${bound}, price: 0, flat: 1 }, { price: 0, flat: 10 }] }`;
const own = (size: number, more = '') =>
  `{ id: own, name: Own, kind: individual, size: ${size} pieces, covers: events${more} }`;
const WHOLE = ', proration: whole';
const fee = (more: string) => `{ kind: recurring, id: fee, name: Fee, price: 30.00${more} }`;

const APRIL: Turn[] = [{ at: '2026-04-01', state: 'active', plan: 'a' }];
const BEFORE = '2026-04-10T12:00:00Z';
const AFTER = '2026-04-20T12:00:00Z';
const events = (pieces: number, at: string): Use => ({ at, service: 'sms', count: pieces });
const sim = (id: string, uses: readonly Use[], unit = ''): Sim => ({
  id,
  turns: APRIL.map((turn) => ({ ...turn, unit })),
  uses,
});

/** "unit version day tier: quantity = amount" of each line. */
const told = (lines: readonly ChargeLine[]) =>
  lines.map(({ businessUnit, version, tier, quantity, amount }) =>
    `${businessUnit} ${version.slice(8)} ${tier}: ${quantity} = ${amount}`.trim(),
  );
const owed = (first: Terms, second: Terms, sims: readonly Sim[]) =>
  told(owedBy({ catalog: changing(first, second), sims, months: ['2026-04'] }));

describe('what is paid once, in one count over both versions (pricing rules §5)', () => {
  test.each<[string, string, string, Use[], string[]]>([
    [
      'a tier the earlier price entered is not entered again, though it begins later now',
      tiers(10),
      tiers(20),
      [events(15, BEFORE), events(10, AFTER)],
      ['01 1: 10 = 1.00', '01 2: 5 = 10.00', '16 1: 5 = 0.00', '16 2: 5 = 0.00'],
    ],
    [
      'a tier that begins earlier now is entered by the first that falls into it',
      tiers(20),
      tiers(10),
      [events(15, BEFORE), events(10, AFTER)],
      ['01 1: 15 = 1.00', '16 2: 10 = 10.00'],
    ],
    [
      'a flat amount behind a price a unit',
      '0.10',
      '{ model: flat, amount: 5 }',
      [events(3, BEFORE), events(1, AFTER), events(1, AFTER)],
      ['01 0: 3 = 0.30', '16 0: 1 = 5.00'],
    ],
    [
      "the fee of the total's tier, though the last usage has another price",
      '{ model: volume, tiers: [{ price: 0.10, flat: 2 }] }',
      '0.50',
      [events(3, BEFORE), events(2, AFTER)],
      ['01 1: 3 = 2.30', '16 0: 2 = 1.00'],
    ],
  ])('%s', (_, first, second, uses, expected) => {
    expect(owed({ charges: count(first) }, { charges: count(second) }, [sim('1', uses)])).toEqual(expected);
    const account = [first, second].map((price): Terms => ({ charges: count(price, ', count: account') }));
    expect(owed(account[0]!, account[1]!, [sim('1', uses)])).toEqual(expected);
  });

  test('the account counts by day, also where a pool covers the later version alone', () => {
    const price = '{ tiers: [{ upTo: 10, price: 1 }, { price: 0.10 }] }, count: account';
    const pool = '{ id: p, name: P, kind: flexible, pool: p, size: 0 pieces, covers: events }';
    const lines = owed({ charges: count(price) }, { charges: count(price), allowances: pool }, [
      sim('1', [events(10, BEFORE), events(5, AFTER)]),
    ]);
    expect(lines).toEqual(['01 1: 10 = 10.00', '16 2: 5 = 0.50']);
  });

  test.each([
    ['the earlier day', '2026-04-09T12:00:00Z', ['a 01 1: 5 = 5.00', 'a 01 2: 5 = 0.50', 'b 01 1: 5 = 5.00']],
    ['in a day the smaller id', BEFORE, ['a 01 1: 10 = 10.00', 'b 01 2: 5 = 0.50']],
  ])('and where each business unit has a pool of its own: %s first', (_, at, expected) => {
    const price = '{ tiers: [{ upTo: 10, price: 1 }, { price: 0.10 }] }, count: account';
    const pool = '{ id: p, name: P, kind: flexible, pool: p, scope: businessUnit, size: 0 pieces, covers: events }';
    const terms = { charges: count(price), allowances: pool };
    const sims = [sim('1', [events(10, BEFORE)], 'a'), sim('2', [events(5, at)], 'b')];
    expect(owed(terms, terms, sims)).toEqual(expected);
  });
});

describe('allowances are those of the version at the instant of usage (pricing rules §1, §4)', () => {
  test('one that begins with the later version covers nothing of the earlier', () => {
    const uses = [events(3, BEFORE), events(3, AFTER)];
    const lines = owed({ charges: count('1') }, { charges: count('1'), allowances: own(4) }, [sim('1', uses)]);
    expect(lines).toEqual(['01 0: 3 = 3.00', '16 0: 1 = 1.00']);
  });

  test('the stack is in the order of the version', () => {
    const other = (size: number) =>
      `{ id: other, name: Other, kind: individual, size: ${size} pieces, proration: whole, covers: [events, records] }`;
    const records =
      '{ kind: usage, id: records, name: Records, match: { services: data }, measure: records, price: 1 }';
    const charges = `${count('1')}, ${records}`;
    const first = { charges, allowances: `${own(2, WHOLE)}, ${other(2)}` };
    const second = { charges, allowances: `${other(2)}, ${own(2, WHOLE)}` };
    const uses = [events(2, AFTER), { at: AFTER, bytes: 1 }];
    expect(owed(first, second, [sim('1', uses)])).toEqual(['16 0: 1 = 1.00']);
    expect(owed(first, first, [sim('1', uses)])).toEqual([]);
  });

  test.each<[string, string, string, string]>([
    ['whole in both versions: the size of the last', own(4, WHOLE), own(7, WHOLE), '3 = 3.00'],
    ['by day, then whole: both', own(4), own(7, WHOLE), '1 = 1.00'],
    ['whole, then by day: both', own(7, WHOLE), own(4), '1 = 1.00'],
  ])('%s', (_, first, second, left) => {
    const charges = count('1');
    const lines = owed({ charges, allowances: first }, { charges, allowances: second }, [
      sim('1', [events(10, AFTER)]),
    ]);
    expect(lines).toEqual([`16 0: ${left}`]);
  });

  test('whole also for who is active on the first day of the period alone', () => {
    const its = sim('1', [events(10, '2026-04-01T12:00:00Z')]);
    const turns: Turn[] = [...its.turns, { at: '2026-04-02', state: 'terminated' }];
    const terms = { charges: count('1'), allowances: own(4, WHOLE) };
    expect(owed(terms, terms, [{ ...its, turns }])).toEqual(['01 0: 6 = 6.00']);
  });
});

test('days that the earlier version prorates are owed beside the later full amount (pricing rules §2)', () => {
  const sims = [sim('1', [])];
  expect(owed({ charges: fee('') }, { charges: fee(', proration: none') }, sims)).toEqual([
    '01 0: 0.5 = 15.00',
    '16 0: 1 = 30.00',
  ]);
  expect(owed({ charges: fee(', proration: none') }, { charges: fee('') }, sims)).toEqual([
    '01 0: 1 = 30.00',
    '16 0: 0.5 = 15.00',
  ]);
});

test.each([
  [', refund: none', 'none'],
  [', refund: day', 'day'],
  [', due: arrears, refund: none', 'day'],
])(
  'what falls away of a fee with %s: refund %s, since only what was charged in advance is kept (pricing rules §2)',
  (more, refund) => {
    const terms = { charges: fee(more) };
    const lines = owedBy({ catalog: changing(terms, terms), sims: [sim('1', [])], months: ['2026-04'] });
    expect(lines.map((line) => line.refund)).toEqual([refund, refund]);
  },
);
