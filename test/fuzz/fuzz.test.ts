import { expect, test } from 'vitest';
import { fuzz, inputOf } from './fuzz.ts';
import { BINARY_TARGETS } from './targets-binary.ts';
import { TEXT_TARGETS } from './targets-text.ts';

/** A taste of what `node test/fuzz/run.ts` does for hours. */
const INPUTS = 150;

test.each([...BINARY_TARGETS, ...TEXT_TARGETS])(
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
