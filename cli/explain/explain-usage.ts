import type { ChargeLine, UsageArithmetic } from '#shared/billing/lines/charge-line.ts';
import { unitOfLine } from '#shared/billing/lines/charge-of-line.ts';
import type { Charge, UsageCharge } from '#shared/catalog/catalog.ts';
import { baseUnitsPer } from '#shared/catalog/unit.ts';
import type { ExplainedLine, ExplainedState } from '#shared/invoicing/use-cases/explain-line.ts';
import { amount } from '#shared/money/amount.ts';
import { recordPartOf } from '#shared/rating/charge-variant.ts';
import { baseText, counted, exactText, grouped, money } from '../terminal/figures.ts';
import { pairs } from '../terminal/table.ts';
import { besideRows, freeRows, tierText } from './explain-tiers.ts';

/** Used, covered by allowances, left, and what of it falls into this tier. */
export function usedText(
  explained: ExplainedLine,
  { line, charge }: ExplainedState,
  arithmetic: UsageArithmetic,
): string {
  const { usage } = explained;
  const unit = unitOfLine(line, charge);
  const part = recordPartOf(line.charge);
  if (part !== '') {
    const records = counted(Number(arithmetic.quantity), 'record', 'records');
    const rows: [string, string][] = [[RECORD_PARTS[part].what, `${records} ${RECORD_PARTS[part].of}`]];
    if (usage.quantity !== '0' && charge?.kind === 'usage')
      rows.push(['instead of', recordsText(explained, charge, arithmetic)]);
    return pairs(rows);
  }
  const pools = Object.entries(usage.inPools).sort(([a], [b]) => (a < b ? -1 : 1));
  const taken = [usage.covered, ...pools.map(([, took]) => took)];
  const left = taken.reduce((rest, each) => rest - BigInt(each), BigInt(usage.quantity)).toString();
  const rows: [string, string][] = [];
  if (usage.subscriptions > 0 && usage.quantity !== '0') {
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
  rows.push(...besideRows(explained, line, unit));
  if (arithmetic.quantity === '0' && priced === 0n) rows.push(['due without usage', 'as nothing is left to be priced']);
  else if (usage.subscriptions > 0) rows.push(...freeRows(explained, charge, apart, priced.toString(), unit));
  if (usage.subscriptions > 0 && apart !== '0' && paysByRecord(charge))
    rows.push(
      ['− by the record', `${baseText(apart, unit)} of records that pay a minimum or maximum instead`],
      ['= priced', baseText(priced.toString(), unit)],
    );
  if (line.tier > 0)
    rows.push([
      `tier ${line.tier}`,
      `${baseText(arithmetic.quantity, unit)}${tierText(charge, line.tier, explained.beside)}`,
    ]);
  return pairs(rows);
}

/** What records that pay a minimum or maximum come to by their quantity, connection fees included; of a price that is not by the unit the quantity alone. */
function recordsText(
  { usage, document, moved }: ExplainedLine,
  charge: UsageCharge,
  { quantity }: UsageArithmetic,
): string {
  const used = baseText(usage.quantity, charge.unit);
  if (charge.price.model !== 'unit' || charge.seasons.length > 0) return `${used} of theirs at its price`;
  const currency = moved.line.exchange?.from ?? document.currency;
  const base = baseUnitsPer(charge.unit).toString();
  const divided = base === '1' ? '' : ` ÷ ${grouped(base)} (${charge.unit})`;
  const isFree = charge.connectionFee === '0';
  const fees = isFree ? '' : ` + ${grouped(quantity)} × ${money(charge.connectionFee, currency)}`;
  const exact = amount(usage.quantity)
    .times(charge.price.amount)
    .div(base)
    .plus(amount(quantity).times(charge.connectionFee));
  return `${used}${divided} × ${money(charge.price.amount, currency)}${fees} = ${exactText(exact.toFixed())}`;
}

/** What was used before the period, and came when that was billed. */
export function lateRow(late: string, { period }: ChargeLine, unit: string): [string, string] {
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
export function incrementText(charge: Charge | null, increment: string, unit: string): string {
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
