import { type ToldApart, toldApart } from '../told-apart.ts';
import type { ReadAllowance } from './read-allowance.ts';
import type { ReadCharge } from './read-usage-charge.ts';
import { type Report, refuse, within } from './report.ts';

/** Of a plan version as far as it could be read, what the check asks. */
interface ReadTerms {
  readonly charges: readonly ReadCharge[];
  readonly allowances: readonly ReadAllowance[];
}

/** What stands behind pools in the stacks of a plan's versions, as far as they could be read. */
export function readToldApart(versions: readonly Pick<ReadTerms, 'allowances'>[]): ToldApart {
  return toldApart(
    versions.map(({ allowances }) =>
      allowances.flatMap(({ fields: { id = '', kind, pool = '', covers = [] } }) =>
        kind === undefined ? [] : [{ id, kind, pool, covers }],
      ),
    ),
  );
}

/**
 * Checks what is told apart by subscription only when pools are settled (decision 61): nothing of it is left for the next period, or cut, or shared by
 * contributions, and no charge of it prices records, or is due without usage.
 */
export function checkToldApart(report: Report, versions: readonly ReadTerms[]): void {
  const apart = readToldApart(versions);
  if (apart.allowances.size === 0) return;
  for (const { allowances, charges } of versions) {
    for (const allowance of allowances) checkAllowance(report, apart, allowance);
    for (const charge of charges)
      if (apart.charges.has(charge.id ?? '')) checkCharge(report, charge, allowances.some(isPoolOf(charge)));
  }
}

function isPoolOf({ id = '' }: ReadCharge): (allowance: ReadAllowance) => boolean {
  return ({ fields: { kind, covers } }) => kind !== 'individual' && covers?.includes(id) === true;
}

function checkAllowance(report: Report, apart: ToldApart, { place, fields }: ReadAllowance): void {
  const { id = '', kind, pool = '', carryOver, cap, share } = fields;
  if (kind === 'individual' && apart.allowances.has(id) && carryOver !== undefined) {
    const expected = 'none, as the allowance stands behind a pool';
    refuse(
      report,
      within(place, 'carryOver'),
      'carryOver',
      expected,
      'Leave it out, or list the allowance before pools.',
    );
  }
  if (kind === 'individual' || !apart.pools.has(pool)) return;
  const because = 'as an individual allowance behind another pool stands before this one';
  if (cap !== undefined) refuse(report, within(place, 'cap'), 'a cap', `none, ${because}`, 'Leave the cap out.');
  if (share === 'byExcess')
    refuse(report, within(place, 'share'), '"byExcess"', `byUsage, ${because}`, 'Write share: byUsage.');
}

/** What no pool may cover is refused where it is read. */
function checkCharge(report: Report, { place, charge, count }: ReadCharge, isPooled: boolean): void {
  if (charge?.kind !== 'usage') return;
  const expected = 'no price of single records, as an individual allowance behind a pool covers this charge';
  if (count === 'record')
    refuse(report, within(place, 'count'), '"record"', expected, 'Write count: subscription or account.');
  if (charge.minimum !== '0' && !isPooled)
    refuse(report, within(place, 'minimum'), 'a minimum for each record', expected, 'Write a connectionFee instead.');
  if (!charge.flatAtZero) return;
  const known = 'false, as an individual allowance behind a pool covers this charge';
  refuse(report, within(place, 'flatAtZero'), 'true', known, 'Write a recurring charge for what is due without usage.');
}
