import type { TaxProfile } from '#shared/catalog/catalog.ts';
import { amount } from '#shared/money/amount.ts';
import { addDays, type LocalDate } from '#shared/time/local-date.ts';
import type { ChargeLine } from './charge-line.ts';
import type { LineTax } from './draft.ts';

/**
 * How a line is taxed when it is first billed (pricing rules §7): at the rate in force at its tax point, the last day of its period, or for
 * what is charged in advance the invoice date if that is earlier.
 * @throws RangeError when a standard-rated profile has no rate on that day.
 */
export function lineTax(profile: TaxProfile, line: ChargeLine, invoiceDate: LocalDate): LineTax {
  const lastDay = addDays(line.period.until, -1);
  const inAdvance = line.arithmetic.kind === 'recurring' && line.arithmetic.due === 'advance';
  const taxPoint = inAdvance && invoiceDate < lastDay ? invoiceDate : lastDay;
  return treatmentAt(profile, taxPoint);
}

/** The treatment a profile gives at a tax point: the last rate that began on or before that day. Categories other than S charge nothing. */
function treatmentAt(profile: TaxProfile, taxPoint: LocalDate): LineTax {
  if (profile.category !== 'S') return { category: profile.category, percent: '0', reason: profile.reason };
  let inForce = { from: '', percent: '' };
  for (const rate of profile.rates) if (rate.from <= taxPoint && rate.from >= inForce.from) inForce = rate;
  if (inForce.percent === '') {
    const first = profile.rates.map((rate) => rate.from).sort()[0] ?? 'none';
    throw new RangeError(
      `tax profile "${profile.id}" has no rate on ${taxPoint}; its first begins ${first}: add an earlier one`,
    );
  }
  return { category: 'S', percent: plain(inForce.percent), reason: '' };
}

/** A percent without trailing zeros: "19.00" → "19", so that one rate has one name. */
function plain(percent: string): string {
  return amount(percent).toFixed();
}
