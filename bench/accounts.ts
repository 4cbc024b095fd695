import type { Draft } from '#shared/billing/draft.ts';
import { draftOf } from '#shared/billing/draft-of.ts';
import { NO_PAYER_NEWS } from '#shared/billing/lines/payer-news.ts';
import { payerScope } from '#shared/billing/payer-scope.ts';
import { SAME_PRICES } from '#shared/catalog/moved-prices.ts';
import { createMeter } from '#shared/rating/measure-subscription.ts';
import { openSums } from '#shared/rating/sum-slice.ts';
import type { VisibleItem } from '#shared/usage/visible-item.ts';
import { itemsOf } from './fold.ts';
import { seeded } from './generate/random.ts';
import { bestOf, report, thousands } from './measure.ts';
import { accountView, addSubscription, catalog, period, plan, plannedFor, request } from './small-fleet.ts';

const ACCOUNTS = 1000;
const AT_LEAST = 5000;

const random = seeded(7);
/** Usage of subscriptions: three items of four records each. */
const usages = Array.from({ length: 200 }, () => itemsOf(12, 4, random));

interface Payer {
  readonly view: ReturnType<typeof accountView>;
  readonly subscriptions: readonly { readonly id: string; readonly items: readonly VisibleItem[] }[];
}

const payers = Array.from({ length: ACCOUNTS }, (_, account): Payer => {
  const subscriptions = Array.from({ length: 1 + random(5) }, (_, n) => {
    return { id: `sim-${account}-${n}`, items: usages[random(usages.length)] as VisibleItem[] };
  });
  return { view: accountView(`account-${account}`), subscriptions };
});

/** What a bill run does with an account between reading and writing: measures its subscriptions, and drafts what they come to. */
function draft({ view, subscriptions }: Payer): Draft {
  const planned = plannedFor(view.account.account);
  const scope = payerScope(view, catalog, plan.position, planned);
  const meter = createMeter(scope);
  const sums = openSums(scope.days, 0);
  for (const { id, items } of subscriptions) addSubscription(scope, meter, sums, id, 'sensor', items);
  const slices = [[sums.close()]];
  const input = {
    request,
    plan,
    planned,
    period,
    catalog,
    view,
    slices,
    base: undefined,
    news: NO_PAYER_NEWS,
    prices: SAME_PRICES,
  };
  return draftOf({ ...input, backBillingMonths: 6, taxAnswers: new Map() });
}

let lines = 0;
const seconds = await bestOf(12, () => {
  lines = 0;
  for (const payer of payers) lines += draft(payer).lines.length;
});
const subscriptions = payers.reduce((sum, payer) => sum + payer.subscriptions.length, 0);
const value = ACCOUNTS / seconds;
report([
  {
    what: 'small accounts measured, priced and drafted, documents apart',
    counted: `${thousands(ACCOUNTS)} accounts, ${thousands(subscriptions)} subscriptions, ${thousands(lines)} lines`,
    value,
    unit: 'accounts/s',
    target: `≥ ${thousands(AT_LEAST)}`,
    isMet: value >= AT_LEAST,
  },
]);
