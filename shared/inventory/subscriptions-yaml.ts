import * as z from 'zod';
import { id, listOf } from '#shared/catalog/written.ts';
import { address } from './accounts-file.ts';
import { type Change, STATES } from './change.ts';
import type { SaidColumn } from './said-details.ts';
import { NOTHING, NOTHING_SAID, type Row } from './subscriptions-file.ts';

const text = z.string().max(200).default('');
/** The parts of an address are kept with semicolons in between. */
const said = address.refine(
  ({ lines, postalCode, city }) => ![...lines, postalCode, city].some((part) => part.includes(';')),
  { error: 'an address without semicolons', params: { remedy: 'Write a comma instead.' } },
);
const place = z.union([z.literal('-'), said]).optional();

/**
 * What becomes true of a subscription from an instant on, as an inventory file in YAML says it: the columns of a subscriptions file by their names,
 * properties and addresses as mappings, tags as a list.
 */
export const subscriptionChange = z.strictObject({
  subscription: z.string().max(200),
  effectiveFrom: z.string().max(60),
  state: text.meta({ enum: [...STATES] }),
  readyDays: text,
  seller: text,
  payer: text,
  plan: text,
  businessUnit: text,
  addOn: text,
  topUp: text,
  imsi: text,
  iccid: text,
  msisdn: text,
  eid: text,
  device: text,
  properties: z.record(id, z.string().max(1_000)).default({}),
  category: text,
  service: text,
  serviceAddress: place,
  billToAddress: place,
  salesperson: text,
  start: text,
  end: text,
  reference: text,
  tags: listOf(z.string().max(200)).default([]),
});
type Written = z.output<typeof subscriptionChange>;

/** The changes a file says, each with its line. */
export function changesWritten(
  written: readonly Written[],
  lineOf: (path: readonly (string | number)[]) => number,
): Row[] {
  return written.map((one, index) => ({ line: lineOf(['subscriptions', index]), change: changeOf(one) }));
}

/** Where in an entry a field of its change stands: "property.colour" is colour among the properties. */
export function stepsTo(field: string): string[] {
  return field.startsWith('property.') ? ['properties', field.slice('property.'.length)] : [field];
}

function changeOf(written: Written): Change {
  const { properties, tags, serviceAddress, billToAddress, ...rest } = written;
  const { category, service, salesperson, start, end, reference, ...own } = rest;
  const texts = {
    category,
    service,
    salesperson,
    start,
    end,
    reference,
    tags: tags.join(' '),
    serviceAddress: addressText(serviceAddress),
    billToAddress: addressText(billToAddress),
    ...Object.fromEntries(Object.entries(properties).map(([name, value]) => [`property.${name}`, value])),
  };
  const spoken = Object.entries(texts).filter(([, value]) => value !== '') as [SaidColumn, string][];
  return { ...NOTHING, ...own, said: spoken.length === 0 ? NOTHING_SAID : Object.fromEntries(spoken) };
}

function addressText(written: Written['serviceAddress']): string {
  if (written === undefined || written === '-') return written ?? '';
  return [...written.lines, written.postalCode, written.city, written.country].join('; ');
}
