import type { DraftCheck } from '#shared/billing/draft-checks.ts';
import type { UsageOfDraft } from '#shared/billing/draft-usage.ts';
import type { RunStateName } from '#shared/billing/run.ts';
import type { ListedRun } from '#shared/billing/use-cases/runs/list-runs.ts';
import type { PostingProgress } from '#shared/billing/use-cases/runs/posting-progress.ts';
import type { DraftedDocument, ShownRun } from '#shared/billing/use-cases/runs/show-run.ts';
import { amount } from '#shared/money/amount.ts';
import { formatMinor, roundToMinorUnit } from '#shared/money/currency.ts';
import { counted, grouped, minute, money, total } from '../terminal/figures.ts';
import { figures, indented, pairs, table, words } from '../terminal/table.ts';
import { draftUsageText } from '../usage/proof-text.ts';
import { remedyOf, runHead, scopeText } from './run-head.ts';

/** Runs as a table. */
export function runListText(runs: readonly ListedRun[]): string {
  return table(runs, [
    words('run', ({ request }) => request.run),
    words('month', ({ request }) => request.month),
    words('for', ({ request }) => scopeText(request)),
    words('invoice date', ({ request }) => request.invoiceDate),
    words('state', ({ states }) => states.at(-1)?.state ?? 'opened'),
    words('since', ({ states }) => minute(states.at(-1)?.at ?? 0)),
    words('by', ({ states }) => states.at(-1)?.by ?? ''),
  ]);
}

/** A document of a run; its number is '' until it is posted. */
export type NumberedDocument = DraftedDocument & { readonly number: string };

/** A run with its documents, which have numbers once they are posted. */
export function runText(run: ShownRun & { readonly documents: readonly NumberedDocument[] }): string {
  const { request, states, report, posting, documents, overtaken, untaxed } = run;
  const head = pairs(runHead(run));
  const history = table(states, [
    words('state', (each) => each.state),
    words('since', (each) => minute(each.at)),
    words('by', (each) => each.by),
    words('', (each) => each.note),
  ]);
  if (report === null) return [head, history].join('\n\n');
  const totals = Object.entries(report.totals).map(([currency, net]) => money(total([net], currency), currency));
  const figuresOf = pairs([
    ['accounts', grouped(report.payers)],
    [
      'documents',
      `${grouped(report.documents)}${report.belowZero === 0 ? '' : `, ${grouped(report.belowZero)} of them below zero`}`,
    ],
    ['net', totals.join(', ')],
    ['rendered', posting === null || posting.documents === 0 ? '' : renderedText(posting)],
    ['nothing to bill', report.nothingToBill === 0 ? '' : counted(report.nothingToBill, 'account', 'accounts')],
    [
      'below the minimum',
      report.waiting.length === 0 ? '' : `${namedText(report.waiting)}: not posted, waits for the next run`,
    ],
    [
      'unexplained',
      report.unexplained.length === 0 ? '' : `${report.unexplained.join(', ')}: lines moved though no fact did`,
    ],
  ]);
  const parts = [head, history, figuresOf, checksText(report.checks), documentsText(documents)];
  if (report.usage !== null && USAGE_SHOWN.includes(states.at(-1)?.state ?? 'opened'))
    parts.push(`usage of ${monthsText(report.usage)}\n${indented(draftUsageText(report.usage), 2)}`);
  const notListed = report.nothingToBill + overtaken.length + untaxed.length;
  if (report.drafts.length > new Set(documents.map((each) => each.payer)).size + notListed)
    parts.push(`${grouped(report.drafts.length)} accounts in all; --all lists them`);
  if (overtaken.length > 0)
    parts.push(`approved, but overtaken by another run: not posted\n${indented(reasonsText(overtaken), 2)}`);
  if (untaxed.length > 0) parts.push(`approved, but without a tax: not posted\n${indented(reasonsText(untaxed), 2)}`);
  if (overtaken.length + untaxed.length > 0) parts.push(`they are drafted and approved again: ${remedyOf(request)}`);
  if (report.leftOut.length > 0) parts.push(`left out\n${indented(reasonsText(report.leftOut), 2)}`);
  if (report.inError.length > 0 && states.at(-1)?.state !== 'opened')
    parts.push(`in error\n${indented(reasonsText(report.inError), 2)}`);
  return parts.filter((part) => part !== '').join('\n\n');
}

/** States in which somebody looks at a run before it is posted. */
const USAGE_SHOWN: readonly RunStateName[] = ['opened', 'drafted', 'approved'];

/** "2026-10 to 2026-11 (UTC)". */
export function monthsText({ months }: UsageOfDraft): string {
  const [first = '', last = first] = [months[0], months.at(-1)];
  return `${first === last ? first : `${first} to ${last}`} (UTC)`;
}

/** "20 of 41 documents" that have their PDF and CSVs. */
export function renderedText({ documents, rendered }: PostingProgress): string {
  return documents === null ? 'not yet' : `${grouped(rendered)} of ${counted(documents, 'document', 'documents')}`;
}

/** Accounts a check names at most. */
const PAYERS_NAMED = 10;

/** What was looked at, and what was found. */
function checksText(checks: readonly DraftCheck[]): string {
  return table(checks, [
    words('check', checkName),
    words('', (each) => each.state),
    words('', (each) => foundText(each)),
  ]);
}

/** "total EUR". */
export function checkName({ check, currency }: DraftCheck): string {
  return `${check} ${currency}`.trim();
}

/** "a, b, c and 12 more". */
function namedText(payers: readonly string[]): string {
  const more = payers.length > PAYERS_NAMED ? ` and ${grouped(payers.length - PAYERS_NAMED)} more` : '';
  return `${payers.slice(0, PAYERS_NAMED).join(', ')}${more}`;
}

/** What a check found, in words. */
export function foundText({ check, payers, currency, net, median, terms, files }: DraftCheck): string {
  if (files !== undefined) return filesText(files, terms?.files ?? 0, terms?.named ?? files.length);
  if (terms !== undefined) return equationText(check === 'usage' ? 'records ' : '', terms);
  if (check !== 'total') return payers.length === 0 ? 'none' : namedText(payers);
  const now = money(total([net], currency), currency);
  if (median === '') return `${now}; there is no earlier period to compare it with`;
  // Between two of them it may have half a minor unit.
  const middle = roundToMinorUnit(amount(median), currency);
  const change = amount(median).isZero()
    ? ''
    : `, ${percentText(amount(net).div(median).minus(1).times(100).toFixed(1))}`;
  return `${now}; median of the last periods ${grouped(formatMinor(middle, currency))}${change}`;
}

/** "41 accounts = 38 drafted + 2 nothing to bill + 1 in error"; what there is none of is left out. */
function equationText(of: string, { 'left over': rest = 0, ...terms }: Readonly<Record<string, number>>): string {
  const [whole, ...parts] = Object.entries(terms);
  if (whole === undefined) return 'much to add up, so only if asked for: billing run show RUN --usage';
  const named = parts.filter(([, count]) => count !== 0).map(([name, count]) => `${grouped(count)} ${name}`);
  const off = rest === 0 ? '' : `; ${grouped(rest)} left over`;
  return `${grouped(whole[1])} ${of}${whole[0]} = ${named.join(' + ') || '0'}${off}`;
}

function filesText(files: readonly string[], count: number, named: number): string {
  if (count === 0) return 'none';
  return `${files.join(', ')}${count > named ? ` and ${grouped(count - named)} more` : ''}`;
}

function percentText(value: string): string {
  return `${value.startsWith('-') ? '' : '+'}${value} %`;
}

function documentsText(documents: readonly NumberedDocument[]): string {
  if (documents.length === 0) return '';
  return table(documents, [
    words('account', (each) => each.payer),
    words('business unit', (each) => each.businessUnit),
    words('', (each) => each.apart ?? ''),
    words('corrects', (each) => each.corrects ?? ''),
    words('number', (each) => each.number),
    figures('net', (each) => money(each.net, each.currency)),
    figures('lines', (each) => grouped(each.lines)),
    words('of them corrections', correctionsText),
  ]);
}

/** "3 late usage, 1 price correction", by reason. */
export function correctionsText({ reasons }: DraftedDocument): string {
  return Object.entries(reasons)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, count]) => `${grouped(count)} ${reason}`)
    .join(', ');
}

function reasonsText(of: readonly { readonly payer: string; readonly reason: string }[]): string {
  return table(of, [words('account', (each) => each.payer), words('why', (each) => each.reason)]);
}
