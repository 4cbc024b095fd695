import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { readEntries, tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { projectFacts, recordedFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { ALL_MONTHS, catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import type { WorldState } from '#shared/commit-log/visibility.ts';
import { readItemIdentifiers } from '#shared/mediation/items-object.ts';
import type { RateUsage } from '#shared/mediation/ports.ts';
import { readManifest } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import { ratedChunkKey } from '#shared/mediation/use-cases/sweep.ts';
import { classifyUsage } from '#shared/rating/classify-usage.ts';
import { type FoldUsage, type UsageReader, usageReader } from '#shared/rating/use-cases/read-usage.ts';
import type { Clock } from '#shared/time/ports.ts';
import type { UsageStore } from '#shared/usage/ports.ts';
import { ratedKeys, type SuspendedUsage } from '../rated-rows.ts';
import { ownerLookup } from './owner-views.ts';
import { type RatingWork, ratePayers } from './rate-payers.ts';

/** What rating needs of the world. */
export interface RatingPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
  readonly usage: UsageStore;
  readonly clock: Clock;
}

/** What a message came to. */
export interface RatingResult {
  readonly position: number;
  readonly identifiers: number;
  readonly suspended: number;
}

/**
 * Rates what an entry touched, on all that is visible now: the running month of each subscription and payer, and what is suspended. It is the
 * same computation as the bill run's. Rows are stamped with the position they were computed at and never go back, so that messages may come
 * late, twice and in any order.
 */
export async function rateUsage(ports: RatingPorts, message: Omit<RateUsage, 'queue'>): Promise<RatingResult> {
  const position = await tail(ports.decisions, message.position);
  await projectFacts(ports, position);
  const world = await worldAt(ports, position, ALL_MONTHS);
  const identifiers = await touchedIdentifiers(ports, world, message);
  let suspended = 0;
  if (world.catalog !== null) suspended = await rateIdentifiers(ports, world, identifiers);
  if (message.chunk >= 0) {
    const key = ratedChunkKey(message.file, message.generation, message.chunk);
    await ports.projections.putNewer({ ...key, position, value: {} });
  }
  return { position, identifiers: identifiers.length, suspended };
}

/** Whose usage a message is about: a chunk's identifiers, those an inventory entry names, or whatever is suspended when prices change. */
async function touchedIdentifiers(
  ports: RatingPorts,
  world: WorldState,
  message: Omit<RateUsage, 'queue'>,
): Promise<string[]> {
  if (message.chunk >= 0) {
    const manifest = await readManifest(ports, message.file, message.generation);
    const body = await ports.objects.get('work', manifest.chunks[message.chunk]?.items.key ?? '');
    if (body === undefined)
      throw new Error(`chunk ${message.chunk} of usage file ${message.file} is missing from the work store`);
    return readItemIdentifiers(body);
  }
  const [entry] = await readEntries(ports.decisions, message.position - 1, message.position);
  if (entry?.body.kind === 'catalog released') return suspendedIdentifiers(ports.projections, world);
  if (entry?.body.kind !== 'facts recorded') return [];
  const named = new Set<string>();
  for await (const facts of recordedFacts(ports.objects, entry.position, entry.body)) {
    for (const { fact } of facts) {
      if (fact.kind === 'identifier') named.add(fact.identifier);
      else if (fact.kind === 'state' || fact.kind === 'assignments')
        for (const each of await identifiersOf(ports, fact.subscription)) named.add(each);
    }
  }
  return [...named];
}

async function identifiersOf(ports: RatingPorts, subscription: string): Promise<string[]> {
  const rows = await ports.projections.query<{ fact: { kind: string; identifier?: string } }>(
    `subscription#${subscription}`,
    withPrefix(''),
  );
  return rows.flatMap(({ value }) => (value.fact.kind === 'identifier' ? [value.fact.identifier ?? ''] : []));
}

async function suspendedIdentifiers(projections: Projections, world: WorldState): Promise<string[]> {
  const found = new Set<string>();
  for (const month of Object.keys(world.months)) {
    for (const row of await projections.query<SuspendedUsage>(ratedKeys.suspense(month), withPrefix(''))) {
      if (Object.keys(row.value.reasons).length > 0) found.add(row.value.identifier);
    }
  }
  return [...found];
}

async function rateIdentifiers(ports: RatingPorts, world: WorldState, identifiers: readonly string[]): Promise<number> {
  const known = { position: world.position, cutOff: Number.MAX_SAFE_INTEGER };
  const { catalog } = await catalogOf(ports, world);
  const lookup = ownerLookup(ports, catalog, known);
  const read = usageReader(ports.usage, world);
  const work: RatingWork = new Map();
  let suspended = 0;
  for (const identifier of identifiers) {
    const owners = await lookup.of(identifier);
    for (const { seller, payer, subscription } of owners.payers) {
      const key = `${seller}#${payer}`;
      const touched = work.get(key) ?? { seller, payer, subscriptions: new Set<string>() };
      touched.subscriptions.add(subscription);
      work.set(key, touched);
    }
    for (const month of Object.keys(world.months))
      suspended += await noteSuspense(ports, world, identifier, month, read, owners);
  }
  await ratePayers(ports, world, catalog, work, lookup.account);
  return suspended;
}

/** Keeps the row of an identifier's suspended usage in a month true; answers whether there is any. */
async function noteSuspense(
  ports: RatingPorts,
  world: WorldState,
  identifier: string,
  month: string,
  read: UsageReader,
  owners: Awaited<ReturnType<ReturnType<typeof ownerLookup>['of']>>,
): Promise<number> {
  const fold: FoldUsage = await read([identifier], month, month);
  const usage = fold().get(identifier);
  const key = { partition: ratedKeys.suspense(month), sort: identifier };
  const before = await ports.projections.get(key);
  if (usage === undefined || (usage.length === 0 && before === undefined)) return 0;
  const { suspended } = classifyUsage(usage, owners.owners, owners.viewOf);
  const any = Object.keys(suspended).length > 0;
  if (!any && before === undefined) return 0;
  const value: SuspendedUsage = { identifier, month, reasons: suspended };
  await ports.projections.putNewer({ ...key, position: world.position, value });
  return any ? 1 : 0;
}
