import { describe, expect, test } from 'vitest';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { newsOf, reasonOf, touches } from '#shared/billing/lines/reason.ts';
import type { EntryBody } from '#shared/commit-log/entry.ts';
import { OPEN_END } from '#shared/inventory/timeline.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { periodOfMonth } from '#shared/time/period.ts';
import { entriesOf, NO_CONTENT } from '../commit-log/entries.ts';
import { fee, line, recorded } from './lines.ts';

const ZONE = 'Europe/Berlin';
const loaded = (...months: string[]): EntryBody => ({
  kind: 'files loaded',
  files: [{ file: 'f', generation: 1, replaces: 0, months, attempts: [] }],
  manifest: NO_CONTENT,
});
const replayed = (...months: string[]): EntryBody => ({
  kind: 'files loaded',
  files: [{ file: 'f', generation: 2, replaces: 1, months, attempts: [] }],
  manifest: NO_CONTENT,
});
const backedOut = (...months: string[]): EntryBody => ({
  kind: 'file backed out',
  file: 'f',
  generation: 1,
  months,
  reason: '',
});
const facts = (from: string): EntryBody => ({
  kind: 'facts recorded',
  parts: [],
  count: 1,
  earliest: instantOf(from, ZONE),
});
const firstUses = (from: string) => ({ ...facts(from), firstUses: true }) as EntryBody;
const released: EntryBody = { kind: 'catalog released', catalog: NO_CONTENT };
const posted: EntryBody = { kind: 'run posted', run: 'r', manifest: NO_CONTENT };

/** Why a line moved, in a run for April whose last link billed March. */
const why = (news: EntryBody[], now: ChargeLine, before: ChargeLine | undefined) =>
  reasonOf(
    {
      news: newsOf(entriesOf(news)),
      zone: ZONE,
      period: periodOfMonth('2026-04', 1),
      cancelled: new Set(),
      lastCutOff: instantOf('2026-04-01', ZONE),
      lastUsageCutOff: instantOf('2026-04-01', ZONE),
      carrying: new Set(),
      measuredFrom: 0,
    },
    now,
    before && recorded(before, 'r1'),
  );
const data = (amount: string, month = '2026-03') => line('data', month, amount);
const advance = (amount: string, month = '2026-03') => fee('fee', month, amount, 'advance');

describe('why a line moved (pricing rules §10)', () => {
  test.each<[string, EntryBody[], ChargeLine, ChargeLine | undefined, string]>([
    ['first billed in its own period', [loaded('2026-04')], data('1.00', '2026-04'), undefined, ''],
    ['first billed in advance of a later one', [], advance('1.00', '2026-05'), undefined, ''],
    ['of an earlier period, never billed: late usage', [loaded('2026-03')], data('1.00'), undefined, 'late usage'],
    ['usage that came late', [loaded('2026-03')], data('2.00'), data('1.00'), 'late usage'],
    [
      "usage of the month before by the carrier's clock, which is this one here",
      [loaded('2026-02')],
      data('2.00'),
      data('1.00'),
      'late usage',
    ],
    ['usage of another month', [loaded('2026-04')], data('2.00'), data('1.00'), 'computation changed'],
    ['a file backed out, and it fell', [backedOut('2026-03')], data('1.00'), data('2.00'), 'backed-out file'],
    [
      'a file backed out and others loaded, and it fell',
      [backedOut('2026-03'), loaded('2026-03')],
      data('1.00'),
      data('2.00'),
      'backed-out file',
    ],
    [
      'a file backed out and others loaded, and it rose',
      [backedOut('2026-03'), loaded('2026-03')],
      data('3.00'),
      data('2.00'),
      'late usage',
    ],
    [
      'a file backed out, and it rose all the same',
      [backedOut('2026-03')],
      data('3.00'),
      data('2.00'),
      'backed-out file',
    ],
    ['a file read anew, and it fell', [replayed('2026-03')], data('1.00'), data('2.00'), 'file read anew'],
    ['a file read anew, and it rose', [replayed('2026-03')], data('3.00'), data('2.00'), 'file read anew'],
    [
      'a file read anew and others loaded, and it fell',
      [replayed('2026-03'), loaded('2026-03')],
      data('1.00'),
      data('2.00'),
      'file read anew',
    ],
    [
      'a file read anew and others loaded, and it rose',
      [replayed('2026-03'), loaded('2026-03')],
      data('3.00'),
      data('2.00'),
      'late usage',
    ],
    ['a fact that holds from before', [facts('2026-03-10')], data('2.00'), data('1.00'), 'backdated change'],
    [
      'a fact, and usage: usage before inventory',
      [facts('2026-03-10'), loaded('2026-03')],
      data('2.00'),
      data('1.00'),
      'late usage',
    ],
    [
      'usage moves no fee',
      [facts('2026-03-10'), loaded('2026-03')],
      advance('2.00'),
      advance('1.00'),
      'backdated change',
    ],
    [
      'a fee in advance, and a fact within the period it is for',
      [facts('2026-04-10')],
      advance('1.00', '2026-04'),
      advance('2.00', '2026-04'),
      'change after billing in advance',
    ],
    [
      'a fact that holds from after the period',
      [facts('2026-05-01')],
      data('2.00'),
      data('1.00'),
      'computation changed',
    ],
    ['a price', [released], data('2.00'), data('1.00'), 'price correction'],
    [
      'a fact, and a price: inventory before prices',
      [released, facts('2026-03-10')],
      data('2.00'),
      data('1.00'),
      'backdated change',
    ],
    [
      'a fee, and a first use within its period',
      [firstUses('2026-03-10')],
      advance('2.00'),
      advance('1.00'),
      'first use',
    ],
    [
      'a first use of before, and usage',
      [firstUses('2026-02-10'), loaded('2026-03')],
      data('2.00'),
      data('1.00'),
      'late usage',
    ],
    [
      'a first use that holds from after the period',
      [firstUses('2026-04-01')],
      advance('2.00'),
      advance('1.00'),
      'computation changed',
    ],
    [
      'what was said, and a first use: what was said before what follows from usage',
      [firstUses('2026-03-10'), facts('2026-03-10')],
      advance('2.00'),
      advance('1.00'),
      'backdated change',
    ],
    [
      'a first use, and a price: inventory before prices',
      [released, firstUses('2026-03-10')],
      advance('2.00'),
      advance('1.00'),
      'first use',
    ],
    ['no news at all', [], data('2.00'), data('1.00'), 'computation changed'],
    ['a posted run is no news', [posted], data('2.00'), data('1.00'), 'computation changed'],
  ])('%s', (_, news, now, before, reason) => {
    expect(why(news, now, before)).toBe(reason);
  });
});

test('where nothing was ever posted, nothing has moved: a first invoice gives no reasons', () => {
  const scope = {
    news: newsOf(entriesOf([loaded('2026-03'), facts('2026-03-10'), released])),
    zone: ZONE,
    period: periodOfMonth('2026-04', 1),
    cancelled: new Set<string>(),
    lastCutOff: 0,
    lastUsageCutOff: 0,
    carrying: new Set<string>(),
    measuredFrom: 0,
  };
  expect([data('1.00'), advance('1.00'), data('1.00', '2026-04')].map((of) => reasonOf(scope, of, undefined))).toEqual([
    '',
    '',
    '',
  ]);
});

describe('news touch a period', () => {
  test.each<[string, EntryBody[], boolean]>([
    ['nothing', [], false],
    ['usage of its month', [loaded('2026-03')], true],
    ['usage of the UTC month its first hour is in', [loaded('2026-02')], true],
    ['usage of the next month', [loaded('2026-04')], false],
    ['a file backed out', [backedOut('2026-02', '2026-03')], true],
    ['a file read anew', [replayed('2026-02', '2026-03')], true],
    ['a fact from before its end', [facts('2026-03-31')], true],
    ['a fact from long before', [facts('2020-01-01')], true],
    ['a fact from its end', [facts('2026-04-01')], false],
    ['a first use before its end', [firstUses('2026-03-31')], true],
    ['a first use from its end', [firstUses('2026-04-01')], false],
    ['a catalogue', [released], true],
    ['a posted run', [posted], false],
  ])('%s: %s', (_, news, touched) => {
    expect(touches(newsOf(entriesOf(news)), periodOfMonth('2026-03', 1), ZONE)).toBe(touched);
  });

  test('without facts, none is early', () => {
    expect(newsOf([]).factsFrom).toBeGreaterThanOrEqual(OPEN_END);
  });
});
