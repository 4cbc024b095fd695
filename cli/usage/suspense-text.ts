import type { SuspendedDetail } from '#shared/billing/use-cases/usage/examine-suspense.ts';
import type { ListedWriteOff } from '#shared/mediation/use-cases/list-write-offs.ts';
import type { SuspenseReason } from '#shared/rating/match-charge.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import { counted, exactText, grouped, minute, octets } from '../terminal/figures.ts';
import { type Column, figures, indented, table, words } from '../terminal/table.ts';

/** Currency → exact amount. */
export type Money = Readonly<Record<string, string>>;

/** Suspended usage of a UTC month for one reason, by identifier. */
export interface SuspenseGroup {
  readonly month: string;
  readonly reason: SuspenseReason;
  readonly totals: UsageTotals;
  /** What the carriers charge for it; empty unless asked for. */
  readonly money: Money;
  readonly identifiers: readonly {
    readonly identifier: string;
    readonly totals: UsageTotals;
    readonly money: Money;
    readonly position: number;
  }[];
}

const IDENTIFIERS_SHOWN = 10;

/** Suspended usage in short, and of each month and reason whose it is; `all` of them, or the first ten. */
export function suspenseText(found: readonly SuspenseGroup[], all: boolean): string {
  const totals = table(found, [
    words('month', (each) => each.month),
    words('reason', (each) => each.reason),
    figures('identifiers', (each) => grouped(each.identifiers.length)),
    ...totalsColumns<SuspenseGroup>(),
  ]);
  const lists = found.map(({ month, reason, identifiers }) => {
    const shown = all ? identifiers : identifiers.slice(0, IDENTIFIERS_SHOWN);
    const rows = table(shown, [
      words('identifier', (each) => each.identifier),
      ...totalsColumns<(typeof shown)[0]>(),
      figures('as of', (each) => `position ${each.position}`),
    ]);
    return `${month} ${reason}: ${MEANINGS[reason]}\n${indented(`${rows}${rest(shown, identifiers)}`, 2)}`;
  });
  return [totals, ...lists].join('\n\n');
}

function rest(shown: readonly unknown[], all: readonly unknown[]): string {
  const more = all.length - shown.length;
  return more > 0 ? `\n${counted(more, 'more; --all lists it', 'more; --all lists them')}` : '';
}

function totalsColumns<Row extends { readonly totals: UsageTotals; readonly money: Money }>(): Column<Row>[] {
  return [
    figures('records', (each) => grouped(each.totals.records)),
    figures('data', (each) => octets(each.totals.bytes)),
    figures('seconds', (each) => grouped(each.totals.seconds)),
    figures('messages', (each) => grouped(each.totals.count)),
    figures('carriers charge', (each) => moneyText(each.money)),
  ];
}

/** "12.30 EUR, 0.4 USD". */
function moneyText(money: Money): string {
  return Object.entries(money)
    .map(([currency, sum]) => `${exactText(sum)} ${currency === '' ? 'of a currency not said' : currency}`)
    .join(', ');
}

const DETAILS_SHOWN = 50;
const FILES_SHOWN = 2;

/** Suspended usage of identifiers, each with its first and last start and the files it came from. */
export function detailsText(details: readonly SuspendedDetail[], all: boolean): string {
  const shown = all ? details : details.slice(0, DETAILS_SHOWN);
  const rows = table(shown, [
    words('month', (each) => each.month),
    words('reason', (each) => each.reason),
    words('identifier', (each) => each.identifier),
    ...totalsColumns<SuspendedDetail>(),
    words('first', (each) => minute(each.first)),
    words('last', (each) => minute(each.last)),
    words('files', filesText),
  ]);
  const reasons = [...new Set(details.map(({ reason }) => reason))].map((reason) => `${reason}: ${MEANINGS[reason]}`);
  return [`${rows}${rest(shown, details)}`, ...reasons].join('\n\n');
}

function filesText({ files }: SuspendedDetail): string {
  const named = files.slice(0, FILES_SHOWN).map(({ carrier, name }) => `${carrier}/${name}`);
  const more = files.length - named.length;
  return more > 0 ? `${named.join(', ')} and ${grouped(more)} more` : named.join(', ');
}

/** Write-offs, in the order they were begun. */
export function writeOffsText(writeOffs: readonly ListedWriteOff[]): string {
  const rows = table(writeOffs, [
    words('month', (each) => each.month),
    words('reason', (each) => each.reason),
    figures('records', (each) => grouped(each.totals.records)),
    figures('data', (each) => octets(each.totals.bytes)),
    figures('seconds', (each) => grouped(each.totals.seconds)),
    figures('messages', (each) => grouped(each.totals.count)),
    words('by', (each) => each.by),
    words('at', (each) => minute(Date.parse(each.begunAt) / 1000)),
    words('state', (each) => (each.position === 0 ? each.state : `${each.state} @${each.position}`)),
    words('note', (each) => each.note),
    words('file', (each) => each.file),
  ]);
  return `written off\n${indented(rows, 2)}`;
}

/** What a reason says. */
const MEANINGS: Readonly<Record<SuspenseReason, string>> = {
  UNKNOWN_SUBSCRIBER: 'no subscription had the identifier then',
  NO_ASSIGNMENT: 'nobody paid for the subscription then',
  NO_PLAN: 'the plan has no terms for that day',
  NOT_ACTIVE: 'the subscription was in a state that may use nothing',
  UNKNOWN_NETWORK: 'no zone names the network',
  NO_PRICE: 'no usage charge of the plan fits',
  MONTHLY_AGGREGATE:
    'it is of a whole month, and the periods of its payer are not: it needs billing day 1, or records of days',
  FROZEN: 'its period was posted longer ago than the back-billing limit',
};
