import type { ExchangeRate } from '#shared/catalog/exchange-rate.ts';
import type { Tax, VatCategory } from '#shared/catalog/tax-profile.ts';
import type { ContentReference, Position } from '#shared/commit-log/entry.ts';
import type { AccountFact, BusinessUnitFact } from '#shared/inventory/fact.ts';
import { type Amount, amount, sum } from '#shared/money/amount.ts';
import type { Currency } from '#shared/money/currency.ts';
import type { KeptHoldings } from '#shared/rating/holdings/holdings.ts';
import type { PartialSums } from '#shared/rating/pools/partial-sums.ts';
import type { Instant, LocalDate } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import type { Amendment } from './amendment-request.ts';
import { type Cancellation, unsettledFrom } from './cancellation.ts';
import type { DocumentIdentity } from './document-identity.ts';
import type { ChargeLine } from './lines/charge-line.ts';
import type { HeldStatus } from './lines/held-status.ts';
import type { PoolStatus } from './lines/pool-status.ts';

/**
 * How a line is taxed: decided when a document first bills it, kept for every correction and credit of it (pricing rules §7). Plain JSON.
 */
export interface LineTax {
  readonly category: VatCategory;
  /** ISO country whose tax it is; '' where the profile names none. */
  readonly place: string;
  /** Why nothing is charged, in words; '' for S and Z. */
  readonly reason: string;
  /** The law it stands in, where the rules of VAT found it; documents put it behind the words for the category. */
  readonly basis: string;
  /** The reason as a code of the CEF VATEX list, '' = none. */
  readonly reasonCode: string;
  /** What the treatment rests on. */
  readonly evidence: readonly TaxEvidence[];
  /** The stretches of the line's period that are taxed alike, in order: one, but where a rate changes inside and each day has its own. */
  readonly parts: readonly TaxedPart[];
}

/** What a treatment rests on: a VAT id and who found it right when, or a certificate and its validity (`until` exclusive, '' = open). */
export interface TaxEvidence {
  readonly kind: 'vatId' | 'resellerCertificate' | 'exemptionCertificate';
  readonly id: string;
  /** Who found a VAT id right: "VIES", or "format" where only its form and check digits were looked at. '' for certificates. */
  readonly source: string;
  readonly from: LocalDate | '';
  readonly until: LocalDate | '';
  /** Number of the question to the register, '' = none. */
  readonly reference: string;
}

/** Days of a line's period and the taxes on their part of its amount; no taxes where nothing is charged. */
export interface TaxedPart {
  readonly taxPoint: LocalDate;
  readonly days: number;
  /** What of a line with days of its own (what happened, was ordered or bought) falls on these days, as whole numbers to be compared; absent = its days say it. */
  readonly weight?: string;
  readonly taxes: readonly ChargedTax[];
}

/** A tax at its rate in percent, decimal text without trailing zeros. */
export interface ChargedTax extends Pick<Tax, 'name' | 'on'> {
  readonly percent: string;
}

/** A charge line as it stands recorded in a link: owed, taxed, and which run's document billed it first; '' = none that stands: it was nothing so far, or that document is cancelled. */
export interface RecordedLine extends ChargeLine {
  readonly tax: LineTax;
  /** From the invoice's currency to that of the seller's books, as when it was first billed; null where they are one. */
  readonly bookRate: ExchangeRate | null;
  readonly billedBy: string;
  /** The run whose document it amends, of a line that came with a correction of its period; absent = the one that first billed it. */
  readonly amends?: string;
  /** What of its quantity and amount fell away after it was charged in advance, and is not refunded; the rest is owed. Absent = nothing. */
  readonly kept?: { readonly quantity: string; readonly amount: string };
}

/** The run whose document a line refers to: the one that billed its period, of a line that came with a correction, else the one that first billed it; '' = none. */
export function referenceOf({ amends, billedBy }: RecordedLine): string {
  return amends ?? billedBy;
}

/** A line that refers to the document of a run, whatever it referred to. */
export function referringTo({ amends: _, ...line }: RecordedLine, run: string): RecordedLine {
  return { ...line, billedBy: run };
}

/** Why a line of an earlier document moved. */
export type DifferenceReason =
  | 'late usage'
  | 'backed-out file'
  | 'file read anew'
  | 'backdated change'
  | 'first use'
  | 'change after billing in advance'
  | 'price correction'
  | 'computation changed'
  | 'cancelled invoice'
  | 'billed again'
  | 'goodwill';

/**
 * A line of a document: what is owed now less what was posted before, of one part of its period where its tax has several. Decimal text, rounded;
 * negative where it takes back.
 */
export interface DocumentLine {
  readonly line: RecordedLine;
  /** Place of the part among those of the line's tax, from 0. */
  readonly part: number;
  readonly quantity: string;
  /** As priced: with the tax in it where the line's price includes it. */
  readonly amount: string;
  /** Without tax. */
  readonly net: string;
  /** '' on a line that is billed for the first time. */
  readonly reason: DifferenceReason | '';
}

/** What was written off of a document: nobody expects it to be paid any more. Gross, decimal text. */
export interface WriteOff {
  readonly number: string;
  readonly amount: string;
  readonly date: LocalDate;
  readonly reason: string;
  /** The run that wrote it off: its states say who asked and who approved. */
  readonly run: string;
  /** The day from which on it is expected to be paid again; absent = it is not. Until then it was written off, whenever that is looked at. */
  readonly takenBack?: LocalDate;
}

/** Whether something is written off on a day, by what is dated up to it, inclusive; '' = by all there is. */
export function isWrittenOff({ date, takenBack }: WriteOff, day: LocalDate | ''): boolean {
  return day === '' ? takenBack === undefined : date <= day && (takenBack === undefined || day < takenBack);
}

/** A document to be: one per business unit that has lines, or two where some of them are outside the scope of tax; and one for each document amended where corrections stand apart. */
export interface DraftDocument extends DocumentIdentity {
  readonly net: string;
  readonly lines: readonly DocumentLine[];
  readonly taxes: readonly DocumentTax[];
  /** Its totals in the currency of the seller's books; null where that is its own. */
  readonly book: BookTotals | null;
}

/** Totals of a document in the currency of the seller's books, rounded there, and the rates its lines were converted by. */
export interface BookTotals {
  readonly currency: Currency;
  readonly rates: readonly ExchangeRate[];
  readonly net: string;
  readonly tax: string;
  readonly gross: string;
}

/** One tax of a document: on the sum of its lines, rounded once (pricing rules §7). */
export interface DocumentTax {
  readonly category: VatCategory;
  readonly place: string;
  /** As documents call it; '' = the word for VAT in the document's language. */
  readonly name: string;
  readonly percent: string;
  /** What it stands on: the lines' nets, and for a tax on taxed amounts the taxes before it. */
  readonly net: string;
  readonly tax: string;
  readonly reason: string;
  readonly basis: string;
  readonly reasonCode: string;
  readonly evidence: readonly TaxEvidence[];
}

/** What a period came to when it was measured: kept for the document's overview, the proof, and for what is not measured again. */
export interface MeasuredSummary {
  readonly period: Period;
  readonly overview: PartialSums['overview'];
  readonly apart: PartialSums['apart'];
  readonly pools: readonly PoolStatus[];
  /** Subscriptions' own allowances that move on what they leave; not there where none does. */
  readonly held?: readonly HeldStatus[];
  /** What the period leaves for the next; not there where nothing is carried. */
  readonly closing?: ClosingState;
}

/**
 * What a period hands on to the one after it: what is left of every pool, and which run wrote down what is left of subscriptions' own allowances
 * (by shard; '' = no subscription has any). What a frozen period hands on stays as its last run said.
 */
export interface ClosingState {
  readonly run: string;
  readonly pools: KeptHoldings;
}

/** What a draft says is handed on to the period that begins on a day. */
export function closingBefore({ measured }: Pick<Draft, 'measured'>, from: LocalDate): ClosingState | undefined {
  return measured.find(({ period }) => period.until === from)?.closing;
}

/** What a payer owes a seller at W, and the documents that bill the difference. Content-addressed; a link names it by its hash. */
export interface Draft {
  readonly seller: string;
  readonly payer: string;
  readonly run: string;
  /** Number of the link this draft follows, 0 for none. */
  readonly predecessor: number;
  readonly position: Position;
  readonly catalog: ContentReference;
  readonly engineVersion: string;
  readonly period: Period;
  readonly invoiceDate: LocalDate;
  readonly usageCutOff: Instant;
  readonly chargeCutOff: Instant;
  /** Periods that end at or before this local day are frozen: their lines are no longer compared. '' = none. */
  readonly frozenUntil: LocalDate | '';
  readonly account: AccountFact;
  readonly businessUnits: readonly BusinessUnitFact[];
  /** Every line owed in the periods that are not frozen, after this draft. */
  readonly lines: readonly RecordedLine[];
  readonly measured: readonly MeasuredSummary[];
  /** What was given back out of goodwill so far: beside what is owed, so that no run takes it back. */
  readonly adjustments: readonly RecordedLine[];
  readonly cancellations: readonly Cancellation[];
  /** What was written off of the payer's documents, also what was taken back since; absent = nothing. */
  readonly writeOffs?: readonly WriteOff[];
  /** What it does instead of billing a period; null for the draft of a bill run. */
  readonly amendment: Amendment | null;
  readonly documents: readonly DraftDocument[];
  /** Nets of the last three periods that were billed before it, the latest first. */
  readonly netsBefore: readonly string[];
  /** Net of the runs before it for the same period, if it was billed in part, less what was cancelled and is billed again; absent = nothing. */
  readonly netSoFar?: string;
}

/**
 * A link of the chain of a (seller, payer): the decision that a draft is posted. It carries what the next run starts from; its lines are those
 * of the draft it names.
 */
export interface Link {
  readonly run: string;
  readonly draft: ContentReference;
  readonly position: Position;
  readonly period: Period;
  readonly usageCutOff: Instant;
  readonly chargeCutOff: Instant;
  readonly frozenUntil: LocalDate | '';
  /** Start of the earliest period with lines of a cancelled document that wait to be billed again; '' = none. */
  readonly unsettledFrom: LocalDate | '';
  /** What is written off of the payer's documents by now; absent = nothing. */
  readonly writeOffs?: readonly WriteOff[];
  /** Nets of the last three periods that were billed, the latest first: this run's, unless it amends. */
  readonly nets: readonly string[];
  /** Version of the computation its lines come from; absent = the first, "1". */
  readonly engineVersion?: string;
}

/**
 * Version of the computation, raised when it changes what is owed. A posted document names it; behind a link of another version all that is not frozen is
 * measured again, and a line that moves only because of it is held for approval.
 */
export const ENGINE_VERSION = '5';

/** The link that posts a draft. */
export function linkOf(draft: Draft, reference: ContentReference): Link {
  const { run, position, period, usageCutOff, chargeCutOff, frozenUntil } = draft;
  return {
    run,
    draft: reference,
    position,
    period,
    usageCutOff,
    chargeCutOff,
    frozenUntil,
    unsettledFrom: unsettledFrom(draft.cancellations),
    ...(draft.writeOffs && { writeOffs: draft.writeOffs }),
    nets: netsAfter(draft),
    engineVersion: draft.engineVersion,
  };
}

/** What a draft bills in all, without tax. */
export function netOf({ documents }: Pick<Draft, 'documents'>): Amount {
  return sum(documents.map((document) => amount(document.net)));
}

/** Periods a draft is compared with. */
const PERIODS_COMPARED = 3;

function netsAfter(draft: Draft): readonly string[] {
  if (draft.amendment !== null) return draft.netsBefore;
  return [
    netOf(draft)
      .plus(draft.netSoFar ?? 0)
      .toFixed(),
    ...draft.netsBefore,
  ].slice(0, PERIODS_COMPARED);
}
