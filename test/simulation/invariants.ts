import { hash } from 'node:crypto';
import type { Draft, Link } from '#shared/billing/draft.ts';
import { addsUp } from '#shared/billing/draft-usage.ts';
import { runKeys } from '#shared/billing/run.ts';
import { reckonUsage } from '#shared/billing/use-cases/runs/reckon-usage.ts';
import { runStates } from '#shared/billing/use-cases/runs/run-state.ts';
import { proveUsage } from '#shared/billing/use-cases/usage/prove-usage.ts';
import type { Entry } from '#shared/commit-log/entry.ts';
import { type Decisions, withPrefix } from '#shared/commit-log/ports.ts';
import { readEntries, tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { subscriptionFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { statesOf } from '#shared/inventory/ready-state.ts';
import { OPEN_END } from '#shared/inventory/timeline.ts';
import { documentNumber } from '#shared/invoicing/numbering.ts';
import {
  documentFolder,
  documentKeys,
  type NumberBlock,
  type PostedDocument,
  seriesName,
} from '#shared/invoicing/posted-document.ts';
import { reproduceInvoice } from '#shared/invoicing/use-cases/reproduce-invoice.ts';
import { readGenerations } from '#shared/mediation/use-cases/file-status.ts';
import { findFiles } from '#shared/mediation/use-cases/find-file.ts';
import { isoInstant } from '#shared/time/local-date.ts';
import type { Cloud } from './cloud.ts';
import { BACK_BILLING_MONTHS, pdfOf } from './handlers.ts';
import type { Stores } from './ports.ts';
import { FILES, FIRST_RELEASE, FIRST_USES, PAYERS, SELLER } from './world.ts';

/** Everything in a world at rest that must not be, in words. */
export async function problemsOf(cloud: Cloud): Promise<string[]> {
  const { stores, published } = cloud;
  const entries = await readEntries(stores.decisions, 0, await tail(stores.decisions, 0));
  const documents = await documentsOf(stores.decisions);
  const told = new Set(published.filter((event) => event.type === 'InvoicePosted').map((event) => event.id));
  const untold = documents.filter((document) => !told.has(`${SELLER} ${document.number}`));
  return [
    ...(await logProblems(stores, entries)),
    ...(await chainProblems(stores, entries, documents)),
    ...(await numberProblems(stores, documents)),
    ...(await reproductionProblems(stores, documents)),
    ...untold.map((document) => `nobody was told of ${document.number}`),
    ...(await replayProblems(stores)),
    ...(await proofProblems(stores)),
    ...(await draftProblems(cloud)),
    ...(await firstUseProblems(stores)),
  ];
}

/** Documents of every payer, in order of payer, run and unit. */
export async function documentsOf(decisions: Decisions): Promise<PostedDocument[]> {
  const found: PostedDocument[] = [];
  for (const payer of PAYERS) {
    const rows = await decisions.query<PostedDocument>(documentKeys.ofPayer(SELLER, payer), withPrefix(''));
    found.push(...rows.map((row) => row.value));
  }
  return found;
}

/** What was ready is active from its first use that counts on, whatever was recorded and taken back on the way. */
async function firstUseProblems({ projections, decisions }: Stores): Promise<string[]> {
  const known = { position: await tail(decisions, 0), cutOff: OPEN_END };
  const problems: string[] = [];
  for (const [subscription, at] of FIRST_USES) {
    const { activations } = statesOf(subscription, await subscriptionFacts(projections, subscription), known);
    const found = activations.map((each) => `${isoInstant(each.at)} by ${each.by}`);
    if (found.join() !== `${at} by use`) problems.push(`${subscription} became active ${found}, not ${at}`);
  }
  return problems;
}

/** Of every draft, what was read is billed, suspended, rejected, not yet due or elsewhere. */
async function draftProblems({ stores, clock }: Cloud): Promise<string[]> {
  const problems: string[] = [];
  for (const { sort, value } of await stores.decisions.query<{ run: string }>(runKeys.months(SELLER), withPrefix(''))) {
    if ((await stores.decisions.get(runKeys.plan(value.run))) === undefined) continue;
    const usage = (await reckonUsage({ ...stores, clock }, value.run, Number.MAX_SAFE_INTEGER))?.usage;
    if (usage !== undefined && !('tooMuch' in usage) && !addsUp(usage))
      problems.push(`usage of the draft ${sort} does not add up: ${JSON.stringify(usage.differences)}`);
  }
  return problems;
}

/** A posted run has one entry, and no other run has any; of a load of a file, back-outs follow loads. */
async function logProblems({ decisions }: Stores, entries: readonly Entry[]): Promise<string[]> {
  const problems: string[] = [];
  const posted = entries.flatMap(({ body }) => (body.kind === 'run posted' ? [body.run] : []));
  for (const run of new Set(posted.filter((each, at) => posted.indexOf(each) !== at)))
    problems.push(`run ${run} has two entries`);
  for (const run of posted) {
    const state = (await runStates(decisions, run)).at(-1)?.state;
    if (state !== 'posted') problems.push(`run ${run} has an entry and is ${state}`);
  }
  for (const { sort, value } of await decisions.query<{ run: string }>(runKeys.months(SELLER), withPrefix(''))) {
    const states = await runStates(decisions, value.run);
    const last = states.at(-1)?.state;
    if (last !== 'posted' && last !== 'discarded' && last !== 'lapsed')
      problems.push(`run ${sort} is ${last}, and nobody goes on with it`);
    if (last === 'posted' && !posted.includes(value.run)) problems.push(`run ${value.run} is posted without an entry`);
  }
  return problems;
}

/** Links follow one another without a gap, each on the draft it was made from, and every document of a link is written. */
async function chainProblems(
  stores: Stores,
  entries: readonly Entry[],
  documents: readonly PostedDocument[],
): Promise<string[]> {
  const problems: string[] = [];
  const posted = new Set(entries.flatMap(({ body }) => (body.kind === 'run posted' ? [body.run] : [])));
  const due = new Set<string>();
  for (const payer of PAYERS) {
    const links = await stores.decisions.query<Link>(runKeys.links(SELLER, payer), withPrefix(''));
    for (const [place, { sort, value }] of links.entries()) {
      const draft = (await readContent(stores.objects, value.draft)) as Draft;
      if (Number(sort) !== place + 1 || draft.predecessor !== place)
        problems.push(`link ${sort} of ${payer} follows ${draft.predecessor}`);
      if (draft.run !== value.run || draft.payer !== payer)
        problems.push(`link ${sort} of ${payer} has another's draft`);
      if (!posted.has(value.run)) problems.push(`link ${sort} of ${payer} is of ${value.run}, which is not posted`);
      for (const { businessUnit } of draft.documents) due.add(`${payer} ${value.run} ${businessUnit}`);
    }
  }
  const written = new Set(documents.map((each) => `${each.payer} ${each.run} ${each.businessUnit}`));
  for (const each of due) if (!written.has(each)) problems.push(`there is a link and no document: ${each}`);
  for (const each of written) if (!due.has(each)) problems.push(`there is a document and no link: ${each}`);
  return problems;
}

const RENDERINGS = ['.pdf', '-lines.csv', '-usage.csv'];

/** Numbers have no gap, none is given twice, and each has one document with the bytes it says, and all its renderings. */
async function numberProblems({ decisions, objects }: Stores, documents: readonly PostedDocument[]): Promise<string[]> {
  const problems: string[] = [];
  const { numbering } = FIRST_RELEASE.sellers[0] as (typeof FIRST_RELEASE.sellers)[0];
  for (const [kind, code] of [
    ['invoice', '380'],
    ['creditNote', '381'],
  ] as const) {
    const series = `series#${seriesName(SELLER, kind, numbering[kind], '2026-12-31')}`;
    const blocks = await decisions.query<NumberBlock>(series, withPrefix(''));
    let next = numbering[kind].start;
    for (const { value } of blocks) {
      if (value.from !== next) problems.push(`${series}: ${value.from} follows ${next - 1}`);
      next = value.from + value.count;
    }
    const runs = blocks.map(({ value }) => value.run);
    if (new Set(runs).size !== runs.length) problems.push(`${series}: a run has two blocks`);
    const wanted = Array.from({ length: next - numbering[kind].start }, (_, at) =>
      documentNumber(numbering[kind], 2026, numbering[kind].start + at),
    );
    const given = documents.filter((each) => each.kind === code).map((each) => each.number);
    if (JSON.stringify(given.sort()) !== JSON.stringify(wanted)) problems.push(`${series}: ${given} for ${wanted}`);
  }
  const keys: string[] = [];
  for await (const { key } of objects.list('invoices', '')) keys.push(key);
  const due = documents.flatMap(({ key, seller, number }) => [
    key,
    ...RENDERINGS.map((ending) => `${documentFolder(seller, number)}/${number}${ending}`),
  ]);
  const [stored, wanted] = [new Set(keys), new Set(due)];
  for (const key of due) if (!stored.has(key)) problems.push(`${key} is missing`);
  for (const key of keys) if (!wanted.has(key)) problems.push(`${key} belongs to no document`);
  for (const { key, sha256, number, seller } of documents) {
    const body = await objects.get('invoices', key);
    if (body === undefined || hash('sha256', body) !== sha256) problems.push(`${key} is not what was posted`);
    const known = await decisions.get<PostedDocument>(documentKeys.number(seller, number));
    if (known?.key !== key) problems.push(`number ${number} is not found`);
  }
  return problems;
}

/** Every document can be made again, and is the same to the byte. */
async function reproductionProblems(stores: Stores, documents: readonly PostedDocument[]): Promise<string[]> {
  const problems: string[] = [];
  for (const document of documents) {
    const made = await reproduceInvoice({ ...stores, backBillingMonths: BACK_BILLING_MONTHS, pdfOf }, document);
    if (!made.isSame) problems.push(`${document.number} made again is another: ${JSON.stringify(made.values)}`);
  }
  return problems;
}

/** Of the file that was read anew, the new reading counts, and of the one that was taken back none, however often it was read. */
async function replayProblems(stores: Stores): Promise<string[]> {
  const wanted = [
    { ...FILES.odd, counting: 1, first: 'replaced' },
    { ...FILES.hasty, counting: 0, first: '' },
  ];
  const problems: string[] = [];
  for (const { name, counting, first } of wanted) {
    const [found] = await findFiles(stores, name);
    const states = (await readGenerations(stores.decisions, found?.file ?? '')).map(({ state }) => state);
    const isRight =
      states.filter((state) => state === 'loaded').length === counting && states[0] === (first || states[0]);
    if (!isRight || states.length === 0) problems.push(`${name} is ${states}`);
  }
  return problems;
}

/** Every record of the files is somewhere, what is billed is what the documents say, and what was written off is. */
async function proofProblems(stores: Stores): Promise<string[]> {
  const { differences, total } = await proveUsage(stores, await tail(stores.decisions, 0));
  const found = Object.entries(differences).flatMap(([name, totals]) =>
    Object.values(totals).every((value) => value === 0) ? [] : [`proof of ${name}: ${JSON.stringify(totals)}`],
  );
  const { records, bytes } = total.writtenOff;
  return records === 1 && bytes === 2_000_000
    ? found
    : [...found, `${records} records, ${bytes} bytes are written off`];
}
