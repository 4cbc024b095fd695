import type { UsageCharge, UsagePrice } from '#shared/catalog/catalog.ts';
import { amount } from '#shared/money/amount.ts';
import type { PlanTerms } from './plan-terms.ts';

/** Between the id of a charge and the season it is priced by; no id holds it. */
const IN = '@';

const made = new WeakMap<UsageCharge, Map<string, UsageCharge>>();

/**
 * A charge at the price of a season (pricing rules §5): the first of its seasons that holds. It is "data@summer" where "data" is its name in the
 * plan; a line of its own, and one count with the rest of the year.
 */
export function inSeason(terms: PlanTerms, charge: UsageCharge, seasons: ReadonlySet<string>): UsageCharge {
  const held = charge.seasons.find(({ season }) => seasons.has(season));
  return held === undefined ? charge : pricedIn(terms, charge, held.season);
}

function pricedIn({ seasonNames }: PlanTerms, charge: UsageCharge, season: string): UsageCharge {
  const known = made.get(charge) ?? new Map<string, UsageCharge>();
  made.set(charge, known);
  const there = known.get(season);
  if (there !== undefined) return there;
  const terms = charge.seasons.find((each) => each.season === season);
  if (terms === undefined) throw new Error(`charge ${charge.id} has no price for season ${season}`);
  const price = 'price' in terms ? terms.price : times(charge.price, terms.factor);
  const name = `${charge.name}, ${seasonNames.get(season) ?? season}`;
  const seasonal = { ...charge, id: `${charge.id}${IN}${season}`, name, price };
  known.set(season, seasonal);
  return seasonal;
}

/** The id of a charge in its plan, in whatever season. */
export function idInPlan(id: string): string {
  const at = id.indexOf(IN);
  return at < 0 ? id : id.slice(0, at);
}

/** The usage charge of an id that may name a season; nothing when the terms have none. */
export function usageChargeOf(terms: PlanTerms, id: string): UsageCharge | undefined {
  const own = idInPlan(id);
  const charge = terms.usageCharges.find((each) => each.charge.id === own)?.charge;
  return charge === undefined || own === id ? charge : pricedIn(terms, charge, id.slice(own.length + IN.length));
}

/** A price times a factor: all its amounts. */
function times(price: UsagePrice, factor: string): UsagePrice {
  const scaled = (text: string) => amount(text).times(factor).toFixed();
  if (!('tiers' in price)) return { ...price, amount: scaled(price.amount) };
  return {
    ...price,
    tiers: price.tiers.map((tier) => ({ ...tier, amount: scaled(tier.amount), flat: scaled(tier.flat) })),
  };
}
