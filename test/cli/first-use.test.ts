import { join } from 'node:path';
import { expect, test } from 'vitest';
import { showInventory } from '../../cli/inventory.ts';
import { backOut } from '../../cli/usage/usage.ts';
import { billMonth, explainedLines, sessionOf, usageFile } from './billed-months.ts';
import { told } from './memory-session.ts';

/**
 * By hand, a day of October at 1.00: R-1 is ready until its first use on the 10th, 22 days; R-2 for five days, until the 6th, 26; R-3 is active, 31;
 * R-4 is not used: 79.00. Late usage has R-1 used on the 4th, 28, and R-4 on the 31st, 1: 86.00. That file is backed out: 79.00, and R-4 is active as
 * its 90 days are over, from 30 December on.
 */
test('how fees of what became active by itself came about, and why they moved', async () => {
  const session = await sessionOf(join(import.meta.dirname, 'first-use'));
  session.setClock('2026-11-01T08:00:00+01:00');
  const october = [1, 2].map((imsi) => [imsi, '2026-10-10T10:00:00+02:00', 'data', 2_000_000, 'DEUD1'] as const);
  session.drop('incoming/net/october.csv', usageFile('o', october));
  await session.settle();
  await billMonth(session, '2026-10', '2026-11-02');

  session.setClock('2026-11-10T08:00:00+01:00');
  session.drop(
    'incoming/net/late.csv',
    usageFile('l', [
      [1, '2026-10-04T10:00:00+02:00', 'data', 1_000_000, 'DEUD1'],
      [4, '2026-10-31T23:00:00+01:00', 'data', 1_000_000, 'DEUD1'],
    ]),
  );
  await session.settle();
  await billMonth(session, '2026-11', '2026-12-02');

  session.setClock('2026-12-10T08:00:00+01:00');
  await told((output) => backOut(session, 'late.csv', 'of another', output));
  await session.settle();
  await billMonth(session, '2026-12', '2027-01-04');

  const { text } = await told((output) => showInventory(session, 'R-1', output));
  const months = await Promise.all(['2026-10', '2026-11', '2026-12'].map((month) => explainedLines(session, month)));
  const all = [`$ billing inventory show R-1\n${text}\n`, ...months].join('\n');
  await expect(all).toMatchFileSnapshot('first-use.golden.txt');
}, 120_000);
