import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { newsOf, type ReasonScope, reasonOf } from '#shared/billing/lines/reason.ts';
import { type MovedPrices, SAME_PRICES } from '#shared/catalog/moved-prices.ts';
import type { EntryBody } from '#shared/commit-log/entry.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { periodOfMonth } from '#shared/time/period.ts';
import { entriesOf } from '../commit-log/entries.ts';
import { recorded } from './lines.ts';
import { released, ZONE } from './news-entries.ts';

const every = () => true;
/** Another release, by which everything is priced anew. */
export const EVERY_PRICE: MovedPrices = { touch: every, ofCharge: every, ofPlans: every, ofAgreed: every };

/** Why a line moved, in a run for April whose last link billed March. */
export const why = (
  news: EntryBody[],
  now: ChargeLine,
  before: ChargeLine | undefined,
  more: Partial<ReasonScope> = {},
) =>
  reasonOf(
    {
      news: newsOf(entriesOf(news)),
      zone: ZONE,
      period: periodOfMonth('2026-04', 1),
      cancelled: new Set(),
      lastCutOff: instantOf('2026-04-01', ZONE),
      lastUsageCutOff: instantOf('2026-04-01', ZONE),
      carrying: new Set(),
      measuredFrom: 0,
      movedOn: new Set(),
      prices: news.includes(released) ? EVERY_PRICE : SAME_PRICES,
      plans: new Set(['a']),
      isSameQuantity: () => false,
      tookOver: () => undefined,
      ...more,
    },
    now,
    before && recorded(before, 'r1'),
  );
