import * as z from 'zod';
import type { RecurringCharge, RecurringQuantity } from '../catalog.ts';
import type { CountPrice } from '../price.ts';
import { id, listOf, taxCategory, wholeNumber, words, written } from '../written.ts';
import { checkRecurringSeasons } from './check-recurring-seasons.ts';
import { readCountPrice } from './read-price.ts';
import { readProperties } from './read-properties.ts';
import { MOST_SEASONS, readSeasons } from './read-seasonal.ts';
import { type Place, type Report, readFields, readValue, refuse, shown, within } from './report.ts';
import { isMapping } from './schema-place.ts';

const MOST_MONTHS = 120;
/** The largest number that is charged for. */
export const MOST_COUNTED = 999_999_999;
const wholeFromZero = written(
  `a whole number from 0 to ${MOST_COUNTED}`,
  (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined),
  () => 'Write digits only, such as 100.',
);

/** States of a subscription that can be charged. */
export const chargedState = z.enum(['inventory', 'test', 'ready', 'active', 'suspended']);

/** What is written of a recurring charge. */
export const recurringSchema = z.strictObject({
  kind: z.literal('recurring'),
  id,
  name: words,
  due: z.enum(['advance', 'arrears']).optional(),
  proration: z.enum(['day', 'none']).default('day'),
  days: z.enum(['calendar', '30']).default('calendar'),
  states: listOf(chargedState).default(['active']),
  dayRule: z.enum(['endOfDay', 'anyTime']).default('endOfDay'),
  lastDay: z.enum(['free', 'counts']).default('free'),
  properties: z.unknown().optional(),
  months: wholeNumber(MOST_MONTHS).default(1),
  startsOn: z.enum(['billingDay', 'anniversary']).default('billingDay'),
  quantity: z.unknown().optional(),
  minimum: wholeFromZero.default(0),
  count: z.enum(['account', 'businessUnit']).default('account'),
  price: z.unknown().optional(),
  seasons: z.array(z.unknown()).max(MOST_SEASONS).default([]),
  refund: z.enum(['day', 'none']).default('day'),
  taxCategory,
});
type Fields = Partial<z.output<typeof recurringSchema>>;

/** Reads a recurring charge of a plan version. */
export function readRecurring(
  report: Report,
  place: Place,
  knownSeasons: ReadonlySet<string>,
): { readonly id: string | undefined; readonly charge: RecurringCharge | undefined } {
  const { fields, complete } = readFields(report, recurringSchema, place);
  const price = readCountPrice(report, within(place, 'price'), 'piece', 'count');
  const properties = readProperties(report, within(place, 'properties'));
  const seasonal = readSeasons(
    report,
    (fields.seasons ?? []).map((_, index) => within(place, 'seasons', index)),
    knownSeasons,
    (at) => readCountPrice(report, at, 'piece', 'count'),
  );
  const counted = readQuantity(report, within(place, 'quantity'));
  if (fields.states?.length === 0) {
    refuse(report, within(place, 'states'), 'an empty list', 'at least one state', 'Leave it out for active.');
  }
  const due = price && counted && checkDue(report, place, fields, counted.of, price);
  checkUsed(report, place, fields, counted?.of);
  const seasons = seasonal.filter((one) => one !== undefined);
  if (seasons.length < seasonal.length || !(complete && price && properties && counted && due))
    return { id: fields.id, charge: undefined };
  const {
    kind,
    id: name,
    name: text,
    proration,
    days,
    states,
    dayRule,
    lastDay,
    refund,
    taxCategory: category,
  } = complete;
  const { months, startsOn, minimum, count } = complete;
  const charge: RecurringCharge = {
    kind,
    id: name,
    name: text,
    due,
    proration,
    days,
    states,
    dayRule,
    lastDay,
    properties,
    interval: { months, from: startsOn },
    quantity: { ...counted, minimum, count },
    price,
    ...(seasons.length > 0 && { seasons }),
    refund,
    taxCategory: category,
  };
  checkRecurringSeasons(report, place, charge);
  return { id: name, charge };
}

type Counted = Pick<RecurringQuantity, 'of' | 'property' | 'number'>;
/** What a recurring charge may count. */
export const COUNTED = z.enum(['subscriptions', 'peak', 'atEnd', 'used']);
/** A property that says how many. */
export const propertySchema = z.strictObject({ property: id });

/** `subscriptions`, `peak`, `atEnd`, `used`, `one`, a whole number, or `{ property: sensors }`. */
function readQuantity(report: Report, place: Place): Counted | undefined {
  if (isMapping(place.content)) {
    const { complete } = readFields(report, propertySchema, place);
    return complete && { of: 'property', property: complete.property, number: 0 };
  }
  if (place.content === undefined) return { of: 'subscriptions', property: '', number: 0 };
  if (place.content === 'one') return { of: 'number', property: '', number: 1 };
  if (typeof place.content === 'string' && /^\d/.test(place.content)) {
    const number = readValue(report, wholeNumber(MOST_COUNTED), place);
    return number === undefined ? undefined : { of: 'number', property: '', number };
  }
  const of = COUNTED.safeParse(place.content);
  if (of.success) return { of: of.data, property: '', number: 0 };
  const expected = 'subscriptions, peak, atEnd, used, one, a whole number, or { property: <name> }';
  refuse(report, place, shown(place.content), expected, 'Leave it out to count subscriptions by their days.');
  return undefined;
}

/** Whether what is owed is known only when the interval is over (pricing rules §1). */
function needsWholeInterval(of: RecurringQuantity['of'], { model }: CountPrice): boolean {
  return of === 'peak' || of === 'atEnd' || of === 'used' || model === 'volume' || model === 'stairStep';
}

/** When a charge is due: in advance, unless what is owed is known only at the end. */
function checkDue(
  report: Report,
  place: Place,
  { due }: Fields,
  of: RecurringQuantity['of'],
  price: CountPrice,
): RecurringCharge['due'] {
  if (!needsWholeInterval(of, price)) return due ?? 'advance';
  if (due === 'advance') {
    const expected = 'arrears: what is owed is known when the interval is over';
    refuse(report, within(place, 'due'), '"advance"', expected, 'Leave it out, or write due: arrears.');
  }
  return 'arrears';
}

/** Usage is counted in the payer's periods. */
function checkUsed(
  report: Report,
  place: Place,
  { months, startsOn }: Fields,
  of: RecurringQuantity['of'] | undefined,
) {
  if (of !== 'used' || (months === 1 && startsOn === 'billingDay')) return;
  const expected = 'subscriptions, peak or atEnd: what was used is known of the billing period alone';
  refuse(report, within(place, 'quantity'), '"used"', expected, 'Leave months and startsOn out, or count otherwise.');
}
