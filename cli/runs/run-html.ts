import { type DraftCheck, netOfPeriod, netsBefore, postedOf } from '#shared/billing/draft-checks.ts';
import type { UsageOfDraft } from '#shared/billing/draft-usage.ts';
import type { DraftSummary, LeftOut, RunState } from '#shared/billing/run.ts';
import type { DraftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import { withoutLeft } from '#shared/billing/use-cases/runs/left-by-posting.ts';
import type { ShownRun } from '#shared/billing/use-cases/runs/show-run.ts';
import { type Amount, amount, sum } from '#shared/money/amount.ts';
import { grouped, minute, money, total } from '../terminal/figures.ts';
import { draftUsageSums } from '../usage/proof-text.ts';
import { type Column, cell, escaped, htmlTable, wideTable } from './html-table.ts';
import { runHead } from './run-head.ts';
import { checkName, correctionsText, foundText, monthsText, type NumberedDocument } from './run-text.ts';

const STYLE = `:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--line:#d9dee5;--card:#f5f7f9;--now:#0b6e6e;--before:#9fc1c1;--minus:#c0392b;--ok:#2a8a4a;--look:#b7791f}
@media (prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#9aa6b5;--line:#353d49;--card:#1d232c;--now:#3fb6b0;--before:#2f6664;--minus:#ff7b6b;--ok:#5fc484;--look:#e3ad57}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);max-width:64rem;margin:2rem auto;padding:0 1.25rem}
h1{font-size:1.45rem;margin-bottom:.2rem}h2{font-size:1.05rem;margin:2.2rem 0 .6rem}p.head{color:var(--soft);margin-top:0}
table{border-collapse:collapse;width:100%}th{font-weight:600;color:var(--soft)}
th,td{text-align:left;padding:.35rem .7rem;border-bottom:1px solid var(--line);vertical-align:top}
.figure{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}td.green,td.amber,td.red{white-space:nowrap}
.green::before,.amber::before,.red::before{display:inline-block;width:1.5em}.green::before{content:"●";color:var(--ok)}.amber::before{content:"▲";color:var(--look)}.red::before{content:"■";color:var(--minus)}.wide{overflow-x:auto}
.cards{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.2rem 0}.cards div{flex:1;background:var(--card);border-radius:.5rem;padding:.6rem .9rem;white-space:nowrap}
.cards b{display:block;font-size:1.25rem;font-variant-numeric:tabular-nums}.cards span{color:var(--soft);font-size:.85rem}
svg{height:10rem;max-width:100%}svg.share{width:7rem;height:.55rem}rect{fill:var(--before)}rect.now{fill:var(--now)}rect.minus{fill:var(--minus)}line{stroke:var(--line)}
text{font:13px system-ui,sans-serif;fill:var(--ink)}text.when{fill:var(--soft)}pre{overflow-x:auto}
@media print{:root{color-scheme:light}body{max-width:none;margin:0;font-size:11px}h2,tr,svg,.cards{break-inside:avoid}h2{break-after:avoid}thead{display:table-header-group}}`;

/** A draft as a page for whoever approves it: what was checked, totals beside the last periods, documents. One file, no scripts, nothing loaded. */
export function runHtml(run: ShownRun & { readonly documents: readonly NumberedDocument[] }, missing: string): string {
  const { request, states, report } = run;
  const title = `Bill run ${request.run}`;
  const state = states.at(-1);
  const parts = [
    `<h1>${escaped(title)}</h1>`,
    `<p class="head">${escaped(`${state?.state ?? 'opened'} since ${minute(state?.at ?? 0)}`)}</p>`,
    htmlTable(
      runHead(run).filter(([name, value]) => name !== 'run' && value !== ''),
      HEAD_COLUMNS,
    ),
    htmlTable(states, STATE_COLUMNS),
  ];
  if (report === null) parts.push('<p>It has not been planned yet.</p>');
  else {
    parts.push(cards(report));
    parts.push(
      `<h2>Checks</h2>${wideTable([cell('th', 'check', false), cell('th', 'found', false)], report.checks.map(checkRow))}`,
    );
    const byCurrency = Map.groupBy(withoutLeft(postedOf(report.drafts), run), ({ currency }) => currency);
    for (const [currency, drafts] of byCurrency)
      parts.push(`<h2>Net by period, ${escaped(currency)}</h2>${chart(drafts, currency)}`);
    parts.push(`<h2>Documents</h2>${htmlTable(run.documents, DOCUMENT_COLUMNS)}`);
    if (report.usage !== null) parts.push(usagePart(report.usage));
    if (missing !== '') parts.push(`<h2>Usage files that are missing</h2><pre>${escaped(missing)}</pre>`);
    const waiting = report.waiting.map((payer) => ({ payer, reason: 'below the minimum: it waits for the next run' }));
    const overtaken = run.overtaken.map(({ payer, reason }) => ({
      payer,
      reason: `approved, but overtaken: ${reason}`,
    }));
    const untaxed = run.untaxed.map(({ payer, reason }) => ({
      payer,
      reason: `approved, but without a tax: ${reason}`,
    }));
    const notBilled = [...report.inError, ...overtaken, ...untaxed, ...waiting, ...report.leftOut];
    if (notBilled.length > 0) parts.push(`<h2>Not billed</h2>${htmlTable(notBilled, REASON_COLUMNS)}`);
  }
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style></head><body>\n${parts.join('\n')}\n</body></html>\n`;
}

const HEAD_COLUMNS: readonly Column<readonly [name: string, value: string]>[] = [
  { head: 'what is asked', of: ([name]) => name },
  { head: '', of: ([, value]) => value },
];

const STATE_COLUMNS: readonly Column<RunState>[] = [
  { head: 'state', of: ({ state }) => state },
  { head: 'since', of: ({ at }) => minute(at) },
  { head: 'by', of: ({ by }) => by },
  { head: 'why', of: ({ note }) => note },
];

/** The figures one looks for first. */
function cards(report: DraftReport): string {
  const totals = Object.entries(report.totals).map(([currency, net]) => [
    money(total([net], currency), currency),
    'net',
  ]);
  const shown = [
    ...totals,
    [grouped(report.payers), 'accounts'],
    [grouped(report.documents), 'documents'],
    [grouped(report.belowZero), 'below zero'],
    [grouped(report.nothingToBill), 'nothing to bill'],
    [grouped(report.waiting.length), 'below the minimum'],
    [grouped(report.inError.length), 'in error'],
    [grouped(report.leftOut.length), 'left out'],
  ];
  const card = ([figure = '', name = '']: readonly string[]) =>
    `<div><b>${escaped(figure)}</b><span>${name}</span></div>`;
  return `<div class="cards">${shown.map(card).join('')}</div>`;
}

function checkRow(check: DraftCheck): string {
  return `<tr><td class="${check.state}">${escaped(checkName(check))}</td><td>${escaped(foundText(check))}</td></tr>`;
}

/** What the terminal tells of a document, in its order. */
const DOCUMENT_COLUMNS: readonly Column<NumberedDocument>[] = [
  { head: 'account', of: ({ payer }) => payer },
  { head: 'business unit', of: ({ businessUnit }) => businessUnit },
  { head: 'apart', of: ({ apart }) => apart ?? '' },
  { head: 'corrects', of: ({ corrects }) => corrects ?? '' },
  { head: 'number', of: ({ number }) => number },
  { head: 'net', isFigure: true, of: ({ net, currency }) => money(net, currency) },
  { head: 'lines', isFigure: true, of: ({ lines }) => grouped(lines) },
  { head: 'corrections', of: correctionsText },
];
const REASON_COLUMNS: readonly Column<LeftOut>[] = [
  { head: 'account', of: ({ payer }) => payer },
  { head: 'why', of: ({ reason }) => reason },
];

/** Where the usage went, in records and units, each with a bar of its share of the records. */
function usagePart(usage: UsageOfDraft): string {
  const all = draftUsageSums(usage);
  const most = Math.max(1, ...all.map(({ totals }) => totals.records));
  const body = all.map(({ name, totals: { records, bytes, seconds, count } }) => {
    const share = `<td><svg class="share" viewBox="0 0 100 8" role="presentation"><rect width="${percentOf(records, most)}" height="8" rx="2"/></svg></td>`;
    const figures = [records, bytes, seconds, count].map((figure) => cell('td', grouped(figure), true));
    return `<tr>${cell('td', name, false)}${share}${figures.join('')}</tr>`;
  });
  const heads = [cell('th', 'where it went', false), '<th></th>'];
  heads.push(...['records', 'octets', 'seconds', 'messages'].map((each) => cell('th', each, true)));
  return `<h2>Usage of ${monthsText(usage)}</h2>${wideTable(heads, body)}`;
}

/** Whole percent of a whole, at least one where there is any. */
function percentOf(part: number, whole: number): number {
  return part <= 0 ? 0 : Math.max(1, Math.floor((part * 100) / whole));
}

/** Bars of the last periods' nets, oldest first, and of this one with what was billed of it before: below zero they hang from the line. */
function chart(drafts: readonly DraftSummary[], currency: string): string {
  const nets = [...netsBefore(drafts).reverse(), sum(drafts.map(netOfPeriod))];
  const most = nets.reduce((max, net) => (net.abs().greaterThan(max) ? net.abs() : max), amount(1));
  const base = nets.some((net) => net.isNegative()) ? 80 : 130;
  const scale = (base === 80 ? amount(50) : amount(100)).div(most);
  const bars = nets.map((net, place) => bar(net, place, scale, base, nets.length - 1 - place, currency));
  const width = nets.length * 150;
  return `<svg viewBox="0 0 ${width} 170" role="img" aria-label="net by period"><line x1="10" x2="${width - 10}" y1="${base}" y2="${base}"/>${bars.join('')}</svg>`;
}

function bar(net: Amount, place: number, scale: Amount, base: number, ago: number, currency: string): string {
  const height = net.abs().times(scale).toFixed(1);
  const top = net.isNegative() ? amount(base) : amount(base).minus(height);
  const [x, y] = [place * 150 + 35, top.toFixed(1)];
  const label = escaped(money(total([net.toFixed()], currency), currency));
  const kind = net.isNegative() ? 'minus' : ago === 0 ? 'now' : 'before';
  const when = ago === 0 ? 'this run' : ago === 1 ? '1 period before' : `${ago} periods before`;
  const above = net.isNegative() ? amount(base).plus(height).plus(16) : top.minus(6);
  return `<rect class="${kind}" x="${x}" y="${y}" width="80" height="${height}" rx="3"/><text x="${x + 40}" y="${above.toFixed(1)}" text-anchor="middle">${label}</text><text class="when" x="${x + 40}" y="162" text-anchor="middle">${when}</text>`;
}
