import { beforeEach, expect, test } from 'vitest';
import { fileStatuses } from '#shared/mediation/use-cases/file-status.ts';
import { findFiles, rejectedRecords } from '#shared/mediation/use-cases/find-file.ts';
import { showFile } from '../../../cli/usage/usage.ts';
import { type SmallOperator, smallOperator } from '../../billing/small-operator.ts';
import { told } from '../../cli/memory-session.ts';
import { SECOND_RELEASE } from '../../simulation/world.ts';
import { zipOf } from '../zip-writer.ts';

const HEADER = 'record_id,imsi,start,service,network,bytes,count';
const row = (id: string, bytes: string) => `${id},262010000000001,2026-10-05T08:00:00Z,data,DEUD1,${bytes},`;
const csv = (...rows: string[]) => Buffer.from([HEADER, ...rows, ''].join('\n'));

let operator: SmallOperator;
beforeEach(async () => {
  operator = await smallOperator();
  await operator.release(SECOND_RELEASE);
});

test('a rejected record is told with file, entry, number, line, field and its value, which is cut short', async () => {
  const long = `12${'0'.repeat(150)}x`;
  const entries = [
    { name: 'a.csv', bytes: csv(row('a1', '1'), row('a2', '-5')) },
    { name: 'inner/b.csv', bytes: csv(row('b1', '2'), row('b2', long), row('b3', '4')) },
  ];
  await operator.dropFile({ name: 'both.csv', body: zipOf(entries) });
  const [found] = await findFiles(operator.world, 'both.csv');
  const [status] = await fileStatuses(operator.world, found?.file ?? '');
  expect(status).toMatchObject({
    state: 'loaded',
    manifest: { outcome: { read: 5, rejected: 2, accepted: { bytes: 7 } } },
  });
  const rejected = await rejectedRecords(operator.world, status!, 10);
  expect(rejected).toEqual([
    {
      ...{ record: 2, place: 3, entry: 'a.csv', code: 'VALUE_OUT_OF_RANGE', field: 'bytes', value: '-5' },
      text: expect.stringContaining('not negative'),
    },
    {
      ...{ record: 4, place: 3, entry: 'inner/b.csv', code: 'INVALID_VALUE', field: 'bytes' },
      value: `${long.slice(0, 79)}…`,
      text: expect.stringContaining('decimal number'),
    },
  ]);
  const { text } = await told((output) => showFile(operator, 'both.csv', 10, output));
  expect(text).toMatch(/inner\/b\.csv.*line 3.*INVALID_VALUE.*bytes/);
});
