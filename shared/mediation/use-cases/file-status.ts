import type { SourceDefinition } from '#shared/catalog/source.ts';
import type { Position } from '#shared/commit-log/entry.ts';
import { type Decisions, type Objects, withPrefix } from '#shared/commit-log/ports.ts';
import { readEntries } from '#shared/commit-log/use-cases/commit-log.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import type { Problem, RejectedRecord } from '../decoder.ts';
import { type Claim, fileKeys, filePartition, type Manifest, type ManifestSummary } from '../usage-file.ts';
import type { LoadedAt } from './commit-files.ts';

/** What asking about files needs of the world. */
export interface FilePorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
}

/**
 * How far a usage file has come. `waiting`: nobody has taken it up; `notification` and `test` carry nothing that is billed; `overtaken`: a
 * write-off that never counts, since something changed before it could.
 */
export type FileState =
  | 'waiting'
  | 'mediating'
  | 'loading'
  | 'loaded'
  | 'backed out'
  | 'overtaken'
  | 'quarantined'
  | 'notification'
  | 'test'
  | 'duplicate';

/** One load of a file, as it stands. */
export interface FileStatus {
  readonly file: string;
  readonly generation: number;
  /** null for a write-off, which nobody sent. */
  readonly claim: Claim | null;
  readonly state: Exclude<FileState, 'waiting' | 'duplicate'>;
  /** Position of the entry that loaded it or, later, backed it out; 0 = none yet. */
  readonly position: Position;
  /** Why it was backed out; '' when it was not. */
  readonly backOutReason: string;
  /** Position it was loaded at, 0 = not loaded. */
  readonly loadedAt: Position;
  readonly chunks: number;
  readonly committedChunks: number;
  /** null until it is mediated. */
  readonly manifest: Manifest | null;
}

/** Every load of a file, the first first; none when no file is known by that id. */
export async function fileStatuses(ports: FilePorts, file: string): Promise<FileStatus[]> {
  const decided = await ports.decisions.query<unknown>(filePartition(file), withPrefix(''));
  const values = new Map(decided.map(({ sort, value }) => [sort, value]));
  const statuses: FileStatus[] = [];
  for (let generation = 1; ; generation++) {
    const at = <Value>(key: { sort: string }) => values.get(key.sort) as Value | undefined;
    const claim = at<Claim>(fileKeys.claim(file, generation));
    const summary = at<ManifestSummary>(fileKeys.manifest(file, generation));
    if (claim === undefined && summary === undefined) return statuses;
    const chunkPrefix = fileKeys.chunk(file, generation, 0).sort.slice(0, -'000000'.length);
    const committedChunks = decided.filter(({ sort }) => sort.startsWith(chunkPrefix)).length;
    const loadedAt = at<LoadedAt>(fileKeys.loaded(file, generation))?.position ?? 0;
    const backedOutAt = at<LoadedAt>(fileKeys.backedOut(file, generation))?.position ?? 0;
    const isOvertaken = at<LoadedAt>(fileKeys.overtaken(file, generation)) !== undefined;
    statuses.push({
      file,
      generation,
      claim: claim ?? null,
      state: isOvertaken ? 'overtaken' : stateOf(summary, loadedAt, backedOutAt),
      position: backedOutAt || loadedAt,
      backOutReason: backedOutAt === 0 ? '' : await reasonAt(ports.decisions, backedOutAt),
      loadedAt,
      chunks: summary?.chunks ?? 0,
      committedChunks,
      manifest: summary === undefined ? null : ((await readContent(ports.objects, summary.manifest)) as Manifest),
    });
  }
}

async function reasonAt(decisions: Decisions, position: Position): Promise<string> {
  const [entry] = await readEntries(decisions, position - 1, position);
  return entry?.body.kind === 'file backed out' ? entry.body.reason : '';
}

function stateOf(summary: ManifestSummary | undefined, loadedAt: number, backedOutAt: number): FileStatus['state'] {
  if (summary === undefined) return 'mediating';
  if (backedOutAt > 0) return 'backed out';
  if (loadedAt > 0) return 'loaded';
  return summary.status === 'accepted' ? 'loading' : summary.status;
}

/** Why a file is quarantined: its first fatal problem; undefined when it has none. */
export function fatalProblem({ manifest }: FileStatus): Problem | undefined {
  return manifest?.outcome.problems.find((problem) => problem.severity === 'fatal');
}

/** Problems of compressed bytes, whose place is a byte whatever the file holds. */
const OF_BYTES: readonly string[] = [
  ...['CORRUPT_GZIP', 'GZIP_BOMB', 'CORRUPT_ZSTD', 'ZSTD_BOMB', 'CORRUPT_ZIP', 'ZIP_BOMB'],
  ...['ENCRYPTED', 'UNSUPPORTED_COMPRESSION'],
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
