import type { ContentReference, Entry } from '#shared/commit-log/entry.ts';
import { utcMonthStart, utcMonths } from '#shared/time/period.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import { NO_FACTS } from './file-outcome.ts';
import type { Manifest, ManifestChunk, WriteOff } from './usage-file.ts';

/** A decision to write usage off, as it is listed. */
export interface WriteOffBegun extends Omit<WriteOff, 'asOf' | 'hasStates'> {
  readonly file: string;
  readonly generation: number;
  readonly totals: UsageTotals;
}

/** A part of a write-off: items of kind "written off". */
export interface WriteOffChunk {
  readonly items: ContentReference;
  readonly totals: UsageTotals;
  readonly identifiers: number;
}

const NOTHING: UsageTotals = { records: 0, bytes: 0, seconds: 0, count: 0 };
const ATTEMPT_LENGTH = 16;

/** The manifest of a write-off: it is loaded, committed and backed out as a file from a carrier is. */
export function writeOffManifest(
  file: string,
  generation: number,
  writeOff: WriteOff,
  parts: readonly WriteOffChunk[],
  accepted: UsageTotals,
): Manifest {
  const chunks = parts.map(({ items, totals, identifiers }): ManifestChunk => {
    const attempt = items.sha256.slice(0, ATTEMPT_LENGTH);
    const months = { [writeOff.month]: { accepted: totals, duplicate: NOTHING } };
    const none = { records: '', rejected: '', duplicates: NOTHING, rejections: 0 };
    return { attempt, items, totals, identifiers, months, ...none };
  });
  return {
    file,
    generation,
    carrier: '',
    name: `write-off ${writeOff.month} ${writeOff.reason}`,
    source: 'write-off',
    writeOff,
    replays: 0,
    outcome: {
      status: 'accepted',
      problems: [],
      facts: NO_FACTS,
      bytes: 0,
      chunks: chunks.length,
      read: accepted.records,
      accepted,
      duplicate: NOTHING,
      rejected: 0,
      zero: 0,
      trailer: [],
    },
    chunks,
  };
}

/** No local day of a UTC month begins later than so many seconds after the month's end. */
const FARTHEST_ZONE = 86_400;

/**
 * Whether an entry behind the position a write-off was made at may let something of it be charged: facts that hold from before the month's end,
 * another catalogue, a file taken back or read anew (another record of the same fingerprint may then stand), and, where records replace one
 * another, any file of the month.
 */
export function overtakesWriteOff({ month, hasStates }: WriteOff, { body }: Entry): boolean {
  switch (body.kind) {
    case 'catalog released':
      return true;
    case 'facts recorded':
      return body.earliest < endOf(month) + FARTHEST_ZONE;
    case 'file backed out':
      return body.months.includes(month);
    case 'files loaded':
      return body.files.some((file) => (hasStates || file.replaces > 0) && file.months.includes(month));
    case 'run posted':
    case 'payments recorded':
      return false;
  }
}

function endOf(month: string): number {
  const start = utcMonthStart(month);
  const [, next = month] = utcMonths(start, start + 32 * 86_400);
  return utcMonthStart(next);
}
