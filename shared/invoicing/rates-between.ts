import type { Catalog } from '#shared/catalog/catalog.ts';
import type { LocalDate } from '#shared/time/local-date.ts';

/**
 * What a document that is dated later than its draft could bear otherwise: a rate of tax that begins, or an exchange rate that was published, behind the
 * one day and up to the other; '' = nothing. Exchange rates count where the seller's price lists and books know several currencies.
 */
export function ratesBetween(catalog: Catalog, seller: string, from: LocalDate, until: LocalDate): string {
  const isBetween = (date: LocalDate) => date > from && date <= until;
  const taxes = [
    ...catalog.taxProfiles.flatMap((profile) => (profile.kind === 'fixed' ? profile.taxes : [])),
    ...catalog.taxJurisdictions.flatMap(({ rates }) => Object.values(rates).map((of) => ({ rates: of }))),
  ];
  const rate = taxes.flatMap(({ rates }) => rates).find((each) => isBetween(each.from));
  if (rate !== undefined) return `a rate of tax begins on ${rate.from}`;
  const books = catalog.sellers.find(({ id }) => id === seller)?.bookCurrency ?? '';
  const currencies = new Set([...catalog.plans.map(({ currency }) => currency), books].filter((each) => each !== ''));
  if (currencies.size < 2) return '';
  const day = catalog.exchangeRates.flatMap(({ days }) => days).find(({ date }) => isBetween(date));
  return day === undefined ? '' : `exchange rates are known of ${day.date}`;
}
