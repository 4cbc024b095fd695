import type { Currency } from '#shared/money/currency.ts';
import type { TaxCategory } from './tax-profile.ts';

/** Something that is sold once, hardware or a service: orders and ad-hoc invoices name it (pricing rules §2). */
export interface Product {
  readonly id: string;
  /** As documents say it. */
  readonly name: string;
  readonly taxCategory: TaxCategory;
  /** The list price of one, without tax, decimal text; in a currency that is not listed, whoever sells it says the price. */
  readonly prices: readonly { readonly currency: Currency; readonly amount: string }[];
}

/** What a person writes of something that is sold: the id of a product, or words of their own; '' = as the product has it. */
interface Sold {
  readonly product: string;
  readonly price: string;
  readonly taxCategory: string;
}

/**
 * What is sold, with all a product of the catalogue says of it for an account of a currency: its name, and where nothing else is said its price and
 * tax category. What is no product stays as it is written, a service unless something else is said.
 */
export function asListed<Of extends Sold>(sold: Of, products: readonly Product[], currency: Currency): Of {
  const listed = products.find(({ id }) => id === sold.product);
  const price = listed?.prices.find((each) => each.currency === currency);
  return {
    ...sold,
    product: listed?.name ?? sold.product,
    price: sold.price || (price?.amount ?? ''),
    taxCategory: sold.taxCategory || (listed?.taxCategory ?? 'service'),
  };
}
