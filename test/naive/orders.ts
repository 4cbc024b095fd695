import type { AdHocFact } from '#shared/inventory/fact.ts';
import { amount } from '#shared/money/amount.ts';
import type { Period } from '#shared/time/period.ts';
import { dayAt, isCustomerOn, periodAround } from './account-calendar.ts';
import { lineIn } from './lines.ts';
import { inOrderOf, type NaiveLine, type World } from './world.ts';

/** What was said last of each order of our payer. */
export function ordersIn({ facts }: Pick<World, 'facts'>): AdHocFact[] {
  const said = facts
    .flatMap(({ fact, position, index }) => (fact.kind === 'adHoc' ? [{ fact, position, index }] : []))
    .sort(
      inOrderOf(
        ({ position }) => position,
        ({ index }) => index,
      ),
    );
  return [...new Map(said.map(({ fact }) => [fact.order, fact])).values()];
}

/** Orders of a period's days, each due on its own (pricing rules §2): none of who is another seller's customer then. */
export function orderLines(world: World, period: Period): NaiveLine[] {
  if (!isCustomerOn(world, period.from)) return [];
  return ordersIn(world).flatMap(({ order, effectiveFrom: at, businessUnit, quantity, price }) => {
    if (at > world.chargeCutOff || periodAround(world, dayAt(world, at)).from !== period.from) return [];
    const [many, exact] = [amount(quantity), amount(quantity).times(price)];
    const head = {
      businessUnit,
      plan: '',
      version: '',
      charge: `order ${order}`,
      zone: '',
      tier: 0,
      period: period.from,
    };
    return many.isZero() ? [] : [lineIn(world, head, many, exact)];
  });
}
