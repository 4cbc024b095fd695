import { hash } from 'node:crypto';
import { type Fact, isOfAccount, type RecordedFact } from '#shared/inventory/fact.ts';
import type { TimeZone } from '#shared/time/local-date.ts';
import { padded } from './entry.ts';
import type { DecisionKey, ProjectionRow } from './ports.ts';

/**
 * Where inventory facts are looked up. Each row is one fact under a key that carries its position, so writing it again changes nothing:
 *   subscription#S                  everything that concerns a subscription
 *   identifier#imsi#…               who had an identifier
 *   payer#seller#payer#shard        the same rows as subscription#S, for every subscription the payer ever had from the seller
 *   shards#seller#payer             which shards are in use
 *   account#A                       the account, its business units and what was sold to it once
 *   cycle#seller#day                accounts whose billing day it is
 *   group#seller#group              accounts of an accounting group
 */
export const rowKeys = {
  subscription: (subscription: string) => `subscription#${subscription}`,
  identifier: (identifier: string) => `identifier#${identifier}`,
  payerShard: (seller: string, payer: string, shard: string) => `payer#${seller}#${payer}#${shard}`,
  shards: (seller: string, payer: string) => `shards#${seller}#${payer}`,
  account: (account: string) => `account#${account}`,
  cycle: (seller: string, billingDay: number) => `cycle#${seller}#${padded(billingDay, 2)}`,
  group: (seller: string, group: string) => `group#${seller}#${group}`,
} as const;

/** An account under a billing day it has or had, and the time zone it was last recorded there with (absent = not written down). */
export interface CycleRow {
  readonly account: string;
  readonly timeZone?: TimeZone;
}

/** Up to where the inventory is projected. */
export const PROJECTOR: DecisionKey = { partition: 'projector', sort: 'facts' };

/** How many parts of the entry behind that are: an entry may be a whole fleet, and whoever projects it next goes on there. */
export const PROJECTED_PARTS: DecisionKey = { partition: 'projector', sort: 'parts' };

/** The shard of a payer a subscription falls into, "00" to "ff": a slice of a run is some shards. */
export function shardOf(subscription: string): string {
  return hash('sha256', subscription).slice(0, 2);
}

function factSort(recorded: RecordedFact): string {
  return `${padded(recorded.position, 12)}#${padded(recorded.index, 9)}`;
}

function row(partition: string, sort: string, recorded: RecordedFact): ProjectionRow<RecordedFact> {
  return { partition, sort, position: recorded.position, value: recorded };
}

/** Rows of facts about accounts. */
export function accountRows(recorded: RecordedFact): ProjectionRow<unknown>[] {
  const { fact, position } = recorded;
  if (!isOfAccount(fact)) return [];
  const rows: ProjectionRow<unknown>[] = [row(rowKeys.account(fact.account), factSort(recorded), recorded)];
  if (fact.kind === 'account') {
    rows.push({
      partition: rowKeys.cycle(fact.seller, fact.billingDay),
      sort: fact.account,
      position,
      value: { account: fact.account, timeZone: fact.timeZone } satisfies CycleRow,
    });
    if (fact.group !== undefined) {
      const partition = rowKeys.group(fact.seller, fact.group);
      rows.push({ partition, sort: fact.account, position, value: { account: fact.account } satisfies CycleRow });
    }
  }
  return rows;
}

/** Row of a fact under its identifier. */
export function identifierRow(recorded: RecordedFact & { fact: { identifier: string } }): ProjectionRow<unknown> {
  return row(rowKeys.identifier(recorded.fact.identifier), factSort(recorded), recorded);
}

/** Rows of one subscription when `added` facts join the `known` ones: under itself, and under every payer it ever had. */
export function subscriptionRows(
  subscription: string,
  known: readonly RecordedFact[],
  added: readonly RecordedFact[],
): ProjectionRow<unknown>[] {
  const rows: ProjectionRow<unknown>[] = added.map((each) =>
    row(rowKeys.subscription(subscription), factSort(each), each),
  );
  const before = payersOf(known);
  const shard = shardOf(subscription);
  for (const [name, { seller, payer }] of payersOf([...known, ...added])) {
    const isNew = !before.has(name);
    const partition = rowKeys.payerShard(seller, payer, shard);
    for (const each of isNew ? [...known, ...added] : added)
      rows.push(row(partition, `${subscription}#${factSort(each)}`, each));
    if (isNew) rows.push({ partition: rowKeys.shards(seller, payer), sort: shard, position: 0, value: { shard } });
  }
  return rows;
}

/** Every payer that some facts of a subscription name, with the seller it pays or paid, or was once said to: also those a correction took away. */
export function payersOf(facts: readonly RecordedFact[]): ReadonlyMap<string, { seller: string; payer: string }> {
  const payers = new Map<string, { seller: string; payer: string }>();
  for (const { fact } of facts) {
    if (fact.kind !== 'assignments') continue;
    for (const { payer } of fact.assignments) payers.set(`${fact.seller}#${payer}`, { seller: fact.seller, payer });
  }
  return payers;
}

/** The subscriptions a fact concerns by itself. */
export function subscriptionOf(fact: Fact): string {
  return isOfAccount(fact) ? '' : fact.subscription;
}
