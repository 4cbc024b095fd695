import { draftOf } from '#shared/billing/draft-of.ts';
import { NO_PAYER_NEWS } from '#shared/billing/lines/payer-news.ts';
import { payerScope } from '#shared/billing/payer-scope.ts';
import { SAME_PRICES } from '#shared/catalog/moved-prices.ts';
import { createMeter } from '#shared/rating/measure-subscription.ts';
import { openSums } from '#shared/rating/sum-slice.ts';
import type { VisibleItem } from '#shared/usage/visible-item.ts';
import { itemsOf } from './fold.ts';
import { seeded } from './generate/random.ts';
import { cpuSeconds, report, thousands } from './measure.ts';
import { accountView, addSubscription, catalog, period, plan, plannedFor, request } from './small-fleet.ts';

const SUBSCRIPTIONS = 100_000;
const ITEMS = 30;
const MOST_SECONDS = 30;
const MOST_MEGABYTES = 500;

/** Usage of subscriptions, thirty items of a record each: what a reader hands out one after the other. */
const random = seeded(11);
const usages = Array.from({ length: 500 }, () => itemsOf(ITEMS, 1, random));

const view = accountView('fleet');
const planned = plannedFor('fleet');
const before = cpuSeconds();
const scope = payerScope(view, catalog, plan.position, planned);
const meter = createMeter(scope);
const sums = openSums(scope.days, 0);
for (let n = 0; n < SUBSCRIPTIONS; n++)
  addSubscription(scope, meter, sums, `sim-${n}`, 'pooled', usages[n % usages.length] as VisibleItem[]);
const input = {
  request,
  plan,
  planned,
  period,
  catalog,
  view,
  slices: [[sums.close()]],
  base: undefined,
  news: NO_PAYER_NEWS,
  prices: SAME_PRICES,
};
const draft = draftOf({ ...input, backBillingMonths: 6, taxAnswers: new Map() });
const seconds = cpuSeconds() - before;
const megabytes = process.resourceUsage().maxRSS / 1024;
const what = `a pool of ${thousands(SUBSCRIPTIONS)} subscriptions with ${ITEMS} items each, measured and drafted`;
const counted = `${thousands(SUBSCRIPTIONS * ITEMS)} items, ${draft.lines.map(({ amount }) => amount).join(' + ')} EUR`;
report([
  { what, counted, value: seconds, unit: 's', target: `< ${MOST_SECONDS}`, isMet: seconds < MOST_SECONDS },
  {
    what,
    counted,
    value: megabytes,
    unit: 'MB max RSS',
    target: `< ${MOST_MEGABYTES}`,
    isMet: megabytes < MOST_MEGABYTES,
  },
]);
