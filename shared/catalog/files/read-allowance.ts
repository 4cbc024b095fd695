import * as z from 'zod';
import { amount } from '#shared/money/amount.ts';
import type { Allowance, CarryOver, Measure, Plan, PoolSize, Unit } from '../catalog.ts';
import { nearestName } from '../catalog-problem.ts';
import { kindOfMeasure, kindOfUnit } from '../unit.ts';
import { decimal, id, listOf, quantity, type WrittenQuantity, wholeBaseUnits, wholeNumber, words } from '../written.ts';
import type { ReadCharge } from './read-usage-charge.ts';
import { itemOf, type Place, type Report, readFields, refuse, shown, within } from './report.ts';

/** What is written of an allowance. */
export const allowanceSchema = z.strictObject({
  id,
  name: words,
  kind: z.enum(['individual', 'flexible', 'static', 'adaptive']),
  pool: id.default(''),
  scope: z.enum(['subscription', 'account', 'businessUnit']).optional(),
  size: quantity.optional(),
  proration: z.enum(['day', 'whole']).optional(),
  covers: listOf(id),
  share: z.enum(['byUsage', 'byExcess']).default('byUsage'),
  cap: quantity.optional(),
  price: decimal.optional(),
  sizes: z
    .array(z.strictObject({ size: quantity, price: decimal }))
    .max(100)
    .optional(),
  carryOver: z
    .union([wholeNumber(24), z.strictObject({ periods: wholeNumber(24), cap: quantity.optional() })])
    .optional(),
});
type Fields = Partial<z.output<typeof allowanceSchema>>;

/** An allowance as far as it could be read. */
export interface ReadAllowance {
  readonly place: Place;
  readonly fields: Fields;
  readonly allowance: Allowance | undefined;
}

/** Reads one allowance of a plan version, whose charges are known; an add-on's may also cover charges of the plans it stands beside. */
export function readAllowance(
  report: Report,
  place: Place,
  charges: readonly ReadCharge[],
  plan: Plan['kind'],
): ReadAllowance {
  const { fields, complete } = readFields(report, allowanceSchema, place);
  checkPool(report, place, fields);
  checkFields(report, place, fields);
  const sizes = readSizes(report, place, fields);
  const unit = fields.size?.unit ?? fields.sizes?.[0]?.size.unit;
  const size = fields.kind === 'adaptive' ? '0' : readSize(report, within(place, 'size'), fields.size);
  checkNotEmpty(report, within(place, 'size'), fields.kind, size);
  const cap = fields.cap === undefined ? '' : readCap(report, within(place, 'cap'), fields.cap, unit);
  const carryOver = readCarryOver(report, within(place, 'carryOver'), fields.carryOver, unit);
  for (const [index, name] of (fields.covers ?? []).entries()) {
    if (plan === 'addOn' && !charges.some((charge) => charge.id === name)) continue;
    checkCovered(report, itemOf(place, 'covers', index), name, fields.kind, unit, charges);
  }
  if (fields.covers?.length === 0)
    refuse(
      report,
      within(place, 'covers'),
      'an empty list',
      'at least one usage charge',
      'Name the charges it covers.',
    );
  if (complete === undefined || size === undefined || cap === undefined || sizes === undefined || unit === undefined)
    return { place, fields, allowance: undefined };
  if (fields.carryOver !== undefined && carryOver === undefined) return { place, fields, allowance: undefined };
  const { id: name, name: text, kind, pool, covers, share } = complete;
  const scope = complete.scope ?? (kind === 'individual' ? 'subscription' : 'account');
  const proration = complete.proration ?? (kind === 'static' || kind === 'adaptive' ? 'whole' : 'day');
  const price = complete.price ?? '0';
  return {
    place,
    fields,
    allowance: {
      id: name,
      name: text,
      kind,
      pool,
      scope,
      size,
      unit,
      proration,
      covers,
      share,
      cap,
      price,
      sizes,
      ...(carryOver && { carryOver }),
    },
  };
}

function checkPool(report: Report, place: Place, { kind, pool, scope }: Fields): void {
  const isPool = kind !== undefined && kind !== 'individual';
  if (isPool && pool === '') {
    refuse(
      report,
      within(place, 'pool'),
      '',
      kind === 'flexible' ? 'the name of the pool its contributions make up' : 'the name of the pool',
      'Add pool, or write kind: individual.',
    );
  }
  if (isPool && scope === 'subscription') {
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

/** Which kinds of allowance have what, and who must say it. */
const FIELDS_OF = {
  size: { kinds: ['individual', 'flexible', 'static'], isNeeded: true },
  sizes: { kinds: ['adaptive'], isNeeded: true },
  price: { kinds: ['static'], isNeeded: true },
  proration: { kinds: ['individual', 'flexible', 'static'], isNeeded: false },
  cap: { kinds: ['flexible', 'static', 'adaptive'], isNeeded: false },
  carryOver: { kinds: ['individual', 'flexible', 'static'], isNeeded: false },
} as const;

function checkFields(report: Report, place: Place, fields: Fields): void {
  const { kind } = fields;
  if (kind === undefined) return;
  for (const [name, { kinds, isNeeded }] of Object.entries(FIELDS_OF)) {
    const at = within(place, name);
    const has = at.content !== undefined;
    const may = (kinds as readonly string[]).includes(kind);
    if (has && !may)
      refuse(
        report,
        at,
        shown(at.content),
        `no ${name} for kind: ${kind}`,
        `Leave it out; ${kinds.join(', ')} have one.`,
      );
    if (!has && may && isNeeded) refuse(report, at, '', NEEDED[name] ?? '', `Add ${name}.`);
  }
}

const NEEDED: Readonly<Record<string, string>> = {
  size: 'a quantity with its unit, such as 100 MB',
  sizes: 'a list of size and price, smallest first',
  price: 'the price of the pool for a period',
};

function readSize(report: Report, place: Place, size: WrittenQuantity | undefined): string | undefined {
  if (size?.unit === undefined) return undefined;
  const whole = wholeBaseUnits(size.number, size.unit);
  if (whole === undefined)
    refuse(report, place, shown(place.content), 'a whole number of octets, seconds or pieces', 'Use fewer decimals.');
  return whole;
}

/** An allowance of nothing covers nothing; a contribution of nothing to a pool draws on what the others bring. */
function checkNotEmpty(report: Report, at: Place, kind: Fields['kind'], size: string | undefined): void {
  if (size !== '0' || (kind !== 'individual' && kind !== 'static')) return;
  const remedy = kind === 'static' ? 'Write its size.' : 'Leave the allowance out, or write kind: flexible and a pool.';
  refuse(report, at, shown(at.content), 'more than nothing: it would cover nothing', remedy);
}

function readCap(report: Report, place: Place, cap: WrittenQuantity, unit: Unit | undefined): string | undefined {
  const size = readSize(report, place, cap);
  if (cap.unit === undefined || unit === undefined || kindOfUnit(cap.unit) === kindOfUnit(unit)) return size;
  refuse(report, place, shown(place.content), `a quantity of ${kindOfUnit(unit)}, as the size is`, 'Use its unit.');
  return undefined;
}

/** How what is unused moves on; nothing where it does not, or was refused. */
function readCarryOver(
  report: Report,
  place: Place,
  written: Fields['carryOver'],
  unit: Unit | undefined,
): CarryOver | undefined {
  if (written === undefined) return undefined;
  if (typeof written === 'number') return { periods: written, cap: '' };
  const cap = written.cap === undefined ? '' : readCap(report, within(place, 'cap'), written.cap, unit);
  return cap === undefined ? undefined : { periods: written.periods, cap };
}

/** The sizes an adaptive pool is offered in: each larger and dearer than the one before, else it would never be chosen. */
function readSizes(report: Report, place: Place, { kind, sizes }: Fields): PoolSize[] | undefined {
  if (kind !== 'adaptive') return [];
  if (sizes === undefined) return undefined;
  const at = within(place, 'sizes');
  if (sizes.length === 0) {
    refuse(report, at, 'an empty list', 'a list of size and price, smallest first', 'Name the sizes on offer.');
    return undefined;
  }
  const read = sizes.map(({ size, price }, index) => {
    const whole = readSize(report, within(at, index, 'size'), size);
    return whole === undefined ? undefined : { size: whole, price };
  });
  let isRight = !read.includes(undefined);
  for (const [index, one] of read.entries()) {
    const before = read[index - 1];
    if (one === undefined || before === undefined) continue;
    const [unit, first] = [sizes[index]?.size.unit, sizes[0]?.size.unit];
    const isKind = unit === undefined || first === undefined || kindOfUnit(unit) === kindOfUnit(first);
    if (isKind && BigInt(one.size) > BigInt(before.size) && amount(one.price).greaterThan(before.price)) continue;
    isRight = false;
    const found = `size ${shown(within(at, index, 'size').content)} at ${one.price}`;
    const expected = 'a size larger and dearer than the one before it, of the same kind';
    refuse(
      report,
      within(at, index),
      found,
      expected,
      'Put the sizes in order, smallest first, and leave out what nobody would choose.',
    );
  }
  return isRight ? (read as PoolSize[]) : undefined;
}

/** Checks that an allowance covers usage charges of its version, of its own kind of unit. */
export function checkCovered(
  report: Report,
  place: Place,
  name: string,
  kind: Fields['kind'],
  sizeUnit: Unit | undefined,
  charges: readonly ReadCharge[],
): void {
  const charge = charges.find((one) => one.id === name);
  const usage = charges.filter((one) => one.kind === 'usage').flatMap((one) => one.id ?? []);
  const oneOf = `a usage charge of this version: ${usage.join(', ') || 'there is none'}`;
  if (charge === undefined) {
    const near = nearestName(name, usage);
    const remedy = near === '' ? 'Name a charge of this version, or leave it out.' : `Did you mean ${near}?`;
    refuse(report, place, `"${name}"`, oneOf, remedy);
  } else if (charge.kind === 'recurring' || charge.kind === 'oneTime') {
    const what = charge.kind === 'recurring' ? 'a recurring charge' : 'a one-time charge';
    refuse(report, place, `"${name}", ${what}`, oneOf, 'Leave it out.');
  } else if (charge.measure !== undefined && sizeUnit !== undefined) {
    checkMeasure(report, place, `"${name}", which counts ${charge.measure}`, charge.measure, sizeUnit);
  }
  if (charge !== undefined) checkBounded(report, name, kind, charge);
}

/** A most for each record only where nothing covers it; a least not in a pool, whose overage is not that of single records. */
function checkBounded(report: Report, name: string, kind: Fields['kind'], { place, charge }: ReadCharge): void {
  if (charge?.kind !== 'usage') return;
  if (charge.maximum !== '') {
    const found = `a maximum for each record, while an allowance covers "${name}"`;
    refuse(report, within(place, 'maximum'), found, 'a charge no allowance covers', 'Leave the maximum out.');
  }
  if (charge.minimum !== '0' && kind !== 'individual') {
    const found = `a minimum for each record, while a pool covers "${name}"`;
    const remedy = 'Leave it out, or write a connectionFee: that is due whatever covers the record.';
    refuse(report, within(place, 'minimum'), found, 'a charge no pool covers', remedy);
  }
}

function checkMeasure(report: Report, place: Place, found: string, measure: Measure, sizeUnit: Unit): void {
  if (kindOfUnit(sizeUnit) === kindOfMeasure(measure)) return;
  const expected = `charges that count ${kindOfUnit(sizeUnit)}, as the size is in ${sizeUnit}`;
  refuse(report, place, found, expected, 'Give it an allowance of its own.');
}
