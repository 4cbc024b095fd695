import type { SourceDefinition } from '#shared/catalog/source.ts';
import type { Position } from '#shared/commit-log/entry.ts';
import { type Decisions, type Objects, withPrefix } from '#shared/commit-log/ports.ts';
import { readEntries } from '#shared/commit-log/use-cases/commit-log.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { addTotals } from '../add-totals.ts';
import { type Generation, type GenerationState, generationsOf } from '../generation.ts';
import type { Problem, RejectedRecord } from '../problem.ts';
import { type Claim, filePartition, type Manifest, type RefusedRecords } from '../usage-file.ts';

/** What asking about files needs of the world. */
export interface FilePorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
}

/** How far a usage file has come. `waiting`: nobody has taken it up; `duplicate`: another object with the same content stands for it. */
export type FileState = GenerationState | 'waiting' | 'duplicate';

/** One load of a file, as it stands. */
export interface FileStatus {
  readonly file: string;
  readonly generation: number;
  /** null for a write-off, which nobody sent. */
  readonly claim: Claim | null;
  readonly state: GenerationState;
  /** Position of the entry that loaded it or, later, backed it out or replaced it; 0 = none yet. */
  readonly position: Position;
  /** Why it was backed out; '' when it was not. */
  readonly backOutReason: string;
  /** Position it was loaded at, 0 = not loaded. */
  readonly loadedAt: Position;
  readonly chunks: number;
  readonly committedChunks: number;
  /** What of its chunks the usage store would not take. */
  readonly refused: readonly RefusedRecords[];
  /** null until it is mediated. What the store would not take is among the rejected. */
  readonly manifest: Manifest | null;
}

/** Every load of a file, the first first; none when no file is known by that id. */
export async function fileStatuses(ports: FilePorts, file: string): Promise<FileStatus[]> {
  const generations = await readGenerations(ports.decisions, file);
  const statuses: FileStatus[] = [];
  for (const { summary, endedAt, ...each } of generations) {
    statuses.push({
      file,
      ...each,
      position: endedAt || each.loadedAt,
      backOutReason: each.state === 'backed out' ? await reasonAt(ports.decisions, endedAt) : '',
      chunks: summary?.chunks ?? 0,
      manifest:
        summary === null
          ? null
          : afterLoading((await readContent(ports.objects, summary.manifest)) as Manifest, each.refused),
    });
  }
  return statuses;
}

/** What a file came to once it was loaded: what the store would not take is no longer accepted. */
function afterLoading(manifest: Manifest, refused: readonly RefusedRecords[]): Manifest {
  if (refused.length === 0) return manifest;
  const { outcome } = manifest;
  const less = addTotals(refused.map(({ totals }) => totals));
  const accepted = {
    records: outcome.accepted.records - less.records,
    bytes: outcome.accepted.bytes - less.bytes,
    seconds: outcome.accepted.seconds - less.seconds,
    count: outcome.accepted.count - less.count,
  };
  return { ...manifest, outcome: { ...outcome, accepted, rejected: outcome.rejected + less.records } };
}

/** Every load of a file, without what lies in their manifests. */
export async function readGenerations(decisions: Decisions, file: string): Promise<Generation[]> {
  return generationsOf(await decisions.query<unknown>(filePartition(file), withPrefix('')));
}

async function reasonAt(decisions: Decisions, position: Position): Promise<string> {
  const [entry] = await readEntries(decisions, position - 1, position);
  return entry?.body.kind === 'file backed out' ? entry.body.reason : '';
}

/** Why a file is quarantined: its first fatal problem; undefined when it has none. */
export function fatalProblem({ manifest }: FileStatus): Problem | undefined {
  return manifest?.outcome.problems.find((problem) => problem.severity === 'fatal');
}

/** Problems of compressed bytes, whose place is a byte whatever the file holds. */
const OF_BYTES: readonly string[] = [
  ...['CORRUPT_GZIP', 'GZIP_BOMB', 'CORRUPT_ZSTD', 'ZSTD_BOMB', 'CORRUPT_ZIP', 'ZIP_BOMB'],
  ...['ENCRYPTED', 'UNSUPPORTED_COMPRESSION', 'DECODER_FAILED'],
];

/**
 * Where in a file something stands, in words: "line 17" of a text file, "byte 4096" of a binary or compressed one, of an archive with the
 * name of the file in it, '' = nowhere in particular.
 */
export function placeText(
  source: SourceDefinition | undefined,
  { place, entry, code }: Pick<Problem | RejectedRecord, 'place' | 'entry' | 'code'>,
): string {
  if (place < 0) return entry;
  const isLine = source !== undefined && 'identifiers' in source && !OF_BYTES.includes(code);
  const where = isLine ? `line ${place}` : `byte ${place}`;
  return entry === '' ? where : `${entry} ${where}`;
}
