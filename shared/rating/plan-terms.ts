import type { Catalog, PlanVersion, UsageCharge } from '#shared/catalog/catalog.ts';
import { OPEN_END } from '#shared/inventory/timeline.ts';
import type { Currency } from '#shared/money/currency.ts';
import { type Instant, startOfDay, type TimeZone } from '#shared/time/local-date.ts';
import { compileZones, type ZoneFinder } from './zone.ts';

/** A plan version as it holds for payers of one time zone, prepared for pricing. */
export interface PlanTerms {
  readonly plan: string;
  readonly planName: string;
  readonly currency: Currency;
  readonly version: PlanVersion;
  readonly from: Instant;
  readonly until: Instant;
  readonly zoneOf: ZoneFinder;
  readonly zoneNames: ReadonlyMap<string, string>;
  readonly unmatched: 'suspense' | 'free';
  /** Usage charges with their place among all charges of the version. */
  readonly usageCharges: readonly { readonly charge: UsageCharge; readonly order: number }[];
}

/** The versions of each plan by its id, earliest first. */
export type PlanBook = ReadonlyMap<string, readonly PlanTerms[]>;

/** Prepares all plans of a catalogue for payers of a time zone: a version begins and ends at local midnight. */
export function planBook(catalog: Catalog, zone: TimeZone): PlanBook {
  const models = new Map(catalog.zoneModels.map((model) => [model.id, model]));
  const finders = new Map(catalog.zoneModels.map((model) => [model.id, compileZones(model)]));
  const book = new Map<string, PlanTerms[]>();
  for (const plan of catalog.plans) {
    const zoneNames = new Map(models.get(plan.zoneModel)?.zones.map((each) => [each.id, each.name]));
    const terms = plan.versions.map((version) => ({
      plan: plan.id,
      planName: plan.name,
      currency: plan.currency,
      version,
      from: startOfDay(version.from, zone),
      until: version.until === '' ? OPEN_END : startOfDay(version.until, zone),
      zoneOf: finders.get(plan.zoneModel) ?? (() => ''),
      zoneNames,
      unmatched: plan.unmatched,
      usageCharges: version.charges.flatMap((charge, order) => (charge.kind === 'usage' ? [{ charge, order }] : [])),
    }));
    book.set(
      plan.id,
      terms.sort((a, b) => a.from - b.from),
    );
  }
  return book;
}
