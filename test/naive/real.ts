import type { ChargeLine } from '#shared/billing/charge-line.ts';
import { owedLines } from '#shared/billing/owed-lines.ts';
import { subscriptionHistory } from '#shared/inventory/subscription-history.ts';
import { createMeter } from '#shared/rating/measure-subscription.ts';
import { pricePeriod } from '#shared/rating/price-subscription.ts';
import { openSums } from '#shared/rating/sum-slice.ts';
import { amount } from '#shared/money/amount.ts';
import { periodInstants } from '#shared/time/period.ts';
import { fold } from '#shared/usage/fold.ts';
import { itemsOf, SELLER, scopeOf } from '../rating/fleet.ts';
import { allFacts } from './life.ts';
import { shown } from './lines.ts';
import { type NaiveLine, periodsOf, type World } from './world.ts';

/** What payer "p" owes by the real chain: catalogue → measured subscriptions → sums → charge lines. */
export function reallyOwed(world: World): NaiveLine[] {
  const { catalog, sims, zone, usageCutOff, chargeCutOff } = world;
  const periods = periodsOf(world);
  const scope = { ...scopeOf(catalog, periods, zone), usageCutOff, chargeCutOff };
  const facts = allFacts(world);
  const sums = periods.map((_, place) => openSums(scope.days, place));
  const meter = createMeter(scope);
  for (const { id } of sims) {
    const history = subscriptionHistory(id, SELLER, facts, { position: 99, cutOff: chargeCutOff });
    const had = sims.filter((sim) => history.identifiers.some(({ identifier }) => identifier === `imsi#${sim.id}`));
    const usage = new Map(had.map((sim) => [`imsi#${sim.id}`, fold(itemsOf(sim.uses ?? [], sim.id))]));
    for (const [place, measured] of meter.measure(history, usage).entries())
      sums[place]!.add(measured, pricePeriod(measured, scope.days));
  }
  return periods.flatMap((period, place) => {
    const isOver = periodInstants(period, zone).until <= usageCutOff;
    return owedLines({ period, plans: scope.plans, currency: 'EUR', isOver }, sums[place]!.close()).map(compared);
  });
}

function compared({ businessUnit, plan, version, charge, zone, tier, period, quantity, amount: owed }: ChargeLine): NaiveLine {
  return { businessUnit, plan, version, charge, zone, tier, period: period.from, quantity: shown(amount(quantity)), amount: owed };
}
