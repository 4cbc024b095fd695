import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backOut } from '../../cli/usage/usage.ts';
import { billMonth, explainedLines, sessionOf, type Used, usageFile } from './billed-months.ts';
import { type MemorySession, told } from './memory-session.ts';

const FOLDER = join(import.meta.dirname, 'months');
const MB = 1_000_000;

/** What is known of October when it is billed. */
const OCTOBER: readonly Used[] = [
  [1, '2026-10-03T10:00:00+02:00', 'data', 216 * MB, 'DEUD1'],
  [2, '2026-10-03T10:00:00+02:00', 'data', 100 * MB, 'DEUD1'],
  [3, '2026-10-04T10:00:00+02:00', 'data', 240 * MB, 'DEUD1'],
  [4, '2026-10-05T10:00:00+02:00', 'data', 40 * MB, 'DEUD1'],
  [4, '2026-10-05T11:00:00+02:00', 'sms', 3, 'DEUD1'],
  [5, '2026-10-05T10:00:00+02:00', 'data', 1, 'USAW6', '8.00,USD'],
  [5, '2026-10-20T10:00:00+02:00', 'data', 1, 'USAW6', '8.00,USD'],
  [5, '2026-10-20T11:00:00+02:00', 'data', 1, 'USAW6', '5,EUR'],
  [6, '2026-10-06T10:00:00+02:00', 'data', 280 * MB, 'DEUD1'],
  [9, '2026-10-06T10:00:00+02:00', 'data', 30.2 * MB, 'DEUD1'],
  [10, '2026-10-06T10:00:00+02:00', 'data', 80 * MB, 'DEUD1'],
];
/** What comes of it when that is done, in a file that is backed out later, and in one that stays. */
const WRONG: readonly Used[] = [[7, '2026-10-07T10:00:00+02:00', 'data', 50 * MB, 'DEUD1']];
const LATE: readonly Used[] = [
  [9, '2026-10-07T10:00:00+02:00', 'data', 30.2 * MB, 'DEUD1'],
  [10, '2026-10-07T10:00:00+02:00', 'data', 50 * MB, 'DEUD1'],
];
const NOVEMBER: readonly Used[] = [
  [4, '2026-11-05T10:00:00+01:00', 'data', 180 * MB, 'DEUD1'],
  [4, '2026-11-05T11:00:00+01:00', 'sms', 19, 'DEUD1'],
  [10, '2026-11-06T10:00:00+01:00', 'data', 90 * MB, 'DEUD1'],
];

/** October billed; in November its late usage and November's own have come. */
async function untilNovember(): Promise<MemorySession> {
  const session = await sessionOf(FOLDER);
  session.setClock('2026-11-01T08:00:00+01:00');
  session.drop('incoming/net/october.csv', usageFile('o', OCTOBER));
  await session.settle();
  await billMonth(session, '2026-10', '2026-11-02');
  session.setClock('2026-12-01T08:00:00+01:00');
  session.drop('incoming/net/wrong.csv', usageFile('w', WRONG));
  session.drop('incoming/net/late.csv', usageFile('l', LATE));
  session.drop('incoming/net/november.csv', usageFile('n', NOVEMBER));
  await session.settle();
  return session;
}

test('how lines of what was bought, carried over, passed on and billed before came about', async () => {
  const session = await untilNovember();
  await billMonth(session, '2026-11', '2026-12-02');
  session.setClock('2027-01-01T08:00:00+01:00');
  await told((output) => backOut(session, 'net/wrong.csv', 'sent by mistake', output));
  await session.settle();
  await billMonth(session, '2026-12', '2027-01-02');
  const texts: string[] = [];
  for (const month of ['2026-10', '2026-11', '2026-12']) texts.push(await explainedLines(session, month));
  await expect(texts.join('\n')).toMatchFileSnapshot('explain-months.golden.txt');
}, 120_000);
