import { type ExchangeRates, exchangeRate } from '../exchange-rate.ts';
import type { SourceDefinition } from '../source.ts';
import type { ReadPlan } from './read-plan.ts';
import type { ReadCharge } from './read-usage-charge.ts';
import { type Report, refuse, within } from './report.ts';

/**
 * Checks that charges of amounts can be priced: some source of a carrier they match keeps amounts, and where it says that all of them are in one
 * other currency, there is a rate by the day the price begins (issues of rates that only files tell are found when an account is billed).
 */
export function checkAmounts(
  report: Report,
  plans: readonly ReadPlan[],
  sources: readonly (SourceDefinition | undefined)[],
  rates: readonly (ExchangeRates | undefined)[],
): void {
  if (sources.includes(undefined) || rates.includes(undefined)) return;
  for (const { plan, versions } of plans) {
    if (plan === undefined) continue;
    for (const { from = '', charges } of versions) {
      for (const charge of charges) {
        if (charge.measure !== 'amount' || charge.match === undefined) continue;
        checkCharge(report, charge, plan.currency, from, sources as SourceDefinition[], rates as ExchangeRates[]);
      }
    }
  }
}

function checkCharge(
  report: Report,
  { place, match }: ReadCharge,
  currency: string,
  from: string,
  sources: readonly SourceDefinition[],
  rates: readonly ExchangeRates[],
): void {
  const { carriers = [] } = match ?? {};
  const its = sources.filter(({ carrier }) => carriers.length === 0 || carriers.includes(carrier));
  const keeping = its.filter(({ amounts }) => amounts);
  if (keeping.length === 0) {
    const names = its.map(({ name }) => name).join(', ') || 'there is none';
    const expected = `a source that keeps the amounts its records carry, of ${names}`;
    refuse(report, within(place, 'measure'), '"amount"', expected, 'Write amounts: true in the source.');
  }
  for (const source of keeping) {
    const said = 'currency' in source && source.currency.column === '' ? source.currency.constant : '';
    if (said === '' || exchangeRate(rates, said, currency, from) !== undefined) continue;
    const expected = `an exchange rate from ${said}, the amounts of source "${source.name}", to ${currency} on ${from} or before`;
    refuse(report, within(place, 'measure'), '"amount"', expected, 'Add it under exchangeRates.');
  }
}
