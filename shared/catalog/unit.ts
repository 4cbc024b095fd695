import { type Amount, amount } from '#shared/money/amount.ts';
import type { Measure, Unit } from './catalog.ts';

/** What a unit counts: data volume, time, or things. Quantities of different kinds never meet in one price or allowance. */
export type UnitKind = 'octets' | 'time' | 'pieces' | 'amounts';

/** Base units are the octet, the second and the piece; every stored quantity is a whole number of them. */
const UNITS: Readonly<Record<Unit, { readonly kind: UnitKind; readonly base: bigint }>> = {
  B: { kind: 'octets', base: 1n },
  kB: { kind: 'octets', base: 1_000n },
  MB: { kind: 'octets', base: 1_000_000n },
  GB: { kind: 'octets', base: 1_000_000_000n },
  KiB: { kind: 'octets', base: 1_024n },
  MiB: { kind: 'octets', base: 1_048_576n },
  GiB: { kind: 'octets', base: 1_073_741_824n },
  second: { kind: 'time', base: 1n },
  minute: { kind: 'time', base: 60n },
  hour: { kind: 'time', base: 3_600n },
  piece: { kind: 'pieces', base: 1n },
  amount: { kind: 'amounts', base: 1n },
};

const MEASURES: Readonly<Record<Measure, UnitKind>> = {
  bytes: 'octets',
  bytesUp: 'octets',
  bytesDown: 'octets',
  seconds: 'time',
  records: 'pieces',
  count: 'pieces',
  property: 'pieces',
  amount: 'amounts',
};

const ALL_UNITS = Object.keys(UNITS) as Unit[];

/** Every unit a price, an allowance or an increment can be named in: amounts are in the currency of their plan. */
export const UNIT_NAMES = ALL_UNITS.filter((unit) => UNITS[unit].kind !== 'amounts');

/** Base units in one unit, exactly: MB 1,000,000; MiB 1,048,576 (pricing rules §3.6). */
export function baseUnitsPer(unit: Unit): bigint {
  return UNITS[unit].base;
}

/** What a unit counts: GB → octets. */
export function kindOfUnit(unit: Unit): UnitKind {
  return UNITS[unit].kind;
}

/** What a measure counts: bytesUp → octets. A price's unit must be of the same kind. */
export function kindOfMeasure(measure: Measure): UnitKind {
  return MEASURES[measure];
}

/** Units a measure can be priced in, for a message: seconds → second, minute, hour. */
export function unitsFor(measure: Measure): Unit[] {
  return ALL_UNITS.filter((unit) => UNITS[unit].kind === MEASURES[measure]);
}

/** A quantity of base units in a unit: 66,666,667 octets → 66.666667 MB. */
export function inUnit(quantity: bigint, unit: Unit): Amount {
  return amount(quantity).div(amount(UNITS[unit].base));
}

/** A quantity of a unit in base units, exact, perhaps with a fraction: 0.5 minute → 30. */
export function inBaseUnits(quantity: Amount, unit: Unit): Amount {
  return quantity.times(amount(UNITS[unit].base));
}

/** A quantity of base units in a unit where that can be written down exactly: 1 second is no decimal number of minutes. */
export function inUnitExactly(quantity: Amount, unit: Unit): Amount | undefined {
  const base = amount(UNITS[unit].base);
  const result = quantity.div(base);
  return result.times(base).equals(quantity) && result.decimalPlaces() <= 30 ? result : undefined;
}
