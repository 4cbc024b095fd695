import type { PayerBatch } from '#shared/billing/run.ts';
import { fileTaxEngine } from '#shared/billing/use-cases/runs/file-tax-engine.ts';
import { invoicePayers, type ProveDraft, taxPayers } from '#shared/billing/use-cases/runs/invoice-payers.ts';
import { linkPayers } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { rateUsage } from '#shared/billing/use-cases/usage/rate-usage.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { projectedPosition, projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { catalogOf, worldAt, writeCheckpoints } from '#shared/commit-log/use-cases/world.ts';
import { assembleInvoice } from '#shared/invoicing/assemble-invoice.ts';
import type { DocumentBatch } from '#shared/invoicing/use-cases/number-documents.ts';
import { renderDocuments } from '#shared/invoicing/use-cases/render-documents.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import type {
  ChunkReady,
  FileClaimed,
  FileComplete,
  PipelineMessage,
  RateUsage,
  UsageFileArrived,
} from '#shared/mediation/ports.ts';
import { commitFiles } from '#shared/mediation/use-cases/commit-files.ts';
import { loadUsageChunk } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import { mediateClaimed, mediateUsageFile } from '#shared/mediation/use-cases/mediate-usage-file.ts';
import { sweep } from '#shared/mediation/use-cases/sweep.ts';
import { ratedPosition, sendUnrated, type UnratedPorts } from '#shared/mediation/use-cases/unrated-entries.ts';
import type { Ports } from './ports.ts';

/** Records of a chunk: few, so that files have several. */
const CHUNK_RECORDS = 4;
/** The larger files of the story are chains of two or three steps. */
const STEP_BYTES = 300;
const KEEP_MONTHS = 12;
export const BACK_BILLING_MONTHS = 6;

/** Limits of decoding. */
export const DECODER_SETTINGS = { ...DEFAULT_DECODER_SETTINGS, chunkRecords: CHUNK_RECORDS, stepBytes: STEP_BYTES };

/** What the functions behind the queues do with a batch of messages, composed as they compose it; answers the places of those that failed. */
export async function handle(ports: Ports, messages: readonly PipelineMessage[]): Promise<number[]> {
  switch (messages[0]?.queue) {
    case 'inbox':
      return oneByOne(messages as (UsageFileArrived | FileClaimed)[], (message) => mediate(ports, message));
    case 'chunks':
      return oneByOne(messages as ChunkReady[], ({ file, generation, chunk }) =>
        loadUsageChunk({ ...ports, keepMonths: KEEP_MONTHS }, file, generation, chunk, 1),
      );
    case 'complete':
      return together(messages as FileComplete[], (files) => commitFiles(ports, files));
    case 'rating':
      return together(messages as RateUsage[], async (some) => {
        let asked = 0;
        const isTimeLeft = () => asked++ % 3 !== 1;
        await rateUsage({ ...ports, keepMonths: KEEP_MONTHS }, some, { identifiersTogether: 2, isTimeLeft });
      });
    default:
      await project(ports);
      return [];
  }
}

async function oneByOne<Message>(
  messages: readonly Message[],
  work: (message: Message) => Promise<void>,
): Promise<number[]> {
  const failed: number[] = [];
  for (const [place, message] of messages.entries()) await work(message).catch(() => failed.push(place));
  return failed;
}

async function together<Message>(
  messages: readonly Message[],
  work: (messages: readonly Message[]) => Promise<void>,
): Promise<number[]> {
  try {
    await work(messages);
    return [];
  } catch {
    return oneByOne(messages, (message) => work([message]));
  }
}

async function mediate(ports: Ports, message: UsageFileArrived | FileClaimed): Promise<void> {
  if ('file' in message) {
    await mediateClaimed(ports, message.file, message.generation, message.range);
    return;
  }
  const state = await worldAt(ports, await tail(ports.decisions, 0), () => false);
  const sources = state.catalog === null ? [] : (await catalogOf(ports, state)).catalog.sources;
  await mediateUsageFile({ ...ports, settings: DECODER_SETTINGS }, sources, message.key, message.versionId);
}

/** The function behind the queue of entries, which is also the first step of a draft. */
export async function project(ports: UnratedPorts): Promise<void> {
  const position = await tail(ports.decisions, 0);
  await projectFacts(ports, position);
  await sendUnrated(ports, position);
}

/** Drafts payers. */
export function invoiceBatch(ports: Ports, run: string, { payers }: PayerBatch) {
  return invoicePayers(drafting(ports), run, payers, { byItself: prove, byWorld: async () => '' });
}

/** Decides the taxes of payers, where a run asks for them at posting, and links them. */
export async function linkBatch(ports: Ports, run: string, batch: PayerBatch): Promise<void> {
  await taxPayers(drafting(ports), run, batch.payers, prove);
  await linkPayers(ports, run, batch);
}

function drafting(ports: Ports) {
  return { ...ports, backBillingMonths: BACK_BILLING_MONTHS, taxEngine: fileTaxEngine(ports.objects) };
}

/** The proof makes the invoices, but sets no pages. */
const prove: ProveDraft = async (draft, seller) => {
  const { invoiceDate: issueDate } = draft;
  const issued = { number: 'DRAFT-0', issueDate };
  const context = { seller, ...issued, amendedOf: () => issued, previousNet: '' };
  for (const document of draft.documents) assembleInvoice(draft, document, context);
};

/** PDFs here have no pages. */
export const pdfOf = async () => new Uint8Array([37]);

/** Renders documents. */
export function renderBatch(ports: Ports, run: string, batch: DocumentBatch) {
  return renderDocuments({ ...ports, pdfOf }, run, batch);
}

/** What is done every quarter of an hour; answers whether anything stood still. */
export async function sweepOnce(ports: Ports): Promise<boolean> {
  const position = await tail(ports.decisions, 0);
  await writeCheckpoints(ports, position);
  const done = [await projectedPosition(ports.projections), await ratedPosition(ports.projections)];
  const isBehind = Math.min(...done) < position;
  if (isBehind) await ports.queues.send([{ queue: 'entries', position }]);
  const found = await sweep(ports);
  return isBehind || Object.values(found).some((count) => count > 0);
}
