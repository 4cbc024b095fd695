import { join } from 'node:path';
import { expect, test } from 'vitest';
import { billMonth, explainedLines, sessionOf, type Used, usageFile } from './billed-months.ts';

const FOLDER = join(import.meta.dirname, 'parts');
const MB = 1_000_000;

/** What happened in October. */
const USED: readonly Used[] = [
  [1, '2026-10-05T10:00:00+02:00', 'data', 150 * MB, 'DEUD1'],
  [2, '2026-10-22T10:00:00+02:00', 'data', 20 * MB, 'DEUD1'],
  [3, '2026-10-05T10:00:00+02:00', 'data', 500 * MB, 'DEUD1'],
  [4, '2026-10-25T10:00:00+01:00', 'data', 310 * MB, 'DEUD1'],
  [5, '2026-10-15T10:00:00+02:00', 'data', 205 * MB, 'DEUD1'],
  [5, '2026-10-15T11:00:00+02:00', 'data', 9 * MB, 'DEUD1'],
  [7, '2026-10-05T10:00:00+02:00', 'data', 80 * MB, 'DEUD1'],
  [8, '2026-10-05T10:00:00+02:00', 'data', 120 * MB, 'DEUD1'],
  [9, '2026-10-05T10:00:00+02:00', 'data', 53 * MB, 'DEUD1'],
  [9, '2026-10-12T10:00:00+02:00', 'data', 20 * MB, 'DEUD1'],
  [10, '2026-10-05T10:00:00+02:00', 'data', 33 * MB, 'DEUD1'],
  [10, '2026-10-20T10:00:00+02:00', 'data', 120 * MB, 'DEUD1'],
  [11, '2026-10-21T10:00:00+02:00', 'data', 14 * MB, 'DEUD1'],
  [12, '2026-10-05T10:00:00+02:00', 'sms', 3, 'DEUD1'],
  [12, '2026-10-20T10:00:00+02:00', 'sms', 4, 'DEUD1'],
  [13, '2026-10-05T10:00:00+02:00', 'data', 40 * MB, 'DEUD1'],
  [13, '2026-10-06T10:00:00+02:00', 'data', 30 * MB, 'USAW6'],
  [13, '2026-10-07T10:00:00+02:00', 'data', 5 * MB, 'DEUD1'],
  [14, '2026-10-05T10:00:00+02:00', 'voice', 30, 'DEUD1'],
  [14, '2026-10-06T10:00:00+02:00', 'voice', 300, 'DEUD1'],
  [14, '2026-10-07T10:00:00+02:00', 'voice', 2000, 'DEUD1'],
];

test('how lines of what is counted, covered and shared in parts came about', async () => {
  const session = await sessionOf(FOLDER);
  session.setClock('2026-11-01T08:00:00+01:00');
  session.drop('incoming/net/october.csv', usageFile('r', USED));
  await session.settle();
  await billMonth(session, '2026-10', '2026-11-02');
  await expect(await explainedLines(session, '2026-10')).toMatchFileSnapshot('explain-parts.golden.txt');
}, 120_000);
