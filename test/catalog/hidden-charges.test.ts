import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TimeBand, UsageMatch } from '#shared/catalog/catalog.ts';
import { hiddenCharges, type MatchedCharge } from '#shared/catalog/files/hidden-charges.ts';

const ALL: UsageMatch = {
  ...{ services: [], directions: [], zones: [], carriers: [], networks: [], apns: [], technologies: [] },
  ...{ slices: [], fiveQis: [], ratingGroups: [], bands: [], properties: [] },
};
const charge = (match: Partial<UsageMatch>, measure: MatchedCharge['measure'] = 'bytes', property = '') => {
  return { match: { ...ALL, ...match }, measure, property };
};
const band = (id: string, ...hours: TimeBand['hours']): TimeBand => ({ id, name: id, hours });
const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const timeBands = [
  band('day', { days: WEEK, from: '06:00', until: '22:00' }),
  band('night', { days: WEEK, from: '22:00', until: '06:00' }),
  band('late', { days: WEEK, from: '23:00', until: '06:00' }),
];
const zones = ['de', 'eu'].map((id) => ({ id, name: id, networks: [], called: [] }));
const universe = { zoneModel: { zones, defaultZone: 'eu' }, timeBands };

describe('charges that earlier ones always hide together (pricing rules §3.3)', () => {
  test.each<[string, MatchedCharge[], [number, number[]][]]>([
    ['one hides another', [charge({}), charge({ services: ['data'] })], [[1, [0]]]],
    ['zones that are all of them', [charge({ zones: ['de'] }), charge({ zones: ['eu'] }), charge({})], [[2, [0, 1]]]],
    [
      'both directions, though not records that say none',
      [
        charge({ directions: ['mo'] }),
        charge({ directions: ['mt'] }),
        charge({ directions: ['mo', 'mt'] }),
        charge({}),
      ],
      [[2, [0, 1]]],
    ],
    [
      'one of three is not needed',
      [charge({ zones: ['de'], services: ['data'] }), charge({ zones: ['de'] }), charge({ zones: ['eu'] }), charge({})],
      [[3, [1, 2]]],
    ],
    [
      'a square of two by two',
      [
        charge({ zones: ['de'], services: ['data'] }),
        charge({ zones: ['eu'], services: ['data'] }),
        charge({ zones: ['de'], services: ['sms'] }),
        charge({ services: ['data', 'sms'] }),
      ],
      [],
    ],
    ['other services there will be', [charge({ services: ['data'] }), charge({})], []],
    [
      'hours of the week that are all',
      [charge({ bands: ['day'] }), charge({ bands: ['night'] }), charge({})],
      [[2, [0, 1]]],
    ],
    ['hours of the week that are not', [charge({ bands: ['day'] }), charge({ bands: ['late'] }), charge({})], []],
    ['an hour in another', [charge({ bands: ['night'] }), charge({ bands: ['late'] })], [[1, [0]]]],
    [
      'networks by their beginnings',
      [charge({ networks: ['DEU'] }), charge({ networks: ['DEU01', 'DEU02'] })],
      [[1, [0]]],
    ],
    ['networks that are a part', [charge({ networks: ['DEU01'] }), charge({ networks: ['DEU'] })], []],
    ['amounts leave what carries none', [charge({}, 'amount'), charge({})], []],
    ['what counts a property leaves those without', [charge({}, 'property', 'sensors'), charge({})], []],
    ['but not the same again', [charge({}, 'property', 'sensors'), charge({}, 'property', 'sensors')], [[1, [0]]]],
  ])('%s', (_, charges, hidden) => {
    expect([...hiddenCharges(charges, universe)]).toEqual(hidden);
  });

  test('without a default zone there is usage without a zone', () => {
    const charges = [charge({ zones: ['de'] }), charge({ zones: ['eu'] }), charge({})];
    expect([...hiddenCharges(charges, { ...universe, zoneModel: { zones, defaultZone: '' } })]).toEqual([]);
  });

  test('work ends, and what is not decided is not refused', () => {
    const pieces = Array.from({ length: 40 }, (_, at) => charge({ apns: [`a${at}`], technologies: [`t${at}`] }));
    const others = Array.from({ length: 40 }, (_, at) => charge({ slices: [`${at}`], fiveQis: [`${at}`] }));
    expect([...hiddenCharges([...pieces, ...others, charge({})], universe)]).toEqual([]);
  });
});

/** Some usage, by all that matches here ask for. */
interface Usage {
  readonly service: string;
  readonly direction: string;
  readonly zone: string;
  readonly network: string;
  readonly hour: string;
  readonly colour: string;
}
const product = (lists: readonly (readonly string[])[]): string[][] =>
  lists.reduce<string[][]>((all, list) => all.flatMap((each) => list.map((value) => [...each, value])), [[]]);
const EVERY: Usage[] = product([
  ['data', 'sms', 'event:door'],
  ['mo', 'mt', ''],
  ['de', 'eu'],
  ['DEU01', 'DEU0', 'DEU', 'FRA'],
  ['day', 'night', 'night late'],
  ['red', 'green', ''],
]).map(([service = '', direction = '', zone = '', network = '', hour = '', colour = '']) => {
  return { service, direction, zone, network, hour, colour };
});
const among = (values: readonly string[], value: string) => values.length === 0 || values.includes(value);
const takes = ({ match }: MatchedCharge, usage: Usage) =>
  among(match.services, usage.service) &&
  among(match.directions, usage.direction) &&
  among(match.zones, usage.zone) &&
  (match.networks.length === 0 || match.networks.some((name) => usage.network.startsWith(name))) &&
  (match.bands.length === 0 || match.bands.some((id) => usage.hour.split(' ').includes(id))) &&
  match.properties.every(({ values }) => values.includes(usage.colour));

const some = <Value extends string>(...values: Value[]) =>
  fc.oneof({ weight: 8, arbitrary: fc.constant<Value[]>([]) }, fc.subarray(values, { minLength: 1 }));
const one = <Value extends string>(...values: Value[]) =>
  fc.oneof(fc.constant<Value[]>([]), fc.subarray(values, { minLength: 1 }));
const arbitraryCharge = fc
  .record({
    services: some('data', 'sms'),
    directions: some('mo', 'mt'),
    zones: one('de', 'eu'),
    networks: some('DEU', 'DEU0', 'DEU01'),
    bands: one('day', 'night', 'late'),
    colours: some('red', 'green'),
  })
  .map(({ colours, ...match }) =>
    charge({ ...match, properties: colours.length === 0 ? [] : [{ name: 'colour', values: colours }] }),
  );

test('a charge is hidden if, and only if, no usage reaches it', () => {
  let hiddenByMany = 0;
  const law = fc.property(fc.array(arbitraryCharge, { minLength: 2, maxLength: 8 }), (charges) => {
    const hidden = hiddenCharges(charges, universe);
    for (const [place, later] of charges.entries()) {
      const reaches = (earlier: readonly MatchedCharge[]) =>
        EVERY.some((usage) => takes(later, usage) && !earlier.some((each) => takes(each, usage)));
      const by = hidden.get(place);
      expect(by === undefined, JSON.stringify(charges)).toBe(reaches(charges.slice(0, place)));
      if (by === undefined) continue;
      const named = by.map((at) => charges[at]!);
      expect(reaches(named)).toBe(false);
      for (const without of named) expect(reaches(named.filter((each) => each !== without))).toBe(true);
      if (by.length > 1) hiddenByMany++;
    }
  });
  fc.assert(law, { numRuns: 300, seed: 7 });
  expect(hiddenByMany).toBeGreaterThan(10);
});
