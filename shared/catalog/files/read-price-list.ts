import * as z from 'zod';
import { id } from '../written.ts';
import { type Place, type Report, readFields, refuse, within } from './report.ts';
import { contentAt, isMapping } from './schema-place.ts';

/** What is written of a price list. */
export const priceListSchema = z.strictObject({ id, charges: z.array(z.unknown()).min(1).max(500) });

/** Places of the charges of a price list. They are read by each plan that names it, with its zones. */
export function chargesOf(list: Place): Place[] {
  const charges = within(list, 'charges');
  return Array.isArray(charges.content) ? charges.content.map((_, index) => within(charges, index)) : [];
}

/** Checks a price list but for its charges; one that no plan names sells nothing, and is most likely misspelt somewhere. */
export function checkPriceList(report: Report, place: Place, plans: readonly Place[]): void {
  const { fields } = readFields(report, priceListSchema, place);
  if (fields.id === undefined || plans.some((plan) => names(plan, fields.id ?? ''))) return;
  const remedy = 'Name it in the priceLists of a plan version, or leave it out.';
  refuse(report, within(place, 'id'), `"${fields.id}", which no plan names`, 'a price list that a plan has', remedy);
}

function names({ content }: Place, list: string): boolean {
  const versions = isMapping(content) && Array.isArray(content.versions) ? content.versions : [];
  return versions.some((version) => {
    const said = contentAt(version, ['priceLists']);
    return said === list || (Array.isArray(said) && said.includes(list));
  });
}
