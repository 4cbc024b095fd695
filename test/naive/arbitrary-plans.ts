import fc from 'fast-check';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { hides } from '#shared/catalog/read-charge.ts';
import { catalogWith } from '../rating/fleet.ts';

/** A charge or allowance as it is written, JSON being YAML. */
type Written = Record<string, unknown>;

/** What a charge is in every version of its plan. */
interface Shape {
  readonly id: string;
  readonly kind: 'octets' | 'time' | 'pieces';
  readonly measure: string;
  readonly service: string;
  readonly count: string;
}

const PRICES = ['0', '0.02', '0.05', '0.01', '0.013', '0.07', '0.1', '0.333', '1', '2.5', '9.99'];
const price = fc.constantFrom(...PRICES);
const UNITS = { octets: ['B', 'kB', 'KiB'], time: ['second', 'minute'], pieces: ['piece'] } as const;

const shape = (id: string, service: string, kinds: readonly (readonly [Shape['kind'], string])[]) =>
  fc
    .record({ kind: fc.constantFrom(...kinds), count: fc.constantFrom('subscription', 'pool', 'account') })
    .map(({ kind: [kind, measure], count }): Shape => ({ id, kind, measure, service, count }));
const DATA = [['octets', 'bytes'], ['octets', 'bytes'], ['octets', 'bytesUp'], ['octets', 'bytesDown'], ['pieces', 'records']] as const;
const shapes = fc
  .tuple(
    shape('near', 'data', DATA),
    shape('data', 'data', DATA),
    shape('voice', 'voice', [['time', 'seconds'], ['time', 'seconds'], ['pieces', 'records']]),
    shape('text', 'sms', [['pieces', 'count'], ['pieces', 'records']]),
    shape('rest', '', [['octets', 'bytes'], ['pieces', 'records'], ['pieces', 'count']]),
  )
  .chain((all) => fc.shuffledSubarray(all, { minLength: 2, maxLength: 4 }));

/** A quantity of whole base units that usage of these worlds is likely to reach. */
const amountOf = (kind: Shape['kind']) =>
  kind === 'octets' ? fc.integer({ min: 1, max: 6_000 }) : fc.integer({ min: 1, max: kind === 'time' ? 240 : 6 });
const BASE = { octets: 'B', time: 's', pieces: 'pieces' } as const;

function bounds(kind: Shape['kind'], unit: string) {
  const per = unit === 'kB' || unit === 'KiB' ? 1_000 : unit === 'minute' ? 60 : 1;
  return fc
    .uniqueArray(amountOf(kind), { minLength: 0, maxLength: 3 })
    .map((all) => all.sort((a, b) => a - b).map((each) => Number((each / per).toFixed(4))))
    .map((all) => all.filter((each, place) => each > (all[place - 1] ?? 0)));
}

function tiers(kind: Shape['kind'], unit: string, stairs: boolean) {
  const tier = stairs ? fc.record({ amount: price }) : fc.record({ price, flat: fc.constantFrom('0', '0.5', '1.01') });
  return fc
    .tuple(bounds(kind, unit), fc.array(tier, { minLength: 4, maxLength: 4 }))
    .map(([upTos, each]) => [...upTos.map((upTo, place) => ({ upTo, ...each[place] })), each[3]]);
}

function usagePrice(kind: Shape['kind'], unit: string): fc.Arbitrary<unknown> {
  const quantity = amountOf(kind).map((each) => `${each} ${BASE[kind]}`);
  return fc.oneof(
    { weight: 3, arbitrary: price },
    fc.record({ model: fc.constant('graduated'), tiers: tiers(kind, unit, false) }),
    fc.record({ model: fc.constant('volume'), tiers: tiers(kind, unit, false) }),
    fc.record({ model: fc.constant('stairStep'), tiers: tiers(kind, unit, true) }),
    fc.record({ model: fc.constant('package'), size: quantity, free: fc.oneof(fc.constant('0'), quantity), amount: price }),
    fc.record({ model: fc.constant('flat'), amount: price }),
  );
}

const match = ({ service }: Shape) =>
  fc
    .record({
      zones: fc.constantFrom([], [], [], ['de'], ['eu', 'world']),
      directions: fc.constantFrom([], [], [], [], [], ['mo']),
      carriers: fc.constantFrom([], ['demo']),
      apns: fc.constantFrom([], [], [], [], [], ['iot']),
      technologies: fc.constantFrom([], [], [], [], [], ['lte', 'nb']),
    })
    .map((rest): Written => ({ ...rest, ...(service === '' ? {} : { services: service }) }));

const usageCharge = (of: Shape): fc.Arbitrary<Written> =>
  fc
    .record({ unit: fc.constantFrom(...UNITS[of.kind]), match: match(of) })
    .chain(({ unit, match: its }) =>
      fc.record({
        kind: fc.constant('usage'),
        id: fc.constant(of.id),
        name: fc.constant(of.id),
        match: fc.constant(its),
        measure: fc.constant(of.measure),
        unit: fc.constant(unit),
        increment: fc.tuple(increment(of.kind), increment(of.kind)).map(([first, next]) => `${first}/${next} ${BASE[of.kind]}`),
        rounding: fc.constantFrom('record', 'session', 'day', 'period'),
        count: fc.constant(of.count),
        price: usagePrice(of.kind, unit),
      }),
    );
const increment = (kind: Shape['kind']) =>
  fc.constantFrom(1, 1, kind === 'octets' ? 100 : 2, kind === 'octets' ? 1024 : kind === 'time' ? 60 : 3);

const recurringCharge = (id: string): fc.Arbitrary<Written> =>
  fc.record({
    kind: fc.constant('recurring'),
    id: fc.constant(id),
    name: fc.constant(id),
    due: fc.constantFrom('advance', 'arrears'),
    proration: fc.constantFrom('day', 'day', 'none'),
    states: fc.constantFrom('active', 'active', 'suspended', ['active', 'suspended'], ['test', 'ready'], 'inventory'),
    price,
    refund: fc.constantFrom('day', 'none'),
  });

/** What a pool is wherever it is named. */
interface Pool {
  readonly pool: string;
  readonly scope: string;
  readonly share: string;
  readonly kind: Shape['kind'];
}
const pool = (name: string): fc.Arbitrary<Pool> =>
  fc.record({
    pool: fc.constant(name),
    scope: fc.constantFrom('account', 'account', 'businessUnit'),
    share: fc.constantFrom('byUsage', 'byExcess'),
    kind: fc.constantFrom('octets', 'octets', 'octets', 'pieces', 'time'),
  });

/** Allowances of a version: individual ones and pools, each covering some of the charges that count what it is in. */
function allowances(charged: readonly Shape[], pools: readonly Pool[]): fc.Arbitrary<Written[]> {
  const common = { proration: fc.constantFrom('day', 'day', 'whole') };
  const of = (kind: Shape['kind'], rest: Written) => {
    const ids = charged.filter((each) => each.kind === kind).map(({ id }) => id);
    if (ids.length === 0) return fc.constant<Written[]>([]);
    const covers = fc.subarray(ids, { minLength: 1 });
    const size = fc.oneof(fc.constant(0), amountOf(kind)).map((each) => `${each} ${BASE[kind]}`);
    return fc.record({ ...common, covers, size }).map((each): Written[] => [{ name: 'Included', ...rest, ...each }]);
  };
  const some = (kind: Shape['kind'], rest: Written) =>
    fc.oneof(fc.constant<Written[]>([]), { weight: 2, arbitrary: of(kind, rest) });
  return fc
    .tuple(
      fc.constantFrom('octets' as const, 'time' as const, 'pieces' as const).chain((kind) => some(kind, { id: 'own', kind: 'individual' })),
      fc.oneof({ weight: 3, arbitrary: fc.constant<Written[]>([]) }, some('octets', { id: 'more', kind: 'individual' })),
      ...pools.map(({ kind, ...its }) => some(kind, { id: its.pool, kind: 'flexible', ...its })),
    )
    .map((all) => all.flat());
}

/** Days on which versions begin that follow one another: one long ago, and up to two of the given days. */
const starts = (changes: readonly string[]) =>
  fc.uniqueArray(fc.constantFrom(...changes), { maxLength: 2 }).map((all) => ['2020-01-01', ...all.sort()]);

function plan(id: string, pools: readonly Pool[], changes: readonly string[]): fc.Arbitrary<Written> {
  return fc.tuple(shapes, starts(changes), fc.boolean()).chain(([charged, froms, isSame]) => {
    const version = fc.record({
      recurring: fc.tuple(recurringCharge('fee'), recurringCharge('rent')),
      fees: fc.constantFrom(0, 0, 0, 1, 2),
      usage: fc.tuple(...charged.map(usageCharge)),
      stack: allowances(charged, pools),
    });
    return fc.array(version, { minLength: froms.length, maxLength: froms.length }).map((each): Written => ({
      id,
      name: id,
      currency: 'EUR',
      zoneModel: 'zones',
      versions: froms.map((from, place) => {
        const { recurring, fees, usage, stack } = each[isSame ? 0 : place]!;
        return { from, charges: [...recurring.slice(0, fees), ...usage], allowances: stack };
      }),
    }));
  });
}

interface WrittenVersion {
  readonly from: string;
  readonly charges: readonly Written[];
  readonly allowances: readonly Written[];
}

/** What the catalogue would refuse is taken out: charges an earlier one hides, and counts that the pools do not allow. */
function mended(written: Written): Written {
  const versions = (written.versions as WrittenVersion[]).map(({ from, charges, allowances: stack }) => {
    const kept = charges.filter((charge, place) => !charges.slice(0, place).some((earlier) => isHidden(earlier, charge)));
    const ids = kept.map(({ id }) => id);
    const pooled = new Set<string>();
    const covering = stack
      .map((each): Written => ({ ...each, covers: (each.covers as string[]).filter((id) => ids.includes(id) && !pooled.has(id) && (each.kind !== 'flexible' || pooled.add(id))) }))
      .filter(({ covers }) => (covers as string[]).length > 0);
    return { from, charges: kept, allowances: covering };
  });
  const recounted = versions.map(({ charges, ...rest }) => ({
    ...rest,
    charges: charges.map((charge) => (charge.kind === 'usage' ? { ...charge, count: countOf(charge, versions) } : charge)),
  }));
  return { ...written, versions: recounted };
}

function isHidden(earlier: Written, later: Written): boolean {
  if (earlier.kind !== 'usage' || later.kind !== 'usage') return false;
  const whole = ({ match: { services, ...rest } }: Written & { match: Written }) => ({ services: services ?? [], ...rest });
  const listed = ({ services, ...rest }: Written) => ({ ...rest, services: [services].flat(), technologies: rest.technologies });
  return hides(
    listed(whole(earlier as never)) as never,
    listed(whole(later as never)) as never,
  );
}

/** The count a charge wants, where its pools and prices allow it in every version; else the account's. */
function countOf({ id, count }: Written, versions: readonly WrittenVersion[]): unknown {
  const having = versions.filter(({ charges }) => charges.some((charge) => charge.id === id));
  const fits = having.every(({ charges, allowances: stack }) => {
    const pools = stack.filter(({ kind, covers }) => kind === 'flexible' && (covers as unknown[]).includes(id)).length;
    const isUnit = typeof charges.find((charge) => charge.id === id)?.price === 'string';
    return count === 'pool' ? pools === 1 : count === 'account' || pools === 0 || isUnit;
  });
  const isPooled = having.every(({ allowances: stack }) => stack.some(({ kind, covers }) => kind === 'flexible' && (covers as unknown[]).includes(id)));
  return fits ? count : isPooled ? 'pool' : 'account';
}

/** Catalogues that `readCatalog` takes, of plans "a" and "b" that may share pools, with versions that begin on some of these days. */
export function arbitraryCatalog(changes: readonly string[]): fc.Arbitrary<Catalog> {
  return fc
    .tuple(
      fc.tuple(pool('red'), pool('blue')).chain((pools) => fc.tuple(plan('a', pools, changes), plan('b', pools, changes))),
      fc.constantFrom('world', ''),
    )
    .map(([plans, zone]) => readOrNot(plans.map(mended), zone))
    .filter((catalog) => catalog !== undefined);
}

export const stat: Record<string, number> = {};
function readOrNot(plans: readonly Written[], defaultZone: string): Catalog | undefined {
  try {
    return catalogWith(plans.map((each) => `  - ${JSON.stringify(each)}\n`).join(''), defaultZone);
  } catch (error) {
    for (const p of JSON.parse((error as Error).message)) stat[p.expected] = (stat[p.expected] ?? 0) + 1; stat.bad = (stat.bad ?? 0) + 1;
    if (error instanceof Error && error.message.startsWith('[')) return undefined;
    throw error;
  }
}
