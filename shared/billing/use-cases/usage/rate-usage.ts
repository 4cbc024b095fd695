import { subscriptionOf } from '#shared/commit-log/inventory-rows.ts';
import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import { type ProjectionRow, withPrefix } from '#shared/commit-log/ports.ts';
import { readEntries, tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { projectFacts, recordedFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { subscriptionFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { ALL_MONTHS, catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import type { WorldState } from '#shared/commit-log/visibility.ts';
import { readItemIdentifiers } from '#shared/mediation/chunks/items-object.ts';
import type { Queues, RateUsage } from '#shared/mediation/ports.ts';
import { readManifest } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import { ratedChunkKey, ratedEntryKey } from '#shared/mediation/use-cases/unrated-entries.ts';
import { suspendedUsage } from '#shared/rating/classify-usage.ts';
import { usageReader } from '#shared/rating/use-cases/read-usage.ts';
import type { Clock } from '#shared/time/ports.ts';
import type { UsageStore } from '#shared/usage/ports.ts';
import { ratedKeys, type SuspendedUsage } from '../../rated-rows.ts';
import { isEverReady, recordFirstUses } from './first-uses.ts';
import { type IdentifierOwners, ownerLookup } from './owner-views.ts';
import { type RatingWork, ratePayers } from './rate-payers.ts';

/** What rating needs of the world. */
export interface RatingPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
  readonly usage: UsageStore;
  readonly clock: Clock;
}

/** What it needs besides to record first uses. */
export interface RateUsagePorts extends RatingPorts {
  readonly queues: Queues;
  /** How long after its month the store keeps usage. */
  readonly keepMonths: number;
}

/** What a message came to. */
export interface RatingResult {
  readonly position: number;
  readonly identifiers: number;
  readonly suspended: number;
}

/**
 * Rates what entries touched, on all that is visible now: the running month of each subscription and payer, and what is suspended. It is the
 * same computation as the bill run's. Rows are stamped with the position they were computed at and never go back, so that messages may come
 * late, twice and in any order; many at once cost one rating. The first use of what is ready is recorded as a fact: it is rated in its turn.
 */
export async function rateUsage(
  ports: RateUsagePorts,
  messages: readonly Omit<RateUsage, 'queue'>[],
): Promise<RatingResult> {
  const last = Math.max(0, ...messages.map((message) => message.position));
  const position = await tail(ports.decisions, last);
  await projectFacts(ports, position);
  const world = await worldAt(ports, position, ALL_MONTHS);
  let some: TouchedTogether = { identifiers: new Set(), months: new Set(), messages: [] };
  const result = { position, identifiers: 0, suspended: 0 };
  for (const [place, message] of messages.entries()) {
    const { identifiers, months } = await touchedBy(ports, world, message);
    for (const identifier of identifiers) some.identifiers.add(identifier);
    for (const month of months) some.months.add(month);
    some.messages.push({ ...ratedKey(message), position: last, value: {} });
    if (some.identifiers.size < IDENTIFIERS_TOGETHER && place < messages.length - 1) continue;
    if (world.catalog !== null) result.suspended += await rateIdentifiers(ports, world, some, last);
    await ports.projections.put(some.messages);
    result.identifiers += some.identifiers.size;
    some = { identifiers: new Set(), months: new Set(), messages: [] };
  }
  return result;
}

/** What some messages touched, and the notes that they are done. */
interface TouchedTogether {
  readonly identifiers: Set<string>;
  readonly months: Set<string>;
  readonly messages: ProjectionRow<unknown>[];
}

/** Identifiers from which on what messages touched is rated, before more is looked at: what bounds memory, and what a rating that dies has to do again. */
const IDENTIFIERS_TOGETHER = 5_000;

/** Where it is noted that a message is done: as of the last position asked for, for what is later may have been passed over. */
function ratedKey({ file, generation, chunk, position }: Omit<RateUsage, 'queue'>) {
  return chunk < 0 ? ratedEntryKey(position) : ratedChunkKey(file, generation, chunk);
}

/** What is to be rated: whose usage, and of which UTC months. */
interface Touched {
  readonly identifiers: Iterable<string>;
  readonly months: Iterable<string>;
}

/** Whose usage a message is about: a chunk's identifiers, those an inventory entry names, or whatever is suspended when prices change. */
async function touchedBy(ports: RatingPorts, world: WorldState, message: Omit<RateUsage, 'queue'>): Promise<Touched> {
  const months = Object.keys(world.months).sort();
  if (message.chunk >= 0) {
    const chunk = (await readManifest(ports, message.file, message.generation)).chunks[message.chunk];
    const body = await ports.objects.get('work', chunk?.items.key ?? '');
    if (body === undefined)
      throw new Error(`chunk ${message.chunk} of usage file ${message.file} is missing from the work store`);
    return { identifiers: readItemIdentifiers(body), months: Object.keys(chunk?.months ?? {}).sort() };
  }
  const [entry] = await readEntries(ports.decisions, message.position - 1, message.position);
  if (entry?.body.kind === 'catalog released')
    return { identifiers: await suspendedIdentifiers(ports.projections, world), months };
  if (entry?.body.kind !== 'facts recorded' || months.length === 0) return { identifiers: [], months };
  const named = new Set<string>();
  const changed = new Set<string>();
  for await (const facts of recordedFacts(ports.objects, entry.position, entry.body)) {
    for (const { fact } of facts) {
      if (fact.kind === 'identifier') named.add(fact.identifier);
      else changed.add(subscriptionOf(fact));
    }
  }
  changed.delete('');
  await inParallel(changed, RATED_AT_ONCE, async (subscription) => {
    for (const { fact } of await subscriptionFacts(ports.projections, subscription))
      if (fact.kind === 'identifier') named.add(fact.identifier);
  });
  return { identifiers: [...named], months };
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

/** Identifiers rated at the same time: what bounds memory and open requests. */
const RATED_AT_ONCE = 8;

async function rateIdentifiers(
  ports: RateUsagePorts,
  world: WorldState,
  touched: Touched,
  since: number,
): Promise<number> {
  const { catalog } = await catalogOf(ports, world);
  const lookup = ownerLookup(ports, catalog, { position: world.position, cutOff: Number.MAX_SAFE_INTEGER });
  const work: RatingWork = new Map();
  const months = [...touched.months].sort();
  const stamps: ProjectionRow<unknown>[] = [];
  const known = await suspendedBefore(ports.projections, months);
  const ready = new Map<string, Set<string>>();
  let suspended = 0;
  await inParallel(touched.identifiers, RATED_AT_ONCE, async (identifier) => {
    const done = await ports.projections.query(ratedKeys.identifier(identifier), withPrefix(''));
    const left = months.filter((month) => (done.find((row) => row.sort === month)?.position ?? -1) < since);
    if (left.length === 0) return;
    const owners = await lookup.of(identifier);
    for (const { seller, payer, subscription, facts } of owners.payers) {
      const key = `${seller}#${payer}`;
      const its = work.get(key) ?? { seller, payer, subscriptions: new Map() };
      its.subscriptions.set(subscription, facts);
      work.set(key, its);
    }
    for (const [subscription, facts] of owners.subscriptions)
      if (isEverReady(subscription, facts))
        ready.set(subscription, new Set([...(ready.get(subscription) ?? []), ...left]));
    if (await noteSuspense(ports, world, identifier, left, owners, known)) suspended++;
    for (const month of left)
      stamps.push({ partition: ratedKeys.identifier(identifier), sort: month, position: world.position, value: {} });
  });
  await recordFirstUses(ports, world, lookup.of, ready);
  await ratePayers(ports, world, catalog, work, lookup.account);
  await ports.projections.put(stamps);
  return suspended;
}

/** Keys of the rows of suspended usage there are: only those may have to be taken back. */
async function suspendedBefore(projections: Projections, months: readonly string[]): Promise<Set<string>> {
  const rows = await Promise.all(
    months.map((month) => projections.query<SuspendedUsage>(ratedKeys.suspense(month), withPrefix(''))),
  );
  return new Set(rows.flat().map((row) => `${row.value.month} ${row.value.identifier}`));
}

/** Keeps the rows of an identifier's suspended usage true, month by month; answers whether there is any. */
async function noteSuspense(
  ports: RatingPorts,
  world: WorldState,
  identifier: string,
  months: readonly string[],
  owners: IdentifierOwners,
  known: ReadonlySet<string>,
): Promise<boolean> {
  const read = usageReader(ports.usage, world);
  let any = false;
  for (const month of months) {
    const usage = (await read([identifier], month, month))().get(identifier);
    const suspended = usage === undefined ? {} : suspendedUsage(usage, owners.owners, owners.viewOf);
    const isSuspended = Object.keys(suspended).length > 0;
    if (!isSuspended && !known.has(`${month} ${identifier}`)) continue;
    const value: SuspendedUsage = { identifier, month, reasons: suspended };
    await ports.projections.putNewer({
      partition: ratedKeys.suspense(month),
      sort: identifier,
      position: world.position,
      value,
    });
    any ||= isSuspended;
  }
  return any;
}
