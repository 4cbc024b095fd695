import * as z from 'zod';
import { compareIds } from '#shared/money/allocate.ts';
import type { UsageMatch } from '../catalog.ts';
import { nearestName } from '../catalog-problem.ts';
import { fiveQi, id, listOf, network, ratingGroup, service, slice, words } from '../written.ts';
import { readProperties } from './read-properties.ts';
import { itemOf, type Place, type Report, readFields, refuse, within } from './report.ts';

/** What is written of the usage a charge is for. */
export const matchSchema = z.strictObject({
  services: listOf(service).default([]),
  directions: listOf(z.enum(['mo', 'mt'])).default([]),
  zones: listOf(id).default([]),
  carriers: listOf(words).default([]),
  networks: listOf(network).default([]),
  apns: listOf(words).default([]),
  technologies: listOf(words).default([]),
  slices: listOf(slice).default([]),
  fiveQis: listOf(fiveQi).default([]),
  ratingGroups: listOf(ratingGroup).default([]),
  bands: listOf(id).default([]),
  properties: z.unknown().optional(),
});

/** What a match may refer to, as far as it is known. */
export interface MatchSurroundings {
  /** Zones of the plan's zone model; nothing when the model itself is unknown. */
  readonly zones: ReadonlySet<string> | undefined;
  /** Carriers that have a source; nothing when the sources have problems of their own. */
  readonly carriers: ReadonlySet<string> | undefined;
  readonly timeBands: ReadonlySet<string>;
}

/** Reads which usage a charge prices. All it names exists. */
export function readMatch(report: Report, written: Place, known: MatchSurroundings): UsageMatch | undefined {
  const place = written.content === undefined ? { ...written, content: {} } : written;
  const { fields, complete } = readFields(report, matchSchema, place);
  const named = [
    ['zones', known.zones, "a zone of the plan's zone model"],
    ['carriers', known.carriers, 'a carrier a source is of'],
    ['bands', known.timeBands, 'a time band'],
  ] as const;
  for (const [field, there, what] of named) {
    for (const [index, name] of (fields[field] ?? []).entries()) {
      if (there === undefined || there.has(name)) continue;
      const near = nearestName(name, there);
      const remedy =
        near === '' ? `Define it, or leave it out to match every ${field.slice(0, -1)}.` : `Did you mean ${near}?`;
      const expected = `${what}: ${[...there].join(', ') || 'there is none'}`;
      refuse(report, itemOf(place, field, index), `"${name}"`, expected, remedy);
    }
  }
  const properties = readProperties(report, within(place, 'properties'));
  return (
    complete && properties && { ...complete, properties: [...properties].sort((a, b) => compareIds(a.name, b.name)) }
  );
}

const LISTS = [
  ...(['services', 'directions', 'zones', 'carriers', 'apns', 'technologies'] as const),
  ...(['slices', 'fiveQis', 'ratingGroups', 'bands'] as const),
] as const;

/** Whether everything a later charge matches is taken by an earlier one: then the later can never price anything. */
export function hides(earlier: UsageMatch, later: UsageMatch): boolean {
  return (
    LISTS.every((field) => takesAll(earlier[field], later[field], (taken, value) => taken === value)) &&
    takesAll(earlier.networks, later.networks, (taken, value) => value.startsWith(taken)) &&
    earlier.properties.every(({ name, values }) => {
      const same = later.properties.find((property) => property.name === name);
      return same !== undefined && takesAll(values, same.values, (taken, value) => taken === value);
    })
  );
}

/** Whether a list takes all another takes; an empty list takes everything. */
function takesAll(
  earlier: readonly string[],
  later: readonly string[],
  takes: (taken: string, value: string) => boolean,
): boolean {
  if (earlier.length === 0) return true;
  return later.length > 0 && later.every((value) => earlier.some((taken) => takes(taken, value)));
}
