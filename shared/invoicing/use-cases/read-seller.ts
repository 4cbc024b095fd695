import type { Draft } from '#shared/billing/draft.ts';
import { sellerOf } from '#shared/billing/seller-of.ts';
import type { Catalog, Seller } from '#shared/catalog/catalog.ts';
import type { Objects } from '#shared/commit-log/ports.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';

/** The seller of a draft, as its release has it. @throws Error when the release lacks it. */
export async function readSeller({ objects }: { readonly objects: Objects }, draft: Draft): Promise<Seller> {
  return sellerOf((await readContent(objects, draft.catalog)) as Catalog, draft.seller);
}
