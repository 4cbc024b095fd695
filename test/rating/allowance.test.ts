import { describe, expect, test } from 'vitest';
import { consume, sizeOf, type UsageBucket } from '#shared/rating/allowance.ts';
import { consumeListed, type ListedAllowance } from './listed-allowance.ts';

const bucket = (day: string, quantity: bigint, more: Partial<UsageBucket> = {}): UsageBucket => ({
  day,
  chargeOrder: 0,
  version: '2026-01-01',
  plan: 'iot',
  charge: 'data',
  zone: 'eu',
  businessUnit: '',
  quantity,
  ...more,
});
const allowance = (id: string, size: bigint, ...covers: string[]): ListedAllowance => ({
  id,
  size,
  covers: new Set(covers.length === 0 ? ['iot/data'] : covers),
});
const told = (stack: ListedAllowance[], buckets: UsageBucket[]) =>
  consumeListed(stack, buckets).map(({ bucket: { day, plan, charge, zone }, covered, over }) => {
    return `${day} ${plan}/${charge} ${zone}: ${covered.map((c) => `${c.quantity} ${c.allowance}`).join(' + ') || 'nothing'}, ${over} over`;
  });

test('a stack of top-up 100, individual 40, pool 75: of 160, the top-up takes 100, the individual 40, the pool 20', () => {
  const stack = [allowance('top-up', 100n), allowance('individual', 40n), allowance('pool', 75n)];
  expect(told(stack, [bucket('2026-04-01', 160n)])).toEqual([
    '2026-04-01 iot/data eu: 100 top-up + 40 individual + 20 pool, 0 over',
  ]);
});

test('days draw one after another, each on what is left', () => {
  const days = [bucket('2026-04-03', 50n), bucket('2026-04-01', 60n), bucket('2026-04-02', 60n)];
  expect(told([allowance('a', 100n)], days)).toEqual([
    '2026-04-01 iot/data eu: 60 a, 0 over',
    '2026-04-02 iot/data eu: 40 a, 20 over',
    '2026-04-03 iot/data eu: nothing, 50 over',
  ]);
});

test('in a day: order of charges, then the earlier price, then plan, then zone', () => {
  const day = '2026-04-01';
  const all = 'iot/data iot/sms abc/data'.split(' ');
  const buckets = [
    bucket(day, 10n, { zone: 'row' }),
    bucket(day, 10n, { zone: 'eu' }),
    bucket(day, 10n, { plan: 'abc' }),
    bucket(day, 10n, { version: '2025-01-01', zone: 'z' }),
    bucket(day, 10n, { chargeOrder: 1, charge: 'sms', version: '2020-01-01' }),
  ];
  expect(told([allowance('a', 45n, ...all)], buckets)).toEqual([
    '2026-04-01 iot/data z: 10 a, 0 over',
    '2026-04-01 abc/data eu: 10 a, 0 over',
    '2026-04-01 iot/data eu: 10 a, 0 over',
    '2026-04-01 iot/data row: 10 a, 0 over',
    '2026-04-01 iot/sms eu: 5 a, 5 over',
  ]);
});

describe('what an allowance does not cover', () => {
  test('leaves it alone, and takes the next in the stack', () => {
    const stack = [allowance('sms', 5n, 'iot/sms'), allowance('any', 100n, 'iot/sms', 'iot/data')];
    const buckets = [bucket('2026-04-01', 7n), bucket('2026-04-01', 8n, { charge: 'sms', chargeOrder: 1 })];
    expect(told(stack, buckets)).toEqual([
      '2026-04-01 iot/data eu: 7 any, 0 over',
      '2026-04-01 iot/sms eu: 5 sms + 3 any, 0 over',
    ]);
  });

  test('is over, of the same charge in another plan too', () => {
    expect(told([allowance('a', 100n)], [bucket('2026-04-01', 7n, { plan: 'other' })])).toEqual([
      '2026-04-01 other/data eu: nothing, 7 over',
    ]);
  });
});

test('an allowance of nothing covers nothing; no usage takes nothing', () => {
  expect(told([allowance('a', 0n)], [bucket('2026-04-01', 1n), bucket('2026-04-02', 0n)])).toEqual([
    '2026-04-01 iot/data eu: nothing, 1 over',
    '2026-04-02 iot/data eu: nothing, 0 over',
  ]);
});

test('what was bought is drawn on its days only, in the order of what an allowance holds', () => {
  const holdings = new Map([
    [
      'own',
      [
        { origin: 'order', quantity: 7n, from: '2026-04-02', until: '2026-04-04' },
        { origin: 'later', quantity: 4n, from: '2026-04-04', until: '' as const },
      ],
    ],
    ['rest', sizeOf(1n)],
  ]);
  const days = ['2026-04-01', '2026-04-02', '2026-04-03', '2026-04-04', '2026-04-05'].map((day) => bucket(day, 3n));
  const { buckets, left } = consume(holdings, () => ['lost', 'own', 'rest'], days);
  expect(
    buckets.map(({ covered, over }) => [...covered.map((c) => `${c.quantity} ${c.allowance}`), `${over} over`]),
  ).toEqual([
    ['1 rest', '2 over'],
    ['3 own', '0 over'],
    ['3 own', '0 over'],
    ['3 own', '0 over'],
    ['1 own', '2 over'],
  ]);
  expect([...left.values()]).toEqual([
    [
      { origin: 'order', quantity: 1n, from: '2026-04-02', until: '2026-04-04' },
      { origin: 'later', quantity: 0n, from: '2026-04-04', until: '' },
    ],
    [{ origin: '', quantity: 0n, from: '', until: '' }],
  ]);
});

describe('records priced by themselves draw in order of time, then the smaller first', () => {
  const day = '2026-04-01';
  const records = [bucket(day, 5n, { at: 20 }), bucket(day, 4n, { at: 10 }), bucket(day, 3n, { at: 20 })];
  test.each([[[0, 1, 2]], [[2, 1, 0]], [[1, 0, 2]], [[2, 0, 1]]])('written in the order %j', (order) => {
    const written = order.flatMap((place) => records[place] ?? []);
    const drawn = consume(new Map([['own', sizeOf(8n)]]), () => ['own'], written).buckets;
    expect(drawn.map(({ bucket: { quantity }, over }) => `${quantity}: ${over} over`)).toEqual([
      '4: 0 over',
      '3: 0 over',
      '5: 4 over',
    ]);
  });
});

test('negative usage or size is refused', () => {
  expect(() => consumeListed([], [bucket('2026-04-01', -1n)])).toThrow('negative');
  const some = [...sizeOf(1n), ...sizeOf(-1n)];
  expect(() => consume(new Map([['a', some]]), () => [], [])).toThrow('an allowance is never smaller than zero');
});
