import * as z from 'zod';
import type { LISTS } from '../files/read-catalog.ts';
import { AGREEMENT_PARTS } from './agreement-parts.ts';
import { CHARGE_PARTS } from './charge-parts.ts';
import { type JsonSchema, jsonSchemaOf } from './json-schema.ts';
import { listOfParts, type Meaning, type Part } from './part.ts';
import { PLAN_PARTS, VERSION_PARTS } from './plan-parts.ts';
import { PRICE_PARTS } from './price-parts.ts';
import { PRODUCT } from './product-part.ts';
import { referencePage } from './reference-page.ts';
import { SELLER } from './seller-parts.ts';
import { SOURCE_PARTS } from './source-parts.ts';
import { TAX_PARTS } from './tax-parts.ts';
import { ZONE_PARTS } from './zone-parts.ts';

/** Which part each list of a file holds, and what it is for. */
const LISTED: Readonly<Record<(typeof LISTS)[number], readonly [string, string]>> = {
  sellers: ['seller', 'Who issues invoices.'],
  zoneModels: ['zoneModel', 'From serving network, and number called, to zone.'],
  timeBands: ['timeBand', 'Hours of the week.'],
  seasons: ['season', 'Times of the year.'],
  products: ['product', 'What is sold once.'],
  priceLists: ['priceList', 'Charges that several plans have.'],
  plans: ['plan', 'What a subscription is put on.'],
  agreements: ['agreement', 'What single accounts have of their own.'],
  taxProfiles: ['taxProfile', "How a payer's documents are taxed."],
  taxJurisdictions: ['taxJurisdiction', 'What countries charge, and when.'],
  exchangeRates: ['exchangeRates', 'What currencies were worth, day by day.'],
  sources: ['source', "What carriers' files look like."],
};

/** A file of the catalogue. */
const CATALOG_FILE: Part = {
  name: 'file',
  title: 'File',
  says: 'A file of the catalogue: some of these lists. The lists of all files are joined, and nothing depends on how they are divided.',
  schema: z.strictObject(
    Object.fromEntries(
      Object.entries(LISTED).map(([list, [part]]) => [list, listOfParts(part).max(10_000).default([])]),
    ),
  ),
  fields: Object.fromEntries(
    Object.entries(LISTED).map(([list, [, means]]): [string, Meaning] => [list, { means, otherwise: 'none' }]),
  ),
  example: '',
};

/** Everything that may stand in a catalogue, in the order people read of it. */
export const CATALOG_PARTS: readonly Part[] = [
  SELLER,
  ...ZONE_PARTS,
  ...PLAN_PARTS,
  ...CHARGE_PARTS,
  ...PRICE_PARTS,
  PRODUCT,
  ...VERSION_PARTS,
  ...AGREEMENT_PARTS,
  ...TAX_PARTS,
  ...SOURCE_PARTS,
];

/** The JSON Schema of a file of the catalogue, for editors. */
export function catalogSchema(): JsonSchema {
  return jsonSchemaOf('Catalogue', CATALOG_FILE, CATALOG_PARTS);
}

const OPENING = `Made from the schemas that read a catalogue, by \`billing catalog reference\`; change it there.

A catalogue is a folder of YAML 1.2 files (\`*.yaml\`, at any depth). Values are taken as they are written: \`0.10\` is exactly a tenth, \`00101\` keeps its zeros, and
quotes are needed only where YAML needs them. Where a list is expected, a single value may stand. Unknown fields are refused. Anchors (\`&prices\`, \`*prices\`) may repeat
parts of a file. With this line at its top an editor that knows YAML schemas completes and checks a file while it is written (\`billing catalog schema\` writes the schema):

\`\`\`yaml
# yaml-language-server: $schema=catalogue.schema.json
\`\`\``;

/** The reference of the catalogue, as Markdown. */
export function catalogReference(): string {
  return referencePage({ title: 'Catalogue reference', opening: OPENING, file: CATALOG_FILE, parts: CATALOG_PARTS });
}
