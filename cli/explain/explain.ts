import type { Arithmetic, ChargeLine } from '#shared/billing/lines/charge-line.ts';
import type { ExplainedLine, ExplainedState } from '#shared/invoicing/use-cases/explain-line.ts';
import { amount } from '#shared/money/amount.ts';
import { addDays } from '#shared/time/local-date.ts';
import { grouped, minute, money } from '../terminal/figures.ts';
import { figures, indented, table, words } from '../terminal/table.ts';
import { agreedShares, isAgreedArithmetic } from './explain-agreed.ts';
import { amountsText } from './explain-amounts.ts';
import { computation } from './explain-computation.ts';
import { feeSharesText } from './explain-fees.ts';
import { memberDaysText, poolText, sharesText } from './explain-pools.ts';
import { subscriptionsText } from './explain-subscriptions.ts';
import { taxText } from './explain-tax.ts';
import { otherTiersText, tierText } from './explain-tiers.ts';
import { usedText } from './explain-usage.ts';
import { heldText } from './held-text.ts';

/** A line's amount taken apart as a person would write the arithmetic, with at most so many of the subscriptions behind it. */
export function explainText(explained: ExplainedLine, most: number): string {
  const { now, before, document, moved } = explained;
  if (moved.line.arithmetic.kind === 'adjustment') {
    const { reason } = moved.line.arithmetic;
    const given = `Given back out of goodwill, of ${explained.shown.amends}: ${reason}`;
    return `${headText(explained)}\n\n${given}${['goodwill', 'cancelled invoice'].includes(moved.reason) ? '' : followsText(explained)}`;
  }
  const parts = [headText(explained)];
  if (before !== null || explained.moved.reason !== '') parts.push(differenceText(explained));
  if (now !== null) parts.push(arithmeticText(explained, now));
  if (before !== null) {
    const title = `Posted before: ${before.document || before.run}, as known at position ${before.position}`;
    parts.push(`${title}\n${indented(computation(before, document.currency), 2)}`);
  }
  parts.push(taxText(moved.line.tax));
  if (explained.causes.length > 0) parts.push(causesText(explained));
  if (isOfSubscriptions(explained.moved.line.arithmetic)) parts.push(subscriptionsText(explained, most));
  return parts.join('\n\n');
}

/** Whether subscriptions are behind a line: not behind what is agreed with or sold to the account, and not behind the price of a pool. */
function isOfSubscriptions(arithmetic: Arithmetic): boolean {
  return !isAgreedArithmetic(arithmetic) && arithmetic.kind !== 'poolPrice' && arithmetic.kind !== 'adHoc';
}

function headText({ document, shown, moved }: ExplainedLine): string {
  const { line } = moved;
  const unit = document.businessUnit === '' ? '' : `, business unit ${document.businessUnit}`;
  const until = addDays(line.period.until, -1);
  const isTier = line.tier > 0 && line.arithmetic.kind !== 'poolPrice';
  const detail = [line.zoneName, isTier ? `tier ${line.tier}` : ''].filter((part) => part !== '').join(', ');
  const title = `${document.number}, line ${shown.place}: ${shown.description} = ${money(shown.net, document.currency)}`;
  const parts = [detail, `${line.period.from} to ${until}`, termsText(line)];
  return `${title}\n${parts.filter((part) => part !== '').join(', ')}${unit}`;
}

/** "terms from 2026-10-16": on which days of its period a line's terms hold; '' where they do on all of it. */
function termsText({ version, period, termsHold }: ChargeLine): string {
  const { from, until } = termsHold ?? { from: version > period.from ? version : period.from, until: period.until };
  const parts = [
    from > period.from ? `from ${from}` : '',
    until < period.until ? `until ${addDays(until, -1)}` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `terms ${parts.join(' ')}`;
}

/** Owed now − posted before = this line. */
function differenceText(explained: ExplainedLine): string {
  const { now, before, moved, shown, document } = explained;
  const rows = [
    {
      what: 'owed now',
      net: now?.line.amount ?? '0',
      note: owedNote(explained),
    },
    {
      what: '− posted before',
      net: before?.line.amount ?? '0',
      note: before === null ? 'nothing' : `${before.document || before.run}, as known at position ${before.position}`,
    },
    {
      what: '= this line',
      net: moved.net,
      note: [moved.reason, shown.amends === '' ? '' : `amends ${shown.amends}`]
        .filter((part) => part !== '')
        .join(', '),
    },
  ];
  const text = table(rows, [
    words('', (row) => row.what),
    figures(document.currency, (row) => grouped(row.net)),
    words('', (row) => row.note),
  ]);
  return document.kind === '381' ? `${text}\n(a credit note shows it with the other sign)` : text;
}

function owedNote({ now, moved }: ExplainedLine): string {
  if (moved.reason === 'cancelled invoice') return 'taken back as a whole; the next run bills what is owed';
  return now === null ? 'nothing any more' : `as known at position ${now.position}`;
}

function arithmeticText(explained: ExplainedLine, now: ExplainedState): string {
  const { arithmetic } = now.line;
  const { currency } = explained.document;
  const parts = [`Owed, as known at position ${now.position}`];
  if (arithmetic.kind === 'usage') parts.push(indented(usedText(explained, now, arithmetic), 2));
  if (explained.held.length > 0) parts.push(indented(heldText(explained.held), 4));
  if (arithmetic.kind === 'amount')
    parts.push(indented(amountsText(arithmetic, now.line.exchange?.from ?? currency), 2));
  if ((arithmetic.kind === 'recurring' || arithmetic.kind === 'oneTime') && now.line.tier > 0)
    parts.push(indented(`tier ${now.line.tier}${tierText(now.charge, now.line.tier)}`, 2));
  if (arithmetic.kind === 'pool') parts.push(indented(poolText(explained, now, arithmetic), 2));
  parts.push(indented(computation(now, currency), 2));
  if (arithmetic.kind === 'pool')
    parts.push(indented(sharesText(arithmetic, explained.pool, now.line.businessUnit, currency), 2));
  if (arithmetic.kind === 'recurring' && arithmetic.shares.length > 1)
    parts.push(indented(feeSharesText(arithmetic, now.line.businessUnit, currency), 2));
  if (isAgreedArithmetic(arithmetic)) parts.push(indented(agreedShares(now.line, arithmetic, currency), 2));
  if (arithmetic.kind === 'poolPrice')
    parts.push(indented(memberDaysText(arithmetic, now.line.businessUnit, currency), 2));
  if (explained.otherTiers.length > 0) parts.push(indented(otherTiersText(explained), 2));
  return parts.filter((part) => part.trim() !== '').join('\n');
}

/** Why goodwill moved without anybody giving anything. */
function followsText({ moved: { line } }: ExplainedLine): string {
  if (line.arithmetic.kind !== 'adjustment') return '';
  const { exact } = line.arithmetic;
  return `\nOf a line no more is given back than is owed of it: ${negated(line.amount)} of ${negated(exact)} stand by now`;
}

function negated(text: string): string {
  return amount(text)
    .abs()
    .toFixed(text.split('.')[1]?.length ?? 0);
}

function causesText({ causes }: ExplainedLine): string {
  const rows = table(causes, [
    figures('position', (cause) => `${cause.position}`),
    words('at', (cause) => minute(cause.at)),
    words('by', (cause) => cause.by),
    words('what', (cause) => cause.what),
    words('', (cause) => cause.detail),
  ]);
  return `What became known in between\n${indented(rows, 2)}`;
}
