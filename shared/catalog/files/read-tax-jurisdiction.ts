import * as z from 'zod';
import type { TaxJurisdiction, TaxRate } from '../tax-profile.ts';
import { country, date, decimal, taxCategory, words } from '../written.ts';
import { checkRates } from './read-tax-profile.ts';
import { type Place, type Report, readFields, refuse, within } from './report.ts';
import { isMapping } from './schema-place.ts';

/** What is written of a tax jurisdiction. */
export const jurisdictionSchema = z.strictObject({
  country,
  taxPoint: z.enum(['periodEnd', 'invoiceDate', 'split']).default('periodEnd'),
  rates: z.unknown(),
  resellerReverseCharge: z
    .array(z.strictObject({ category: taxCategory, from: date, until: date.default(''), basis: words }))
    .max(10)
    .default([]),
});
/** Rates in order of date. */
export const ratesSchema = z.array(z.strictObject({ from: date, percent: decimal })).max(100);
/** Rates by tax category. */
export const ratesByCategory = z.strictObject({
  telecom: ratesSchema.default([]),
  service: ratesSchema.default([]),
  goods: ratesSchema.default([]),
});

/** Reads a jurisdiction. Rates are one list for whatever is charged for, or lists by its category. */
export function readTaxJurisdiction(report: Report, place: Place): TaxJurisdiction | undefined {
  const { complete } = readFields(report, jurisdictionSchema, place);
  const at = within(place, 'rates');
  if (at.content === undefined) {
    const remedy = 'Add rates: [{from: 2021-01-01, percent: 19}].';
    refuse(report, at, '', 'rates in order of date', remedy);
    return undefined;
  }
  const content = isMapping(at.content) ? at.content : { telecom: at.content, service: at.content, goods: at.content };
  const rates = readFields(report, ratesByCategory, { ...at, content }).complete;
  for (const [category, list] of Object.entries(rates ?? {}) as [string, TaxRate[]][]) {
    checkRates(report, isMapping(at.content) ? within(at, category) : at, 'S', list);
  }
  return complete && rates && { ...complete, rates };
}
