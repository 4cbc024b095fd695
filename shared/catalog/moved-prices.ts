import { addDays, type LocalDate } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import { accountPlans, agreementOf } from './account-plans.ts';
import type { Agreement } from './agreement.ts';
import type { Catalog, Plan, PlanVersion } from './catalog.ts';
import type { ExchangeRates } from './exchange-rate.ts';

/**
 * On which local days what prices an account differs between two releases: terms of plans with the zones, hours and seasons they name, and what was agreed.
 * Names, numbering, taxes and sources price nothing, and exchange rates only what carriers charge: a line keeps the rate it was first billed by.
 */
export interface MovedPrices {
  /** Whether anything does that can move lines of a period: of any plan, whoever is on it. */
  touch(period: Period): boolean;
  /** Whether a charge of a plan does by itself, or a top-up, on a day of a period. */
  ofCharge(plan: string, charge: string, period: Period): boolean;
  /** Whether anything of some plans does on a day of a period. */
  ofPlans(plans: Iterable<string>, period: Period): boolean;
  /** Whether anything does that agreed amounts of a period follow from, where the account is on some plans. */
  ofAgreed(plans: Iterable<string>, period: Period): boolean;
}

/** The same prices. */
export const SAME_PRICES: MovedPrices = {
  touch: () => false,
  ofCharge: () => false,
  ofPlans: () => false,
  ofAgreed: () => false,
};

/** Days on which a plan differs, and by which of its charges. */
interface Stretch extends Period {
  readonly charges: ReadonlySet<string>;
}

/** Where a plan differs. A fee for a longer interval reaches out of the period it is due in, by so many days. */
interface PlanMoves {
  readonly stretches: readonly Stretch[];
  readonly reach: number;
}

/** Two releases, compared once for all accounts. */
interface Releases {
  /** Ids of zone models, time bands and seasons that differ. */
  readonly models: ReadonlySet<string>;
  readonly clocks: ReadonlySet<string>;
  readonly rates: readonly Period[];
  /** As listed, by plan; none of plans that are the same. */
  readonly plans: ReadonlyMap<string, PlanMoves>;
}

/** What differs for an account between the release of before and the one of now. */
export function movedPrices(before: Catalog, now: Catalog, account: string): MovedPrices {
  const releases = compared(before, now);
  const [was, is] = [agreementOf(before, account), agreementOf(now, account)];
  const own = new Set([was, is].flatMap((each) => (each?.overrides ?? []).map(({ plan }) => plan)));
  const plans = new Map(releases.plans);
  for (const id of own) {
    const [a, b] = [before, now].map((each) => accountPlans(each, account).find((plan) => plan.id === id));
    plans.delete(id);
    for (const moves of planMoves(a, b, releases)) plans.set(id, moves);
  }
  const overlap = (plan: string, period: Period) =>
    (plans.get(plan)?.stretches ?? []).filter((each) => each.from < period.until && period.from < each.until);
  const around = (plan: string, { from, until }: Period) => {
    const { reach = 0 } = plans.get(plan) ?? {};
    return overlap(plan, { from: addDays(from, -reach), until: addDays(until, reach) }).length > 0;
  };
  const isAgreedElse = (period: Period) => was !== is && agreedIn(was, period) !== agreedIn(is, period);
  const some = (ids: Iterable<string>, is: (plan: string) => boolean) => [...ids].some(is);
  return {
    touch: (period) => isAgreedElse(period) || some(plans.keys(), (plan) => around(plan, period)),
    ofCharge: (plan, charge, period) => overlap(plan, period).some(({ charges }) => charges.has(charge)),
    ofPlans: (ids, period) => some(ids, (plan) => overlap(plan, period).length > 0),
    ofAgreed: (ids, period) => isAgreedElse(period) || some(ids, (plan) => around(plan, period)),
  };
}

const known = new WeakMap<Catalog, WeakMap<Catalog, Releases>>();

function compared(before: Catalog, now: Catalog): Releases {
  const ofBefore = known.get(before) ?? new WeakMap<Catalog, Releases>();
  known.set(before, ofBefore);
  const there = ofBefore.get(now);
  if (there !== undefined) return there;
  const apart = {
    models: differing(before.zoneModels, now.zoneModels),
    clocks: new Set([...differing(before.timeBands, now.timeBands), ...differing(before.seasons, now.seasons)]),
    rates: movedRates(before.exchangeRates, now.exchangeRates),
  };
  const [was, is] = [before, now].map(({ plans }) => new Map(plans.map((plan) => [plan.id, plan])));
  const plans = new Map<string, PlanMoves>();
  for (const id of new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])]))
    for (const moves of planMoves(was?.get(id), is?.get(id), apart)) plans.set(id, moves);
  const releases = { ...apart, plans };
  ofBefore.set(now, releases);
  return releases;
}

function differing(before: readonly { readonly id: string }[], now: readonly { readonly id: string }[]): Set<string> {
  const [was, is] = [before, now].map((list) => new Map(list.map((each) => [each.id, textOf(each)])));
  const ids = new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])]);
  return new Set([...ids].filter((id) => was?.get(id) !== is?.get(id)));
}

type Apart = Pick<Releases, 'models' | 'clocks' | 'rates'>;

/** Where a plan differs; nothing where it is the same. */
function planMoves(before: Plan | undefined, now: Plan | undefined, apart: Apart): PlanMoves[] {
  const versions = [before, now].flatMap((plan) => plan?.versions ?? []);
  const rated = versions.some(takesAmounts) ? apart.rates : [];
  const borders = [...versions, ...rated].flatMap(({ from, until }) => [from, until || OPEN]);
  const days = [...new Set(borders)].sort();
  const stretches = days.slice(0, -1).flatMap((from, place) => {
    const [a, b] = [before, now].map((plan) => plan && termsOn(plan, from));
    const charges = movedCharges(a, b, apart);
    const isRated = rated.some((each) => each.from <= from && from < each.until) && [a, b].some(isOfAmounts);
    return charges === undefined && !isRated
      ? []
      : [{ from, until: days[place + 1] as string, charges: charges ?? NO_CHARGES }];
  });
  if (stretches.length === 0) return [];
  const months = versions.flatMap(({ charges }) =>
    charges.map((charge) => (charge.kind === 'recurring' ? charge.interval.months : 1)),
  );
  const longest = Math.max(1, ...months);
  return [{ stretches, reach: longest === 1 ? 0 : longest * 31 }];
}

const OPEN = '9999-12-31';
const NO_CHARGES: ReadonlySet<string> = new Set();

/** A plan as it is on a day. */
interface Terms {
  readonly plan: Plan;
  readonly version: PlanVersion;
}

function termsOn(plan: Plan, day: LocalDate): Terms | undefined {
  const version = plan.versions.find(({ from, until }) => from <= day && (until === '' || day < until));
  return version && { plan, version };
}

function isOfAmounts(terms: Terms | undefined): boolean {
  return terms !== undefined && takesAmounts(terms.version);
}

function takesAmounts({ charges }: PlanVersion): boolean {
  return charges.some((charge) => charge.kind === 'usage' && charge.measure === 'amount');
}

/** Charges and top-ups by which terms differ by themselves, perhaps none; undefined where the terms are the same in all that prices. */
function movedCharges(before: Terms | undefined, now: Terms | undefined, apart: Apart) {
  if (before === undefined && now === undefined) return undefined;
  const [was, is] = [sellable(before), sellable(now)];
  const isAnew = headOf(before) !== headOf(now);
  const ids = [...new Set([...was.keys(), ...is.keys()])];
  const moved = new Set(ids.filter((id) => isAnew || was.get(id) !== is.get(id)));
  const isElse = [before, now].some((terms) => terms !== undefined && namesAny(terms, apart));
  return moved.size > 0 || isAnew || isElse || wholeOf(before) !== wholeOf(now) ? moved : undefined;
}

function sellable(terms: Terms | undefined): Map<string, string> {
  const { charges = [], topUps = [] } = terms?.version ?? {};
  return new Map([...charges, ...topUps].map((each) => [each.id, textOf(each)]));
}

/** What all lines of the terms go by. */
function headOf(terms: Terms | undefined): string {
  return terms === undefined ? '' : textOf([terms.version.from, terms.plan.currency, terms.plan.prices]);
}

function wholeOf(terms: Terms | undefined): string {
  if (terms === undefined) return '';
  const { plan, version } = terms;
  return textOf([plan.kind, plan.zoneModel, plan.unmatched, { ...version, until: '' }]);
}

/** Whether terms name a zone model, time band or season that differs. */
function namesAny({ plan, version }: Terms, { models, clocks }: Apart): boolean {
  const usage = version.charges.filter((charge) => charge.kind === 'usage');
  const bands = usage.flatMap(({ match }) => match.bands);
  const seasonal = version.charges.flatMap((charge) => ('seasons' in charge ? (charge.seasons ?? []) : []));
  const named = [...bands, ...seasonal.map(({ season }) => season)];
  return (usage.length > 0 && models.has(plan.zoneModel)) || named.some((id) => clocks.has(id));
}

/** What was agreed with an account for a period, beside its own parts of plans. */
function agreedIn(agreement: Agreement | undefined, period: Period): string {
  const within = ({ from, until }: { from: LocalDate; until: LocalDate | '' }) =>
    from < period.until && (until === '' || until > period.from);
  const clipped = <Of extends { readonly from: LocalDate; readonly until: LocalDate | '' }>(list: readonly Of[]) =>
    list.filter(within).map((each) => ({ ...each, until: each.until < period.until ? each.until : '' }));
  if (agreement === undefined) return textOf([[], []]);
  return textOf([clipped(agreement.commitments), clipped(agreement.discounts)]);
}

/** Stretches of days on which a rate of some source differs: each until the next day that has rates. */
function movedRates(before: readonly ExchangeRates[], now: readonly ExchangeRates[]): Period[] {
  const order = ({ source, base }: ExchangeRates) => `${source} ${base}`;
  if (before.map(order).join() !== now.map(order).join()) return [{ from: '', until: OPEN }];
  return now.flatMap(({ days }, place) => {
    const [was, is] = [before[place]?.days ?? [], days].map((of) => new Map(of.map((day) => [day.date, textOf(day)])));
    const dates = [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])].sort();
    return dates.flatMap((date, at) =>
      was?.get(date) === is?.get(date) ? [] : [{ from: date, until: dates[at + 1] ?? OPEN }],
    );
  });
}

/** As text, without what things are called and whether a line of zero is shown. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, inner) => {
    if (inner === null || typeof inner !== 'object' || !('id' in inner)) return inner;
    const { name, hidden, ...rest } = inner;
    return rest;
  });
}
