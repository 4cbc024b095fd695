import type { PlanVersion, PropertyCondition, SubscriptionState } from '#shared/catalog/catalog.ts';
import type { Fact, RecordedFact } from '#shared/inventory/fact.ts';
import { type Instant, instantOf, type LocalDate } from '#shared/time/local-date.ts';
import type { Use } from '../rating/fleet.ts';
import { midnight } from './account-calendar.ts';
import { ownVersion } from './agreed.ts';
import { PAYER, type World } from './world.ts';

/** The facts of a world that a run looks at: what holds at its cut-off for charges is taken to last (pricing rules §1). */
export function factsIn(world: World): RecordedFact[] {
  const { facts, chargeCutOff } = world;
  const known =
    remembered.get(world) ?? [...facts, ...activations(world)].filter(({ fact }) => fact.effectiveFrom <= chargeCutOff);
  remembered.set(world, known);
  return known;
}

const remembered = new WeakMap<World, RecordedFact[]>();

/**
 * What is ready becomes active at the first usage of more than nothing, or after its days (pricing rules §1): as if somebody had recorded it right
 * after the state, from that instant on.
 */
function activations(world: World): RecordedFact[] {
  const said = ofKind(world.facts, 'state');
  return said.flatMap(({ position, index, fact }): RecordedFact[] => {
    const { subscription, effectiveFrom, state, activeFrom } = fact;
    const own = said.filter((each) => each.fact.subscription === subscription);
    if (state !== 'ready' || holding(own, effectiveFrom) !== fact) return [];
    const next = own.map((each) => each.fact.effectiveFrom).filter((at) => at > effectiveFrom);
    const ends = [...usesOf(world, subscription), ...(activeFrom === undefined ? [] : [activeFrom])].filter(
      (at) => effectiveFrom <= at && next.every((other) => at < other),
    );
    if (ends.length === 0) return [];
    const active = { kind: 'state', subscription, effectiveFrom: Math.min(...ends), state: 'active' } as const;
    return [{ position, index: index + 0.5, fact: active }];
  });
}

/** When a subscription was used for more than nothing, through whatever identifier. */
function usesOf(world: World, subscription: string): Instant[] {
  const { sims, facts, unpaidZone } = world;
  const paying = ofKind(facts, 'assignments').filter(({ fact }) => fact.subscription === subscription);
  return sims.flatMap(({ id, uses = [] }) =>
    eventsOf(uses).flatMap((use) => {
      const { bytes = 0, up = 0, down = 0, seconds = 0, count = 0 } = use;
      if (bytes + up + down + seconds + count === 0) return [];
      const paid = use.precision === undefined ? instantOf(use.at, 'UTC') : midnight(world, use.at);
      const isPaid = use.precision === undefined || (holding(paying, paid)?.assignments.length ?? 0) > 0;
      const at = isPaid || unpaidZone === undefined ? paid : instantOf(use.at, unpaidZone);
      return ownerAt(facts, `imsi#${id}`, at) === subscription ? [at] : [];
    }),
  );
}

/** Each event once: the first record of it stands; of aggregates the last. */
export function eventsOf(uses: readonly Use[]): Use[] {
  return uses.filter((use, place) => {
    if (use.event === undefined) return true;
    const others = use.precision === undefined ? uses.slice(0, place) : uses.slice(place + 1);
    return !others.some(({ event }) => event === use.event);
  });
}

/** Of some facts the one that holds at an instant: of two the later, of two with one date the one recorded later. */
function holding<F extends Fact>(facts: readonly RecordedFact<F>[], at: Instant): F | undefined {
  let found: RecordedFact<F> | undefined;
  for (const each of facts) {
    if (each.fact.effectiveFrom > at) continue;
    if (found === undefined || isLater(each, found)) found = each;
  }
  return found?.fact;
}

function isLater(one: RecordedFact, other: RecordedFact): boolean {
  if (one.fact.effectiveFrom !== other.fact.effectiveFrom) return one.fact.effectiveFrom > other.fact.effectiveFrom;
  if (one.position !== other.position) return one.position > other.position;
  return one.index > other.index;
}

const ofKind = <K extends Fact['kind']>(facts: readonly RecordedFact[], kind: K) =>
  facts.filter(({ fact }) => fact.kind === kind) as RecordedFact<Extract<Fact, { kind: K }>>[];

/** The subscription that has an identifier at an instant; '' = none. */
export function ownerAt(facts: readonly RecordedFact[], identifier: string, at: Instant): string {
  const about = ofKind(facts, 'identifier').filter(({ fact }) => fact.identifier === identifier);
  return holding(about, at)?.subscription ?? '';
}

/** The state of a subscription at an instant; before its first it is in inventory. */
export function stateAt(facts: readonly RecordedFact[], subscription: string, at: Instant): SubscriptionState {
  const about = ofKind(facts, 'state').filter(({ fact }) => fact.subscription === subscription);
  return holding(about, at)?.state ?? 'inventory';
}

/** Whether anybody pays for a subscription at an instant. */
export function isPaid(facts: readonly RecordedFact[], subscription: string, at: Instant): boolean {
  const about = ofKind(facts, 'assignments').filter(({ fact }) => fact.subscription === subscription);
  return (holding(about, at)?.assignments.length ?? 0) > 0;
}

/** What our payer has a subscription on. */
export interface Terms {
  readonly businessUnit: string;
  readonly plan: string;
  readonly zoneModel: string;
  readonly version: PlanVersion;
  /** Those of its add-ons, in order of their ids. */
  readonly addOns: readonly AddOnTerms[];
  /** Whether its plan charges it in test as if it were active. */
  readonly isChargedInTest: boolean;
}

/** What an add-on brings. */
export type AddOnTerms = Pick<Terms, 'plan' | 'zoneModel' | 'version'>;

/**
 * The terms at an instant of a local day: nothing where another pays, or nobody, or the plan has no version on that day. The first assignment
 * in order takes all.
 */
export function termsAt(
  world: World,
  facts: readonly RecordedFact[],
  subscription: string,
  at: Instant,
  date: LocalDate,
): Terms | undefined {
  const { catalog } = world;
  const about = ofKind(facts, 'assignments').filter(({ fact }) => fact.subscription === subscription);
  const assignment = holding(about, at)?.assignments[0];
  if (assignment?.payer !== PAYER) return undefined;
  const plan = catalog.plans.find(({ id }) => id === assignment.plan);
  const version = plan?.versions.find((each) => holdsOn(each, date));
  if (plan === undefined || version === undefined) return undefined;
  const own = ownVersion(world, plan.id, version, date);
  const addOns = addOnsAt(world, facts, subscription, at, date);
  return {
    businessUnit: assignment.businessUnit,
    plan: plan.id,
    zoneModel: plan.zoneModel,
    version: own,
    addOns,
    isChargedInTest: version.whenTest === 'charge',
  };
}

/** The add-ons given since our payer pays, and not taken away again. */
export function addOnsAt(
  world: World,
  facts: readonly RecordedFact[],
  subscription: string,
  at: Instant,
  date: LocalDate,
): AddOnTerms[] {
  const paying = ofKind(facts, 'assignments').filter(({ fact }) => fact.subscription === subscription);
  const pays = (when: Instant) => holding(paying, when)?.assignments[0]?.payer === PAYER;
  return world.catalog.plans.flatMap((plan): AddOnTerms[] => {
    const about = ofKind(facts, 'addOn').filter(
      ({ fact }) => fact.subscription === subscription && fact.addOn === plan.id,
    );
    const given = holding(about, at);
    if (given?.has !== true || !pays(given.effectiveFrom)) return [];
    const since = paying.filter(
      ({ fact: { effectiveFrom } }) => given.effectiveFrom < effectiveFrom && effectiveFrom <= at,
    );
    if (since.some(({ fact: { effectiveFrom } }) => !pays(effectiveFrom))) return [];
    const version = plan.versions.find((each) => holdsOn(each, date));
    if (version === undefined) return [];
    return [{ plan: plan.id, zoneModel: plan.zoneModel, version: ownVersion(world, plan.id, version, date) }];
  });
}

function holdsOn({ from, until }: PlanVersion, date: LocalDate): boolean {
  return from <= date && (until === '' || date < until);
}

/** What a property of a subscription is at an instant; '' = it has it not. */
export function propertyAt(facts: readonly RecordedFact[], subscription: string, name: string, at: Instant): string {
  const about = ofKind(facts, 'property').filter(
    ({ fact }) => fact.subscription === subscription && fact.name === name,
  );
  return holding(about, at)?.value ?? '';
}

/** Whether a subscription has these properties at an instant. */
export function hasProperties(
  facts: readonly RecordedFact[],
  subscription: string,
  at: Instant,
  of: readonly PropertyCondition[],
): boolean {
  return of.every(({ name, values }) => values.includes(propertyAt(facts, subscription, name, at)));
}

/** What a plan is to a subscription with these terms: what it is on, or an add-on it has; nothing if neither. */
export function termsUnder<T extends Terms>(terms: T, plan: string): T | undefined {
  if (terms.plan === plan) return terms;
  const addOn = terms.addOns.find((each) => each.plan === plan);
  return addOn && { ...terms, ...addOn, addOns: [] };
}
