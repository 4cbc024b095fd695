import * as z from 'zod';
import type { Charge, Measure, Unit, UsageCharge, UsageMatch } from './catalog.ts';
import { nearestName } from './catalog-problem.ts';
import { readOneTime } from './read-one-time.ts';
import { readUsagePrice, wholeIn } from './read-price.ts';
import { readRecurring } from './read-recurring.ts';
import { itemOf, type Place, type Report, readFields, readValue, refuse, shown, within } from './report.ts';
import { isMapping } from './schema-place.ts';
import { kindOfMeasure, kindOfUnit, unitsFor } from './unit.ts';
import {
  bound,
  decimal,
  id,
  increment,
  listOf,
  service,
  taxCategory,
  unit,
  type WrittenQuantity,
  wholeBaseUnits,
  words,
} from './written.ts';

const kindSchema = z.enum(['recurring', 'oneTime', 'usage']);
const usageSchema = z.strictObject({
  kind: z.literal('usage'),
  id,
  name: words,
  match: z.unknown().optional(),
  measure: z.enum(['bytes', 'bytesUp', 'bytesDown', 'seconds', 'records', 'count']),
  unit: unit.optional(),
  increment: increment.optional(),
  rounding: z.enum(['record', 'session', 'day', 'period']).optional(),
  count: z.enum(['subscription', 'pool', 'account']).default('subscription'),
  price: z.unknown().optional(),
  usageDiscount: z.strictObject({ percent: decimal.default('0'), quantity: bound.optional() }).optional(),
  taxCategory,
});
const matchSchema = z.strictObject({
  services: listOf(service).default([]),
  directions: listOf(z.enum(['mo', 'mt'])).default([]),
  zones: listOf(id).default([]),
  carriers: listOf(words).default([]),
  apns: listOf(words).default([]),
  technologies: listOf(words).default([]),
});

/** What a charge may refer to, as far as it is known. */
export interface ChargeSurroundings {
  /** Zones of the plan's zone model; nothing when the model itself is unknown. */
  readonly zones: ReadonlySet<string> | undefined;
  /** Carriers that have a source; nothing when the sources have problems of their own. */
  readonly carriers: ReadonlySet<string> | undefined;
}

/** What is known of a charge, complete or not: enough to check what refers to it. */
export interface ReadCharge {
  readonly place: Place;
  readonly kind: Charge['kind'] | undefined;
  readonly id: string | undefined;
  readonly measure: Measure | undefined;
  readonly match: UsageMatch | undefined;
  readonly count: UsageCharge['count'] | undefined;
  /** Whether what a unit costs depends on how much there is: then it must be said over whom it is counted. */
  readonly isCounted: boolean;
  readonly charge: Charge | undefined;
}

const NOT_MEASURED = { measure: undefined, match: undefined, count: undefined, isCounted: false } as const;

/** Reads one charge of a plan version. */
export function readCharge(report: Report, place: Place, surroundings: ChargeSurroundings): ReadCharge {
  const kind = isMapping(place.content) ? kindSchema.safeParse(place.content.kind).data : undefined;
  if (kind === 'recurring') return { ...NOT_MEASURED, place, kind, ...readRecurring(report, place) };
  if (kind === 'oneTime') return { ...NOT_MEASURED, place, kind, ...readOneTime(report, place) };
  if (kind === 'usage') return readUsage(report, place, surroundings);
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

function readUsage(report: Report, place: Place, surroundings: ChargeSurroundings): ReadCharge {
  const { fields, complete } = readFields(report, usageSchema, place);
  const { measure } = fields;
  const match = readMatch(report, within(place, 'match'), surroundings);
  const unitOfPrice = measure && readUnit(report, within(place, 'unit'), measure, fields.unit);
  const increments = measure && readIncrement(report, within(place, 'increment'), measure, fields.increment);
  const price = readUsagePrice(report, within(place, 'price'), unitOfPrice);
  const usageDiscount = unitOfPrice && readUsageDiscount(report, within(place, 'usageDiscount'), fields, unitOfPrice);
  const known = { place, kind: 'usage', id: fields.id, measure, match, count: fields.count } as const;
  const written = isMapping(place.content) ? place.content.price : undefined;
  const isCounted = isMapping(written) && (written.tiers !== undefined || (written.model ?? 'unit') !== 'unit');
  if (!(complete && match && unitOfPrice && increments && price && usageDiscount))
    return { ...known, isCounted, charge: undefined };
  const voice = match.services.length === 1 && match.services[0] === 'voice';
  const rounding = complete.rounding ?? (voice ? 'session' : 'record');
  const { kind, id: name, name: text, count } = complete;
  const charge: UsageCharge = {
    kind,
    id: name,
    name: text,
    match,
    measure: complete.measure,
    unit: unitOfPrice,
    increment: increments,
    rounding,
    count,
    price,
    usageDiscount,
    taxCategory: complete.taxCategory,
  };
  return { ...known, isCounted, charge };
}

/** What is free of each count, in base units; nothing where it is not said. */
function readUsageDiscount(
  report: Report,
  place: Place,
  {
    usageDiscount: said,
  }: { readonly usageDiscount?: { percent: string; quantity?: WrittenQuantity | undefined } | undefined },
  unitOfPrice: Unit,
): UsageCharge['usageDiscount'] | undefined {
  const { percent = '0', quantity } = said ?? {};
  if (Number(percent) > 100)
    refuse(report, within(place, 'percent'), `"${percent}"`, 'at most 100', 'Write the percentage, such as 15.');
  const free = quantity === undefined ? '0' : wholeIn(report, within(place, 'quantity'), quantity, unitOfPrice, 0);
  return free === undefined ? undefined : { percent, quantity: free };
}

/** Reads a price that may stand for that of a charge. */
export function readPriceOf(report: Report, place: Place, charge: Charge): Charge['price'] | undefined {
  return readUsagePrice(report, place, charge.kind === 'usage' ? charge.unit : 'piece');
}

/** Reads an increment that may stand for that of a charge; only usage has any. */
export function readIncrementOf(report: Report, place: Place, charge: Charge): UsageCharge['increment'] | undefined {
  if (charge.kind === 'usage') {
    const said = readValue(report, increment, place);
    return said && readIncrement(report, place, charge.measure, said);
  }
  refuse(report, place, shown(place.content), 'no increment: only usage is raised to increments', 'Leave it out.');
  return undefined;
}

function readMatch(report: Report, written: Place, { zones, carriers }: ChargeSurroundings): UsageMatch | undefined {
  const place = written.content === undefined ? { ...written, content: {} } : written;
  const { fields, complete } = readFields(report, matchSchema, place);
  for (const [field, known] of [
    ['zones', zones],
    ['carriers', carriers],
  ] as const) {
    for (const [index, name] of (fields[field] ?? []).entries()) {
      if (known === undefined || known.has(name)) continue;
      const near = nearestName(name, known);
      const at = itemOf(place, field, index);
      const what = field === 'zones' ? "a zone of the plan's zone model" : 'a carrier a source is of';
      const remedy =
        near === '' ? `Define it, or leave it out to match every ${field.slice(0, -1)}.` : `Did you mean ${near}?`;
      refuse(report, at, `"${name}"`, `${what}: ${[...known].join(', ') || 'there is none'}`, remedy);
    }
  }
  return complete;
}

/** The unit of a price; where only one fits the measure it need not be written. */
function readUnit(report: Report, place: Place, measure: Measure, written: Unit | undefined): Unit | undefined {
  const fitting = unitsFor(measure);
  const expected = `a unit of ${measure}: ${fitting.join(', ')}`;
  if (written === undefined) {
    if (fitting.length === 1) return fitting[0];
    if (place.content === undefined) refuse(report, place, '', expected, 'Add unit: the price is for one of it.');
    return undefined;
  }
  if (kindOfUnit(written) === kindOfMeasure(measure)) return written;
  refuse(
    report,
    place,
    `"${written}"`,
    expected,
    `Write one of them, or change measure: ${measure} is counted in ${kindOfMeasure(measure)}.`,
  );
  return undefined;
}

/** Increments in base units; without any, each base unit counts. */
function readIncrement(
  report: Report,
  place: Place,
  measure: Measure,
  written: { readonly first: WrittenQuantity; readonly next: WrittenQuantity } | undefined,
): UsageCharge['increment'] | undefined {
  if (written === undefined) return place.content === undefined ? { first: '1', next: '1' } : undefined;
  const first = incrementIn(report, place, measure, written.first);
  const next = incrementIn(report, place, measure, written.next);
  return first === undefined || next === undefined ? undefined : { first, next };
}

function incrementIn(report: Report, place: Place, measure: Measure, written: WrittenQuantity): string | undefined {
  const fitting = unitsFor(measure);
  const named = written.unit ?? (fitting.length === 1 ? fitting[0] : undefined);
  if (named === undefined) {
    refuse(report, place, shown(place.content), 'an increment with its unit', `Add the unit: ${fitting.join(', ')}.`);
    return undefined;
  }
  if (kindOfUnit(named) !== kindOfMeasure(measure)) {
    refuse(
      report,
      place,
      shown(place.content),
      `an increment in a unit of ${measure}: ${fitting.join(', ')}`,
      'Write one of them.',
    );
    return undefined;
  }
  const whole = wholeBaseUnits(written.number, named);
  if (whole !== undefined && whole !== '0' && Number(whole) <= Number.MAX_SAFE_INTEGER) return whole;
  refuse(
    report,
    place,
    shown(place.content),
    'a whole number of octets, seconds or pieces, at least 1',
    'Leave it out to round nothing.',
  );
  return undefined;
}

/** Whether everything a later charge matches is taken by an earlier one: then the later can never price anything. */
export function hides(earlier: UsageMatch, later: UsageMatch): boolean {
  const fields = ['services', 'directions', 'zones', 'carriers', 'apns', 'technologies'] as const;
  return fields.every((field) => {
    const taken: readonly string[] = earlier[field];
    return taken.length === 0 || (later[field].length > 0 && later[field].every((value) => taken.includes(value)));
  });
}
