import type { ZoneModel } from '#shared/catalog/catalog.ts';
import type { UsageKey } from '#shared/usage/usage-key.ts';

/** What of a usage key decides its zone. */
export type ZoneFacts = Pick<UsageKey, 'service' | 'network' | 'calledPrefix'>;

/** Finds the zone of usage (pricing rules §3.2); the model's default zone, perhaps '', when no zone names it. */
export type ZoneFinder = (usage: ZoneFacts) => string;

/**
 * Prepares a zone model for many look-ups. The zone of the serving network is that with the longest match: "DEUD2" matches "DEUD2", else "DEU",
 * else the default; letter case does not matter. A voice or SMS record that names the number called is in the zone that names the longest
 * beginning of it, from the zone it is called from before anywhere; in that of its network where none does.
 */
export function compileZones(model: ZoneModel): ZoneFinder {
  const networks = new Map<string, string>();
  const called = new Map<string, string>();
  for (const zone of model.zones) {
    for (const network of zone.networks) networks.set(network.toUpperCase(), zone.id);
    for (const { from, prefixes } of zone.called) {
      for (const origin of from.length === 0 ? [''] : from)
        for (const prefix of prefixes) called.set(`${origin} ${prefix}`, zone.id);
    }
  }
  const networkOf = longestMatch(networks);
  return ({ service, network, calledPrefix }) => {
    const origin = networkOf(network.toUpperCase()) ?? model.defaultZone;
    if (called.size === 0 || (service !== 'voice' && service !== 'sms')) return origin;
    for (let length = calledPrefix.length; length > 0; length--) {
      const prefix = calledPrefix.slice(0, length);
      const zone = called.get(`${origin} ${prefix}`) ?? called.get(` ${prefix}`);
      if (zone !== undefined) return zone;
    }
    return origin;
  };
}

/** Finds what the longest beginning of a name has: one map probe for each length that occurs, longest first. */
function longestMatch(named: ReadonlyMap<string, string>): (name: string) => string | undefined {
  const lengths = [...new Set([...named.keys()].map((name) => name.length))].sort((a, b) => b - a);
  return (name) => {
    for (const length of lengths) {
      const found = named.get(name.slice(0, length));
      if (found !== undefined) return found;
    }
    return undefined;
  };
}
