import { describe, expect, test } from 'vitest';
import { catalogWith, type Turn, type Use } from '../rating/fleet.ts';
import { owedBy } from './chain.ts';

const FEE = '{ kind: recurring, id: fee, name: Fee, due: arrears, price: 0.00 }';
const voice = (more: string) =>
  `{ kind: usage, id: voice, name: Voice, match: { services: voice }, measure: seconds, unit: minute, price: 1, ${more} }`;
const data = (more: string) =>
  `{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1, ${more} }`;
/** Charges by the day from which they hold. */
type Versions = Readonly<Record<string, string>>;
const since = (charge: string): Versions => ({ '2020-01-01': charge });
const alike = (charge: string): Versions => ({ ...since(charge), '2026-03-10': charge, '2026-03-20': charge });

const call = (at: string, seconds: number, more: Partial<Use> = {}): Use => ({
  at,
  service: 'voice',
  seconds,
  session: 7,
  ...more,
});
const mb = (day: string, megabytes: number): Use => ({ at: `2026-03-${day}T12:00:00Z`, bytes: megabytes * 1_000_000 });

/** Prices of their own that say nothing of the usage, and an increment that does. */
const OF_THE_FEE = '{ plan: a, from: 2026-03-10, charges: [{ charge: fee, price: 1 }] }';
const STEPS = '{ plan: a, from: 2026-03-10, charges: [{ charge: voice, increment: 1 s }] }';
const ACTIVE: Turn[] = [{ at: '2026-03-01', state: 'active', plan: 'a' }];

/** "charge version: quantity = amount" of what is owed for March, but the fee. */
function owed(versions: Versions, uses: readonly Use[], overrides = ''): string[] {
  const written = Object.entries(versions).map(([from, charge]) => `{ from: ${from}, charges: [${FEE}, ${charge}] }`);
  const plan = `  - { id: a, name: a, currency: EUR, zoneModel: zones, versions: [${written.join(', ')}] }\n`;
  const agreements = overrides && `agreements:\n  - { account: p, currency: EUR, overrides: [${overrides}] }\n`;
  const sims = [{ id: '1', turns: ACTIVE, uses }];
  const lines = owedBy({ catalog: catalogWith(plan + agreements), months: ['2026-03'], sims });
  return lines
    .filter(({ charge }) => charge !== 'fee')
    .map(({ charge, version, quantity, amount }) => `${charge} ${version.slice(5)}: ${quantity} = ${amount}`)
    .sort();
}

describe('a scope of rounding goes over the versions of a charge (pricing rules §3.5, §5)', () => {
  const midnight = [call('2026-03-09T22:59:30Z', 30), call('2026-03-09T23:00:00Z', 30)];
  const twice = [call('2026-03-05T12:00:00Z', 20), call('2026-03-16T12:00:00Z', 70)];
  const [period, session] = ['increment: 60/30 s, rounding: period', 'increment: 60/1 s'];

  test.each<[string, Versions, Use[], string, string[]]>([
    [
      'a period: 1 MB under each of three versions is one started 100 MB',
      alike(data('increment: 100 MB, rounding: period')),
      [mb('05', 1), mb('15', 1), mb('25', 1)],
      '',
      ['data 01-01: 100 = 100.00'],
    ],
    [
      'the next 100 MB are of the version whose record starts them',
      alike(data('increment: 100 MB, rounding: period')),
      [mb('05', 1), mb('15', 99), mb('25', 1)],
      '',
      ['data 01-01: 100 = 100.00', 'data 03-20: 100 = 100.00'],
    ],
    ['a period: 20 and 70 s are 90', since(voice(period)), twice, '', ['voice 01-01: 1.5 = 1.50']],
    [
      'also beside an own price of the fee: the 60 the first starts, and the 30 the second',
      since(voice(period)),
      twice,
      OF_THE_FEE,
      ['voice 01-01: 1 = 1.00', 'voice 03-10: 0.5 = 0.50'],
    ],
    ['a call over midnight', since(voice(session)), midnight, '', ['voice 01-01: 1 = 1.00']],
    ['also beside an own price of the fee', since(voice(session)), midnight, OF_THE_FEE, ['voice 01-01: 1 = 1.00']],
    [
      'a call over midnight has one connection fee, by the version it begins in',
      since(voice(`${session}, connectionFee: 0.1`)),
      midnight,
      OF_THE_FEE,
      ['voice 01-01: 1 = 1.00', 'voice#fee 01-01: 1 = 0.10'],
    ],
    [
      'none where only the version it ends in has one',
      { ...since(voice(session)), '2026-03-10': voice(`${session}, connectionFee: 0.1`) },
      midnight,
      '',
      ['voice 01-01: 1 = 1.00'],
    ],
    [
      'one of all of the call where only the version it begins in has one',
      { ...since(voice(`${session}, connectionFee: 0.1`)), '2026-03-10': voice(session) },
      [call('2026-03-09T22:59:30Z', 30), call('2026-03-09T23:00:00Z', 60)],
      '',
      ['voice 01-01: 1.5 = 1.50', 'voice#fee 01-01: 1 = 0.10'],
    ],
  ])('%s', (_, versions, uses, overrides, expected) => {
    expect(owed(versions, uses, overrides)).toEqual(expected);
  });

  test.each<[string, string, string, number, number, string[]]>([
    [
      'a finer one from then on: 20 s were raised to 60, of which the 30 use the rest',
      'increment: 60 s, rounding: period',
      STEPS,
      20,
      30,
      ['voice 01-01: 1 = 1.00'],
    ],
    [
      'and beyond them each second',
      'increment: 60 s, rounding: period',
      STEPS,
      20,
      55,
      ['voice 01-01: 1 = 1.00', 'voice 03-10: 0.25 = 0.25'],
    ],
    [
      'a coarser one: 30 s are there, and 31 more make 120 of both',
      'increment: 1 s, rounding: period',
      STEPS.replace('1 s', '60 s'),
      30,
      31,
      ['voice 01-01: 0.5 = 0.50', 'voice 03-10: 1.5 = 1.50'],
    ],
  ])('a record is raised by the increment of its own version: %s', (_, terms, override, first, second, expected) => {
    const uses = [call('2026-03-05T12:00:00Z', first), call('2026-03-16T12:00:00Z', second)];
    expect(owed(since(voice(terms)), uses, override)).toEqual(expected);
  });

  test('what the first increment has left over is used up in whatever zone: 20 + 30 + 25 s are 60, and 15 by the third', () => {
    const [first, second] = [call('2026-03-05T12:00:00Z', 20), call('2026-03-16T12:00:00Z', 30)];
    const uses = [first, second, call('2026-03-17T12:00:00Z', 25, { network: 'FRA01' })];
    expect(owed(since(voice('increment: 60 s, rounding: period')), uses, STEPS)).toEqual([
      'voice 01-01: 1 = 1.00',
      'voice 03-10: 0.25 = 0.25',
    ]);
  });

  test('a record of nothing starts no increment of a coarser version', () => {
    const uses = [0, 1].map((more) => call(`2026-03-1${more}T12:00:00Z`, more));
    const versions = { ...since(voice('rounding: period')), '2026-03-10': voice('increment: 60 s, rounding: period') };
    const first = call('2026-03-05T12:00:00Z', 30);
    expect(owed(versions, [first, uses[0]!])).toEqual(['voice 01-01: 0.5 = 0.50']);
    expect(owed(versions, [first, ...uses])).toEqual(['voice 01-01: 0.5 = 0.50', 'voice 03-10: 0.5 = 0.50']);
  });

  test('versions with another scope are counted apart: 20 s of a period, then each call by itself', () => {
    const versions = { ...since(voice('increment: 60 s, rounding: period')), '2026-03-10': voice('increment: 60 s') };
    const uses = [...twice, call('2026-03-17T12:00:00Z', 1, { session: 8 })];
    expect(owed(versions, uses)).toEqual(['voice 01-01: 1 = 1.00', 'voice 03-10: 3 = 3.00']);
  });
});

describe('records of one charging id are a call (pricing rules §3.5, decision 67)', () => {
  const terms = since(voice('increment: 60/1 s, connectionFee: 0.1'));
  const [one, two] = [
    ['voice 01-01: 1 = 1.00', 'voice#fee 01-01: 1 = 0.10'],
    ['voice 01-01: 2 = 2.00', 'voice#fee 01-01: 2 = 0.20'],
  ];
  const noon = '2026-03-02T12:00:00Z';

  test.each<[string, Use[], string[]]>([
    ['at once', [call(noon, 20), call('2026-03-02T12:00:20Z', 40)], one],
    ['whatever zone they are in', [call(noon, 30), call('2026-03-02T12:00:30Z', 30, { network: 'FRA01' })], one],
    ['whichever comes first', [call('2026-03-02T12:00:20Z', 40), call(noon, 20)], one],
    ['where the next begins within a day of its end', [call(noon, 20), call('2026-03-03T12:00:20Z', 40)], one],
    ['not where it begins later', [call(noon, 20), call('2026-03-03T12:00:21Z', 40)], two],
    ['not weeks later, where the id is given again', [call(noon, 20), call('2026-03-29T12:00:00Z', 40)], two],
    [
      'however long, where one follows the other',
      [call(noon, 1), call('2026-03-03T11:00:00Z', 1), call('2026-03-04T10:00:00Z', 58)],
      one,
    ],
    [
      'within a day of the end of the longest',
      [call(noon, 36_000), call('2026-03-02T12:00:05Z', 1), call('2026-03-03T22:00:00Z', 59)],
      ['voice 01-01: 601 = 601.00', 'voice#fee 01-01: 1 = 0.10'],
    ],
    ['not in the other direction', [call(noon, 20, { direction: 'mo' }), call(noon, 40, { direction: 'mt' })], two],
  ])('%s', (_, uses, expected) => {
    expect(owed(terms, uses)).toEqual(expected);
  });

  test('not of another service', () => {
    const any =
      '{ kind: usage, id: any, name: Any, measure: seconds, unit: minute, price: 1, increment: 60 s, rounding: session }';
    expect(owed(since(any), [call(noon, 20), call(noon, 20, { service: 'data' })])).toEqual(['any 01-01: 2 = 2.00']);
  });
});
