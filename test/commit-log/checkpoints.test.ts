import { describe, expect, test } from 'vitest';
import type { EntryBody } from '#shared/commit-log/entry.ts';
import { ALL_MONTHS, catalogOf, worldAt, writeCheckpoints } from '#shared/commit-log/use-cases/world.ts';
import { EMPTY_WORLD, type WorldState, worldAfter } from '#shared/commit-log/visibility.ts';
import { memoryObjects } from '#shared/memory/objects.ts';
import { entriesOf, logOf } from './entries.ts';

const MONTHS = ['2026-09', '2026-10', '2026-11'];

/** How long after a file was loaded it is replaced: longer than from one checkpoint to the next. */
const REPLACED_AFTER = 1201;

/**
 * 2,345 entries: loads of files, most of one month, some of two; every fifth is backed out later, every fifth replaced by a generation with usage of
 * another month; a release now and then.
 */
const bodies = Array.from({ length: 2_345 }, (_, place): EntryBody => {
  const replaces = place % 5 === 3 && place > REPLACED_AFTER ? 1 : 0;
  const number = place - (place % 5 === 4 ? 3 : 0) - replaces * REPLACED_AFTER;
  const file = `f${number}`;
  const own = number % 7 === 0 ? MONTHS.slice(0, 2) : [MONTHS[number % 3] ?? ''];
  const months = replaces === 0 ? own : [...new Set([...own, MONTHS[(number + 1) % 3] ?? ''])].sort();
  if (place % 400 === 0) return { kind: 'catalog released', catalog: { key: `c${place}`, sha256: `${place}` } };
  if (place % 5 === 4) return { kind: 'file backed out', file, generation: 1, months, reason: 'wrong' };
  return {
    kind: 'files loaded',
    files: [{ file, generation: 1 + replaces, replaces, months, attempts: [`a${place}`] }],
    manifest: { key: 'm', sha256: 'm' },
  };
});
const entries = entriesOf(bodies);
const POSITIONS = [0, 1, 998, 999, 1000, 1001, 1999, 2000, 2001, 2345];
const fromStart = (position: number) => worldAfter(EMPTY_WORLD, entries.slice(0, position));

describe.each<[string, readonly number[]]>([
  ['none', []],
  ['written at 999: there is none to write', [999]],
  ['one', [1000]],
  ['written late: all that are due', [2345]],
  ['one after the other', [1000, 1500, 2000, 2345]],
])('with checkpoints %s', (_, written) => {
  test('the world at a position is the one read from the start', async () => {
    const ports = { decisions: await logOf(bodies), objects: memoryObjects({ now: () => 0 }) };
    for (const tail of written) await writeCheckpoints(ports, tail);
    for (const position of POSITIONS) expect(await worldAt(ports, position, ALL_MONTHS)).toEqual(fromStart(position));
  });

  test('a reader of some months sees them as a reader of all does', async () => {
    const ports = { decisions: await logOf(bodies), objects: memoryObjects({ now: () => 0 }) };
    for (const tail of written) await writeCheckpoints(ports, tail);
    for (const wanted of MONTHS) {
      for (const position of POSITIONS) {
        const world: WorldState = await worldAt(ports, position, (month) => month === wanted);
        expect(world.months[wanted]).toEqual(fromStart(position).months[wanted]);
        expect(world.catalog).toEqual(fromStart(position).catalog);
      }
    }
  });
});

test('a checkpoint is written once, whoever asks, and a repeat writes none', async () => {
  const ports = { decisions: await logOf(bodies), objects: memoryObjects({ now: () => 0 }) };
  expect(await Promise.all([writeCheckpoints(ports, 2345), writeCheckpoints(ports, 2345)])).toEqual([2, 2]);
  expect(await writeCheckpoints(ports, 2345)).toBe(0);
  expect(await writeCheckpoints(ports, 999)).toBe(0);
});

test('a lost checkpoint is done without: the one before serves', async () => {
  const ports = { decisions: await logOf(bodies), objects: memoryObjects({ now: () => 0 }) };
  await writeCheckpoints(ports, 1000);
  expect(await worldAt(ports, 2345, ALL_MONTHS)).toEqual(fromStart(2345));
});

test('the catalogue of a world without a release is asked for in words', async () => {
  const ports = { decisions: await logOf([]), objects: memoryObjects({ now: () => 0 }) };
  await expect(catalogOf(ports, EMPTY_WORLD)).rejects.toThrow('billing catalog release');
});
