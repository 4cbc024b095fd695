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
