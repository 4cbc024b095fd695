import * as z from 'zod';
import type { TopUp } from '../catalog.ts';
import { nearestName } from '../catalog-problem.ts';
import { kindOfUnit } from '../unit.ts';
import { date, decimal, id, listOf, quantity, wholeBaseUnits, wholeNumber, words } from '../written.ts';
import { checkCovered, type ReadAllowance } from './read-allowance.ts';
import type { ReadCharge } from './read-usage-charge.ts';
import { itemOf, type Place, type Report, readFields, refuse, shown, within } from './report.ts';

/** A top-up as it is written. */
export const topUpSchema = z.strictObject({
  id,
  name: words,
  size: quantity,
  price: decimal,
  covers: listOf(id).optional(),
  pool: id.optional(),
  from: z.enum(['purchase', 'period']).default('purchase'),
  days: wholeNumber(3_660).optional(),
  periods: wholeNumber(120).optional(),
  until: date.optional(),
});

/** A top-up as far as it could be read. */
export interface ReadTopUp {
  readonly place: Place;
  readonly id: string | undefined;
  readonly topUp: TopUp | undefined;
}

/** Reads a top-up of a plan version, whose charges and allowances are known: what it covers it draws on before all of them. */
export function readTopUp(
  report: Report,
  place: Place,
  charges: readonly ReadCharge[],
  allowances: readonly ReadAllowance[],
): ReadTopUp {
  const { fields, complete } = readFields(report, topUpSchema, place);
  const unit = fields.size?.unit;
  const isWhole =
    fields.pool === undefined
      ? checkOwn(report, place, fields, charges)
      : checkPooled(report, place, fields, allowances);
  const other = allowances.find((each) => each.fields.id !== undefined && each.fields.id === fields.id);
  if (other !== undefined)
    refuse(report, within(place, 'id'), `"${fields.id}"`, 'an id no allowance has', 'Rename one of the two.');
  const lasting = (['days', 'periods', 'until'] as const).filter((field) => fields[field] !== undefined);
  if (lasting.length !== 1) {
    const expected = 'one of days, periods and until: how long it lasts';
    const remedy = 'Write days: 30, or periods: 1 for the rest of the period, or until: 2026-12-31.';
    refuse(report, place, lasting.length === 0 ? 'no end' : lasting.join(' and '), expected, remedy);
  }
  const read = { place, id: fields.id };
  if (complete === undefined || unit === undefined || lasting.length !== 1 || !isWhole)
    return { ...read, topUp: undefined };
  const size = wholeBaseUnits(complete.size.number, unit);
  if (size === undefined || size === '0') {
    const at = within(place, 'size');
    refuse(report, at, shown(at.content), 'a whole number of octets, seconds or pieces above 0', 'Correct it.');
    return { ...read, topUp: undefined };
  }
  const { name, price, covers = [], pool, from, days = 0, periods = 0, until = '' } = complete;
  return {
    ...read,
    topUp: { id: complete.id, name, size, unit, price, covers, ...(pool && { pool }), from, days, periods, until },
  };
}

type Fields = Partial<z.output<typeof topUpSchema>>;

/** Checks what a subscription's own top-up covers; answers whether it says so. */
function checkOwn(report: Report, place: Place, { covers, size }: Fields, charges: readonly ReadCharge[]): boolean {
  for (const [index, name] of (covers ?? []).entries())
    checkCovered(report, itemOf(place, 'covers', index), name, 'individual', size?.unit, charges);
  if (covers !== undefined && covers.length > 0) return true;
  const found = covers === undefined ? 'neither covers nor pool' : 'an empty list';
  const remedy = 'Name the charges it covers, or write pool: the one it is bought for.';
  refuse(report, covers === undefined ? place : within(place, 'covers'), found, 'at least one usage charge', remedy);
  return false;
}

/** Checks that the pool a top-up is bought for is one of its version that has a size; answers whether it is. */
function checkPooled(
  report: Report,
  place: Place,
  { pool = '', covers, size }: Fields,
  allowances: readonly ReadAllowance[],
): boolean {
  if (covers !== undefined) {
    const remedy = 'Leave it out: it covers what the pool covers.';
    refuse(report, within(place, 'covers'), shown(within(place, 'covers').content), 'none beside pool', remedy);
  }
  const named = allowances.find(({ fields: { kind, pool: name } }) => kind !== 'individual' && name === pool);
  const hasSize = named?.fields.kind === 'flexible' || named?.fields.kind === 'static';
  const unit = named?.allowance?.unit;
  const isUnit = size?.unit === undefined || unit === undefined || kindOfUnit(size.unit) === kindOfUnit(unit);
  if (hasSize && isUnit) return covers === undefined;
  const known = allowances.flatMap(({ fields: { kind, pool: name = '' } }) =>
    kind === 'flexible' || kind === 'static' ? [name] : [],
  );
  const expected = hasSize
    ? `a pool of ${kindOfUnit(size?.unit ?? 'B')}`
    : `a flexible or static pool of this version: ${known.join(', ') || 'there is none'}`;
  const near = nearestName(pool, known);
  const remedy = hasSize ? 'Write the size in a unit of the pool’s.' : 'Name a pool of its allowances.';
  refuse(
    report,
    within(place, 'pool'),
    `"${pool}"`,
    expected,
    hasSize || near === '' ? remedy : `Did you mean ${near}?`,
  );
  return false;
}
