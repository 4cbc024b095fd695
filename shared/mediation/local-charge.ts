import { amount } from '#shared/money/amount.ts';

/** What a carrier's charge comes to at an exchange rate, exactly, with the decimal places of both: '' when one is not said. */
export function localCharge(charge: string, exchangeRate: string): string {
  if (charge === '' || exchangeRate === '') return '';
  const places = (text: string) => text.split('.')[1]?.length ?? 0;
  return amount(charge)
    .times(amount(exchangeRate))
    .toFixed(places(charge) + places(exchangeRate));
}
