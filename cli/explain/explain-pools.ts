import type { PoolArithmetic, PoolPriceArithmetic } from '#shared/billing/lines/charge-line.ts';
import { unitOfLine } from '#shared/billing/lines/charge-of-line.ts';
import type { ExplainedLine, ExplainedState } from '#shared/invoicing/use-cases/explain-line.ts';
import { baseText, counted } from '../terminal/figures.ts';
import { pairs } from '../terminal/table.ts';
import { tierText } from './explain-tiers.ts';
import { lateRow } from './explain-usage.ts';
import { shareTable } from './share-table.ts';

/** What the pool holds, what was used of it, and what of the overage is this charge's. */
export function poolText(
  { pool }: ExplainedLine,
  { line, charge }: ExplainedState,
  arithmetic: PoolArithmetic,
): string {
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

/** What of a pool's overage each business unit pays; '' where it is all one's own. */
export function sharesText({ shares, sharedBy, rounded }: PoolArithmetic, ofLine: string, currency: string): string {
  const how = sharedBy === 'byUsage' ? 'by what each used' : 'by what each used above its contribution';
  const total = shares.reduce((sum, share) => sum + BigInt(share.used), 0n).toString();
  const together = { businessUnit: 'together', by: total, amount: rounded };
  const shown = shares.map((share) => ({ ...share, by: share.used }));
  const text = shareTable(shown, { heading: 'used', together, ofLine, currency });
  return text === '' ? '' : `\nshared back ${how}, in whole minor units:\n${text}`;
}

/** What of a pool's price each business unit pays; '' where it is all one's own. */
export function memberDaysText({ shares, rounded }: PoolPriceArithmetic, ofLine: string, currency: string): string {
  const days = shares.reduce((sum, share) => sum + share.memberDays, 0);
  const together = { businessUnit: 'together', by: `${days}`, amount: rounded };
  const shown = shares.map((share) => ({ ...share, by: `${share.memberDays}` }));
  const text = shareTable(shown, { heading: 'member days', together, ofLine, currency });
  return text === '' ? '' : `\nshared by the days of its members, in whole minor units:\n${text}`;
}
