import type { ReadAllowance } from './read-allowance.ts';
import type { ReadCharge } from './read-usage-charge.ts';
import { itemOf, type Report, refuse, within } from './report.ts';

/**
 * Checks the stack of a version: tiers counted over a pool need one pool that covers the charge, a pool has one allowance in a version, and
 * nothing draws on usage that a pool had before: what a pool leaves is its overage, priced as a whole and shared back.
 */
export function checkPools(report: Report, charges: readonly ReadCharge[], allowances: readonly ReadAllowance[]): void {
  checkCounts(report, charges, allowances);
  checkNamedOnce(report, allowances);
  checkBehindPools(report, allowances);
}

function checkCounts(report: Report, charges: readonly ReadCharge[], allowances: readonly ReadAllowance[]): void {
  for (const charge of charges) {
    if (charge.count !== 'pool' || charge.id === undefined) continue;
    const pools = allowances.filter(
      (one) => one.fields.kind === 'flexible' && one.fields.covers?.includes(charge.id ?? ''),
    );
    if (pools.length === 1) continue;
    const found =
      pools.length === 0
        ? '"pool", and no pool covers this charge'
        : `"pool", and ${pools.length} pools cover this charge`;
    refuse(
      report,
      within(charge.place, 'count'),
      found,
      'one pool that covers this charge, or another count',
      'Write count: subscription or account.',
    );
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

/** What a pool covers, no allowance behind it in the stack does. */
function checkBehindPools(report: Report, allowances: readonly ReadAllowance[]): void {
  const poolOf = new Map<string, string>();
  for (const { place, fields } of allowances) {
    for (const [index, name] of (fields.covers ?? []).entries()) {
      const pool = poolOf.get(name);
      if (pool === undefined || pool === fields.pool) continue;
      const remedy =
        fields.kind === 'flexible' ? 'Let one pool cover it.' : 'List the allowance before the pool, or leave it out.';
      const found = `"${name}", which the pool "${pool}" before it covers`;
      refuse(report, itemOf(place, 'covers', index), found, 'usage that no pool had before', remedy);
    }
    if (fields.kind !== 'flexible' || fields.pool === undefined) continue;
    for (const name of fields.covers ?? []) if (!poolOf.has(name)) poolOf.set(name, fields.pool);
  }
}
