import * as z from 'zod';
import type { ZoneModel } from './catalog.ts';
import { nearestName } from './catalog-problem.ts';
import { itemOf, type Place, type Report, readFields, refuse, within } from './report.ts';
import { id, listOf, network, words } from './written.ts';

const modelSchema = z.strictObject({
  id,
  zones: z.array(z.unknown()).min(1).max(1_000),
  defaultZone: id.default(''),
});
const zoneSchema = z.strictObject({ id, name: words, networks: listOf(network) });

/** Reads a zone model: zone ids are unique, a network is named once, and the default zone is one of the zones. */
export function readZoneModel(report: Report, place: Place): ZoneModel | undefined {
  const { fields, complete } = readFields(report, modelSchema, place);
  const places = (fields.zones ?? []).map((_, index) => within(place, 'zones', index));
  const read = places.map((at) => ({ at, ...readFields(report, zoneSchema, at) }));
  const ids = new Set<string>();
  const named = new Map<string, string>();
  for (const { at, fields: zone } of read) {
    if (zone.id !== undefined && ids.has(zone.id)) {
      refuse(
        report,
        within(at, 'id'),
        `"${zone.id}" a second time`,
        'zone ids unique in their model',
        'Join the two zones or rename one.',
      );
    }
    if (zone.id !== undefined) ids.add(zone.id);
    for (const [index, name] of (zone.networks ?? []).entries()) {
      const owner = named.get(name);
      const owned = `Leave it in one zone; ${owner} names it already. The longest match wins, so a longer code may go elsewhere.`;
      if (owner !== undefined)
        refuse(report, itemOf(at, 'networks', index), `"${name}" a second time`, 'each network once in a model', owned);
      named.set(name, owner ?? zone.id ?? `zones[${places.indexOf(at)}]`);
    }
  }
  const { defaultZone } = fields;
  if (defaultZone !== undefined && defaultZone !== '' && !ids.has(defaultZone)) {
    const near = nearestName(defaultZone, ids);
    const remedy = near === '' ? 'Name a zone, or leave it out to suspend such usage.' : `Did you mean ${near}?`;
    const expected = `a zone of the model: ${[...ids].join(', ') || 'there is none'}`;
    refuse(report, within(place, 'defaultZone'), `"${defaultZone}"`, expected, remedy);
  }
  const zones = read.map((zone) => zone.complete).filter((zone) => zone !== undefined);
  if (complete === undefined || zones.length < read.length) return undefined;
  return {
    id: complete.id,
    zones: zones.map((zone) => ({ ...zone, networks: [...zone.networks].sort() })),
    defaultZone: complete.defaultZone,
  };
}
