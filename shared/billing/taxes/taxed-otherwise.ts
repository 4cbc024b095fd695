import type { Catalog } from '#shared/catalog/catalog.ts';
import { type AccountView, standingOn } from '#shared/inventory/account-history.ts';
import { addDays, type LocalDate, localDateOf } from '#shared/time/local-date.ts';
import type { Draft } from '../draft.ts';
import { sellerOf } from '../seller-of.ts';
import { firstBilled } from './tax-request.ts';

/**
 * The first day behind its invoice date on which what a draft bills for the first time could be taxed otherwise because of its account: it stands
 * otherwise from then on, a certificate begins or ends, the answer of the register is too old, or an outside engine was asked for the one day. '' = none.
 */
export function taxedOtherwiseFrom(draft: Draft, { standings }: AccountView, catalog: Catalog): LocalDate | '' {
  if (firstBilled(draft).length === 0) return '';
  const { invoiceDate } = draft;
  const { timeZone } = sellerOf(catalog, draft.seller);
  const { account, vatIdCheck } = standingOn(standings, invoiceDate);
  const profile = catalog.taxProfiles.find(({ id }) => id === account.taxProfile);
  const days = [
    ...standings.map(({ from }) => from),
    ...account.certificates.flatMap(({ from, until }) => [from, until]),
    ...(profile?.kind === 'engine' ? [addDays(invoiceDate, 1)] : []),
    ...(profile?.kind === 'vat' && profile.verifiedWithinDays > 0 && vatIdCheck !== undefined
      ? [addDays(localDateOf(vatIdCheck.effectiveFrom, timeZone), profile.verifiedWithinDays + 1)]
      : []),
  ];
  return days.filter((day) => day > invoiceDate).sort()[0] ?? '';
}
