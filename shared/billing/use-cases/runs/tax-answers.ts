import type { Catalog } from '#shared/catalog/catalog.ts';
import type { ContentReference } from '#shared/commit-log/entry.ts';
import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { readContent, writeContent } from '#shared/commit-log/use-cases/content.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import { type AmendmentInput, amendedDraft } from '../../amendment.ts';
import type { Draft, LineTax } from '../../draft.ts';
import { type DraftInput, draftOf } from '../../draft-of.ts';
import { type Drafted, drafted } from '../../drafted.ts';
import type { TaxEngine } from '../../ports.ts';
import { runKeys } from '../../run.ts';
import { type FirstBilling, taxScope } from '../../taxes/first-billed.ts';
import { readTaxResponse, refuseWrongAnswer, type TaxRequest, taxRequestOf } from '../../taxes/tax-request.ts';

/** A question to the tax engine and its answer, as kept for ever with the run. */
export interface KeptTaxAnswer {
  readonly request: TaxRequest;
  readonly response: unknown;
}

/** Where answers are kept. */
interface KeptTaxPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
}

type Untaxed = Omit<DraftInput, 'taxAnswers'>;
type Answers = ReadonlyMap<string, LineTax>;

/** A draft that is to be taxed: how it is made with answers to its lines, and whether an outside engine is asked for them. */
interface Taxing {
  readonly run: string;
  readonly payer: string;
  readonly isAsked: boolean;
  /** What the draft asks of it. */
  readonly questionOf: (draft: Draft) => TaxRequest | undefined;
  readonly make: (taxAnswers: Answers) => Draft;
}

const NO_ANSWERS: Answers = new Map();

function billTaxing(input: Untaxed): Taxing {
  const { request, planned, catalog, view } = input;
  const isAsked = isEngine(catalog, view);
  const questionOf = questioning(input);
  const make = (taxAnswers: Answers) => draftOf({ ...input, taxAnswers });
  return { run: request.run, payer: planned.payer, isAsked, questionOf, make };
}

/** Of amendments only ad-hoc invoices bill anything for the first time; what the others take back keeps its tax. */
function amendmentTaxing(input: UntaxedAmendment): Taxing {
  const { request, release, view } = input;
  const isAsked = request.amendment?.kind === 'ad-hoc invoice' && isEngine(release, view);
  const make = (taxAnswers: Answers) => amendedDraft({ ...input, taxAnswers });
  const questionOf = questioning({ ...input, catalog: release });
  return { run: request.run, payer: view.account.account, isAsked, questionOf, make };
}

function questioning(billing: Omit<FirstBilling, 'taxAnswers'>): Taxing['questionOf'] {
  return (draft) => taxRequestOf(draft, taxScope({ ...billing, taxAnswers: NO_ANSWERS }));
}

type UntaxedAmendment = Omit<AmendmentInput, 'taxAnswers'>;

/** Whether an outside engine decides, or ever decided, how the account is taxed. */
function isEngine({ taxProfiles }: Pick<Catalog, 'taxProfiles'>, { standings }: AccountView): boolean {
  const engines = new Set(taxProfiles.flatMap(({ id, kind }) => (kind === 'engine' ? [id] : [])));
  return standings.some(({ account }) => engines.has(account.taxProfile));
}

type AskingPorts = KeptTaxPorts & { readonly taxEngine: TaxEngine };

/**
 * A draft whose taxes an outside engine decides, if its account's profile says so: asked once a run, question and answer kept under it.
 * None while there is no answer, saying where it is waited for, or when the answer is wrong. @throws what reading, writing and asking throw.
 */
export async function taxedDraft(ports: AskingPorts, input: Untaxed): Promise<Drafted> {
  return taxed(ports, billTaxing(input), 'run the account alone with');
}

/** The draft of an amendment, likewise. */
export async function taxedAmendment(ports: AskingPorts, input: UntaxedAmendment): Promise<Drafted> {
  return taxed(ports, amendmentTaxing(input), 'discard the run, and ask for it anew with');
}

async function taxed({ decisions, objects, taxEngine }: AskingPorts, taxing: Taxing, remedy: string): Promise<Drafted> {
  const { run, payer, isAsked, questionOf, make } = taxing;
  const untaxed = drafted(() => make(NO_ANSWERS));
  const { draft } = untaxed;
  const request = draft !== undefined && isAsked ? questionOf(draft) : undefined;
  if (draft === undefined || request === undefined) return untaxed;
  const place = taxEngine.placeOf(request);
  const again = `${remedy} --invoice-date ${request.invoiceDate}, the date it is for`;
  const answer = await taxEngine.decide(request);
  if (answer === undefined) {
    const silent = `the tax engine has not answered for account ${request.account}; its answer is waited for at ${place}`;
    return { draft: undefined, reason: `${silent}: when it is there, ${again}` };
  }
  const made = drafted(() => {
    refuseWrongAnswer(request, answer.response);
    return make(readTaxResponse(draft, request, answer.response));
  });
  if (made.draft === undefined)
    return { ...made, reason: `${made.reason}; it is at ${place}: correct it, then ${again}` };
  const kept: KeptTaxAnswer = { request, response: answer.response };
  const reference = await writeContent(objects, `runs/${run}/tax/${payer}`, kept);
  const { won } = await decisions.putIfAbsent(runKeys.taxAnswer(run, payer), reference);
  return won ? made : { draft: await keptTaxed({ decisions, objects }, taxing), reason: '' };
}

/**
 * A draft whose taxes are decided when it is posted. An outside engine is asked ahead, so that whoever answers has the question while people look at
 * the draft; whether it answers, or can be reached, does not matter yet.
 */
export async function untaxedDraft({ taxEngine }: { readonly taxEngine: TaxEngine }, input: Untaxed): Promise<Drafted> {
  const untaxed = drafted(() => draftOf({ ...input, taxAnswers: NO_ANSWERS, isUntaxed: true }));
  const isAsked = untaxed.draft !== undefined && isEngine(input.catalog, input.view);
  const request = isAsked ? questioning(input)(untaxed.draft) : undefined;
  if (request !== undefined) await taxEngine.decide(request).catch(() => undefined);
  return untaxed;
}

/** The draft with the answer that was kept under its run, if any; nobody is asked. */
export async function keptTaxedDraft(ports: KeptTaxPorts, input: Untaxed): Promise<Draft> {
  return keptTaxed(ports, billTaxing(input));
}

/** The draft of an amendment, likewise. */
export async function keptTaxedAmendment(ports: KeptTaxPorts, input: UntaxedAmendment): Promise<Draft> {
  return keptTaxed(ports, amendmentTaxing(input));
}

async function keptTaxed({ decisions, objects }: KeptTaxPorts, { run, payer, isAsked, make }: Taxing): Promise<Draft> {
  const reference = isAsked ? await decisions.get<ContentReference>(runKeys.taxAnswer(run, payer)) : undefined;
  if (reference === undefined) return make(NO_ANSWERS);
  const kept = (await readContent(objects, reference)) as KeptTaxAnswer;
  return make(readTaxResponse(make(NO_ANSWERS), kept.request, kept.response));
}
