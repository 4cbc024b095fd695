import type { Catalog, Seller } from '#shared/catalog/catalog.ts';

/** A seller as a release has it. @throws Error when the release lacks it. */
export function sellerOf(catalog: Catalog, id: string): Seller {
  const seller = catalog.sellers.find((each) => each.id === id);
  if (seller === undefined) throw new Error(`seller ${id} is not in the catalogue; release one that has it`);
  return seller;
}
