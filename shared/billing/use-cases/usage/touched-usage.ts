import { subscriptionOf } from '#shared/commit-log/inventory-rows.ts';
import { type Projections, withPrefix } from '#shared/commit-log/ports.ts';
import { readEntries } from '#shared/commit-log/use-cases/commit-log.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { recordedFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { subscriptionFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import type { WorldState } from '#shared/commit-log/visibility.ts';
import { readItemIdentifiers } from '#shared/mediation/chunks/items-object.ts';
import type { RateUsage } from '#shared/mediation/ports.ts';
import { readManifest } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import { ratedKeys, type SuspendedUsage } from '../../rated-rows.ts';
import type { RatingPorts } from './rating-ports.ts';

/** What is to be rated: whose usage, and of which UTC months. */
export interface Touched {
  readonly identifiers: Iterable<string>;
  readonly months: Iterable<string>;
}

/** Subscriptions looked up at the same time. */
const READ_AT_ONCE = 8;

/** Whose usage a message is about: a chunk's identifiers, those an inventory entry names, or whatever is suspended when prices change. */
export async function touchedBy(
  ports: RatingPorts,
  world: WorldState,
  message: Omit<RateUsage, 'queue'>,
): Promise<Touched> {
  const months = Object.keys(world.months);
  if (message.chunk >= 0) {
    const chunk = (await readManifest(ports, message.file, message.generation)).chunks[message.chunk];
    const body = await ports.objects.get('work', chunk?.items.key ?? '');
    if (body === undefined)
      throw new Error(`chunk ${message.chunk} of usage file ${message.file} is missing from the work store`);
    return { identifiers: readItemIdentifiers(body), months: Object.keys(chunk?.months ?? {}) };
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
  await inParallel(changed, READ_AT_ONCE, async (subscription) => {
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
