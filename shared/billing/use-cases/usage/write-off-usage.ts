import { hash } from 'node:crypto';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { writeContent } from '#shared/commit-log/use-cases/content.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { ALL_MONTHS, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { addTotals } from '#shared/mediation/add-totals.ts';
import type { Queues } from '#shared/mediation/ports.ts';
import { fileKeys, type Manifest, type ManifestSummary, type WriteOff } from '#shared/mediation/usage-file.ts';
import { fileStatuses } from '#shared/mediation/use-cases/file-status.ts';
import { type WriteOffBegun, type WriteOffChunk, writeOffManifest } from '#shared/mediation/write-off.ts';
import type { SuspenseReason } from '#shared/rating/match-charge.ts';
import type { Clock } from '#shared/time/ports.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import { AGGREGATES, COUNTERS } from '#shared/usage/usage-item.ts';
import { ratedKeys, type SuspendedUsage } from '../../rated-rows.ts';
import { type PackedWriteOff, WriteOffPacker } from '../../write-off-packer.ts';
import { type SuspendedPorts, suspendedRows } from './suspended-rows.ts';

/** What writing off needs of the world. */
export interface WriteOffPorts extends SuspendedPorts {
  readonly queues: Queues;
  readonly clock: Clock;
}

/** Which suspended usage is never to be charged: of a UTC month, for a reason, of some identifiers (none named = all). */
export interface WriteOffCommand {
  readonly month: string;
  readonly reason: SuspenseReason;
  readonly identifiers: readonly string[];
  /** Why it is written off, for those who look at it later. */
  readonly note: string;
  readonly by: string;
}

/** A write-off on its way, to be followed by file and generation; or why there is none. */
export type WriteOffResult =
  | { readonly outcome: 'begun'; readonly file: string; readonly generation: number; readonly totals: UsageTotals }
  | { readonly outcome: 'refused'; readonly reason: string };

/**
 * Writes suspended usage off: what of it is suspended for the reason at the tail of the log becomes a usage file of our own, which is loaded,
 * committed and rated as any other; from its entry on, the fold leaves the records out. It is backed out as a file is. The same records written
 * off again are the same file, and its next generation once it was backed out or overtaken. Usage of frozen periods is refused: some of it may
 * have been billed.
 */
export async function writeOffUsage(ports: WriteOffPorts, command: WriteOffCommand): Promise<WriteOffResult> {
  const { month, reason } = command;
  if (reason === 'FROZEN')
    return refused(
      `what is ${reason} may have been billed before its period froze; it is never charged again as it is`,
    );
  const asOf = await tail(ports.decisions, 0);
  await projectFacts(ports, asOf);
  const world = await worldAt(ports, asOf, ALL_MONTHS);
  const wanted = command.identifiers.length > 0 ? command.identifiers : await suspendedIdentifiers(ports, command);
  const identifiers = [...new Set(wanted)].sort();
  const packer = new WriteOffPacker(month);
  const found = new Set<string>();
  let hasStates = false;
  if (world.months[month] !== undefined) {
    await suspendedRows(ports, world, month, identifiers, ({ identifier, usage, rows }) => {
      const its = rows.get(reason);
      if (its === undefined) return;
      found.add(identifier);
      hasStates ||= its.some((row) => isState(usage.items[usage.itemOf[row] as number]?.kind));
      packer.add(identifier, usage, its);
    });
  }
  packer.end();
  const missing = command.identifiers.filter((identifier) => !found.has(identifier));
  if (missing.length > 0) return refused(`nothing of ${missing.join(', ')} is suspended as ${reason} in ${month}`);
  if (packer.chunks.length === 0) return refused(`nothing is suspended as ${reason} in ${month}`);
  const { note, by } = command;
  return begin(ports, { month, reason, note, by, asOf, hasStates }, packer.chunks);
}

function isState(kind: number | undefined): boolean {
  return kind === AGGREGATES || kind === COUNTERS;
}

function refused(reason: string): WriteOffResult {
  return { outcome: 'refused', reason };
}

/** Identifiers that rating last found suspended for the reason; which of their records are is asked of the fold. */
async function suspendedIdentifiers({ projections }: WriteOffPorts, command: WriteOffCommand): Promise<string[]> {
  const rows = await projections.query<SuspendedUsage>(ratedKeys.suspense(command.month), withPrefix(''));
  return rows.flatMap(({ value }) => (value.reasons[command.reason] === undefined ? [] : [value.identifier]));
}

async function begin(
  ports: WriteOffPorts,
  writeOff: WriteOff,
  packed: readonly PackedWriteOff[],
): Promise<WriteOffResult> {
  const chunks: WriteOffChunk[] = [];
  for (const chunk of packed) chunks.push(await store(ports, chunk));
  const { month, reason } = writeOff;
  const content = [month, reason, ...chunks.map(({ items }) => items.sha256)].join('\n');
  const file = hash('sha256', `write-off\n${content}`).slice(0, 32);
  const generation = await generationOf(ports, file);
  const totals = addTotals(chunks.map((chunk) => chunk.totals));
  const at = ports.clock.now();
  const { asOf: _, hasStates: __, ...said } = writeOff;
  const begun: WriteOffBegun = { file, generation, totals, ...said };
  await ports.decisions.putIfAbsent(fileKeys.writeOff(at, file, generation), begun);
  const made = await putManifest(ports, writeOffManifest(file, generation, writeOff, chunks, totals));
  await ports.queues.send(
    Array.from({ length: made.chunks }, (__, chunk) => ({ queue: 'chunks', file, generation, chunk }) as const),
  );
  return { outcome: 'begun', file, generation, totals };
}

async function store({ objects }: WriteOffPorts, { body, ...of }: PackedWriteOff): Promise<WriteOffChunk> {
  const sha256 = hash('sha256', body);
  const key = `usage/write-offs/${sha256}.items`;
  await objects.put('work', key, body, 'application/octet-stream');
  return { ...of, items: { key, sha256 } };
}

/** The generation of the same write-off that is under way or counts; else the next one. */
async function generationOf(ports: WriteOffPorts, file: string): Promise<number> {
  const last = (await fileStatuses(ports, file)).at(-1);
  if (last === undefined) return 1;
  return last.state === 'backed out' || last.state === 'overtaken' ? last.generation + 1 : last.generation;
}

async function putManifest({ decisions, objects }: WriteOffPorts, made: Manifest): Promise<ManifestSummary> {
  const { file, generation, chunks } = made;
  const manifest = await writeContent(objects, `usage/${file}/${generation}/manifest`, made);
  const summary: ManifestSummary = { manifest, status: 'accepted', chunks: chunks.length };
  return (await decisions.putIfAbsent(fileKeys.manifest(file, generation), summary)).value;
}
