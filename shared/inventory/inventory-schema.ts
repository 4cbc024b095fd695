import * as z from 'zod';
import { type JsonSchema, jsonSchemaOf } from '#shared/catalog/reference/json-schema.ts';
import { listOfParts, type Meaning, type Part } from '#shared/catalog/reference/part.ts';
import { referencePage } from '#shared/catalog/reference/reference-page.ts';
import { account } from './accounts-file.ts';
import { subscriptionChange } from './subscriptions-yaml.ts';

const FILE: Part = {
  name: 'file',
  title: 'File',
  says: 'A file of the inventory: accounts, subscriptions, or both. Accounts of all files of a load are read first.',
  schema: z.strictObject({
    accounts: listOfParts('account').default([]),
    subscriptions: listOfParts('subscription').default([]),
  }),
  fields: {
    accounts: { means: 'Who buys, and how they are billed.', otherwise: 'none' },
    subscriptions: { means: 'What becomes true of subscriptions.', otherwise: 'none' },
  },
  example: '',
};

const ADDRESS: Readonly<Record<string, Meaning>> = {
  lines: { means: 'One to four lines above the city.', example: '[Hafenstr. 7]' },
  postalCode: { means: 'With all its zeros.', example: '01099', otherwise: 'none' },
  city: { means: 'The city.', example: 'Hamburg' },
  country: { means: 'The country.', example: 'DE' },
};
const UNTIL: Meaning = { means: 'The first day it no longer does.', example: '2027-01-01', otherwise: 'open' };

const ACCOUNT: Part = {
  name: 'account',
  title: 'Account',
  says: 'A party that buys, from a day on. Several entries of different days are its history; a load that says the same again changes nothing.',
  schema: account,
  fields: {
    account: { means: 'Its id: subscriptions and agreements name it.', example: 'nordwind' },
    effectiveFrom: { means: 'From which day this holds, by its own clock.', example: '2026-10-01' },
    seller: { means: 'Whose customer it is.', example: 'acme' },
    name: { means: 'As documents say it.', example: 'Nordwind Logistik GmbH' },
    address: { means: 'As documents say it.', fields: ADDRESS },
    vatId: { means: 'Its VAT id; the check digits are checked.', example: 'DE136695976', otherwise: 'none' },
    email: { means: 'Where documents go.', example: 'billing@nordwind.example', otherwise: 'none' },
    language: { means: 'Of its documents.', example: 'de' },
    currency: { means: 'Of its invoices.', example: 'EUR' },
    timeZone: { means: 'By whose clock its days are.', example: 'Europe/Berlin' },
    billingDay: { means: 'On which its periods begin; a month that lacks it has its last day instead.', example: '1' },
    taxProfile: { means: 'How it is taxed.', example: 'de' },
    paymentTermDays: { means: 'Days until an invoice is due.', example: '14' },
    reference: {
      means: 'Purchase order or buyer reference on its invoices.',
      example: 'PO-2026-118',
      otherwise: 'none',
    },
    businessUnits: {
      means: 'Parts with an invoice of their own.',
      otherwise: 'none',
      fields: {
        businessUnit: { means: 'Its id: subscriptions name it.', example: 'fuhrpark' },
        name: { means: 'As documents say it.', example: 'Fuhrpark' },
        address: { means: 'Where its invoices go.', otherwise: "the account's", fields: ADDRESS },
        reference: { means: 'On its invoices.', otherwise: 'none' },
      },
    },
    pools: {
      means: 'Pools it has by itself, with or without members.',
      otherwise: 'none',
      fields: {
        pool: { means: 'Name of the pool.', example: 'eu-data' },
        plan: { means: 'On the terms of which plan.', example: 'iot' },
        from: { means: 'The first day it has it.', example: '2026-10-01' },
        until: UNTIL,
      },
    },
    group: {
      means: 'Accounting group: a run may bill the accounts of a group.',
      otherwise: 'none',
      example: 'resellers',
    },
    certificates: {
      means: 'What it has shown about its taxes.',
      otherwise: 'none',
      fields: {
        kind: { means: 'That it sells on what it buys, or that it is exempt.' },
        number: { means: 'As it is written on it.', example: 'USt 1 TH 4711' },
        country: { means: 'Whose tax it is about.', example: 'DE' },
        from: { means: 'The first day it holds.', example: '2026-01-01' },
        until: UNTIL,
        basis: { means: 'The law it stands in, as documents say it.', otherwise: "the jurisdiction's" },
        reasonCode: { means: 'Of an exemption: the reason as a code (CEF VATEX).', otherwise: 'none' },
      },
    },
  },
  example: `accounts:
  - account: nordwind
    effectiveFrom: 2026-10-01
    seller: acme
    name: Nordwind Logistik GmbH
    address: { lines: [Hafenstr. 7], postalCode: 20457, city: Hamburg, country: DE }
    language: de
    currency: EUR
    timeZone: Europe/Berlin
    billingDay: 1
    taxProfile: de
    paymentTermDays: 14
    businessUnits:
      - { businessUnit: fuhrpark, name: Fuhrpark }
`,
};

const DETAIL = (means: string, example: string): Meaning => ({ means, example, otherwise: 'unchanged' });

const SUBSCRIPTION: Part = {
  name: 'subscription',
  title: 'Subscription',
  says: 'What becomes true of one subscription from an instant on; several entries are its history, in any order. What is left out stays as it is, `-` takes a detail or property away. The same stands in a CSV file in columns of these names, a property in `property.<name>`, an address in one text with semicolons (`Hauptstr. 1; 01099; Dresden; DE`), tags with spaces in between.',
  schema: subscriptionChange,
  fields: {
    subscription: { means: 'Its id.', example: 'NW-016' },
    effectiveFrom: {
      means: "A day (the payer's local midnight), or an instant with its offset.",
      example: '2026-11-03',
    },
    state: DETAIL(
      'In which state it is. From `ready` it becomes `active` by itself, the instant it is first used for more than nothing.',
      'active',
    ),
    readyDays: {
      means: 'With `state: ready`: after so many local days it is active, though nothing was used; 1 to 3650.',
      example: '90',
      otherwise: 'only its first use ends it',
    },
    seller: { means: 'Whom is paid.', example: 'acme', otherwise: 'whose customer the payer is' },
    payer: DETAIL('Who pays; together with `plan`.', 'nordwind'),
    plan: DETAIL('On which plan; together with `payer`.', 'iot'),
    businessUnit: { means: 'For which unit of the payer.', example: 'fuhrpark', otherwise: 'the account itself' },
    addOn: DETAIL(
      'An add-on it has from then on beside its plan; with a minus before it, no longer has.',
      'roaming-pack',
    ),
    topUp: DETAIL(
      'A top-up bought for it then, and the id of the purchase: one that its plan, or an add-on it has, offers then. With a minus before it, it was not bought after all.',
      'boost:A-4711',
    ),
    imsi: DETAIL('An IMSI it has from then on; with a minus before it, no longer has.', '001010000000016'),
    iccid: DETAIL('The same for an ICCID.', '8949000000000000016'),
    msisdn: DETAIL('The same for an MSISDN.', '4915100000016'),
    eid: DETAIL('The same for the EID of an eSIM.', '89049032123451234512345678901235'),
    device: DETAIL(
      'The same for the id a platform has for it, where its usage files name no other.',
      'HS0ad6bc2b4f1ff4a4f2a6bd9ad4b5f0c1',
    ),
    properties: DETAIL(
      'What charges may match, and count by where it is a whole number.',
      '{ sensors: 12, tariff: eco }',
    ),
    category: DETAIL('For reports; charges may match it.', 'tracker'),
    service: DETAIL('For reports; charges may match it.', 'fleet'),
    serviceAddress: { means: 'Where it is used.', otherwise: 'unchanged', fields: ADDRESS },
    billToAddress: { means: 'Where its invoices would go.', otherwise: 'unchanged', fields: ADDRESS },
    salesperson: DETAIL('Who sold it; charges may match it.', 'Kim'),
    start: {
      means: 'First day of its contract.',
      example: '2026-10-01',
      otherwise: "unchanged; at first, the first state's",
    },
    end: DETAIL('Last day of its contract.', '2028-09-30'),
    reference: DETAIL("The customer's own; charges may match it.", 'truck 16'),
    tags: DETAIL('At most 50; charges may match each, as `tags.north: yes`.', '[north, cold-chain]'),
  },
  example: `subscriptions:
  - { subscription: NW-016, effectiveFrom: 2026-10-01, state: active, payer: nordwind, plan: iot, imsi: 001010000000016 }
  - subscription: NW-016
    effectiveFrom: 2026-11-03
    properties: { sensors: 12, tariff: eco }
    serviceAddress: { lines: [Hafenstr. 7], postalCode: 20457, city: Hamburg, country: DE }
    tags: [north, cold-chain]
`,
};

const PARTS: readonly Part[] = [ACCOUNT, SUBSCRIPTION];

/** The JSON Schema of an inventory file in YAML, for editors. */
export function inventorySchemaOf(): JsonSchema {
  return jsonSchemaOf('Inventory', FILE, PARTS);
}

const OPENING = `Made from the schemas that read an inventory, by \`billing inventory reference\`; change it there.

Accounts are loaded from YAML, subscriptions from YAML or CSV, in bulk (\`billing inventory load\`): all of it or nothing. With this line at its top an editor that
knows YAML schemas completes and checks a file while it is written (\`billing inventory schema\` writes the schema):

\`\`\`yaml
# yaml-language-server: $schema=inventory.schema.json
\`\`\``;

/** The reference of the inventory's files, as Markdown. */
export function inventoryReference(): string {
  return referencePage({ title: 'Inventory reference', opening: OPENING, file: FILE, parts: PARTS });
}
