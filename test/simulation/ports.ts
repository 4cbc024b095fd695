import type { BusinessEvent, Events, Workflows } from '#shared/billing/ports.ts';
import type { InventoryPorts } from '#shared/billing/use-cases/change-inventory.ts';
import type { Decisions, ObjectSummary, Objects, Projections } from '#shared/commit-log/ports.ts';
import type { PipelineMessage, Queues } from '#shared/mediation/ports.ts';
import type { MemoryObjects } from '#shared/memory/objects.ts';
import type { UsageStore } from '#shared/usage/ports.ts';
import type { Invocation, Scheduler } from './scheduler.ts';

/** What lasts: the stores, and what stands behind queues, workflows and the bus. */
export interface Stores {
  readonly decisions: Decisions;
  readonly projections: Projections;
  readonly objects: MemoryObjects;
  readonly usage: UsageStore;
  readonly send: (messages: readonly PipelineMessage[]) => void;
  readonly start: Workflows['start'];
  readonly publish: (events: readonly BusinessEvent[]) => void;
}

/** Every port of the domain, as one invocation has them. */
export interface Ports extends InventoryPorts {
  readonly usage: UsageStore;
  readonly queues: Queues;
  readonly events: Events;
  readonly workflows: Workflows;
}

/** The ports of an invocation: each call goes by way of the scheduler, which may let it fail. */
export function portsOf(scheduler: Scheduler, stores: Stores, invocation: Invocation): Ports {
  const read = <Answer>(label: string, effect: () => Promise<Answer>) =>
    scheduler.call(invocation, label, 'read', effect);
  const write = <Answer>(label: string, effect: () => Promise<Answer>) =>
    scheduler.call(invocation, label, 'write', effect);
  const send = (messages: readonly PipelineMessage[]) =>
    scheduler.batch(invocation, 'send', messages, async (some) => stores.send(some));
  const { decisions, projections, objects, usage } = stores;
  return {
    decisions: {
      putIfAbsent: (key, value) => write(`put ${key.partition} ${key.sort}`, () => decisions.putIfAbsent(key, value)),
      get: (key) => read(`get ${key.partition} ${key.sort}`, () => decisions.get(key)),
      query: (partition, range) => read(`query ${partition}`, () => decisions.query(partition, range)),
    },
    projections: {
      put: (rows) => scheduler.batch(invocation, `project ${rows.length}`, rows, (some) => projections.put(some)),
      putNewer: (row) => write(`project ${row.partition} ${row.sort}`, () => projections.putNewer(row)),
      get: (key) => read(`look up ${key.partition} ${key.sort}`, () => projections.get(key)),
      query: (partition, range) => read(`look up ${partition}`, () => projections.query(partition, range)),
    },
    objects: objectsOf(read, write, objects),
    usage: {
      put: (items, expiresAt) => scheduler.batch(invocation, 'put usage', items, (some) => usage.put(some, expiresAt)),
      read: (identifier, from, until) => read(`usage ${identifier}`, () => usage.read(identifier, from, until)),
    },
    queues: { send },
    entryQueue: { send: (position) => send([{ queue: 'entries', position }]) },
    workflows: {
      start: (workflow, name, input) => write(`start ${name}`, () => stores.start(workflow, name, input)),
    },
    events: {
      publish: (events) => scheduler.batch(invocation, 'publish', events, async (some) => stores.publish(some)),
    },
    clock: scheduler.clock,
    identifiers: { next: () => `id-${scheduler.random.below(0x4000_0000)}` },
  };
}

type Call = <Answer>(label: string, effect: () => Promise<Answer>) => Promise<Answer>;

function objectsOf(read: Call, write: Call, objects: Objects): Objects {
  return {
    putIfAbsent: (store, key, body, type) => write(`store ${key}`, () => objects.putIfAbsent(store, key, body, type)),
    put: (store, key, body, type) => write(`store ${key}`, () => objects.put(store, key, body, type)),
    get: (store, key) => read(`fetch ${key}`, () => objects.get(store, key)),
    stream: (store, key, version, offset) => read(`stream ${key}`, () => objects.stream(store, key, version, offset)),
    describe: (store, key, version) => read(`describe ${key}`, () => objects.describe(store, key, version)),
    async *list(store, prefix) {
      const found: ObjectSummary[] = [];
      await read(`list ${prefix}`, async () => {
        for await (const each of objects.list(store, prefix)) found.push(each);
      });
      yield* found;
    },
  };
}
