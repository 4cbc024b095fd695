import * as z from 'zod';
import type { Allowance, Measure, Unit } from './catalog.ts';
import { nearestName } from './catalog-problem.ts';
import type { ReadCharge } from './read-charge.ts';
import { itemOf, type Place, type Report, readFields, refuse, shown, within } from './report.ts';
import { kindOfMeasure, kindOfUnit } from './unit.ts';
import { id, listOf, quantity, wholeBaseUnits, words } from './written.ts';

const schema = z.strictObject({
  id,
  name: words,
  kind: z.enum(['individual', 'flexible']),
  pool: id.default(''),
  scope: z.enum(['subscription', 'account', 'businessUnit']).optional(),
  size: quantity,
  proration: z.enum(['day', 'whole']).default('day'),
  covers: listOf(id),
  share: z.enum(['byUsage', 'byExcess']).default('byUsage'),
});
type Fields = Partial<z.output<typeof schema>>;

/** An allowance as far as it could be read. */
export interface ReadAllowance {
  readonly place: Place;
  readonly fields: Fields;
  readonly allowance: Allowance | undefined;
}

/** Reads one allowance of a plan version, whose charges are known. */
export function readAllowance(report: Report, place: Place, charges: readonly ReadCharge[]): ReadAllowance {
  const { fields, complete } = readFields(report, schema, place);
  checkPool(report, place, fields);
  const size = readSize(report, within(place, 'size'), fields.size);
  for (const [index, name] of (fields.covers ?? []).entries()) {
    checkCovered(report, itemOf(place, 'covers', index), name, fields, charges);
  }
  if (fields.covers?.length === 0)
    refuse(
      report,
      within(place, 'covers'),
      'an empty list',
      'at least one usage charge',
      'Name the charges it covers.',
    );
  const scope = fields.scope ?? (fields.kind === 'flexible' ? 'account' : 'subscription');
  if (complete === undefined || size === undefined) return { place, fields, allowance: undefined };
  const { id: name, name: text, kind, pool, proration, covers, share } = complete;
  return {
    place,
    fields,
    allowance: { id: name, name: text, kind, pool, scope, size, unit: complete.size.unit, proration, covers, share },
  };
}

function checkPool(report: Report, place: Place, { kind, pool, scope }: Fields): void {
  if (kind === 'flexible' && pool === '') {
    refuse(
      report,
      within(place, 'pool'),
      '',
      'the name of the pool its contributions make up',
      'Add pool, or write kind: individual.',
    );
  }
  if (kind === 'flexible' && scope === 'subscription') {
    refuse(
      report,
      within(place, 'scope'),
      '"subscription"',
      'account or businessUnit',
      'A pool is shared; for one subscription alone write kind: individual.',
    );
  }
  if (kind === 'individual' && pool !== undefined && pool !== '') {
    refuse(
      report,
      within(place, 'pool'),
      `"${pool}"`,
      'no pool: an individual allowance is shared by nobody',
      'Leave it out, or write kind: flexible.',
    );
  }
  if (kind === 'individual' && scope !== undefined && scope !== 'subscription') {
    refuse(
      report,
      within(place, 'scope'),
      `"${scope}"`,
      'no scope: an individual allowance is shared by nobody',
      'Leave it out, or write kind: flexible.',
    );
  }
}

function readSize(report: Report, place: Place, size: Fields['size']): string | undefined {
  if (size?.unit === undefined) return undefined;
  const whole = wholeBaseUnits(size.number, size.unit);
  if (whole === undefined)
    refuse(report, place, shown(place.content), 'a whole number of octets, seconds or pieces', 'Use fewer decimals.');
  return whole;
}

function checkCovered(
  report: Report,
  place: Place,
  name: string,
  { kind, size }: Fields,
  charges: readonly ReadCharge[],
): void {
  const charge = charges.find((one) => one.id === name);
  const usage = charges.filter((one) => one.kind === 'usage').flatMap((one) => one.id ?? []);
  const oneOf = `a usage charge of this version: ${usage.join(', ') || 'there is none'}`;
  if (charge === undefined) {
    const near = nearestName(name, usage);
    const remedy = near === '' ? 'Name a charge of this version, or leave it out.' : `Did you mean ${near}?`;
    refuse(report, place, `"${name}"`, oneOf, remedy);
  } else if (charge.kind === 'recurring') {
    refuse(report, place, `"${name}", a recurring charge`, oneOf, 'Leave it out.');
  } else if (charge.measure !== undefined && size?.unit !== undefined) {
    checkMeasure(report, place, `"${name}", which counts ${charge.measure}`, charge.measure, size.unit);
  }
  if (kind === 'flexible' && charge?.isCounted && charge.count === 'subscription') {
    const remedy = 'Write count: pool. What is over belongs to the pool, not to one of its members.';
    const expected = 'pool or account, as a pool covers this charge';
    refuse(report, within(charge.place, 'count'), 'a price that counts per subscription', expected, remedy);
  }
}

function checkMeasure(report: Report, place: Place, found: string, measure: Measure, sizeUnit: Unit): void {
  if (kindOfUnit(sizeUnit) === kindOfMeasure(measure)) return;
  const expected = `charges that count ${kindOfUnit(sizeUnit)}, as the size is in ${sizeUnit}`;
  refuse(report, place, found, expected, 'Give it an allowance of its own.');
}
