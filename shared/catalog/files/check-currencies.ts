import type { Currency } from '#shared/money/currency.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import type { Agreement } from '../agreement.ts';
import type { Plan, Seller } from '../catalog.ts';
import { type ExchangeRates, exchangeRate } from '../exchange-rate.ts';
import { type Place, type Report, refuse, within } from './report.ts';

/** Things of a catalogue as far as they could be read, each with its place. */
export interface Priced {
  readonly plans: readonly (Plan | undefined)[];
  readonly agreements: readonly { readonly place: Place; readonly agreement: Agreement | undefined }[];
  readonly sellers: readonly { readonly place: Place; readonly seller: Seller | undefined }[];
  readonly rates: readonly ExchangeRates[];
  /** The day it is released on: what began before has to be converted from then on. '' = not said: a rate of any day will do. */
  readonly today: LocalDate | '';
}

/** Later than every day there is a rate of. */
const EVER: LocalDate = '9999-12-31';

/**
 * Checks that every amount can be converted that a catalogue says is, on the first day it may be invoiced: today, or a later one it is agreed or sold from
 * (the last rate before counts, pricing rules §7). That is a plan agreed with an account that is invoiced in another currency, and every plan of a seller
 * whose books are in one currency.
 */
export function checkCurrencies(report: Report, { plans, agreements, sellers, rates, today }: Priced): void {
  const priced = plans.filter((plan) => plan !== undefined);
  for (const { place, agreement } of agreements) {
    if (agreement === undefined) continue;
    for (const [id, first] of agreedFrom(agreement)) {
      const from = first < today ? today : first;
      const plan = priced.find((one) => one.id === id);
      if (plan === undefined || exchangeRate(rates, plan.currency, agreement.currency, from)) continue;
      const at = within(place, 'currency');
      const found = `"${agreement.currency}", while plan "${id}" is in ${plan.currency}`;
      const expected = `a rate from ${plan.currency} to ${agreement.currency} on ${from} or a day before`;
      refuse(report, at, found, expected, remedy(rates, plan.currency, agreement.currency));
    }
  }
  for (const { place, seller } of sellers) {
    const books = seller?.bookCurrency ?? '';
    const lacking = ({ currency, versions }: Plan) => {
      const from = neededFrom(versions, today);
      return books !== '' && from !== '' && exchangeRate(rates, currency, books, from) === undefined;
    };
    const plan = priced.find(lacking);
    if (plan === undefined) continue;
    const found = `"${books}", while plan "${plan.id}" is in ${plan.currency}`;
    const day = today === '' ? '' : ` on ${neededFrom(plan.versions, today)} or a day before`;
    const expected = `a rate from ${plan.currency} to ${books}${day}`;
    refuse(report, within(place, 'bookCurrency'), found, expected, remedy(rates, plan.currency, books));
  }
}

/** The first day from today on that a plan is sold; '' = it has ended. */
function neededFrom(versions: Plan['versions'], today: LocalDate | ''): LocalDate | '' {
  if (today === '') return EVER;
  const open = versions.filter(({ until }) => until === '' || until > today);
  const first = open.map(({ from }) => from).sort()[0] ?? '';
  return first !== '' && first < today ? today : first;
}

/** Plans an agreement names, each with the first day it does. */
function agreedFrom({ overrides, commitments, discounts }: Agreement): Map<string, LocalDate> {
  const named = [
    ...overrides.map(({ plan, from }) => ({ plan, from })),
    ...commitments.flatMap(({ covers, from }) => covers.map((name) => ({ plan: planOf(name), from }))),
    ...discounts.flatMap(({ on, from }) => on.map((name) => ({ plan: planOf(name), from }))),
  ];
  const first = new Map<string, LocalDate>();
  for (const { plan, from } of named) {
    const before = first.get(plan);
    if (before === undefined || from < before) first.set(plan, from);
  }
  return first;
}

function planOf(name: string): string {
  return name.split('/')[0] ?? '';
}

function remedy(rates: readonly ExchangeRates[], from: Currency, to: Currency): string {
  const first = rates
    .flatMap(({ days }) => days.map(({ date }) => date))
    .sort()
    .find((day) => exchangeRate(rates, from, to, day));
  if (first !== undefined) return `Add an earlier day to exchangeRates: the first with both is ${first}.`;
  return 'Add exchangeRates, or lay eurofxref-hist.csv of the European Central Bank into the folder.';
}
