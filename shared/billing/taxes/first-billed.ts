import type { Catalog } from '#shared/catalog/catalog.ts';
import type { ExchangeRate } from '#shared/catalog/exchange-rate.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import { rateOn } from '../invoice-currency.ts';
import type { RunRequest } from '../run.ts';
import { sellerOf } from '../seller-of.ts';
import { profileOf, type TaxScope } from './line-tax.ts';

/** What decides over lines that a document bills for the first time: the release and the account as the run sees them. */
export interface FirstBilling {
  readonly request: Pick<RunRequest, 'seller' | 'invoiceDate'>;
  readonly catalog: Catalog;
  readonly view: AccountView;
  /** Line id → what an outside tax engine answered; empty where none is asked. */
  readonly taxAnswers: TaxScope['answers'];
}

/** What the taxes of the payer's lines are decided by. @throws Error when the account's tax profile is missing. */
export function taxScope({ catalog, view, request, taxAnswers }: FirstBilling): TaxScope {
  profileOf(catalog.taxProfiles, view);
  const seller = sellerOf(catalog, request.seller);
  return {
    profiles: catalog.taxProfiles,
    jurisdictions: catalog.taxJurisdictions,
    seller,
    standings: view.standings,
    invoiceDate: request.invoiceDate,
    answers: taxAnswers,
  };
}

/** The rate to the seller's books on the invoice date; null where they are kept in the account's currency. @throws RangeError when there is none. */
export function bookRateOf({ catalog, view, request }: FirstBilling): ExchangeRate | null {
  const { bookCurrency, id } = sellerOf(catalog, request.seller);
  const { currency } = view.account;
  if (bookCurrency === '' || bookCurrency === currency) return null;
  const what = `account ${view.account.account}, for the books of ${id},`;
  return rateOn(catalog.exchangeRates, currency, bookCurrency, request.invoiceDate, what);
}
