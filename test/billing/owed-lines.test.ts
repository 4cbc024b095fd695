import { describe, expect, test } from 'vitest';
import { owedLines } from '#shared/billing/lines/owed-lines.ts';
import { catalogWith, planOf, type Turn, type Use } from '../rating/fleet.ts';
import { owedBy, type Sim, settledBy, told } from './chain.ts';

const recurring = (price: string, more = '') => `{ kind: recurring, id: fee, name: Fee, price: ${price} ${more} }`;
const data = (price: string, more = '') =>
  `{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: ${price} ${more} }`;
const pieces = (tiers: string, more = '') =>
  `{ kind: usage, id: events, name: Events, match: { services: sms }, measure: count, price: { tiers: ${tiers} } ${more} }`;
const individual = (size: string) => `{ id: own, name: Own, kind: individual, size: ${size}, covers: [data] }`;
const flexible = (size: string, more = '') =>
  `{ id: pooled, name: Pooled, kind: flexible, pool: shared, size: ${size}, covers: [data] ${more} }`;

const active = (at: string, plan = 'a', more: Partial<Turn> = {}): Turn => ({ at, state: 'active', plan, ...more });
const ended = (at: string): Turn => ({ at, state: 'terminated' });
const sim = (id: string, turns: readonly Turn[], uses: readonly Use[] = []): Sim => ({ id, turns, uses });
const MB = 1_000_000;
const used = (megabytes: number, at = '2026-04-10T12:00:00Z', more: Partial<Use> = {}): Use => ({
  at,
  bytes: megabytes * MB,
  ...more,
});

/** What the sims owe on plan "a" of these charges and allowances, and on "b" if there is one. */
const owed = (months: string[], sims: Sim[], charges: string, allowances = '[]', b = '') =>
  told(
    owedBy({
      catalog: catalogWith(
        planOf('a', `[${charges}]`, allowances) + (b && planOf('b', ...(JSON.parse(b) as [string, string]))),
      ),
      sims,
      months,
    }),
  );
const second = (charges: string, allowances = '[]') => JSON.stringify([`[${charges}]`, allowances]);

describe('recurring charges (pricing rules §2)', () => {
  test.each<[string, string, Turn[], string[], string[]]>([
    [
      '12.00 by day, 10 to 20 March: 10 of 31 days',
      recurring('12.00'),
      [active('2026-03-10'), ended('2026-03-20')],
      ['2026-03'],
      ['fee: 3.87'],
    ],
    [
      'an upgrade from 12.00 to 20.00 on 16 March',
      recurring('12.00'),
      [active('2026-03-01'), { at: '2026-03-16', plan: 'b' }],
      ['2026-03'],
      ['fee: 5.81', 'fee: 10.32'],
    ],
    ['a whole month is the whole amount', recurring('12.00'), [active('2026-02-10')], ['2026-03'], ['fee: 12.00']],
    ['a month not begun is nothing', recurring('12.00'), [active('2026-04-01')], ['2026-03'], []],
    [
      'unprorated: the full amount for one day',
      recurring('12.00', ', proration: none'),
      [active('2026-03-31')],
      ['2026-03'],
      ['fee: 12.00'],
    ],
    [
      'unprorated, and a day that does not count',
      recurring('12.00', ', proration: none'),
      [active('2026-02-01'), ended('2026-03-01')],
      ['2026-03'],
      [],
    ],
    [
      'the suspended fee takes the days the other leaves',
      `${recurring('31.00')}, { kind: recurring, id: rest, name: Rest, states: suspended, price: 6.20 }`,
      [active('2026-03-01'), { at: '2026-03-11', state: 'suspended' }],
      ['2026-03'],
      ['fee: 10.00', 'rest: 4.20'],
    ],
    [
      'half a cent is rounded away from zero',
      recurring('0.31'),
      [active('2026-03-01'), { at: '2026-03-01T12:00:00+01:00', state: 'terminated' }],
      ['2026-03'],
      ['fee: 0.01'],
    ],
    [
      "two units share the days, and an unprorated fee is the last one's",
      `${recurring('31.00')}, { kind: recurring, id: whole, name: Whole, proration: none, price: 5.00 }`,
      [active('2026-03-01', 'a', { unit: 'x' }), { at: '2026-03-11', plan: 'a', unit: 'y' }],
      ['2026-03'],
      ['fee@x: 10.00', 'fee@y: 21.00', 'whole@y: 5.00'],
    ],
    [
      'also when that one had it before, and gave it away in between',
      `${recurring('31.00')}, { kind: recurring, id: whole, name: Whole, proration: none, price: 5.00 }`,
      [
        active('2026-03-01', 'a', { unit: 'x' }),
        { at: '2026-03-11', plan: 'a', unit: 'y' },
        { at: '2026-03-21', plan: 'a', unit: 'x' },
      ],
      ['2026-03'],
      ['fee@x: 21.00', 'whole@x: 5.00', 'fee@y: 10.00'],
    ],
  ])('%s', (_, charges, turns, months, expected) => {
    expect(owed(months, [sim('1', turns)], charges, '[]', second(recurring('20.00')))).toEqual(expected);
  });

  test('days of many subscriptions are added before they are prorated: 31 for 10 days each owe 10 whole fees', () => {
    const sims = Array.from({ length: 31 }, (_, i) => sim(`${i}`, [active('2026-03-10'), ended('2026-03-20')]));
    expect(owed(['2026-03'], sims, recurring('12.00'))).toEqual(['fee: 120.00']);
  });
});

describe('allowances and pools (pricing rules §4)', () => {
  const april = [active('2026-04-01')];
  test('flexible: 100 MB each of three for all of April and one for 10 days, 400 MB used, 0.02/MB → 1.33', () => {
    const sims = [sim('1', april, [used(400)]), sim('2', april), sim('3', april), sim('4', [active('2026-04-21')])];
    const lines = owedBy({
      catalog: catalogWith(planOf('a', `[${data('0.02')}]`, `[${flexible('100 MB')}]`)),
      sims,
      months: ['2026-04'],
    });
    expect(told(lines)).toEqual(['data de: 1.33']);
    expect(lines[0]?.arithmetic).toMatchObject({ size: '333333333', used: '400000000', over: '66666667', members: 4 });
    expect(lines[0]?.quantity).toBe('66.666667');
  });

  test.each([
    ['byUsage', ['data@x de: 3.33', 'data@y de: 16.67']],
    ['byExcess', ['data@x de: 0.00', 'data@y de: 20.00']],
  ])('shares %s: 2,000 MB of two, 500 and 2,500 used, 20.00 over', (share, expected) => {
    const sims = [
      sim('1', [active('2026-04-01', 'a', { unit: 'x' })], [used(500)]),
      sim('2', [active('2026-04-01', 'a', { unit: 'y' })], [used(2500)]),
    ];
    expect(owed(['2026-04'], sims, data('0.02'), `[${flexible('1000 MB', `, share: ${share}`)}]`)).toEqual(expected);
  });

  test.each<[string, Sim[], string, string[]]>([
    [
      'an individual allowance covers its own subscription alone',
      [sim('1', april, [used(60)]), sim('2', april, [used(10)])],
      individual('40 MB'),
      ['data de: 0.40'],
    ],
    ['all of it', [sim('1', april, [used(40)])], individual('40 MB'), []],
    [
      'one byte more',
      [sim('1', april, [{ at: '2026-04-10T12:00:00Z', bytes: 40 * MB + 1 }])],
      individual('40 MB'),
      ['data de: 0.00'],
    ],
    [
      'its size is prorated by the chargeable days',
      [sim('1', [active('2026-04-21')], [used(60, '2026-04-25T12:00:00Z')])],
      individual('60 MB'),
      ['data de: 0.80'],
    ],
    [
      'or whole',
      [sim('1', [active('2026-04-21')], [used(61, '2026-04-25T12:00:00Z')])],
      `{ id: own, name: Own, kind: individual, size: 60 MB, proration: whole, covers: [data] }`,
      ['data de: 0.02'],
    ],
    [
      'stacked: individual 40, then the pool',
      [sim('1', april, [used(160)]), sim('2', april, [used(50)])],
      `${individual('40 MB')}, ${flexible('20 MB')}`,
      ['data de: 1.80'],
    ],
    [
      'days that end suspended add nothing to an allowance',
      [sim('1', [active('2026-04-01'), { at: '2026-04-16', state: 'suspended' }], [used(50)])],
      flexible('60 MB'),
      ['data de: 0.40'],
    ],
    [
      'a pool of nothing is drawn on without adding',
      [sim('1', april, [used(10)])],
      flexible('0 MB'),
      ['data de: 0.20'],
    ],
    [
      'a pool each business unit has for itself',
      [
        sim('1', [active('2026-04-01', 'a', { unit: 'x' })], [used(150)]),
        sim('2', [active('2026-04-01', 'a', { unit: 'y' })], []),
      ],
      flexible('100 MB', ', scope: businessUnit'),
      ['data@x de: 1.00'],
    ],
  ])('%s', (_, sims, allowances, expected) => {
    expect(owed(['2026-04'], sims, data('0.02'), `[${allowances}]`)).toEqual(expected);
  });

  test('plans that name one pool share it, each pricing its own overage: earlier days draw first', () => {
    const sims = [
      sim('1', april, [used(150, '2026-04-01T12:00:00Z'), used(10, '2026-04-20T12:00:00Z')]),
      sim('2', [active('2026-04-01', 'b')], [used(100, '2026-04-10T12:00:00Z')]),
    ];
    const pool = `[${flexible('100 MB')}]`;
    expect(owed(['2026-04'], sims, data('0.02'), pool, second(data('0.10'), pool))).toEqual([
      'data de: 0.20',
      'data de: 5.00',
    ]);
  });

  test('a member that changes its unit in between adds to the pool once, and each unit has its days', () => {
    const turns = [active('2026-04-01', 'a', { unit: 'x' }), { at: '2026-04-16', plan: 'a', unit: 'y' }];
    const uses = [used(100, '2026-04-10T12:00:00Z'), used(20, '2026-04-20T12:00:00Z')];
    const lines = owedBy({
      catalog: catalogWith(planOf('a', `[${data('0.02')}]`, `[${flexible('100 MB', ', share: byExcess')}]`)),
      sims: [sim('1', turns, uses)],
      months: ['2026-04'],
    });
    expect(lines[0]?.arithmetic).toMatchObject({ size: '100000000', over: '20000000', rounded: '0.40' });
    expect(told(lines)).toEqual(['data@x de: 0.40', 'data@y de: 0.00']);
  });

  test('sizes of odd days over two units add up to the one size, not one byte less', () => {
    const turns = [active('2026-04-01', 'a', { unit: 'x' }), { at: '2026-04-08', plan: 'a', unit: 'y' }];
    const lines = owedBy({
      catalog: catalogWith(planOf('a', `[${data('0.02')}]`, `[${flexible('100 B')}]`)),
      sims: [sim('1', turns, [used(1)])],
      months: ['2026-04'],
    });
    expect(lines[0]?.arithmetic).toMatchObject({ size: '100' });
  });
});

describe('prices (pricing rules §5)', () => {
  const tiers = '[{ upTo: 10, price: 10, flat: 2 }, { upTo: 20, price: 5, flat: 3 }, { price: 5, flat: 3 }]';
  const april = [active('2026-04-01')];
  const events = (count: number, at = '2026-04-10T12:00:00Z'): Use => ({ at, service: 'sms', count });
  const total = (lines: readonly string[]) => lines.reduce((sum, line) => sum + Number(line.split(': ')[1]), 0);

  test('0–10 at 10 + 2, to 20 at 5 + 3, beyond at 5 + 3: 21 → 163, by tier 102, 53 and 8', () => {
    const lines = owed(['2026-04'], [sim('1', april, [events(21)])], pieces(tiers));
    expect(lines).toEqual(['events de 1: 102.00', 'events de 2: 53.00', 'events de 3: 8.00']);
    expect(total(lines)).toBe(163);
  });

  test.each([
    [0, []],
    [1, ['events de 1: 12.00']],
    [10, ['events de 1: 102.00']],
    [11, ['events de 1: 102.00', 'events de 2: 8.00']],
    [20, ['events de 1: 102.00', 'events de 2: 53.00']],
  ])('bounds are inclusive: %i', (count, expected) => {
    expect(owed(['2026-04'], [sim('1', april, [events(count)])], pieces(tiers))).toEqual(expected);
  });

  test.each([
    ['subscription', ['events de 1: 204.00', 'events de 2: 16.00']],
    ['account', ['events de 1: 102.00', 'events de 2: 53.00', 'events de 3: 13.00']],
  ])('tiers count by %s: two with 11 each', (count, expected) => {
    const sims = [sim('1', april, [events(11)]), sim('2', april, [events(11)])];
    expect(owed(['2026-04'], sims, pieces(tiers, `, count: ${count}`))).toEqual(expected);
  });

  test('tiers of the account count on from day to day', () => {
    const sims = [sim('1', april, [events(11)]), sim('2', april, [events(11, '2026-04-11T12:00:00Z')])];
    const lines = owed(['2026-04'], sims, pieces(tiers, ', count: account'));
    expect(lines).toEqual(['events de 1: 102.00', 'events de 2: 53.00', 'events de 3: 13.00']);
  });

  test('tiers begin anew with each period', () => {
    const uses = [events(11), events(11, '2026-05-10T12:00:00Z')];
    const lines = owed(['2026-04', '2026-05'], [sim('1', [active('2026-04-01')], uses)], pieces(tiers));
    expect(lines).toEqual(['events de 1: 102.00', 'events de 2: 8.00', 'events de 1: 102.00', 'events de 2: 8.00']);
  });

  test('a price that changes inside the period: usage by its instant, one count over both versions', () => {
    const version = (from: string, until: string, price: number) =>
      `{ from: ${from}, ${until && `until: ${until},`} charges: [${pieces(`[{ upTo: 10, price: ${price}, flat: 1 }, { price: 1, flat: 1 }]`)}] }`;
    const plan = `  - { id: a, name: a, currency: EUR, zoneModel: zones, versions: [${version('2020-01-01', '2026-04-15', 10)}, ${version('2026-04-15', '', 20)}] }\n`;
    const uses = [events(4, '2026-04-14T21:59:59Z'), events(8, '2026-04-14T22:00:00Z')];
    const lines = owedBy({ catalog: catalogWith(plan), sims: [sim('1', april, uses)], months: ['2026-04'] });
    expect(lines.map(({ version: from, tier, amount }) => `${from} ${tier}: ${amount}`)).toEqual([
      '2020-01-01 1: 41.00',
      '2026-04-15 1: 120.00',
      '2026-04-15 2: 3.00',
    ]);
  });

  test('a season has a line of its own: 10 MB on 2 April at 0.01, 10 MB behind the 5th at 0.02', () => {
    const uses = [used(10, '2026-04-02T12:00:00Z'), used(10, '2026-04-10T12:00:00Z')];
    const charge = data('0.02', ', seasons: [{ season: spring, price: 0.01 }]');
    expect(owed(['2026-04'], [sim('1', april, uses)], charge)).toEqual(['data@spring de: 0.10', 'data de: 0.20']);
  });

  test('0.02 a megabyte of 30.2 MB is 0.604, rounded once over all subscriptions', () => {
    const sims = ['1', '2', '3'].map((id) => sim(id, april, [used(10), { at: '2026-04-11T00:00:00Z', bytes: 66_667 }]));
    expect(owed(['2026-04'], sims, data('0.02'))).toEqual(['data de: 0.60']);
  });

  test('a third of a minute is exact: three calls of 20 seconds at 0.10 are one minute', () => {
    const voice =
      '{ kind: usage, id: voice, name: Voice, match: { services: voice }, measure: seconds, unit: minute, price: 0.10 }';
    const sims = ['1', '2', '3'].map((id) =>
      sim(id, april, [{ at: '2026-04-10T12:00:00Z', service: 'voice' as const, seconds: 20 }]),
    );
    expect(owed(['2026-04'], sims, voice)).toEqual(['voice de: 0.10']);
  });
});

test('a line of usage says what was counted, what an allowance covered of it, and in which steps', () => {
  const charge = data('0.02', ', increment: 1 MB/1 kB');
  const catalog = catalogWith(planOf('a', `[${charge}]`, `[${individual('40 MB')}]`));
  const sims = [sim('1', [active('2026-04-01')], [used(60)]), sim('2', [active('2026-04-01')], [used(50)])];
  const [line, ...others] = owedBy({ catalog, sims, months: ['2026-04'] });
  expect(others).toEqual([]);
  expect(line).toMatchObject({ quantity: '30', unit: 'MB', unitPrice: '0.02', amount: '0.60', refund: 'day' });
  expect(line).toMatchObject({ planName: 'a', chargeName: 'Data', zone: 'de', zoneName: 'Germany', exchange: null });
  expect(line?.arithmetic).toStrictEqual({
    ...{ kind: 'usage', quantity: '30000000', model: 'unit', baseUnits: '1000000', price: '0.02', flat: '0' },
    ...{ entered: 0, subscriptions: 2, covered: '80000000', increment: '1000000/1000', exact: '0.6' },
  });
});

test('lines of usage say how much of it was used before the period, whether a pool covered it or not; others do not', () => {
  const charges = [
    recurring('3.00'),
    data('0.02'),
    '{ kind: usage, id: events, name: Events, match: { services: sms }, measure: count, price: 1 }',
    '{ kind: usage, id: mark, name: Roaming, measure: amount, price: { model: percentage, percent: 110 } }',
  ];
  const pool = '{ id: pooled, name: Pooled, kind: flexible, pool: shared, size: 5 pieces, covers: [events] }';
  const at = '2026-04-10T12:00:00Z';
  const uses: Use[] = [used(60), { at, service: 'sms', count: 9 }, { at, service: 'sms', count: 8, network: 'FRA01' }];
  const sims = [sim('1', [active('2026-04-01')], [...uses, { at, service: 'voice', amount: [10_000, 'EUR/3'] }])];
  const catalog = catalogWith(planOf('a', `[${charges.join(', ')}]`, `[${pool}]`));
  const [april] = settledBy({ catalog, sims, months: ['2026-04'] });
  const key = (charge: string) => `|a|2020-01-01|${charge}|de`;
  const late = { [key('data')]: '5000000', [key('events')]: '2', [key('mark')]: '1' };
  const lines = owedLines(april!.its, { ...april!.of, late });
  expect(
    lines.map(({ charge, zone, arithmetic }) => [charge, zone, 'late' in arithmetic ? arithmetic.late : 'none']),
  ).toEqual([
    ['data', 'de', '5000000'],
    ['events', 'de', '2'],
    ['events', 'eu', 'none'],
    ['fee', '', 'none'],
    ['mark', 'de', 'none'],
  ]);
  const marked = lines.find(({ charge }) => charge === 'mark');
  expect(marked).toMatchObject({ quantity: '10', unitPrice: '1.1', amount: '11.00', refund: 'day' });
  expect(marked?.arithmetic).toEqual({
    ...{ kind: 'amount', amounts: [{ currency: 'EUR', date: '', value: '10', rate: null }], worth: '10' },
    ...{ percent: '110', subscriptions: 1, exact: '11' },
  });
});

test.each([
  ['a version', '|a|2021-01-01|fee', 'plan a has no version from 2021-01-01 in this catalogue'],
  ['a plan', '|b|2020-01-01|fee', 'plan b has no version from 2020-01-01 in this catalogue'],
  ['a charge', '|a|2020-01-01|rent', 'plan a from 2020-01-01 has no recurring charge rent'],
  ['a charge of that kind', '|a|2020-01-01|data', 'plan a from 2020-01-01 has no recurring charge data'],
])('what was measured by %s that the catalogue does not have is refused', (_, key, said) => {
  const catalog = catalogWith(planOf('a', `[${recurring('3.00')}, ${data('0.02')}]`));
  const [april] = settledBy({ catalog, sims: [sim('1', [active('2026-04-01')])], months: ['2026-04'] });
  const [sum] = Object.values(april!.of.recurring);
  expect(() => owedLines(april!.its, { ...april!.of, recurring: { [key]: sum! } })).toThrow(said);
});

test('what is free and hidden is on no line', () => {
  const lines = (more: string) => owed(['2026-04'], [sim('1', [active('2026-04-01')], [used(60)])], data('0', more));
  expect([lines(''), lines(', hidden: true')]).toEqual([['data de: 0.00'], []]);
});

test("a plan in another currency than the account's is refused without an exchange rate", () => {
  const catalog = catalogWith(planOf('a', `[${recurring('1.00')}]`).replace('EUR', 'USD'));
  expect(() => owedBy({ catalog, sims: [sim('1', [active('2026-03-01')])], months: ['2026-03'] })).toThrow(
    'plan a is in USD and has to be told in EUR',
  );
});

test('a line tells on which days of its period its terms hold, where others do on the rest', () => {
  const version = (from: string) => `{ from: ${from}, charges: [${recurring('31.00')}] }`;
  const held = (...from: string[]) => {
    const catalog = catalogWith(
      `  - { id: a, name: A, currency: EUR, zoneModel: zones, versions: [${from.map(version).join(', ')}] }\n`,
    );
    const lines = owedBy({ catalog, sims: [sim('1', [active('2026-01-01')])], months: ['2026-03'] });
    return lines.map(({ termsHold, zoneName }) =>
      termsHold === undefined ? zoneName : Object.values(termsHold).join('..'),
    );
  };
  expect(held('2020-01-01')).toEqual(['']);
  expect(held('2020-01-01', '2026-03-01', '2026-04-01')).toEqual(['']);
  expect(held('2020-01-01', '2026-05-01')).toEqual(['']);
  expect(held('2020-01-01', '2026-03-10', '2026-03-20', '2026-04-01')).toEqual([
    '2026-03-01..2026-03-10',
    '2026-03-10..2026-03-20',
    '2026-03-20..2026-04-01',
  ]);
});
