import { expect, test } from 'vitest';
import type { EntryBody } from '#shared/commit-log/entry.ts';
import { overtakesWriteOff } from '#shared/mediation/write-off.ts';
import { instantOf } from '#shared/time/local-date.ts';

const NO_CONTENT = { key: 'm', sha256: 'm' };
const facts = (from: string): EntryBody => {
  return { kind: 'facts recorded', parts: [], count: 1, earliest: instantOf(from, 'UTC') };
};
const loaded = (...months: string[]): EntryBody => {
  return {
    kind: 'files loaded',
    files: [{ file: 'f', generation: 1, replaces: 0, months, attempts: [] }],
    manifest: NO_CONTENT,
  };
};
const replacing = (...months: string[]): EntryBody => {
  const file = { file: 'f', generation: 2, replaces: 1, months, attempts: [] };
  return { kind: 'files loaded', files: [file], manifest: NO_CONTENT };
};
const backedOut = (...months: string[]): EntryBody => {
  return { kind: 'file backed out', file: 'f', generation: 1, months, reason: 'wrong' };
};

test.each<[string, EntryBody, boolean, boolean]>([
  ['a catalogue', { kind: 'catalog released', catalog: NO_CONTENT }, true, true],
  ['a run', { kind: 'run posted', run: 'r', manifest: NO_CONTENT }, false, false],
  ['facts of the month', facts('2026-10-31'), true, true],
  ['facts of long before', facts('2025-01-01'), true, true],
  ['facts of the next local day, which may begin in the month', facts('2026-11-01'), true, true],
  ['facts of later', facts('2026-11-02'), false, false],
  ['a file of the month', loaded('2026-09', '2026-10'), false, true],
  ['a file of other months', loaded('2026-09', '2026-11'), false, false],
  ['a file of the month read anew', replacing('2026-10'), true, true],
  ['a file of other months read anew', replacing('2026-09'), false, false],
  ['a file of the month taken back', backedOut('2026-10'), true, true],
  ['a file of other months taken back', backedOut('2026-09', '2026-11'), false, false],
])('%s overtakes a write-off of October: of events %3$s, of aggregates or readings %4$s', (_, body, events, states) => {
  const writeOff = { month: '2026-10', reason: 'NO_PRICE', note: '', by: 'anna', asOf: 3 };
  const entry = { position: 4, id: 'e', at: 0, by: 'anna', body };
  expect(overtakesWriteOff({ ...writeOff, hasStates: false }, entry)).toBe(events);
  expect(overtakesWriteOff({ ...writeOff, hasStates: true }, entry)).toBe(states);
});
