import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Decisions } from '#shared/commit-log/ports.ts';
import type { DecodedFile } from '#shared/mediation/decoder.ts';
import { unreadable } from '#shared/mediation/file-outcome.ts';
import { missingNumbers } from '#shared/mediation/sequence.ts';
import { fileKeys } from '#shared/mediation/usage-file.ts';
import { missingFiles } from '#shared/mediation/use-cases/missing-files.ts';
import { takeNumber } from '#shared/mediation/use-cases/take-number.ts';
import { memoryDecisions } from '#shared/memory/decisions.ts';

const NOW = Date.UTC(2026, 10, 1) / 1000;
const DAY = 86_400;

interface Said {
  readonly status: DecodedFile['status'];
  readonly rapSequence: string;
  readonly at: number;
  readonly generation: number;
}
const PLAIN: Said = { status: 'accepted', rapSequence: '', at: NOW, generation: 1 };

/** What a TAP file from DEUD2 to UTOIO came to when it was read. */
function read(sequence: string, { status, rapSequence }: Said): DecodedFile {
  const nothing = unreadable({ code: 'CORRUPT_GZIP', place: 0, message: '' });
  const facts = { ...nothing.facts, sender: 'DEUD2', recipient: 'UTOIO', sequence, rapSequence };
  return { ...nothing, status, problems: [], facts };
}

/** A file goes through mediation: it is claimed, read, takes its number, and has its manifest. */
async function mediate(
  decisions: Decisions,
  file: string,
  sequence: string,
  more: Partial<Said>,
): Promise<DecodedFile> {
  const said = { ...PLAIN, ...more };
  const { generation, at: arrivedAt } = said;
  await decisions.putIfAbsent(fileKeys.claim(file, generation), {});
  const numbered = { file, generation, name: `CDDEUD2UTOIO${sequence}`, arrivedAt };
  const outcome = await takeNumber(decisions, 'hub', 'tap3', numbered, read(sequence, said));
  await decisions.putIfAbsent(fileKeys.manifest(file, generation), { status: outcome.status, chunks: 0 });
  return outcome;
}

const codes = (outcome: DecodedFile) => [outcome.status, ...outcome.problems.map(({ code }) => code)];
const missing = async (decisions: Decisions) =>
  (await missingFiles(decisions, '', NOW)).map(({ missing: { from, until } }) => [from, until]);

describe('a number', () => {
  test('is that of the first file that takes it; other content is quarantined, the same content is not', async () => {
    const decisions = memoryDecisions();
    expect(codes(await mediate(decisions, 'a', '00007', {}))).toEqual(['accepted']);
    expect(codes(await mediate(decisions, 'a', '00007', {}))).toEqual(['accepted']);
    const other = await mediate(decisions, 'b', '00007', {});
    expect(codes(other)).toEqual(['quarantined', 'SEQUENCE_REUSED']);
    expect(other.problems[0]?.text).toMatch(/number 7 of DEUD2>UTOIO C is that of CDDEUD2UTOIO00007/);
  });

  test.each<[string, Partial<Said>, Partial<Said>, string[]]>([
    ['of test files is another', { status: 'test' }, {}, ['accepted']],
    ['is used up by a notification', { status: 'notification' }, {}, ['quarantined', 'SEQUENCE_REUSED']],
    ['of a quarantined file is free', { status: 'quarantined' }, { rapSequence: '00001' }, ['accepted']],
    [
      'sent again without its return file is noticed',
      { status: 'quarantined' },
      {},
      ['accepted', 'RESENT_WITHOUT_RAP'],
    ],
    ['begins anew after a round', { at: NOW - 181 * DAY }, {}, ['accepted']],
    ['is kept within a round', { at: NOW - 179 * DAY }, {}, ['quarantined', 'SEQUENCE_REUSED']],
  ])('%s', async (_, first, second, expected) => {
    const decisions = memoryDecisions();
    await mediate(decisions, 'a', '00007', first);
    expect(codes(await mediate(decisions, 'b', '00007', second))).toEqual(expected);
  });

  test('of a file that was backed out is free, until the file counts again', async () => {
    const decisions = memoryDecisions();
    await mediate(decisions, 'a', '00007', {});
    await decisions.putIfAbsent(fileKeys.backedOut('a', 1), { position: 9 });
    await mediate(decisions, 'a', '00007', { generation: 2 });
    expect(codes(await mediate(decisions, 'b', '00007', {}))).toEqual(['quarantined', 'SEQUENCE_REUSED']);
    await decisions.putIfAbsent(fileKeys.backedOut('a', 2), { position: 10 });
    expect(codes(await mediate(decisions, 'c', '00007', {}))).toEqual(['accepted', 'RESENT_WITHOUT_RAP']);
    expect(codes(await mediate(decisions, 'a', '00007', { generation: 3 }))).toEqual([
      'quarantined',
      'SEQUENCE_REUSED',
    ]);
  });

  test('is taken by exactly one of many files that race for it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 5 }), async (scheduler, files) => {
        const decisions = memoryDecisions();
        const slow: Decisions = {
          putIfAbsent: scheduler.scheduleFunction(decisions.putIfAbsent) as Decisions['putIfAbsent'],
          get: scheduler.scheduleFunction(decisions.get) as Decisions['get'],
          query: scheduler.scheduleFunction(decisions.query) as Decisions['query'],
        };
        const racing = Array.from({ length: files }, (_, i) => mediate(slow, `file-${i}`, '00007', {}));
        const outcomes = await scheduler.waitFor(Promise.all(racing));
        expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(1);
      }),
      { numRuns: 100 },
    );
  });
});

describe('missing files', () => {
  test('are the numbers between those that came, in whatever order they came', async () => {
    const numbers = ['00101', '00102', '00104', '00105', '00109'];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(numbers, { minLength: numbers.length }), async (order) => {
        const decisions = memoryDecisions();
        for (const number of order)
          await mediate(decisions, `file-${number}`, number, number === '00105' ? { status: 'quarantined' } : {});
        expect(await missingFiles(decisions, 'hub', NOW)).toEqual([
          {
            code: 'FILE_MISSING',
            carrier: 'hub',
            stream: 'DEUD2>UTOIO C',
            missing: { from: 103, until: 103 },
            refused: [],
          },
          {
            code: 'FILE_MISSING',
            carrier: 'hub',
            stream: 'DEUD2>UTOIO C',
            missing: { from: 105, until: 108 },
            refused: ['CDDEUD2UTOIO00105'],
          },
        ]);
      }),
      { numRuns: 30 },
    );
  });

  test('are none any more once they have come late', async () => {
    const decisions = memoryDecisions();
    for (const number of ['00003', '00001']) await mediate(decisions, `file-${number}`, number, {});
    expect(await missing(decisions)).toEqual([[2, 2]]);
    await mediate(decisions, 'file-00002', '00002', { status: 'notification' });
    expect(await missing(decisions)).toEqual([]);
  });

  test.each<[string, number[], [number, number][]]>([
    ['one file says nothing', [5], []],
    ['numbers go round', [99_998, 99_999, 1, 3], [[2, 2]]],
    [
      'a gap across the end',
      [99_990, 99_997, 2, 5],
      [
        [99_991, 99_996],
        [99_998, 99_999],
        [1, 1],
        [3, 4],
      ],
    ],
    ['nothing at all', [], []],
  ])('%s', (_, taken, expected) => {
    const gaps = missingNumbers(taken, { name: 'a>b C', first: 1, last: 99_999 });
    expect(gaps.map(({ from, until }) => [from, until])).toEqual(expected);
  });
});
