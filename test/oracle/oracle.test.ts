import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { amount } from '#shared/money/amount.ts';
import { SKIPPED } from './skipped.ts';
import { type Case, type Compared, translationOf } from './translate.ts';

const CASES: readonly Case[] = JSON.parse(readFileSync(new URL('./cases.json', import.meta.url), 'utf8'));
const REASONS = new Map(Object.entries(SKIPPED).flatMap(([reason, ids]) => ids.map((id) => [id, reason] as const)));
const met = new Set<string>();

/** Equal, or where the source gives only some decimals, no further away than one unit of its last. */
function agree({ ours, theirs, places }: Compared): boolean {
  if (typeof ours === 'string') return ours === theirs;
  const expected = amount(String(theirs));
  if (places === undefined) return ours.equals(expected);
  return ours.minus(expected).abs().lessThanOrEqualTo(amount(10).pow(-places));
}

describe('cases of other systems', () => {
  test.each(CASES.filter(({ id }) => !REASONS.has(id)).map((oracle) => [oracle.id, oracle] as const))(
    '%s',
    (id, oracle) => {
      const compared = translationOf(oracle)?.(oracle, CASES);
      expect(compared, 'a case is translated, or skipped with a reason').toBeDefined();
      expect(compared?.length).toBeGreaterThan(0);
      for (const one of compared ?? [])
        expect(agree(one), `${one.what}: ours ${one.ours}, theirs ${one.theirs}`).toBe(true);
      met.add(id);
    },
  );

  test.each([...REASONS])('%s is left out: %s', (id, reason) => {
    expect(
      CASES.filter((oracle) => oracle.id === id),
      'a case of that id',
    ).toHaveLength(1);
    expect(reason.length).toBeGreaterThan(20);
  });
});

test('no case is named twice', () => {
  expect(new Set(CASES.map(({ id }) => id)).size).toBe(CASES.length);
  expect(Object.values(SKIPPED).flat()).toHaveLength(REASONS.size);
});

afterAll(() => {
  const kinds = [...new Set(CASES.map(({ kind }) => kind))].sort();
  const rows = kinds.map((kind) => {
    const cases = CASES.filter((oracle) => oracle.kind === kind);
    const exact = cases.filter(({ id }) => met.has(id)).length;
    return `  ${kind.padEnd(22)} ${String(exact).padStart(3)} met ${String(cases.length - exact).padStart(4)} left out`;
  });
  console.log([`Cases of other systems: ${met.size} of ${CASES.length} met`, ...rows].join('\n'));
});
