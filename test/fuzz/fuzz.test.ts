import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { seeded } from '../../bench/generate/random.ts';
import { fuzz, inputOf } from './fuzz.ts';
import { BINARY_TARGETS } from './targets-binary.ts';
import { TEXT_TARGETS } from './targets-text.ts';

/** A taste of what `node test/fuzz/run.ts` does for hours. */
const INPUTS = 150;

const TARGETS = [...BINARY_TARGETS, ...TEXT_TARGETS];
const FOUND = new URL('found/', import.meta.url);

/** Inputs that broke a law once; each is named by its target. */
test.each(readdirSync(FOUND))(
  '%s, which broke a law once, breaks none any more',
  async (name) => {
    const target = TARGETS.find((each) => name.startsWith(`${each.name}-`));
    const stored = readFileSync(new URL(name, FOUND));
    const bytes = name.endsWith('.gz') ? gunzipSync(stored) : stored;
    expect(bytes.length).toBeGreaterThan(0);
    for (let seed = 1; seed <= 20; seed++) await target!.check(bytes, seeded(seed));
  },
  60_000,
);

test.each(TARGETS)(
  '$name keeps its laws whatever it is given',
  async (target) => {
    let done = 0;
    await fuzz(target, 0, INPUTS, () => done++);
    expect(done).toBe(INPUTS);
  },
  120_000,
);

test('an input is the same whenever it is asked for, and not the one before', () => {
  const [target] = TEXT_TARGETS;
  expect(inputOf(target!, 7).bytes.equals(inputOf(target!, 7).bytes)).toBe(true);
  expect(inputOf(target!, 7).bytes.equals(inputOf(target!, 8).bytes)).toBe(false);
});
