import * as z from 'zod';
import type { Address } from '#shared/catalog/catalog.ts';
import type { TaxCategory } from '#shared/catalog/tax-profile.ts';
import { amount } from '#shared/money/amount.ts';
import type { Currency } from '#shared/money/currency.ts';
import { addDays, type LocalDate } from '#shared/time/local-date.ts';
import { daysInPeriod } from '#shared/time/period.ts';
import type { Draft, LineTax, RecordedLine } from '../draft.ts';
import { isUndecided, type TaxPoint, type TaxScope, taxPointOf } from './line-tax.ts';

/**
 * What an outside tax engine is asked: the lines a document bills for the first time, as far as the account had its profile on their tax points. What was
 * billed before keeps its tax and is not asked for. VAT id and address are those the document names.
 */
export interface TaxRequest {
  readonly seller: string;
  readonly account: string;
  readonly vatId: string;
  readonly address: Address;
  readonly invoiceDate: LocalDate;
  readonly currency: Currency;
  readonly lines: readonly TaxRequestLine[];
}

/** A line as the engine sees it; `amount` is without tax, or with it where `taxIncluded`. Both days of the period are inclusive. */
export interface TaxRequestLine {
  readonly id: string;
  readonly description: string;
  readonly taxCategory: TaxCategory;
  readonly period: { readonly from: LocalDate; readonly to: LocalDate };
  readonly quantity: string;
  readonly amount: string;
  readonly taxIncluded: boolean;
  /** The customer at the line's tax point; absent = as the document names it. */
  readonly buyer?: Pick<TaxRequest, 'vatId' | 'address'>;
}

const percent = z.string().regex(/^\d{1,3}(\.\d{1,12})?$/, 'a percentage as text, such as "8.875"');
const responseLine = z.strictObject({
  id: z.string().max(500),
  category: z.enum(['S', 'Z', 'E', 'AE', 'K', 'G', 'O']),
  place: z.string().max(10).default(''),
  reason: z.string().max(200).default(''),
  reasonCode: z.string().max(60).default(''),
  taxes: z
    .array(z.strictObject({ name: z.string().max(100), percent, on: z.enum(['net', 'taxed']).default('net') }))
    .max(20)
    .default([]),
});
const responseSchema = z.strictObject({ lines: z.array(responseLine).max(100_000) });
type Answer = z.output<typeof responseLine>;

/** What a draft asks of the engine: its lines that no document billed before and that are something; nothing when there is none. */
export function taxRequestOf(draft: Draft, scope: TaxScope): TaxRequest | undefined {
  const lines = firstBilled(draft).flatMap((line) => {
    const { standing, profile } = taxPointOf(scope, line);
    return profile.kind === 'engine' && isUndecided(line.tax) ? [requestLine(draft, line, standing)] : [];
  });
  const { seller, invoiceDate, account } = draft;
  const { vatId, address, currency } = account;
  return lines.length === 0
    ? undefined
    : { seller, account: account.account, vatId, address, invoiceDate, currency, lines };
}

/** A line as the engine knows it: those of an ad-hoc invoice without its run, so that the same lines asked for again are the same question. */
function askedId({ run, amendment }: Draft, { id }: RecordedLine): string {
  return amendment === null ? id : id.replaceAll(run, 'ad-hoc');
}

/** Lines of a draft that no document billed before: of what is owed, or of an ad-hoc invoice, which stand beside it. */
export function firstBilled({ run, lines, adjustments, amendment }: Draft): RecordedLine[] {
  const beside = amendment?.kind === 'ad-hoc invoice' ? adjustments : [];
  return [...lines, ...beside].filter((line) => line.billedBy === run);
}

function requestLine(draft: Draft, line: RecordedLine, { account }: TaxPoint['standing']): TaxRequestLine {
  const { chargeName, planName, taxCategory, period, quantity, amount: priced, taxIncluded } = line;
  const days = { from: period.from, to: addDays(period.until, -1) };
  const { vatId, address } = account;
  const isNamed = vatId === draft.account.vatId && JSON.stringify(address) === JSON.stringify(draft.account.address);
  return {
    id: askedId(draft, line),
    description: planName === '' ? chargeName : `${chargeName} – ${planName}`,
    taxCategory,
    period: days,
    quantity,
    amount: priced,
    taxIncluded,
    ...(isNamed ? {} : { buyer: { vatId, address } }),
  };
}

/**
 * The treatments an engine answered, by line. Its taxes are rates: what they come to is computed as for any document.
 * @throws RangeError listing what is wrong with the answer, and every line it says nothing of: the account cannot be billed by it.
 */
export function readTaxResponse(draft: Draft, request: TaxRequest, response: unknown): Map<string, LineTax> {
  const answered = new Map(answersIn(request, response).map((line) => [line.id, line]));
  const missing = request.lines.filter(({ id }) => !answered.has(id)).map(({ id }) => id);
  if (missing.length > 0) {
    throw new RangeError(
      `the tax engine says nothing of ${missing.length} lines of account ${request.account}: ${missing.slice(0, 5).join(', ')}`,
    );
  }
  const lines = firstBilled(draft).filter((line) => answered.has(askedId(draft, line)));
  return new Map(lines.map((line) => [line.id, treatment(draft, line, answered.get(askedId(draft, line)) as Answer)]));
}

function answersIn(request: TaxRequest, response: unknown): Answer[] {
  const reading = responseSchema.safeParse(response);
  if (reading.success) return reading.data.lines;
  const problems = reading.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw wrongAnswer(request, problems);
}

function wrongAnswer({ account }: TaxRequest, problems: readonly string[]): RangeError {
  return new RangeError(
    `the answer of the tax engine for account ${account} is wrong: ${problems.slice(0, 20).join('; ')}`,
  );
}

/**
 * Refuses an answer that no document may rest on, before it is kept: a line or a tax that stands twice, category S without a tax, more than 100 %, another
 * category with a tax or without a reason (as of tax profiles: EN 16931, BR-E-10 and its like, BR-S-10, BR-Z-10). What was kept is not asked this again.
 * @throws RangeError listing what is wrong with it.
 */
export function refuseWrongAnswer(request: TaxRequest, response: unknown): void {
  const seen = new Set<string>();
  const problems = answersIn(request, response).flatMap((line, place) => {
    const isSecond = seen.has(line.id);
    seen.add(line.id);
    const twice = isSecond ? [`id: line ${line.id} stands twice`] : [];
    return [...twice, ...problemsOf(line)].map((problem) => `lines.${place}.${problem}`);
  });
  if (problems.length > 0) throw wrongAnswer(request, problems);
}

function problemsOf({ category, reason, reasonCode, taxes }: Answer): string[] {
  const isCharged = category === 'S';
  const isSaid = reason !== '' || reasonCode !== '';
  const names = taxes.map(({ name }) => name);
  const ofTaxes = taxes.flatMap(({ name, percent: rate }, place) => [
    ...(names.indexOf(name) < place ? [`taxes.${place}.name: the tax "${name}" stands twice`] : []),
    ...(amount(rate).greaterThan(100) ? [`taxes.${place}.percent: ${rate} is more than 100`] : []),
    ...(isCharged || amount(rate).isZero() ? [] : [`taxes.${place}.percent: category ${category} charges nothing`]),
  ]);
  const lacks = isCharged && taxes.length === 0 ? ['taxes: category S has at least one tax, if of 0 %'] : [];
  if (isCharged || category === 'Z')
    return [...lacks, ...ofTaxes, ...(isSaid ? [`reason: category ${category} has none`] : [])];
  return [...ofTaxes, ...(isSaid ? [] : [`reason: say why category ${category} charges no tax, or the reasonCode`])];
}

function treatment(
  draft: Draft,
  { period }: RecordedLine,
  { category, place, reason, reasonCode, taxes }: Answer,
): LineTax {
  const charged = taxes.map((tax) => ({ ...tax, percent: amount(tax.percent).toFixed() }));
  const parts = [{ taxPoint: draft.invoiceDate, days: daysInPeriod(period), taxes: charged }];
  return { category, place, reason, basis: '', reasonCode, evidence: [], parts };
}
