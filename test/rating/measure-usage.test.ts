import { describe, expect, test } from 'vitest';
import { hasRecords, totalsIn } from '#shared/rating/charge-usage.ts';
import { createUsageMeter } from '#shared/rating/measure-usage.ts';
import { segmentsOf } from '#shared/rating/segments.ts';
import { instantOf } from '#shared/time/local-date.ts';
import {
  BERLIN,
  catalogWith,
  factsOf,
  foldOf,
  historyOf,
  monthsOf,
  planOf,
  scopeOf,
  type Turn,
  type Use,
} from './fleet.ts';

const charge = (id: string, match: string, measure: string, unit: string, more = '') =>
  `{ kind: usage, id: ${id}, name: ${id}, match: ${match}, measure: ${measure}, unit: ${unit}, price: 1 ${more} }`;
const CHARGES = `[
  ${charge('data-de', '{ services: data, zones: de }', 'bytes', 'B')},
  ${charge('up-eu', '{ services: data, zones: eu }', 'bytesUp', 'B')},
  ${charge('down-world', '{ services: data, zones: world }', 'bytesDown', 'B')},
  ${charge('sms-mo', '{ services: sms, directions: mo }', 'count', 'piece')},
  ${charge('events', '{ services: "event:door" }', 'records', 'piece')},
  ${charge('voice-de', '{ services: voice, zones: de }', 'seconds', 's', ', increment: 30/6 s')},
  ${charge('voice-eu', '{ services: voice, zones: eu }', 'seconds', 's', ', increment: 60/1 s, rounding: session')},
  ${charge('voice-day', '{ services: voice, zones: world, directions: mo }', 'seconds', 's', ', increment: 100 s, rounding: day')},
  ${charge('voice-period', '{ services: voice, zones: world, directions: mt }', 'seconds', 's', ', increment: 100 s, rounding: period')},
  ${charge('visits', '{ services: "event:visit" }', 'records', 'piece', ', increment: 10 pieces, rounding: day')},
  ${charge('lift', '{ services: "event:lift" }', 'count', 'piece', ', increment: 10 pieces, rounding: day')},
  ${charge('conference', '{ services: "event:conference" }', 'seconds', 's', ', increment: 60/1 s, rounding: session')}
]`;
const catalog = catalogWith(planOf('a', CHARGES) + planOf('b', `[${charge('all', '{}', 'bytes', 'B')}]`));
const ACTIVE: Turn[] = [{ at: '2026-01-01', state: 'active', plan: 'a', has: 'imsi#1' }];

interface Case {
  readonly turns?: readonly Turn[];
  readonly others?: readonly Turn[];
  readonly cutOff?: string;
  readonly zone?: string;
}

/** "charge day quantity", in order, and what is apart: "reason records". */
function measured(
  uses: readonly Use[],
  { turns = ACTIVE, others = [], cutOff = '2027-01-01', zone = BERLIN }: Case = {},
): string[] {
  const facts = [...factsOf('s', turns, zone), ...factsOf('other', others, zone, 2)];
  const history = historyOf('s', facts);
  const scope = { ...scopeOf(catalog, monthsOf('2026-10', '2026-11'), zone), usageCutOff: instantOf(cutOff, zone) };
  const segments = segmentsOf(history, scope.plans);
  const owned = history.identifiers.map(({ spans }) => ({ usage: foldOf(uses), owned: spans }));
  const { charged, apart } = createUsageMeter(scope).measure(segments, owned);
  const lines = charged.flatMap(({ charge: { id }, zone: place, businessUnit, quantities }) =>
    [...quantities.entries()].flatMap(([day, quantity]) =>
      quantity === 0
        ? []
        : [`${id}${businessUnit && `@${businessUnit}`} ${place} ${scope.days.dates[day]?.slice(5)} ${quantity}`],
    ),
  );
  const suspended = scope.days.periods.flatMap((_, place) =>
    apart.flatMap((each) => (hasRecords(each, place) ? [`${each.word} ${totalsIn(each.counts, place).records}`] : [])),
  );
  return [...lines, ...suspended];
}
const at = '2026-10-10T12:00:00Z';

describe('a record becomes a quantity', () => {
  test.each<[string, Use[], string[]]>([
    ['octets of every kind', [{ at, bytes: 5, up: 3, down: 2 }], ['data-de de 10-10 10']],
    ['octets up alone', [{ at, network: 'FRA01', bytes: 5, up: 3, down: 2 }], ['up-eu eu 10-10 3']],
    [
      'octets down alone, in the default zone',
      [{ at, network: 'JPN99', up: 3, down: 2 }],
      ['down-world world 10-10 2'],
    ],
    ['messages', [{ at, service: 'sms', direction: 'mo', count: 3 }], ['sms-mo de 10-10 3']],
    [
      'records',
      [
        { at, service: 'event:door', count: 7 },
        { at, service: 'event:door' },
      ],
      ['events de 10-10 2'],
    ],
    [
      'records behind other usage of their day',
      [
        { at: '2026-10-10T11:00:00Z', bytes: 4 },
        { at, service: 'event:door' },
        { at, service: 'event:door' },
      ],
      ['data-de de 10-10 4', 'events de 10-10 2'],
    ],
    ['what no charge fits is suspended', [{ at, service: 'sms', direction: 'mt', count: 1 }], ['NO_PRICE 1']],
    ['zero stays zero', [{ at, service: 'voice', seconds: 0 }], []],
    [
      'days are those of the payer',
      [
        { at: '2026-10-10T21:59:59Z', bytes: 1 },
        { at: '2026-10-10T22:00:00Z', bytes: 2 },
      ],
      ['data-de de 10-10 1', 'data-de de 10-11 2'],
    ],
    [
      'the day of 25 hours has them all',
      [
        { at: '2026-10-24T22:00:00Z', bytes: 1 },
        { at: '2026-10-25T22:59:59Z', bytes: 2 },
        { at: '2026-10-25T23:00:00Z', bytes: 4 },
      ],
      ['data-de de 10-25 3', 'data-de de 10-26 4'],
    ],
    [
      'outside the periods is not looked at',
      [
        { at: '2026-09-30T21:59:59Z', bytes: 1 },
        { at: '2026-11-30T23:00:00Z', bytes: 1 },
      ],
      [],
    ],
    [
      'at the borders of the periods it is',
      [
        { at: '2026-09-30T22:00:00Z', bytes: 1 },
        { at: '2026-11-30T22:59:59Z', bytes: 1 },
      ],
      ['data-de de 10-01 1', 'data-de de 11-30 1'],
    ],
    [
      'the same event twice counts once',
      [
        { at, bytes: 1, event: 'e' },
        { at, bytes: 1, event: 'e' },
      ],
      ['data-de de 10-10 1'],
    ],
  ])('%s', (_, uses, expected) => {
    expect(measured(uses)).toEqual(expected);
  });
});

describe('increments (pricing rules §3.5)', () => {
  const call = (seconds: number, more: Partial<Use> = {}): Use => ({ at, service: 'voice', seconds, ...more });
  test.each<[string, Use[], string[]]>([
    [
      '30/6 by record: 32 → 36, 57 → 60, 75 → 78',
      [call(32), call(57), call(75)],
      [`voice-de de 10-10 ${36 + 60 + 78}`],
    ],
    ['30/6: 1 → 30, 30 → 30, 31 → 36', [call(1), call(30), call(31)], [`voice-de de 10-10 ${30 + 30 + 36}`]],
    [
      '60/1 by session: partials 30 + 30 + 30 of one call are 90',
      [30, 30, 30].map((seconds) => call(seconds, { network: 'FRA01', session: 7 })),
      ['voice-eu eu 10-10 90'],
    ],
    [
      'two short calls are two',
      [call(30, { network: 'FRA01', session: 7 }), call(30, { network: 'FRA01', session: 8 })],
      ['voice-eu eu 10-10 120'],
    ],
    [
      'without a session each record is one',
      [call(30, { network: 'FRA01' }), call(30, { network: 'FRA01' })],
      ['voice-eu eu 10-10 120'],
    ],
    [
      'by day: 30 + 80 of a day → 200, 30 of another → 100',
      [
        call(30, { network: 'USA01', direction: 'mo' }),
        call(80, { network: 'USA01', direction: 'mo' }),
        call(30, { network: 'USA01', direction: 'mo', at: '2026-10-11T12:00:00Z' }),
      ],
      ['voice-day world 10-10 200', 'voice-day world 10-11 100'],
    ],
    [
      'by period: what each adds falls on its own day',
      [
        call(30, { network: 'USA01', direction: 'mt' }),
        call(30, { network: 'USA01', direction: 'mt', at: '2026-10-11T12:00:00Z' }),
        call(80, { network: 'USA01', direction: 'mt', at: '2026-10-12T12:00:00Z' }),
        call(30, { network: 'USA01', direction: 'mt', at: '2026-11-11T12:00:00Z' }),
      ],
      ['voice-period world 10-10 100', 'voice-period world 10-12 100', 'voice-period world 11-11 100'],
    ],
    [
      'a session over the end of a period is raised in each',
      [
        call(30, { network: 'FRA01', session: 7, at: '2026-10-31T22:59:00Z' }),
        call(30, { network: 'FRA01', session: 7, at: '2026-10-31T23:00:00Z' }),
      ],
      ['voice-eu eu 10-31 60', 'voice-eu eu 11-01 60'],
    ],
    [
      'a session over two zones is one: each zone what its records add',
      ['DEU01', 'FRA01', 'DEU01'].map((network, minute) => ({
        ...call(30, { network, session: 7, at: `2026-10-10T12:0${minute}:00Z` }),
        service: 'event:conference' as const,
      })),
      ['conference de 10-10 90'],
    ],
    [
      'of two of a session that begin together the shorter comes first',
      [
        { ...call(60, { at: '2026-10-10T11:00:00Z' }), service: 'event:conference' },
        { ...call(70, { network: 'FRA01', session: 7 }), service: 'event:conference' },
        { ...call(10, { session: 7 }), service: 'event:conference' },
      ],
      ['conference de 10-10 120', 'conference eu 10-10 20'],
    ],
    [
      'a day over two zones is one, likewise',
      [
        { at, service: 'event:lift', count: 3 },
        { at: '2026-10-10T13:00:00Z', service: 'event:lift', network: 'FRA01', count: 4 },
        { at: '2026-10-10T14:00:00Z', service: 'event:lift', network: 'FRA01', count: 4 },
        { at: '2026-10-10T15:00:00Z', service: 'event:lift', count: 9 },
      ],
      ['lift de 10-10 10', 'lift eu 10-10 10'],
    ],
    [
      'of two charges, each by its own',
      [
        call(30, { network: 'FRA01', session: 7 }),
        call(30, { network: 'USA01', direction: 'mo', session: 7 }),
        call(30, { network: 'FRA01', session: 7, at: '2026-10-10T13:00:00Z' }),
      ],
      ['voice-eu eu 10-10 60', 'voice-day world 10-10 100'],
    ],
    [
      'records of a day, whatever they count: 12 → 20',
      Array.from({ length: 12 }, () => ({ at, service: 'event:visit', count: 7 }) as const),
      ['visits de 10-10 20'],
    ],
    [
      'what has only a day is the first of it',
      [
        { at: '2026-10-09T23:00:00Z', service: 'event:lift', count: 8 },
        { at: '2026-10-10', precision: 'day', service: 'event:lift', network: 'FRA01', count: 2 },
      ],
      ['lift eu 10-10 10'],
    ],
    [
      'a session over midnight: each day what its record adds',
      [
        call(50, { network: 'FRA01', session: 7, at: '2026-10-10T21:59:00Z' }),
        call(30, { network: 'FRA01', session: 7, at: '2026-10-10T22:00:00Z' }),
      ],
      ['voice-eu eu 10-10 60', 'voice-eu eu 10-11 20'],
    ],
  ])('%s', (_, uses, expected) => {
    expect(measured(uses).toSorted()).toEqual(expected.toSorted());
    expect(measured(uses.toReversed()).toSorted()).toEqual(expected.toSorted());
  });
});

describe('what holds at the instant of a record', () => {
  const use = (moment: string): Use => ({ at: moment, bytes: 1 });
  test.each<[string, Use[], Case, string[]]>([
    [
      'a plan from its second on',
      [use('2026-10-09T21:59:59Z'), use('2026-10-09T22:00:00Z')],
      { turns: [...ACTIVE, { at: '2026-10-10', plan: 'b' }] },
      ['data-de de 10-09 1', 'all de 10-10 1'],
    ],
    [
      'a unit',
      [use('2026-10-09T12:00:00Z'), use('2026-10-11T12:00:00Z')],
      { turns: [...ACTIVE, { at: '2026-10-10', plan: 'a', unit: 'u' }] },
      ['data-de de 10-09 1', 'data-de@u de 10-11 1'],
    ],
    [
      'a payer: the other one pays for the rest',
      [use('2026-10-09T12:00:00Z'), use('2026-10-11T12:00:00Z')],
      { turns: [...ACTIVE, { at: '2026-10-10', payer: 'q', plan: 'a' }] },
      ['data-de de 10-09 1'],
    ],
    [
      "nobody pays: nothing of it is this payer's",
      [use('2026-10-09T12:00:00Z'), use('2026-10-11T12:00:00Z')],
      { turns: [...ACTIVE, { at: '2026-10-10', payer: '' }] },
      ['data-de de 10-09 1'],
    ],
    [
      'suspended is charged',
      [use(at)],
      { turns: [...ACTIVE, { at: '2026-10-01', state: 'suspended' }] },
      ['data-de de 10-10 1'],
    ],
    ['in test it is free', [use(at)], { turns: [...ACTIVE, { at: '2026-10-01', state: 'test' }] }, ['free 1']],
    [
      'terminated: never',
      [use('2026-10-09T12:00:00Z'), use('2026-10-10T12:00:00Z')],
      { turns: [...ACTIVE, { at: '2026-10-10T12:00:00Z', state: 'terminated' }] },
      ['data-de de 10-09 1', 'NOT_ACTIVE 1'],
    ],
    [
      'ready is not active',
      [use(at)],
      { turns: [{ at: '2026-01-01', state: 'ready', plan: 'a', has: 'imsi#1' }] },
      ['NOT_ACTIVE 1'],
    ],
    [
      'a plan the catalogue lacks',
      [use(at)],
      { turns: [{ at: '2026-01-01', state: 'active', plan: 'z', has: 'imsi#1' }] },
      ['NO_PLAN 1'],
    ],
    [
      'an identifier not yet its own',
      [use('2026-10-09T21:59:59Z'), use('2026-10-09T22:00:00Z')],
      {
        turns: [
          { at: '2026-01-01', state: 'active', plan: 'a' },
          { at: '2026-10-10', has: 'imsi#1' },
        ],
      },
      ['data-de de 10-10 1'],
    ],
    [
      'its identifier while nothing else is known of it: nobody pays',
      [use('2026-10-09T12:00:00Z'), use('2026-10-10T12:00:00Z')],
      {
        turns: [
          { at: '2026-01-01', has: 'imsi#1' },
          { at: '2026-10-10', state: 'active', plan: 'a' },
        ],
      },
      ['data-de de 10-10 1'],
    ],
    [
      'an identifier another took over',
      [use('2026-10-09T12:00:00Z'), use('2026-10-10T12:00:00Z')],
      { others: [{ at: '2026-10-10', has: 'imsi#1' }] },
      ['data-de de 10-09 1'],
    ],
    [
      'and gave back',
      ['09', '10', '11'].map((day) => use(`2026-10-${day}T12:00:00Z`)),
      { turns: [...ACTIVE, { at: '2026-10-11', has: 'imsi#1' }], others: [{ at: '2026-10-10', has: 'imsi#1' }] },
      ['data-de de 10-09 1', 'data-de de 10-11 1'],
    ],
    [
      'usage at or after the cut-off is not looked at',
      [use('2026-10-31T22:59:59Z'), use('2026-10-31T23:00:00Z')],
      { cutOff: '2026-11-01' },
      ['data-de de 10-31 1'],
    ],
  ])('%s', (_, uses, given, expected) => {
    expect(measured(uses, given)).toEqual(expected);
    expect(measured(uses.toReversed(), given).toSorted()).toEqual(expected.toSorted());
  });
});

describe("a daily aggregate is the payer's local day (pricing rules §1)", () => {
  const day = (date: string): Use => ({ at: `${date}T00:00:00Z`, precision: 'day', bytes: 1, event: date });
  test.each([BERLIN, 'America/New_York', 'Asia/Tokyo', 'UTC'])('in %s', (zone) => {
    const uses = ['2026-09-30', '2026-10-01', '2026-10-25', '2026-10-31', '2026-11-30', '2026-12-01'].map(day);
    expect(measured(uses, { zone })).toEqual(
      ['10-01', '10-25', '10-31', '11-30'].map((date) => `data-de de ${date} 1`),
    );
    expect(measured(uses, { zone, cutOff: '2026-10-31' })).toEqual(['data-de de 10-01 1', 'data-de de 10-25 1']);
  });

  test.each([BERLIN, 'America/New_York'])('in %s, a change at local midnight gives the day to what is new', (zone) => {
    const turns: Turn[] = [...ACTIVE, { at: '2026-10-10', plan: 'b' }];
    expect(measured([day('2026-10-09'), day('2026-10-10')], { zone, turns })).toEqual([
      'data-de de 10-09 1',
      'all de 10-10 1',
    ]);
    const others: Turn[] = [{ at: '2026-10-10', has: 'imsi#1' }];
    expect(measured([day('2026-10-09'), day('2026-10-10')], { zone, others })).toEqual(['data-de de 10-09 1']);
  });
});

test('a month that is a period is charged, one that lies in two is suspended, though all else is alike (pricing rules §1)', () => {
  const periods = [
    { from: '2026-10-01', until: '2026-11-01' },
    { from: '2026-11-01', until: '2026-11-15' },
  ];
  const history = historyOf('s', factsOf('s', ACTIVE, BERLIN));
  const scope = scopeOf(catalog, periods);
  const uses = ['2026-10-01', '2026-11-01'].map((at): Use => ({ at, precision: 'month', bytes: 5, event: at }));
  const owned = history.identifiers.map(({ spans }) => ({ usage: foldOf(uses), owned: spans }));
  const { charged, apart } = createUsageMeter(scope).measure(segmentsOf(history, scope.plans), owned);
  expect(charged.map(({ counts }) => [totalsIn(counts, 0).bytes, totalsIn(counts, 1).bytes])).toEqual([[5, 0]]);
  expect(apart.map(({ word, counts }) => [word, totalsIn(counts, 1).bytes])).toEqual([['MONTHLY_AGGREGATE', 5]]);
});
