import type { TaxProfile } from '#shared/catalog/catalog.ts';
import { addDays, type LocalDate } from '#shared/time/local-date.ts';
import type { ChargeLine } from './charge-line.ts';
import type { LineTax } from './draft.ts';

/**
 * How a line is taxed when it is first billed (pricing rules §7): at the rate in force at its tax point, the last day of its period, or for
 * what is charged in advance the invoice date if that is earlier.
 * @throws Error when the profile has no rate on that day.
 */
export function lineTax(profile: TaxProfile, line: ChargeLine, invoiceDate: LocalDate): LineTax {
  const lastDay = addDays(line.period.until, -1);
  const inAdvance = line.arithmetic.kind === 'recurring' && line.arithmetic.due === 'advance';
  const taxPoint = inAdvance && invoiceDate < lastDay ? invoiceDate : lastDay;
  const { category, reason } = profile;
  if (category !== 'S') return { category, percent: '0', reason };
  const rate = profile.rates.filter((each) => each.from <= taxPoint).at(-1);
  if (rate === undefined)
    throw new Error(`tax profile ${profile.id} has no rate on ${taxPoint}; add one with an earlier "from"`);
  return { category, percent: rate.percent, reason };
}
