import fc from 'fast-check';

/** A charge, allowance or plan as it is written down, JSON being YAML. */
export type Written = Readonly<Record<string, unknown>>;

/** What a charge counts. */
export type Kind = 'octets' | 'time' | 'pieces';

/** What a usage charge is in every version of its plan. */
export interface Shape {
  readonly id: string;
  readonly kind: Kind;
  readonly measure: string;
  /** '' = all. */
  readonly service: string;
  readonly count: string;
}

function shape(id: string, service: string, ...counted: readonly (readonly [Kind, string])[]): fc.Arbitrary<Shape> {
  return fc
    .record({
      counts: fc.constantFrom(...counted),
      count: fc.constantFrom('subscription', 'subscription', 'pool', 'account', 'record'),
    })
    .map(({ counts: [kind, measure], count }) => ({ id, kind, measure, service, count }));
}
const DATA = [
  ['octets', 'bytes'],
  ['octets', 'bytes'],
  ['octets', 'bytesUp'],
  ['octets', 'bytesDown'],
  ['pieces', 'records'],
] as const;

/** Some usage charges in any order. */
export const arbitraryShapes: fc.Arbitrary<Shape[]> = fc
  .tuple(
    shape('near', 'data', ...DATA),
    shape('data', 'data', ...DATA),
    shape('voice', 'voice', ['time', 'seconds'], ['time', 'seconds'], ['pieces', 'records']),
    shape('text', 'sms', ['pieces', 'count'], ['pieces', 'records'], ['pieces', 'property']),
    shape('rest', '', ['octets', 'bytes'], ['pieces', 'records'], ['pieces', 'count']),
  )
  .chain((all) => fc.shuffledSubarray(all, { minLength: 2, maxLength: 4 }));

const UNITS = { octets: ['B', 'kB', 'KiB'], time: ['second', 'minute'], pieces: ['piece'] } as const;
const BASE = { octets: 'B', time: 's', pieces: 'pieces' } as const;
const MOST = { octets: 6_000, time: 240, pieces: 6 } as const;
const STEPS = { octets: [1, 1, 100, 1_024], time: [1, 1, 2, 60], pieces: [1, 1, 2, 3] } as const;
const price = fc.constantFrom('0', '0.01', '0.013', '0.02', '0.05', '0.07', '0.1', '0.333', '1', '2.5', '9.99');

/** Base units that usage is likely to reach, as a number. */
export const arbitraryQuantity = (kind: Kind) => fc.integer({ min: 1, max: MOST[kind] });
const quantity = arbitraryQuantity;

/** A quantity of base units as it is written. */
export const inBase = (kind: Kind, each: number) => `${each} ${BASE[kind]}`;

/** A size or bound that usage is likely to reach, perhaps nothing. */
export function arbitrarySize(kind: Kind): fc.Arbitrary<string> {
  return fc.oneof(fc.constant(0), quantity(kind)).map((each) => `${each} ${BASE[kind]}`);
}

/** Bounds of tiers in their unit, ascending; not all are whole base units. */
function bounds(kind: Kind, unit: string): fc.Arbitrary<number[]> {
  const base = unit === 'kB' || unit === 'KiB' ? 1_000 : unit === 'minute' ? 60 : 1;
  const whole = (each: number | undefined) => Math.floor((each ?? 0) * base + 1e-6);
  return fc
    .uniqueArray(quantity(kind), { maxLength: 3 })
    .map((all) => all.sort((a, b) => a - b).map((each) => Number((each / base).toFixed(4))))
    .map((all) => all.filter((each, place) => whole(each) > whole(all[place - 1])));
}

function tiers(kind: Kind, unit: string, tier: fc.Arbitrary<Written>): fc.Arbitrary<Written[]> {
  return fc
    .tuple(bounds(kind, unit), fc.array(tier, { minLength: 4, maxLength: 4 }))
    .map(([upTos, each]) => [...upTos.map((upTo, place) => ({ upTo, ...each[place] })), { ...each[3] }]);
}

/** A price of any model: text for so much a unit. */
function usagePrice(kind: Kind, unit: string): fc.Arbitrary<unknown> {
  const step = fc.constantFrom(...STEPS[kind]).map((each) => `${each} ${BASE[kind]}`);
  const priced = fc.record({ price, flat: fc.constantFrom('0', '0.5', '1.01'), increment: step });
  const whole = quantity(kind).map((each) => `${each} ${BASE[kind]}`);
  const free = fc.oneof(fc.constant('0'), whole);
  return fc.oneof(
    { weight: 3, arbitrary: price },
    fc.record({ model: fc.constant('graduated'), tiers: tiers(kind, unit, priced) }),
    fc.record({ model: fc.constant('volume'), tiers: tiers(kind, unit, priced) }),
    fc.record({ model: fc.constant('stairStep'), tiers: tiers(kind, unit, fc.record({ amount: price })) }),
    fc.record({ model: fc.constant('package'), size: whole, free, amount: price }),
    fc.record({ model: fc.constant('flat'), amount: price }),
  );
}

/** What holds in spring and in the cold, mostly nothing. */
function seasons(kind: Kind, unit: string): fc.Arbitrary<Written[]> {
  const held = fc.oneof(
    fc.constantFrom('0', '0.5', '1.5', '3').map((factor) => ({ factor })),
    usagePrice(kind, unit).map((its) => ({ price: its })),
  );
  const one = fc.tuple(fc.constantFrom('spring', 'cold'), held).map(([season, its]): Written => ({ season, ...its }));
  const some = fc.uniqueArray(one, { maxLength: 2, selector: ({ season }) => season });
  return fc.oneof({ weight: 3, arbitrary: fc.constant<Written[]>([]) }, some);
}

/** A usage charge of a shape, as one version has it. */
export function arbitraryUsageCharge({ id, kind, measure, service, count }: Shape): fc.Arbitrary<Written> {
  const match = fc.record({
    services: fc.constant(service === '' ? [] : [service]),
    zones: fc.constantFrom([], [], [], ['de'], ['eu', 'world']),
    directions: fc.constantFrom([], [], [], [], [], ['mo']),
    carriers: fc.constantFrom([], ['demo']),
    apns: fc.constantFrom([], [], [], [], [], ['iot']),
    technologies: fc.constantFrom([], [], [], [], [], ['lte', 'nb']),
    networks: fc.constantFrom([], [], [], [], [], ['DEU', 'JP']),
    slices: fc.constantFrom([], [], [], [], [], [], ['1-0000AB']),
    fiveQis: fc.constantFrom([], [], [], [], [], [], [], [9]),
    ratingGroups: fc.constantFrom([], [], [], [], [], [], [100], [100, 200]),
    bands: fc.constantFrom([], [], [], [], ['office'], ['night', 'weekend']),
    properties: fc.constantFrom({}, {}, {}, {}, { colour: 'red' }),
  });
  const step = fc.constantFrom(...STEPS[kind]);
  return fc.constantFrom(...UNITS[kind]).chain((unit) =>
    fc
      .record({
        match,
        increment: fc.tuple(step, step).map(([first, next]) => `${first}/${next} ${BASE[kind]}`),
        rounding: fc.constantFrom('record', 'session', 'day', 'period'),
        price: usagePrice(kind, unit),
        seasons: seasons(kind, unit),
        connectionFee: fc.constantFrom('0', '0', '0', '0.05'),
        minimum: fc.constantFrom('0', '0', '0', '0.02', '1'),
        maximum: fc.constantFrom('', '', '', '0.5', '2'),
        flatAtZero: fc.constantFrom(false, false, true),
        whenSuspended: fc.constantFrom('charge', 'charge', 'charge', 'free', 'suspense'),
        free: fc.constantFrom({}, {}, {}, { percent: '50' }, { percent: '33.3' }, { quantity: `7 ${BASE[kind]}` }),
      })
      .map(({ free: usageDiscount, ...terms }): Written => {
        const named = measure === 'property' ? { property: 'sensors' } : {};
        return { kind: 'usage', id, name: id, measure, ...named, unit, count, usageDiscount, ...terms };
      }),
  );
}

/** A percentage of the amounts that carriers charged, mostly none: above all other charges, or behind the first of them. */
export const arbitraryMarkup: fc.Arbitrary<readonly { readonly place: number; readonly charge: Written }[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  fc
    .record({
      place: fc.nat(1),
      services: fc.constantFrom([], ['data'], ['data', 'sms']),
      zones: fc.constantFrom([], [], ['de']),
      percent: fc.constantFrom('0', '3', '100', '110', '33.3'),
      seasons: fc.constantFrom(
        [],
        [],
        [{ season: 'cold', factor: '1.5' }],
        [{ season: 'spring', price: { model: 'percentage', percent: '7' } }],
      ),
      connectionFee: fc.constantFrom('0', '0', '0.05'),
      minimum: fc.constantFrom('0', '0', '0.02', '1'),
      maximum: fc.constantFrom('', '', '0.5', '2'),
    })
    .map(({ place, services, zones, percent, ...terms }) => {
      const price = { model: 'percentage', percent };
      const charge = { kind: 'usage', id: 'mark', name: 'mark', measure: 'amount', match: { services, zones }, price };
      return [{ place, charge: { ...charge, ...terms } }];
    }),
);

/** What a recurring charge is in every version of its plan. */
export const arbitraryFeeShape: fc.Arbitrary<Written> = fc
  .record({
    quantity: fc.constantFrom('subscriptions', 'subscriptions', 'subscriptions', 'peak', 'atEnd', 'used', 'one', '3', {
      property: 'sensors',
    }),
    count: fc.constantFrom('account', 'account', 'businessUnit'),
    days: fc.constantFrom('calendar', 'calendar', 'calendar', '30'),
    months: fc.constantFrom('1', '1', '1', '1', '2', '3', '12'),
    startsOn: fc.constantFrom('billingDay', 'billingDay', 'billingDay', 'anniversary'),
  })
  .map((shape) => (shape.quantity === 'used' ? { ...shape, months: '1', startsOn: 'billingDay' } : shape));

/** A recurring charge of a shape, as one version has it. */
export function arbitraryFee(id: string, shape: Written): fc.Arbitrary<Written> {
  const ofEnd = ['peak', 'atEnd', 'used'].includes(`${shape.quantity}`);
  return fc
    .record({
      due: fc.constantFrom('advance', 'arrears'),
      proration: fc.constantFrom('day', 'day', 'none'),
      states: fc.constantFrom('active', 'active', 'suspended', ['active', 'suspended'], ['test', 'ready'], 'inventory'),
      dayRule: fc.constantFrom('endOfDay', 'endOfDay', 'anyTime'),
      lastDay: fc.constantFrom('free', 'free', 'counts'),
      properties: fc.constantFrom({}, {}, {}, { colour: 'red' }, { colour: ['red', 'blue'] }),
      minimum: fc.constantFrom('0', '0', '0', '2'),
      price: fc.oneof({ weight: 2, arbitrary: price }, usagePrice('pieces', 'piece')),
      refund: fc.constantFrom('day', 'none'),
      seasons: seasons('pieces', 'piece'),
    })
    .map(({ due, seasons: held, ...terms }): Written => {
      const { model = '' } = terms.price as { model?: string };
      const isOfEnd = ofEnd || model === 'volume' || model === 'stairStep';
      const isByDay = !ofEnd && terms.proration === 'day' && terms.minimum === '0' && isOfDays(terms.price);
      const kept = isByDay ? held.filter(({ price: own }) => own === undefined || isLike(own, terms.price)) : [];
      return { kind: 'recurring', id, name: id, ...shape, ...terms, seasons: kept, due: isOfEnd ? 'arrears' : due };
    });
}

/** Whether a price is owed for each day by itself, so that seasons may hold. */
function isOfDays(each: unknown): boolean {
  if (typeof each === 'string') return true;
  const { model, tiers: its } = each as { readonly model: string; readonly tiers: readonly Written[] };
  return model === 'volume' && its.every(({ flat }) => flat === '0');
}

function isLike(own: unknown, other: unknown): boolean {
  return isOfDays(own) && typeof own === typeof other;
}

/** A one-time charge, as one version has it: at an event, at the end of a term, or on one of some days. */
export function arbitraryOnce(id: string, dates: readonly string[]): fc.Arbitrary<Written> {
  const events = fc.constantFrom('activation', 'reactivation', 'suspension', 'termination', 'planChange');
  const when = fc.oneof(
    events.map((at): Written => ({ at })),
    fc.constantFrom('3', '12', '24', '72').map((term): Written => ({ at: 'termination', term })),
    fc.record({ date: fc.constantFrom(...dates), states: fc.constantFrom('active', ['active', 'suspended']) }),
  );
  const properties = fc.constantFrom({}, {}, { colour: 'red' });
  const priced = fc.oneof({ weight: 2, arbitrary: price }, usagePrice('pieces', 'piece'));
  return fc
    .tuple(when, properties, priced)
    .map(([at, its, each]): Written => ({ kind: 'oneTime', id, name: id, ...at, properties: its, price: each }));
}
