import fc from 'fast-check';
import type { Allowance, Catalog, Measure, UsageMatch } from '#shared/catalog/catalog.ts';
import { hiddenCharges, type MatchedCharge } from '#shared/catalog/files/hidden-charges.ts';
import { type ToldApart, toldApart } from '#shared/catalog/told-apart.ts';
import { catalogWith } from '../rating/fleet.ts';
import { arbitraryAgreements, committed } from './arbitrary-agreements.ts';
import {
  arbitraryFee,
  arbitraryFeeShape,
  arbitraryMarkup,
  arbitraryOnce,
  arbitraryQuantity,
  arbitraryUsageCharge,
  inBase,
  type Shape,
  type Written,
} from './arbitrary-charges.ts';
import { ANY_STACKS, arbitraryPool, arbitraryStack, type Pool, type Stacks } from './arbitrary-stacks.ts';

interface Version {
  readonly from: string;
  readonly until?: string;
  readonly charges: readonly Written[];
  readonly allowances: readonly Written[];
  readonly topUps: readonly Written[];
}

/** What can be bought beside them. */
function arbitraryTopUps(charged: readonly Shape[]): fc.Arbitrary<Written[]> {
  const lasting = fc.constantFrom<Written[]>(
    { days: 1 },
    { days: 40 },
    { periods: 1 },
    { periods: 2 },
    { until: '2026-03-20' },
    { until: '2026-10-28' },
  );
  const topUp = fc
    .record({
      id: fc.constantFrom('boost', 'turbo'),
      price: fc.constantFrom('0', '2.5'),
      size: arbitraryQuantity('octets').map((each) => inBase('octets', each)),
      from: fc.constantFrom('purchase', 'purchase', 'period'),
      covers: fc.subarray(charged.filter(({ kind }) => kind === 'octets').map(({ id }) => id)),
      pool: fc.constantFrom('', '', 'red', 'blue'),
    })
    .chain((its) => lasting.map((of): Written => ({ name: 'Boost', ...its, ...of })));
  return fc.uniqueArray(topUp, { maxLength: 2, selector: ({ id }) => id });
}

/** A plan of up to three versions, one from long ago and others from some of the given days on; some end before the next begins. */
function arbitraryPlan(
  id: string,
  pools: readonly Pool[],
  changes: readonly string[],
  stacks: Stacks,
): fc.Arbitrary<Written> {
  const starts = fc.uniqueArray(fc.constantFrom(...changes), { maxLength: 2 });
  const end = fc.oneof({ weight: 4, arbitrary: fc.constant('') }, fc.constantFrom(...changes));
  const fees = fc.tuple(arbitraryFeeShape, arbitraryFeeShape);
  const shaped = fc.tuple(stacks.shapes, fees, stacks.places);
  return fc.tuple(shaped, starts, end, fc.boolean()).chain(([[charged, shapes, places], later, until, isSame]) => {
    const version = fc
      .record({
        fees: fc.tuple(arbitraryFee('fee', shapes[0]), arbitraryFee('rent', shapes[1])),
        once: fc.array(arbitraryOnce('once', changes), { maxLength: 1 }),
        feeCount: fc.constantFrom(0, 0, 1, 1, 2),
        usage: fc.tuple(...charged.map(arbitraryUsageCharge)),
        markup: arbitraryMarkup,
        allowances: arbitraryStack(stacks, charged, pools, places),
        topUps: arbitraryTopUps(charged),
        late: fc.constantFrom('rerate', 'rerate', 'current'),
      })
      .map(({ once, fees, feeCount, usage, markup, allowances, topUps, late }) => {
        const placed = markup.reduce<Written[]>((all, { place, charge }) => all.toSpliced(place, 0, charge), usage);
        const whenTest = once.length === 0 ? 'charge' : 'free';
        return { charges: [...once, ...fees.slice(0, feeCount), ...placed], allowances, topUps, late, whenTest };
      });
    const froms = ['2020-01-01', ...later.sort()];
    return fc.array(version, { minLength: froms.length, maxLength: froms.length }).map((each) => {
      const versions = froms.map((from, place) => {
        const isEnd = from < until && until < (froms[place + 1] ?? '9999');
        return { from, ...(isEnd ? { until } : {}), ...each[isSame ? 0 : place]! };
      });
      return { id, name: id, currency: 'EUR', zoneModel: 'zones', versions: mended(versions) };
    });
  });
}

/** Versions without what the catalogue would refuse: charges an earlier one hides, second pools of a charge, and counts the pools do not allow. */
function mended(versions: readonly Version[]): Version[] {
  const taken = versions.map(({ charges, allowances, topUps, ...span }): Version => {
    const kept = reached(charges);
    const left = new Set(kept.map(({ id }) => id));
    const behind = new Set<string>();
    const stack = allowances.map((allowance): Written => {
      const isAlone = allowance.cap !== undefined;
      const covers = (allowance.covers as string[]).filter((id) => left.has(id) && !(isAlone && behind.has(id)));
      const isLast = allowance.kind === 'adaptive' || allowance.cap !== undefined;
      if (isLast) for (const id of covers) left.delete(id);
      if (allowance.kind !== 'individual') for (const id of covers) behind.add(id);
      return { ...allowance, covers };
    });
    const ids = new Set(kept.map(({ id }) => id));
    const covering = stack.filter(({ covers }) => (covers as string[]).length > 0);
    const pools = covering.flatMap(({ kind, pool, size }) =>
      (kind === 'flexible' || kind === 'static') && String(size).endsWith(' B') ? [pool] : [],
    );
    const sold = topUps.flatMap(({ pool, covers, ...topUp }): Written[] => {
      if (pool !== '') return pools.includes(pool) ? [{ ...topUp, pool }] : [];
      const left = (covers as string[]).filter((id) => ids.has(id));
      return left.length > 0 ? [{ ...topUp, covers: left }] : [];
    });
    return {
      ...span,
      charges: kept,
      topUps: sold,
      allowances: covering,
    };
  });
  const apart = toldApart(taken.map(({ allowances }) => allowances as unknown as Allowance[]));
  return taken.map((version) => ({
    ...version,
    allowances: version.allowances.map(({ carryOver, cap, ...allowance }) => ({
      ...allowance,
      ...(carryOver !== undefined && !apart.allowances.has(allowance.id as string) ? { carryOver } : {}),
      ...(cap !== undefined && !apart.pools.has(allowance.pool as string) ? { cap } : {}),
    })),
    charges: version.charges.map((charge) =>
      charge.kind === 'usage'
        ? fitted({ ...charge, count: countOf(charge, taken, apart) }, version, apart.charges.has(charge.id as string))
        : charge,
    ),
  }));
}

/** A charge without what its count, its increments and the allowances that cover it do not allow. */
function fitted(charge: Written, { allowances, topUps }: Version, isTold: boolean): Written {
  const covering = [...allowances, ...topUps].filter(({ covers = [] }) => (covers as unknown[]).includes(charge.id));
  const isShared =
    charge.count === 'pool' ||
    charge.count === 'account' ||
    covering.some(({ kind = 'individual' }) => kind !== 'individual');
  const isByRecord = charge.count === 'record';
  const isRounded = charge.rounding === 'day' || charge.rounding === 'period';
  const isBounded = !isTold && !isShared && !(isRounded && !isByRecord);
  const { minimum, maximum, usageDiscount, ...rest } = charge;
  const hasMaximum =
    isBounded && covering.length === 0 && (maximum ?? '') !== '' && !(minimum === '1' && maximum === '0.5');
  const isPriced = isByRecord || hasMaximum || (isBounded && (minimum ?? '0') !== '0');
  return {
    ...rest,
    ...(isByRecord && isRounded ? { rounding: 'record' } : {}),
    ...(isBounded ? { minimum } : {}),
    ...(hasMaximum ? { maximum } : {}),
    ...(isPriced ? {} : { usageDiscount }),
    price: plainTiers(charge.price, isByRecord),
    seasons: ((charge.seasons ?? []) as Written[]).map((each) =>
      'price' in each ? { ...each, price: plainTiers(each.price, isByRecord) } : each,
    ),
    flatAtZero: !isTold && charge.flatAtZero === true && charge.count !== 'record' && hasFlats(charge),
  };
}

/** A price without increments in its tiers, unless these count anew in each record. */
function plainTiers(price: unknown, isByRecord: boolean): unknown {
  if (typeof price === 'string' || !('tiers' in (price as Written))) return price;
  const { tiers, ...rest } = price as { readonly tiers: readonly Written[]; readonly model: string };
  if (isByRecord && rest.model === 'graduated') return price;
  return { ...rest, tiers: tiers.map(({ increment, ...tier }) => tier) };
}

/** Whether every price of a charge has flat amounts. */
function hasFlats({ price, seasons }: Written): boolean {
  const prices = [price, ...((seasons ?? []) as Written[]).flatMap((each) => ('price' in each ? [each.price] : []))];
  return prices.every((each) => typeof each === 'object' && (each as Written).model !== 'package');
}

const NO_MATCH = {
  directions: [],
  carriers: [],
  networks: [],
  apns: [],
  technologies: [],
  slices: [],
  fiveQis: [],
  ratingGroups: [],
  bands: [],
};

const { zoneModels: ZONE_MODELS, timeBands } = catalogWith('  []');

/** Charges without those that earlier ones always hide, with zones as few as catalogues here may have. */
function reached(charges: readonly Written[]): Written[] {
  const usage = charges.filter(({ kind }) => kind === 'usage');
  const matched = usage.map(({ match, measure, property = '' }): MatchedCharge => {
    const properties = Object.entries(((match as Written).properties ?? {}) as Written).map(([name, value]) => {
      return { name, values: [value].flat() as string[] };
    });
    const its = { ...NO_MATCH, ...(match as UsageMatch), properties };
    return { match: its, measure: measure as Measure, property: property as string };
  });
  const hidden = hiddenCharges(matched, { zoneModel: { ...ZONE_MODELS[0]!, defaultZone: 'world' }, timeBands });
  return charges.filter((charge) => !hidden.has(usage.indexOf(charge)));
}

/** The count a charge wants, where its pools and prices allow that in every version; else its pool's, or the account's. */
function countOf({ id, count }: Written, versions: readonly Version[], { charges: told }: ToldApart): unknown {
  const having = versions.filter(({ charges }) => charges.some((charge) => charge.id === id));
  const isPooled = ({ allowances }: Version) =>
    (allowances.findLast(({ covers }) => (covers as unknown[]).includes(id))?.kind ?? 'individual') !== 'individual';
  const hasUnitPrice = ({ charges }: Version) => {
    const charge = charges.find((each) => each.id === id);
    const seasons = (charge?.seasons ?? []) as Written[];
    return [charge, ...seasons].every((each) => each?.price === undefined || typeof each.price === 'string');
  };
  const fits = having.every((version) => {
    if (count === 'pool') return isPooled(version);
    if (count === 'record') return !isPooled(version) && !told.has(id as string);
    return count === 'account' || !isPooled(version) || hasUnitPrice(version);
  });
  if (fits) return count;
  return having.every(isPooled) ? 'pool' : 'account';
}

/** A plan as an add-on beside others: with an allowance for charges of theirs, and nothing due at a change of plan. */
function addOnOf(plan: Written, others: readonly Written[], size: string): fc.Arbitrary<Written> {
  const chargesOf = (each: Written) => (each.versions as Version[]).flatMap(({ charges }) => charges);
  const theirs = others.flatMap(chargesOf).filter(({ kind }) => kind === 'usage');
  const fitting = (each: Written) => String(each.measure).startsWith('bytes') && each.maximum === undefined;
  const isOctets = (id: unknown) => theirs.every((each) => each.id !== id || fitting(each));
  const bare = (plan.versions as (Version & { readonly late: string; readonly whenTest: string })[]).map(
    ({ late: _, whenTest: __, ...version }) => {
      const charges = version.charges.filter(({ at }) => at !== 'planChange');
      return { ...version, charges };
    },
  );
  const versions = mended(bare).map((version) => {
    const own = new Set(version.charges.map(({ id }) => id));
    const covers = [...new Set(theirs.map(({ id }) => id))].filter((id) => isOctets(id) && !own.has(id));
    const top = covers.length === 0 ? [] : [{ id: 'top', name: 'Top', kind: 'individual', size, covers, carryOver: 1 }];
    return { ...version, allowances: [...version.allowances, ...top] };
  });
  return committed({ ...plan, kind: 'addOn', versions });
}

/** Plans of which pools behind individual allowances are shared by usage, wherever they are named. */
function sharedByUsage(plans: Written[]): Written[] {
  const versionsOf = ({ versions }: Written) => versions as Version[];
  const stacks = (plan: Written) => versionsOf(plan).map(({ allowances }) => allowances as unknown as Allowance[]);
  const behind = new Set<unknown>(plans.flatMap((plan) => [...toldApart(stacks(plan)).pools]));
  const shared = (each: Written) => (behind.has(each.pool) ? { ...each, share: 'byUsage' } : each);
  return plans.map((plan) => ({
    ...plan,
    versions: versionsOf(plan).map((version) => ({ ...version, allowances: version.allowances.map(shared) })),
  }));
}

/** Catalogues that `readCatalog` takes, of plans "a" and "b" that may share pools, with versions that begin on some of these days. */
export function arbitraryCatalog(changes: readonly string[], stacks: Stacks): fc.Arbitrary<Catalog> {
  const plans = fc
    .tuple(arbitraryPool('red', stacks), arbitraryPool('blue', stacks))
    .chain((pools) => fc.tuple(arbitraryPlan('a', pools, changes, stacks), arbitraryPlan('b', pools, changes, stacks)))
    .map(sharedByUsage);
  return fc
    .tuple(
      plans.chain((both) => arbitraryAgreements(both, changes)),
      arbitraryPlan('c', [], changes, ANY_STACKS),
      arbitraryQuantity('octets'),
      fc.constantFrom('world', ''),
    )
    .chain(([agreed, plan, size, defaultZone]) =>
      addOnOf(plan, agreed.plans, inBase('octets', size)).map((addOn) => ({ agreed, addOn, defaultZone })),
    )
    .map(({ agreed, addOn, defaultZone }) => {
      const written = [...agreed.plans, addOn].map((each) => `  - ${JSON.stringify(each)}\n`).join('');
      const days = Object.fromEntries(changes.map((date, place) => [date, { USD: `1.${place + 1}`, XDR: '0.83' }]));
      const rates = [{ source: 'ECB', base: 'EUR', days: { '2019-01-01': { USD: '1.07', XDR: '0.8' }, ...days } }];
      const more = { agreements: agreed.agreements, exchangeRates: rates };
      const rest = Object.entries(more).map(([list, items]) => `${list}: ${JSON.stringify(items)}\n`);
      return catalogWith(`${written}${rest.join('')}`, defaultZone);
    });
}
