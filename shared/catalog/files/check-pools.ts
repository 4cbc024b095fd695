import type { ReadAllowance } from './read-allowance.ts';
import type { ReadCharge } from './read-usage-charge.ts';
import { itemOf, type Report, refuse, within } from './report.ts';

/**
 * Checks the stack of a version: what the last allowance of a charge leaves is counted by whom it belongs to, a pool has one allowance in a version, and
 * behind an adaptive or capped pool there is nothing: its size is chosen by its overage, and what is above a cap is never covered.
 */
export function checkPools(report: Report, charges: readonly ReadCharge[], allowances: readonly ReadAllowance[]): void {
  checkCounts(report, charges, allowances);
  checkNamedOnce(report, allowances);
  checkBehindPools(report, allowances);
}

function checkCounts(report: Report, charges: readonly ReadCharge[], allowances: readonly ReadAllowance[]): void {
  for (const { place, id = '', count, isCounted } of charges) {
    const covering = allowances.filter(({ fields }) => fields.covers?.includes(id));
    const isLast = covering.at(-1)?.fields.kind;
    const isPooled = covering.some(isPool);
    const at = within(place, 'count');
    if (count === 'pool' && (!isPooled || isLast === 'individual')) {
      const found = isPooled
        ? '"pool", and an individual allowance is the last that covers this charge'
        : '"pool", and no pool covers this charge';
      const expected = `a pool that covers this charge${isPooled ? ' last' : ''}, or another count`;
      refuse(report, at, found, expected, 'Write count: subscription or account.');
    }
    if (!isPooled || isLast === undefined) continue;
    if (isLast !== 'individual' && (count === 'record' || (isCounted && count === 'subscription'))) {
      const remedy = 'Write count: pool. What is over belongs to the pool, not to one of its members.';
      const expected = 'pool or account, as a pool covers this charge';
      refuse(report, at, `a price that counts per ${count}`, expected, remedy);
    }
  }
}

function checkNamedOnce(report: Report, allowances: readonly ReadAllowance[]): void {
  const seen = new Set<string>();
  for (const { place, fields } of allowances) {
    if (fields.pool === undefined || fields.pool === '') continue;
    if (seen.has(fields.pool)) {
      refuse(
        report,
        within(place, 'pool'),
        `"${fields.pool}" a second time`,
        'each pool once in a version',
        'Join the two allowances, or name another pool.',
      );
    }
    seen.add(fields.pool);
  }
}

function isPool({ fields: { kind } }: ReadAllowance): boolean {
  return kind !== undefined && kind !== 'individual';
}

function checkBehindPools(report: Report, allowances: readonly ReadAllowance[]): void {
  const before = new Map<string, ReadAllowance>();
  for (const allowance of allowances) {
    for (const [index, name] of (allowance.fields.covers ?? []).entries()) {
      const pool = before.get(name);
      const wrong = pool && wrongBehind(pool, allowance);
      if (pool === undefined || wrong === undefined) continue;
      const found = `"${name}", which the pool "${pool.fields.pool ?? ''}" before it covers`;
      refuse(report, itemOf(allowance.place, 'covers', index), found, wrong.expected, wrong.remedy);
    }
    if (!isPool(allowance)) continue;
    for (const name of allowance.fields.covers ?? []) before.set(name, allowance);
  }
}

/** Why an allowance cannot stand behind a pool; nothing when it can. */
function wrongBehind(pool: ReadAllowance, behind: ReadAllowance): { expected: string; remedy: string } | undefined {
  if (pool.fields.kind === 'adaptive') {
    const remedy = 'List the adaptive pool last: its size is chosen by what is over.';
    return { expected: `no ${isPool(behind) ? 'pool' : 'allowance'} behind an adaptive one`, remedy };
  }
  if (pool.fields.cap === undefined && behind.fields.cap === undefined) return undefined;
  const remedy = 'Leave the cap out, or let one pool cover it.';
  return { expected: 'one pool, where one of them has a cap', remedy };
}
