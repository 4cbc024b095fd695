import type { ZoneModel } from '#shared/catalog/catalog.ts';

/** Finds the zone of a network by longest match (pricing rules §3.2); the model's default zone, perhaps '', when no zone names it. */
export type ZoneFinder = (network: string) => string;

/** Prepares a zone model for many look-ups: one map probe for each length of name that occurs in the model, longest first. */
export function compileZones(model: ZoneModel): ZoneFinder {
  const zones = new Map<string, string>();
  for (const zone of model.zones) for (const network of zone.networks) zones.set(network.toUpperCase(), zone.id);
  const lengths = [...new Set([...zones.keys()].map((network) => network.length))].sort((a, b) => b - a);
  return (network) => {
    const name = network.toUpperCase();
    for (const length of lengths) {
      if (length > name.length) continue;
      const zone = zones.get(name.slice(0, length));
      if (zone !== undefined) return zone;
    }
    return model.defaultZone;
  };
}

/** The zone of one serving network: "DEUD2" matches "DEUD2", else "DEU", else the default. Letter case does not matter. */
export function zoneOf(model: ZoneModel, network: string): string {
  return compileZones(model)(network);
}
