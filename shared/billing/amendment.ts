import type { Catalog } from '#shared/catalog/catalog.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import { allocate } from '#shared/money/allocate.ts';
import { type Amount, amount, sum, ZERO } from '#shared/money/amount.ts';
import { formatMinor, minorUnit } from '#shared/money/currency.ts';
import { adHocInvoiceLines, isAdHocInvoice } from './ad-hoc-invoice.ts';
import type { AdHocInvoiceRequest } from './amendment-request.ts';
import {
  type AdjustmentRequest,
  type CancellationRequest,
  type DocumentAmendment,
  documentAmendment,
} from './amendment-request.ts';
import type { Cancellation } from './cancellation.ts';
import { identityOf, isSameDocument } from './document-identity.ts';
import {
  type DocumentLine,
  type Draft,
  type DraftDocument,
  isWrittenOff,
  type LineTax,
  type RecordedLine,
  referringTo,
  type WriteOff,
} from './draft.ts';
import { reducedAmounts } from './lines/goodwill.ts';
import { documentsOf, type MovedLine, type StandingLine } from './lines/moved-documents.ts';
import type { RunPlan, RunRequest } from './run.ts';
import { behind, negated, takenBack } from './taken-back.ts';

/** What an amendment is made from. `amended` is the draft of the run whose document it amends; nothing where it amends none. */
export interface AmendmentInput {
  readonly request: RunRequest;
  /** The release in force: the seller as it is now. */
  readonly catalog: RunPlan['catalog'];
  /** The same, read. */
  readonly release: Catalog;
  readonly predecessor: number;
  readonly view: AccountView;
  readonly base: Draft;
  /** Of the link of the base. */
  readonly nets: readonly string[];
  readonly amended: Draft | undefined;
  /** The draft of the run whose document that document credits; nothing where it credits none. */
  readonly credited: Draft | undefined;
  /** Lines of the amended document that have frozen, as they last stood recorded. */
  readonly frozen: readonly RecordedLine[];
  /** Line id → what an outside tax engine answered; empty where none is asked. */
  readonly taxAnswers: ReadonlyMap<string, LineTax>;
}

/**
 * The draft of an amendment: the base it follows, less what it takes back, and one document. It stands at the base's position: what became known
 * since is for the next run to bill. Since it is a link of the payer's chain as any other, two credits made at once follow one another, and the
 * second sees what the first has left.
 * @throws Error, to be told to whoever asked: the document is cancelled already, or is a cancellation; its periods are frozen; more is asked for
 * than is left.
 */
export function amendedDraft(input: AmendmentInput): Draft {
  const { request, catalog, predecessor, view, base } = input;
  const { amendment } = request;
  if (amendment === null) throw new Error(`run ${request.run} amends nothing`);
  const change = amendment.kind === 'ad-hoc invoice' ? invoiced(input, amendment) : changed(input, amendment);
  const documents = documentsOf(change.lines, base.account.currency, () => false, standingBefore(input));
  const { netSoFar: _, ...followed } = base;
  return {
    ...followed,
    ...change.recorded,
    ...(change.cancellation && {
      cancellations: [...base.cancellations, { ...change.cancellation, net: netOfOwed(documents).negated().toFixed() }],
    }),
    run: request.run,
    predecessor,
    catalog,
    invoiceDate: request.invoiceDate,
    account: view.account,
    businessUnits: [...view.businessUnits.values()],
    amendment,
    netsBefore: input.nets,
    documents,
  };
}

/** What documents come to without what was given back of it, and without tax. */
function netOfOwed(documents: readonly DraftDocument[]): Amount {
  const owed = documents.flatMap(({ lines }) => lines.filter(({ line }) => line.arithmetic.kind !== 'adjustment'));
  return sum(owed.map(({ net }) => amount(net)));
}

/**
 * What is left of the document that an amendment credits: its lines, less what was given back of them. Where what was given back is cancelled, of the
 * document that it was given back of: so the tax of an invoice and its credits is always the one on what is left of it.
 */
function standingBefore({ request, base, amended, credited }: AmendmentInput): StandingLine[] {
  const amends = documentAmendment(request.amendment);
  const of = credited === undefined ? amends : documentAmendment(amended?.amendment ?? null);
  const document = of && (credited ?? amended)?.documents.find((each) => isSameDocument(each, of));
  if (of === undefined || document === undefined) return [];
  const given = base.adjustments.filter((line) => isOf(line, of.run, document));
  return [...document.lines, ...given.map((line) => ({ line, part: 0, amount: line.amount }))];
}

/** Bills what is named: recorded beside what is owed, as what is given back, so that no difference sees it. */
function invoiced(input: AmendmentInput, asked: AdHocInvoiceRequest): Change {
  const lines = adHocInvoiceLines(input, asked);
  return {
    recorded: { adjustments: [...input.base.adjustments, ...lines] },
    lines: lines.map((line) => ({ line, part: 0, quantity: line.quantity, amount: line.amount, reason: '' })),
  };
}

function changed({ request, base, amended, frozen }: AmendmentInput, amendment: DocumentAmendment): Change {
  const document = amended?.documents.find((each) => isSameDocument(each, amendment));
  if (amended === undefined || document === undefined)
    throw new Error(`run ${amendment.run} has no document ${amendment.number}`);
  refuseUnfit(amendment, amended, base);
  return changeOf({ base, amended, document, frozen }, amendment, request);
}

interface Known {
  readonly base: Draft;
  readonly amended: Draft;
  readonly document: DraftDocument;
  readonly frozen: AmendmentInput['frozen'];
}

/** What an amendment makes of what is recorded, and the lines of its document. */
interface Change {
  readonly recorded: Partial<Pick<Draft, 'lines' | 'adjustments' | 'writeOffs'>>;
  readonly lines: readonly MovedLine[];
  readonly cancellation?: Cancellation;
}

function changeOf(known: Known, amendment: DocumentAmendment, request: RunRequest): Change {
  const { number, reason } = amendment;
  const { writeOffs = [] } = known.base;
  const standing = writeOffs.filter((each) => each.number === number && isWrittenOff(each, ''));
  if (amendment.kind === 'writeOff') {
    const { invoiceDate: date, run } = request;
    const writeOff: WriteOff = { number, amount: amendment.amount, date, reason, run };
    return { recorded: { writeOffs: [...writeOffs, writeOff] }, lines: [] };
  }
  if (amendment.kind === 'writeOff taken back') {
    if (standing.length === 0) throw new Error(`nothing of ${number} is written off`);
    const { invoiceDate: takenBack } = request;
    const told = writeOffs.map((each) => (standing.includes(each) ? { ...each, takenBack } : each));
    return { recorded: { writeOffs: told }, lines: [] };
  }
  if (standing.length > 0)
    throw new Error(
      `a part of ${number} is written off, and would be credited too; first take that back with \`billing invoice write-off ${number} --take-back --reason …\``,
    );
  return amendment.kind === 'cancellation' ? cancelled(known, amendment) : adjusted(known, amendment, request);
}

function refuseUnfit(amendment: DocumentAmendment, amended: Draft, base: Draft): void {
  const { number, run } = amendment;
  if (amended.amendment?.kind === 'cancellation')
    throw new Error(`${number} cancels ${amended.amendment.number}; what it took back is billed again by the next run`);
  if (base.cancellations.some((each) => each.run === run && isSameDocument(each, amendment)))
    throw new Error(`${number} is cancelled already`);
  const credited = documentAmendment(amended.amendment);
  if (credited !== undefined && !base.adjustments.some((line) => line.id.endsWith(`|${run}`)))
    throw new Error(`what ${number} gave back is cancelled already, with ${credited.number}`);
}

/** Takes what is left of every line of a document back, and what was given back of it too. */
function cancelled({ base, amended, document }: Known, request: CancellationRequest): Change {
  const { run, number } = request;
  const { currency } = base.account;
  const owed = isAdHocInvoice(amended) ? [] : document.lines;
  const opened = owed.filter(({ line }) => line.arithmetic.kind !== 'adjustment');
  const frozen = opened.find(({ line }) => line.period.until <= base.frozenUntil);
  if (frozen !== undefined)
    throw new Error(
      `${number} bills ${frozen.line.period.from}, which is beyond the back-billing limit and would never be billed again; give it back by an adjustment`,
    );
  const back = takenBack(document.lines, [...base.lines, ...base.adjustments], currency);
  const given = base.adjustments.filter((line) => isOf(line, run, document));
  const givenBack = given.map((line) => negated({ line, part: 0, quantity: line.quantity, amount: line.amount }));
  const lines = [...back, ...givenBack.filter((each) => !amount(each.amount).isZero())];
  refuseSpent(number, document, lines);
  const cancellation: Cancellation = {
    run,
    ...identityOf(request),
    number,
    from: opened.map(({ line }) => line.period.from).sort()[0] ?? amended.period.from,
    lines: opened.map(({ line }) => line.id),
    billedAgain: opened.length === 0 ? amended.run : '',
  };
  const cancellations = [...base.cancellations, cancellation];
  const [beside, ofOwed] = [back.filter(isBeside(amended)), back.filter((each) => !isBeside(amended)(each))];
  const kept = base.adjustments.filter((line) => !given.includes(line));
  return {
    recorded: {
      lines: behind(base.lines, ofOwed, { cancellations, currency }),
      adjustments: behind(kept, beside, { cancellations, currency }),
    },
    cancellation,
    lines: lines.map((each) => (given.includes(each.line) ? each : { ...each, line: referringTo(each.line, run) })),
  };
}

/** Whether a line stands beside what is owed: what was given back, or what an ad-hoc invoice bills. */
function isBeside(amended: Draft): (each: MovedLine) => boolean {
  return ({ line }) => isAdHocInvoice(amended) || line.arithmetic.kind === 'adjustment';
}

/** What was taken or given back wholly since is not credited once more (credits of an invoice never exceed what is left of it). */
function refuseSpent(number: string, document: DraftDocument, lines: readonly MovedLine[]): void {
  if (lines.length > 0 && document.lines.every((each) => amount(each.amount).isZero())) return;
  const byLine = Map.groupBy(lines, ({ line: { id, arithmetic } }) => {
    return arithmetic.kind === 'adjustment' ? arithmetic.of : id;
  });
  const isSpent = [...byLine.values()].every((its) => sum(its.map((each) => amount(each.amount))).isZero());
  if (isSpent)
    throw new Error(
      `nothing is left of ${number}: what it billed was taken back or given back since, so that there is nothing to cancel`,
    );
}

/** Whether a line was given back of a document of a run. */
function isOf({ arithmetic }: RecordedLine, run: string, document: DraftDocument): boolean {
  if (arithmetic.kind !== 'adjustment' || arithmetic.run !== run) return false;
  return document.lines.some(({ line }) => line.id === arithmetic.of);
}

/** Gives back a part of a line, or of every line by what is left of it. */
function adjusted(known: Known, asked: AdjustmentRequest, { run }: RunRequest): Change {
  const { base, document, amended } = known;
  if (documentAmendment(amended.amendment) !== undefined) throw new Error(`${asked.number} is a credit note itself`);
  const { currency } = base.account;
  const step = minorUnit(currency);
  const whole = amount(asked.amount);
  if (!whole.greaterThan(0) || !whole.mod(step).isZero())
    throw new Error(`${asked.amount} cannot be given back; write an amount above zero in steps of ${step} ${currency}`);
  const places = document.lines.map((_, at) => at + 1).filter((place) => asked.line === 0 || place === asked.line);
  if (places.length === 0)
    throw new Error(`${asked.number} has lines 1 to ${document.lines.length}, and no line ${asked.line}`);
  const left = places.map((place) => ({ place, left: leftOf(known, asked.run, place) }));
  const all = amountMin(leftOfWhole(known, asked.run), sum(left.map((each) => each.left)));
  if (whole.greaterThan(all)) {
    const of = asked.line === 0 ? asked.number : `line ${asked.line} of ${asked.number}`;
    throw new Error(`${asked.amount} ${currency} are more than is left of ${of}: ${formatMinor(all, currency)}`);
  }
  const idOf = (place: number) => `${place}`.padStart(9, '0');
  const shares = left.map((each) => ({ id: idOf(each.place), weight: each.left }));
  const parts = allocate(whole, shares, step);
  const lines = places.flatMap((place) => givenBack(known, asked, run, place, parts.get(idOf(place)) ?? ZERO));
  return {
    recorded: { adjustments: [...base.adjustments, ...lines] },
    lines: lines.map((line) => ({
      line,
      part: 0,
      quantity: line.quantity,
      amount: line.amount,
      reason: 'goodwill',
    })),
  };
}

function givenBack(
  { document, base }: Known,
  asked: AdjustmentRequest,
  run: string,
  place: number,
  part: Amount,
): RecordedLine[] {
  if (part.isZero()) return [];
  const { line, part: of } = document.lines[place - 1] as DocumentLine;
  const back = formatMinor(part.negated(), base.account.currency);
  const { reason, corrects } = asked;
  const adjustment: RecordedLine = {
    ...referringTo(line, asked.run),
    id: `${line.id}|${of}|${run}`,
    tax: { ...line.tax, parts: line.tax.parts.slice(of, of + 1) },
    quantity: '-1',
    unit: 'flat',
    unitPrice: formatMinor(part, base.account.currency),
    amount: back,
    arithmetic: {
      kind: 'adjustment',
      of: line.id,
      part: of,
      run: asked.run,
      ...(corrects && { corrects }),
      reason,
      exact: back,
    },
  };
  return [adjustment];
}

/**
 * What is left of a line of a document: what it billed less what was given back of it, and never more than what is recorded of the line by now (a
 * later document may have taken it back), less what caps and discounts take off it. Never below zero.
 */
function leftOf({ base, amended, document, frozen }: Known, run: string, place: number): Amount {
  const { line, part, amount: billed } = document.lines[place - 1] as DocumentLine;
  const given = base.adjustments.filter(
    ({ arithmetic }) => arithmetic.kind === 'adjustment' && arithmetic.of === line.id,
  );
  const ofPart = given.filter((each) => isOf(each, run, document) && partOf(each) === part);
  const total = (of: readonly RecordedLine[]) => sum(of.map((each) => amount(each.amount)));
  const ofDocument = amount(billed).plus(total(ofPart));
  const recorded = reducedAmounts([...base.lines, ...frozen]).get(line.id) ?? ZERO;
  const left = isAdHocInvoice(amended) ? ofDocument : amountMin(ofDocument, recorded.plus(total(given)));
  return left.isNegative() ? ZERO : left;
}

/** What is left of a document: its net less what was given back. Where discounts stand among its lines it is less than what is left of these. */
function leftOfWhole({ base, document }: Known, run: string): Amount {
  const given = base.adjustments.filter((line) => isOf(line, run, document));
  const left = sum([...document.lines, ...given].map((line) => amount(line.amount)));
  return left.isNegative() ? ZERO : left;
}

function partOf({ arithmetic }: RecordedLine): number {
  return arithmetic.kind === 'adjustment' ? arithmetic.part : 0;
}

function amountMin(a: Amount, b: Amount): Amount {
  return a.lessThan(b) ? a : b;
}
