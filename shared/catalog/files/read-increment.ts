import type { Measure } from '../catalog.ts';
import type { Increment } from '../price.ts';
import { kindOfMeasure, kindOfUnit, unitsFor } from '../unit.ts';
import { type WrittenQuantity, wholeBaseUnits } from '../written.ts';
import { type Place, type Report, refuse, shown } from './report.ts';

/** An increment as it is written: first and next. */
export interface WrittenIncrement {
  readonly first: WrittenQuantity;
  readonly next: WrittenQuantity;
}

/** Each octet, second or piece by itself. */
export const EACH: Increment = { first: '1', next: '1' };

/** Increments in base units; without any, each base unit counts. */
export function readIncrement(
  report: Report,
  place: Place,
  measure: Measure,
  written: WrittenIncrement | undefined,
): Increment | undefined {
  if (written === undefined) return place.content === undefined ? EACH : undefined;
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
    const expected = `an increment in a unit of ${measure}: ${fitting.join(', ')}`;
    refuse(report, place, shown(place.content), expected, 'Write one of them.');
    return undefined;
  }
  const whole = wholeBaseUnits(written.number, named);
  if (whole !== undefined && whole !== '0' && Number(whole) <= Number.MAX_SAFE_INTEGER) return whole;
  const expected = 'a whole number of octets, seconds or pieces, at least 1';
  refuse(report, place, shown(place.content), expected, 'Leave it out to round nothing.');
  return undefined;
}
