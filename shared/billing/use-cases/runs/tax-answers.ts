import type { ContentReference } from '#shared/commit-log/entry.ts';
import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { readContent, writeContent } from '#shared/commit-log/use-cases/content.ts';
import type { Draft, LineTax } from '../../draft.ts';
import { type DraftInput, draftOf } from '../../draft-of.ts';
import { type Drafted, drafted } from '../../drafted.ts';
import type { TaxEngine } from '../../ports.ts';
import { runKeys } from '../../run.ts';
import { readTaxResponse, type TaxRequest, taxRequestOf } from '../../taxes/tax-request.ts';

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

/**
 * A draft whose taxes an outside engine decides, if its account's profile says so: asked once a run, question and answer kept under it.
 * None while there is no answer, saying where it is waited for, or when the answer is wrong. @throws what reading, writing and asking throw.
 */
export async function taxedDraft(
  { decisions, objects, taxEngine }: KeptTaxPorts & { readonly taxEngine: TaxEngine },
  input: Untaxed,
): Promise<Drafted> {
  const untaxed = drafted(() => draftOf({ ...input, taxAnswers: new Map() }));
  const { draft } = untaxed;
  const request = draft !== undefined && isAsked(input) ? taxRequestOf(draft) : undefined;
  if (draft === undefined || request === undefined) return untaxed;
  const answer = await taxEngine.decide(request);
  if (answer === undefined) {
    const reason = `the tax engine has not answered for account ${request.account}; its answer is waited for at ${taxEngine.placeOf(request)}: run the account alone when it is there`;
    return { draft: undefined, reason };
  }
  const taxed = drafted(() => draftOf({ ...input, taxAnswers: readTaxResponse(draft, request, answer.response) }));
  if (taxed.draft === undefined) return taxed;
  const kept: KeptTaxAnswer = { request, response: answer.response };
  const reference = await writeContent(objects, `runs/${draft.run}/tax/${draft.payer}`, kept);
  const { won } = await decisions.putIfAbsent(runKeys.taxAnswer(draft.run, draft.payer), reference);
  return won ? taxed : { draft: await keptTaxedDraft({ decisions, objects }, input), reason: '' };
}

/**
 * A draft whose taxes are decided when it is posted. An outside engine is asked ahead, so that whoever answers has the question while people look at
 * the draft; whether it answers, or can be reached, does not matter yet.
 */
export async function untaxedDraft({ taxEngine }: { readonly taxEngine: TaxEngine }, input: Untaxed): Promise<Drafted> {
  const untaxed = drafted(() => draftOf({ ...input, taxAnswers: new Map(), isUntaxed: true }));
  const request = untaxed.draft !== undefined && isAsked(input) ? taxRequestOf(untaxed.draft) : undefined;
  if (request !== undefined) await taxEngine.decide(request).catch(() => undefined);
  return untaxed;
}

/** The draft with the answer that was kept under its run, if any; nobody is asked. */
export async function keptTaxedDraft(ports: KeptTaxPorts, input: Untaxed): Promise<Draft> {
  return draftOf({ ...input, taxAnswers: await keptAnswers(ports, input) });
}

async function keptAnswers({ decisions, objects }: KeptTaxPorts, input: Untaxed): Promise<Answers> {
  if (!isAsked(input)) return new Map();
  const reference = await decisions.get<ContentReference>(runKeys.taxAnswer(input.request.run, input.planned.payer));
  if (reference === undefined) return new Map();
  const kept = (await readContent(objects, reference)) as KeptTaxAnswer;
  return readTaxResponse(draftOf({ ...input, taxAnswers: new Map() }), kept.request, kept.response);
}

function isAsked({ catalog, view }: Untaxed): boolean {
  return catalog.taxProfiles.some(({ id, kind }) => id === view.account.taxProfile && kind === 'engine');
}
