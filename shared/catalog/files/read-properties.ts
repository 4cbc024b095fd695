import type * as z from 'zod';
import type { PropertyCondition } from '../catalog.ts';
import { id, listOf, words } from '../written.ts';
import { type Place, type Report, readValue, refuse, shown, within } from './report.ts';
import { isMapping } from './schema-place.ts';

/** Values a property may have. */
export const propertyValues = listOf(words) as z.ZodType<string[]>;
const MOST_PROPERTIES = 20;

/** Reads `properties: { tariff: [eco, night], sensors: 12 }`: each one of these values. Nothing when anything is wrong; without it, no condition. */
export function readProperties(report: Report, place: Place): PropertyCondition[] | undefined {
  if (place.content === undefined) return [];
  const expected = `a mapping of at most ${MOST_PROPERTIES} properties to their values`;
  if (!isMapping(place.content) || Object.keys(place.content).length > MOST_PROPERTIES) {
    refuse(report, place, shown(place.content), expected, 'Write properties: { colour: [red, green] }.');
    return undefined;
  }
  const read = Object.keys(place.content).map((name): PropertyCondition | undefined => {
    const at = within(place, name);
    const known = id.safeParse(name);
    if (!known.success) refuse(report, at, `"${name}"`, known.error.issues[0]?.message ?? '', 'Rename the property.');
    const its = readValue(report, propertyValues, at);
    if (its?.length === 0) refuse(report, at, 'an empty list', 'at least one value', 'Leave the property out for any.');
    return known.success && its !== undefined && its.length > 0 ? { name, values: its } : undefined;
  });
  return read.includes(undefined) ? undefined : (read as PropertyCondition[]);
}
