import type { UsageCharge } from '#shared/catalog/catalog.ts';
import type { RecordedFact } from '#shared/inventory/fact.ts';
import { type Amount, amount } from '#shared/money/amount.ts';
import type { Instant } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import { dayAt, daysThrough, instantsOf } from './account-calendar.ts';
import { type Rest, sourceOf } from './allowances.ts';
import { stateAt, type Terms, termsAt } from './life.ts';
import type { LineHead } from './lines.ts';
import type { Part } from './prices.ts';
import { inOrderOf, type World } from './world.ts';

/** A charge whose flat amount is due without usage too, by the terms a subscription had at an instant. */
interface Unused {
  readonly subscription: string;
  readonly terms: Terms;
  readonly charge: UsageCharge;
}

/** Flat amounts of subscriptions that were active, of charges of which nothing was left to be priced (pricing rules §5, flatAtZero). */
export function atZero(
  world: World,
  facts: readonly RecordedFact[],
  period: Period,
  parts: readonly Part[],
  open: readonly Rest[],
): { head: LineHead; quantity: Amount; exact: Amount }[] {
  const { until } = instantsOf(world, period);
  const isOver = until <= world.usageCutOff;
  const due = world.sims.flatMap(({ id }) => {
    const seen = activeTerms(world, facts, id, period)
      .flatMap((terms) => unusedOf(id, terms))
      .filter(({ charge }) => charge.count === 'subscription');
    return [...Map.groupBy(seen, ({ terms, charge }) => `${terms.plan} ${charge.id}`).values()].flatMap(
      (of): Unused[] => {
        const { terms, charge } = of[0]!;
        const isUsed = parts.some(
          ({ rest: { piece, pool }, quantity, paid }) =>
            pool === '' &&
            paid === '' &&
            quantity > 0n &&
            piece.subscription === id &&
            piece.plan === terms.plan &&
            piece.charge.id === charge.id,
        );
        if (isUsed) return [];
        const isKnown = charge.price.model === 'flat' || charge.price.model === 'graduated';
        if (!isKnown && !isOver) return [];
        const due = isKnown ? of[0]! : of.at(-1)!;
        return ['unit', 'package'].includes(due.charge.price.model) ? [] : [due];
      },
    );
  });
  const shared = dueTogether(world, facts, period, parts, open, isOver);
  return [...Map.groupBy([...due, ...shared], lineKey).values()].map((of) => {
    const { terms, charge } = of[0]!;
    const { price } = charge;
    const tier = 'tiers' in price ? 1 : 0;
    const flat = 'tiers' in price ? price.tiers[0]!.flat : price.model === 'flat' ? price.amount : '0';
    const whose = { businessUnit: terms.businessUnit, plan: terms.plan, version: terms.version.from };
    const head = { ...whose, charge: charge.id, zone: '', tier, period: period.from };
    const quantity = price.model === 'flat' || price.model === 'stairStep' ? amount(of.length) : amount(0);
    return { head, quantity, exact: amount(flat).times(of.length) };
  });
}

/** Flat amounts that are due once for a pool or the account, of charges that some subscription could have used. */
function dueTogether(
  world: World,
  facts: readonly RecordedFact[],
  period: Period,
  parts: readonly Part[],
  open: readonly Rest[],
  isOver: boolean,
): Unused[] {
  const seen = world.sims
    .flatMap(({ id }) => activeTerms(world, facts, id, period).flatMap((terms) => unusedOf(id, terms)))
    .filter(({ charge }) => charge.count !== 'subscription')
    .map((unused) => ({ unused, counted: countedUnder(unused) }));
  const groups = Map.groupBy(seen, ({ unused: { terms, charge }, counted }) => {
    return JSON.stringify([counted.source, terms.plan, charge.id]);
  });
  return [...groups.values()].flatMap((of) => {
    const { unused, counted } = of[0]!;
    const isIts = ({ piece, pool }: Rest) =>
      piece.plan === unused.terms.plan &&
      piece.charge.id === unused.charge.id &&
      (counted.source === '' || counted.source === pool);
    if (parts.some(({ rest, quantity, paid }) => paid === '' && quantity > 0n && isIts(rest))) return [];
    if (open.some(isIts)) return [];
    const inOrder = of.map((each) => each.unused).sort(inOrderOf(({ terms }) => terms.version.from));
    const [first, last] = [inOrder[0]!, inOrder.at(-1)!];
    const isKnown = first.charge.price.model === 'flat' || first.charge.price.model === 'graduated';
    if (!isKnown && !isOver) return [];
    const its = isKnown ? first : last;
    if (['unit', 'package'].includes(its.charge.price.model)) return [];
    return [{ ...its, terms: { ...its.terms, businessUnit: counted.businessUnit } }];
  });
}

/** The last pool of a charge's stack, and whose it is; the account itself where it counts over that. */
function countedUnder({ terms, charge, subscription }: Unused): { source: string; businessUnit: string } {
  const pool = terms.version.allowances.findLast(
    ({ kind, covers }) => kind !== 'individual' && covers.includes(charge.id),
  );
  if (charge.count === 'account' || pool === undefined) return { source: '', businessUnit: '' };
  const businessUnit = pool.scope === 'businessUnit' ? terms.businessUnit : '';
  return { source: sourceOf(pool, { ...terms, subscription }), businessUnit };
}

function lineKey({ terms, charge }: Unused): string {
  return JSON.stringify([terms.businessUnit, terms.plan, terms.version.from, charge.id]);
}

function unusedOf(subscription: string, terms: Terms): Unused[] {
  return terms.version.charges.flatMap((charge) =>
    charge.kind === 'usage' && charge.flatAtZero ? [{ subscription, terms, charge }] : [],
  );
}

/** The terms it was active under in the part of a period that is looked at, one after the other: at every midnight and whenever anything changes. */
function activeTerms(world: World, facts: readonly RecordedFact[], subscription: string, period: Period): Terms[] {
  const { from, until } = instantsOf(world, period);
  const midnights = daysThrough(world, period).map((day) => day.from);
  const changes: Instant[] = [...midnights, ...facts.map(({ fact }) => fact.effectiveFrom)];
  const looked = changes.filter((at) => from <= at && at < until && at < world.usageCutOff).sort((a, b) => a - b);
  return looked.flatMap((at) => {
    const state = stateAt(facts, subscription, at);
    const terms = termsAt(world, facts, subscription, at, dayAt(world, at));
    const isUsed = state === 'active' || (state === 'test' && terms?.isChargedInTest === true);
    return terms === undefined || !isUsed ? [] : [terms, ...terms.addOns.map((addOn) => ({ ...terms, ...addOn }))];
  });
}
