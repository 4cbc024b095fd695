import { asListed } from '#shared/catalog/product.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { currentCatalog } from '#shared/commit-log/use-cases/current-catalog.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { accountFacts, subscriptionFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { accountAt } from '#shared/inventory/account-history.ts';
import {
  type Change,
  type InventoryReading,
  type KnownInventory,
  readChange,
  type TimeZoneOf,
} from '#shared/inventory/change.ts';
import type { AssignmentsFact, RecordedFact } from '#shared/inventory/fact.ts';
import { type InventoryFile, readInventoryFiles } from '#shared/inventory/inventory-file.ts';
import type { InventoryProblem } from '#shared/inventory/inventory-problem.ts';
import { type Order, readOrder } from '#shared/inventory/order.ts';
import type { TimeZones } from '#shared/time/local-date.ts';
import { changeInventory, type InventoryPorts, knownInventory, type RecordResult } from './change-inventory.ts';

/** What came of a load or change: everything wrong in what was written, or what recording it came to. */
export type LoadResult =
  | RecordResult
  | { readonly outcome: 'problems'; readonly problems: readonly InventoryProblem[] }
  | { readonly outcome: 'nothing to record' };

const LOOKUPS_AT_ONCE = 32;

/** Loads accounts and subscriptions from files: recorded whole as one entry, or refused whole with everything that is wrong. */
export async function loadInventory(
  ports: InventoryPorts,
  files: readonly InventoryFile[],
  by: string,
): Promise<LoadResult> {
  return record(ports, by, (known, timeZoneOf) => readInventoryFiles(files, known, timeZoneOf));
}

/** Records one change of a subscription, with the checks a row of a file gets. */
export async function changeSubscription(ports: InventoryPorts, change: Change, by: string): Promise<LoadResult> {
  return record(ports, by, (known, timeZoneOf) => readChange(change, known, timeZoneOf));
}

/** Records something sold to an account once, for its next invoice: of a product of the catalogue at its price as of now, where none is said. */
export async function sellOnce(ports: InventoryPorts, order: Order, by: string): Promise<LoadResult> {
  const known = { position: await tail(ports.decisions, 0), cutOff: Number.MAX_SAFE_INTEGER };
  await projectFacts(ports, known.position);
  const view = accountAt(await accountFacts(ports.projections, order.account), known, ports.clock.now());
  const { catalog } = await currentCatalog(ports);
  const listed = asListed(order, catalog.products ?? [], view?.account.currency ?? '');
  return record(ports, by, (inventory) => readOrder(listed, inventory));
}

/** Reads once to learn which subscriptions are asked for, and, when there are any, again with their time zones looked up. */
async function record(
  ports: InventoryPorts,
  by: string,
  read: (known: KnownInventory, timeZoneOf: TimeZoneOf) => InventoryReading,
): Promise<LoadResult> {
  const known = await knownInventory(ports);
  const asked = new Set<string>();
  const first = read(known, (subscription) => {
    asked.add(subscription);
    return 'UTC';
  });
  const zones = asked.size === 0 ? new Map<string, TimeZones>() : await timeZones(ports, known, asked);
  const reading = asked.size === 0 ? first : read(known, (subscription) => zones.get(subscription));
  if (!reading.ok) return { outcome: 'problems', problems: reading.problems };
  if (reading.facts.length === 0) return { outcome: 'nothing to record' };
  return changeInventory(ports, reading.facts, by, (fact) => reading.places?.get(fact) ?? '');
}

/** Time zones of subscriptions that are known: of who pays last, or of the operator while nobody ever paid. */
async function timeZones(
  ports: InventoryPorts,
  known: KnownInventory,
  subscriptions: ReadonlySet<string>,
): Promise<Map<string, TimeZones>> {
  const world = await worldAt(ports, await tail(ports.decisions, 0), () => false);
  const operatorZone = (await catalogOf(ports, world)).catalog.sellers[0]?.timeZone ?? 'UTC';
  const zones = new Map<string, TimeZones>();
  await inParallel(subscriptions, LOOKUPS_AT_ONCE, async (subscription) => {
    const facts = await subscriptionFacts(ports.projections, subscription);
    if (facts.length > 0) zones.set(subscription, known.accounts.get(lastPayer(facts))?.timeZone ?? operatorZone);
  });
  return zones;
}

/** Of facts in the order they were said: of two that hold from one day the later. */
function lastPayer(facts: readonly RecordedFact[]): string {
  const assignments = facts.filter((each): each is RecordedFact<AssignmentsFact> => each.fact.kind === 'assignments');
  const paid = assignments.filter(({ fact }) => fact.assignments.length > 0);
  paid.sort((a, b) => a.fact.effectiveFrom - b.fact.effectiveFrom);
  return paid.at(-1)?.fact.assignments[0]?.payer ?? '';
}
