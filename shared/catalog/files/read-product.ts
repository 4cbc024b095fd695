import * as z from 'zod';
import type { Product } from '../product.ts';
import { currency, decimal, id, taxCategory, words } from '../written.ts';
import { type Place, type Report, readFields, refuse, within } from './report.ts';

/** What is written of a product. */
export const productSchema = z.strictObject({
  id,
  name: words,
  taxCategory: taxCategory.unwrap().default('goods'),
  prices: z
    .array(z.strictObject({ currency, amount: decimal }))
    .max(50)
    .default([]),
});

/** Reads a product: at most one price a currency. */
export function readProduct(report: Report, place: Place): Product | undefined {
  const { fields, complete } = readFields(report, productSchema, place);
  const seen = new Set<string>();
  for (const [index, { currency: of }] of (fields.prices ?? []).entries()) {
    if (seen.has(of))
      refuse(
        report,
        within(place, 'prices', index, 'currency'),
        `"${of}" a second time`,
        'one price a currency',
        'Take one of them out.',
      );
    seen.add(of);
  }
  return complete;
}
