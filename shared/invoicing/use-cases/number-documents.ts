import type { Draft } from '#shared/billing/draft.ts';
import { type DraftSummary, runKeys } from '#shared/billing/run.ts';
import { type LinkedPayer, linkedKey, type PostingPorts } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { runRequest } from '#shared/billing/use-cases/runs/run-state.ts';
import type { Seller } from '#shared/catalog/catalog.ts';
import { type ContentReference, padded } from '#shared/commit-log/entry.ts';
import { type Decisions, LAST_SORT } from '#shared/commit-log/ports.ts';
import { readContent, writeContent } from '#shared/commit-log/use-cases/content.ts';
import { compareIds } from '#shared/money/allocate.ts';
import { isCreditNote } from '../assemble-invoice.ts';
import { restartsEachYear } from '../numbering.ts';
import { type FrozenDocument, type NumberBlock, seriesName } from '../posted-document.ts';
import { readSeller } from './read-seller.ts';

/** The frozen list of a run's documents, and the tails of the series noted before the first try. */
export interface FrozenList {
  readonly list: ContentReference;
  readonly series: Readonly<Record<string, { readonly next: number; readonly count: number }>>;
}

/** Documents one child writes or renders: places in the frozen list. */
export interface DocumentBatch {
  readonly batch: number;
  readonly from: number;
  readonly count: number;
}

/** What the workflow goes on with. */
export interface NumberedDocuments {
  readonly runId: string;
  readonly batchCount: number;
  readonly documentsKey: string;
  readonly batch: DocumentBatch | null;
}

const DOCUMENTS_A_BATCH = 20;

/**
 * Steps 3 and 4 of posting: the sorted list of documents is frozen, and each series gives a block of numbers for its length. A block's key says
 * what it follows, so blocks never overlap and leave no gap; a run that died in between finds its own.
 */
export async function numberDocuments(ports: PostingPorts, run: string): Promise<NumberedDocuments> {
  const { decisions, objects } = ports;
  let frozen = await decisions.get<FrozenList>(runKeys.documents(run));
  if (frozen === undefined)
    frozen = (await decisions.putIfAbsent(runKeys.documents(run), await freeze(ports, run))).value;
  const { invoiceDate } = await runRequest(decisions, run);
  for (const [series, { next, count }] of Object.entries(frozen.series)) {
    await takeBlock(decisions, series, { from: next, count, run, invoiceDate });
  }
  const documents = (await readContent(objects, frozen.list)) as FrozenDocument[];
  const batches: DocumentBatch[] = [];
  for (let from = 0; from < documents.length; from += DOCUMENTS_A_BATCH) {
    batches.push({ batch: batches.length, from, count: Math.min(DOCUMENTS_A_BATCH, documents.length - from) });
  }
  const documentsKey = `runs/${run}/document-batches.json`;
  await objects.putIfAbsent('work', documentsKey, JSON.stringify(batches), 'application/json');
  return {
    runId: run,
    batchCount: batches.length,
    documentsKey,
    batch: batches.length === 1 ? (batches[0] ?? null) : null,
  };
}

async function freeze(ports: PostingPorts, run: string): Promise<FrozenList> {
  const { seller } = await runRequest(ports.decisions, run);
  const documents: FrozenDocument[] = [];
  const places = { invoice: 0, creditNote: 0 };
  let numbering: Seller['numbering'] | undefined;
  let year = '';
  for (const payer of (await linkedPayers(ports, run)).sort(compareIds)) {
    const summary = await ports.decisions.get<DraftSummary>(runKeys.draft(run, payer));
    const draft = (await readContent(ports.objects, (summary as DraftSummary).draft)) as Draft;
    numbering ??= (await readSeller(ports, draft)).numbering;
    year = draft.invoiceDate.slice(0, 4);
    for (const document of draft.documents) {
      const kind = isCreditNote(document) ? 'creditNote' : 'invoice';
      documents.push({ payer, businessUnit: document.businessUnit, kind, place: places[kind]++ });
    }
  }
  const list = await writeContent(ports.objects, `runs/${run}/documents`, documents);
  const series: Record<string, { next: number; count: number }> = {};
  for (const kind of ['invoice', 'creditNote'] as const) {
    if (places[kind] === 0 || numbering === undefined) continue;
    const name = seriesName(seller, kind, restartsEachYear(numbering[kind]) ? year : 'all');
    series[name] = { next: await nextNumber(ports.decisions, name, numbering[kind].start), count: places[kind] };
  }
  return { list, series };
}

/** Payers this run has linked, by the outcomes its batches wrote. */
async function linkedPayers({ objects }: PostingPorts, run: string): Promise<string[]> {
  const payers: string[] = [];
  for await (const { key } of objects.list('work', linkedKey(run, 0).slice(0, -'000000.json'.length))) {
    const outcome = JSON.parse(new TextDecoder().decode(await objects.get('work', key))) as LinkedPayer[];
    payers.push(...outcome.filter((each) => each.linked).map((each) => each.payer));
  }
  return payers;
}

async function nextNumber(decisions: Decisions, series: string, start: number): Promise<number> {
  const range = { from: '', until: LAST_SORT, descending: true, limit: 1 };
  const [last] = await decisions.query<NumberBlock>(`series#${series}`, range);
  return last === undefined ? start : last.value.from + last.value.count;
}

/** Takes a block at the first number that is free from the noted tail on, or finds the block this run has taken. */
async function takeBlock(decisions: Decisions, series: string, wanted: NumberBlock): Promise<NumberBlock> {
  for (let from = wanted.from; ; ) {
    const block = { ...wanted, from };
    const put = await decisions.putIfAbsent<NumberBlock>(
      { partition: `series#${series}`, sort: padded(from, 12) },
      block,
    );
    if (put.won || put.value.run === wanted.run) return put.value;
    from = put.value.from + put.value.count;
  }
}

/** The block a run has taken of a series. @throws Error when it has none: numbers come before documents. */
export async function blockOf(decisions: Decisions, series: string, run: string, noted: number): Promise<NumberBlock> {
  for (let from = noted; ; ) {
    const block = await decisions.get<NumberBlock>({ partition: `series#${series}`, sort: padded(from, 12) });
    if (block === undefined) throw new Error(`run ${run} has taken no numbers of ${series} yet`);
    if (block.run === run) return block;
    from = block.from + block.count;
  }
}
