import type { AccountView } from '#shared/inventory/account-history.ts';
import { type Instant, localDateOf } from '#shared/time/local-date.ts';
import { type Period, periodOf } from '#shared/time/period.ts';
import { type Draft, ENGINE_VERSION } from './draft.ts';

/** Where the chain of an account that was never billed begins: in its first period, of which nothing is billed, as the account itself does. */
export function unbilled({ since, timeZone, billingDay }: AccountView): {
  readonly period: Period;
  readonly cutOff: Instant;
} {
  const { from } = periodOf(localDateOf(since, timeZone), billingDay);
  return { period: { from, until: from }, cutOff: since };
}

/** What an ad-hoc invoice follows where nothing was billed before it: nothing is owed, up to where the account begins. What follows names the units of its day itself. */
export function unbilledDraft(
  of: Pick<Draft, 'seller' | 'run' | 'position' | 'catalog'> & { readonly view: AccountView },
): Draft {
  const { view, ...rest } = of;
  const { period, cutOff } = unbilled(view);
  return {
    ...rest,
    payer: view.account.account,
    predecessor: 0,
    engineVersion: ENGINE_VERSION,
    period,
    invoiceDate: period.from,
    usageCutOff: cutOff,
    chargeCutOff: cutOff,
    frozenUntil: '',
    account: view.account,
    businessUnits: [],
    lines: [],
    measured: [],
    adjustments: [],
    cancellations: [],
    amendment: null,
    documents: [],
    netsBefore: [],
  };
}
