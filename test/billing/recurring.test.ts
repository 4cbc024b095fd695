import { describe, expect, test } from 'vitest';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { catalogWith, planOf, type Turn } from '../rating/fleet.ts';
import { owedBy, type Sim } from './chain.ts';

const fee = (rest: string, id = 'fee') => `{ kind: recurring, id: ${id}, name: ${id}, ${rest} }`;
const on = (at: string, more: Partial<Turn> = {}): Turn => ({ at, state: 'active', plan: 'a', ...more });
const fleet = (...lives: readonly (readonly Turn[])[]): Sim[] => lives.map((turns, id) => ({ id: `${id}`, turns }));
const many = (count: number, turns: readonly Turn[]) => fleet(...Array.from({ length: count }, () => turns));

/** "[from..until ]charge[@unit][ tier]: quantity = amount" of each line; the period where it is not a month of the calendar. */
function told(lines: readonly ChargeLine[]): string[] {
  return lines.map(({ charge, businessUnit, tier, period: { from, until }, quantity, amount }) => {
    const isMonth =
      from.endsWith('-01') && until.endsWith('-01') && Number(until.slice(5, 7)) - Number(from.slice(5, 7)) === 1;
    const period = isMonth ? '' : `${from}..${until} `;
    return `${period}${charge}${businessUnit && `@${businessUnit}`}${tier ? ` ${tier}` : ''}: ${quantity} = ${amount}`;
  });
}

const owed = (charges: string, sims: readonly Sim[], months = ['2026-03'], usageCutOff = '') =>
  told(owedBy({ catalog: catalogWith(planOf('a', `[${charges}]`)), sims, months, usageCutOff }));

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

describe('price models on the number of subscriptions (pricing rules §5)', () => {
  const twelve = many(12, [on('2026-01-01')]);
  const half = many(1, [on('2026-01-01', { state: 'suspended' }), on('2026-04-16')]);
  const tiers = 'tiers: [{ upTo: 10, price: 2.00, flat: 1 }, { price: 1.00, flat: 3 }]';

  test.each([
    ['graduated', `{ ${tiers} }`, ['fee 1: 10 = 21.00', 'fee 2: 2.5 = 5.50']],
    ['volume', `{ model: volume, ${tiers} }`, ['fee 2: 12.5 = 15.50']],
    ['stair step', '{ model: stairStep, tiers: [{ upTo: 12, amount: 50 }, { amount: 90 }] }', ['fee 2: 1 = 90.00']],
    ['package', '{ model: package, size: 5, free: 1, amount: 7.00 }', ['fee: 3 = 21.00']],
    ['flat', '{ model: flat, amount: 99.00 }', ['fee: 1 = 99.00']],
  ])('%s: twelve and a half', (_, price, expected) => {
    expect(
      owed(fee(`due: arrears, price: ${price}`), [...twelve, ...half.map((sim) => ({ ...sim, id: 'h' }))], ['2026-04']),
    ).toEqual(expected);
  });

  test('counted over the account and shared over units by days, or in each unit', () => {
    const sims = fleet(...Array.from({ length: 12 }, (_, id) => [on('2026-01-01', { unit: id < 3 ? 'x' : 'y' })]));
    const price = `due: arrears, price: { ${tiers} }`;
    expect(owed(fee(price), sims, ['2026-04'])).toEqual([
      'fee@x 1: 2.5 = 5.25',
      'fee@x 2: 0.5 = 1.25',
      'fee@y 1: 7.5 = 15.75',
      'fee@y 2: 1.5 = 3.75',
    ]);
    expect(owed(fee(`count: businessUnit, ${price}`), sims)).toEqual(['fee@x 1: 3 = 7.00', 'fee@y 1: 9 = 19.00']);
  });

  test('a price that changes in the period: one count over both, each part at its own', () => {
    const version = (from: string, price: string) =>
      `{ from: ${from}, charges: [${fee(`due: arrears, price: { tiers: [{ upTo: 1, price: ${price} }, { price: 1.00 }] }`)}] }`;
    const plan = `  - { id: a, name: a, currency: EUR, zoneModel: zones, versions: [${version('2020-01-01', '30.00')}, ${version('2026-04-16', '60.00')}] }\n`;
    // 45 subscription days, then 45: the first 30 at 30.00, the rest at 1.00
    const priced = (sims: readonly Sim[]) => told(owedBy({ catalog: catalogWith(plan), sims, months: ['2026-04'] }));
    expect(priced(many(3, [on('2026-01-01')]))).toEqual(['fee 1: 1 = 30.00', 'fee 2: 0.5 = 0.50', 'fee 2: 1.5 = 1.50']);
    // 15 days, then 30: 15 at 30.00, 15 at 60.00, the rest at 1.00, whichever subscription is measured first
    const later = [on('2026-01-01', { state: 'suspended' }), on('2026-04-16')];
    expect(priced(fleet(later, [on('2026-01-01')]))).toEqual([
      'fee 1: 0.5 = 15.00',
      'fee 1: 0.5 = 30.00',
      'fee 2: 0.5 = 0.50',
    ]);
  });

  test('a line says the whole it is a part of, and each unit’s part, in order of their ids', () => {
    const sims = fleet(...Array.from({ length: 12 }, (_, id) => [on('2026-01-01', { unit: id < 9 ? 'y' : 'x' })]));
    const catalog = catalogWith(planOf('a', `[${fee(`due: arrears, price: { ${tiers} }`)}]`));
    expect(owedBy({ catalog, sims, months: ['2026-04'] })[0]).toMatchObject({
      ...{
        businessUnit: 'x',
        zone: '',
        tier: 1,
        quantity: '2.5',
        unit: 'subscription',
        unitPrice: '2',
        refund: 'day',
      },
      arithmetic: {
        ...{ kind: 'recurring', due: 'arrears', of: 'subscriptions', model: 'graduated', minimum: 0, daysInPeriod: 30 },
        // 10 × 2.00 + 1
        ...{ days: 300, subscriptions: 12, price: '2', flat: '1', entered: 1, exact: '21', rounded: '21.00' },
        shares: [
          { businessUnit: 'x', days: 90, amount: '5.25' },
          { businessUnit: 'y', days: 270, amount: '15.75' },
        ],
      },
    });
  });

  test.each([
    ['so many packages', 'due: arrears, price: { model: package, size: 5, amount: 7.00 }', ['package', '7', 'day']],
    ['so many steps', 'due: arrears, price: { model: stairStep, tiers: [{ amount: 5.00 }] }', ['flat', '5', 'day']],
    ['a flat amount', 'due: arrears, price: { model: flat, amount: 99.00 }', ['flat', '99', 'day']],
    ['a number in advance', 'quantity: 5, refund: none, price: 2.00', ['subscription', '2', 'none']],
    ['a number in arrears', 'quantity: 5, due: arrears, price: 2.00', ['subscription', '2', 'day']],
  ])('%s at so much, and what falls away is given back unless paid in advance without refund', (_, rest, expected) => {
    const catalog = catalogWith(planOf('a', `[${fee(rest)}]`));
    const lines = owedBy({ catalog, sims: twelve, months: ['2026-04'] });
    expect(lines.map(({ unit, unitPrice, refund }) => [unit, unitPrice, refund])).toEqual([expected]);
  });

  test('a short period is charged its part of what is counted as a whole: 15 of the 30 days of April', () => {
    const periods = [
      { from: '2026-03-01', until: '2026-04-01' },
      { from: '2026-04-01', until: '2026-04-16' },
    ];
    const billingDay = { first: 1, moves: [{ from: '2026-04-16', billingDay: 16 }], cuts: [] };
    const price = 'due: arrears, price: { model: volume, tiers: [{ price: 4.00 }] }';
    const charges = [
      fee(price),
      fee(`proration: none, ${price}`, 'full'),
      fee('due: arrears, price: { model: flat, amount: 99.00 }', 'rent'),
    ].join(', ');
    const catalog = catalogWith(planOf('a', `[${charges}]`));
    const lines = owedBy({ catalog, sims: many(2, [on('2026-01-01')]), months: [], moved: { periods, billingDay } });
    expect(told(lines).sort()).toEqual([
      '2026-04-01..2026-04-16 fee 1: 1 = 4.00',
      '2026-04-01..2026-04-16 full 1: 2 = 8.00',
      '2026-04-01..2026-04-16 rent: 0.5 = 49.50',
      'fee 1: 2 = 8.00',
      'full 1: 2 = 8.00',
      'rent: 1 = 99.00',
    ]);
    const part = (charge: string, from: string) => {
      const line = lines.find((each) => each.charge === charge && each.period.from === from);
      return line?.arithmetic.kind === 'recurring' ? ('part' in line.arithmetic ? line.arithmetic.part : 'whole') : '';
    };
    expect(part('fee', '2026-04-01')).toEqual({ days: 15, of: 30 });
    expect([part('full', '2026-04-01'), part('fee', '2026-03-01')]).toEqual(['whole', 'whole']);
  });
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
