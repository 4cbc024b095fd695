import type { ChunkBuilder } from './chunks/chunk-builder.ts';
import type { DecodedFile, FileReading } from './decoder.ts';
import type { Problem } from './problem.ts';

/** How many records were read, and what they came to. */
export type RecordCounts = Pick<ChunkBuilder, 'records' | 'accepted' | 'duplicate' | 'rejections' | 'zero' | 'made'>;

/**
 * What became of a file, once all of it was read. A fatal problem quarantines whatever the file is; rejected records are a problem of their
 * own, so that they are seen.
 * @throws when read = accepted + duplicate + rejected does not hold, which would be an error of the decoder.
 */
export function outcomeOf(reading: FileReading, counts: RecordCounts): DecodedFile {
  const { records: read, accepted, duplicate, rejections: rejected, zero, made } = counts;
  if (read !== accepted.records + duplicate.records + rejected) {
    throw new Error(`${read} records read, but ${accepted.records} + ${duplicate.records} + ${rejected} accounted for`);
  }
  const problems = rejected > 0 ? [...reading.problems, recordsRejected(rejected, read)] : reading.problems;
  return {
    ...reading,
    status: problems.some(({ severity }) => severity === 'fatal') ? 'quarantined' : reading.status,
    problems,
    chunks: made,
    read,
    accepted: { ...accepted },
    duplicate: { ...duplicate },
    rejected,
    zero,
  };
}

/** The problem a file has when some of its records are rejected. */
function recordsRejected(rejected: number, read: number): Problem {
  return {
    code: 'RECORDS_REJECTED',
    severity: 'severe',
    text: `${rejected} of ${read} records are rejected; the others count`,
    place: -1,
    entry: '',
    field: '',
    value: '',
    occurrences: 1,
  };
}
