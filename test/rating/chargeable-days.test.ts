import { describe, expect, test } from 'vitest';
import { planBook } from '#shared/rating/plan-terms.ts';
import { billedDays, countsFor, isChargeable } from '#shared/rating/recurring/chargeable-days.ts';
import { segmentsOf, termsOf } from '#shared/rating/segments.ts';
import { daysOf, instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, historyOf, planOf, type Turn } from './fleet.ts';

const addOn = (id: string) => planOf(id, '[]').replace(`name: ${id}`, `name: ${id}, kind: addOn`);
const TRIED = planOf('tried', '[]').replace('charges:', 'whenTest: charge, charges:');
const catalog = catalogWith(planOf('a', '[]') + planOf('b', '[]') + addOn('more') + addOn('extra') + TRIED);
const plans = planBook(catalog, BERLIN, '');
const lifeOf = (turns: readonly Turn[]) => segmentsOf(historyOf('s', factsOf('s', turns, BERLIN)), plans);

/** Days of March, "10-19" or "10,12", that count for a charge of these states. */
function counted(turns: readonly Turn[], states: ('active' | 'suspended')[], plan = ''): string {
  const days = daysOf('2026-03-01', '2026-04-01', BERLIN);
  const billed = billedDays(lifeOf(turns), days);
  const dates = days.flatMap(({ date }, place) => {
    const day = billed[place];
    const counts = day !== undefined && countsFor(day, states) && (plan === '' || day.segment.terms?.plan === plan);
    return counts ? [Number(date.slice(8))] : [];
  });
  const runs: number[][] = [];
  for (const day of dates) {
    if (runs.at(-1)?.at(-1) === day - 1) runs.at(-1)?.push(day);
    else runs.push([day]);
  }
  return runs.map((run) => (run.length === 1 ? `${run[0]}` : `${run[0]}-${run.at(-1)}`)).join(',');
}

const active = (at: string, plan = 'a'): Turn => ({ at, state: 'active', plan });
describe('days that count (pricing rules §1)', () => {
  test.each<[string, Turn[], string]>([
    [
      'the activation day counts, the termination day does not',
      [active('2026-03-10'), { at: '2026-03-20', state: 'terminated' }],
      '10-19',
    ],
    [
      'also when both come in the middle of the day',
      [active('2026-03-10T15:00:00+01:00'), { at: '2026-03-20T18:00:00+01:00', state: 'terminated' }],
      '10-19',
    ],
    [
      'activated in the last second of a day',
      [active('2026-03-10T23:59:59+01:00'), { at: '2026-03-12', state: 'terminated' }],
      '10-11',
    ],
    [
      'activated and terminated on one day: the activation day counts always',
      [active('2026-03-10T08:00:00+01:00'), { at: '2026-03-10T09:00:00+01:00', state: 'terminated' }],
      '10',
    ],
    [
      'activated and suspended on one day counts as active',
      [active('2026-03-10T08:00:00+01:00'), { at: '2026-03-10T09:00:00+01:00', state: 'suspended' }],
      '10',
    ],
    [
      'also where it became active with the day',
      [active('2026-03-10'), { at: '2026-03-10T09:00:00+01:00', state: 'suspended' }],
      '10',
    ],
    [
      'suspended at noon: that day is suspended',
      [active('2026-03-01'), { at: '2026-03-10T12:00:00+01:00', state: 'suspended' }],
      '1-9',
    ],
    [
      'resumed at night: that day is active',
      [
        active('2026-03-01'),
        { at: '2026-03-10', state: 'suspended' },
        { at: '2026-03-15T23:30:00+01:00', state: 'active' },
      ],
      '1-9,15-31',
    ],
    [
      'suspended and resumed on one day',
      [
        active('2026-03-01'),
        { at: '2026-03-10T08:00:00+01:00', state: 'suspended' },
        { at: '2026-03-10T20:00:00+01:00', state: 'active' },
      ],
      '1-31',
    ],
    [
      'terminated and activated again on one day',
      [
        active('2026-03-01'),
        { at: '2026-03-10T08:00:00+01:00', state: 'terminated' },
        { at: '2026-03-10T20:00:00+01:00', state: 'active' },
        { at: '2026-03-12', state: 'terminated' },
      ],
      '1-11',
    ],
    ['active all month, and the day summer time begins', [active('2026-02-01')], '1-31'],
    ['activated in the last hour of the 23-hour day', [active('2026-03-29T23:30:00+02:00')], '29-31'],
    ['never active', [{ at: '2026-03-01', state: 'ready', plan: 'a' }], ''],
    ['activated after the month', [active('2026-04-01')], ''],
    [
      'saying active again is no activation',
      [
        active('2026-02-01'),
        { at: '2026-03-05T08:00:00+01:00', state: 'active' },
        { at: '2026-03-05T09:00:00+01:00', state: 'terminated' },
      ],
      '1-4',
    ],
  ])('%s', (_, turns, days) => {
    expect(counted(turns, ['active'])).toBe(days);
  });

  test.each<[string, Turn[], string, string]>([
    [
      'a change of plan gives the day to the new one',
      [active('2026-03-01'), { at: '2026-03-16T17:00:00+01:00', plan: 'b' }],
      '1-15',
      '16-31',
    ],
    [
      'two changes on one day: the last has it',
      [
        active('2026-03-01'),
        { at: '2026-03-16T08:00:00+01:00', plan: 'b' },
        { at: '2026-03-16T09:00:00+01:00', plan: 'a' },
      ],
      '1-31',
      '',
    ],
  ])('%s', (_, turns, first, second) => {
    expect([counted(turns, ['active'], 'a'), counted(turns, ['active'], 'b')]).toEqual([first, second]);
  });

  test.each<[string, Turn[], string]>([
    [
      'days that end suspended',
      [active('2026-03-01'), { at: '2026-03-10', state: 'suspended' }, { at: '2026-03-15', state: 'active' }],
      '10-14',
    ],
    [
      'no activation day that ends suspended: that is active',
      [active('2026-03-10T08:00:00+01:00'), { at: '2026-03-10T09:00:00+01:00', state: 'suspended' }],
      '11-31',
    ],
    [
      'nor one on which it was active again for an hour',
      [
        { at: '2026-03-01', state: 'suspended', plan: 'a' },
        active('2026-03-10T08:00:00+01:00'),
        { at: '2026-03-10T09:00:00+01:00', state: 'suspended' },
      ],
      '1-9,11-31',
    ],
  ])('a charge of suspended days counts %s', (_, turns, days) => {
    expect(counted(turns, ['suspended'])).toBe(days);
  });

  test('days before the first segment belong to none', () => {
    const days = daysOf('2026-03-01', '2026-03-03', BERLIN);
    expect(billedDays(lifeOf([active('2026-03-02')]), days)[0]).toBeUndefined();
    expect(instantOf('2026-03-02', BERLIN)).toBe(days[1]?.from);
  });

  test('of what has no life yet, none belongs to anything', () => {
    expect(billedDays([], daysOf('2026-03-01', '2026-03-02', BERLIN))).toEqual([undefined]);
  });

  test('a day of activation counts for allowances, also where it ends suspended; those after it do not', () => {
    const turns: Turn[] = [
      active('2026-03-10T08:00:00+01:00'),
      { at: '2026-03-10T09:00:00+01:00', state: 'suspended' },
    ];
    const billed = billedDays(lifeOf(turns), daysOf('2026-03-10', '2026-03-12', BERLIN));
    expect(billed.map((day) => isChargeable(day!))).toEqual([true, false]);
  });
});

test('days in test count for allowances where the plan charges them, those in other states do not', () => {
  const turns: Turn[] = [
    { at: '2026-03-09', state: 'test', plan: 'none' },
    { at: '2026-03-10', plan: 'tried' },
    { at: '2026-03-11', state: 'suspended' },
  ];
  const billed = billedDays(lifeOf(turns), daysOf('2026-03-09', '2026-03-12', BERLIN));
  expect(billed.map((day) => isChargeable(day!))).toEqual([false, true, false]);
});

describe('the day of termination', () => {
  const [morning, noon, evening] = ['08', '12', '18'].map((hour) => `2026-03-20T${hour}:00:00+01:00`) as [
    string,
    string,
    string,
  ];
  const [start, more]: Turn[] = [active('2026-03-01'), { at: '2026-03-02', addOn: 'more' }];
  const ends: Turn = { at: noon, state: 'terminated' };
  const billed = (turns: readonly Turn[]) => billedDays(lifeOf(turns), daysOf('2026-03-20', '2026-03-21', BERLIN))[0]!;

  test.each<[string, Turn[], string[]]>([
    ['an add-on that goes on, once', [start!, more!, ends], ['p', 'a', 'more']],
    ['an add-on that ends with it', [start!, more!, { ...ends, addOn: '-more' }], ['p', 'a', 'more']],
    ['later that day', [start!, more!, ends, { at: evening, addOn: '-more' }], ['p', 'a', 'more']],
    ['none that ended before it', [start!, more!, { at: morning, addOn: '-more' }, ends], ['p', 'a']],
    [
      'beside one that begins with it',
      [start!, more!, { ...ends, addOn: '-more' }, { at: noon, addOn: 'extra' }],
      ['p', 'a', 'extra', 'more'],
    ],
    [
      'all that ends with it where nobody pays from then on',
      [start!, more!, { ...ends, payer: '' }],
      ['p', 'a', 'more'],
    ],
    ['nothing where an assignment alone ends', [start!, { at: noon, payer: '' }], ['']],
    ['nothing of who paid before', [start!, more!, { ...ends, plan: 'b', payer: 'q' }], ['q', 'b']],
  ])('has %s', (_, turns, expected) => {
    const { segment } = billed(turns);
    expect([segment.payer, ...termsOf(segment).map(({ plan }) => plan)]).toEqual(expected);
  });

  test.each<[string, Turn[], string]>([
    ['active', [start!, ends], 'active'],
    ['suspended', [start!, { at: morning, state: 'suspended' }, ends], 'suspended'],
    ['in inventory, where it is the first that is known of it', [{ ...ends, plan: 'a' }], 'inventory'],
    ['nothing, where it was terminated before', [start!, { ...ends, at: '2026-03-19' }, ends], ''],
  ])('says what it was before: %s', (_, turns, expected) => {
    expect(billed(turns).terminatedFrom).toBe(expected);
  });
});
