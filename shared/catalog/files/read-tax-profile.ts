import * as z from 'zod';
import type { Tax, TaxProfile, TaxRate, VatCategory } from '../tax-profile.ts';
import { date, decimal, id, wholeNumber, words } from '../written.ts';
import { type Place, type Report, readFields, refuse, within } from './report.ts';
import { isMapping } from './schema-place.ts';

const rates = z
  .array(z.strictObject({ from: date, percent: decimal }))
  .max(100)
  .default([]);
const tax = z.strictObject({ name: words, on: z.enum(['net', 'taxed']).default('net'), rates });
/** A tax profile of the rules of the Union. */
export const vatSchema = z.strictObject({
  kind: z.literal('vat'),
  id,
  name: words,
  verifiedWithinDays: z.union([z.literal('0').transform(() => 0), wholeNumber(3_660)]).default(0),
});
/** A tax profile an engine answers. */
export const engineSchema = z.strictObject({ kind: z.literal('engine'), id, name: words });
/** A tax profile that is always alike. */
export const fixedSchema = z.strictObject({
  kind: z.enum(['fixed', 'vat', 'engine']).default('fixed'),
  id,
  name: words,
  category: z.enum(['S', 'Z', 'E', 'AE', 'K', 'G', 'O']),
  reason: words.default(''),
  reasonCode: id.default(''),
  taxPoint: z.enum(['periodEnd', 'invoiceDate', 'split']).default('periodEnd'),
  rates,
  taxes: z.array(tax).max(10).default([]),
});

/** The code of a category's reason where it has only one (CEF VATEX code list). */
const REASON_CODES: Readonly<Partial<Record<VatCategory, string>>> = {
  AE: 'VATEX-EU-AE',
  K: 'VATEX-EU-IC',
  G: 'VATEX-EU-G',
  O: 'VATEX-EU-O',
};

/**
 * Reads a tax profile. Category S has rates, in order of date, of one tax or of several by name; the others charge nothing, and all but Z say why
 * (EN 16931, rules BR-E-10, BR-AE-10, BR-IC-10, BR-G-10, BR-O-10), while S and Z must not (BR-S-10, BR-Z-10).
 */
export function readTaxProfile(report: Report, place: Place): TaxProfile | undefined {
  const kind = isMapping(place.content) ? place.content.kind : '';
  if (kind === 'vat') return readFields(report, vatSchema, place).complete;
  if (kind === 'engine') return readFields(report, engineSchema, place).complete;
  return readFixed(report, place);
}

function readFixed(report: Report, place: Place): TaxProfile | undefined {
  const { fields, complete } = readFields(report, fixedSchema, place);
  const { category, reason } = fields;
  if (category === undefined) return undefined;
  checkReason(report, place, category, reason);
  checkTaxes(report, place, category, fields.rates ?? [], fields.taxes ?? []);
  if (complete === undefined) return undefined;
  const { rates: own, taxes, ...rest } = complete;
  const named: Tax[] = own.length === 0 ? taxes : [{ name: '', on: 'net', rates: own }];
  const charged = category === 'S' ? named : [];
  return { ...rest, kind: 'fixed', reasonCode: rest.reasonCode || (REASON_CODES[category] ?? ''), taxes: charged };
}

function checkReason(report: Report, place: Place, category: VatCategory, reason: string | undefined): void {
  const needed = category !== 'S' && category !== 'Z';
  if (needed && reason === '') {
    refuse(
      report,
      within(place, 'reason'),
      '',
      `why category ${category} charges no tax`,
      'Add reason, such as "Reverse charge".',
    );
  }
  if (!needed && reason !== undefined && reason !== '') {
    refuse(report, within(place, 'reason'), `"${reason}"`, `no reason in category ${category}`, 'Leave it out.');
  }
}

function checkTaxes(
  report: Report,
  place: Place,
  category: VatCategory,
  own: readonly TaxRate[],
  taxes: readonly Tax[],
): void {
  if (category === 'S' && own.length === 0 && taxes.length === 0) {
    const remedy = 'Add rates: [{from: 2020-01-01, percent: 19}].';
    refuse(report, within(place, 'rates'), 'no rate', 'at least one rate in category S', remedy);
  }
  if (own.length > 0 && taxes.length > 0) {
    const remedy = 'Put the rates under a tax of their own name.';
    refuse(report, within(place, 'rates'), 'rates beside taxes', 'either rates, or taxes by name', remedy);
  }
  checkRates(report, within(place, 'rates'), category, own);
  const names = new Set<string>();
  for (const [index, { name, rates: of }] of taxes.entries()) {
    const at = within(place, 'taxes', index);
    if (names.has(name))
      refuse(report, within(at, 'name'), `"${name}" a second time`, 'each tax once', 'Rename one of them.');
    names.add(name);
    if (of.length === 0) {
      refuse(
        report,
        within(at, 'rates'),
        'no rate',
        'at least one rate',
        'Add rates: [{from: 2020-01-01, percent: 4}].',
      );
    }
    checkRates(report, within(at, 'rates'), category, of);
  }
}

/** Rates in order of date, none above a hundred, none at all in a category that charges nothing. */
export function checkRates(report: Report, place: Place, category: VatCategory, of: readonly TaxRate[]): void {
  for (const [index, rate] of of.entries()) {
    const at = within(place, index);
    if (index > 0 && rate.from <= (of[index - 1]?.from ?? '')) {
      refuse(
        report,
        within(at, 'from'),
        `"${rate.from}"`,
        `a date after ${of[index - 1]?.from}`,
        'List rates in order of date, each date once.',
      );
    }
    if (category !== 'S' && rate.percent !== '0') {
      refuse(
        report,
        within(at, 'percent'),
        `"${rate.percent}"`,
        `0 in category ${category}`,
        'Leave the rates out, or use category S.',
      );
    }
    if (Number(rate.percent) > 100) {
      refuse(report, within(at, 'percent'), `"${rate.percent}"`, 'at most 100', 'Write the percentage, such as 19.');
    }
  }
}
