import { type Decisions, withPrefix } from '#shared/commit-log/ports.ts';
import type { Instant } from '#shared/time/local-date.ts';
import {
  type FileStream,
  missingNumbers,
  type NumberedFile,
  type NumberRange,
  ROUND_SECONDS,
  STREAMS,
  sequencePartition,
} from '../sequence.ts';

/** Files a sender numbered and that never came, or came and do not count. */
export interface MissingFiles {
  readonly code: 'FILE_MISSING';
  readonly carrier: string;
  /** "DEUD2>UTOIO C", "10.1.2.3". */
  readonly stream: string;
  readonly missing: NumberRange;
  /** Names of the files of these numbers that came and were quarantined. */
  readonly refused: readonly string[];
}

interface KnownStream {
  readonly carrier: string;
  readonly stream: FileStream;
}

/**
 * What is missing between the numbers of the files that came, of one carrier or (carrier '') of all. It follows from which numbers are taken
 * and not from the order files came in: a late file fills its gap.
 */
export async function missingFiles(decisions: Decisions, carrier: string, now: Instant): Promise<MissingFiles[]> {
  const prefix = carrier === '' ? '' : `${carrier}#`;
  const streams = await decisions.query<KnownStream>(STREAMS, withPrefix(prefix));
  const found = await Promise.all(streams.map(({ value }) => missingOf(decisions, value, now)));
  return found.flat();
}

async function missingOf(decisions: Decisions, known: KnownStream, now: Instant): Promise<MissingFiles[]> {
  const { carrier, stream } = known;
  const all = await decisions.query<NumberedFile>(sequencePartition(carrier, stream.name), withPrefix(''));
  const recent = all.filter(({ value }) => now - value.arrivedAt <= ROUND_SECONDS);
  const held = recent.filter(({ sort }) => sort.includes('#held#'));
  const refused = recent.filter(({ sort }) => sort.includes('#refused#'));
  const numberIn = (sort: string) => Number(sort.slice(0, 10));
  const taken = held.map(({ sort }) => numberIn(sort));
  return missingNumbers(taken, stream).map((missing) => ({
    code: 'FILE_MISSING',
    carrier,
    stream: stream.name,
    missing,
    refused: refused
      .filter(({ sort }) => numberIn(sort) >= missing.from && numberIn(sort) <= missing.until)
      .map(({ value }) => value.name),
  }));
}
