import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutSlices, type Measurable } from '#shared/billing/slices.ts';

const payerOf = (payer: string, shards: number, load: number): Measurable => ({
  payer,
  shards: Array.from({ length: shards }, (_, at) => `${payer}-${at}`),
  load,
});

describe('slices of a run', () => {
  test.each([
    ['nobody', [], 100, []],
    ['an account without subscriptions', [payerOf('a', 0, 0)], 100, []],
    ['small accounts share one', [payerOf('a', 1, 3), payerOf('b', 1, 3)], 100, ['a:1 b:1']],
    [
      'accounts of one: ten are as much as sixty',
      Array.from({ length: 21 }, (_, at) => payerOf(`a${at}`, 1, 1)),
      60,
      [
        'a0:1 a1:1 a2:1 a3:1 a4:1 a5:1 a6:1 a7:1 a8:1 a9:1',
        'a10:1 a11:1 a12:1 a13:1 a14:1 a15:1 a16:1 a17:1 a18:1 a19:1',
        'a20:1',
      ],
    ],
    ['a large one is spread', [payerOf('a', 5, 50)], 100, ['a:2', 'a:2', 'a:1']],
    ['and shares its last', [payerOf('a', 3, 50), payerOf('b', 1, 2)], 100, ['a:2', 'a:1 b:1']],
  ] as const)('%s', (_, work, size, expected) => {
    const slices = cutSlices(work, size);
    expect(slices.map(({ parts }) => parts.map(({ payer, shards }) => `${payer}:${shards.length}`).join(' '))).toEqual(
      expected,
    );
    expect(slices.map(({ slice }) => slice)).toEqual(slices.map((__, at) => at));
  });

  const work = fc
    .array(fc.record({ shards: fc.nat(9), load: fc.integer({ min: 1, max: 90 }) }), { maxLength: 40 })
    .map((payers) => payers.map(({ shards, load }, at) => payerOf(`p${at}`, shards, load)));

  test('hold every shard once, in order, and less than their size before the last of it', () => {
    fc.assert(
      fc.property(work, fc.integer({ min: 1, max: 300 }), (payers, size) => {
        const slices = cutSlices(payers, size);
        const held = slices.flatMap(({ parts }) => parts.flatMap(({ shards }) => shards));
        expect(held).toEqual(payers.flatMap(({ shards }) => shards));
        const loads = new Map(payers.map(({ payer, load }) => [payer, load]));
        for (const { parts } of slices) {
          const [, ...before] = parts
            .flatMap(({ payer, shards }) => shards.map((_, at) => (loads.get(payer) ?? 0) + (at === 0 ? 5 : 0)))
            .reverse();
          expect(before.reduce((sum, weight) => sum + weight, 0)).toBeLessThan(size);
        }
      }),
    );
  });
});
