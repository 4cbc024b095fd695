import * as z from 'zod';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { asListed, type Product } from '#shared/catalog/product.ts';
import type { TaxCategory } from '#shared/catalog/tax-profile.ts';
import { decimal, id, words, written } from '#shared/catalog/written.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import { type InventoryProblem, shortened } from '#shared/inventory/inventory-problem.ts';
import { readYaml } from '#shared/inventory/yaml-file.ts';
import { amount } from '#shared/money/amount.ts';
import type { Currency } from '#shared/money/currency.ts';
import { addDays } from '#shared/time/local-date.ts';
import type { AdHocInvoiceRequest, InvoiceItem } from './amendment-request.ts';
import type { Draft, RecordedLine } from './draft.ts';
import { type ChargeLine, lineId } from './lines/charge-line.ts';
import { rounded } from './lines/line-head.ts';
import type { RunRequest } from './run.ts';
import { bookRateOf, taxScope } from './taxes/first-billed.ts';
import { lineTax, type TaxScope } from './taxes/line-tax.ts';

/** A line as it is asked for: of a product of the catalogue, or in words of its own; '' = as the product has it. */
export interface AskedItem extends Omit<InvoiceItem, 'text' | 'taxCategory'> {
  readonly text: string;
  readonly product: string;
  readonly taxCategory: TaxCategory | '';
}

/** Whether a draft is that of an ad-hoc invoice: its lines stand beside what is owed. */
export function isAdHocInvoice({ amendment }: Pick<Draft, 'amendment'>): boolean {
  return amendment?.kind === 'ad-hoc invoice';
}

/** Lines an ad-hoc invoice has at most: a person writes them. */
const MOST_ITEMS = 200;
const TAX_CATEGORIES = ['telecom', 'service', 'goods'] as const satisfies readonly TaxCategory[];

const quantity = written(
  'a number other than 0, such as 2, 1.5 or -1',
  (text) => {
    const read = decimal.safeParse(text.replace(/^-/, ''));
    if (!read.success || read.data === '0') return undefined;
    return text.startsWith('-') ? `-${read.data}` : read.data;
  },
  () => 'Write digits with a point; below zero gives back.',
);
const taxCategory = written(
  `one of ${TAX_CATEGORIES.join(', ')}`,
  (text) => TAX_CATEGORIES.find((each) => each === text),
  () => 'Write goods for hardware.',
);
/** What lacks is told beside what is wrong. */
const ALWAYS = { when: () => true };
const itemSchema = z
  .strictObject({
    text: words.default(''),
    product: id.default(''),
    quantity,
    price: decimal.default(''),
    taxCategory: taxCategory.optional().transform((category) => category ?? ''),
    businessUnit: z.string().max(200).default(''),
    reference: words.optional(),
  })
  .superRefine(({ text, product, price }, context) => {
    const lacks = (field: string, message: string, remedy: string) =>
      context.addIssue({ code: 'custom', path: [field], message, params: { remedy } });
    if (text === '' && product === '') lacks('text', 'words, or a product', 'Say what is billed.');
    if (text !== '' && product !== '') lacks('text', 'nothing beside a product', 'Take one of them out.');
    if (price === '' && product === '') lacks('price', 'a number of 0 or more', 'Write the price of one.');
  }, ALWAYS);
const fileSchema = z.strictObject({
  lines: z.array(itemSchema).min(1, 'at least one line').max(MOST_ITEMS, `at most ${MOST_ITEMS} lines`),
});

/** The items that were read, or everything that is wrong with them. */
export type ItemsReading =
  | { readonly items: readonly AskedItem[]; readonly problems: readonly [] }
  | { readonly items: readonly []; readonly problems: readonly InventoryProblem[] };

/** Reads `lines:` of a YAML file: each with text or product, quantity and price, and where it is not as usual taxCategory, businessUnit and reference. */
export function readItemsFile(file: string, source: string): ItemsReading {
  const reading = readYaml(file, source, fileSchema);
  return 'problems' in reading
    ? { items: [], problems: reading.problems }
    : { items: reading.data.lines, problems: [] };
}

const OPTIONS: Readonly<Record<keyof AskedItem, string>> = {
  text: '--line',
  product: '--product',
  quantity: '--quantity',
  price: '--price',
  taxCategory: '--tax-category',
  businessUnit: '--business-unit',
  reference: '--reference',
};

/** Reads the one item that is given on the command line; '' = not said. */
export function readItem(item: Readonly<Record<keyof AskedItem, string>>): ItemsReading {
  const parsed = itemSchema.safeParse(Object.fromEntries(Object.entries(item).filter(([, said]) => said !== '')));
  if (parsed.success) return { items: [parsed.data], problems: [] };
  const problems = parsed.error.issues.map((issue) => {
    const field = issue.path[0] as keyof AskedItem;
    const remedy = issue.code === 'custom' ? `${issue.params?.remedy}` : 'Correct the value.';
    const place = { file: 'command line', line: 0, column: 0, field: OPTIONS[field] };
    return { ...place, found: shortened(item[field]), expected: issue.message, remedy };
  });
  return { items: [], problems };
}

/**
 * What is billed where some items are asked for, to an account of a currency: products at their list prices where no price is said. Or why not, in
 * words: a product that is not in the catalogue, or has no price in the currency.
 */
export function itemsSold(
  asked: readonly (InvoiceItem | AskedItem)[],
  products: readonly Product[],
  currency: Currency,
): readonly InvoiceItem[] | string {
  const items = asked.map((item) =>
    'product' in item && item.product !== '' ? soldAs(item, products, currency) : item,
  );
  const lacking = items.find((item) => typeof item === 'string');
  return lacking ?? items.map((item) => withoutProduct(item as InvoiceItem | AskedItem));
}

function soldAs(item: AskedItem, products: readonly Product[], currency: Currency): AskedItem | string {
  if (!products.some(({ id }) => id === item.product)) {
    const known = products.map(({ id }) => id).join(', ') || 'none';
    return `the catalogue has no product ${item.product}; it has ${known}`;
  }
  const { product: text, ...listed } = asListed(item, products, currency);
  if (listed.price === '') return `product ${item.product} has no price in ${currency}; say one`;
  return { ...listed, text, product: '' };
}

function withoutProduct({
  text,
  quantity,
  price,
  taxCategory,
  businessUnit,
  reference,
}: InvoiceItem | AskedItem): InvoiceItem {
  const item = { text, quantity, price, taxCategory: taxCategory || 'service', businessUnit } as const;
  return reference === undefined ? item : { ...item, reference };
}

/** What the lines of an ad-hoc invoice are made from. */
interface AdHocScope {
  readonly request: Pick<RunRequest, 'run' | 'seller' | 'invoiceDate'>;
  /** The release in force. */
  readonly release: Catalog;
  readonly view: AccountView;
  readonly taxAnswers: TaxScope['answers'];
}

/**
 * The lines of an ad-hoc invoice, supplied on its date: quantity × price, rounded once, taxed by the account's profile.
 * @throws Error when a business unit is not the account's, and when profile or rate is missing.
 */
export function adHocInvoiceLines(
  { request, release, view, taxAnswers }: AdHocScope,
  asked: AdHocInvoiceRequest,
): RecordedLine[] {
  const { account } = view.account;
  const unknown = asked.items.filter(({ businessUnit: of }) => of !== '' && !view.businessUnits.has(of));
  if (unknown.length > 0) {
    const units = [...view.businessUnits.keys()].join(', ') || 'none';
    const named = [...new Set(unknown.map((each) => each.businessUnit))].join(', ');
    throw new Error(
      `account ${account} has no business unit ${named}; it has ${units}: leave it out for the account itself`,
    );
  }
  const billing = { request, catalog: release, view, taxAnswers };
  const taxes = taxScope(billing);
  const bookRate = bookRateOf(billing);
  return asked.items.map((item, at) => {
    const line = itemLine(item, at + 1, request, view.account.currency);
    return { ...line, tax: lineTax(taxes, line), bookRate, billedBy: request.run };
  });
}

function itemLine(item: InvoiceItem, place: number, request: AdHocScope['request'], currency: string): ChargeLine {
  const { text, taxCategory: category, businessUnit } = item;
  const [many, price] = [item.quantity, item.price].map((each) => amount(each).toFixed()) as [string, string];
  const { run, invoiceDate: date } = request;
  const period = { from: date, until: addDays(date, 1) };
  const charge = `${run} line ${`${place}`.padStart(3, '0')}`;
  const parts = { businessUnit, plan: '', version: '', charge, zone: '', tier: 0, period };
  const exact = amount(many).times(price);
  return {
    id: lineId(parts),
    ...parts,
    planName: '',
    chargeName: text,
    zoneName: '',
    quantity: many,
    unit: 'piece',
    unitPrice: price,
    amount: rounded(exact, currency),
    taxCategory: category,
    taxIncluded: false,
    exchange: null,
    refund: 'day',
    arithmetic: {
      kind: 'adHoc',
      order: run,
      date,
      quantity: many,
      price,
      reference: item.reference ?? '',
      exact: exact.toFixed(),
    },
  };
}
