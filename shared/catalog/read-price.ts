import * as z from 'zod';
import { amount } from '#shared/money/amount.ts';
import type { Tier, Unit, UsagePrice } from './catalog.ts';
import { type Place, type Report, readFields, readValue, refuse, within } from './report.ts';
import { isMapping } from './schema-place.ts';
import { inBaseUnits, inUnitExactly, kindOfUnit } from './unit.ts';
import { bound, decimal, type WrittenQuantity } from './written.ts';

const unitSchema = z.strictObject({ model: z.literal('unit').default('unit'), amount: decimal });
const graduatedSchema = z.strictObject({
  model: z.literal('graduated').default('graduated'),
  tiers: z.array(z.unknown()).min(1).max(100),
});
const tierSchema = z.strictObject({
  from: bound.optional(),
  upTo: bound.optional(),
  price: decimal,
  flat: decimal.default('0'),
});
type WrittenTier = z.output<typeof tierSchema>;

/** Reads a price so much for each: a number, or {model: unit, amount}. */
export function readUnitPrice(
  report: Report,
  place: Place,
): { readonly model: 'unit'; readonly amount: string } | undefined {
  if (isMapping(place.content)) return readFields(report, unitSchema, place).complete;
  const value = readValue(report, decimal, place);
  return value === undefined ? undefined : { model: 'unit', amount: value };
}

/** Reads a price for usage: as `readUnitPrice`, or {tiers: [{upTo, price, flat}, …, {price}]}, bounds in the unit of the price. */
export function readUsagePrice(report: Report, place: Place, unit: Unit | undefined): UsagePrice | undefined {
  const graduated = isMapping(place.content) && ('tiers' in place.content || place.content.model === 'graduated');
  if (!graduated) return readUnitPrice(report, place);
  const { fields, complete } = readFields(report, graduatedSchema, place);
  const places = (fields.tiers ?? []).map((_, index) => within(place, 'tiers', index));
  const written = places.map((at) => ({ at, ...readFields(report, tierSchema, at) }));
  if (unit === undefined) return undefined;
  const bounds = checkBounds(report, written, unit);
  const tiers = written.map(({ complete: tier }, index): Tier | undefined => {
    const upTo = bounds[index];
    return tier === undefined || upTo === undefined ? undefined : { upTo, amount: tier.price, flat: tier.flat };
  });
  if (complete === undefined || tiers.length === 0 || tiers.includes(undefined)) return undefined;
  return { model: 'graduated', tiers: tiers as Tier[] };
}

/** Tiers follow one another: each ends above the one before and begins, if it says so, where that ends; only the last is open. */
function checkBounds(
  report: Report,
  tiers: readonly { readonly at: Place; readonly fields: Partial<WrittenTier> }[],
  unit: Unit,
): (string | undefined)[] {
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
