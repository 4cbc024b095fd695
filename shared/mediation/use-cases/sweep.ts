import { type Decisions, LAST_SORT, type Objects, type Projections, withPrefix } from '#shared/commit-log/ports.ts';
import { addDays, isoInstant, type LocalDate } from '#shared/time/local-date.ts';
import type { Clock } from '#shared/time/ports.ts';
import { refusedUnderOtherNames } from '../generation.ts';
import type { PipelineMessage, Queues } from '../ports.ts';
import {
  type Arrival,
  arrivalPartition,
  type FileGeneration,
  fileKeys,
  type LoadedAt,
  type ManifestSummary,
  REPLAYS,
  readIncomingKey,
  WRITE_OFFS,
} from '../usage-file.ts';
import { readGenerations } from './file-status.ts';
import { chunkCommits } from './load-usage-chunk.ts';
import { ratedChunkKey } from './unrated-entries.ts';

/** What the sweep needs of the world. */
export interface SweepPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
  readonly queues: Queues;
  readonly clock: Clock;
}

/** What the sweep found standing still and sent on its way again, by kind. */
export interface SweepReport {
  readonly withoutClaim: number;
  readonly withoutManifest: number;
  readonly withoutCommit: number;
  readonly withoutEntry: number;
  readonly withoutRating: number;
}

/** Days back from now within which unfinished files are looked for among those that have arrived. */
const DAYS_BACK = 7;

/**
 * Finds what stands still and sends it on again, from state and not from queues: objects that never arrived, claims without manifest, chunks
 * without commit, complete files without entry, loaded chunks that were not rated; of write-offs and replays too. Sending what is still under
 * way changes nothing.
 */
export async function sweep(ports: SweepPorts): Promise<SweepReport> {
  const arrivals = new Map<string, Arrival[]>();
  const messages: PipelineMessage[] = [];
  const report = { withoutClaim: 0, withoutManifest: 0, withoutCommit: 0, withoutEntry: 0, withoutRating: 0 };
  const today = isoInstant(ports.clock.now()).slice(0, 10);
  const carriers = new Set<string>();
  for await (const object of ports.objects.list('incoming', 'incoming/')) {
    const carrier = readIncomingKey(object.key)?.carrier;
    if (carrier === undefined) continue;
    carriers.add(carrier);
    const day = isoInstant(object.storedAt).slice(0, 10);
    const known = await arrivalsOn(ports.decisions, arrivals, carrier, day);
    if (known.some((arrival) => arrival.key === object.key && arrival.storedAt === object.storedAt)) continue;
    report.withoutClaim++;
    messages.push({ queue: 'inbox', key: object.key, versionId: '' });
  }
  for (const carrier of carriers) {
    for (let back = 0; back <= DAYS_BACK; back++) {
      for (const arrival of await arrivalsOn(ports.decisions, arrivals, carrier, addDays(today, -back))) {
        const left = arrival.role === 'first' ? unfinished : misnamed;
        messages.push(...(await left(ports, arrival, report)));
      }
    }
  }
  for (const partition of [WRITE_OFFS, REPLAYS]) {
    for (const begun of await begunSince(ports.decisions, partition, addDays(today, -DAYS_BACK)))
      messages.push(...(await unfinishedBegun(ports, begun, report)));
  }
  await ports.queues.send(messages);
  return report;
}

async function arrivalsOn(
  decisions: Decisions,
  known: Map<string, Arrival[]>,
  carrier: string,
  day: string,
): Promise<Arrival[]> {
  const partition = arrivalPartition(carrier, day);
  const there = known.get(partition);
  if (there !== undefined) return there;
  const found = (await decisions.query<Arrival>(partition, withPrefix(''))).map((decision) => decision.value);
  known.set(partition, found);
  return found;
}

type Counts = { -readonly [Kind in keyof SweepReport]: number };

async function begunSince(decisions: Decisions, partition: string, day: LocalDate): Promise<FileGeneration[]> {
  const range = { from: day, until: LAST_SORT, descending: false, limit: Number.MAX_SAFE_INTEGER };
  return (await decisions.query<FileGeneration>(partition, range)).map((decision) => decision.value);
}

async function unfinished(ports: SweepPorts, arrival: Arrival, report: Counts): Promise<PipelineMessage[]> {
  const manifest = await ports.decisions.get<ManifestSummary>(fileKeys.manifest(arrival.file, arrival.generation));
  if (manifest !== undefined) return unfinishedLoad(ports, arrival, manifest, report);
  report.withoutManifest++;
  return [{ queue: 'inbox', key: arrival.key, versionId: arrival.versionId }];
}

/** A copy of what was quarantined under another name meanwhile: it may be that one that was wrong. */
async function misnamed(ports: SweepPorts, arrival: Arrival, report: Counts): Promise<PipelineMessage[]> {
  const { file, generation, key, versionId } = arrival;
  const manifest = await ports.decisions.get<ManifestSummary>(fileKeys.manifest(file, generation));
  if (manifest?.status !== 'quarantined') return [];
  if (refusedUnderOtherNames(await readGenerations(ports.decisions, file), key) === undefined) return [];
  report.withoutManifest++;
  return [{ queue: 'inbox', key, versionId }];
}

/** What a command began. Without claim and manifest it is a command that died before it was whole, and needs nothing. */
async function unfinishedBegun(ports: SweepPorts, begun: FileGeneration, report: Counts): Promise<PipelineMessage[]> {
  const { file, generation } = begun;
  const manifest = await ports.decisions.get<ManifestSummary>(fileKeys.manifest(file, generation));
  if (manifest !== undefined) return unfinishedLoad(ports, begun, manifest, report);
  if ((await ports.decisions.get(fileKeys.claim(file, generation))) === undefined) return [];
  report.withoutManifest++;
  return [{ queue: 'inbox', file, generation, range: -1 }];
}

async function unfinishedLoad(
  ports: SweepPorts,
  load: FileGeneration,
  manifest: ManifestSummary,
  report: Counts,
): Promise<PipelineMessage[]> {
  if (manifest.status !== 'accepted') return [];
  const { file, generation } = load;
  const loaded = await ports.decisions.get<LoadedAt>(fileKeys.loaded(file, generation));
  if (loaded !== undefined) return unrated(ports, load, manifest.chunks, loaded.position, report);
  if ((await ports.decisions.get(fileKeys.overtaken(file, generation))) !== undefined) return [];
  const committed = (await chunkCommits(ports.decisions, file, generation)).length;
  if (committed === manifest.chunks) {
    report.withoutEntry++;
    return [{ queue: 'complete', file, generation }];
  }
  report.withoutCommit += manifest.chunks - committed;
  return Array.from({ length: manifest.chunks }, (_, chunk) => ({ queue: 'chunks', file, generation, chunk }) as const);
}

async function unrated(
  ports: SweepPorts,
  { file, generation }: FileGeneration,
  chunks: number,
  position: number,
  report: Counts,
): Promise<PipelineMessage[]> {
  const rows = await ports.projections.query(ratedChunkKey(file, generation, 0).partition, withPrefix(''));
  const rated = new Set(rows.map((row) => row.sort));
  const left = Array.from({ length: chunks }, (_, chunk) => chunk).filter((chunk) => !rated.has(`${chunk}`));
  report.withoutRating += left.length;
  return left.map((chunk) => ({ queue: 'rating', position, file, generation, chunk }) as const);
}
