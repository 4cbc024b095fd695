import { beforeEach, describe, expect, test } from 'vitest';
import type { ListedFile } from '#shared/mediation/use-cases/list-files.ts';
import { replayMany, replayOne } from '../../cli/usage/replay.ts';
import { backOut, showFile, showFiles } from '../../cli/usage/usage.ts';
import { BY_ICCID, FILE, IN_KILOBYTES, UNREADABLE } from '../billing/readings.ts';
import { type SmallOperator, smallOperator } from '../billing/small-operator.ts';
import { CARRIER, FIRST_RELEASE } from '../simulation/world.ts';
import { told } from './memory-session.ts';

const NAMED = `${CARRIER}/${FILE.name}`;

let operator: SmallOperator;
beforeEach(async () => {
  operator = await smallOperator();
});

/** Files that count in a month, or came in it. */
async function listed(month: string): Promise<string[]> {
  const { data } = await told((output) => showFiles(operator, { month, carrier: '' }, output));
  return (data as ListedFile[]).map(
    ({ name, generation, state, detail, read }) => `${name} ${generation} ${state} ${read} ${detail}`,
  );
}

describe('one file', () => {
  test('is read anew, and says what it was and is', async () => {
    await operator.release(IN_KILOBYTES);
    await operator.dropFile(FILE);
    await operator.release(FIRST_RELEASE);
    const { text, next, data } = await told((output) => replayOne(operator, NAMED, output));
    expect(text).toBe(
      'Read anew as load 2, which counts from position 6 on: 3 records, 13.00 MB, 0 records rejected, instead of 3 records, 13.00 GB, 0 records rejected.',
    );
    expect(next).toBe('the next bill run carries the difference');
    expect(data).toMatchObject({ generation: 2, state: 'loaded', position: 6 });
    expect(await listed('2026-10')).toEqual(['usage.csv 2 loaded 3 ']);
    const shown = await told((output) => showFile(operator, NAMED, 50, output));
    expect(shown.text).toMatch(
      /^state +loaded at position 4, replaced at position 6; loaded at position 6 \(load 2\)$/m,
    );
    await told((output) => backOut(operator, NAMED, 'wrong', output));
    await operator.settle();
    expect(await listed('2026-11')).toEqual(['usage.csv 2 backed out 3 ']);
    await expect(told((output) => replayOne(operator, NAMED, output))).rejects.toThrow('was backed out at position 7');
  });

  test('that was quarantined loads', async () => {
    await operator.release(UNREADABLE);
    await operator.dropFile(FILE);
    await operator.release(FIRST_RELEASE);
    const { text } = await told((output) => replayOne(operator, NAMED, output));
    expect(text).toBe('Read anew as load 2, which counts from position 5 on: 3 records, 13.00 MB, 0 records rejected.');
  });

  test('counts as it did when the new reading is quarantined', async () => {
    await operator.dropFile(FILE);
    await operator.release(UNREADABLE);
    await expect(told((output) => replayOne(operator, NAMED, output))).rejects.toMatchObject({
      message: 'the new reading is quarantined; it counts as it did',
      details: [expect.stringMatching(/^MISSING_COLUMN at line 1: /)],
    });
    expect(await listed('2026-10')).toEqual(['usage.csv 1 loaded 3 its replay is quarantined']);
  });
});

describe('all files of a source', () => {
  const all = (since: string, source = 'aero-csv') => told((output) => replayMany(operator, source, since, output));

  test('that would be read otherwise now are read anew, once', async () => {
    await operator.release(BY_ICCID);
    await operator.dropFile(FILE);
    await operator.release(FIRST_RELEASE);
    await operator.dropFile({ name: 'good.csv', body: Buffer.from(FILE.body.toString().replaceAll('\nr', '\ng')) });
    expect((await all('2026-11-05')).text).toBe(
      'Nothing that came since 2026-11-05 would be read otherwise than it was.',
    );
    const { text, data } = await all('2026-11-01');
    expect(text).toBe('1 file is being read anew:\n  incoming/aero/usage.csv');
    expect(data).toMatchObject([{ outcome: 'begun', generation: 2 }]);
    expect((await all('2026-11-01')).text).toMatch(/^Nothing/);
    await operator.settle();
    expect((await all('2026-11-01')).text).toMatch(/^Nothing/);
    expect(await listed('2026-10')).toEqual(['good.csv 1 loaded 3 ', 'usage.csv 2 loaded 3 ']);
    expect(await operator.suspended()).toEqual([]);
  });

  test('of a source nobody knows are refused', async () => {
    await expect(all('2026-11-01', 'nobody')).rejects.toThrow('the catalogue has no source nobody');
  });
});
