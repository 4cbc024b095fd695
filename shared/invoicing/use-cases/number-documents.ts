import { cutBy } from '#shared/billing/cut-by.ts';
import { identityOf } from '#shared/billing/document-identity.ts';
import type { Draft, DraftDocument } from '#shared/billing/draft.ts';
import { runKeys } from '#shared/billing/run.ts';
import { firstOpenDay } from '#shared/billing/use-cases/books/closed-books.ts';
import { draftOfRun } from '#shared/billing/use-cases/runs/chain.ts';
import { type LinkedPayer, linkedKey, type PostingPorts } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { runRequest } from '#shared/billing/use-cases/runs/run-state.ts';
import type { Numbering } from '#shared/catalog/numbering.ts';
import { type ContentReference, padded } from '#shared/commit-log/entry.ts';
import { type Decisions, LAST_SORT } from '#shared/commit-log/ports.ts';
import { readContent, writeContent } from '#shared/commit-log/use-cases/content.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { compareIds } from '#shared/money/allocate.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import { documentKind } from '../assemble-invoice.ts';
import { type FrozenDocument, type NumberBlock, seriesName } from '../posted-document.ts';
import { amendedByDraft } from './draft-obstacle.ts';
import { readSeller } from './read-seller.ts';

/** The frozen list of a run's documents, and the tails of the series noted before the first try. */
export interface FrozenList {
  readonly list: ContentReference;
  /** Date of the run's documents, unless those before them in a series are dated later; absent = as asked for. */
  readonly date?: LocalDate;
  readonly series: Readonly<Record<string, SeriesTail>>;
}

/** Where a series stood, and how many numbers of it are wanted. */
interface SeriesTail {
  readonly next: number;
  readonly count: number;
  /** Date of the documents before `next`; absent = there are none. */
  readonly dated?: LocalDate;
}

/** Documents one child writes or renders: places in the frozen list. */
export interface DocumentBatch {
  readonly batch: number;
  readonly from: number;
  readonly count: number;
  /** The documents themselves, so that no child reads the whole list; absent = they are read there. */
  readonly documents?: readonly FrozenDocument[];
}

/** What the workflow goes on with. */
export interface NumberedDocuments {
  readonly runId: string;
  readonly batchCount: number;
  readonly documentsKey: string;
  readonly batch: DocumentBatch | null;
}

/** Documents of a batch at most, and records of their itemised usage: what one child renders in a fraction of its minute. One document is never cut. */
const DOCUMENTS_A_BATCH = 20;
const RECORDS_A_BATCH = 1_000_000;
/** Drafts read at the same time. */
const DRAFTS_AT_ONCE = 32;

/** Documents of a payer that have no place in their series yet. */
type FrozenDocuments = readonly Omit<FrozenDocument, 'place'>[];

/**
 * Steps 3 and 4 of posting: the sorted list of documents is frozen, and each series gives a block of numbers for its length. A block's key says
 * what it follows, so blocks never overlap and leave no gap; a run that died in between finds its own.
 * @throws Error while a document that one of them amends has no number yet: its own is dated no earlier; the step is tried again.
 */
export async function numberDocuments(ports: PostingPorts, run: string): Promise<NumberedDocuments> {
  const { decisions, objects } = ports;
  let frozen = await decisions.get<FrozenList>(runKeys.documents(run));
  if (frozen === undefined)
    frozen = (await decisions.putIfAbsent(runKeys.documents(run), await freeze(ports, run))).value;
  const date = frozen.date ?? (await runRequest(decisions, run)).invoiceDate;
  for (const [series, { next, count, dated }] of Object.entries(frozen.series)) {
    await takeBlock(decisions, series, { from: next, count, run, invoiceDate: later(date, dated) });
  }
  const documents = (await readContent(objects, frozen.list)) as FrozenDocument[];
  const batches = documentBatches(documents);
  const documentsKey = `runs/${run}/document-batches.json`;
  await objects.putIfAbsent('work', documentsKey, JSON.stringify(batches), 'application/json');
  return {
    runId: run,
    batchCount: batches.length,
    documentsKey,
    batch: batches.length === 1 ? (batches[0] ?? null) : null,
  };
}

/** Cuts a run's documents into batches, in their order. */
export function documentBatches(documents: readonly FrozenDocument[]): DocumentBatch[] {
  const cuts = cutBy(documents, [
    [DOCUMENTS_A_BATCH, () => 1],
    [RECORDS_A_BATCH, ({ records = 0 }) => records],
  ]);
  let from = 0;
  return cuts.map((its, batch) => {
    from += its.length;
    return { batch, from: from - its.length, count: its.length, documents: its };
  });
}

async function freeze(ports: PostingPorts, run: string): Promise<FrozenList> {
  const { seller, invoiceDate } = await runRequest(ports.decisions, run);
  let date = later(invoiceDate, await firstOpenDay(ports.decisions, seller));
  const documents: FrozenDocument[] = [];
  const places = { invoice: 0, creditNote: 0, debitNote: 0 };
  const payers = (await linkedPayers(ports, run)).sort(compareIds);
  const drafted: FrozenDocuments[] = [];
  const numbering = payers[0] === undefined ? undefined : await numberingOf(ports, run, payers[0]);
  await inParallel(payers.entries(), DRAFTS_AT_ONCE, async ([place, payer]) => {
    const draft = await draftOfRun(ports, run, payer);
    for (const [other, amended] of await amendedByDraft(ports, draft)) {
      if (amended === undefined)
        throw new Error(`the document of run ${other} that one of ${payer} amends has no number yet`);
      date = later(date, amended.issueDate);
    }
    drafted[place] = draft.documents.map((document) => ({
      payer,
      ...identityOf(document),
      kind: documentKind(document),
      ...recordsOf(draft, document),
    }));
  });
  for (const document of drafted.flat()) documents.push({ ...document, place: places[document.kind]++ });
  const list = await writeContent(ports.objects, `runs/${run}/documents`, documents);
  const series: Record<string, SeriesTail> = {};
  for (const kind of ['invoice', 'creditNote', 'debitNote'] as const) {
    const of = numbering?.[kind];
    if (places[kind] === 0 || of === undefined) continue;
    const name = seriesName(seller, kind, of, date);
    const last = await lastBlock(ports.decisions, name);
    const tail =
      last === undefined
        ? { next: await firstNumber(ports.decisions, name, of.start) }
        : { next: last.from + last.count, dated: last.invoiceDate };
    series[name] = { ...tail, count: places[kind] };
  }
  return { list, date, series };
}

/** The number a series begins with: the `start` of whoever posts the first documents of it. Runs of two releases that begin at once begin at one. */
async function firstNumber(decisions: Decisions, series: string, start: number): Promise<number> {
  return (await decisions.putIfAbsent({ partition: `series-start#${series}`, sort: 'start' }, { start })).value.start;
}

/** How many records a document's itemised usage has, as its draft measured them; what corrects another document has none. */
function recordsOf({ measured, period }: Draft, { businessUnit, corrects }: DraftDocument): { records?: number } {
  const own = measured.find((each) => each.period.from === period.from)?.overview[businessUnit];
  const records = Object.values(own?.services ?? {}).reduce((sum, totals) => sum + totals.records, 0);
  return corrects !== undefined || records === 0 ? {} : { records };
}

/** The series of the seller, as the release that a payer was drafted by has them. */
async function numberingOf(ports: PostingPorts, run: string, payer: string): Promise<Numbering> {
  return (await readSeller(ports, await draftOfRun(ports, run, payer))).numbering;
}

/** The later of a date and another, if there is one. */
export function later(date: LocalDate, other: LocalDate | undefined): LocalDate {
  return other !== undefined && other > date ? other : date;
}

/** Payers this run has linked, by the outcomes its batches wrote. */
async function linkedPayers({ objects }: PostingPorts, run: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of objects.list('work', linkedKey(run, 0).slice(0, -'000000.json'.length))) keys.push(key);
  const payers: string[] = [];
  await inParallel(keys, DRAFTS_AT_ONCE, async (key) => {
    const outcome = JSON.parse(new TextDecoder().decode(await objects.get('work', key))) as LinkedPayer[];
    payers.push(...outcome.filter((each) => each.linked).map((each) => each.payer));
  });
  return payers;
}

/** The last block of a series; nothing when none was taken. */
export async function lastBlock(decisions: Decisions, series: string): Promise<NumberBlock | undefined> {
  const range = { from: '', until: LAST_SORT, descending: true, limit: 1 };
  const [last] = await decisions.query<NumberBlock>(`series#${series}`, range);
  return last?.value;
}

/**
 * Takes a block at the first number that is free from the noted tail on, or finds the block this run has taken. It is dated no earlier than the one it follows.
 */
async function takeBlock(decisions: Decisions, series: string, wanted: NumberBlock): Promise<NumberBlock> {
  let invoiceDate = wanted.invoiceDate;
  for (let from = wanted.from; ; ) {
    const block = { ...wanted, from, invoiceDate };
    const put = await decisions.putIfAbsent<NumberBlock>(
      { partition: `series#${series}`, sort: padded(from, 12) },
      block,
    );
    if (put.won || put.value.run === wanted.run) return put.value;
    from = put.value.from + put.value.count;
    invoiceDate = later(invoiceDate, put.value.invoiceDate);
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
