import { hash } from 'node:crypto';
import type { LoadedFile } from '#shared/commit-log/entry.ts';
import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { append, tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { writeContent } from '#shared/commit-log/use-cases/content.ts';
import type { Clock } from '#shared/time/ports.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import type { Queues, RateUsage } from '../ports.ts';
import { fileKeys, type Manifest, monthsOf } from '../usage-file.ts';
import { chunkCommits, readManifest } from './load-usage-chunk.ts';

/** What committing needs of the world. */
export interface CommitPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly queues: Queues;
  readonly clock: Clock;
}

/** A load of a file. */
export interface FileGeneration {
  readonly file: string;
  readonly generation: number;
}

/** What a file's entry says is known by: looked up, never decided by. */
export interface LoadedAt {
  readonly position: number;
}

/**
 * Commits complete files: one entry of the commit log for all of them, from which on their usage counts. Their control totals are checked
 * first: what the chunks committed must be what mediation read. A file committed twice counts once (the first load does).
 * @throws Error when a file is not complete or its totals differ: nothing is committed then.
 */
export async function commitFiles(ports: CommitPorts, files: readonly FileGeneration[]): Promise<void> {
  const manifests: Manifest[] = [];
  for (const each of distinct(files)) {
    const loaded = await ports.decisions.get<LoadedAt>(fileKeys.loaded(each.file, each.generation));
    const manifest = await readManifest(ports, each.file, each.generation);
    if (loaded === undefined) manifests.push(manifest);
    else await ports.queues.send(ratingMessages(manifest, loaded.position));
  }
  if (manifests.length === 0) return;
  const visible: LoadedFile[] = [];
  for (const manifest of manifests) visible.push(await checked(ports.decisions, manifest));
  const manifest = await writeContent(ports.objects, 'loads', { files: manifests.map(({ chunks: _, ...of }) => of) });
  const body = { kind: 'files loaded', files: visible, manifest } as const;
  const after = await tail(ports.decisions, 0);
  const id = hash('sha256', JSON.stringify(body)).slice(0, 32);
  const position = await append(ports.decisions, { id, at: ports.clock.now(), by: 'commit-files', body }, after);
  for (const { file, generation } of manifests) {
    await ports.decisions.putIfAbsent<LoadedAt>(fileKeys.loaded(file, generation), { position });
  }
  await ports.queues.send(manifests.flatMap((of) => ratingMessages(of, position)));
}

function distinct(files: readonly FileGeneration[]): FileGeneration[] {
  return [...new Map(files.map((each) => [`${each.file}#${each.generation}`, each])).values()];
}

function ratingMessages({ file, generation, chunks }: Manifest, position: number): RateUsage[] {
  return chunks.map((_, chunk) => ({ queue: 'rating', position, file, generation, chunk }));
}

/** Checks a file's control totals, step against step (mediation rule 30), and says what its entry makes visible. */
async function checked(decisions: Decisions, manifest: Manifest): Promise<LoadedFile> {
  const { file, generation, chunks, outcome } = manifest;
  const commits = await chunkCommits(decisions, file, generation);
  if (commits.length !== chunks.length) {
    throw new Error(`usage file ${file} is not complete: ${commits.length} of ${chunks.length} chunks are committed`);
  }
  const committed = addTotals(commits.map((commit) => commit.totals));
  const differs = (['records', 'bytes', 'seconds', 'count'] as const).filter(
    (unit) => committed[unit] !== outcome.accepted[unit],
  );
  if (differs.length > 0) {
    const found = differs.map((unit) => `${unit} ${committed[unit]} instead of ${outcome.accepted[unit]}`).join(', ');
    throw new Error(`usage file ${file} was loaded with other totals than it was read with: ${found}`);
  }
  if (outcome.read !== outcome.accepted.records + outcome.duplicate.records + outcome.rejected) {
    throw new Error(`usage file ${file} does not account for every record: read ${outcome.read}`);
  }
  return { file, generation, months: monthsOf(manifest), attempts: commits.map((commit) => commit.attempt) };
}

/** Adds control totals. */
export function addTotals(totals: readonly UsageTotals[]): UsageTotals {
  return totals.reduce(
    (sum, each) => ({
      records: sum.records + each.records,
      bytes: sum.bytes + each.bytes,
      seconds: sum.seconds + each.seconds,
      count: sum.count + each.count,
    }),
    { records: 0, bytes: 0, seconds: 0, count: 0 },
  );
}
