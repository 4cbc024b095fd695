import { describe, expect, test } from 'vitest';
import { catalogWith, planOf, type Turn } from '../rating/fleet.ts';
import { owedBy } from './chain.ts';
import { fee, fleet, on, owed, told } from './recurring-lines.ts';

describe('what recurring charges count (pricing rules §2)', () => {
  const [whole, ten] = [
    [on('2026-01-01')],
    [on('2026-01-01', { state: 'suspended' }), on('2026-03-10'), { at: '2026-03-20', state: 'suspended' as const }],
  ];

  test.each([
    ['subscriptions by their days', fee('price: 12.00'), fleet(whole, ten), ['fee: 1.322581 = 15.87']],
    ['those of the last day', fee('quantity: atEnd, price: 12.00'), fleet(whole, whole, ten), ['fee: 2 = 24.00']],
    ['the day with most of them', fee('quantity: peak, price: 12.00'), fleet(whole, whole, ten), ['fee: 3 = 36.00']],
    ['one, however many', fee('quantity: one, price: 12.00'), fleet(whole, whole, ten), ['fee: 1 = 12.00']],
    ['one, by the days that have any', fee('quantity: one, price: 12.00'), fleet(ten, ten), ['fee: 0.322581 = 3.87']],
    ['one in full', fee('quantity: one, proration: none, price: 12.00'), fleet(ten, ten), ['fee: 1 = 12.00']],
    ['a number', fee('quantity: 5, price: 2.00'), fleet(whole, ten), ['fee: 5 = 10.00']],
    ['a number in full', fee('quantity: 5, proration: none, price: 2.00'), fleet(ten), ['fee: 5 = 10.00']],
    ['at least the committed quantity', fee('minimum: 3, price: 12.00'), fleet(whole, ten), ['fee: 3 = 36.00']],
    ['more than the committed quantity', fee('minimum: 1, price: 12.00'), fleet(whole, whole), ['fee: 2 = 24.00']],
    ['all of it where one is there for ten days', fee('minimum: 3, price: 12.00'), fleet(ten), ['fee: 3 = 36.00']],
    ['nothing where nobody is', fee('minimum: 3, price: 12.00'), fleet([on('2026-04-01')]), []],
  ])('%s', (_, charge, sims, expected) => {
    expect(owed(charge, sims)).toEqual(expected);
  });

  test('only subscriptions with usage in the period', () => {
    const data = '{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 0 }';
    const uses = [{ at: '2026-03-05T12:00:00Z', bytes: 1 }];
    const sims = [
      { ...fleet(ten)[0]!, uses },
      { id: '1', turns: whole },
      { id: '2', turns: whole, uses: [{ ...uses[0]!, bytes: 0 }] },
    ];
    const late = { at: '2026-04-05T12:00:00Z', bytes: 1 };
    const all = [...sims, { id: '3', turns: whole, uses: [late] }];
    const lines = owed(`${fee('quantity: used, price: 12.00')}, ${data}`, all).filter((line) => line.startsWith('fee'));
    expect(lines).toEqual(['fee: 1 = 12.00']);
  });

  test('only in periods with usage, beside a fee that asks for none', () => {
    const data =
      '{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 0, hidden: true }';
    const charges = `${fee('quantity: used, price: 12.00')}, ${fee('price: 1.00', 'base')}, ${data}`;
    const late = { at: '2026-04-05T12:00:00Z', bytes: 1 };
    const lines = owed(charges, [{ id: '1', turns: whole, uses: [late] }], ['2026-03', '2026-04', '2026-05']);
    expect(lines).toEqual(['base: 1 = 1.00', 'base: 1 = 1.00', 'fee: 1 = 12.00', 'base: 1 = 1.00']);
  });

  test('a property of each, by the value of the day', () => {
    const sensors = (at: string, value: string): Turn => ({ at, property: ['sensors', value] });
    const turns = [
      on('2026-01-01'),
      sensors('2026-01-01', '4'),
      sensors('2026-03-17', '12'),
      sensors('2026-03-29T23:30:00+02:00', ''),
    ];
    // 16 days of 4 and 12 of 12: 208 of 31 days
    expect(owed(fee('quantity: { property: sensors }, price: 3.10'), fleet(turns, whole))).toEqual([
      'fee: 6.709677 = 20.80',
    ]);
    // In full: 12 of its last day, and none of who has it no more.
    const none = [on('2026-01-01'), sensors('2026-01-01', '4'), sensors('2026-03-30', '')];
    const whole12 = fleet(turns.slice(0, 3), none);
    expect(owed(fee('quantity: { property: sensors }, proration: none, price: 3.10'), whole12)).toEqual([
      'fee: 12 = 37.20',
    ]);
  });

  test.each(['four', 'x4', '4x', '4.5', '1234567890'])(
    'a property of each that is no whole number is said: %s',
    (value) => {
      const unclear = fleet([on('2026-01-01'), { at: '2026-01-01', property: ['sensors', value] }]);
      expect(() => owed(fee('quantity: { property: sensors }, price: 3.10'), unclear)).toThrow(`has "${value}" there`);
    },
  );

  test('each subscription by its own properties, where none changes in the period', () => {
    const sensors = (value: string): Turn[] => [on('2026-01-01'), { at: '2026-01-01', property: ['sensors', value] }];
    const sims = fleet(sensors('4'), sensors('7'), sensors('4'), whole);
    expect(owed(fee('quantity: { property: sensors }, price: 2.00'), sims)).toEqual(['fee: 15 = 30.00']);
  });

  test('only days on which the subscription has the properties', () => {
    const colour = (at: string, value: string): Turn => ({ at, property: ['colour', value] });
    const turns = [
      on('2026-01-01'),
      colour('2026-03-10', 'red'),
      colour('2026-03-12T12:00:00+01:00', 'blue'),
      colour('2026-03-20', 'green'),
    ];
    expect(owed(fee('properties: { colour: [red, blue] }, price: 31.00'), fleet(turns))).toEqual([
      'fee: 0.322581 = 10.00',
    ]);
    expect(owed(fee('properties: { colour: red }, price: 31.00'), fleet(turns))).toEqual(['fee: 0.064516 = 2.00']);
  });

  test('what is known only at the end is owed when the usage cut-off reaches it', () => {
    const charges = [
      fee('quantity: peak, price: 1.00'),
      fee('price: { model: volume, tiers: [{ price: 2.00 }] }', 'rent'),
    ].join(', ');
    expect(owed(charges, fleet(whole), ['2026-03'], '2026-03-31')).toEqual([]);
    expect(owed(charges, fleet(whole), ['2026-03'], '2026-04-01')).toEqual(['fee: 1 = 1.00', 'rent 1: 1 = 2.00']);
  });

  test('what is known before is owed when it is due', () => {
    expect(owed(fee('due: arrears, price: 1.00'), fleet(whole), ['2026-03'], '2026-03-10')).toEqual(['fee: 1 = 1.00']);
  });

  test.each([
    ['those of the last day', fee('quantity: atEnd, price: 1.00'), ['fee: 1 = 1.00']],
    ['those with usage', fee('quantity: used, price: 1.00'), ['fee: 1 = 1.00']],
    ['a step', fee('price: { model: stairStep, tiers: [{ amount: 5.00 }] }'), ['fee 1: 1 = 5.00']],
  ])('so are %s', (_, charge, expected) => {
    const data = '{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 0 }';
    const sims = [{ ...fleet(whole)[0]!, uses: [{ at: '2026-03-05T12:00:00Z', bytes: 1 }] }];
    const fees = (cutOff: string) =>
      owed(`${charge}, ${data}`, sims, ['2026-03'], cutOff).filter((line) => line.startsWith('fee'));
    expect([fees('2026-03-31'), fees('2026-04-01')]).toEqual([[], expected]);
  });
});

test.each([
  ['2026-02-28', []],
  ['2026-03-01', ['ahead: 1 = 1.00']],
  ['2026-03-31', ['ahead: 1 = 1.00']],
  ['2026-04-01', ['ahead: 1 = 1.00', 'behind: 1 = 2.00']],
])('in advance at the start of March, in arrears at its end: up to %s (pricing rules §2)', (chargeCutOff, expected) => {
  const charges = `${fee('price: 1.00', 'ahead')}, ${fee('due: arrears, price: 2.00', 'behind')}`;
  const catalog = catalogWith(planOf('a', `[${charges}]`));
  const sims = fleet([on('2026-01-01')]);
  expect(told(owedBy({ catalog, sims, months: ['2026-03'], chargeCutOff }))).toEqual(expected);
});

describe('intervals of several months (pricing rules §2)', () => {
  const year = fee('months: 12, price: 120.00');

  test.each([
    ['a year in advance', year, [on('2026-01-01')], ['2026-01'], ['2026-01-01..2027-01-01 fee: 1 = 120.00']],
    [
      'a year in advance, and a fee of each month',
      `${fee('price: 3.00', 'month')}, ${year}`,
      [on('2026-01-01')],
      ['2026-01'],
      ['2026-01-01..2027-01-01 fee: 1 = 120.00', 'month: 1 = 3.00'],
    ],
    [
      'until 10 April: 99 of 365 days',
      year,
      [on('2026-01-01'), { at: '2026-04-10', state: 'terminated' as const }],
      ['2026-04'],
      ['2026-01-01..2027-01-01 fee: 0.271233 = 32.55'],
    ],
    [
      'a quarter from the billing day before the start, by days',
      fee('months: 3, price: 90.00'),
      [on('2026-02-15')],
      ['2026-03'],
      ['2026-02-01..2026-05-01 fee: 0.842697 = 75.84'],
    ],
    [
      'a quarter from the start',
      fee('months: 3, startsOn: anniversary, price: 90.00'),
      [on('2026-02-15')],
      ['2026-03'],
      ['2026-02-15..2026-05-15 fee: 1 = 90.00'],
    ],
    [
      'a month from the start: the month has two of them',
      fee('startsOn: anniversary, price: 9.00'),
      [on('2026-01-31')],
      ['2026-03'],
      ['2026-02-28..2026-03-31 fee: 1 = 9.00', '2026-03-31..2026-04-30 fee: 1 = 9.00'],
    ],
    [
      '29 February once a year',
      fee('months: 12, startsOn: anniversary, price: 9.00'),
      [on('2024-02-29')],
      ['2026-03'],
      ['2026-02-28..2027-02-28 fee: 1 = 9.00'],
    ],
    [
      'in full once any day counts',
      fee('months: 3, proration: none, price: 90.00'),
      [on('2026-02-15')],
      ['2026-02'],
      ['2026-02-01..2026-05-01 fee: 1 = 90.00'],
    ],
  ])('%s', (_, charge, turns, months, expected) => {
    expect(owed(charge, fleet(turns), months)).toEqual(expected);
  });

  test('each subscription has intervals of its own, also where they begin on one day', () => {
    const lives = fleet([on('2026-01-28')], [on('2026-01-31')]);
    expect(owed(fee('startsOn: anniversary, price: 9.00'), lives, ['2026-02'])).toEqual([
      '2026-01-28..2026-02-28 fee: 1 = 9.00',
      '2026-01-31..2026-02-28 fee: 1 = 9.00',
      '2026-02-28..2026-03-28 fee: 1 = 9.00',
      '2026-02-28..2026-03-31 fee: 1 = 9.00',
    ]);
  });
});

describe('a change on 16 April (pricing rules §1, §2): a day is of one version, plan and unit, what is charged whole of the last', () => {
  const [full, byDay] = ['proration: none, price:', 'price:'];
  const lives = {
    stays: [on('2026-01-01')],
    unit: [on('2026-01-01', { unit: 'north' }), on('2026-04-16', { unit: 'south' })],
    back: [
      on('2026-04-01', { unit: 'north' }),
      on('2026-04-06', { unit: 'south' }),
      on('2026-04-11', { unit: 'north' }),
      { at: '2026-04-16', state: 'terminated' as const },
    ],
    plan: [on('2026-01-01'), on('2026-04-16', { plan: 'b' })],
  };

  test.each<[string, string, string, Turn[], string[]]>([
    ['a price: once', fee(`${full} 10`), fee(`${full} 20`), lives.stays, ['fee: 1 = 20.00']],
    [
      'two prices: each once',
      `${fee(`${full} 10`)}, ${fee(`${full} 1`, 'rent')}`,
      `${fee(`${full} 20`)}, ${fee(`${full} 2`, 'rent')}`,
      lives.stays,
      ['fee: 1 = 20.00', 'rent: 1 = 2.00'],
    ],
    [
      'what was owed by day stays',
      fee(`${byDay} 10`),
      fee(`${full} 20`),
      lives.stays,
      ['fee: 0.5 = 5.00', 'fee: 1 = 20.00'],
    ],
    [
      'what is owed by day from then on takes nothing away',
      fee(`${full} 10`),
      fee(`${byDay} 20`),
      lives.stays,
      ['fee: 1 = 10.00', 'fee: 0.5 = 10.00'],
    ],
    [
      'a unit, by day: half and half',
      fee(`${byDay} 30`),
      fee(`${byDay} 30`),
      lives.unit,
      ['fee@north: 0.5 = 15.00', 'fee@south: 0.5 = 15.00'],
    ],
    ['a unit, whole: the last', fee(`${full} 30`), fee(`${full} 30`), lives.unit, ['fee@south: 1 = 30.00']],
    [
      'a unit, of one or a number in full: by the days each had it',
      `${fee(`quantity: one, ${full} 30`)}, ${fee(`quantity: 4, ${full} 1`, 'rent')}`,
      `${fee(`quantity: one, ${full} 30`)}, ${fee(`quantity: 4, ${full} 1`, 'rent')}`,
      lives.unit,
      ['fee@north: 0.5 = 15.00', 'fee@south: 0.5 = 15.00', 'rent@north: 2 = 2.00', 'rent@south: 2 = 2.00'],
    ],
    ['a unit and back', fee(`${full} 30`), fee(`${full} 30`), lives.back, ['fee@north: 1 = 30.00']],
    [
      'one, in full: once',
      fee(`quantity: one, ${full} 10`),
      fee(`quantity: one, ${full} 20`),
      lives.stays,
      ['fee: 1 = 20.00'],
    ],
    [
      'the most of any day: once',
      fee(`quantity: peak, ${byDay} 10`),
      fee(`quantity: peak, ${byDay} 20`),
      lives.stays,
      ['fee: 1 = 20.00'],
    ],
    [
      'at least three, 90 days of which 15 and 15 are there: what is missing is at the last price',
      fee(`minimum: 3, ${byDay} 10`),
      fee(`minimum: 3, ${byDay} 20`),
      lives.stays,
      ['fee: 0.5 = 5.00', 'fee: 2.5 = 50.00'],
    ],
    [
      'a price by day, then in tiers: its days are in the first',
      fee(`${byDay} 10`),
      fee(`${byDay} { tiers: [{ upTo: 1, price: 30 }, { price: 60 }] }`),
      lives.stays,
      ['fee: 0.5 = 5.00', 'fee 1: 0.5 = 15.00'],
    ],
    ['a plan: each in full', fee(`${full} 30`), fee(`${full} 30`), lives.plan, ['fee: 1 = 30.00', 'fee: 1 = 30.00']],
  ])('of %s', (_, before, after, turns, expected) => {
    const plan = (id: string) =>
      `  - { id: ${id}, name: ${id}, currency: EUR, zoneModel: zones, versions: [{ from: 2020-01-01, charges: [${before}] }, { from: 2026-04-16, charges: [${after}] }] }\n`;
    const lines = owedBy({ catalog: catalogWith(plan('a') + plan('b')), sims: fleet(turns), months: ['2026-04'] });
    expect(told(lines).sort()).toEqual([...expected].sort());
  });
});

describe('days (pricing rules §1, §2)', () => {
  const terminated = [on('2026-03-10'), { at: '2026-03-20T12:00:00+01:00', state: 'terminated' as const }];
  const suspendedAtOnce = [
    on('2026-03-10T08:00:00+01:00'),
    { at: '2026-03-10T12:00:00+01:00', state: 'suspended' as const },
  ];
  const thirtieth = [on('2026-03-30'), { at: '2026-03-31', state: 'terminated' as const }];
  const brief = [
    on('2026-01-01', { state: 'suspended' }),
    { at: '2026-03-05T08:00:00+01:00', state: 'test' as const },
    { at: '2026-03-05T09:00:00+01:00', state: 'suspended' as const },
  ];

  test.each([
    ['the day of termination is free', fee('price: 31.00'), terminated, ['fee: 0.322581 = 10.00']],
    ['the day of termination counts', fee('lastDay: counts, price: 31.00'), terminated, ['fee: 0.354839 = 11.00']],
    [
      'the day of termination counts for what was charged before it: not for an active fee of who was suspended',
      fee('lastDay: counts, price: 31.00'),
      [on('2026-03-10'), { at: '2026-03-15', state: 'suspended' as const }, terminated[1]!],
      ['fee: 0.16129 = 5.00'],
    ],
    [
      'in inventory at any time of the day it came in',
      fee('states: inventory, dayRule: anyTime, price: 31.00'),
      [on('2026-03-10T10:00:00+01:00')],
      ['fee: 0.032258 = 1.00'],
    ],
    [
      'not where it came in with the day',
      fee('states: inventory, dayRule: anyTime, price: 31.00'),
      [on('2026-03-10')],
      [],
    ],
    ['a state at the end of the day', fee('states: test, price: 31.00'), brief, []],
    [
      'a state at any time of the day',
      fee('states: test, dayRule: anyTime, price: 31.00'),
      brief,
      ['fee: 0.032258 = 1.00'],
    ],
    [
      'a state that ended with the day before is not of the day',
      fee('states: test, dayRule: anyTime, price: 31.00'),
      [on('2026-03-01', { state: 'test' }), { at: '2026-03-05', state: 'active' as const }],
      ['fee: 0.129032 = 4.00'],
    ],
    [
      'suspended by another fee',
      `${fee('price: 31.00')}, ${fee('states: suspended, price: 3.10', 'rest')}`,
      [on('2026-01-01'), { at: '2026-03-22', state: 'suspended' as const }],
      ['fee: 0.677419 = 21.00', 'rest: 0.322581 = 1.00'],
    ],
    [
      'each day of one state: activated and suspended on the 10th, that day is active',
      `${fee('price: 31.00')}, ${fee('states: suspended, price: 31.00', 'rest')}`,
      suspendedAtOnce,
      ['fee: 0.032258 = 1.00', 'rest: 0.677419 = 21.00'],
    ],
    [
      'a charge of both states has it once',
      fee('states: [active, suspended], price: 31.00'),
      suspendedAtOnce,
      ['fee: 0.709677 = 22.00'],
    ],
    [
      'and one of what it was at any time has it too',
      `${fee('price: 31.00')}, ${fee('states: suspended, dayRule: anyTime, price: 31.00', 'rest')}`,
      suspendedAtOnce,
      ['fee: 0.032258 = 1.00', 'rest: 0.709677 = 22.00'],
    ],
    ['a month of 30 days, whole', fee('days: 30, price: 30.00'), [on('2026-01-01')], ['fee: 1 = 30.00']],
    [
      'a month of 30 days, from its last day',
      fee('days: 30, price: 30.00'),
      [on('2026-03-31')],
      ['fee: 0.033333 = 1.00'],
    ],
    [
      'a month of 30 days, ten of them',
      fee('days: 30, price: 30.00'),
      [on('2026-03-01'), { at: '2026-03-11', state: 'terminated' as const }],
      ['fee: 0.333333 = 10.00'],
    ],
    ['the 30th of 31 days, where a month has 30: none', fee('days: 30, price: 30.00'), thirtieth, []],
    ['the most of any day', fee('quantity: peak, days: 30, price: 30.00'), thirtieth, ['fee: 1 = 30.00']],
    [
      'one in full once any day counts',
      fee('quantity: one, proration: none, days: 30, price: 30.00'),
      thirtieth,
      ['fee: 1 = 30.00'],
    ],
  ])('%s', (_, charges, turns, expected) => {
    expect(owed(charges, fleet(turns))).toEqual(expected);
  });
});
