import type { Connection } from '#shared/aws/connect.ts';
import { closeDraft } from '#shared/billing/use-cases/runs/close-draft.ts';
import { fileTaxEngine } from '#shared/billing/use-cases/runs/file-tax-engine.ts';
import { invoicePayers, taxPayers } from '#shared/billing/use-cases/runs/invoice-payers.ts';
import { measureSlice } from '#shared/billing/use-cases/runs/measure-slice.ts';
import { payerBatches, planRun } from '#shared/billing/use-cases/runs/plan-run.ts';
import { linkPayers, preparePosting } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { reckonUsage, USAGE_AT_CLOSING } from '#shared/billing/use-cases/runs/reckon-usage.ts';
import { readPlan } from '#shared/billing/use-cases/runs/stored-plan.ts';
import { rateUsage } from '#shared/billing/use-cases/usage/rate-usage.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { commitPosting } from '#shared/invoicing/use-cases/commit-posting.ts';
import { draftObstacle } from '#shared/invoicing/use-cases/draft-obstacle.ts';
import { numberDocuments } from '#shared/invoicing/use-cases/number-documents.ts';
import { proveDraft } from '#shared/invoicing/use-cases/prove-draft.ts';
import { renderDocuments } from '#shared/invoicing/use-cases/render-documents.ts';
import { renderPdf } from '#shared/invoicing/use-cases/render-pdf.ts';
import { writeDocuments } from '#shared/invoicing/use-cases/write-documents.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import type { PipelineMessage, RateUsage } from '#shared/mediation/ports.ts';
import { commitFiles } from '#shared/mediation/use-cases/commit-files.ts';
import { loadUsageChunk } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import { mediateClaimed, mediateUsageFile } from '#shared/mediation/use-cases/mediate-usage-file.ts';
import { memoryDecisions, memoryProjections } from '#shared/memory/decisions.ts';
import { memoryObjects } from '#shared/memory/objects.ts';
import { memoryUsageStore } from '#shared/memory/usage-store.ts';
import { type Session, withEntryQueue } from '../../cli/session.ts';
import type { Output } from '../../cli/terminal/output.ts';
import { UNHURRIED } from '../billing/unhurried.ts';
import { FONTS } from '../invoicing/fonts.ts';
import { project } from '../simulation/handlers.ts';

/** A session on stores in memory, with the functions behind its queues and workflows. */
export interface MemorySession extends Session {
  /** Sets the clock to "2026-11-02T10:00:00+01:00". */
  setClock(time: string): void;
  /** Lets everything that is under way come to its end. */
  settle(): Promise<void>;
  /** Drops a file as a carrier does, behind the command line's back. */
  drop(key: string, body: Uint8Array): void;
  /** From now on messages of which this is so are lost on their way. */
  lose(is: (message: PipelineMessage) => boolean): void;
}

/** Opens a session in memory, in which what is so many months behind a period is frozen as that is billed. */
export function memorySession(by: string, backBillingMonths = 6): MemorySession {
  let now = 0;
  const clock = { now: () => now };
  const objects = memoryObjects(clock);
  const messages: PipelineMessage[] = [];
  let isLost: (message: PipelineMessage) => boolean = () => false;
  const send = (some: readonly PipelineMessage[]) => void messages.push(...some.filter((message) => !isLost(message)));
  const workflows: (() => Promise<void>)[] = [];
  let identifiers = 0;
  const connection: Connection = {
    decisions: memoryDecisions(),
    projections: memoryProjections(),
    objects,
    usage: memoryUsageStore(),
    queues: { send: async (some) => send(some) },
    events: { publish: async () => {} },
    workflows: {
      start: async (workflow, _, { runId }) => {
        workflows.push(() => (workflow === 'draft-run' ? draftRun(connection, runId) : postRun(connection, runId)));
        return true;
      },
    },
    clock,
    identifiers: { next: () => `command-${++identifiers}` },
    settings: {
      environment: 'test',
      backBillingMonths,
      usageRetentionMonths: 6,
      ratingDelayMinutes: 0,
      chunkRecords: 1000,
      sliceSubscriptions: 50,
      fourEyes: false,
      approval: 'person',
    },
  };
  const drop = (key: string, body: Uint8Array) => {
    const versionId = objects.drop('incoming', key, body);
    send([{ queue: 'inbox', key, versionId }]);
  };
  const settle = async () => {
    while (messages.length + workflows.length > 0) {
      const rating = messages.filter((message) => message.queue === 'rating');
      const [first] = messages.filter((message) => message.queue !== 'rating');
      if (first !== undefined) messages.splice(messages.indexOf(first), 1);
      else messages.splice(0);
      if (first !== undefined) await tried(connection, first);
      else if (rating.length > 0) await rateUsage({ ...connection, keepMonths: 12 }, rating as RateUsage[], UNHURRIED);
      else await workflows.shift()?.();
    }
  };
  return {
    world: withEntryQueue(connection),
    by,
    upload: async (key, body) => {
      const parts: Buffer[] = [];
      for await (const part of body) parts.push(part as Buffer);
      drop(key, Buffer.concat(parts));
    },
    pause: settle,
    confirm: async () => true,
    setClock: (time) => {
      now = Date.parse(time) / 1000;
    },
    settle,
    drop,
    lose: (is) => {
      isLost = is;
    },
  };
}

const MOST_TRIES = 5;

/** Handles a message; one that fails comes again, as often as the queues have it. */
async function tried(world: Connection, message: Exclude<PipelineMessage, RateUsage>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await handle(world, message, tries);
    } catch (error) {
      if (tries === MOST_TRIES) throw error;
    }
  }
}

async function handle(world: Connection, message: Exclude<PipelineMessage, RateUsage>, tries: number): Promise<void> {
  if (message.queue === 'inbox' && 'file' in message) {
    await mediateClaimed(world, message.file, message.generation, message.range);
  } else if (message.queue === 'inbox') {
    const state = await worldAt(world, await tail(world.decisions, 0), () => false);
    const sources = state.catalog === null ? [] : (await catalogOf(world, state)).catalog.sources;
    const settings = { ...DEFAULT_DECODER_SETTINGS, chunkRecords: world.settings.chunkRecords };
    await mediateUsageFile({ ...world, settings }, sources, message.key, message.versionId);
  } else if (message.queue === 'chunks') {
    await loadUsageChunk({ ...world, keepMonths: 12 }, message.file, message.generation, message.chunk, tries);
  } else if (message.queue === 'complete') {
    await commitFiles(world, [message]);
  } else {
    await project(world);
  }
}

async function draftRun(world: Connection, run: string): Promise<void> {
  await planRun({ ...world, sliceSubscriptions: world.settings.sliceSubscriptions }, run);
  const plan = await readPlan(world, run);
  for (const slice of plan.slices) await measureSlice(world, run, slice);
  const taxEngine = fileTaxEngine(world.objects);
  const ports = { ...world, backBillingMonths: world.settings.backBillingMonths, taxEngine };
  for (const { payers } of payerBatches(plan.payers))
    await invoicePayers(ports, run, payers, {
      byItself: (draft, seller) => proveDraft(draft, seller, FONTS),
      byWorld: (draft) => draftObstacle(world, draft),
    });
  const reckon = () => reckonUsage(world, run, USAGE_AT_CLOSING);
  await closeDraft({ ...world, ...world.settings, reckon }, run);
}

async function postRun(world: Connection, run: string): Promise<void> {
  const { payers } = await preparePosting(world, run);
  if (payers !== null) {
    const taxing = {
      ...world,
      backBillingMonths: world.settings.backBillingMonths,
      taxEngine: fileTaxEngine(world.objects),
    };
    await taxPayers(taxing, run, payers.payers, (draft, seller) => proveDraft(draft, seller, FONTS));
    await linkPayers(world, run, payers);
  }
  const { batch } = await numberDocuments(world, run);
  if (batch !== null) await writeDocuments(world, run, batch);
  await commitPosting(world, run);
  if (batch !== null) await renderDocuments({ ...world, pdfOf: (invoice) => renderPdf(invoice, FONTS) }, run, batch);
}

/** What a command said. */
export interface Told {
  data: unknown;
  text: string;
  next: string;
}

/** Runs a command and answers what it said. */
export async function told(command: (output: Output) => Promise<void>): Promise<Told> {
  const said: Told = { data: undefined, text: '', next: '' };
  await command({
    result(data, text) {
      said.data = JSON.parse(JSON.stringify(data));
      said.text = text;
    },
    next(hint) {
      said.next = hint;
    },
    progress() {},
    lines: async () => {},
  });
  return said;
}
