import type { RecordedLine } from '#shared/billing/draft.ts';
import type {
  Arithmetic,
  ChargeLine,
  PoolArithmetic,
  PoolPriceArithmetic,
  UsageArithmetic,
} from '#shared/billing/lines/charge-line.ts';
import { unitOfLine } from '#shared/billing/lines/charge-of-line.ts';
import type { Charge } from '#shared/catalog/catalog.ts';
import { converted, rateText } from '#shared/catalog/exchange-rate.ts';
import type { ExplainedLine, ExplainedState } from '#shared/invoicing/use-cases/explain-line.ts';
import { amount } from '#shared/money/amount.ts';
import { recordPartOf } from '#shared/rating/charge-variant.ts';
import { addDays } from '#shared/time/local-date.ts';
import { baseText, counted, exactText, grouped, minute, money, price } from '../terminal/figures.ts';
import { figures, indented, pairs, table, words } from '../terminal/table.ts';
import { type AgreedArithmetic, agreedComputation, agreedShares, isAgreedArithmetic } from './explain-agreed.ts';
import { amountFactors, amountsText } from './explain-amounts.ts';
import { feeFactors, feeSharesText } from './explain-fees.ts';
import { subscriptionsText } from './explain-subscriptions.ts';
import { taxText } from './explain-tax.ts';
import { heldText } from './held-text.ts';
import { shareTable } from './share-table.ts';

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
  return `${title}\n${[detail, `${line.period.from} to ${until}`].filter((part) => part !== '').join(', ')}${unit}`;
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
  if (arithmetic.kind === 'pool') parts.push(indented(sharesText(arithmetic, now.line.businessUnit, currency), 2));
  if (arithmetic.kind === 'recurring' && arithmetic.shares.length > 1)
    parts.push(indented(feeSharesText(arithmetic, now.line.businessUnit, currency), 2));
  if (isAgreedArithmetic(arithmetic)) parts.push(indented(agreedShares(now.line, arithmetic, currency), 2));
  if (arithmetic.kind === 'poolPrice')
    parts.push(indented(memberDaysText(arithmetic, now.line.businessUnit, currency), 2));
  if (explained.otherTiers.length > 0) parts.push(indented(otherTiersText(explained), 2));
  return parts.filter((part) => part.trim() !== '').join('\n');
}

/** A line, owed or as it stands recorded. */
type Computed = ChargeLine & Pick<RecordedLine, 'kept'>;

/** The one line of arithmetic everything comes down to. */
export function computation(
  { line, charge = null }: { readonly line: Computed; readonly charge?: Charge | null },
  currency: string,
): string {
  if (line.kept !== undefined) return computationWithKept(line, line.kept, charge, currency);
  const { arithmetic } = line;
  if (isAgreedArithmetic(arithmetic)) return agreedComputation(line, arithmetic, currency);
  const isShared = 'shares' in arithmetic && arithmetic.shares.length > 1;
  const whole = isShared && arithmetic.rounded !== '' ? arithmetic.rounded : line.amount;
  const exact = line.exchange === null ? amount(arithmetic.exact) : converted(amount(arithmetic.exact), line.exchange);
  const listed = factors(arithmetic, unitOfLine(line, charge), line.exchange?.from ?? currency);
  if (isShared && arithmetic.shares.some(({ exchange }) => exchange !== undefined)) {
    const all = `${exactText(arithmetic.exact)} ${line.exchange?.from ?? currency}`;
    return `${listed} = ${all} → ${money(whole, currency)}, each part by the rate it was first billed at${shareText(line, currency)}`;
  }
  const result = `${exchangeText(line)}= ${exactText(exact.toFixed())} → ${money(whole, currency)}`;
  const rounding = exact.equals(whole) ? '' : ', rounded once, half away from zero';
  return `${listed} ${result}${rounding}${shareText(line, currency)}`;
}

/** What is owed of a line, and what was charged in advance, fell away and is not refunded. */
function computationWithKept(
  { kept: _, ...line }: Computed,
  kept: NonNullable<Computed['kept']>,
  charge: Charge | null,
  currency: string,
): string {
  const owed = amount(line.amount)
    .minus(kept.amount)
    .toFixed(line.amount.split('.')[1]?.length ?? 0);
  const sum = `${money(owed, currency)} + ${money(kept.amount, currency)} = ${money(line.amount, currency)}`;
  const its = `${grouped(kept.quantity)} fell away and is not refunded: ${sum}`;
  return `${computation({ line: { ...line, amount: owed }, charge }, currency)}; ${its}`;
}

/** "= 10 USD, at 1.25 USD = 0.95 CHF (ECB, 2026-03-02) ": the step from the price list's currency; '' where that is the invoice's. */
function exchangeText({ arithmetic, exchange }: ChargeLine): string {
  if (exchange === null) return '';
  const { from, source, date } = exchange;
  return `= ${exactText(arithmetic.exact)} ${from}, at ${rateText(exchange)} (${source}, ${date}) `;
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

/** What of a pool's amount is the line's own business unit's; '' where nothing is shared. */
function shareText({ arithmetic, amount: own, businessUnit }: ChargeLine, currency: string): string {
  if (!('shares' in arithmetic) || arithmetic.shares.length < 2) return '';
  return `; of it ${money(own, currency)} for ${businessUnit || 'the account itself'}`;
}

function factors(arithmetic: Exclude<Arithmetic, AgreedArithmetic>, unit: string, currency: string): string {
  if (arithmetic.kind === 'adjustment') return 'given back';
  if (arithmetic.kind === 'amount') return amountFactors(arithmetic, currency);
  if (arithmetic.kind === 'poolPrice') return poolPriceFactors(arithmetic, currency);
  if (arithmetic.kind !== 'usage' && arithmetic.kind !== 'pool') return feeFactors(arithmetic, currency);
  const quantity = arithmetic.kind === 'usage' ? arithmetic.quantity : arithmetic.over;
  const times = timesText(arithmetic);
  if (times !== '') return `${times} × ${money(arithmetic.flat, currency)} for ${baseText(quantity, unit)}`;
  const divided = arithmetic.baseUnits === '1' ? '' : ` ÷ ${grouped(arithmetic.baseUnits)} (${unit})`;
  const flat = amount(arithmetic.flat).isZero()
    ? ''
    : ` + ${grouped(arithmetic.entered)} × ${money(arithmetic.flat, currency)}`;
  return `${baseText(quantity, unit)}${divided} × ${money(arithmetic.price, currency)}${flat}`;
}

/** "3 packages": what is paid for where it is not the quantity; '' where it is. */
function timesText({ model, entered }: UsageArithmetic | PoolArithmetic): string {
  if (model === 'package') return counted(entered, 'package', 'packages');
  if (model === 'flat') return counted(entered, 'flat amount', 'flat amounts');
  return model === 'stairStep' ? counted(entered, 'step', 'steps') : '';
}

function poolPriceFactors(
  { days, daysInPeriod, price, size, sizeUnit }: PoolPriceArithmetic,
  currency: string,
): string {
  const part = days === daysInPeriod ? '' : `${counted(days, 'day', 'days')} ÷ ${daysInPeriod} × `;
  return `a pool of ${baseText(size, sizeUnit)}: ${part}${money(price, currency)}`;
}

/** Used, covered by allowances, left, and what of it falls into this tier. */
function usedText(explained: ExplainedLine, { line, charge }: ExplainedState, arithmetic: UsageArithmetic): string {
  const { usage } = explained;
  const unit = unitOfLine(line, charge);
  const part = recordPartOf(line.charge);
  if (part !== '') {
    const records = counted(Number(arithmetic.quantity), 'record', 'records');
    return pairs([[RECORD_PARTS[part].what, `${records} ${RECORD_PARTS[part].of}`]]);
  }
  const pools = Object.entries(usage.inPools).sort(([a], [b]) => (a < b ? -1 : 1));
  const taken = [usage.covered, ...pools.map(([, took]) => took)];
  const left = taken.reduce((rest, each) => rest - BigInt(each), BigInt(usage.quantity)).toString();
  const rows: [string, string][] = [];
  if (usage.subscriptions > 0) {
    rows.push([
      'used',
      `${baseText(usage.quantity, unit)} by ${counted(usage.subscriptions, 'subscription', 'subscriptions')}${incrementText(charge, arithmetic.increment, unit)}`,
    ]);
    if (arithmetic.late !== undefined) rows.push(lateRow(arithmetic.late, line, unit));
    for (const [name, took] of pools)
      rows.push([`− in pool ${name}`, `${baseText(took, unit)}; the day it runs dry is shared by use`]);
    if (usage.covered !== '0') rows.push(['− covered', `${baseText(usage.covered, unit)} by their own allowances`]);
    if (left !== usage.quantity) rows.push(['= left', baseText(left, unit)]);
  }
  const priced = [line, ...explained.otherTiers].reduce((sum, each) => sum + quantityOf(each), 0n);
  const apart = (BigInt(left) - priced).toString();
  const free = freeText(charge, unit);
  if (free !== '')
    rows.push(['− free', `${baseText(apart, unit)}: ${free}`], ['= priced', baseText(priced.toString(), unit)]);
  else if (usage.subscriptions > 0 && apart !== '0' && paysByRecord(charge))
    rows.push(
      ['− by the record', `${baseText(apart, unit)} of records that pay a minimum or maximum instead`],
      ['= priced', baseText(priced.toString(), unit)],
    );
  if (line.tier > 0)
    rows.push([`tier ${line.tier}`, `${baseText(arithmetic.quantity, unit)}${tierText(charge, line.tier)}`]);
  return pairs(rows);
}

/** What was used before the period, and came when that was billed. */
function lateRow(late: string, { period }: ChargeLine, unit: string): [string, string] {
  return ['of it late', `${baseText(late, unit)} used before ${period.from}, when that was billed already`];
}

function quantityOf({ arithmetic }: ChargeLine): bigint {
  return arithmetic.kind === 'usage' ? BigInt(arithmetic.quantity) : 0n;
}

function paysByRecord(charge: Charge | null): boolean {
  return charge?.kind === 'usage' && (charge.minimum !== '0' || charge.maximum !== '');
}

/** What of a charge is paid by the record, in words. */
const RECORD_PARTS = {
  fee: {
    what: 'connection fee',
    of: 'of more than nothing, whatever covers it, that pays no minimum or maximum',
  },
  minimum: { what: 'minimum', of: 'coming to less, fee included' },
  maximum: { what: 'maximum', of: 'coming to more, fee included' },
};

/** ", each record raised to 60 s, then by 1 s": '' where nothing is raised. */
function incrementText(charge: Charge | null, increment: string, unit: string): string {
  const [first = '1', next = '1'] = increment.split('/');
  if (first === '1' && next === '1') return '';
  const over =
    charge?.kind === 'usage'
      ? { record: 'each record', session: 'each session', day: 'each day', period: 'the period' }[charge.rounding]
      : 'each';
  const steps =
    first === next
      ? `a multiple of ${baseText(first, unit)}`
      : `${baseText(first, unit)}, then by ${baseText(next, unit)}`;
  return `, ${over} raised to ${steps}`;
}

/** Units that are words, of many. */
const UNITS: Readonly<Record<string, string>> = {
  second: 'seconds',
  minute: 'minutes',
  hour: 'hours',
  piece: 'pieces',
};

/** Over what a charge counts. */
const WHOSE = { record: 'each record', subscription: 'each subscription', pool: 'the pool', account: 'the account' };

/** "50 % and 30,000,000 B of what each subscription has left": the charge's usage discount; '' where it has none. */
function freeText(charge: Charge | null, unit: string): string {
  if (charge?.kind !== 'usage') return '';
  const { percent, quantity } = charge.usageDiscount;
  const parts = [percent === '0' ? '' : `${percent} %`, quantity === '0' ? '' : baseText(quantity, unit)];
  const free = parts.filter((part) => part !== '').join(' and ');
  return free === '' ? '' : `${free} of what ${WHOSE[charge.count]} has left`;
}

/** ": what each subscription used beyond 2 MB, up to 20 MB"; of fees ": what is counted beyond 2". */
function tierText(charge: Charge | null, tier: number): string {
  if (charge === null || !('tiers' in charge.price)) return '';
  const { tiers, model } = charge.price;
  const unit = charge.kind === 'usage' ? ` ${UNITS[charge.unit] ?? charge.unit}` : '';
  const from = tiers[tier - 2]?.upTo ?? '';
  const to = tiers[tier - 1]?.upTo ?? '';
  const bounds = [from === '' ? '' : `beyond ${grouped(from)}${unit}`, to === '' ? '' : `up to ${grouped(to)}${unit}`];
  const whole = model !== 'graduated';
  if (charge.kind !== 'usage')
    return `: ${whole ? 'all, as they are' : 'what is counted'} ${bounds.filter((part) => part !== '').join(', ')}`;
  const whose = WHOSE[charge.count];
  const what = whole ? `all that ${whose} used, having used` : `what ${whose} used`;
  return `: ${what} ${bounds.filter((part) => part !== '').join(', ')}`;
}

function otherTiersText({ otherTiers, document }: ExplainedLine): string {
  const rows = table(otherTiers, [
    words('other tiers', (line) => `tier ${line.tier}`),
    figures('quantity', (line) => `${grouped(line.quantity)} ${line.unit}`),
    figures('price', (line) => price(line.unitPrice, document.currency)),
    figures(document.currency, (line) => grouped(line.amount)),
  ]);
  return `\n${rows}`;
}

/** What the pool holds, what was used of it, and what of the overage is this charge's. */
function poolText({ pool }: ExplainedLine, { line, charge }: ExplainedState, arithmetic: PoolArithmetic): string {
  const unit = unitOfLine(line, charge);
  const rows: [string, string][] = [];
  if (arithmetic.pool !== '') {
    const members = counted(arithmetic.members, 'subscription', 'subscriptions');
    const made = { flexible: 'put in by', static: 'at one price, for', adaptive: 'the cheapest size in all, for' };
    const kind = pool?.kind === undefined || pool.kind === 'individual' ? 'flexible' : pool.kind;
    rows.push([
      `pool ${pool?.name ?? arithmetic.pool}`,
      `${baseText(arithmetic.size, unit)}, ${made[kind]} ${members}`,
    ]);
    if (arithmetic.bought !== undefined) rows.push(['+ top-ups', `${baseText(arithmetic.bought, unit)}, used first`]);
    if (arithmetic.carried !== undefined)
      rows.push([
        '+ carried over',
        `${baseText(arithmetic.carried, unit)}, used ${arithmetic.bought === undefined ? 'first' : 'next'}`,
      ]);
    if (pool !== null) rows.push(['used of it', baseText(pool.used, unit)], ['over', baseText(pool.over, unit)]);
    if (pool?.left !== undefined) rows.push(['left of it', baseText(pool.left, unit)]);
  }
  const what = `${line.chargeName} – ${line.planName}${line.zoneName === '' ? '' : `, ${line.zoneName}`}`;
  rows.push(['this charge used', `${baseText(arithmetic.used, unit)} (${what})`]);
  if (arithmetic.late !== undefined) rows.push(lateRow(arithmetic.late, line, unit));
  const drawn =
    arithmetic.pool === ''
      ? 'counted over the whole account'
      : 'the pool is drawn on day by day, in the order of the charges';
  rows.push(['of it over', `${baseText(arithmetic.over, unit)}; ${drawn}`]);
  if (line.tier > 0) rows.push([`tier ${line.tier}`, `of what is over${tierText(charge, line.tier)}`]);
  return pairs(rows);
}

function sharesText({ shares, sharedBy, rounded }: PoolArithmetic, ofLine: string, currency: string): string {
  const how = sharedBy === 'byUsage' ? 'by what each used' : 'by what each used above its contribution';
  const total = shares.reduce((sum, share) => sum + BigInt(share.used), 0n).toString();
  const together = { businessUnit: 'together', by: total, amount: rounded };
  const shown = shares.map((share) => ({ ...share, by: share.used }));
  const text = shareTable(shown, { heading: 'used', together, ofLine, currency });
  return text === '' ? '' : `\nshared back ${how}, in whole minor units:\n${text}`;
}

function memberDaysText({ shares, rounded }: PoolPriceArithmetic, ofLine: string, currency: string): string {
  const days = shares.reduce((sum, share) => sum + share.memberDays, 0);
  const together = { businessUnit: 'together', by: `${days}`, amount: rounded };
  const shown = shares.map((share) => ({ ...share, by: `${share.memberDays}` }));
  const text = shareTable(shown, { heading: 'member days', together, ofLine, currency });
  return text === '' ? '' : `\nshared by the days of its members, in whole minor units:\n${text}`;
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
