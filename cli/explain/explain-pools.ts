import type { PoolArithmetic, PoolPriceArithmetic } from '#shared/billing/lines/charge-line.ts';
import { unitOfLine } from '#shared/billing/lines/charge-of-line.ts';
import type { ExplainedLine, ExplainedState } from '#shared/invoicing/use-cases/explain-line.ts';
import type { ExplainedPool } from '#shared/invoicing/use-cases/explain-pools.ts';
import { baseText, counted } from '../terminal/figures.ts';
import { pairs } from '../terminal/table.ts';
import { besideRows, freeRows, tierText } from './explain-tiers.ts';
import { incrementText, lateRow } from './explain-usage.ts';
import { shareTable } from './share-table.ts';

type Rows = [string, string][];

/** What the pools of a line's stack hold and took, in the order they are drawn on, and what of the overage is this charge's. */
export function poolText(explained: ExplainedLine, now: ExplainedState, arithmetic: PoolArithmetic): string {
  const { pool, poolsBefore } = explained;
  const unit = unitOfLine(now.line, now.charge);
  const rows: Rows = poolsBefore.flatMap((before) => poolRows(before, before, unit, false));
  if (arithmetic.pool !== '') rows.push(...poolRows(pool, arithmetic, unit, true));
  rows.push(...usedRows(explained, now, arithmetic, unit));
  rows.push(...overRows(explained, now, arithmetic, unit));
  return pairs(rows);
}

const MADE = { flexible: 'put in by', static: 'at one price, for', adaptive: 'the cheapest size in all, for' };

/** What a pool holds, and what was used of it: in a stack the last says what is over, and those in front of it what they pass on. */
function poolRows(
  pool: ExplainedPool | null,
  { members, size, carried, bought }: Pick<PoolArithmetic, 'members' | 'size' | 'carried' | 'bought'>,
  unit: string,
  isLast: boolean,
): Rows {
  const kind = pool?.kind === undefined || pool.kind === 'individual' ? 'flexible' : pool.kind;
  const whole = `${baseText(size, unit)}, ${MADE[kind]} ${counted(members, 'subscription', 'subscriptions')}`;
  const putIn = contributionTexts(pool, size, unit);
  const rows: Rows = [[poolName(pool), putIn.length === 1 ? `${whole}: ${putIn.join()}` : whole]];
  if (putIn.length > 1) rows.push(...putIn.map((text): [string, string] => ['put in', text]));
  if (bought !== undefined) rows.push(['+ top-ups', `${baseText(bought, unit)}, used first`]);
  if (carried !== undefined && carried !== '0')
    rows.push(['+ carried over', `${baseText(carried, unit)}, used ${bought === undefined ? 'first' : 'next'}`]);
  if (pool === null) return rows;
  if (pool.cap !== '')
    rows.push(['at most', `${baseText(pool.cap, unit)} by each subscription; what it uses above that is over`]);
  rows.push(['used of it', baseText(pool.used, unit)]);
  if (pool.beyondCap !== undefined) rows.push(['− above the most', baseText(pool.beyondCap, unit)]);
  if (pool.dry !== undefined) rows.push(['ran dry', dryText(pool.dry, unit)]);
  if (isLast) rows.push(['over', baseText(pool.over, unit)]);
  else rows.push(['passed on', baseText(difference(pool.used, pool.took ?? pool.used), unit)]);
  if (pool.left !== undefined) rows.push(['left of it', baseText(pool.left, unit)]);
  return rows;
}

function poolName(pool: ExplainedPool | null): string {
  if (pool === null) return 'pool';
  return `pool ${pool.name}${pool.businessUnit === '' ? '' : ` of ${pool.businessUnit}`}`;
}

/** By which days and sizes members put into a pool: told where that is not so many times one size, as it is of whole months. */
function contributionTexts(pool: ExplainedPool | null, size: string, unit: string): string[] {
  const contributions = pool?.contributions ?? [];
  const sum = contributions.reduce((all, { quantity }) => all + BigInt(quantity), 0n);
  if (sum.toString() !== size) return [];
  const isWhole = contributions.every(
    ({ each, members, quantity }) => BigInt(each) * BigInt(members) === BigInt(quantity),
  );
  if (isWhole && new Set(contributions.map(({ each }) => each)).size < 2) return [];
  return contributions.map(({ each, members, days, daysInPeriod, quantity, businessUnit }) => {
    const factors =
      daysInPeriod === 0
        ? `${baseText(each, unit)} each, whole`
        : `${baseText(each, unit)} × ${counted(days, 'SIM day', 'SIM days')} ÷ ${daysInPeriod}, for each rounded down`;
    if (contributions.length === 1) return factors;
    const whose = businessUnit === '' ? '' : ` of ${businessUnit}`;
    return `${baseText(quantity, unit)} by ${counted(members, 'subscription', 'subscriptions')}${whose}: ${factors}`;
  });
}

function dryText({ day, before, on }: NonNullable<ExplainedPool['dry']>, unit: string): string {
  return `on ${day}: ${baseText(before, unit)} used before that day, ${baseText(on, unit)} on it`;
}

/** What of the charge came to the pools: its usage, less what subscriptions' own allowances took before. */
function usedRows({ usage }: ExplainedLine, { line, charge }: ExplainedState, of: PoolArithmetic, unit: string): Rows {
  const { used, late, before = [] } = of;
  const what = `${line.chargeName} – ${line.planName}${line.zoneName === '' ? '' : `, ${line.zoneName}`}`;
  const came = before.reduce((sum, { took }) => sum + BigInt(took), BigInt(used)).toString();
  const raised = incrementText(charge, of.increment, unit);
  const isCovered = usage.covered !== '0';
  const isWhole = difference(usage.quantity, usage.covered) === came;
  if (isCovered && !isWhole) return [['left for pools', `${baseText(came, unit)} (${what})${raised}`]];
  const whose = isCovered ? ` by ${counted(usage.subscriptions, 'subscription', 'subscriptions')}` : '';
  const rows: Rows = [
    ['this charge used', `${baseText(isCovered ? usage.quantity : came, unit)}${whose} (${what})${raised}`],
  ];
  if (late !== undefined) rows.push(lateRow(late, line, unit));
  if (isCovered)
    rows.push(
      ['− covered', `${baseText(usage.covered, unit)} by their own allowances`],
      ['= left', baseText(came, unit)],
    );
  return rows;
}

/** What the pools of the stack took of it, what is over, and what of that falls into the line's tier. */
function overRows(explained: ExplainedLine, { line, charge }: ExplainedState, of: PoolArithmetic, unit: string): Rows {
  const { pool, poolsBefore, otherTiers } = explained;
  const left = of.left ?? of.over;
  const ofOver = of.pool === '' ? '' : ' of what is over';
  const rows: Rows = [];
  if (poolsBefore.length > 0)
    for (const each of pool === null ? poolsBefore : [...poolsBefore, pool])
      rows.push([`− in ${poolName(each)}`, baseText(each.tookOfLine, unit)]);
  if (of.pool === '') rows.push(['counted', `${baseText(left, unit)} over the whole account`]);
  else
    rows.push(['of it over', `${baseText(left, unit)}; the pool is drawn on day by day, in the order of the charges`]);
  rows.push(...besideRows(explained, line, unit));
  const priced = otherTiers.reduce((sum, { arithmetic }) => {
    return arithmetic.kind === 'pool' ? sum + BigInt(arithmetic.over) : sum;
  }, BigInt(of.over));
  rows.push(...freeRows(explained, charge, difference(left, priced.toString()), priced.toString(), unit));
  if (line.tier > 0)
    rows.push([
      `tier ${line.tier}`,
      `${baseText(of.over, unit)}${ofOver}${tierText(charge, line.tier, explained.beside)}`,
    ]);
  return rows;
}

function difference(whole: string, part: string): string {
  return (BigInt(whole) - BigInt(part)).toString();
}

/** What of a pool's overage each business unit pays; '' where it is all one's own. */
export function sharesText(
  { shares, sharedBy, rounded }: PoolArithmetic,
  pool: ExplainedPool | null,
  ofLine: string,
  currency: string,
): string {
  const excess = shares.reduce((sum, share) => sum + BigInt(share.excess ?? '0'), 0n);
  const isByExcess = sharedBy === 'byExcess' && (excess > 0n || shares.some((share) => share.excess === undefined));
  const nobody = sharedBy === 'byExcess' && !isByExcess ? ', as no member used more than it put in' : '';
  const how = isByExcess ? 'by what its members used of the pool above what each put in' : `by what each used${nobody}`;
  const used = shares.reduce((sum, share) => sum + BigInt(share.used), 0n).toString();
  const own = { businessUnit: 'together', amount: rounded };
  const text =
    excess === 0n
      ? shareTable(
          shares.map(({ used: by, ...share }) => ({ ...share, by })),
          { heading: 'used', together: { ...own, by: used }, ofLine, currency },
        )
      : shareTable(
          shares.map((share) => ({ ...share, by: share.excess ?? '0', putIn: putInBy(pool, share.businessUnit) })),
          { heading: 'above that', together: { ...own, by: excess.toString(), used }, ofLine, currency },
        );
  return text === '' ? '' : `\nshared back ${how}, in whole minor units:\n${text}`;
}

/** What members of a business unit put into a pool; '' where that is not kept. */
function putInBy(pool: ExplainedPool | null, unit: string): string {
  if (pool?.contributions === undefined) return '';
  const its = pool.contributions.filter(({ businessUnit }) => businessUnit === unit);
  return its.reduce((sum, { quantity }) => sum + BigInt(quantity), 0n).toString();
}

/** What of a pool's price each business unit pays; '' where it is all one's own. */
export function memberDaysText({ shares, rounded }: PoolPriceArithmetic, ofLine: string, currency: string): string {
  const days = shares.reduce((sum, share) => sum + share.memberDays, 0);
  const together = { businessUnit: 'together', by: `${days}`, amount: rounded };
  const shown = shares.map((share) => ({ ...share, by: `${share.memberDays}` }));
  const text = shareTable(shown, { heading: 'member days', together, ofLine, currency });
  return text === '' ? '' : `\nshared by the days of its members, in whole minor units:\n${text}`;
}
