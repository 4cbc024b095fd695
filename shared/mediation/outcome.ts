import type { ChunkBuilder } from './chunk-builder.ts';
import type { DecodedFile, FileFacts, TrailerTotal } from './decoder.ts';
import type { ProblemList } from './problem-list.ts';

/**
 * What became of a file, once all of it was read. A fatal problem quarantines whatever the file is; rejected records are a problem of their
 * own, so that they are seen.
 * @throws when read = accepted + duplicate + rejected does not hold, which would be an error of the decoder.
 */
export function outcomeOf(
  status: 'accepted' | 'notification' | 'test',
  problems: ProblemList,
  facts: FileFacts,
  bytes: number,
  builder: ChunkBuilder,
  trailer: readonly TrailerTotal[],
): DecodedFile {
  const { records: read, accepted, duplicate, rejections: rejected } = builder;
  if (read !== accepted.records + duplicate.records + rejected) {
    throw new Error(`${read} records read, but ${accepted.records} + ${duplicate.records} + ${rejected} accounted for`);
  }
  if (rejected > 0) {
    problems.add(
      'RECORDS_REJECTED',
      'severe',
      `${rejected} of ${read} records are rejected; the others count`,
      -1,
      '',
      '',
    );
  }
  return {
    status: problems.isFatal ? 'quarantined' : status,
    problems: problems.list(),
    facts,
    bytes,
    chunks: builder.made,
    read,
    accepted: { ...accepted },
    duplicate: { ...duplicate },
    rejected,
    trailer,
  };
}
