import * as z from 'zod';
import type { SeasonalPrice } from '../catalog.ts';
import { nearestName } from '../catalog-problem.ts';
import { decimal, id } from '../written.ts';
import { type Place, type Report, readFields, refuse, within } from './report.ts';
import { isMapping } from './schema-place.ts';

/** What holds in a season. */
export const seasonalSchema = z.strictObject({ season: id, factor: decimal.optional(), price: z.unknown().optional() });

/** The most seasons a charge may have. */
export const MOST_SEASONS = 50;

/** What holds in the seasons of a charge, each in its place: a factor, or a price as `readPrice` reads it. Nothing stands where one is wrong. */
export function readSeasons<Price>(
  report: Report,
  places: readonly Place[],
  known: ReadonlySet<string>,
  readPrice: (at: Place) => Price | undefined,
): (SeasonalPrice<Price> | undefined)[] {
  return places.map((place) => readSeasonal(report, place, known, readPrice));
}

/** What holds in a season: a factor, or a price of its own. */
function readSeasonal<Price>(
  report: Report,
  place: Place,
  known: ReadonlySet<string>,
  readPrice: (at: Place) => Price | undefined,
): SeasonalPrice<Price> | undefined {
  const { fields, complete } = readFields(report, seasonalSchema, place);
  if (fields.season !== undefined && !known.has(fields.season)) {
    const near = nearestName(fields.season, known);
    const remedy = near === '' ? 'Define it under seasons.' : `Did you mean ${near}?`;
    const expected = `a season: ${[...known].join(', ') || 'there is none'}`;
    refuse(report, within(place, 'season'), `"${fields.season}"`, expected, remedy);
  }
  const hasPrice = isMapping(place.content) && place.content.price !== undefined;
  if (hasPrice === (isMapping(place.content) && place.content.factor !== undefined)) {
    const found = hasPrice ? 'a factor and a price' : '';
    refuse(report, place, found, 'either a factor or a price', 'Write factor: 1.5, or price as the charge has it.');
    return undefined;
  }
  const price = hasPrice ? readPrice(within(place, 'price')) : undefined;
  if (complete === undefined) return undefined;
  const { season, factor } = complete;
  if (factor !== undefined) return { season, factor };
  return price && { season, price };
}

/** A charge names each season once. */
export function checkSeasons(report: Report, place: Place, seasons: readonly { readonly season: string }[]): void {
  for (const [index, { season }] of seasons.entries()) {
    if (seasons.findIndex((one) => one.season === season) === index) continue;
    const at = within(place, 'seasons', index, 'season');
    refuse(report, at, `"${season}" a second time`, 'each season once', 'Leave one of them out; the first holds.');
  }
}
