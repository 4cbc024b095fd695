import type { RecurringCharge, Season, UsageCharge } from '#shared/catalog/catalog.ts';
import { EACH } from '#shared/catalog/files/read-increment.ts';
import type { UsagePrice } from '#shared/catalog/price.ts';
import { amount } from '#shared/money/amount.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import { isInSeason } from './calendar.ts';
import type { PlanTerms } from './plan-terms.ts';

/** Between the id of a charge and the season it is priced by. No id holds it, nor the other. */
const IN = '@';
/** Between the id of a charge and what of it is paid by the record. */
const OF = '#';

/** What may have another price in a season. */
type Seasonal = UsageCharge | RecurringCharge;

const made = new WeakMap<Seasonal, Map<string, Seasonal>>();

/**
 * A charge at the price of a season (pricing rules §5): the first of its seasons that holds. It is "data@summer" where "data" is its name in the
 * plan; a line of its own, and one count with the rest of the year.
 */
export function inSeason(terms: PlanTerms, charge: UsageCharge, seasons: ReadonlySet<string>): UsageCharge {
  const held = charge.seasons.find(({ season }) => seasons.has(season));
  return held === undefined ? charge : pricedIn(terms, charge, held.season);
}

/** A recurring charge at the price of a local day, as `inSeason` has usage. */
export function onDay(terms: PlanTerms, charge: RecurringCharge, date: LocalDate): RecurringCharge {
  const held = charge.seasons?.find(({ season }) => isInSeason(terms.seasons.get(season) as Season, date));
  return held === undefined ? charge : pricedIn(terms, charge, held.season);
}

function pricedIn<Of extends Seasonal>({ seasons }: PlanTerms, charge: Of, season: string): Of {
  const known = made.get(charge) ?? new Map<string, Seasonal>();
  made.set(charge, known);
  const there = known.get(season);
  if (there !== undefined) return there as Of;
  const price = priceIn(charge, season);
  const name = `${charge.name}, ${seasons.get(season)?.name ?? season}`;
  const seasonal = { ...charge, id: `${charge.id}${IN}${season}`, name, price };
  known.set(season, seasonal);
  return seasonal;
}

function priceIn(charge: Seasonal, season: string): UsagePrice {
  const terms = charge.seasons?.find((each) => each.season === season);
  if (terms === undefined) throw new Error(`charge ${charge.id} has no price for season ${season}`);
  return 'price' in terms ? terms.price : times(charge.price, terms.factor);
}

/** The season that an id of a line names; '' = the rest of the year. */
export function seasonOf(id: string): string {
  return id.split(IN)[1] ?? '';
}

/** A charge of a plan at the price that an id of a line names: perhaps that of a season; null where it has none for that. */
export function pricedAs<Of extends Seasonal>(charge: Of, id: string): Of | null {
  const season = seasonOf(id);
  if (season === '') return charge;
  const isKnown = charge.seasons?.some((each) => each.season === season) === true;
  return isKnown ? { ...charge, price: priceIn(charge, season) } : null;
}

/** What of a charge is paid by the record (pricing rules §3.7), beside what its price comes to. */
export type RecordPart = 'fee' | 'minimum' | 'maximum';

const partsMade = new WeakMap<UsageCharge, Map<RecordPart, UsageCharge>>();

/**
 * What of a charge is paid by the record, as a charge of so much a record: the connection fee, or what records come to that are raised to the
 * minimum or cut at the maximum. It is "data#fee" where "data" is the charge's name in the plan, the same in every season.
 */
export function paidByRecord(charge: UsageCharge, part: RecordPart): UsageCharge {
  const known = partsMade.get(charge) ?? new Map<RecordPart, UsageCharge>();
  partsMade.set(charge, known);
  const amounts = { fee: charge.connectionFee, minimum: charge.minimum, maximum: charge.maximum };
  const made = known.get(part) ?? {
    ...charge,
    id: `${idInPlan(charge.id)}${OF}${part}`,
    measure: 'records',
    unit: 'piece',
    increment: EACH,
    price: { model: 'unit', amount: amounts[part] },
    seasons: [],
  };
  known.set(part, made);
  return made;
}

/** The id of a charge in its plan, in whatever season and of whatever part. */
export function idInPlan(id: string): string {
  return id.split(/[@#]/, 1)[0] as string;
}

/** Which part of a charge, paid by the record, an id names; '' = what its price comes to. */
export function recordPartOf(id: string): RecordPart | '' {
  return (id.split(OF)[1] ?? '') as RecordPart | '';
}

/** The usage charge of an id that may name a season or a part; nothing when the terms have none. */
export function usageChargeOf(terms: PlanTerms, id: string): UsageCharge | undefined {
  const own = idInPlan(id);
  const charge = terms.usageCharges.find((each) => each.charge.id === own)?.charge;
  if (charge === undefined || own === id) return charge;
  const part = recordPartOf(id);
  return part === '' ? pricedIn(terms, charge, id.slice(own.length + IN.length)) : paidByRecord(charge, part);
}

/** The recurring charge of an id that may name a season; nothing when the terms have none. */
export function recurringChargeOf(terms: PlanTerms, id: string): RecurringCharge | undefined {
  const own = idInPlan(id);
  const charge = terms.version.charges.find((each) => each.id === own && each.kind === 'recurring');
  if (charge?.kind !== 'recurring' || own === id) return charge as RecurringCharge | undefined;
  return pricedIn(terms, charge, seasonOf(id));
}

/** The recurring charge as it is listed, and the factor of the season that an id names; nothing where that has no factor. */
export function seasonFactor(terms: PlanTerms, id: string): { listed: RecurringCharge; factor: string } | undefined {
  const listed = recurringChargeOf(terms, idInPlan(id));
  const held = listed?.seasons?.find(({ season }) => season === seasonOf(id));
  return listed === undefined || held === undefined || 'price' in held ? undefined : { listed, factor: held.factor };
}

/** A price times a factor: all its amounts. */
function times(price: UsagePrice, factor: string): UsagePrice {
  const scaled = (text: string) => amount(text).times(factor).toFixed();
  if (price.model === 'percentage') return { ...price, percent: scaled(price.percent) };
  if (!('tiers' in price)) return { ...price, amount: scaled(price.amount) };
  return {
    ...price,
    tiers: price.tiers.map((tier) => ({ ...tier, amount: scaled(tier.amount), flat: scaled(tier.flat) })),
  };
}
