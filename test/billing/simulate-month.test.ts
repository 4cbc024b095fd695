import { describe, expect, test } from 'vitest';
import { type SimulatedMonth, type SimulatedUse, simulateMonth } from '#shared/billing/simulate-month.ts';
import { catalogWith, planOf } from '../rating/fleet.ts';

const usage = (id: string, match: string, measure: string, unit: string, price = '1') =>
  `{ kind: usage, id: ${id}, name: ${id}, match: ${match}, measure: ${measure}, unit: ${unit}, price: ${price} }`;
const DATA = usage('data', '{ services: data }', 'bytes', 'MB');
const VOICE = usage('voice', '{ services: voice, directions: mo }', 'seconds', 'min', '0.10');
const SMS = usage('sms', '{ services: sms }', 'count', 'piece', '0.05');
const PLAN = planOf('a', `[${DATA}, ${VOICE}, ${SMS}]`);

const use = (more: Partial<SimulatedUse>): SimulatedUse => ({
  ...{
    subscriptions: 0,
    without: 0,
    service: 'data',
    direction: '',
    zone: 'de',
    quantity: 1n,
    carrierCharge: 0n,
    currency: '',
  },
  ...more,
});
const simulated = (plans: string, more: Partial<SimulatedMonth> = {}) =>
  simulateMonth(catalogWith(plans), {
    ...{ plan: 'a', account: '', month: '2026-04', subscriptions: 2, uses: [], ...more },
  });
const told = (plans: string, more: Partial<SimulatedMonth> = {}) =>
  simulated(plans, more).lines.map(({ charge, zone, amount }) => `${charge} ${zone} ${amount}`.replace('  ', ' '));

describe('a month that has not happened', () => {
  test.each<[string, Partial<SimulatedUse>[], string[]]>([
    ['data', [{ quantity: 3_000_000n }], ['data de 6.00']],
    ['minutes that were called', [{ service: 'voice', direction: 'mo', quantity: 1_200n }], ['voice de 4.00']],
    ['no minutes of who was called', [{ service: 'voice', direction: 'mt', quantity: 1_200n }], []],
    ['messages, fewer than there are days', [{ service: 'sms', quantity: 4n }], ['sms de 0.40']],
    ['nothing of nothing', [{ quantity: 0n }], []],
    ['a network of no zone in the default zone', [{ zone: '', quantity: 3_000_000n }], ['data world 6.00']],
    ['of some alone', [{ subscriptions: 1, quantity: 3_000_000n }], ['data de 3.00']],
    ['of as many as there are', [{ subscriptions: 2, quantity: 3_000_000n }], ['data de 6.00']],
    [
      'several uses of each',
      [{ quantity: 3_000_000n }, { quantity: 31n }, { service: 'sms', quantity: 100n, zone: 'eu' }],
      ['data de 6.00', 'sms eu 10.00'],
    ],
  ])('prices %s', (_, uses, expected) => {
    expect(told(PLAN, { uses: uses.map(use) })).toEqual(expected);
  });

  test('is priced by the version in force on its first day', () => {
    const version = (from: string, price: string, until = '') =>
      `{ from: ${from}, ${until && `until: ${until}, `}charges: [{ kind: recurring, id: fee, name: Fee, due: arrears, price: ${price} }] }`;
    const plan = (...versions: readonly string[]) =>
      `  - { id: a, name: A, currency: EUR, zoneModel: zones, versions: [${versions.join(', ')}] }\n`;
    expect(told(plan(version('2026-04-01', '3.00')))).toEqual(['fee 6.00']);
    expect(told(plan(version('2026-03-01', '3.00', '2026-05-01')))).toEqual(['fee 6.00']);
    expect(told(plan(version('2026-01-01', '2.00'), version('2026-04-01', '3.00')))).toEqual(['fee 6.00']);
    expect(() => told(plan(version('2026-01-01', '2.00', '2026-04-01')))).toThrow(
      'plan a has no version on 2026-04-01; it has from 2026-01-01 until 2026-04-01',
    );
    expect(() => told(plan(version('2026-02-01', '2.00', '2026-03-01'), version('2026-04-02', '3.00')))).toThrow(
      'plan a has no version on 2026-04-01; it has from 2026-02-01 until 2026-03-01, from 2026-04-02 on',
    );
  });

  test('has all of its days behind it: a pool is paid, and a minimum made up for', () => {
    const site = '{ id: site, name: Site, kind: static, pool: site, size: 1 MB, price: 5.00, covers: [data] }';
    const most = '{ id: most, name: Most, from: 2026-01-01, minimum: 20 }';
    const agreed = `agreements:\n  - { account: p, currency: EUR, commitments: [${most}] }\n`;
    const plan = planOf('a', `[${DATA}]`, `[${site}]`) + agreed;
    expect(told(plan)).toEqual(['pool:site 5.00']);
    expect(told(plan, { account: 'p' })).toEqual(['pool:site 5.00', 'most 15.00']);
  });

  test('counts a fee for three months by its days in it towards a minimum: 30 of 91 are 30.00, and 10.00 are missing', () => {
    const fee = '{ kind: recurring, id: quarter, name: Quarter, months: 3, startsOn: anniversary, price: 91.00 }';
    const most = '{ id: most, name: Most, from: 2026-01-01, minimum: 40 }';
    const agreed = `agreements:\n  - { account: p, currency: EUR, commitments: [${most}] }\n`;
    expect(told(planOf('a', `[${fee}]`) + agreed, { account: 'p', subscriptions: 1 })).toEqual([
      'quarter 91.00',
      'most 10.00',
    ]);
  });

  test('tells what pools leave apart by subscription: of 100 MB the pool takes 40, and own ones 20 each', () => {
    const allowances = [
      '{ id: fleet, name: Fleet, kind: flexible, pool: fleet, size: 20 MB, covers: [data] }',
      '{ id: own, name: Own, kind: individual, size: 20 MB, covers: [data] }',
    ];
    const uses = [use({ quantity: 50_000_000n })];
    expect(told(planOf('a', `[${DATA}]`, `[${allowances}]`), { uses })).toEqual(['data de 20.00']);
  });

  test('is used in the zones of its plan, from the first carrier there is', () => {
    const carried = DATA.replace('services: data', 'services: data, carriers: [demo]');
    const catalog = catalogWith(planOf('a', `[${carried}]`));
    const [plan] = catalog.plans;
    const [model] = catalog.zoneModels;
    const others = {
      zoneModels: [{ ...model!, id: 'other', zones: [] }, model!],
      plans: [{ ...plan!, id: '0', zoneModel: 'other' }, plan!],
    };
    const asked = { plan: 'a', account: '', month: '2026-04', subscriptions: 1, uses: [use({ quantity: 1_000_000n })] };
    const { lines } = simulateMonth({ ...catalog, ...others }, asked);
    expect(lines.map(({ zone, amount }) => [zone, amount])).toEqual([['de', '1.00']]);
  });

  const called = (zone: string) =>
    `{ kind: usage, id: ${zone}, name: ${zone}, match: { services: voice, zones: [${zone}] }, measure: seconds, unit: min, price: 9 }`;
  const NEAR = usage('near', '{ services: voice }', 'seconds', 'min');

  test.each([
    ['called from anywhere', 'far'],
    ['called from a zone', 'de-fr'],
  ])('is in a zone of numbers %s: 10 minutes at 9.00, not at 1.00', (_, zone) => {
    const plan = planOf('a', `[${called(zone)}, ${NEAR}]`);
    const uses = [use({ service: 'voice', direction: 'mo', zone, quantity: 600n })];
    expect(told(plan, { uses, subscriptions: 1 })).toEqual([`${zone} ${zone} 90.00`]);
  });

  test('is elsewhere for some: 10 of 100 in one zone, 90 in another', () => {
    const uses = [
      use({ quantity: 25n * 1_000_000n, subscriptions: 10, zone: 'eu' }),
      use({ quantity: 25n * 1_000_000n, without: 10 }),
    ];
    expect(told(PLAN, { uses, subscriptions: 100 })).toEqual(['data de 2250.00', 'data eu 250.00']);
  });

  test('converts what carriers charge by the rate of each day: 30 a month in dollars', () => {
    const mark = `{ kind: usage, id: mark, name: Mark, match: { services: data }, measure: amount, price: { model: percentage, percent: 100 } }`;
    const rates =
      'exchangeRates:\n  - { source: ECB, base: EUR, days: { 2026-04-01: { USD: 1 }, 2026-04-21: { USD: 2 } } }\n';
    const uses = [use({ quantity: 30n, carrierCharge: 30_000_000n, currency: 'USD' })];
    const few = [use({ quantity: 4n, carrierCharge: 4_000_000n, currency: 'USD' })];
    expect(told(planOf('a', `[${mark}]`) + rates, { uses: few, subscriptions: 1 })).toEqual(['mark de 4.00']);
    // 20 days at 1.00, 10 at 0.50
    expect(told(planOf('a', `[${mark}]`) + rates, { uses, subscriptions: 1 })).toEqual(['mark de 25.00']);
    const many = uses.map((each) => ({ ...each, quantity: 60n }));
    expect(told(planOf('a', `[${mark}]`) + rates, { uses: many, subscriptions: 1 })).toEqual(['mark de 25.00']);
  });

  test('says what no charge fits, in records: one a day, or one each where there are fewer', () => {
    const bill = simulated(planOf('a', `[${SMS}]`), {
      uses: [use({ quantity: 1_000n }), use({ service: 'voice', direction: 'mo', quantity: 7n })],
    });
    expect(bill).toMatchObject({
      period: { from: '2026-04-01', until: '2026-05-01' },
      currency: 'EUR',
      lines: [],
      apart: { NO_PRICE: 74 },
    });
  });

  test.each<[string, Partial<SimulatedMonth>, string]>([
    ['a plan that is written otherwise', { plan: 'aa' }, 'there is no plan aa; did you mean a?'],
    ['a plan that is named otherwise', { plan: 'zzzzzzzz' }, 'there is no plan zzzzzzzz; there is a, b'],
    [
      'a zone of no zone model',
      { uses: [use({ zone: 'mars' })] },
      'there is no zone mars in zone model zones: write one of de, eu, world, de-fr, far',
    ],
    [
      'data in a zone of called numbers',
      { uses: [use({ zone: 'far' })] },
      'no data can be in zone far of zone model zones: it is known by called numbers, of voice and sms alone',
    ],
    [
      'more that use it than there are',
      { subscriptions: 3, uses: [use({ subscriptions: 4 })] },
      '4 subscriptions use something, but there are 3',
    ],
  ])('refuses %s', (_, more, reason) => {
    expect(() => simulated(PLAN + planOf('b', `[${DATA}]`), more)).toThrow(reason);
  });

  test('refuses a zone that names nothing', () => {
    const catalog = catalogWith(PLAN);
    const [model] = catalog.zoneModels;
    const zones = [...model!.zones, { ...model!.zones[0]!, id: 'bare', networks: [], called: [] }];
    const asked = { plan: 'a', account: '', month: '2026-04', subscriptions: 1, uses: [use({ zone: 'bare' })] };
    expect(() => simulateMonth({ ...catalog, zoneModels: [{ ...model!, zones }] }, asked)).toThrow(
      'no data can be in zone bare of zone model zones: it names no network',
    );
  });
});
