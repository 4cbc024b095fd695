import type { DraftSummary } from '#shared/billing/run.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import type { LocalDate } from '#shared/time/local-date.ts';

/**
 * What documents that are dated later than their drafts could bear otherwise: a rate of tax that begins, a reverse charge that begins or ends, an account that
 * is taxed otherwise, or an exchange rate that was published, behind the one day and up to the other; '' = nothing. Exchange rates count where the
 * price lists, the seller's books and the accounts know several currencies.
 */
export function ratesBetween(
  catalog: Catalog,
  seller: string,
  drafts: readonly Pick<DraftSummary, 'payer' | 'currency' | 'taxedOtherwiseFrom'>[],
  from: LocalDate,
  until: LocalDate,
): string {
  const isBetween = (date: LocalDate) => date > from && date <= until;
  const taxes = [
    ...catalog.taxProfiles.flatMap((profile) => (profile.kind === 'fixed' ? profile.taxes : [])),
    ...catalog.taxJurisdictions.flatMap(({ rates }) => Object.values(rates).map((of) => ({ rates: of }))),
  ];
  const rate = taxes.flatMap(({ rates }) => rates).find((each) => isBetween(each.from));
  if (rate !== undefined) return `a rate of tax begins on ${rate.from}`;
  const reverse = catalog.taxJurisdictions
    .flatMap(({ country, resellerReverseCharge }) => resellerReverseCharge.map((each) => ({ country, ...each })))
    .flatMap((each) => [each.from, each.until].filter(isBetween).map((date) => ({ country: each.country, date })))[0];
  if (reverse !== undefined) return `what resellers in ${reverse.country} pay the tax of changes on ${reverse.date}`;
  const other = drafts.find(({ taxedOtherwiseFrom: date = '' }) => isBetween(date));
  if (other !== undefined) return `account ${other.payer} may be taxed otherwise from ${other.taxedOtherwiseFrom} on`;
  const books = catalog.sellers.find(({ id }) => id === seller)?.bookCurrency ?? '';
  const named = [...catalog.plans, ...drafts].map(({ currency }) => currency);
  const currencies = new Set([...named, books].filter((each) => each !== ''));
  if (currencies.size < 2) return '';
  const day = catalog.exchangeRates.flatMap(({ days }) => days).find(({ date }) => isBetween(date));
  return day === undefined ? '' : `exchange rates are known of ${day.date}`;
}
