import { accountPlans } from '#shared/catalog/account-plans.ts';
import type { Catalog, Plan, PlanVersion, Season, UsageCharge, ZoneModel } from '#shared/catalog/catalog.ts';
import type { ExchangeRates } from '#shared/catalog/exchange-rate.ts';
import { type ToldApart, toldApart } from '#shared/catalog/told-apart.ts';
import { OPEN_END } from '#shared/inventory/timeline.ts';
import type { Currency } from '#shared/money/currency.ts';
import { type Instant, startOfDay, type TimeZones, zoneName } from '#shared/time/local-date.ts';
import type { BillingDays } from '#shared/time/period.ts';
import { detailsAsked } from './matched-details.ts';
import { type TermsClock, termsClock } from './terms-clock.ts';
import { compileZones, type ZoneFinder } from './zone.ts';

/** A plan version as it holds for payers of one time zone, prepared for pricing. */
export interface PlanTerms {
  readonly plan: string;
  readonly planName: string;
  readonly currency: Currency;
  /** Whether its prices include tax (gross) or not (net). */
  readonly prices: 'net' | 'gross';
  readonly version: PlanVersion;
  readonly from: Instant;
  readonly until: Instant;
  readonly zoneOf: ZoneFinder;
  readonly zoneNames: ReadonlyMap<string, string>;
  readonly unmatched: 'suspense' | 'free';
  /** What amounts that carriers charged are converted by. */
  readonly exchangeRates: readonly ExchangeRates[];
  /** Tells time bands and seasons; nothing where no charge asks for them. */
  readonly clock: TermsClock | undefined;
  /** Seasons by their ids. */
  readonly seasons: ReadonlyMap<string, Season>;
  /** Names of the properties its usage charges ask for. */
  readonly properties: readonly string[];
  /** Details of subscriptions that charges of any version of its plan match; mostly none. */
  readonly details: readonly string[];
  /** Whether an allowance or top-up of any version of its plan moves on what it has left. */
  readonly carries: boolean;
  /** What stands behind pools in the stacks of any version of its plan; mostly nothing. */
  readonly toldApart: ToldApart;
  /** Usage charges with their place among all charges of the version. */
  readonly usageCharges: readonly { readonly charge: UsageCharge; readonly order: number }[];
}

/** The versions of each plan by its id, earliest first. */
export type PlanBook = ReadonlyMap<string, readonly PlanTerms[]>;

/**
 * Prepares the plans of a catalogue, as they hold for an account, for payers of a time zone and, where they are billed, of billing days: a version begins
 * and ends at local midnight. What is listed is prepared once and shared by all accounts.
 */
export function planBook(catalog: Catalog, zone: TimeZones, account: string, billingDay?: BillingDays): PlanBook {
  const models = new Map(catalog.zoneModels.map((model) => [model.id, model]));
  return new Map(
    accountPlans(catalog, account, billingDay).map((plan) => [
      plan.id,
      termsOfPlan(plan, catalog, models.get(plan.zoneModel) as ZoneModel, zone),
    ]),
  );
}

const known = new WeakMap<Plan, Map<string, readonly PlanTerms[]>>();

function termsOfPlan(
  plan: Plan,
  { timeBands, seasons, exchangeRates }: Catalog,
  model: ZoneModel,
  zone: TimeZones,
): readonly PlanTerms[] {
  const byZone = known.get(plan) ?? new Map<string, readonly PlanTerms[]>();
  known.set(plan, byZone);
  const there = byZone.get(zoneName(zone));
  if (there !== undefined) return there;
  const zones = zonesOf(model);
  const byId = new Map(seasons.map((season) => [season.id, season]));
  const carries = plan.versions.some(
    ({ allowances, topUps = [] }) => topUps.length > 0 || allowances.some(({ carryOver }) => carryOver !== undefined),
  );
  const apart = toldApart(plan.versions.map(({ allowances }) => allowances));
  const details = detailsAsked(plan.versions);
  const terms = plan.versions.map((version) => ({
    plan: plan.id,
    planName: plan.name,
    currency: plan.currency,
    prices: plan.prices,
    version,
    from: startOfDay(version.from, zone),
    until: version.until === '' ? OPEN_END : startOfDay(version.until, zone),
    zoneOf: zones.find,
    zoneNames: zones.names,
    unmatched: plan.unmatched,
    exchangeRates,
    clock: termsClock(version, timeBands, seasons, zone),
    seasons: byId,
    properties: propertiesAsked(version),
    details,
    carries,
    toldApart: apart,
    usageCharges: version.charges.flatMap((charge, order) => (charge.kind === 'usage' ? [{ charge, order }] : [])),
  }));
  byZone.set(zoneName(zone), terms);
  return terms;
}

function propertiesAsked({ charges }: PlanVersion): string[] {
  const usage = charges.filter((charge) => charge.kind === 'usage');
  const asked = usage.flatMap(({ match, property }) => [...match.properties.map(({ name }) => name), property]);
  return [...new Set(asked)].filter((name) => name !== '');
}

interface PreparedZones {
  readonly find: ZoneFinder;
  readonly names: ReadonlyMap<string, string>;
}

const prepared = new WeakMap<ZoneModel, PreparedZones>();

/** A zone model, prepared once however many plans name it. */
function zonesOf(model: ZoneModel): PreparedZones {
  const there = prepared.get(model);
  if (there !== undefined) return there;
  const made = { find: compileZones(model), names: new Map(model.zones.map((each) => [each.id, each.name])) };
  prepared.set(model, made);
  return made;
}
