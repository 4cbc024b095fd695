import { expect, test } from 'vitest';
import { readOptions } from './command-options.ts';

const read = (...args: string[]) =>
  readOptions(
    'npm run it --',
    { seeds: { default: '100', meaning: 'how many' }, trace: { default: '', meaning: 'where to' } },
    args,
  );
const USAGE = /^usage: npm run it -- \[options\]\n {2}--seeds {4}how many \(default: 100\)\n {2}--trace {4}where to\n/m;

test('what is not said is as it is by default', () => {
  expect(read('--seeds', '7')).toEqual({ given: { seeds: '7', trace: '' } });
});

test('help is what there is', () => {
  expect(read('--help')).toEqual({ text: expect.stringMatching(USAGE), exitCode: 0 });
});

test.each([
  [['--seed', '7'], /Unknown option '--seed'/],
  [['--seeds', 'many'], /--seeds is a whole number, not "many"/],
  [['now'], /Unexpected argument 'now'/],
])('%j is answered by what is wrong and what there is', (args, wrong) => {
  const answer = read(...args);
  expect(answer).toMatchObject({ text: expect.stringMatching(wrong), exitCode: 1 });
  expect(answer).toMatchObject({ text: expect.stringMatching(USAGE) });
});
