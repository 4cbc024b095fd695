import { type DraftCheck, netsBefore } from '#shared/billing/draft-checks.ts';
import type { DraftSummary } from '#shared/billing/run.ts';
import type { DraftedDocument, ShownRun } from '#shared/billing/use-cases/runs/show-run.ts';
import { type Amount, amount, sum } from '#shared/money/amount.ts';
import { grouped, minute, money, total } from './figures.ts';
import { checkName, foundText } from './run-text.ts';

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.05rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8884;vertical-align:top}
.figure{text-align:right;font-variant-numeric:tabular-nums}.green::before{content:"● ";color:#2a8a4a}
.amber::before{content:"▲ ";color:#b7791f}.red::before{content:"■ ";color:#c0392b}svg{width:100%;height:9rem}
text{font:12px system-ui,sans-serif;fill:currentColor}`;

/** A draft as a page for whoever approves it: what was checked, totals beside the last periods, documents. One file, no scripts, nothing loaded. */
export function runHtml({ request, states, position, report, documents }: ShownRun, missing: string): string {
  const title = `Bill run ${request.run}`;
  const state = states.at(-1);
  const parts = [
    `<h1>${escaped(title)}</h1>`,
    `<p>${escaped(`${request.seller}, ${request.month}, invoice date ${request.invoiceDate}; ${state?.state ?? 'opened'} since ${minute(state?.at ?? 0)}; as known at position ${position}`)}</p>`,
  ];
  if (report === null) parts.push('<p>It has not been planned yet.</p>');
  else {
    parts.push(`<h2>Checks</h2>${rows(['check', 'found'], report.checks.map(checkRow))}`);
    const byCurrency = Map.groupBy(report.drafts, ({ currency }) => currency);
    for (const [currency, drafts] of byCurrency)
      parts.push(`<h2>Net by period, ${escaped(currency)}</h2>${chart(drafts, currency)}`);
    parts.push(
      `<h2>Documents</h2>${rows(['account', 'business unit', 'net', 'lines', 'corrections'], documents.map(documentRow))}`,
    );
    if (missing !== '') parts.push(`<h2>Usage files that are missing</h2><pre>${escaped(missing)}</pre>`);
    const notBilled = [...report.inError, ...report.leftOut].map((each) => row([each.payer, each.reason]));
    if (notBilled.length > 0) parts.push(`<h2>Not billed</h2>${rows(['account', 'why'], notBilled)}`);
  }
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style></head><body>\n${parts.join('\n')}\n</body></html>\n`;
}

function checkRow(check: DraftCheck): string {
  return `<tr><td class="${check.state}">${escaped(checkName(check))}</td><td>${escaped(foundText(check))}</td></tr>`;
}

function documentRow({ payer, businessUnit, net, currency, lines, reasons }: DraftedDocument): string {
  const corrections = Object.entries(reasons).map(([reason, count]) => `${grouped(count)} ${reason}`);
  return row([payer, businessUnit, money(net, currency), grouped(lines), corrections.sort().join(', ')]);
}

/** Bars of the last periods' nets, oldest first, and of this one. */
function chart(drafts: readonly DraftSummary[], currency: string): string {
  const nets = [...netsBefore(drafts).reverse(), sum(drafts.map(({ net }) => amount(net)))];
  const most = nets.reduce((max, net) => (net.abs().greaterThan(max) ? net.abs() : max), amount(1));
  const bars = nets.map((net, place) => bar(net, place, most, place === nets.length - 1, currency));
  return `<svg viewBox="0 0 ${nets.length * 150} 140" role="img" aria-label="net by period">${bars.join('')}</svg>`;
}

function bar(net: Amount, place: number, most: Amount, isNow: boolean, currency: string): string {
  const height = net.abs().times(90).div(most).toFixed(1);
  const [x, y] = [place * 150 + 35, amount(110).minus(height).toFixed(1)];
  const label = escaped(money(total([net.toFixed()], currency), currency));
  const colour = net.isNegative() ? '#c0392b' : isNow ? '#0b6e6e' : '#8fb8b8';
  return `<rect x="${x}" y="${y}" width="80" height="${height}" fill="${colour}"/><text x="${x + 40}" y="${amount(y).minus(4).toFixed(1)}" text-anchor="middle">${label}</text><text x="${x + 40}" y="128" text-anchor="middle">${isNow ? 'this run' : 'before'}</text>`;
}

const FIGURES = new Set([2, 3]);

function rows(heads: readonly string[], body: readonly string[]): string {
  const head = heads.map((each, place) => cell('th', each, heads.length > 2 && FIGURES.has(place))).join('');
  return `<table><tr>${head}</tr>${body.join('')}</table>`;
}

function row(cells: readonly string[]): string {
  return `<tr>${cells.map((each, place) => cell('td', each, cells.length > 2 && FIGURES.has(place))).join('')}</tr>`;
}

function cell(tag: 'th' | 'td', text: string, isFigure: boolean): string {
  return `<${tag}${isFigure ? ' class="figure"' : ''}>${escaped(text)}</${tag}>`;
}

/** Text as HTML shows it: what an account is called runs nothing. */
function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
