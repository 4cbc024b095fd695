import type { IdentifierFact, RecordedFact } from '#shared/inventory/fact.ts';
import type { Entry, FactsRecorded, Position } from '../entry.ts';
import {
  accountRows,
  identifierRow,
  PROJECTED_PARTS,
  PROJECTOR,
  rowKeys,
  subscriptionOf,
  subscriptionRows,
} from '../inventory-rows.ts';
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

/** What came of projecting: the entries gone through to their end, and whether these are all. */
export interface Projected {
  readonly entries: readonly Entry[];
  readonly isDone: boolean;
}

/**
 * Projects the inventory facts and payments of every entry up to `upTo` and answers the entries it went through. Rows carry their position in the key
 * and entries are taken in order, so any number of projectors may run at once, die and start again; what one of them did of a large entry is not
 * done again.
 */
export async function projectFacts(ports: ProjectorPorts, upTo: Position): Promise<readonly Entry[]> {
  return (await projectInTime(ports, upTo, () => true)).entries;
}

/** Projects, likewise, as long as there is time to begin a part of an entry; what is left goes on where this ended. */
export async function projectInTime(
  ports: ProjectorPorts,
  upTo: Position,
  isTimeLeft: () => boolean,
): Promise<Projected> {
  const { decisions, projections } = ports;
  const entries = await readEntries(decisions, await projectedPosition(projections), upTo);
  for (const [done, { position, body }] of entries.entries()) {
    const isWhole = body.kind !== 'facts recorded' || (await projectEntry(ports, position, body, isTimeLeft));
    if (!isWhole) return { entries: entries.slice(0, done), isDone: false };
    if (body.kind === 'payments recorded') await projectPayments(ports, position, body);
    await projections.putNewer({ ...PROJECTOR, position, value: {} });
  }
  return { entries, isDone: true };
}

/** Projects an entry part by part, from the first that nobody has projected; answers whether it came to the end. */
async function projectEntry(
  { objects, projections }: ProjectorPorts,
  position: Position,
  body: FactsRecorded,
  isTimeLeft: () => boolean,
): Promise<boolean> {
  const isLarge = body.parts.length > 1;
  const before = isLarge ? await projections.get<number>(PROJECTED_PARTS) : undefined;
  const known = before?.position === position ? before.value : 0;
  let parts = 0;
  for await (const facts of recordedFacts(objects, position, body)) {
    parts++;
    if (parts <= known) continue;
    if (!isTimeLeft()) return false;
    await projections.put(facts.flatMap(accountRows));
    await projectSubscriptions(projections, facts);
    if (isLarge) await projections.putNewer({ ...PROJECTED_PARTS, position, value: parts });
  }
  return true;
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
