import * as z from 'zod';
import type { Charge } from '../catalog.ts';
import type { Increment } from '../price.ts';
import { id, increment } from '../written.ts';
import { readIncrement } from './read-increment.ts';
import { readOneTime } from './read-one-time.ts';
import { readCountPrice, readUsagePrice } from './read-price.ts';
import { readRecurring } from './read-recurring.ts';
import { type ChargeSurroundings, type ReadCharge, readUsageCharge } from './read-usage-charge.ts';
import { type Place, type Report, readValue, refuse, shown, within } from './report.ts';
import { isMapping } from './schema-place.ts';

const kindSchema = z.enum(['recurring', 'oneTime', 'usage']);
const NOT_MEASURED = {
  measure: undefined,
  property: '',
  match: undefined,
  count: undefined,
  isCounted: false,
} as const;

/** Reads one charge of a plan version. */
export function readCharge(report: Report, place: Place, surroundings: ChargeSurroundings): ReadCharge {
  const kind = isMapping(place.content) ? kindSchema.safeParse(place.content.kind).data : undefined;
  if (kind === 'recurring')
    return { ...NOT_MEASURED, place, kind, ...readRecurring(report, place, surroundings.seasons) };
  if (kind === 'oneTime') return { ...NOT_MEASURED, place, kind, ...readOneTime(report, place) };
  if (kind === 'usage') return readUsageCharge(report, place, surroundings);
  if (isMapping(place.content)) readValue(report, kindSchema, within(place, 'kind'));
  else
    refuse(
      report,
      place,
      shown(place.content),
      'a mapping with kind, id, name, price',
      'Write the fields of a charge.',
    );
  const name = isMapping(place.content) ? id.safeParse(place.content.id).data : undefined;
  return { ...NOT_MEASURED, place, kind, id: name, charge: undefined };
}

/** Reads a price that may stand for that of a charge. */
export function readPriceOf(report: Report, place: Place, charge: Charge): Charge['price'] | undefined {
  return charge.kind === 'usage'
    ? readUsagePrice(report, place, charge.unit, charge.measure)
    : readCountPrice(report, place, 'piece', 'count');
}

/** Reads an increment that may stand for that of a charge; only usage has any. */
export function readIncrementOf(report: Report, place: Place, charge: Charge): Increment | undefined {
  if (charge.kind === 'usage') {
    const said = readValue(report, increment, place);
    return said && readIncrement(report, place, charge.measure, said);
  }
  refuse(report, place, shown(place.content), 'no increment: only usage is raised to increments', 'Leave it out.');
  return undefined;
}
