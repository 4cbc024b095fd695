import * as z from 'zod';
import type { TopUp } from '../catalog.ts';
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
  covers: listOf(id),
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
  for (const [index, name] of (fields.covers ?? []).entries())
    checkCovered(report, itemOf(place, 'covers', index), name, 'individual', unit, charges);
  if (fields.covers?.length === 0)
    refuse(report, within(place, 'covers'), 'an empty list', 'at least one usage charge', 'Name what it covers.');
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
  if (complete === undefined || unit === undefined || lasting.length !== 1) return { ...read, topUp: undefined };
  const size = wholeBaseUnits(complete.size.number, unit);
  if (size === undefined || size === '0') {
    const at = within(place, 'size');
    refuse(report, at, shown(at.content), 'a whole number of octets, seconds or pieces above 0', 'Correct it.');
    return { ...read, topUp: undefined };
  }
  const { name, price, covers, from, days = 0, periods = 0, until = '' } = complete;
  return { ...read, topUp: { id: complete.id, name, size, unit, price, covers, from, days, periods, until } };
}
