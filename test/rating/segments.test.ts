import { describe, expect, test } from 'vitest';
import { OPEN_END } from '#shared/inventory/timeline.ts';
import { planBook } from '#shared/rating/plan-terms.ts';
import { hasProperties, segmentsOf, termsOf } from '#shared/rating/segments.ts';
import { instantOf, isoInstant, localDateOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, historyOf, planOf, type Turn } from './fleet.ts';

const FEE = '[{ kind: recurring, id: fee, name: Fee, price: 1.00 }]';
const twoVersions = `  - id: two
    name: two
    currency: EUR
    zoneModel: zones
    versions:
      - { from: 2020-01-01, until: 2026-03-16, charges: ${FEE} }
      - { from: 2026-03-16, charges: ${FEE} }
`;
/** In force until the summer, and not after it. */
const ending = `  - { id: ending, name: ending, currency: EUR, zoneModel: zones, versions: [{ from: 2020-01-01, until: 2026-07-01, charges: ${FEE} }] }
`;
const inBand = (id: string, band: string) =>
  planOf(id, `[{ kind: usage, id: u, name: U, match: { bands: ${band} }, measure: count, price: 1 }]`);
const asAddOn = (plan: string) =>
  plan.replace(/name: (\w+)/, 'name: $1, kind: addOn').replaceAll('\n    name', ', name');
const allPlans = [
  planOf('a', FEE),
  planOf('b', FEE),
  inBand('hours', 'office'),
  twoVersions,
  ending,
  asAddOn(planOf('more', FEE)),
  asAddOn(inBand('nights', 'night')),
  asAddOn(ending.replaceAll('ending', 'summerless')),
  asAddOn(ending.replaceAll('ending', 'coming').replace('from: 2020-01-01, until: 2026-07-01', 'from: 2026-03-16')),
  twoVersions.replace('id: two\n    name: two', 'id: twice\n    name: twice\n    kind: addOn'),
];
const plans = planBook(catalogWith(allPlans.join('')), BERLIN, '');
const segments = (turns: readonly Turn[]) => segmentsOf(historyOf('s', factsOf('s', turns, BERLIN)), plans);
const told = (turns: readonly Turn[]) =>
  segments(turns).map(({ from, until, state, payer, businessUnit, terms }) => {
    const end = until === OPEN_END ? '' : isoInstant(until);
    return `${isoInstant(from)} ${end} ${state} ${payer}/${businessUnit} ${terms ? `${terms.plan} ${terms.version.from}` : 'no terms'}`;
  });

test.each<[string, Turn[], string[]]>([
  ['nothing is known of it', [], []],
  [
    'plan and state from one day',
    [{ at: '2026-03-10', state: 'active', plan: 'a' }],
    ['2026-03-09T23:00:00Z  active p/ a 2020-01-01'],
  ],
  [
    'assigned before it is active',
    [
      { at: '2026-03-10', plan: 'a', unit: 'u' },
      { at: '2026-03-12T10:00:00Z', state: 'active' },
    ],
    [
      '2026-03-09T23:00:00Z 2026-03-12T10:00:00Z inventory p/u a 2020-01-01',
      '2026-03-12T10:00:00Z  active p/u a 2020-01-01',
    ],
  ],
  [
    'active before anybody pays, and after',
    [
      { at: '2026-03-10', state: 'active' },
      { at: '2026-03-11', plan: 'a' },
      { at: '2026-03-12', payer: '' },
    ],
    [
      '2026-03-09T23:00:00Z 2026-03-10T23:00:00Z active / no terms',
      '2026-03-10T23:00:00Z 2026-03-11T23:00:00Z active p/ a 2020-01-01',
      '2026-03-11T23:00:00Z  active / no terms',
    ],
  ],
  [
    'a new version of its plan cuts',
    [{ at: '2026-03-10', state: 'active', plan: 'two' }],
    [
      '2026-03-09T23:00:00Z 2026-03-15T23:00:00Z active p/ two 2020-01-01',
      '2026-03-15T23:00:00Z  active p/ two 2026-03-16',
    ],
  ],
  [
    'a version that begins with the assignment, or with its end, cuts nothing more',
    [
      { at: '2026-03-16', state: 'active', plan: 'two' },
      { at: '2026-03-20', plan: 'a' },
    ],
    [
      '2026-03-15T23:00:00Z 2026-03-19T23:00:00Z active p/ two 2026-03-16',
      '2026-03-19T23:00:00Z  active p/ a 2020-01-01',
    ],
  ],
  [
    'a plan before its first version has no terms until then',
    [{ at: '2019-12-31', state: 'active', plan: 'a' }],
    ['2019-12-30T23:00:00Z 2019-12-31T23:00:00Z active p/ no terms', '2019-12-31T23:00:00Z  active p/ a 2020-01-01'],
  ],
  [
    'a version that ends without another leaves the plan without terms',
    [{ at: '2026-06-01', state: 'active', plan: 'ending' }],
    [
      '2026-05-31T22:00:00Z 2026-06-30T22:00:00Z active p/ ending 2020-01-01',
      '2026-06-30T22:00:00Z  active p/ no terms',
    ],
  ],
  [
    'versions of a plan it no longer has, or had not yet, cut nothing',
    [
      { at: '2026-03-10', state: 'active', plan: 'two' },
      { at: '2026-03-12', plan: 'a' },
      { at: '2026-04-12', plan: 'two' },
    ],
    [
      '2026-03-09T23:00:00Z 2026-03-11T23:00:00Z active p/ two 2020-01-01',
      '2026-03-11T23:00:00Z 2026-04-11T22:00:00Z active p/ a 2020-01-01',
      '2026-04-11T22:00:00Z  active p/ two 2026-03-16',
    ],
  ],
  [
    'a plan the catalogue lacks has none',
    [{ at: '2026-03-10', state: 'active', plan: 'c' }],
    ['2026-03-09T23:00:00Z  active p/ no terms'],
  ],
])('segments: %s', (_, turns, expected) => {
  expect(told(turns)).toEqual(expected);
});

describe('what is beside the plan cuts too', () => {
  const start: Turn = { at: '2026-03-01', state: 'active', plan: 'a' };
  const beside = (turns: readonly Turn[]) =>
    segments(turns).map(({ from, addOns, properties }) => {
      const its = addOns.map(({ plan, version }) => `${plan} ${version.from}`);
      const has = [...properties].map(([name, value]) => `${name}=${value}`);
      return [localDateOf(from, BERLIN), ...its, ...has].join(' ');
    });

  test.each<[string, Turn[], string[]]>([
    [
      'an add-on from its day until it is taken away',
      [start, { at: '2026-03-10', addOn: 'more' }, { at: '2026-03-20', addOn: '-more' }],
      ['2026-03-01', '2026-03-10 more 2020-01-01', '2026-03-20'],
    ],
    [
      'several, by their ids',
      [start, { at: '2026-03-10', addOn: 'nights' }, { at: '2026-03-10', addOn: 'more' }],
      ['2026-03-01', '2026-03-10 more 2020-01-01 nights 2020-01-01'],
    ],
    [
      'a new version of an add-on',
      [start, { at: '2026-03-10', addOn: 'twice' }],
      ['2026-03-01', '2026-03-10 twice 2020-01-01', '2026-03-16 twice 2026-03-16'],
    ],
    [
      'not a version that begins with the add-on, or before it, or when it is gone',
      [
        start,
        { at: '2026-03-05', addOn: 'twice' },
        { at: '2026-03-10', addOn: '-twice' },
        { at: '2026-04-01', addOn: 'twice' },
      ],
      ['2026-03-01', '2026-03-05 twice 2020-01-01', '2026-03-10', '2026-04-01 twice 2026-03-16'],
    ],
    [
      'an add-on whose version ends is not there after it',
      [start, { at: '2026-06-01', addOn: 'summerless' }],
      ['2026-03-01', '2026-06-01 summerless 2020-01-01', '2026-07-01'],
    ],
    [
      'one that is given before its first version begins is there from then on',
      [start, { at: '2026-03-02', addOn: 'coming' }],
      ['2026-03-01', '2026-03-02', '2026-03-16 coming 2026-03-16'],
    ],
    ['one the catalogue lacks is none', [start, { at: '2026-03-10', addOn: 'lost' }], ['2026-03-01', '2026-03-10']],
    [
      'it goes with the payer it was given under',
      [start, { at: '2026-03-10', addOn: 'more' }, { at: '2026-03-20', plan: 'a', payer: 'q' }],
      ['2026-03-01', '2026-03-10 more 2020-01-01', '2026-03-20'],
    ],
    [
      'and does not come back with it',
      [
        start,
        { at: '2026-03-10', addOn: 'more' },
        { at: '2026-03-20', plan: 'a', payer: 'q' },
        { at: '2026-03-25', plan: 'a' },
        { at: '2026-03-28', addOn: 'more' },
      ],
      ['2026-03-01', '2026-03-10 more 2020-01-01', '2026-03-20', '2026-03-25', '2026-03-28 more 2020-01-01'],
    ],
    [
      'nor where nobody paid in between',
      [start, { at: '2026-03-10', addOn: 'more' }, { at: '2026-03-20', payer: '' }, { at: '2026-03-25', plan: 'a' }],
      ['2026-03-01', '2026-03-10 more 2020-01-01', '2026-03-20', '2026-03-25'],
    ],
    [
      'it stays when the plan or the business unit changes',
      [start, { at: '2026-03-10', addOn: 'more' }, { at: '2026-03-20', plan: 'b', unit: 'u' }],
      ['2026-03-01', '2026-03-10 more 2020-01-01', '2026-03-20 more 2020-01-01'],
    ],
    [
      'what is given the day the payer begins is had, what was before is not',
      [
        { at: '2026-03-01', state: 'active', addOn: 'more' },
        { at: '2026-03-05', plan: 'a', addOn: 'nights' },
      ],
      ['2026-03-01', '2026-03-05 nights 2020-01-01'],
    ],
    [
      'while nobody pays there is none',
      [
        start,
        { at: '2026-03-10', addOn: 'more' },
        { at: '2026-03-20', payer: '' },
        { at: '2026-03-22', addOn: 'nights' },
      ],
      ['2026-03-01', '2026-03-10 more 2020-01-01', '2026-03-20', '2026-03-22'],
    ],
    [
      'a property from its day, until it is no more',
      [
        start,
        { at: '2026-03-05', property: ['colour', 'red'] },
        { at: '2026-03-07', property: ['size', '4'] },
        { at: '2026-03-09', property: ['colour', ''] },
      ],
      ['2026-03-01', '2026-03-05 colour=red', '2026-03-07 colour=red size=4', '2026-03-09 size=4'],
    ],
  ])('%s', (_, turns, expected) => {
    expect(beside(turns)).toEqual(expected);
  });

  test.each([
    ['a', undefined, undefined, undefined],
    ['hours', undefined, 'office', ''],
    ['hours', 'more', 'office', ''],
    ['a', 'nights', '', 'night'],
    ['hours', 'nights', 'office', 'night'],
    ['ending', 'nights', '', 'night'],
  ])('plan %s with add-on %s asks the clock: at noon "%s", before midnight "%s"', (plan, addOn, noon, midnight) => {
    const given = addOn === undefined ? [] : [{ at: '2026-03-01', addOn }];
    const clock = segments([{ ...start, plan }, ...given])[0]?.clock;
    const at = (time: string) => clock?.(instantOf(`2026-03-18T${time}+01:00`, BERLIN)).moment.bands;
    expect([at('12:00:00'), at('23:00:00')].map((bands) => bands && [...bands].join(' '))).toEqual([noon, midnight]);
  });

  test("the terms in force are the plan's and those of its add-ons; none without a plan", () => {
    const addOn: Turn = { at: '2026-03-01', addOn: 'more' };
    const terms = (plan: string) =>
      segments([{ ...start, plan }, addOn]).map((each) => termsOf(each).map((its) => its.plan));
    expect([terms('a'), terms('lost')]).toEqual([[['a', 'more']], [[]]]);
  });

  test.each([
    [[], true],
    [[{ name: 'colour', values: ['red', 'pink'] }], true],
    [[{ name: 'colour', values: ['blue'] }], false],
    [
      [
        { name: 'colour', values: ['red'] },
        { name: 'size', values: ['4'] },
      ],
      false,
    ],
    [[{ name: 'size', values: [''] }], true],
  ])('a red one is as %j says: %s', (conditions, is) => {
    expect(hasProperties(new Map([['colour', 'red']]), conditions)).toBe(is);
  });
});
