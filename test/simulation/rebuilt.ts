import { rateUsage } from '#shared/billing/use-cases/usage/rate-usage.ts';
import {
  type Decisions,
  type Objects,
  type ProjectionRow,
  type Projections,
  withPrefix,
} from '#shared/commit-log/ports.ts';
import { readEntries, tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { readManifest } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import { localDateOf } from '#shared/time/local-date.ts';
import { periodOf } from '#shared/time/period.ts';
import { UNHURRIED } from '../billing/unhurried.ts';
import { type Cloud, notedProjections } from './cloud.ts';

/** Kinds of row whose every part follows from the log, their position too. */
const INVENTORY = /^(subscription|identifier|payer|shards|account)#/;
const RATED = /^(rated|running)#/;

/**
 * A projection can be thrown away and made anew at any time. Here it is made anew, and what differs from the one that has grown is said: of the
 * inventory every row; of suspended usage and of the running periods what the rows say, whatever position they were made at.
 */
export async function projectionProblems(cloud: Cloud): Promise<string[]> {
  const { stores, clock } = cloud;
  const fresh = notedProjections();
  const queues = { send: async () => {} };
  const ports = { ...stores, projections: fresh.projections, clock, queues, keepMonths: 12 };
  const position = await tail(stores.decisions, 0);
  await projectFacts(ports, position);
  await rateUsage(ports, await everything(stores, position), UNHURRIED);
  const problems: string[] = [];
  const recorded = (await tail(stores.decisions, 0)) - position;
  if (recorded > 0) problems.push(`rated anew, ${recorded} entries of first uses were missing`);
  const partitions = new Set([...cloud.partitions, ...fresh.partitions]);
  for (const partition of partitions) {
    const grown = await rowsOf(stores.projections, partition);
    const anew = await rowsOf(fresh.projections, partition);
    if (INVENTORY.test(partition) && textOf(grown) !== textOf(anew))
      problems.push(`${partition} differs when made anew`);
    if (partition.startsWith('cycle#') && namesOf(grown) !== namesOf(anew)) problems.push(`${partition} has others`);
    if (partition.startsWith('suspense#') && suspense(grown) !== suspense(anew))
      problems.push(`${partition}: ${suspense(grown)} instead of ${suspense(anew)}`);
    if (RATED.test(partition) && !isFormer(partition, fresh.partitions))
      problems.push(...ratedProblems(partition, grown, anew, clock.now()));
  }
  return problems;
}

/** Whether it is what was rated by a former catalogue, or before its account changed: the same month is there by what counts now. */
function isFormer(partition: string, made: ReadonlySet<string>): boolean {
  const month = (name: string) => name.replace(/@\d+/, '');
  return !made.has(partition) && [...made].some((each) => month(each) === month(partition));
}

/** A message for everything that ever happened. */
export async function everything(
  stores: { readonly decisions: Decisions; readonly objects: Objects },
  position: number,
) {
  const messages: Parameters<typeof rateUsage>[1][number][] = [];
  for (const entry of await readEntries(stores.decisions, 0, position)) {
    const { body } = entry;
    if (body.kind === 'facts recorded') messages.push({ position: entry.position, file: '', generation: 0, chunk: -1 });
    if (body.kind !== 'files loaded') continue;
    for (const { file, generation } of body.files) {
      const { chunks } = await readManifest(stores, file, generation);
      messages.push(...chunks.map((_, chunk) => ({ position, file, generation, chunk })));
    }
  }
  return messages;
}

async function rowsOf(projections: Projections, partition: string): Promise<ProjectionRow<unknown>[]> {
  return projections.query(partition, withPrefix(''));
}

function textOf(rows: readonly ProjectionRow<unknown>[]): string {
  return JSON.stringify(rows);
}

/** Accounts of a cycle: their rows say no more than that they are there. */
function namesOf(rows: readonly ProjectionRow<unknown>[]): string {
  return rows.map((row) => row.sort).join();
}

function suspense(rows: readonly ProjectionRow<unknown>[]): string {
  const values = rows.map(({ value }) => value as { identifier: string; reasons: Record<string, unknown> });
  const left = values.filter(({ reasons }) => Object.keys(reasons).length > 0);
  return JSON.stringify(left.map(({ identifier, reasons }) => [identifier, reasons]));
}

/** Rows of the period that runs now; those of periods that have ended stay as they were. */
function ratedProblems(
  partition: string,
  grown: readonly ProjectionRow<unknown>[],
  anew: readonly ProjectionRow<unknown>[],
  now: number,
): string[] {
  const running = [1, 3].map((day) => periodOf(localDateOf(now, 'Europe/Berlin'), day).from);
  const says = (value: unknown) => JSON.stringify({ ...(value as object), asOf: 0 });
  const wanted = new Map(anew.map((row) => [row.sort, says(row.value)]));
  return grown.flatMap(({ sort, value }) => {
    if (!running.some((from) => partition.includes(from) || sort === from)) return [];
    const text = says(value);
    return text === wanted.get(sort) ? [] : [`${partition} ${sort}: ${text} instead of ${wanted.get(sort)}`];
  });
}
