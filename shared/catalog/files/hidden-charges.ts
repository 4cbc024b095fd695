import type { Measure, TimeBand, UsageMatch, Weekday, ZoneModel } from '../catalog.ts';

/** What decides which usage a charge takes. */
export interface MatchedCharge {
  readonly match: UsageMatch;
  readonly measure: Measure | undefined;
  /** Name of the property that is counted, '' for any other measure. */
  readonly property: string;
}

/** What matches refer to; nothing where it is not known. */
export interface MatchUniverse {
  readonly zoneModel: Pick<ZoneModel, 'zones' | 'defaultZone'> | undefined;
  readonly timeBands: readonly TimeBand[] | undefined;
}

/** So many stretches of usage are looked at, at most, for all charges of a version: behind them a charge counts as one that is reached. */
const MOST_BOXES = 100_000;

/** What of each dimension usage may be, a bit for each kind of value that charges tell apart. */
type Box = readonly bigint[];

/** Tells of each kind of value of one dimension whether a charge takes it. */
interface Dimension {
  readonly all: bigint;
  maskOf(charge: MatchedCharge): bigint;
}

/**
 * The charges that can never price anything, because earlier ones take all they match (pricing rules §3.3): by their places, each with the places of
 * charges that together do. Decided exactly over all that a match may ask for, each by itself: services, directions (a record may say none), zones of
 * the model, networks, bands of the week, properties, and so on; what depends on two of them at once (that a network lies in one zone) is not used.
 */
export function hiddenCharges(
  charges: readonly MatchedCharge[],
  universe: MatchUniverse,
): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, readonly number[]>();
  if (charges.length < 2) return found;
  const dimensions = dimensionsOf(charges, universe);
  const boxes = charges.map((charge): Box => dimensions.map((dimension) => dimension.maskOf(charge)));
  const work = { left: MOST_BOXES };
  for (const [place, box] of boxes.entries()) {
    const before = boxes.slice(0, place).flatMap((other, at) => (meet(box, other) ? [at] : []));
    const takesAll = (places: readonly number[]) =>
      isCovered(
        box,
        places.map((at) => boxes[at] as Box),
        work,
      );
    const alone = before.find((at) => isIn(box, boxes[at] as Box));
    if (alone !== undefined) found.set(place, [alone]);
    else if (before.length > 1 && takesAll(before)) found.set(place, needed(before, takesAll));
  }
  return found;
}

/** Of some charges that take all together those without which the others do not. */
function needed(places: readonly number[], takesAll: (places: readonly number[]) => boolean): readonly number[] {
  let left = places;
  for (const place of places.toReversed()) {
    const others = left.filter((each) => each !== place);
    if (takesAll(others)) left = others;
  }
  return left;
}

function meet(one: Box, other: Box): boolean {
  return one.every((mask, dimension) => (mask & (other[dimension] as bigint)) !== 0n);
}

function isIn(one: Box, other: Box): boolean {
  return one.every((mask, dimension) => (mask & ~(other[dimension] as bigint)) === 0n);
}

/** Whether some boxes together hold all of another: what one leaves of it is cut into boxes of their own, and looked for in the next. */
function isCovered(box: Box, by: readonly Box[], work: { left: number }): boolean {
  const open = [{ box, next: 0 }];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (--work.left < 0) return false;
    const { box: rest, next } = one;
    const at = by.findIndex((each, place) => place >= next && meet(rest, each));
    if (at < 0) return false;
    let inside = rest;
    for (const [dimension, mask] of (by[at] as Box).entries()) {
      const outside = (inside[dimension] as bigint) & ~mask;
      if (outside !== 0n) open.push({ box: inside.with(dimension, outside), next: at + 1 });
      inside = inside.with(dimension, (inside[dimension] as bigint) & mask);
    }
  }
  return true;
}

const OPEN_LISTS = [
  ...(['services', 'carriers', 'apns', 'technologies', 'slices', 'fiveQis', 'ratingGroups'] as const),
] as const;

/** Dimensions in which some charge does not take everything. */
function dimensionsOf(charges: readonly MatchedCharge[], { zoneModel, timeBands }: MatchUniverse): Dimension[] {
  const zones = zoneModel && [...zoneModel.zones.map(({ id }) => id), ...(zoneModel.defaultZone === '' ? [''] : [])];
  const names = [...new Set(charges.flatMap(({ match }) => match.properties.map(({ name }) => name)))];
  const counted = [...new Set(charges.map(({ property }) => property))].filter((name) => name !== '');
  const dimensions = [
    ...OPEN_LISTS.map((field) => listed(charges, ({ match }) => match[field], undefined)),
    listed(charges, ({ match }) => match.directions, ['mo', 'mt', '']),
    listed(charges, ({ match }) => match.zones, zones),
    ofNetworks(charges),
    ofBands(charges, timeBands),
    ...names.map((name) => {
      const valuesOf = ({ match }: MatchedCharge) => match.properties.find((each) => each.name === name)?.values ?? [];
      return listed(charges, valuesOf, undefined);
    }),
    ...counted.map((name) => listed(charges, ({ property }) => (property === name ? ['said'] : []), undefined)),
    listed(charges, ({ measure }) => (measure === 'amount' ? ['carried'] : []), undefined),
  ];
  return dimensions.filter(({ all, maskOf }) => charges.some((charge) => maskOf(charge) !== all));
}

/** By lists of values: one bit each, and one for all others unless `every` names all there are. An empty list takes all. */
function listed(
  charges: readonly MatchedCharge[],
  valuesOf: (charge: MatchedCharge) => readonly string[],
  every: readonly string[] | undefined,
): Dimension {
  const values = [...new Set([...(every ?? ['']), ...charges.flatMap(valuesOf)])];
  return ofAtoms(values.length, (charge) => {
    const taken = valuesOf(charge);
    return taken.length === 0 ? undefined : (atom) => taken.includes(values[atom] as string);
  });
}

/** By beginnings of networks: each bit is the networks of which that is the longest one named. */
function ofNetworks(charges: readonly MatchedCharge[]): Dimension {
  const named = [...new Set(['', ...charges.flatMap(({ match }) => match.networks)])];
  return ofAtoms(named.length, ({ match: { networks } }) => {
    if (networks.length === 0) return undefined;
    return (atom) => networks.some((name) => (named[atom] as string).startsWith(name));
  });
}

const WEEKDAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** By time bands: each bit is hours of the week that are in the same of them. */
function ofBands(charges: readonly MatchedCharge[], timeBands: readonly TimeBand[] | undefined): Dimension {
  const asked = new Set(charges.flatMap(({ match }) => match.bands));
  if (timeBands === undefined) return listed(charges, ({ match }) => match.bands, undefined);
  const bands = timeBands.filter(({ id }) => asked.has(id));
  const clocks = ['00:00', ...bands.flatMap(({ hours }) => hours.flatMap(({ from, until }) => [from, until]))];
  const starts = [...new Set(clocks)].filter((clock) => clock !== '24:00');
  const kinds = new Set(
    WEEKDAYS.flatMap((day) =>
      starts.map((clock) => JSON.stringify(bands.filter((band) => isInBand(band, day, clock)).map(({ id }) => id))),
    ),
  );
  const atoms = [...kinds].map((kind) => JSON.parse(kind) as string[]);
  return ofAtoms(atoms.length, ({ match }) => {
    return match.bands.length === 0
      ? undefined
      : (atom) => (atoms[atom] as string[]).some((id) => match.bands.includes(id));
  });
}

/** Whether a time of a weekday is in a band: in hours of that day, or of the night that began the day before. */
function isInBand({ hours }: TimeBand, day: Weekday, clock: string): boolean {
  const yesterday = WEEKDAYS[(WEEKDAYS.indexOf(day) + 6) % 7] as Weekday;
  return hours.some(({ days, from, until }) => {
    const isOvernight = until <= from;
    if (days.includes(day) && from <= clock && (isOvernight || clock < until)) return true;
    return isOvernight && days.includes(yesterday) && clock < until;
  });
}

/** A dimension of so many kinds of values; a charge that takes all tells none apart. */
function ofAtoms(count: number, takes: (charge: MatchedCharge) => ((atom: number) => boolean) | undefined): Dimension {
  const all = (1n << BigInt(count)) - 1n;
  return {
    all,
    maskOf(charge) {
      const isTaken = takes(charge);
      if (isTaken === undefined) return all;
      let mask = 0n;
      for (let atom = 0; atom < count; atom++) if (isTaken(atom)) mask |= 1n << BigInt(atom);
      return mask;
    },
  };
}
