import { hash } from 'node:crypto';
import type { Fact } from '#shared/inventory/fact.ts';
import { compareIds } from '#shared/money/allocate.ts';
import type { Clock } from '#shared/time/ports.ts';
import type { ContentReference, FactsRecorded, Position } from '../entry.ts';
import { subscriptionOf } from '../inventory-rows.ts';
import type { Decisions, Objects } from '../ports.ts';
import { append, tail } from './commit-log.ts';
import { writeContent } from './content.ts';

/** Wakes the projector. */
export interface EntryQueue {
  send(position: Position): Promise<void>;
}

/** What recording needs of the world. */
export interface RecordPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly clock: Clock;
  readonly entryQueue: EntryQueue;
}

/** Facts of a part: what is in memory at a time when they are projected. */
const FACTS_A_PART = 20_000;

/**
 * Records inventory facts: one entry, however many they are, seen whole or not at all. Facts about one subscription stay in the order given;
 * subscriptions are sorted, so that a part is projected together. `commandId` names the command: the same command recorded again, after an
 * answer was lost, stands once.
 */
export async function recordFacts(
  ports: RecordPorts,
  facts: readonly Fact[],
  by: string,
  commandId: string,
): Promise<Position> {
  if (facts.length === 0) throw new RangeError('there is nothing to record');
  const after = await tail(ports.decisions, 0);
  const sorted = [...facts].sort((a, b) => compareIds(subscriptionOf(a), subscriptionOf(b)));
  const parts: ContentReference[] = [];
  for (let at = 0; at < sorted.length; at += FACTS_A_PART) {
    parts.push(await writeContent(ports.objects, 'inventory', sorted.slice(at, at + FACTS_A_PART)));
  }
  const earliest = facts.reduce((first, fact) => Math.min(first, fact.effectiveFrom), Number.MAX_SAFE_INTEGER);
  const areFirstUses = facts.every((fact) => fact.kind === 'firstUse');
  const said: FactsRecorded = { kind: 'facts recorded', parts, count: facts.length, earliest };
  const body: FactsRecorded = areFirstUses ? { ...said, firstUses: true } : said;
  const id = hash('sha256', `${commandId}\n${JSON.stringify(body)}`).slice(0, 32);
  const position = await append(ports.decisions, { id, at: ports.clock.now(), by, body }, after);
  await ports.entryQueue.send(position);
  return position;
}
