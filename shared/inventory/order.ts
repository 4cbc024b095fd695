import type { TaxCategory } from '#shared/catalog/tax-profile.ts';
import { decimal, id, words } from '#shared/catalog/written.ts';
import { instantOf, isLocalDate } from '#shared/time/local-date.ts';
import type { InventoryReading, KnownInventory } from './change.ts';
import { type InventoryProblem, shortened } from './inventory-problem.ts';

/** Something sold to an account once (pricing rules §2), as a person writes it: text in every field. */
export interface Order {
  readonly account: string;
  /** Id of the order line; the same id and date again replace it. */
  readonly order: string;
  /** A date, local midnight of the account. */
  readonly date: string;
  /** '' = the account itself. */
  readonly businessUnit: string;
  /** The id of a product of the catalogue, or words of its own. */
  readonly product: string;
  /** A quantity of 0 takes the order back. */
  readonly quantity: string;
  /** Of one, in the account's currency; '' = the product's. */
  readonly price: string;
  /** The customer's order reference; '' = none. */
  readonly reference: string;
  /** '' = the product's, else service. */
  readonly taxCategory: string;
}

const TAX_CATEGORIES: readonly TaxCategory[] = ['telecom', 'service', 'goods'];
const OPTIONS: Readonly<Record<keyof Order, string>> = {
  account: 'ACCOUNT',
  order: '--order',
  date: '--date',
  businessUnit: '--unit',
  product: '--product',
  quantity: '--quantity',
  price: '--price',
  reference: '--reference',
  taxCategory: '--tax',
};

/** Reads an order given on the command line; a problem names the option it is about, and all of them are listed. */
export function readOrder(order: Order, known: KnownInventory): InventoryReading {
  const problems: InventoryProblem[] = [];
  const check = (isRight: boolean, field: keyof Order, expected: string, remedy: string) => {
    const found = shortened(order[field]);
    if (!isRight)
      problems.push({ file: 'command line', line: 0, column: 0, field: OPTIONS[field], found, expected, remedy });
  };
  const account = known.accounts.get(order.account);
  const [quantity, price] = [decimal.safeParse(order.quantity), decimal.safeParse(order.price)];
  const taxCategory = TAX_CATEGORIES.find((each) => each === order.taxCategory);
  const units = [...(account?.businessUnits ?? [])];
  check(account !== undefined, 'account', 'an account that exists', 'Correct the id, or load the account first.');
  check(
    id.safeParse(order.order).success,
    'order',
    'an id of letters, digits, ".", "-" and "_"',
    'Write the order number.',
  );
  check(isLocalDate(order.date), 'date', 'a date of the calendar, such as 2026-10-31', 'Write year-month-day.');
  check(
    order.businessUnit === '' || units.includes(order.businessUnit),
    'businessUnit',
    `a business unit of the account: ${units.join(', ') || 'it has none'}`,
    'Leave it out for the account itself.',
  );
  check(
    words.safeParse(order.product).success,
    'product',
    'what is sold, in at most 200 characters',
    'Write it as the invoice is to say it.',
  );
  check(quantity.success, 'quantity', 'a number of 0 or more', 'Write digits, such as 25; 0 takes the order back.');
  check(
    price.success,
    'price',
    'a number of 0 or more',
    "Write the price of one, such as 149.00, or name a product of the catalogue with a price in the account's currency.",
  );
  check(
    order.reference === '' || words.safeParse(order.reference).success,
    'reference',
    'at most 200 characters on one line',
    'Shorten it.',
  );
  check(
    taxCategory !== undefined,
    'taxCategory',
    `one of ${TAX_CATEGORIES.join(', ')}`,
    'Write --tax goods for hardware.',
  );
  if (problems.length > 0 || !account || !quantity.success || !price.success || !taxCategory)
    return { ok: false, problems };
  const { account: name, order: number, businessUnit, product, reference } = order;
  const effectiveFrom = instantOf(order.date, account.timeZone);
  const sold = { product, quantity: quantity.data, price: price.data, reference, taxCategory };
  return { ok: true, facts: [{ kind: 'adHoc', account: name, businessUnit, order: number, effectiveFrom, ...sold }] };
}
