import { nearestName } from '../catalog-problem.ts';
import { kindOfMeasure, kindOfUnit } from '../unit.ts';
import { readToldApart } from './check-told-apart.ts';
import type { ReadPlan, ReadVersion } from './read-plan.ts';
import type { ReadCharge } from './read-usage-charge.ts';
import { itemOf, type Place, type Report, refuse, within } from './report.ts';

/**
 * Checks what add-ons say of the plans they stand beside: an allowance covers its own charges or such that some plan has, in their unit; a pool
 * that covers a plan's charges is one the plan itself draws on, so that all its subscriptions have one order of pools; and
 * no charge of theirs is due at a change of plan.
 */
export function checkAddOns(report: Report, plans: readonly ReadPlan[]): void {
  const versions = plans.filter(({ kind }) => kind === 'plan').flatMap((plan) => plan.versions);
  const addOns = plans.filter(({ kind }) => kind === 'addOn');
  for (const addOn of addOns) checkBehindPools(report, addOn.versions, versions);
  for (const version of addOns.flatMap((plan) => plan.versions)) {
    checkCharges(report, version);
    for (const { place, fields } of version.allowances) {
      for (const [index, name] of (fields.covers ?? []).entries()) {
        if (version.charges.some((charge) => charge.id === name)) continue;
        const unit = fields.size?.unit ?? fields.sizes?.[0]?.size.unit;
        checkCovers(
          report,
          itemOf(place, 'covers', index),
          name,
          unit && kindOfUnit(unit),
          fields.pool ?? '',
          versions,
        );
      }
    }
  }
}

/** An add-on is given and taken away; the plan beside it may change as it likes. */
function checkCharges(report: Report, { charges }: ReadVersion): void {
  for (const { place, charge } of charges) {
    if (charge?.kind !== 'oneTime' || charge.at !== 'planChange') continue;
    const expected = 'an event of the add-on: activation, reactivation, suspension or termination';
    refuse(report, within(place, 'at'), '"planChange"', expected, 'Write such a charge in the plan.');
  }
}

/** What an add-on brings for charges of plans stands on top of their stacks: it cannot stand behind a pool of the add-on too. */
function checkBehindPools(report: Report, addOn: readonly ReadVersion[], plans: readonly ReadVersion[]): void {
  const behind = readToldApart(addOn).allowances;
  const ofPlans = new Set(plans.flatMap(({ charges }) => charges.flatMap(usageIds)));
  for (const { place, fields } of addOn.flatMap(({ allowances }) => allowances)) {
    if (fields.kind !== 'individual' || !behind.has(fields.id ?? '')) continue;
    for (const [index, name] of (fields.covers ?? []).entries()) {
      if (!ofPlans.has(name)) continue;
      const found = `"${name}", a charge of plans, while the allowance stands behind a pool`;
      const remedy = 'List the allowance before the pool, or give the charge of the add-on an id of its own.';
      refuse(report, itemOf(place, 'covers', index), found, 'charges of the add-on alone', remedy);
    }
  }
}

function checkCovers(
  report: Report,
  place: Place,
  name: string,
  kind: string | undefined,
  pool: string,
  versions: readonly ReadVersion[],
): void {
  const having = versions.flatMap((version) => {
    const charge = version.charges.find((each) => each.kind === 'usage' && each.id === name);
    return charge === undefined ? [] : [{ charge, version }];
  });
  if (having.length === 0) {
    const known = [...new Set(versions.flatMap(({ charges }) => charges.flatMap(usageIds)))];
    const near = nearestName(name, known);
    const remedy = near === '' ? 'Name a charge of the add-on or of a plan.' : `Did you mean ${near}?`;
    refuse(
      report,
      place,
      `"${name}"`,
      `a usage charge of the add-on or of a plan: ${known.join(', ') || 'none'}`,
      remedy,
    );
    return;
  }
  if (having.some(({ charge: { charge } }) => charge?.kind === 'usage' && charge.maximum !== '')) {
    const found = `"${name}", which has a maximum for each record in a plan`;
    refuse(report, place, found, 'charges without a maximum', 'Leave one of the two out.');
  }
  const other = having.find(({ charge }) => charge.measure !== undefined && kindOfMeasure(charge.measure) !== kind);
  if (other !== undefined && kind !== undefined) {
    const found = `"${name}", which counts ${other.charge.measure} in a plan`;
    refuse(report, place, found, `charges that count ${kind}`, 'Give it an allowance of its own.');
  }
  const without = having.find(({ version }) => pool !== '' && !drawsOn(version, name, pool));
  if (without === undefined) return;
  const expected = `a charge that draws on pool "${pool}" in every plan that has it`;
  refuse(report, place, `"${name}"`, expected, 'Name the pool in the plan too, or write kind: individual.');
}

function usageIds({ kind, id }: ReadCharge): string[] {
  return kind === 'usage' && id !== undefined ? [id] : [];
}

function drawsOn({ allowances }: ReadVersion, charge: string, pool: string): boolean {
  return allowances.some(({ fields }) => fields.pool === pool && fields.covers?.includes(charge));
}
