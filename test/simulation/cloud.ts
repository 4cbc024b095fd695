import type { BusinessEvent } from '#shared/billing/ports.ts';
import type { PayerBatch, SliceReference } from '#shared/billing/run.ts';
import { closeDraft, recordFailure } from '#shared/billing/use-cases/runs/close-draft.ts';
import { measureSlice } from '#shared/billing/use-cases/runs/measure-slice.ts';
import { planRun } from '#shared/billing/use-cases/runs/plan-run.ts';
import { preparePosting } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { readSlice } from '#shared/billing/use-cases/runs/stored-plan.ts';
import type { Decisions, Projections } from '#shared/commit-log/ports.ts';
import { commitPosting } from '#shared/invoicing/use-cases/commit-posting.ts';
import { type DocumentBatch, numberDocuments } from '#shared/invoicing/use-cases/number-documents.ts';
import { writeDocuments } from '#shared/invoicing/use-cases/write-documents.ts';
import type { PipelineMessage } from '#shared/mediation/ports.ts';
import { memoryProjections } from '#shared/memory/decisions.ts';
import { memoryObjects } from '#shared/memory/objects.ts';
import { memoryUsageStore } from '#shared/memory/usage-store.ts';
import { handle, invoiceBatch, linkBatch, project, renderBatch } from './handlers.ts';
import { type Ports, portsOf, type Stores } from './ports.ts';
import type { Outcome, Scheduler } from './scheduler.ts';

/** Fewer than on AWS, so that messages are given up now and then and only the sweep is left. */
const RECEIVES_MAX = 2;
/** Of messages: some come at once, some much later. */
const WEIGHTS = [1, 1, 0.1, 0.01];
/** Subscriptions of a slice, payers counted in: few, so that a payer has several. */
const SLICE_SUBSCRIPTIONS = 8;
const BATCH_SIZES = { inbox: 1, chunks: 1, complete: 10, entries: 10, rating: 10 } as const;

interface Message {
  readonly body: PipelineMessage;
  readonly receives: number;
}

export type Cloud = ReturnType<typeof createCloud>;

/** Queues, workflows and functions over stores in memory; `decisions` are what this is all about. */
export function createCloud(scheduler: Scheduler, decisions: Decisions) {
  const { random, happens, profile } = scheduler;
  const queues: Record<PipelineMessage['queue'], Message[]> = {
    inbox: [],
    chunks: [],
    complete: [],
    entries: [],
    rating: [],
  };
  const published: BusinessEvent[] = [];
  const names = new Set<string>();
  const executions = new Map<string, number>();
  const { projections, partitions } = notedProjections();
  const stores: Stores = {
    decisions,
    projections,
    objects: memoryObjects(scheduler.clock),
    usage: memoryUsageStore(),
    send: (messages) => {
      for (const body of messages) enqueue({ body, receives: 0 });
    },
    start: async (workflow, name, { runId }) => {
      if (names.has(name)) return false;
      names.add(name);
      execute(runId, workflow === 'draft-run' ? draftRun : postRun);
      return true;
    },
    publish: (events) => {
      published.push(...events);
    },
  };
  const invoke = <Value>(name: string, work: (ports: Ports) => Promise<Value>): Promise<Outcome<Value>> =>
    scheduler.invoke(name, (invocation) => work(portsOf(scheduler, stores, invocation)));

  function enqueue(message: Message): void {
    queues[message.body.queue].push(message);
    scheduler.offer(`deliver ${textOf(message.body)}`, random.pick(WEIGHTS), () => deliver(message));
  }

  /** Delivers a message, and some that wait beside it; those that failed come again, so many times. */
  function deliver(message: Message): void {
    const { queue } = message.body;
    if (!queues[queue].includes(message)) return;
    const others = queues[queue].filter((each) => each !== message);
    const taken = [message, ...others.slice(0, random.below(Math.min(others.length + 1, BATCH_SIZES[queue])))];
    queues[queue] = queues[queue].filter((each) => !taken.includes(each));
    const work = (ports: Ports) =>
      handle(
        ports,
        taken.map(({ body }) => body),
      );
    void invoke(textOf(message.body), work).then((outcome) => {
      for (const [place, { body, receives }] of taken.entries()) {
        const failed = !outcome.ok || outcome.value.includes(place);
        if (failed && receives + 1 === RECEIVES_MAX) scheduler.note(`  given up: ${textOf(body)}`);
        else if (failed || happens(profile.duplicate, `${textOf(body)} comes again`))
          enqueue({ body, receives: receives + 1 });
      }
    });
  }

  function execute(run: string, steps: (run: string) => Promise<void>): void {
    executions.set(run, (executions.get(run) ?? 0) + 1);
    void steps(run)
      .catch((error: Error) => scheduler.note(`  execution of ${run} died: ${error.message}`))
      .finally(() => executions.set(run, (executions.get(run) ?? 1) - 1));
  }

  /** A step of a workflow: tried again so many times; may be invoked twice at once, and the first answer counts. */
  async function step<Value>(name: string, retries: number, work: (ports: Ports) => Promise<Value>): Promise<Value> {
    if (happens(profile.executionDies, `an execution dies before ${name}`)) throw new Error('stopped');
    for (let left = retries; ; left--) {
      const tries = [invoke(name, work)];
      if (happens(profile.stepTwice, `${name} is invoked twice`)) tries.push(invoke(name, work));
      const outcome = await Promise.race(tries);
      if (outcome.ok) return outcome.value;
      if (left === 0) throw outcome.error;
    }
  }

  /** The children of a map: one for each item the step before has written. */
  async function each<Item>(key: string, child: (item: Item) => Promise<unknown>): Promise<void> {
    const items = JSON.parse(new TextDecoder().decode(await stores.objects.get('work', key))) as Item[];
    await Promise.all(items.map(child));
  }

  async function draftRun(run: string): Promise<void> {
    await step('project-facts', 3, project);
    const plan = await step('open-run', 3, (ports) =>
      planRun({ ...ports, sliceSubscriptions: SLICE_SUBSCRIPTIONS }, run),
    );
    const failed = (name: string, payers: readonly string[], error: Error) =>
      step('record-failure', 3, ({ objects }) => recordFailure(objects, run, name, { payers, error: error.message }));
    await each<SliceReference>(plan.slicesKey, (slice) =>
      step('measure-slice', 2, (ports) => measureSlice(ports, run, slice)).catch(async (error: Error) => {
        const payers = (await readSlice(stores.objects, slice)).parts.map((part) => part.payer);
        return failed(`slice-${slice.slice}`, payers, error);
      }),
    );
    await each<PayerBatch>(plan.payersKey, (batch) =>
      step('invoice-payer', 2, (ports) => invoiceBatch(ports, run, batch)).catch((error: Error) =>
        failed(`batch-${batch.batch}`, batch.payers, error),
      ),
    );
    await step('close-draft', 3, (ports) =>
      closeDraft({ ...ports, approval: 'person', fourEyes: false, reckon: async () => null }, run),
    );
  }

  async function postRun(run: string): Promise<void> {
    const { payersKey } = await step('prepare-posting', 8, (ports) => preparePosting(ports, run));
    await each<PayerBatch>(payersKey, (batch) => step('link-payers', 5, (ports) => linkBatch(ports, run, batch)));
    const { documentsKey } = await step('number-documents', 8, (ports) => numberDocuments(ports, run));
    await each<DocumentBatch>(documentsKey, (batch) =>
      step('write-documents', 5, (ports) => writeDocuments(ports, run, batch)),
    );
    await step('commit-posting', 8, (ports) => commitPosting(ports, run));
    await each<DocumentBatch>(documentsKey, (batch) =>
      step('render-documents', 2, (ports) => renderBatch(ports, run, batch)),
    );
  }

  return {
    stores,
    invoke,
    published,
    /** Partitions of the projections. */
    partitions,
    clock: scheduler.clock,
    /** Executions of a run under way. */
    executionsOf: (run: string) => executions.get(run) ?? 0,
    /** A carrier drops a file; its event may be lost or come twice. */
    drop(carrier: string, name: string, body: Uint8Array): void {
      const key = `incoming/${carrier}/${name}`;
      const event = { queue: 'inbox', key, versionId: stores.objects.drop('incoming', key, body) } as const;
      if (happens(profile.eventLost, `event of ${name} is lost`)) return;
      stores.send(happens(profile.duplicate, `event of ${name} comes twice`) ? [event, event] : [event]);
    },
  };
}

/** Projections that know which partitions they have. */
export function notedProjections(): { projections: Projections; partitions: Set<string> } {
  const partitions = new Set<string>();
  const memory = memoryProjections();
  const note = (rows: readonly { readonly partition: string }[]) => {
    for (const { partition } of rows) partitions.add(partition);
  };
  const projections: Projections = {
    ...memory,
    put: (rows) => {
      note(rows);
      return memory.put(rows);
    },
    putNewer: (row) => {
      note([row]);
      return memory.putNewer(row);
    },
  };
  return { projections, partitions };
}

function textOf({ queue, ...rest }: PipelineMessage): string {
  return `${queue} ${Object.values(rest)
    .map((value) => `${value}`.slice(-14))
    .join(' ')}`;
}
