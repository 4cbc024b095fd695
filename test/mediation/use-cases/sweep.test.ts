import { beforeEach, describe, expect, test } from 'vitest';
import type { PipelineMessage } from '#shared/mediation/ports.ts';
import { fileStatuses } from '#shared/mediation/use-cases/file-status.ts';
import { findFiles } from '#shared/mediation/use-cases/find-file.ts';
import type { SweepReport } from '#shared/mediation/use-cases/sweep.ts';
import { type SmallOperator, smallOperator } from '../../billing/small-operator.ts';
import { CARRIER, SECOND_RELEASE } from '../../simulation/world.ts';

/** 2500 records: three chunks. */
const ROWS = Array.from({ length: 2500 }, (_, i) => `s${i},262010000000001,2026-10-05T08:00:00Z,data,DEUD1,1000,`);
const FILE = {
  name: 'standing.csv',
  body: Buffer.from(['record_id,imsi,start,service,network,bytes,count', ...ROWS].join('\n')),
};
const NOTHING: SweepReport = {
  withoutClaim: 0,
  withoutManifest: 0,
  withoutCommit: 0,
  withoutEntry: 0,
  withoutRating: 0,
};

let operator: SmallOperator;
beforeEach(async () => {
  operator = await smallOperator();
  await operator.release(SECOND_RELEASE);
});

/** The state of the file; 'unknown' before it is claimed. */
async function state(): Promise<string> {
  const [found] = await findFiles(operator.world, FILE.name);
  const statuses = await fileStatuses(operator.world, found?.file ?? '');
  return statuses.at(-1)?.state ?? 'unknown';
}

async function billedOctets(): Promise<number> {
  const { total, differences } = await operator.proof();
  for (const { records, bytes } of Object.values(differences)) expect([records, bytes]).toEqual([0, 0]);
  return total.accepted.bytes;
}

/** Sweeps, with nothing lost any more, and again: by then everything must have come to its end, once. */
async function sweptOnce(found: Partial<SweepReport>): Promise<void> {
  operator.lose(() => false);
  expect(await operator.sweep()).toEqual({ ...NOTHING, ...found });
  await operator.settle();
  expect(await state()).toBe('loaded');
  expect(await operator.sweep()).toEqual(NOTHING);
  expect(await billedOctets()).toBe(2_500_000);
}

describe('what stands still is found by state alone, and goes on', () => {
  test('a file whose event from S3 was lost', async () => {
    operator.lose(({ queue }) => queue === 'inbox');
    await operator.dropFile(FILE);
    expect(await state()).toBe('unknown');
    await sweptOnce({ withoutClaim: 1 });
  });

  test('a claim without manifest: whoever read the file died, as often as it was tried', async () => {
    const { objects } = operator.world;
    const put = objects.put.bind(objects);
    objects.put = async (bucket, ...rest) => {
      if (bucket === 'work') throw new Error('out of memory');
      return put(bucket, ...rest);
    };
    await expect(operator.dropFile(FILE)).rejects.toThrow('out of memory');
    objects.put = put;
    expect(await state()).toBe('mediating');
    await sweptOnce({ withoutManifest: 1 });
  });

  const ofChunk = (wanted: (chunk: number) => boolean) => (message: PipelineMessage) =>
    message.queue === 'chunks' && wanted(message.chunk);
  test.each([
    ['all of its chunks', ofChunk(() => true), 3],
    ['one of them', ofChunk((chunk) => chunk === 1), 1],
  ])('a file that waits for the commit of %s', async (_, isLost, withoutCommit) => {
    operator.lose(isLost);
    await operator.dropFile(FILE);
    expect(await state()).toBe('loading');
    await sweptOnce({ withoutCommit });
  });

  test('a complete file without an entry in the log', async () => {
    operator.lose(({ queue }) => queue === 'complete');
    await operator.dropFile(FILE);
    expect(await state()).toBe('loading');
    await sweptOnce({ withoutEntry: 1 });
  });

  test('a file that counts and was not rated', async () => {
    operator.lose(({ queue }) => queue === 'rating');
    await operator.dropFile(FILE);
    expect(await state()).toBe('loaded');
    await sweptOnce({ withoutRating: 3 });
  });

  test('one after the other, each lost anew as soon as it goes on', async () => {
    const lost: PipelineMessage['queue'][] = ['inbox', 'chunks', 'complete', 'rating'];
    const reports: SweepReport[] = [];
    operator.lose(({ queue }) => queue === lost[0]);
    await operator.dropFile(FILE);
    for (const at of lost.keys()) {
      operator.lose(({ queue }) => queue === lost[at + 1]);
      reports.push(await operator.sweep());
      await operator.settle();
    }
    expect(reports).toEqual([
      { ...NOTHING, withoutClaim: 1 },
      { ...NOTHING, withoutCommit: 3 },
      { ...NOTHING, withoutEntry: 1 },
      { ...NOTHING, withoutRating: 3 },
    ]);
    await sweptOnce({});
  });
});

test('what is under way is sent again without harm', async () => {
  operator.drop(`incoming/${CARRIER}/${FILE.name}`, FILE.body);
  for (let times = 0; times < 3; times++) expect(await operator.sweep()).toEqual({ ...NOTHING, withoutClaim: 1 });
  await operator.settle();
  await sweptOnce({});
});

test('what came to its end without counting is left alone', async () => {
  await operator.dropFile({ name: 'broken.csv', body: Buffer.from('record_id,imsi\na,b\n') });
  expect(await operator.sweep()).toEqual(NOTHING);
});
