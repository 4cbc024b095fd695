import * as z from 'zod';
import { amount } from '#shared/money/amount.ts';
import type { Measure, Unit } from '../catalog.ts';
import type { CountPrice, FlatPrice, PackagePrice, PercentagePrice, Tier, TieredPrice, UsagePrice } from '../price.ts';
import { inBaseUnits, inUnitExactly, kindOfUnit } from '../unit.ts';
import { bound, decimal, increment, type WrittenQuantity, wholeBaseUnits } from '../written.ts';
import { EACH, readIncrement } from './read-increment.ts';
import { type Place, type Report, readFields, readValue, refuse, shown, within } from './report.ts';
import { isMapping } from './schema-place.ts';

/** So much for each. */
export const unitSchema = z.strictObject({ model: z.literal('unit').default('unit'), amount: decimal });
/** A price in tiers. */
export const tieredSchema = z.strictObject({
  model: z.enum(['graduated', 'volume', 'stairStep']).default('graduated'),
  tiers: z.array(z.unknown()).min(1).max(100),
});
/** So much for each package begun. */
export const packageSchema = z.strictObject({
  model: z.literal('package'),
  size: bound,
  free: bound.default({ number: '0', unit: undefined }),
  amount: decimal,
});
/** An amount if there is any. */
export const flatSchema = z.strictObject({ model: z.literal('flat'), amount: decimal });
/** So much of an amount. */
export const percentageSchema = z.strictObject({ model: z.literal('percentage'), percent: decimal });
/** A tier of a stair step. */
export const stairSchema = z.strictObject({ from: bound.optional(), upTo: bound.optional(), amount: decimal });
/** A tier of a graduated or volume price. */
export const tierSchema = z.strictObject({
  from: bound.optional(),
  upTo: bound.optional(),
  price: decimal,
  flat: decimal.default('0'),
  increment: increment.optional(),
});

/** Reads a price so much for each: a number, or {model: unit, amount}. */
function readUnitPrice(report: Report, place: Place): { readonly model: 'unit'; readonly amount: string } | undefined {
  if (isMapping(place.content)) return readFields(report, unitSchema, place).complete;
  const value = readValue(report, decimal, place);
  return value === undefined ? undefined : { model: 'unit', amount: value };
}

const MODELS = ['unit', 'graduated', 'volume', 'stairStep', 'package', 'flat', 'percentage'];

/**
 * Reads a price for usage: as `readUnitPrice`; {tiers: [{upTo, price, flat}, …, {price}]}, which is graduated unless it names model volume;
 * {model: stairStep, tiers: [{upTo, amount}, …, {amount}]}; {model: package, size, free, amount}; {model: flat, amount}; of amounts {model:
 * percentage, percent} alone. Quantities without a unit of their own are in the unit of the price.
 */
export function readUsagePrice(
  report: Report,
  place: Place,
  unit: Unit | undefined,
  measure: Measure | undefined,
): UsagePrice | undefined {
  if (measure === 'amount') return readPercentage(report, place);
  const price = readCountPrice(report, place, unit, measure);
  if (price !== undefined && 'tiers' in price && unit !== undefined) checkReached(report, place, price, unit);
  return price;
}

/** Usage is counted in whole octets, seconds or pieces: a tier that ends before the next of them has nothing in it. */
function checkReached(report: Report, place: Place, { tiers }: TieredPrice, unit: Unit): void {
  const wholeOf = (upTo: string) => inBaseUnits(amount(upTo), unit).floor();
  for (const [index, { upTo }] of tiers.entries()) {
    const before = tiers[index - 1]?.upTo ?? '0';
    if (upTo === '' || amount(upTo).lessThanOrEqualTo(before) || wholeOf(upTo).greaterThan(wholeOf(before))) continue;
    const expected = `a tier that something falls into: usage is whole ${BASE_UNITS[kindOfUnit(unit)]}, and ${before} and ${upTo} ${unit} both hold ${wholeOf(upTo)}`;
    refuse(report, within(place, 'tiers', index, 'upTo'), `${upTo} ${unit}`, expected, 'Write bounds further apart.');
  }
}

const BASE_UNITS: Readonly<Record<string, string>> = { octets: 'octets', time: 'seconds', pieces: 'pieces' };

function readPercentage(report: Report, place: Place): PercentagePrice | undefined {
  if (isMapping(place.content) && place.content.model === 'percentage')
    return readFields(report, percentageSchema, place).complete;
  const remedy = 'Write { model: percentage, percent: 110 } for the amount and a tenth of it.';
  refuse(report, place, shown(place.content), 'a percentage, as amounts are charged', remedy);
  return undefined;
}

/** Reads a price of what is counted and not of an amount: all models but percentages. */
export function readCountPrice(
  report: Report,
  place: Place,
  unit: Unit | undefined,
  measure: Measure | undefined,
): CountPrice | undefined {
  if (!isMapping(place.content)) return readUnitPrice(report, place);
  const { model } = place.content;
  if (model === 'percentage') {
    const remedy = 'Write measure: amount in a usage charge, or a discount or commitment in an agreement.';
    refuse(report, within(place, 'model'), '"percentage"', 'a price of what is counted', remedy);
    return undefined;
  }
  if (typeof model === 'string' && !MODELS.includes(model)) {
    const remedy = 'Leave model out for so much a unit, or for graduated tiers.';
    refuse(report, within(place, 'model'), `"${model}"`, `one of ${MODELS.join(', ')}`, remedy);
    return undefined;
  }
  if (model === 'package') return readPackagePrice(report, place, unit);
  if (model === 'flat') return readFields(report, flatSchema, place).complete satisfies FlatPrice | undefined;
  const tiered = 'tiers' in place.content || model === 'graduated' || model === 'volume' || model === 'stairStep';
  return tiered ? readTieredPrice(report, place, unit, measure) : readUnitPrice(report, place);
}

function readTieredPrice(
  report: Report,
  place: Place,
  unit: Unit | undefined,
  measure: Measure | undefined,
): TieredPrice | undefined {
  const { fields, complete } = readFields(report, tieredSchema, place);
  const places = (fields.tiers ?? []).map((_, index) => within(place, 'tiers', index));
  const written = places.map((at) => readTier(report, at, fields.model === 'stairStep', measure));
  if (unit === undefined) return undefined;
  const bounds = checkBounds(report, written, unit);
  const tiers = written.map(({ tier }, index): Tier | undefined => {
    const upTo = bounds[index];
    return tier === undefined || upTo === undefined ? undefined : { ...tier, upTo };
  });
  if (complete === undefined || tiers.length === 0 || tiers.includes(undefined)) return undefined;
  return { model: complete.model, tiers: tiers as Tier[] };
}

interface WrittenTier {
  readonly at: Place;
  readonly fields: { readonly from?: WrittenQuantity; readonly upTo?: WrittenQuantity };
  readonly tier: Omit<Tier, 'upTo'> | undefined;
}

/** A tier of a stair step has an amount; any other a price for each unit, and perhaps a flat fee. */
function readTier(report: Report, at: Place, isStair: boolean, measure: Measure | undefined): WrittenTier {
  if (isStair) {
    const { fields, complete } = readFields(report, stairSchema, at);
    return { at, fields, tier: complete && { amount: '0', flat: complete.amount, increment: EACH } };
  }
  const { fields, complete } = readFields(report, tierSchema, at);
  const raised = measure && readIncrement(report, within(at, 'increment'), measure, fields.increment);
  return {
    at,
    fields,
    tier: complete && raised && { amount: complete.price, flat: complete.flat, increment: raised },
  };
}

function readPackagePrice(report: Report, place: Place, unit: Unit | undefined): PackagePrice | undefined {
  const { fields, complete } = readFields(report, packageSchema, place);
  if (unit === undefined) return undefined;
  const size = fields.size && wholeIn(report, within(place, 'size'), fields.size, unit, 1);
  const free = fields.free && wholeIn(report, within(place, 'free'), fields.free, unit, 0);
  if (complete === undefined || size === undefined || free === undefined) return undefined;
  return { model: 'package', size, free, amount: complete.amount };
}

/** A quantity in whole base units, at least so many, as text. */
export function wholeIn(
  report: Report,
  at: Place,
  written: WrittenQuantity,
  unit: Unit,
  least: 0 | 1,
): string | undefined {
  const named = written.unit ?? unit;
  const found = `${written.number} ${named}`;
  if (kindOfUnit(named) !== kindOfUnit(unit)) {
    refuse(report, at, found, `a quantity in a unit of the kind of ${unit}`, `Write it in ${unit}.`);
    return undefined;
  }
  const whole = wholeBaseUnits(written.number, named);
  if (whole !== undefined && (least === 0 || whole !== '0')) return whole;
  const expected = `a whole number of octets, seconds or pieces, at least ${least}`;
  refuse(report, at, found, expected, least === 0 ? 'Leave it out for none.' : 'Write how much a package holds.');
  return undefined;
}

/** Tiers follow one another: each ends above the one before and begins, if it says so, where that ends; only the last is open. */
function checkBounds(report: Report, tiers: readonly WrittenTier[], unit: Unit): (string | undefined)[] {
  let lower: string | undefined = '0';
  return tiers.map(({ at, fields }, index) => {
    const last = index === tiers.length - 1;
    const from = boundIn(report, within(at, 'from'), fields.from, unit);
    const upTo = boundIn(report, within(at, 'upTo'), fields.upTo, unit);
    checkFrom(report, at, from, lower, unit);
    const written = isMapping(at.content) && at.content.upTo !== undefined;
    if (last && written) {
      refuse(
        report,
        within(at, 'upTo'),
        `an end after ${upTo ?? ''} ${unit}`,
        'an open last tier',
        'Leave its upTo out, or add a tier {price: …} for what is beyond.',
      );
    }
    if (!last && !written) {
      refuse(
        report,
        within(at, 'upTo'),
        '',
        'an upper bound on every tier but the last',
        'Add upTo, or put this tier last.',
      );
    }
    if (upTo !== undefined && lower !== undefined && amount(upTo).lessThanOrEqualTo(lower)) {
      refuse(
        report,
        within(at, 'upTo'),
        `${upTo} ${unit}`,
        `more than ${lower} ${unit}, where the tier before ends`,
        'List tiers in ascending order; bounds count from the start of the period.',
      );
    }
    lower = upTo ?? (written ? undefined : lower);
    return last ? '' : upTo;
  });
}

function checkFrom(report: Report, at: Place, from: string | undefined, lower: string | undefined, unit: Unit): void {
  if (from === undefined || lower === undefined || from === lower) return;
  const what = amount(from).greaterThan(lower)
    ? `a gap between ${lower} and ${from} ${unit}`
    : `an overlap from ${from} to ${lower} ${unit}`;
  refuse(
    report,
    within(at, 'from'),
    what,
    `a tier that begins at ${lower} ${unit}, where the one before ends`,
    'Leave from out: a tier begins where the one before ends.',
  );
}

/** A bound in the unit of the price, as decimal text. */
function boundIn(report: Report, at: Place, written: WrittenQuantity | undefined, unit: Unit): string | undefined {
  if (written === undefined) return undefined;
  if (written.unit === undefined || written.unit === unit) return written.number;
  const found = `${written.number} ${written.unit}`;
  if (kindOfUnit(written.unit) !== kindOfUnit(unit)) {
    refuse(report, at, found, `a quantity in a unit of the kind of ${unit}`, `Write it in ${unit}.`);
    return undefined;
  }
  const exact = inUnitExactly(inBaseUnits(amount(written.number), written.unit), unit);
  if (exact === undefined)
    refuse(
      report,
      at,
      found,
      `a quantity that is exact in ${unit}`,
      `Write it in ${unit}, or name the price per ${written.unit}.`,
    );
  return exact?.toFixed();
}
