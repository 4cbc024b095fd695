import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { subscriptionFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { recordFacts } from '#shared/commit-log/use-cases/record-facts.ts';
import type { WorldState } from '#shared/commit-log/visibility.ts';
import type { FirstUseFact, RecordedFact } from '#shared/inventory/fact.ts';
import { type ReadyStretch, readyStretches } from '#shared/inventory/ready-state.ts';
import type { Queues } from '#shared/mediation/ports.ts';
import { decidingMonths, isFirstGone, newFirstUses, usesIn } from '#shared/rating/first-use.ts';
import { type UsageReader, usageReader } from '#shared/rating/use-cases/read-usage.ts';
import { type Instant, isoInstant } from '#shared/time/local-date.ts';
import { monthsLater, utcMonthStart } from '#shared/time/period.ts';
import type { Clock } from '#shared/time/ports.ts';
import type { UsageStore } from '#shared/usage/ports.ts';
import type { IdentifierOwners, OwnerLookup } from './owner-views.ts';

/** What recording first uses needs of the world. */
interface FirstUsePorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
  readonly usage: UsageStore;
  readonly clock: Clock;
  readonly queues: Queues;
  readonly keepMonths: number;
}

/** Whether a subscription was ever said to be ready: of others no usage is looked at. */
export function isEverReady(subscription: string, facts: readonly RecordedFact[]): boolean {
  return facts.some(
    ({ fact }) => fact.kind === 'state' && fact.subscription === subscription && fact.state === 'ready',
  );
}

const AT_ONCE = 8;

/**
 * Records first uses of ready subscriptions (each with the UTC months whose usage changed) as they follow from what counts in a world, and takes back
 * those that do not any more: one entry, or none where all is recorded. What the back-billing limit froze, or the store forgot, stays as it is.
 */
export async function recordFirstUses(
  ports: FirstUsePorts,
  world: WorldState,
  lookup: OwnerLookup,
  ready: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<void> {
  const facts: FirstUseFact[] = [];
  const keptSince = startOfKept(ports.clock.now(), ports.keepMonths);
  await inParallel(ready, AT_ONCE, async ([subscription, changed]) => {
    const usage = await usageOf(ports, world, subscription, lookup);
    const known = { position: world.position, cutOff: Number.MAX_SAFE_INTEGER };
    const stretches = readyStretches(subscription, usage.facts, known);
    for (const stretch of stretches) facts.push(...(await changesIn(world, usage, stretch, [...changed], keptSince)));
  });
  if (facts.length === 0) return;
  const entryQueue = { send: (position: number) => ports.queues.send([{ queue: 'entries', position }]) };
  await recordFacts({ ...ports, entryQueue }, facts, 'rating', `first uses at ${world.position}`);
}

/** The first instant of the usage the store still has. */
function startOfKept(now: Instant, keepMonths: number): Instant {
  return utcMonthStart(monthsLater(`${isoInstant(now).slice(0, 7)}-01`, -keepMonths, 1).slice(0, 7));
}

/** A subscription, whose its identifiers were, and a way to its usage. */
interface OwnUsage {
  readonly subscription: string;
  readonly facts: readonly RecordedFact[];
  readonly identifiers: readonly { readonly identifier: string; readonly owners: IdentifierOwners }[];
  readonly read: UsageReader;
  /** Whether the periods of who paid for it at an instant are frozen there. */
  readonly isFrozen: (at: Instant) => Promise<boolean>;
}

async function usageOf(
  ports: FirstUsePorts,
  world: WorldState,
  subscription: string,
  lookup: OwnerLookup,
): Promise<OwnUsage> {
  const facts = await subscriptionFacts(ports.projections, subscription);
  const named = new Set(facts.flatMap(({ fact }) => (fact.kind === 'identifier' ? [fact.identifier] : [])));
  const identifiers = await Promise.all(
    [...named].map(async (identifier) => ({ identifier, owners: await lookup.of(identifier) })),
  );
  const isFrozen = async (at: Instant) => at < (await lookup.frozenUntil(subscription, facts, at));
  return { subscription, facts, identifiers, read: usageReader(ports.usage, world), isFrozen };
}

async function changesIn(
  world: WorldState,
  usage: OwnUsage,
  stretch: ReadyStretch,
  changed: readonly string[],
  keptSince: Instant,
): Promise<FirstUseFact[]> {
  const [first] = stretch.uses;
  if (first !== undefined && (first < keptSince || (await usage.isFrozen(first)))) return [];
  const months = decidingMonths(stretch, changed);
  const found = await usesOf(usage, stretch, months, keptSince);
  if (!isFirstGone(stretch, months, found)) return newFirstUses(usage.subscription, stretch, found, false);
  const all = decidingMonths({ ...stretch, uses: [] }, Object.keys(world.months));
  return newFirstUses(usage.subscription, stretch, await usesOf(usage, stretch, all, keptSince), true);
}

/** When it was used in a stretch, by the usage of some months; memory holds one of them at a time. */
async function usesOf(
  { subscription, identifiers, read }: OwnUsage,
  { from, until }: ReadyStretch,
  months: readonly string[],
  keptSince: Instant,
): Promise<Instant[]> {
  const stretch = { from: Math.max(from, keptSince), until };
  const found: Instant[] = [];
  for (const month of months) {
    const folded = (
      await read(
        identifiers.map((each) => each.identifier),
        month,
        month,
      )
    )();
    for (const { identifier, owners } of identifiers) {
      const usage = folded.get(identifier);
      if (usage === undefined) continue;
      for (const use of usesIn(stretch, subscription, usage, owners.owners, owners.viewOf)) found.push(use);
    }
  }
  return found;
}
