import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocate } from '#shared/money/allocate.ts';
import { amount } from '#shared/money/amount.ts';
import { leftPart, openSearch } from '#shared/rating/pools/left-parts.ts';

const cases = fc
  .record({
    members: fc.uniqueArray(fc.tuple(fc.string({ minLength: 1, maxLength: 3 }), fc.bigInt({ min: 1n, max: 12n })), {
      selector: ([id]) => id,
      minLength: 1,
      maxLength: 30,
    }),
    part: fc.nat(1_000),
    most: fc.integer({ min: 1, max: 40 }),
  })
  .map(({ members, part, most }) => {
    const came = members.reduce((sum, [, quantity]) => sum + quantity, 0n);
    return { members, came, left: (came * BigInt(part)) / 1_000n, most };
  });

test('every member tells its part by itself, and the parts are largest remainders, whatever is kept in memory and in which order they are read', () => {
  fc.assert(
    fc.property(cases, fc.infiniteStream(fc.boolean()), ({ members, came, left, most }, turns) => {
      const search = openSearch(came, left, most);
      let readings = 0;
      for (;;) {
        readings += 1;
        expect(readings).toBeLessThanOrEqual(Math.ceil(members.length / most) + 1);
        const inOrder = turns.next().value ? members : members.toReversed();
        for (const [id, quantity] of inOrder) search.add(id, quantity);
        const rule = search.endReading();
        if (rule === undefined) continue;
        const parts = members.map(([id, quantity]) => [id, leftPart(rule, id, quantity)] as const);
        const shares = members.map(([id, weight]) => ({ id, weight }));
        const wanted = allocate(amount(left), shares, amount(1n));
        expect(new Map(parts)).toEqual(new Map([...wanted].map(([id, each]) => [id, BigInt(each.toFixed(0))])));
        return;
      }
    }),
  );
});

test('a reading that misses a member is refused', () => {
  const search = openSearch(60n, 40n, 10);
  search.add('a', 10n);
  expect(() => search.endReading()).toThrow('members came to a pool with 10, and their sum is 60');
});
