import { join } from 'node:path';
import { expect, test } from 'vitest';
import { orderOne } from '../../cli/inventory.ts';
import { billMonth, explainedLines, sessionOf, type Used, usageFile } from './billed-months.ts';
import { told } from './memory-session.ts';

const FOLDER = join(import.meta.dirname, 'kinds');

/** What happened in October. */
const USED: readonly Used[] = [
  [2, '2026-10-03T10:00:00+02:00', 'data', 1, 'DEUD1'],
  [5, '2026-10-03T10:00:00+02:00', 'data', 160_004_000, 'DEUD1'],
  [5, '2026-10-05T10:00:00+02:00', 'data', 4_000_000, 'USAW6'],
  [5, '2026-10-20T10:00:00+02:00', 'data', 2_000_000, 'USAW6'],
  [5, '2026-10-05T10:00:00+02:00', 'voice', 30, 'DEUD1'],
  [5, '2026-10-06T10:00:00+02:00', 'voice', 185, 'DEUD1'],
  [5, '2026-10-07T10:00:00+02:00', 'sms', 23, 'DEUD1'],
  [6, '2026-10-07T10:00:00+02:00', 'event:door', 4, 'DEUD1'],
  [6, '2026-10-08T10:00:00+02:00', 'event:door', 3, 'DEUD1'],
  [6, '2026-10-08T11:00:00+02:00', 'event:alarm', 1, 'DEUD1'],
  [6, '2026-10-09T10:00:00+02:00', 'data', 25_000_000, 'FRAF1'],
  [7, '2026-10-09T10:00:00+02:00', 'data', 60_000_000, 'FRAF1'],
  [8, '2026-10-25T10:00:00+01:00', 'data', 115_000_000, 'FRAF1'],
  [9, '2026-10-09T10:00:00+02:00', 'data', 8_000_000, 'FRAF1'],
  [10, '2026-10-10T10:00:00+02:00', 'data', 78_000_000, 'FRAF1'],
  [11, '2026-10-10T10:00:00+02:00', 'data', 1_500_000_000, 'FRAF1'],
  [14, '2026-10-01T10:00:00+02:00', 'data', 60_000_000, 'FRAF1'],
  [15, '2026-10-01T10:00:00+02:00', 'data', 20_000_000, 'FRAF1'],
  [14, '2026-10-02T10:00:00+02:00', 'data', 10_000_000, 'FRAF1'],
  [15, '2026-10-02T10:00:00+02:00', 'data', 50_000_000, 'FRAF1'],
  [14, '2026-10-03T10:00:00+02:00', 'data', 5_000_000, 'FRAF1'],
  [15, '2026-10-03T10:00:00+02:00', 'data', 1_000_000, 'FRAF1'],
];

test('how every kind of line came about, as a person would write it', async () => {
  const session = await sessionOf(FOLDER);
  const order = { account: 'use', order: 'A-1', date: '2026-10-12', product: 'Tracker', quantity: '3', price: '89.99' };
  const rest = { businessUnit: '', reference: 'PO-7', taxCategory: 'goods' };
  await told((output) => orderOne(session, { ...order, ...rest }, output));
  session.setClock('2026-11-01T08:00:00+01:00');
  session.drop('incoming/net/october.csv', usageFile('r', USED));
  await session.settle();
  await billMonth(session, '2026-10', '2026-11-02');
  await expect(await explainedLines(session, '2026-10')).toMatchFileSnapshot('explain-kinds.golden.txt');
}, 120_000);
