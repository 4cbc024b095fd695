import type { IdentifierFact, RecordedFact } from '#shared/inventory/fact.ts';
import { type Knowledge, type Span, timeline } from '#shared/inventory/timeline.ts';
import type { TimeZone } from '#shared/time/local-date.ts';
import { type CycleRow, rowKeys } from '../inventory-rows.ts';
import { type Projections, withPrefix } from '../ports.ts';

const EVERYTHING = withPrefix('');

/** Facts about an account and its business units. */
export async function accountFacts(projections: Projections, account: string): Promise<RecordedFact[]> {
  return (await projections.query<RecordedFact>(rowKeys.account(account), EVERYTHING)).map((row) => row.value);
}

/** Facts that concern one subscription. */
export async function subscriptionFacts(projections: Projections, subscription: string): Promise<RecordedFact[]> {
  return (await projections.query<RecordedFact>(rowKeys.subscription(subscription), EVERYTHING)).map(
    (row) => row.value,
  );
}

/** Facts about an identifier, whoever has it. */
export async function identifierFacts(
  projections: Projections,
  identifier: string,
): Promise<RecordedFact<IdentifierFact>[]> {
  const rows = await projections.query<RecordedFact<IdentifierFact>>(rowKeys.identifier(identifier), EVERYTHING);
  return rows.map((row) => row.value);
}

/** Whose an identifier was when, by the facts about it; '' = nobody's. */
export function ownersOf(facts: readonly RecordedFact<IdentifierFact>[], known: Knowledge): Span<string>[] {
  return timeline(facts, known, (fact) => fact.subscription);
}

/** The shards a payer's subscriptions fall into, in order. */
export async function shardsOf(projections: Projections, seller: string, payer: string): Promise<string[]> {
  return (await projections.query(rowKeys.shards(seller, payer), EVERYTHING)).map((row) => row.sort);
}

/** Facts of every subscription of a payer in a shard, by subscription. */
export async function shardFacts(
  projections: Projections,
  seller: string,
  payer: string,
  shard: string,
): Promise<Map<string, RecordedFact[]>> {
  const rows = await projections.query<RecordedFact>(rowKeys.payerShard(seller, payer, shard), EVERYTHING);
  const bySubscription = Map.groupBy(rows, (row) => row.sort.slice(0, -'#000000000000#000000000'.length));
  return new Map([...bySubscription].map(([subscription, of]) => [subscription, of.map((row) => row.value)]));
}

/** Accounts of a seller that are billed on a day of the month, in order of their ids. */
export async function accountsInCycle(projections: Projections, seller: string, billingDay: number): Promise<string[]> {
  return (await projections.query(rowKeys.cycle(seller, billingDay), EVERYTHING)).map((row) => row.sort);
}

/** Accounts of a seller that are, or once were, in an accounting group, in order of their ids. */
export async function accountsInGroup(projections: Projections, seller: string, group: string): Promise<string[]> {
  return (await projections.query(rowKeys.group(seller, group), EVERYTHING)).map((row) => row.sort);
}

/** Time zones of the accounts of a seller that are billed on a day of the month; where one was not written down, the last in which a day begins. */
export async function timeZonesInCycle(
  projections: Projections,
  seller: string,
  billingDay: number,
): Promise<Set<TimeZone>> {
  const rows = await projections.query<CycleRow>(rowKeys.cycle(seller, billingDay), EVERYTHING);
  return new Set(rows.map((row) => row.value.timeZone ?? LATEST_ZONE));
}

/** Where a day begins last (UTC-12): after that it has begun everywhere. */
const LATEST_ZONE = 'Etc/GMT+12';
