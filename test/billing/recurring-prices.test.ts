import { describe, expect, test } from 'vitest';
import { catalogWith, planOf } from '../rating/fleet.ts';
import { owedBy, type Sim } from './chain.ts';
import { fee, fleet, many, on, owed, told } from './recurring-lines.ts';

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

  const month = 'due: arrears, price:';
  const tiered = '{ tiers: [{ upTo: 1, price: 150.00 }, { price: 25.00 }] }';
  test.each<[string, string, readonly string[], string[]]>([
    [
      'a fee of one over two units',
      `quantity: one, ${month} 1000.00`,
      ['x', 'y'],
      ['x: 0.5 = 500.00', 'y: 0.5 = 500.00'],
    ],
    [
      'a fee of one over three units: the cent that is left is that of the smallest id',
      `quantity: one, ${month} 1000.00`,
      ['x', 'y', 'z'],
      ['x: 0.333333 = 333.34', 'y: 0.333333 = 333.33', 'z: 0.333333 = 333.33'],
    ],
    [
      'one flat amount over three units',
      `${month} { model: flat, amount: 1000.00 }`,
      ['x', 'y', 'z'],
      ['x: 0.333333 = 333.34', 'y: 0.333333 = 333.33', 'z: 0.333333 = 333.33'],
    ],
    [
      'tiers over three units: 150.00 for the first of three subscriptions, 50.00 for the others',
      `${month} ${tiered}`,
      ['x', 'y', 'z'],
      [
        ...['x 1: 0.333333 = 50.00', 'x 2: 0.666667 = 16.67'],
        ...['y 1: 0.333333 = 50.00', 'y 2: 0.666667 = 16.67'],
        ...['z 1: 0.333333 = 50.00', 'z 2: 0.666667 = 16.66'],
      ],
    ],
    [
      'tiers that come to 200.00 in one: 66.67, 66.67, 66.66',
      `${month} { tiers: [{ upTo: 1, price: 200.00 }, { price: 0 }] }`,
      ['x', 'y', 'z'],
      [
        ...['x 1: 0.333333 = 66.67', 'x 2: 0.666667 = 0.00'],
        ...['y 1: 0.333333 = 66.67', 'y 2: 0.666667 = 0.00'],
        ...['z 1: 0.333333 = 66.66', 'z 2: 0.666667 = 0.00'],
      ],
    ],
    [
      'a package for each of the most, over a unit of one and a unit of two',
      `quantity: peak, ${month} { model: package, size: 1, amount: 5.00 }`,
      ['x', 'y', 'y'],
      ['x: 1 = 5.00', 'y: 2 = 10.00'],
    ],
    [
      'at least ten: what is missing too',
      `minimum: 10, ${month} 10.00`,
      ['x', 'y', 'z'],
      ['x: 3.333333 = 33.34', 'y: 3.333333 = 33.33', 'z: 3.333333 = 33.33'],
    ],
  ])('shared over units by their days, whatever was counted: %s', (_, rest, units, expected) => {
    const sims = fleet(...units.map((unit) => [on('2026-01-01', { unit })]));
    expect(owed(fee(rest), sims)).toEqual(expected.map((each) => `fee@${each}`));
  });

  test('the most of any day is shared by all days: two on one day, 15 and 35 days of 20.00', () => {
    // x: 15 days; y: one for 30 days and one for 5. At most two at once.
    const lives = [
      [on('2026-04-01', { unit: 'y' })],
      [on('2026-04-01', { unit: 'x' }), { at: '2026-04-16', state: 'terminated' as const }],
      [on('2026-04-26', { unit: 'y' })],
    ];
    expect(owed(fee(`quantity: peak, ${month} 10.00`), fleet(...lives), ['2026-04'])).toEqual([
      'fee@x: 0.6 = 6.00',
      'fee@y: 1.4 = 14.00',
    ]);
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
    const sims = fleet(
      ...Array.from({ length: 12 }, (_, id) => [on('2026-01-01', { unit: id < 6 ? 'y' : id < 9 ? 'x' : 'z' })]),
    );
    const catalog = catalogWith(planOf('a', `[${fee(`due: arrears, price: { ${tiers} }`)}]`));
    expect(owedBy({ catalog, sims, months: ['2026-04'] })[0]).toMatchObject({
      ...{
        businessUnit: 'x',
        zone: '',
        zoneName: '',
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
          { businessUnit: 'y', days: 180, amount: '10.50' },
          { businessUnit: 'z', days: 90, amount: '5.25' },
        ],
      },
    });
  });

  test.each([
    ['so many packages', 'due: arrears, price: { model: package, size: 5, amount: 7.00 }', ['package', '7', 'day']],
    ['so many steps', 'due: arrears, price: { model: stairStep, tiers: [{ amount: 5.00 }] }', ['flat', '5', 'day']],
    ['a flat amount', 'due: arrears, price: { model: flat, amount: 99.00 }', ['flat', '99', 'day']],
    ['what each pays in advance', 'price: 2.00', ['subscription', '2', 'day']],
    ['what each pays in advance for good', 'refund: none, price: 2.00', ['subscription', '2', 'none']],
    ['what each pays in arrears', 'due: arrears, price: 2.00', ['subscription', '2', 'day']],
    ['a number in advance', 'quantity: 5, refund: none, price: 2.00', ['subscription', '2', 'none']],
    ['a number in arrears', 'quantity: 5, due: arrears, price: 2.00', ['subscription', '2', 'day']],
  ])('%s at so much, and what falls away is given back unless paid in advance without refund', (_, rest, expected) => {
    const catalog = catalogWith(planOf('a', `[${fee(rest)}]`));
    const lines = owedBy({ catalog, sims: twelve, months: ['2026-04'] });
    expect(lines.map(({ unit, unitPrice, refund }) => [unit, unitPrice, refund])).toEqual([expected]);
  });

  test('a line of what each pays by its days has no whole that is shared', () => {
    const catalog = catalogWith(planOf('a', `[${fee('due: arrears, price: 2.00')}]`));
    expect(owedBy({ catalog, sims: many(2, [on('2026-01-01')]), months: ['2026-04'] })[0]?.arithmetic).toEqual({
      ...{ kind: 'recurring', due: 'arrears', of: 'subscriptions', model: 'unit', minimum: 0, daysInPeriod: 30 },
      ...{ days: 60, subscriptions: 2, price: '2', flat: '0', entered: 0, exact: '4', rounded: '', shares: [] },
    });
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
      fee('due: arrears, price: 30.00', 'each'),
      fee('due: arrears, proration: none, price: 30.00', 'whole'),
    ].join(', ');
    const catalog = catalogWith(planOf('a', `[${charges}]`));
    const lines = owedBy({ catalog, sims: many(2, [on('2026-01-01')]), months: [], moved: { periods, billingDay } });
    expect(told(lines).sort()).toEqual([
      '2026-04-01..2026-04-16 each: 1 = 30.00',
      '2026-04-01..2026-04-16 fee 1: 1 = 4.00',
      '2026-04-01..2026-04-16 full 1: 2 = 8.00',
      '2026-04-01..2026-04-16 rent: 0.5 = 49.50',
      '2026-04-01..2026-04-16 whole: 2 = 60.00',
      'each: 2 = 60.00',
      'fee 1: 2 = 8.00',
      'full 1: 2 = 8.00',
      'rent: 1 = 99.00',
      'whole: 2 = 60.00',
    ]);
    const part = (charge: string, from: string) => {
      const line = lines.find((each) => each.charge === charge && each.period.from === from);
      return line?.arithmetic.kind === 'recurring' ? ('part' in line.arithmetic ? line.arithmetic.part : 'whole') : '';
    };
    expect(part('fee', '2026-04-01')).toEqual({ days: 15, of: 30 });
    expect([part('full', '2026-04-01'), part('fee', '2026-03-01')]).toEqual(['whole', 'whole']);
  });
});
