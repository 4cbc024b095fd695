import type { EntryBody } from '#shared/commit-log/entry.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { NO_CONTENT } from '../commit-log/entries.ts';

/** Where the payer is. */
export const ZONE = 'Europe/Berlin';

/** Entries of the log that move lines, and one that moves none. */
export const loaded = (...months: string[]): EntryBody => ({
  kind: 'files loaded',
  files: [{ file: 'f', generation: 1, replaces: 0, months, attempts: [] }],
  manifest: NO_CONTENT,
});
export const replayed = (...months: string[]): EntryBody => ({
  kind: 'files loaded',
  files: [{ file: 'f', generation: 2, replaces: 1, months, attempts: [] }],
  manifest: NO_CONTENT,
});
export const backedOut = (...months: string[]): EntryBody => ({
  kind: 'file backed out',
  file: 'f',
  generation: 1,
  months,
  reason: '',
});
export const facts = (from: string): EntryBody => ({
  kind: 'facts recorded',
  parts: [],
  count: 1,
  earliest: instantOf(from, ZONE),
});
export const firstUses = (from: string) => ({ ...facts(from), firstUses: true }) as EntryBody;
export const released: EntryBody = { kind: 'catalog released', catalog: NO_CONTENT };
export const posted: EntryBody = { kind: 'run posted', run: 'r', manifest: NO_CONTENT };
