import * as z from 'zod';
import type { TaxProfile } from './catalog.ts';
import { type Place, type Report, readFields, refuse, within } from './report.ts';
import { date, decimal, id, words } from './written.ts';

const schema = z.strictObject({
  id,
  name: words,
  category: z.enum(['S', 'Z', 'E', 'AE', 'O']),
  reason: words.default(''),
  rates: z
    .array(z.strictObject({ from: date, percent: decimal }))
    .max(100)
    .default([]),
});

/**
 * Reads a tax profile. Category S has rates, in order of date; the others charge nothing, and E, AE and O say why (EN 16931, rules
 * BR-E-10, BR-AE-10, BR-O-10), while S and Z must not (BR-S-10, BR-Z-10).
 */
export function readTaxProfile(report: Report, place: Place): TaxProfile | undefined {
  const { fields, complete } = readFields(report, schema, place);
  const { category, reason, rates } = fields;
  if (category === undefined) return complete;
  checkReason(report, place, category, reason);
  if (rates !== undefined) checkRates(report, place, category, rates);
  return complete;
}

function checkReason(report: Report, place: Place, category: TaxProfile['category'], reason: string | undefined): void {
  const needed = category === 'E' || category === 'AE' || category === 'O';
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

function checkRates(report: Report, place: Place, category: TaxProfile['category'], rates: TaxProfile['rates']): void {
  if (category === 'S' && rates.length === 0) {
    refuse(
      report,
      within(place, 'rates'),
      'no rate',
      'at least one rate in category S',
      'Add rates: [{from: 2020-01-01, percent: 19}].',
    );
  }
  for (const [index, rate] of rates.entries()) {
    const at = within(place, 'rates', index);
    if (index > 0 && rate.from <= (rates[index - 1]?.from ?? '')) {
      refuse(
        report,
        within(at, 'from'),
        `"${rate.from}"`,
        `a date after ${rates[index - 1]?.from}`,
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
