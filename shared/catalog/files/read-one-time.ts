import * as z from 'zod';
import type { OneTimeCharge } from '../catalog.ts';
import { date, id, listOf, taxCategory, wholeNumber, words } from '../written.ts';
import { readCountPrice } from './read-price.ts';
import { readProperties } from './read-properties.ts';
import { chargedState } from './read-recurring.ts';
import { type Place, type Report, readFields, refuse, within } from './report.ts';

/** What is written of a one-time charge. */
export const oneTimeSchema = z.strictObject({
  kind: z.literal('oneTime'),
  id,
  name: words,
  at: z.enum(['activation', 'reactivation', 'suspension', 'termination', 'planChange']).optional(),
  date: date.optional(),
  states: listOf(chargedState).optional(),
  properties: z.unknown().optional(),
  term: wholeNumber(120).optional(),
  price: z.unknown().optional(),
  taxCategory,
});

/** Reads a one-time charge of a plan version. */
export function readOneTime(
  report: Report,
  place: Place,
): { readonly id: string | undefined; readonly charge: OneTimeCharge | undefined } {
  const { fields, complete } = readFields(report, oneTimeSchema, place);
  const price = readCountPrice(report, within(place, 'price'), 'piece', 'count');
  const properties = readProperties(report, within(place, 'properties'));
  const { at = '', date: on = '', states, term = 0 } = fields;
  const isWhen = (at === '') !== (on === '');
  if (complete !== undefined && !isWhen) {
    const found = at === '' ? '' : `"${at}", and a date`;
    refuse(report, within(place, 'at'), found, 'an event (at) or a date, one of them', 'Write at: activation.');
  }
  if (states !== undefined && at !== '') {
    const expected = 'no states: the event says when it is due';
    refuse(report, within(place, 'states'), 'states beside at', expected, 'Leave them out.');
  }
  if (term !== 0 && at !== 'termination') {
    const expected = 'at: termination, where months that are left are charged';
    refuse(report, within(place, 'term'), `${term}`, expected, 'Write at: termination, or leave term out.');
  }
  const isRight = isWhen && (states === undefined || at === '') && (term === 0 || at === 'termination');
  if (!(complete && price && properties && isRight)) return { id: fields.id, charge: undefined };
  const { kind, id: name, name: text, taxCategory: category } = complete;
  const when = { at, date: on, states: states ?? ['active'], properties, term } as const;
  return { id: name, charge: { kind, id: name, name: text, ...when, price, taxCategory: category } };
}
