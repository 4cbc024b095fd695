import * as z from 'zod';
import { vatIdProblem } from '#shared/catalog/vat-id.ts';
import { country, currency, date, id, timeZone, words } from '#shared/catalog/written.ts';
import { instantOf } from '#shared/time/local-date.ts';
import type { AccountFact, BusinessUnitFact } from './fact.ts';

/** A fact of an accounts file and the line it begins on. */
export interface AccountEntry {
  readonly line: number;
  readonly fact: AccountFact | BusinessUnitFact;
}

const optionalText = z.union([z.literal(''), words]).default('');
const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,4}$/, `a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `a whole number from ${least} to ${most}`);

/** An address as an inventory file says it. */
export const address = z.strictObject({
  lines: z.array(words).min(1, 'at least one line of address').max(4, 'at most four lines of address'),
  postalCode: optionalText,
  city: words,
  country,
});
const businessUnit = z.strictObject({
  businessUnit: id,
  name: words,
  address: address.optional(),
  reference: optionalText,
});
const pool = z.strictObject({ pool: id, plan: id, from: date, until: z.union([z.literal(''), date]).default('') });
const certificate = z.strictObject({
  kind: z.enum(['reseller', 'exemption']),
  number: words,
  country,
  from: date,
  until: z.union([z.literal(''), date]).default(''),
  basis: optionalText,
  reasonCode: optionalText,
});
/** An account as an inventory file says it. */
export const account = z.strictObject({
  account: id,
  effectiveFrom: date,
  seller: id,
  name: words,
  address,
  vatId: z
    .string()
    .regex(/^([A-Z]{2}[A-Z0-9+*]{2,12})?$/, 'a VAT id, e.g. DE123456788')
    .refine((text) => vatIdProblem(text) === '', {
      error: ({ input }) => `a VAT id with the right form and check digits (${vatIdProblem(String(input))})`,
      params: { remedy: 'Compare it with what the customer wrote: a digit or letter is wrong.' },
    })
    .default(''),
  email: z
    .string()
    .regex(/^([^\s@]{1,64}@[^\s@]{1,190})?$/, 'an e-mail address')
    .default(''),
  language: z.string().regex(/^[a-z]{2}$/, 'a language of two small letters (ISO 639-1), e.g. de'),
  currency,
  timeZone,
  billingDay: wholeNumber(1, 31),
  taxProfile: id,
  paymentTermDays: wholeNumber(0, 365),
  reference: optionalText,
  group: id.optional(),
  businessUnits: z.array(businessUnit).default([]),
  pools: z.array(pool).max(100).default([]),
  certificates: z.array(certificate).max(20).default([]),
});
/** An account as it is written. */
export type AccountInput = z.output<typeof account>;

/**
 * Facts of accounts and their business units. A unit without an address has its account's; a unit holds from when its account's entry does. One
 * account may have several entries of different dates: its history.
 */
export function accountEntries(
  accounts: readonly AccountInput[],
  lineOf: (path: readonly (string | number)[]) => number,
): AccountEntry[] {
  return accounts.flatMap((input, index) => {
    const { businessUnits, ...own } = input;
    const effectiveFrom = instantOf(input.effectiveFrom, input.timeZone);
    const accountFact: AccountFact = { kind: 'account', ...own, effectiveFrom };
    const units = businessUnits.map((unit, place): AccountEntry => {
      const where = ['accounts', index, 'businessUnits', place];
      const unitAddress = unit.address ?? input.address;
      const fact: BusinessUnitFact = {
        kind: 'businessUnit',
        account: input.account,
        effectiveFrom,
        ...unit,
        address: unitAddress,
      };
      return { line: lineOf(where), fact };
    });
    return [{ line: lineOf(['accounts', index]), fact: accountFact }, ...units];
  });
}
