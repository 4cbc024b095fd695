import { agreementsOf } from '#shared/billing/agreement-of.ts';
import { adHocLines } from '#shared/billing/lines/ad-hoc-lines.ts';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import type { ExchangeScope } from '#shared/billing/lines/line-head.ts';
import { linesInTurn } from '#shared/billing/lines/owed-lines.ts';
import { settleInTurn } from '#shared/billing/lines/settle-pools.ts';
import { openTelling } from '#shared/billing/lines/tell-members.ts';
import { type MeasuredStretch, payerScope } from '#shared/billing/payer-scope.ts';
import { ownersOf } from '#shared/commit-log/use-cases/read-inventory.ts';
import { type AccountView, accountOfSeller } from '#shared/inventory/account-history.ts';
import type { AccountFact, IdentifierFact, RecordedFact } from '#shared/inventory/fact.ts';
import { readyStretches } from '#shared/inventory/ready-state.ts';
import { subscriptionHistory } from '#shared/inventory/subscription-history.ts';
import { OPEN_END } from '#shared/inventory/timeline.ts';
import { amount } from '#shared/money/amount.ts';
import { newFirstUses, usesIn } from '#shared/rating/first-use.ts';
import { NOTHING_HELD } from '#shared/rating/holdings/holdings.ts';
import { joinSums } from '#shared/rating/join-sums.ts';
import { createMeter } from '#shared/rating/measure-subscription.ts';
import type { Member } from '#shared/rating/pools/member.ts';
import { priceInTurn } from '#shared/rating/price-subscription.ts';
import { openSums } from '#shared/rating/sum-slice.ts';
import { type Instant, instantOf, startOfDay, type TimeZones } from '#shared/time/local-date.ts';
import { periodInstants } from '#shared/time/period.ts';
import { createFolder } from '#shared/usage/fold.ts';
import { accountFact } from '../billing/memory-world.ts';
import { itemsOf, NO_EXCHANGE, SELLER } from '../rating/fleet.ts';
import type { Calendar } from './account-calendar.ts';
import { shown } from './lines.ts';
import { type NaiveLine, PAYER, periodsOf, type World } from './world.ts';

/** One for each identifier: what a folder answers is valid until it folds again. */
const folders = Array.from({ length: 4 }, () => createFolder());

/** What payer "p" owes by the real chain: catalogue → measured subscriptions → sums → charge lines. */
export function reallyOwed(world: World): NaiveLine[] {
  const { catalog, sims, billedFrom, usageCutOff, chargeCutOff } = world;
  const view = accountIn(world);
  const facts = withFirstUses(world, view.timeZone);
  const [first, ...rest] = periodsOf(world);
  const measureThrough = (rest.at(-1) ?? first)!.from;
  const stretch: MeasuredStretch = {
    payer: PAYER,
    measureFrom: first!.from,
    measureThrough,
    usageCutOff,
    chargeCutOff,
  };
  const scope = { ...payerScope(view, catalog, 99, stretch), billedFrom, isCommitted: true };
  const { periods, zone } = scope.days;
  const sums = periods.map((_, place) => openSums(scope.days, place));
  const members = periods.map((): Member[] => []);
  const items = sims.map((sim) => itemsOf(sim.uses ?? [], sim.id));
  const meter = createMeter(scope);
  for (const { id } of sims) {
    const history = subscriptionHistory(id, SELLER, facts, { position: 99, cutOff: chargeCutOff });
    const usage = new Map(
      history.identifiers.flatMap(({ identifier }) => {
        const place = sims.findIndex((sim) => `imsi#${sim.id}` === identifier);
        const its = items[place];
        return its === undefined ? [] : [[identifier, folders[place]!.fold(its, Number.NEGATIVE_INFINITY)] as const];
      }),
    );
    const measured = meter.measure(history, usage);
    const priced = priceInTurn(measured, scope, NOTHING_HELD);
    for (const [place, each] of measured.entries()) {
      const { member } = priced[place]!;
      sums[place]!.add(each, priced[place]!);
      if (member !== undefined) members[place]!.push(JSON.parse(JSON.stringify(member)));
    }
  }
  const scopes = periods.map((period, place) => {
    const { until } = periodInstants(period, zone);
    const [isOver, isDue] = [until <= usageCutOff, until <= chargeCutOff];
    const pricing = {
      period,
      plans: scope.plans,
      currency: view.account.currency,
      isOver,
      isDue,
      pools: scope.pools,
      agreementOn: agreementsOf(catalog, view),
      billingDay: scope.billingDay,
      exchange: exchangeOf(world),
    };
    return { its: pricing, of: sums[place]!.close() };
  });
  const telling = openTelling(scopes, NOTHING_HELD);
  for (let place = telling.next(); place !== undefined; place = telling.next()) {
    for (const member of members[place]!) telling.read(member);
    telling.endReading();
  }
  const told = telling.sums();
  const joined = scopes.map(({ its, of }, place) => ({ its, of: joinSums([of, told[place]!]) }));
  const settled = settleInTurn(joined, NOTHING_HELD);
  return linesInTurn(
    joined.map((each, place) => ({
      ...each,
      pools: settled[place]!.pools,
      orders: adHocLines(view, each.its.period, chargeCutOff),
    })),
  ).map(compared);
}

/** The facts of a world, and those that rating records of what is ready. */
function withFirstUses({ facts, sims }: World, zone: TimeZones): RecordedFact[] {
  const known = { position: 97, cutOff: OPEN_END };
  const viewOf = (subscription: string) => {
    const history = subscriptionHistory(subscription, SELLER, facts, known);
    return { history, segments: [], frozenUntil: 0, zone, billingDay: 1 };
  };
  const found = sims.flatMap(({ id: subscription }) =>
    readyStretches(subscription, facts, known).flatMap((stretch) => {
      const uses = sims.flatMap((sim, place) => {
        const about = facts.filter(isAbout(`imsi#${sim.id}`));
        const folded = folders[place]!.fold(itemsOf(sim.uses ?? [], sim.id), Number.NEGATIVE_INFINITY);
        return usesIn(stretch, subscription, folded, ownersOf(about, known), viewOf);
      });
      return newFirstUses(subscription, stretch, uses, false);
    }),
  );
  return [...facts, ...found.map((fact, index) => ({ position: 98, index, fact }))];
}

function isAbout(identifier: string) {
  return (each: RecordedFact): each is RecordedFact<IdentifierFact> =>
    each.fact.kind === 'identifier' && each.fact.identifier === identifier;
}

/** What is said of our payer's account from its beginning on, one fact a move. */
export function accountFactsOf(
  { zone, billingDay, moves, pools }: Calendar & Pick<World, 'pools'>,
  since: Instant,
  currency = 'EUR',
): AccountFact[] {
  const first = accountFact(PAYER, { effectiveFrom: since, timeZone: zone, billingDay, pools, currency });
  return [
    first,
    ...moves.map(
      (move): AccountFact => ({
        ...first,
        effectiveFrom: startOfDay(move.on, move.zone),
        timeZone: move.zone,
        billingDay: move.billingDay,
        seller: move.isCustomer ? SELLER : 'beta',
      }),
    ),
  ];
}

/** One rate of a day long ago, from that of the price lists to the invoice's. */
function exchangeOf({ invoice }: World): ExchangeScope {
  if (invoice === undefined) return NO_EXCHANGE;
  const days = [{ date: '2019-01-01', rates: { [invoice.currency]: invoice.rate } }];
  return { ...NO_EXCHANGE, rates: [{ source: 'ECB', base: 'EUR', days }] };
}

/** Our payer's account to its seller, which has it since long ago. */
function accountIn(world: World): AccountView {
  const facts = accountFactsOf(world, instantOf('2019-01-01', world.zone), world.invoice?.currency);
  const orders = world.facts.filter(({ fact }) => fact.kind === 'adHoc');
  const recorded = [...facts.map((fact, index) => ({ position: 1, index, fact })), ...orders];
  return accountOfSeller(recorded, { position: 99, cutOff: OPEN_END }, OPEN_END - 1, SELLER)!;
}

function compared({
  id,
  businessUnit,
  plan,
  version,
  charge,
  zone,
  tier,
  quantity,
  amount: owed,
}: ChargeLine): NaiveLine {
  const head = { businessUnit, plan, version, charge, zone: zone || groupOf(id), tier, period: id.split('|')[6]! };
  return { ...head, quantity: shown(amount(quantity)), amount: owed };
}

/** What a reduction is told apart by, behind the parts every line's id has: when it is due, and its tax category. */
export function groupOf(id: string): string {
  return id.split('|').slice(7).join(' ');
}
