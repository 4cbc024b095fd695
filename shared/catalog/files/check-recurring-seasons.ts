import type { RecurringCharge } from '../catalog.ts';
import type { CountPrice } from '../price.ts';
import { checkSeasons } from './read-seasonal.ts';
import { type Place, type Report, refuse, within } from './report.ts';

/**
 * Seasons of a recurring charge hold day by day (pricing rules §5): so only what is owed for each day by itself may have them. A full amount, the
 * day with most subscriptions, the last day, whether there was usage, and a committed quantity are of the interval as a whole; so are packages, flat
 * amounts, stair steps and flat fees of tiers. Graduated tiers would be used up by the first days of the interval, and seasons at its end
 * would only have the last. The total of a volume price picks a tier for every day alike: it may have seasons.
 */
export function checkRecurringSeasons(report: Report, place: Place, charge: RecurringCharge): void {
  const { seasons = [], proration, quantity, price } = charge;
  if (seasons.length === 0) return;
  checkSeasons(report, place, seasons);
  const ofInterval = 'what is owed for each day by itself, as seasons hold day by day';
  if (proration === 'none') {
    const remedy = 'Leave proration or seasons out.';
    refuse(report, within(place, 'proration'), '"none" with seasons', ofInterval, remedy);
  }
  if (quantity.of === 'peak' || quantity.of === 'atEnd' || quantity.of === 'used') {
    const remedy = 'Count subscriptions, one, a number or a property, or leave seasons out.';
    refuse(report, within(place, 'quantity'), `"${quantity.of}" with seasons`, ofInterval, remedy);
  }
  if (quantity.minimum > 0) {
    const remedy = 'Leave minimum or seasons out: what falls short of it falls on no day.';
    refuse(report, within(place, 'minimum'), `"${quantity.minimum}" with seasons`, ofInterval, remedy);
  }
  const prices = seasons.flatMap((one, index) => ('price' in one ? [{ index, price: one.price }] : []));
  checkSeasonalModel(report, within(place, 'price'), price);
  for (const { index, price: own } of prices) {
    const at = within(place, 'seasons', index, 'price');
    if (own.model === price.model) checkSeasonalModel(report, at, own);
    else refuse(report, at, `a price of model ${own.model}`, `model ${price.model}, as the charge has`, REMEDY);
  }
}

const REMEDY = 'Write a price for each, or volume tiers, in the charge and in each season.';

/** Refuses a price that is not owed for each day by itself, where seasons hold. */
export function checkSeasonalModel(report: Report, at: Place, price: CountPrice): void {
  const hasFlat = 'tiers' in price && price.tiers.some(({ flat }) => flat !== '0');
  const isByDay = (price.model === 'unit' || price.model === 'volume') && !hasFlat;
  if (isByDay) return;
  const found = hasFlat && price.model === 'volume' ? 'a flat fee of a tier' : `a price of model ${price.model}`;
  const expected = 'a price for each, or volume tiers without flat fees: seasons hold day by day';
  refuse(report, at, `${found} with seasons`, expected, 'Write such a price, or leave seasons out.');
}
