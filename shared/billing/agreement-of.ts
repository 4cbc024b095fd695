import { agreementOf } from '#shared/catalog/account-plans.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { type AccountView, isCustomerOn } from '#shared/inventory/account-history.ts';
import { localDateOf } from '#shared/time/local-date.ts';
import type { PricingScope } from './lines/line-head.ts';

/**
 * What was agreed with an account for what begins on a day: nothing while it is another seller's customer (decision 42). What it commits itself to holds
 * from its own first day on, so that a month it begins in is prorated as a recurring charge is (pricing rules §6).
 */
export function agreementsOf(
  catalog: Catalog,
  view: Pick<AccountView, 'account' | 'since' | 'timeZone' | 'isCustomer'>,
): PricingScope['agreementOn'] {
  const agreement = agreementOf(catalog, view.account.account);
  const held = agreement && { ...agreement, since: localDateOf(view.since, view.timeZone) };
  return (from) => (isCustomerOn(view, from) ? held : undefined);
}
