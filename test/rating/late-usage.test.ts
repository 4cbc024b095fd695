import { describe, expect, test } from 'vitest';
import { priceAmounts } from '#shared/rating/amounts.ts';
import { totalsIn } from '#shared/rating/charge-usage.ts';
import { dayTable } from '#shared/rating/day-table.ts';
import { countsFrom, splitLate } from '#shared/rating/late-usage.ts';
import { createUsageMeter } from '#shared/rating/measure-usage.ts';
import { segmentsOf } from '#shared/rating/segments.ts';
import { instantOf, isoInstant, localDateOf } from '#shared/time/local-date.ts';
import { fold } from '#shared/usage/fold.ts';
import { BERLIN, catalogWith, factsOf, historyOf, itemsOf, monthsOf, scopeOf, type Turn, type Use } from './fleet.ts';

const midnight = (date: string) => instantOf(date, BERLIN);

/** January was billed by position 10, February by position 20, which froze what is before January's fifteenth. */
const BILLED = [
  { position: 10, until: midnight('2026-02-01'), frozenUntil: 0 },
  { position: 20, until: midnight('2026-03-01'), frozenUntil: midnight('2026-01-15') },
];

describe('late usage counts from where its period had been billed when it came (pricing rules §4)', () => {
  test.each<[string, string, string, number, string | undefined]>([
    ['in time, from its start', '2026-01-10', '2026-02-01', 10, '2026-01-10'],
    ['of a billed period, from its end', '2026-01-10', '2026-02-01', 11, '2026-02-01'],
    ['of one that is not billed yet, from its start', '2026-02-10', '2026-03-01', 20, '2026-02-10'],
    ['of two that are billed, from the end of the last', '2026-01-15', '2026-02-01', 21, '2026-03-01'],
    ['frozen, nowhere', '2026-01-14', '2026-02-01', 21, undefined],
  ])('%s', (_, at, until, loadedAt, expected) => {
    const from = countsFrom(BILLED, { at: midnight(at), until: midnight(until) }, loadedAt);
    expect(from === undefined ? undefined : localDateOf(from, BERLIN)).toBe(expected);
  });

  test('nothing billed, nothing late', () => {
    expect(countsFrom([], { at: 5, until: 9 }, 99)).toBe(5);
  });
});

const data = (measure: string, more: string) =>
  `{ kind: usage, id: data, name: Data, match: { services: data }, measure: ${measure}, price: 1${more} }`;
const plan = (id: string, late: string, charge = data('bytes', ', unit: B')) =>
  `  - { id: ${id}, name: ${id}, currency: EUR, zoneModel: zones, versions: [{ from: 2020-01-01, late: ${late}, charges: [${charge}] }] }\n`;
const CARRIER = '{ kind: usage, id: tap, name: Tap, measure: amount, price: { model: percentage, percent: 100 } }';
const CATALOG = catalogWith(
  plan('a', 'current') +
    plan('b', 'rerate') +
    plan('c', 'current', data('records', ', rounding: day')) +
    plan('d', 'current', CARRIER) +
    plan('e', 'current', data('bytes', ', unit: B, rounding: period, increment: 4 B, connectionFee: 1')),
);
const OPEN = monthsOf('2026-03', '2026-04');
const LATE = { billed: BILLED, days: dayTable(monthsOf('2026-01', '2026-02', '2026-03', '2026-04'), BERLIN) };
const SCOPE = { ...scopeOf(CATALOG, OPEN), late: LATE };
const used = (at: string, bytes: number, more: Partial<Use> = {}): Use => ({ at, bytes, ...more });
const ACTIVE: Turn[] = [{ at: '2026-01-01', state: 'active', plan: 'a', has: 'imsi#1' }];

function owned(turns: readonly Turn[], loads: Readonly<Record<number, readonly Use[]>>) {
  const history = historyOf('s', factsOf('s', turns, BERLIN));
  const items = Object.entries(loads).flatMap(([at, uses]) => itemsOf(uses, `f${at}`, Number(at)));
  const usage = history.identifiers.map(({ spans }) => ({ usage: fold(items), owned: spans }));
  return { segments: segmentsOf(history, SCOPE.plans), usage };
}

describe('usage that is measured for March and April, with what came late and counts in them', () => {
  /** "month start bytes" of what is late, and starts of what is in time. */
  const split = (turns: readonly Turn[], loads: Readonly<Record<number, readonly Use[]>>) => {
    const { segments, usage } = owned(turns, loads);
    const { onTime, late } = splitLate(SCOPE, LATE, segments, usage);
    const told = ({ startedAt, bytes, length }: (typeof usage)[number]['usage']) =>
      Array.from({ length }, (_, row) => `${isoInstant(startedAt[row]!).slice(0, 10)} ${bytes[row]}`);
    const counted = late.flatMap(({ place, of }) =>
      told(of.usage).map((row) => `${OPEN[place]!.from.slice(0, 7)} ${row}`),
    );
    return { onTime: onTime.flatMap((each) => told(each.usage)), late: counted };
  };
  const [january, early, february, march] = [
    used('2026-01-20T12:00:00Z', 1),
    used('2026-01-10T12:00:00Z', 2),
    used('2026-02-10T12:00:00Z', 4),
    used('2026-03-10T12:00:00Z', 8),
  ];
  const all = [january, early, february, march];
  const texts = ['2026-01-20 1', '2026-01-10 2', '2026-02-10 4', '2026-03-10 8'];

  test.each<[string, Turn[], Record<number, Use[]>, string[], string[]]>([
    ['all of it in time', ACTIVE, { 5: all }, texts, []],
    ['loaded with what was billed, likewise', ACTIVE, { 10: all }, texts, []],
    ['of a period in front of these, in none', ACTIVE, { 15: all }, texts.slice(2), []],
    [
      'of periods that were billed, in the first that was not; what was frozen in none',
      ACTIVE,
      { 25: all },
      ['2026-03-10 8'],
      ['2026-03 2026-01-20 1', '2026-03 2026-02-10 4'],
    ],
    ['some of it', ACTIVE, { 5: [march], 25: [january] }, ['2026-03-10 8'], ['2026-03 2026-01-20 1']],
    [
      'none of plans that rate such a period again',
      ACTIVE.map((turn) => ({ ...turn, plan: 'b' })),
      { 25: all },
      texts,
      [],
    ],
    ['none of another payer', ACTIVE.map((turn) => ({ ...turn, payer: 'q' })), { 25: all }, texts, []],
    [
      'by the plan and the payer of its instant',
      [
        ...ACTIVE.map((turn) => ({ ...turn, plan: 'b' })),
        { at: '2026-01-20T12:00:00Z', plan: 'a' },
        { at: '2026-02-10T12:00:00Z', payer: 'q', plan: 'a' },
      ],
      { 25: [early, january, february] },
      ['2026-01-10 2', '2026-02-10 4'],
      ['2026-03 2026-01-20 1'],
    ],
    [
      'what has only a day, by that: the first of February is no more of January',
      ACTIVE,
      {
        15: [
          used('2026-02-01', 1, { precision: 'day', event: 'x' }),
          used('2026-01-31', 2, { precision: 'day', event: 'y' }),
        ],
      },
      ['2026-02-01 1'],
      [],
    ],
    [
      'before the subscription was anything, likewise',
      [{ ...ACTIVE[0]!, at: '2026-01-20T12:00:01Z' }],
      { 25: [january] },
      ['2026-01-20 1'],
      [],
    ],
    [
      'outside all of these periods, nothing',
      ACTIVE.map((turn) => ({ ...turn, at: '2025-12-01' })),
      { 25: [used('2025-12-31T12:00:00Z', 1)] },
      ['2025-12-31 1'],
      [],
    ],
    [
      'what has only a day that is in none of them, likewise',
      ACTIVE.map((turn) => ({ ...turn, at: '2025-12-01' })),
      { 25: [used('2025-12-15', 1, { precision: 'day', event: 'x' })] },
      ['2025-12-15 1'],
      [],
    ],
    ['on the first day of them, as on any', ACTIVE, { 15: [used('2026-01-01T12:00:00Z', 1)] }, [], []],
    [
      'what has only a day, by what held as it began',
      [...ACTIVE, { at: '2026-01-20T00:30:00+01:00', plan: 'b' }],
      { 25: [used('2026-01-20', 1, { precision: 'day', event: 'x' })] },
      [],
      ['2026-03 2026-01-20 1'],
    ],
    [
      'none without a plan',
      [
        ...ACTIVE.map((turn) => ({ ...turn, plan: 'none' })),
        { at: '2026-01-15', plan: 'a' },
        { at: '2026-02-01', plan: 'none' },
      ],
      { 25: [early, january, february] },
      ['2026-01-10 2', '2026-02-10 4'],
      ['2026-03 2026-01-20 1'],
    ],
  ])('%s', (_, turns, loads, onTime, late) => {
    expect(split(turns, loads)).toEqual({ onTime, late });
  });

  test('none where nothing was billed', () => {
    const { segments, usage } = owned(ACTIVE, { 25: all });
    expect(splitLate(SCOPE, { ...LATE, billed: [] }, segments, usage)).toEqual({ onTime: usage, late: [] });
  });

  test.each([
    ['what records say', 'a', 5, 5],
    ['how many they are', 'c', 1, 1],
  ])('is noted: %s', (_, name, quantity, late) => {
    const { segments, usage } = owned([{ ...ACTIVE[0]!, plan: name }], { 25: [used('2026-02-10T12:00:00Z', 5)] });
    const { charged } = createUsageMeter(SCOPE).measure(segments, usage);
    expect(charged.map((each) => [each.quantities[0], [...each.late]])).toEqual([[quantity, [late, 0]]]);
  });

  test('and of what is free, how many records there were', () => {
    const { segments, usage } = owned([{ ...ACTIVE[0]!, state: 'test' }], { 25: [used('2026-02-10T12:00:00Z', 5)] });
    const { charged, apart } = createUsageMeter(SCOPE).measure(segments, usage);
    expect(charged).toEqual([]);
    expect(apart.map(({ word, counts }) => [word, totalsIn(counts, 0).records, totalsIn(counts, 1).records])).toEqual([
      ['free', 1, 0],
    ]);
  });

  test('amounts of money are of the period they count in alone, and nothing where they are none', () => {
    const tap = (amount: number, unit: string) => used('2026-02-10T12:00:00Z', 0, { amount: [amount, unit] });
    const { segments, usage } = owned([{ ...ACTIVE[0]!, plan: 'd' }], { 25: [tap(5, 'EUR/2'), tap(0, 'USD/2')] });
    const { charged } = createUsageMeter(SCOPE).measure(segments, usage);
    const of = (place: number) =>
      priceAmounts(charged, SCOPE.days, place).amounts.map(({ amounts }) => Object.fromEntries(amounts));
    expect([of(0), of(1)]).toEqual([[{ 'EUR/2|': 5n }], []]);
  });

  test.each(['d', 'e'])('what is measured next on plan %s is its own, and nothing of what was before', (name) => {
    const uses = ['2026-02-10', '2026-03-10'].map((day) => used(`${day}T12:00:00Z`, 5, { amount: [5, 'EUR/2'] }));
    const { segments, usage } = owned([{ ...ACTIVE[0]!, plan: name }], { 25: uses });
    const meter = createUsageMeter(SCOPE);
    const measured = () =>
      meter.measure(segments, usage).charged.map(({ quantities, counts, late, lateAmounts, records = [] }) => {
        return [[...quantities], [...counts], [...late], [...lateAmounts], [...records]];
      });
    const first = measured();
    expect(measured()).toEqual(first);
  });
});
