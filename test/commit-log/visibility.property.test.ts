import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EntryBody } from '#shared/commit-log/entry.ts';
import { EMPTY_WORLD, generationKey, type WorldState, worldAfter } from '#shared/commit-log/visibility.ts';
import { entriesOf } from './entries.ts';

const FILES = ['f1', 'f2', 'f3', 'f4'];
const MONTHS: Record<string, string[]> = {
  f1: ['2026-09'],
  f2: ['2026-09', '2026-10'],
  f3: ['2026-10'],
  f4: ['2026-10', '2026-11'],
};
const monthsOf = (file: string) => MONTHS[file] ?? [];

const generation = fc.record({ file: fc.constantFrom(...FILES), generation: fc.integer({ min: 1, max: 3 }) });
const load = fc.tuple(generation, fc.nat(2), fc.constantFrom('a1', 'a2')).map(([each, replaces, attempt]) => {
  return {
    ...each,
    replaces: Math.min(replaces, each.generation - 1),
    months: monthsOf(each.file),
    attempts: [attempt],
  };
});
const content = fc.constantFrom('c1', 'c2', 'c3').map((sha256) => ({ key: sha256, sha256 }));
const arbitraryBody: fc.Arbitrary<EntryBody> = fc.oneof(
  fc
    .array(load, { minLength: 1, maxLength: 3 })
    .map((files): EntryBody => ({ kind: 'files loaded', files, manifest: { key: 'm', sha256: 'm' } })),
  generation.map(
    (each): EntryBody => ({ kind: 'file backed out', ...each, months: monthsOf(each.file), reason: 'wrong' }),
  ),
  content.map((catalog): EntryBody => ({ kind: 'catalog released', catalog })),
  fc.constant<EntryBody>({ kind: 'run posted', run: 'r', manifest: { key: 'm', sha256: 'm' } }),
);
const arbitraryBodies = fc.array(arbitraryBody, { maxLength: 25 });

/**
 * The definition itself, load by load: a generation is visible since its first load, until it is backed out or replaced; what was so once never is
 * again. A back-out of what is not visible does nothing. What replaces something visible counts as loaded when that was.
 */
function visibleByDefinition(bodies: readonly EntryBody[]): Record<string, Record<string, object>> {
  type Visible = { file: string; since: number; position: number; attempts: readonly string[] };
  const visible = new Map<string, Visible>();
  const ended = new Set<string>();
  const end = (key: string) => {
    visible.delete(key);
    ended.add(key);
  };
  for (const [place, body] of bodies.entries()) {
    if (body.kind === 'file backed out') {
      const key = generationKey(body.file, body.generation);
      if (visible.has(key)) end(key);
    }
    for (const { file, generation: number, replaces, attempts } of body.kind === 'files loaded' ? body.files : []) {
      const key = generationKey(file, number);
      if (ended.has(key)) continue;
      const position = place + 1;
      const since = visible.get(generationKey(file, replaces))?.since ?? position;
      if (replaces > 0) end(generationKey(file, replaces));
      if (!visible.has(key)) visible.set(key, { file, since, position, attempts: attempts as readonly string[] });
    }
  }
  const months: Record<string, Record<string, object>> = {};
  for (const [key, { file, since, position, attempts }] of visible) {
    for (const month of monthsOf(file)) {
      months[month] ??= {};
      months[month][key] = { position, ...(since === position ? {} : { firstLoaded: since }), attempts };
    }
  }
  return months;
}

/** Without months in which nothing is left. */
function filled({ months }: WorldState): object {
  return Object.fromEntries(Object.entries(months).filter(([, files]) => Object.keys(files).length > 0));
}

describe('the world after entries', () => {
  test('is what the definition says, at every position', () => {
    fc.assert(
      fc.property(arbitraryBodies, (bodies) => {
        const world = worldAfter(EMPTY_WORLD, entriesOf(bodies));
        expect(filled(world)).toEqual(visibleByDefinition(bodies));
        expect(world.position).toBe(bodies.length);
        const released = bodies.findLastIndex((body) => body.kind === 'catalog released');
        expect(world.catalog?.position ?? 0).toBe(released + 1);
      }),
      { numRuns: 500 },
    );
  });

  test('is the same wherever reading stops and goes on, as JSON in between', () => {
    fc.assert(
      fc.property(arbitraryBodies, fc.array(fc.nat(25), { maxLength: 4 }), (bodies, cuts) => {
        const entries = entriesOf(bodies);
        let world: WorldState = EMPTY_WORLD;
        for (const cut of [...cuts.toSorted((a, b) => a - b), entries.length]) {
          const upTo = Math.min(Math.max(cut, world.position), entries.length);
          world = worldAfter(JSON.parse(JSON.stringify(world)), entries.slice(world.position, upTo));
        }
        expect(world).toEqual(worldAfter(EMPTY_WORLD, entries));
      }),
    );
  });

  test('does not change the world it began with', () => {
    fc.assert(
      fc.property(arbitraryBodies, arbitraryBodies, (first, second) => {
        const before = worldAfter(EMPTY_WORLD, entriesOf(first));
        const kept = structuredClone(before);
        worldAfter(before, entriesOf([...first, ...second]).slice(first.length));
        expect(before).toEqual(kept);
      }),
    );
  });
});

describe('the world after some entries', () => {
  const load = (file: string, of: number, attempt: string, replaces = 0): EntryBody => ({
    kind: 'files loaded',
    files: [{ file, generation: of, replaces, months: ['2026-10'], attempts: [attempt] }],
    manifest: { key: 'm', sha256: 'm' },
  });
  const backOut = (file: string, of: number): EntryBody => ({
    kind: 'file backed out',
    file,
    generation: of,
    months: ['2026-10'],
    reason: 'wrong',
  });
  test.each<[string, EntryBody[], Record<string, object>]>([
    [
      'the first load of a generation counts',
      [load('f', 1, 'a'), load('f', 1, 'b')],
      { 'f#1': { position: 1, attempts: ['a'] } },
    ],
    ['a load after the back-out does not', [load('f', 1, 'a'), backOut('f', 1), load('f', 1, 'a')], {}],
    [
      'a later generation does',
      [load('f', 1, 'a'), backOut('f', 1), load('f', 2, 'a')],
      { 'f#2': { position: 3, attempts: ['a'] } },
    ],
    [
      'a back-out of what is not loaded does nothing',
      [backOut('f', 1), load('f', 1, 'a')],
      { 'f#1': { position: 2, attempts: ['a'] } },
    ],
    ['backing out twice is backing out once', [load('f', 1, 'a'), backOut('f', 1), backOut('f', 1)], {}],
    [
      'a generation that replaces another counts instead of it',
      [load('f', 1, 'a'), load('f', 2, 'b', 1)],
      { 'f#2': { position: 2, firstLoaded: 1, attempts: ['b'] } },
    ],
    [
      'what was replaced does not come back: neither loaded again nor when what replaced it is backed out',
      [load('f', 1, 'a'), load('f', 2, 'b', 1), backOut('f', 2), load('f', 1, 'a')],
      {},
    ],
    [
      'a back-out of what was replaced does nothing',
      [load('f', 1, 'a'), load('f', 2, 'b', 1), backOut('f', 1)],
      { 'f#2': { position: 2, firstLoaded: 1, attempts: ['b'] } },
    ],
    [
      'files with numbers in their names are apart',
      [load('f', 12, 'a'), load('f#1', 2, 'b')],
      { 'f#12': { position: 1, attempts: ['a'] }, 'f#1#2': { position: 2, attempts: ['b'] } },
    ],
  ])('%s', (_, bodies, visible) => {
    expect(worldAfter(EMPTY_WORLD, entriesOf(bodies)).months['2026-10'] ?? {}).toEqual(visible);
  });

  test('at every position exactly one generation counts, where each replaces the one before', () => {
    const bodies = [load('f', 1, 'a'), load('f', 2, 'b', 1), load('f', 2, 'b', 1), load('f', 3, 'c', 2)];
    const entries = entriesOf(bodies);
    const counting = entries.map((_, place) => {
      const { months } = worldAfter(EMPTY_WORLD, entries.slice(0, place + 1));
      return Object.keys(months['2026-10'] ?? {}).join();
    });
    expect(counting).toEqual(['f#1', 'f#2', 'f#2', 'f#3']);
  });

  test('an entry that does not follow on is refused', () => {
    const [, second] = entriesOf([load('f', 1, 'a'), load('g', 1, 'a')]);
    expect(() => worldAfter(EMPTY_WORLD, [second!])).toThrow('position 2 does not follow 0');
  });
});
