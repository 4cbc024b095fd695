import * as z from 'zod';
import type { Charge, Measure, Unit, UsageCharge, UsageMatch } from '../catalog.ts';
import { kindOfMeasure, kindOfUnit, unitsFor } from '../unit.ts';
import { bound, decimal, flag, id, increment, taxCategory, unit, type WrittenQuantity, words } from '../written.ts';
import { checkUsageCharge } from './check-usage-charge.ts';
import { readIncrement } from './read-increment.ts';
import { type MatchSurroundings, readMatch } from './read-match.ts';
import { readUsagePrice, wholeIn } from './read-price.ts';
import { MOST_SEASONS, readSeasons } from './read-seasonal.ts';
import { type Place, type Report, readFields, refuse, within } from './report.ts';
import { isMapping } from './schema-place.ts';

/** What is written of a usage charge. */
export const usageSchema = z.strictObject({
  kind: z.literal('usage'),
  id,
  name: words,
  match: z.unknown().optional(),
  measure: z.enum(['bytes', 'bytesUp', 'bytesDown', 'seconds', 'records', 'count', 'property', 'amount']),
  property: words.default(''),
  unit: unit.optional(),
  increment: increment.optional(),
  rounding: z.enum(['record', 'session', 'day', 'period']).optional(),
  count: z.enum(['record', 'subscription', 'pool', 'account']).default('subscription'),
  price: z.unknown().optional(),
  usageDiscount: z.strictObject({ percent: decimal.default('0'), quantity: bound.optional() }).optional(),
  seasons: z.array(z.unknown()).max(MOST_SEASONS).default([]),
  connectionFee: decimal.default('0'),
  minimum: decimal.default('0'),
  maximum: decimal.default(''),
  whenSuspended: z.enum(['charge', 'free', 'suspense']).default('charge'),
  flatAtZero: flag.default(false),
  hidden: flag.default(false),
  taxCategory,
});

/** What a charge may refer to, as far as it is known. */
export interface ChargeSurroundings extends MatchSurroundings {
  readonly seasons: ReadonlySet<string>;
}

/** What is known of a charge, complete or not: enough to check what refers to it. */
export interface ReadCharge {
  readonly place: Place;
  readonly kind: Charge['kind'] | undefined;
  readonly id: string | undefined;
  readonly measure: Measure | undefined;
  /** Name of the property that is counted, '' for any other measure. */
  readonly property: string;
  readonly match: UsageMatch | undefined;
  readonly count: UsageCharge['count'] | undefined;
  /** Whether what a unit costs depends on how much there is: then it must be said over whom it is counted. */
  readonly isCounted: boolean;
  readonly charge: Charge | undefined;
}

/** Reads a usage charge of a plan version. */
export function readUsageCharge(report: Report, place: Place, surroundings: ChargeSurroundings): ReadCharge {
  const { fields, complete } = readFields(report, usageSchema, place);
  const { measure } = fields;
  const match = readMatch(report, within(place, 'match'), surroundings);
  const unitOfPrice = measure && readUnit(report, within(place, 'unit'), measure, fields.unit);
  const increments = measure && readIncrement(report, within(place, 'increment'), measure, fields.increment);
  const price = readUsagePrice(report, within(place, 'price'), unitOfPrice, measure);
  const usageDiscount = unitOfPrice && readUsageDiscount(report, within(place, 'usageDiscount'), fields, unitOfPrice);
  const places = (fields.seasons ?? []).map((_, index) => within(place, 'seasons', index));
  const seasons = readSeasons(report, places, surroundings.seasons, (at) =>
    readUsagePrice(report, at, unitOfPrice, measure),
  );
  const isCounted = [within(place, 'price'), ...places.map((at) => within(at, 'price'))].some(countsUp);
  const { property = '', count } = fields;
  const known = { place, kind: 'usage', id: fields.id, measure, property, match, count, isCounted } as const;
  const isWhole = seasons.every((one) => one !== undefined);
  if (!(complete && match && unitOfPrice && increments && price && usageDiscount && isWhole))
    return { ...known, charge: undefined };
  const voice = match.services.length === 1 && match.services[0] === 'voice' && measure !== 'amount';
  const rounding = complete.rounding ?? (voice ? 'session' : 'record');
  const { kind, id: name, name: text, ...rest } = complete;
  const terms = { match, unit: unitOfPrice, increment: increments, rounding, price, usageDiscount, seasons } as const;
  const charge: UsageCharge = { kind, id: name, name: text, ...rest, ...terms };
  checkUsageCharge(report, place, charge);
  return { ...known, charge };
}

/** Whether what a unit costs depends on how much there is. */
function countsUp({ content }: Place): boolean {
  const { tiers, model = 'unit' } = isMapping(content) ? content : {};
  return tiers !== undefined || (model !== 'unit' && model !== 'percentage');
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
