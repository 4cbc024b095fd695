import type { PlanVersion, SubscriptionState } from '#shared/catalog/catalog.ts';
import type { Fact, RecordedFact } from '#shared/inventory/fact.ts';
import { type Instant, type LocalDate, localDateOf } from '#shared/time/local-date.ts';
import { factsOf } from '../rating/fleet.ts';
import { PAYER, type World } from './world.ts';

/** Every fact of a world that a run looks at: what holds at its cut-off for charges is taken to last (pricing rules §1). */
export function factsIn({ sims, zone, chargeCutOff }: World): RecordedFact[] {
  return allFacts({ sims, zone }).filter(({ fact }) => fact.effectiveFrom <= chargeCutOff);
}

/** Every fact of a world; each subscription's are recorded behind those of the one before. */
export function allFacts({ sims, zone }: Pick<World, 'sims' | 'zone'>): RecordedFact[] {
  return sims.flatMap(({ id, turns }, place) =>
    factsOf(id, [{ at: '2020-01-01', has: `imsi#${id}`, payer: '' }, ...turns], zone, place + 1),
  );
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

/** What our payer has a subscription on. */
export interface Terms {
  readonly businessUnit: string;
  readonly plan: string;
  readonly zoneModel: string;
  readonly version: PlanVersion;
}

/** The terms at an instant: nothing where another pays, or nobody, or the plan has no version. The first assignment in order takes all. */
export function termsAt(
  world: World,
  facts: readonly RecordedFact[],
  subscription: string,
  at: Instant,
): Terms | undefined {
  const about = ofKind(facts, 'assignments').filter(({ fact }) => fact.subscription === subscription);
  const assignment = holding(about, at)?.assignments[0];
  if (assignment?.payer !== PAYER) return undefined;
  const plan = world.catalog.plans.find(({ id }) => id === assignment.plan);
  const version = plan?.versions.find((each) => holdsOn(each, localDateOf(at, world.zone)));
  if (plan === undefined || version === undefined) return undefined;
  return { businessUnit: assignment.businessUnit, plan: plan.id, zoneModel: plan.zoneModel, version };
}

function holdsOn({ from, until }: PlanVersion, date: LocalDate): boolean {
  return from <= date && (until === '' || date < until);
}
