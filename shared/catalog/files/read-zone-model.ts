import * as z from 'zod';
import type { ZoneModel } from '../catalog.ts';
import { nearestName } from '../catalog-problem.ts';
import { calledPrefix, id, listOf, network, words } from '../written.ts';
import { itemOf, type Place, type Report, readFields, refuse, within } from './report.ts';

/** What is written of a zone model. */
export const modelSchema = z.strictObject({
  id,
  zones: z.array(z.unknown()).min(1).max(1_000),
  defaultZone: id.default(''),
});
const calledSchema = z.strictObject({ from: listOf(id).default([]), prefixes: listOf(calledPrefix) });
/** What is written of a zone. */
export const zoneSchema = z.strictObject({
  id,
  name: words,
  networks: listOf(network).default([]),
  called: z.array(calledSchema).max(1_000).default([]),
});

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
  for (const { at, fields: zone } of read) {
    if (zone.networks === undefined || zone.called === undefined || zone.networks.length + zone.called.length > 0)
      continue;
    if (zone.id === fields.defaultZone) continue;
    const remedy = 'Name the networks, or the numbers called, that are in it.';
    refuse(report, at, 'a zone without networks and numbers called', 'at least one of them', remedy);
  }
  checkCalled(report, read, ids);
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
    zones: zones.map((zone) => ({
      ...zone,
      networks: [...zone.networks].sort(),
      called: zone.called.map(({ from, prefixes }) => ({ from: [...from].sort(), prefixes: [...prefixes].sort() })),
    })),
    defaultZone: complete.defaultZone,
  };
}

interface ReadZone {
  readonly at: Place;
  readonly fields: Partial<z.output<typeof zoneSchema>>;
}

/** Numbers called: the zones they are called from exist, and each prefix is named once from each. */
function checkCalled(report: Report, read: readonly ReadZone[], ids: ReadonlySet<string>): void {
  const named = new Map<string, string>();
  for (const { at, fields } of read) {
    for (const [place, { from, prefixes }] of (fields.called ?? []).entries()) {
      const called = within(at, 'called', place);
      for (const [index, name] of from.entries()) {
        if (ids.has(name)) continue;
        const near = nearestName(name, ids);
        const remedy =
          near === '' ? 'Name a zone, or leave from out for calls from anywhere.' : `Did you mean ${near}?`;
        refuse(
          report,
          itemOf(called, 'from', index),
          `"${name}"`,
          `a zone of the model: ${[...ids].join(', ') || 'there is none'}`,
          remedy,
        );
      }
      for (const [index, prefix] of prefixes.entries()) {
        for (const origin of from.length === 0 ? [''] : from) {
          const owner = named.get(`${origin} ${prefix}`);
          named.set(`${origin} ${prefix}`, owner ?? fields.id ?? '');
          if (owner === undefined) continue;
          const found = `"${prefix}" a second time${origin === '' ? '' : ` from ${origin}`}`;
          const remedy = `Leave it in one zone; ${owner} names it already.`;
          refuse(report, itemOf(called, 'prefixes', index), found, 'each prefix once from each zone', remedy);
        }
      }
    }
  }
}
