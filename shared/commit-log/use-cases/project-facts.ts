import type { IdentifierFact, RecordedFact } from '#shared/inventory/fact.ts';
import type { Entry, FactsRecorded, Position } from '../entry.ts';
import { accountRows, identifierRow, PROJECTOR, rowKeys, subscriptionOf, subscriptionRows } from '../inventory-rows.ts';
import { type Decisions, type Objects, type ProjectionRow, type Projections, withPrefix } from '../ports.ts';
import { readEntries } from './commit-log.ts';
import { readContent } from './content.ts';
import { inParallel } from './in-parallel.ts';
import { projectPayments } from './payments.ts';

/** What the projector needs. */
export interface ProjectorPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
}

const LOOKUPS_AT_ONCE = 32;

/** Up to which position the inventory is projected. */
export async function projectedPosition(projections: Projections): Promise<Position> {
  return (await projections.get(PROJECTOR))?.position ?? 0;
}

/**
 * Projects the inventory facts and payments of every entry up to `upTo` and answers the entries it went through. Rows carry their position in the key
 * and entries are taken in order, so any number of projectors may run at once, die and start again.
 */
export async function projectFacts(ports: ProjectorPorts, upTo: Position): Promise<Entry[]> {
  const entries = await readEntries(ports.decisions, await projectedPosition(ports.projections), upTo);
  for (const entry of entries) {
    if (entry.body.kind === 'facts recorded') await projectEntry(ports, entry.position, entry.body);
    if (entry.body.kind === 'payments recorded') await projectPayments(ports, entry.position, entry.body);
    await ports.projections.putNewer({ ...PROJECTOR, position: entry.position, value: {} });
  }
  return entries;
}

async function projectEntry(ports: ProjectorPorts, position: Position, body: FactsRecorded): Promise<void> {
  for await (const facts of recordedFacts(ports.objects, position, body)) {
    await ports.projections.put(facts.flatMap(accountRows));
    await projectSubscriptions(ports.projections, facts);
  }
}

/** The facts of an entry, part by part, each with its place. */
export async function* recordedFacts(
  objects: Objects,
  position: Position,
  body: FactsRecorded,
): AsyncGenerator<RecordedFact[]> {
  let index = 0;
  for (const part of body.parts) {
    const facts = (await readContent(objects, part)) as RecordedFact['fact'][];
    yield facts.map((fact) => ({ position, index: index++, fact }));
  }
}

async function projectSubscriptions(projections: Projections, facts: readonly RecordedFact[]): Promise<void> {
  const added = new Map<string, RecordedFact[]>();
  const add = (subscription: string, fact: RecordedFact) => {
    if (subscription !== '') added.set(subscription, [...(added.get(subscription) ?? []), fact]);
  };
  for (const fact of facts) add(subscriptionOf(fact.fact), fact);
  const identifierFacts = facts.filter((f): f is RecordedFact<IdentifierFact> => f.fact.kind === 'identifier');
  const byIdentifier = Map.groupBy(identifierFacts, (f) => f.fact.identifier);
  await inParallel(byIdentifier, LOOKUPS_AT_ONCE, async ([identifier, now]) => {
    const before = await projections.query<RecordedFact<IdentifierFact>>(
      rowKeys.identifier(identifier),
      withPrefix(''),
    );
    const all = [...before.map((row) => row.value), ...now];
    const owners = new Set(all.map((f) => f.fact.subscription));
    for (const owner of owners) for (const fact of all) if (fact.fact.subscription !== owner) add(owner, fact);
  });
  await projections.put(identifierFacts.map(identifierRow));
  const rows: ProjectionRow<unknown>[] = [];
  await inParallel(added, LOOKUPS_AT_ONCE, async ([subscription, its]) => {
    const known = await projections.query<RecordedFact>(rowKeys.subscription(subscription), withPrefix(''));
    const before = known
      .map((row) => row.value)
      .filter((f) => !its.some((g) => g.position === f.position && g.index === f.index));
    rows.push(...subscriptionRows(subscription, before, its));
  });
  await projections.put(rows);
}
