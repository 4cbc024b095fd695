import { amount } from '#shared/money/amount.ts';
import type { UsageCharge } from '../catalog.ts';
import { isFree, type UsagePrice } from '../price.ts';
import { EACH } from './read-increment.ts';
import { checkSeasons } from './read-seasonal.ts';
import { type Place, type Report, refuse, within } from './report.ts';

/** Checks what the fields of a usage charge say together. What allowances cover is checked where they are read. */
export function checkUsageCharge(report: Report, place: Place, charge: UsageCharge): void {
  checkProperty(report, place, charge);
  checkSeasons(report, place, charge.seasons);
  checkBounds(report, place, charge);
  checkIncrements(report, place, charge);
  checkFlatAtZero(report, place, charge);
  checkHidden(report, place, charge);
  if (charge.measure === 'amount') checkAmount(report, place, charge);
}

/** Amounts are charged record by record as they are: neither raised, nor counted, nor partly free. */
function checkAmount(report: Report, place: Place, charge: UsageCharge): void {
  const { increment, rounding, count, usageDiscount } = charge;
  const wrong = [
    { field: 'increment', isWrong: increment.first !== EACH.first || increment.next !== EACH.next },
    { field: 'rounding', isWrong: rounding !== 'record' },
    { field: 'count', isWrong: count !== 'subscription' },
    { field: 'usageDiscount', isWrong: usageDiscount.percent !== '0' || usageDiscount.quantity !== '0' },
  ];
  for (const { field, isWrong } of wrong) {
    if (!isWrong) continue;
    const remedy = field === 'usageDiscount' ? 'Leave it out, and charge a smaller percentage.' : 'Leave it out.';
    refuse(report, within(place, field), `${field} of an amount`, 'a percentage of each amount as it is', remedy);
  }
}

/** Every price a charge may have: its own, and those of its seasons. */
function pricesOf({ price, seasons }: UsageCharge): UsagePrice[] {
  return [price, ...seasons.flatMap((one) => ('price' in one ? [one.price] : []))];
}

function checkProperty(report: Report, place: Place, { measure, property }: UsageCharge): void {
  if ((measure === 'property') === (property !== '')) return;
  const at = within(place, 'property');
  if (property === '') refuse(report, at, '', 'the property that says how much each record counts', 'Add property.');
  else
    refuse(
      report,
      at,
      `"${property}"`,
      `no property: ${measure} is counted`,
      'Leave it out, or write measure: property.',
    );
}

/** A record's least and most need the price of each record, which only what counts for one subscription has. */
function checkBounds(report: Report, place: Place, charge: UsageCharge): void {
  const { minimum, maximum, count, rounding, usageDiscount } = charge;
  const isBound = minimum !== '0' || maximum !== '';
  const at = within(place, isBound ? (minimum !== '0' ? 'minimum' : 'maximum') : 'count');
  if ((isBound || count === 'record') && (rounding === 'day' || rounding === 'period')) {
    const found = `a price of each record, while increments are over the ${rounding}`;
    refuse(report, at, found, 'rounding: record or session', 'Write one of them.');
  }
  if ((isBound || count === 'record') && (usageDiscount.percent !== '0' || usageDiscount.quantity !== '0')) {
    refuse(report, at, 'a price of each record with a usageDiscount', 'one of the two', 'Leave the usageDiscount out.');
  }
  if (isBound && (count === 'pool' || count === 'account')) {
    const found = `a bound for each record, while tiers count over the ${count}`;
    refuse(report, at, found, 'count: subscription or record', 'Leave the bound or the count out.');
  }
  if (maximum !== '' && amount(maximum).lessThan(minimum)) {
    const remedy = 'Write the larger of the two as maximum.';
    refuse(report, within(place, 'maximum'), `"${maximum}"`, `at least the minimum, ${minimum}`, remedy);
  }
}

/** Increments of tiers raise what of one record lies in them. */
function checkIncrements(report: Report, place: Place, charge: UsageCharge): void {
  for (const price of pricesOf(charge)) {
    if (!('tiers' in price)) continue;
    const isRaised = price.tiers.some(
      ({ increment }) => increment.first !== EACH.first || increment.next !== EACH.next,
    );
    if (!isRaised || (charge.count === 'record' && price.model === 'graduated')) continue;
    const remedy = 'Write count: record and graduated tiers, or one increment for the charge.';
    refuse(report, within(place, 'price'), 'a tier with an increment', 'tiers that count anew in each record', remedy);
  }
}

/** Models of prices that can be due without usage. */
const FLAT_MODELS: readonly UsagePrice['model'][] = ['graduated', 'volume', 'stairStep', 'flat'];

function checkFlatAtZero(report: Report, place: Place, charge: UsageCharge): void {
  if (!charge.flatAtZero) return;
  const at = within(place, 'flatAtZero');
  if (charge.count === 'record') {
    const expected = 'count: subscription, pool or account';
    refuse(report, at, '"true", while tiers count over the record', expected, 'Leave flatAtZero out.');
  } else if (pricesOf(charge).some(({ model }) => !FLAT_MODELS.includes(model))) {
    const remedy = 'Leave it out: without usage such a price is nothing.';
    refuse(report, at, '"true"', 'a price with tiers, or flat, in every season', remedy);
  }
}

/** A line that is not shown must be of nothing. */
function checkHidden(report: Report, place: Place, charge: UsageCharge): void {
  if (!charge.hidden) return;
  if (pricesOf(charge).every(isFree) && charge.connectionFee === '0' && charge.minimum === '0') return;
  const remedy = 'Leave hidden out: what is owed is shown.';
  refuse(report, within(place, 'hidden'), '"true"', 'a charge at price 0, without fee and minimum', remedy);
}
