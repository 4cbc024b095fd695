import { type ContentReference, type Position, padded } from '#shared/commit-log/entry.ts';
import type { DecisionKey } from '#shared/commit-log/ports.ts';
import type { Instant, LocalDate } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import type { Amendment } from './amendment-request.ts';
import type { MeasuredUsage } from './draft-usage.ts';
import type { TaxNote } from './taxes/tax-notes.ts';

/**
 * What is decided about a bill run, each under a key of its own, put once:
 *   runs#seller#scope#month   n        the n-th run of a cycle or account for a month (n follows a discarded or failed n − 1)
 *   run#R                     opened   what was asked for
 *   run#R                     state#n  the n-th state
 *   run#R                     plan     W, and who is billed how
 *   run#R                     draft#P  a payer's draft
 *   run#R                     tax#P    what an outside tax engine was asked for a payer, and answered
 *   run#R                     taxed#P  where taxes are decided at posting: a payer's draft with them, or why there is none
 *   run#R                     overtaken#P  a payer another run has posted first: it is not posted by this one
 *   run#R                     posting  dates, and the tail noted before the first try
 *   run#R                     documents, numbers
 *   run#R                     told     everybody was told of its documents, and how many they are
 *   run#R                     rendered#n  the n-th batch of documents has its PDFs and CSVs
 *   link#seller#payer         n        the n-th link of the chain
 *   series#…                  from     a block of document numbers
 *   series-start#…            start    the number a series begins with
 *   issued-series#seller      n        the n-th way its documents were numbered
 */
export const runKeys = {
  sequence: (seller: string, scope: string, month: string) => `runs#${seller}#${scope}#${month}`,
  months: (seller: string) => `run-months#${seller}`,
  run: (run: string) => `run#${run}`,
  opened: (run: string) => ({ partition: `run#${run}`, sort: 'opened' }),
  state: (run: string, place: number) => ({ partition: `run#${run}`, sort: `state#${padded(place, 4)}` }),
  plan: (run: string) => ({ partition: `run#${run}`, sort: 'plan' }),
  taxAnswer: (run: string, payer: string) => ({ partition: `run#${run}`, sort: `tax#${payer}` }),
  draft: (run: string, payer: string) => ({ partition: `run#${run}`, sort: `draft#${payer}` }),
  taxed: (run: string, payer: string) => ({ partition: `run#${run}`, sort: `taxed#${payer}` }),
  overtaken: (run: string, payer: string) => ({ partition: `run#${run}`, sort: `overtaken#${payer}` }),
  posting: (run: string) => ({ partition: `run#${run}`, sort: 'posting' }),
  documents: (run: string) => ({ partition: `run#${run}`, sort: 'documents' }),
  numbers: (run: string, series: string) => ({ partition: `run#${run}`, sort: `numbers#${series}` }),
  told: (run: string) => ({ partition: `run#${run}`, sort: 'told' }),
  rendered: (run: string, batch: number) => ({ partition: `run#${run}`, sort: `rendered#${padded(batch, 6)}` }),
  links: (seller: string, payer: string) => `link#${seller}#${payer}`,
  link: (seller: string, payer: string, n: number): DecisionKey => ({
    partition: `link#${seller}#${payer}`,
    sort: padded(n, 6),
  }),
} as const;

/** What a run was asked for. */
export interface RunRequest {
  readonly run: string;
  readonly seller: string;
  /** Billing day of the cycle, 0 for a run of one account. */
  readonly cycle: number;
  /** The account of a single-account run, '' for a cycle. */
  readonly account: string;
  /** The accounting group of a run for a group, whose cycle is 0 and account ''; absent = none. */
  readonly group?: string;
  /** Month the period begins in, "2026-10"; of a cycle, that of its whole period. */
  readonly month: string;
  readonly invoiceDate: LocalDate;
  /** Whether payers whose period has not ended are billed all the same. */
  readonly beforeEnd: boolean;
  /** How it is made, where it is not as usual; absent = as usual. */
  readonly terms?: RunTerms;
  /** What is done instead of billing the month; null for a bill run. */
  readonly amendment: Amendment | null;
  readonly by: string;
  readonly at: Instant;
  /** Name of the command that asked: by it whoever asked knows their own from another's of the same second. */
  readonly command: string;
}

/** How a run is made. Days are local days of each account: usage that started before one begins, and charges due by the time it begins, are taken. */
export interface RunTerms {
  /** '' = the end of the period; of a single account the start of today, if that is earlier. */
  readonly usageCutOff: LocalDate | '';
  readonly chargeCutOff: LocalDate | '';
  /** When taxes are decided: with the draft, so that they are approved with it, or when it is posted. */
  readonly taxes: 'draft' | 'posting';
  /** Who approves: a person, or a rule in its place; '' = as the environment has it. */
  readonly approval: 'person' | 'rule' | '';
  /** Of a cycle whose month is posted: those it left out. */
  readonly isRest: boolean;
  /** Currency → least net of an account's documents, decimal text: below it nothing is posted, and it waits for the next run. */
  readonly minimum: Readonly<Record<string, string>>;
}

/** A run as usual. */
export const USUAL_TERMS: RunTerms = {
  usageCutOff: '',
  chargeCutOff: '',
  taxes: 'draft',
  approval: '',
  isRest: false,
  minimum: {},
};

/** How a run is made. */
export function termsOf({ terms }: Pick<RunRequest, 'terms'>): RunTerms {
  return { ...USUAL_TERMS, ...terms };
}

/** States of a run; posting goes forwards only. `lapsed`: approved, but none of its accounts could be posted, so that nothing came of it. */
export type RunStateName = 'opened' | 'drafted' | 'failed' | 'approved' | 'posting' | 'posted' | 'lapsed' | 'discarded';

/** A state a run came into, and by whom. */
export interface RunState {
  readonly state: RunStateName;
  readonly by: string;
  readonly at: Instant;
  /** Why, for a discard; where to look, for a failure. */
  readonly note: string;
  /** Where a run is closed: the payers that had a draft by then, in order of their ids. What is approved and posted is theirs. */
  readonly payers?: ContentReference;
}

/** Which state may follow which. A run that has not got as far as `posting` can be discarded. */
export const NEXT_STATES: Readonly<Record<RunStateName, readonly RunStateName[]>> = {
  opened: ['drafted', 'failed', 'discarded'],
  drafted: ['approved', 'discarded'],
  failed: ['discarded'],
  approved: ['posting', 'discarded'],
  posting: ['posted', 'lapsed'],
  posted: [],
  lapsed: [],
  discarded: [],
};

/** Documents something is done with: of a batch that are rendered, of a run that everybody was told of. */
export interface DoneDocuments {
  readonly documents: number;
}

/** A payer of a run: what is measured, and what its draft follows. */
export interface PlannedPayer {
  readonly payer: string;
  /** Number of the last link, 0 for none. */
  readonly predecessor: number;
  /** Position of that link; absent = there is none, or it is to be looked up. */
  readonly since?: Position;
  readonly usageCutOff: Instant;
  readonly chargeCutOff: Instant;
  /** The period it is billed for; absent = the one that begins in the month of the run. */
  readonly period?: Period;
  /** First and last period to be measured (their starts); periods in between too. */
  readonly measureFrom: LocalDate;
  readonly measureThrough: LocalDate;
  /** Numbers of the slices that measure it. */
  readonly slices: readonly number[];
}

/**
 * Up to when a payer's facts are looked at: usage is decided by its instant, so that what holds at the later of the two cut-offs counts. What holds
 * then is taken to last.
 */
export function knownUntil({ usageCutOff, chargeCutOff }: Pick<PlannedPayer, 'usageCutOff' | 'chargeCutOff'>): Instant {
  return Math.max(usageCutOff, chargeCutOff);
}

/** A payer that is not in the run although it belongs to the cycle, and why. */
export interface LeftOut {
  readonly payer: string;
  readonly reason: string;
}

/** W, and who is billed how: decided once, so that every step of the run, and every repeat of it, sees the same world. */
export interface RunPlan {
  readonly position: Position;
  readonly catalog: ContentReference;
  /** How many accounts belong to what is billed, whatever becomes of them; absent = those below. */
  readonly accounts?: number;
  readonly payers: readonly PlannedPayer[];
  readonly leftOut: readonly LeftOut[];
  readonly slices: readonly Slice[];
}

/** A part of a run one child measures: shards of payers, some thousand subscriptions in all. */
export interface Slice {
  readonly slice: number;
  readonly parts: readonly { readonly payer: string; readonly shards: readonly string[] }[];
}

/** Where a slice of a run is written down: how a child is told of it. */
export interface SliceReference {
  readonly slice: number;
  readonly content: ContentReference;
}

/** Some payers one child invoices, links or documents. */
export interface PayerBatch {
  readonly batch: number;
  readonly payers: readonly string[];
}

/** A draft as decided: what a link would name, and its totals for the report. */
export interface DraftSummary {
  readonly draft: ContentReference;
  readonly payer: string;
  readonly currency: string;
  readonly net: string;
  /** Nets of the last periods that were billed, the latest first: what this one is compared with. */
  readonly netsBefore: readonly string[];
  /** Net of the same period that was billed before, less what was cancelled and is billed again; absent = nothing. */
  readonly netSoFar?: string;
  /** What about its taxes is worth a look; absent = nothing. */
  readonly taxNotes?: readonly TaxNote[];
  /** Whether its taxes wait for posting; absent = they are decided. */
  readonly isUntaxed?: true;
  /** The first day behind the invoice date on which it could be taxed otherwise, because of its account; absent = none. */
  readonly taxedOtherwiseFrom?: LocalDate;
  readonly documents: number;
  /** It is so little that it is not posted and waits for the next run; absent = it is posted. */
  readonly isWaiting?: true;
  /** It is linked although it makes no document: it changes what is open. Absent = it is not. */
  readonly isLinked?: true;
  readonly belowZero: number;
  /** Lines that moved though no fact did: the payer waits for a person. */
  readonly unexplained: number;
  /** What it says it measured in the period it bills; absent = it measures nothing. */
  readonly usage?: MeasuredUsage;
}

/** Whose link a payer's is that an approved run wanted to put. */
export interface Overtaken {
  readonly by: string;
}

/** What became of a payer's taxes at posting, decided once: the draft that is posted, or why none is. */
export type TaxedAtPosting = { readonly draft: ContentReference } | { readonly reason: string };

/** Where a slice's results lie, for one payer. */
export function sumsKey(run: string, payer: string, slice: number): string {
  return `runs/${run}/sums/${payer}/${padded(slice, 6)}.json`;
}

/** Where the subscriptions behind a payer's lines are listed, by period start. */
export function detailsPrefix(run: string, payer: string): string {
  return `runs/${run}/details/${payer}/`;
}

/** Where the subscriptions of a payer whose usage is told apart when its pools are settled are kept, by period start, in parts. */
export function membersPrefix(run: string, payer: string): string {
  return `runs/${run}/members/${payer}/`;
}

/** Where lies what the subscriptions of a shard leave of their allowances when a period ends. */
export function closingKey(run: string, payer: string, until: LocalDate, shard: string): string {
  return `runs/${run}/closing/${payer}/${until}/${shard}.json`;
}

/** Where the itemised usage of a payer's business unit ('' = of none) lies, in parts: each document reads its own. */
export function itemisedPrefix(run: string, payer: string, businessUnit: string): string {
  return `runs/${run}/itemised/${payer}/${businessUnit || '-'}/`;
}

/** Where it is kept how the usage of a run's draft adds up. */
export function usageKey(run: string): string {
  return `runs/${run}/usage.json`;
}

/** Where failures of a run's children are noted. */
export function failuresPrefix(run: string): string {
  return `runs/${run}/failures/`;
}

/** Id of the n-th run of a scope for a month. */
export function runId(seller: string, scope: string, month: string, n: number): string {
  return `${seller}-${scope}-${month}-${n}`;
}

/** "c01" for a cycle, "a-<account>" for one account, "g-<group>" for a group: runs of a scope and month follow one another. */
export function runScope(cycle: number, account: string, group: string): string {
  if (group !== '') return `g-${group}`;
  return account === '' ? `c${padded(cycle, 2)}` : `a-${account}`;
}

/** "x-<account>" for amendments of an account's documents. */
export function amendmentScope(account: string): string {
  return `x-${account}`;
}

/**
 * Up to when the facts of an account are looked at that is amended: the cut-off of the link it follows. An ad-hoc invoice is for the account as it
 * stands when it is asked for.
 */
export function amendmentCutOff(
  link: { readonly chargeCutOff: Instant } | undefined,
  { amendment, at }: Pick<RunRequest, 'amendment' | 'at'>,
): Instant {
  const { chargeCutOff } = link ?? { chargeCutOff: at };
  return amendment?.kind === 'ad-hoc invoice' ? Math.max(chargeCutOff, at) : chargeCutOff;
}
