import { agreementOf } from '#shared/catalog/account-plans.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { nearestName } from '#shared/catalog/catalog-problem.ts';
import type { Fact } from '#shared/inventory/fact.ts';
import { subscriptionHistory } from '#shared/inventory/subscription-history.ts';
import { OPEN_END } from '#shared/inventory/timeline.ts';
import { dayTable } from '#shared/rating/day-table.ts';
import { NOTHING_HELD } from '#shared/rating/holdings/holdings.ts';
import { joinSums } from '#shared/rating/join-sums.ts';
import { createMeter, type MeasuredPeriod } from '#shared/rating/measure-subscription.ts';
import { planBook } from '#shared/rating/plan-terms.ts';
import { NO_ACCOUNT_POOLS } from '#shared/rating/pools/account-pools.ts';
import { type PricedPeriod, pricePeriod } from '#shared/rating/price-subscription.ts';
import { openSums } from '#shared/rating/sum-slice.ts';
import { compileZones } from '#shared/rating/zone.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import { daysOf, type TimeZone } from '#shared/time/local-date.ts';
import { type Period, periodFrom } from '#shared/time/period.ts';
import type { FoldedUsage } from '#shared/usage/folded-usage.ts';
import type { Direction, Service, UsageKey } from '#shared/usage/usage-key.ts';
import type { ChargeLine } from './lines/charge-line.ts';
import { owedLines } from './lines/owed-lines.ts';
import { openTelling } from './lines/tell-members.ts';

/** What each of some subscriptions uses in a month: evenly over its days, a record a day, at noon, from the first carrier there is. Whole octets, seconds or pieces. */
export interface SimulatedUse {
  /** Only so many of the subscriptions, the first ones; 0 = all. */
  readonly subscriptions: number;
  /** Of these not so many, the first ones: they use it elsewhere. */
  readonly without: number;
  readonly service: Service;
  readonly direction: Direction;
  /** Id of a zone of the plan's zone model; '' = a network no zone names. */
  readonly zone: string;
  readonly quantity: bigint;
  /** What the carrier charges each of them for it, in millionths of `currency`, spread over its records; 0 of '' = it says nothing. */
  readonly carrierCharge: bigint;
  readonly currency: string;
}

/** A month that has not happened: so many subscriptions, active all of it on one plan, and what they use. */
export interface SimulatedMonth {
  readonly plan: string;
  /** Account whose agreement holds; '' = the list. */
  readonly account: string;
  /** Month "2026-10": the period from its first day. */
  readonly month: string;
  readonly subscriptions: number;
  readonly uses: readonly SimulatedUse[];
}

/** What it comes to: the lines of a bill for it, and how much of the usage no charge fits, in records by the reason. */
export interface SimulatedBill {
  readonly period: Period;
  readonly currency: string;
  readonly lines: readonly ChargeLine[];
  readonly apart: Readonly<Record<string, number>>;
}

/** Why a plan has no terms on a day, and what may have been meant. */
function withoutTerms({ plans }: Catalog, name: string, day: LocalDate): string {
  const plan = plans.find(({ id }) => id === name);
  const ids = plans.map(({ id }) => id);
  const near = nearestName(name, ids);
  if (plan === undefined)
    return `there is no plan ${name}; ${near === '' ? `there is ${ids.join(', ')}` : `did you mean ${near}?`}`;
  const held = plan.versions.map(({ from, until }) =>
    until === '' ? `from ${from} on` : `from ${from} until ${until}`,
  );
  return `plan ${name} has no version on ${day}; it has ${held.join(', ')}`;
}

/**
 * Prices a made-up month by the computation of a bill run: measured subscription by subscription, priced, with what the account has agreed. In the
 * time zone of the first seller. @throws RangeError when the plan has no version on the first day, a zone is not of its zone model or no such usage can be in it,
 * or more subscriptions use something than there are.
 */
export function simulateMonth(catalog: Catalog, wanted: SimulatedMonth): SimulatedBill {
  const zone = catalog.sellers[0]?.timeZone ?? 'UTC';
  const period = periodFrom(`${wanted.month}-01`, 1);
  const payer = wanted.account || 'simulated';
  const plans = planBook(catalog, zone, payer, 1);
  const terms = plans.get(wanted.plan)?.find(({ version }) => {
    return version.from <= period.from && (version.until === '' || period.from < version.until);
  });
  if (terms === undefined) throw new RangeError(withoutTerms(catalog, wanted.plan, period.from));
  const days = dayTable([period], zone);
  const agreement = agreementOf(catalog, payer);
  const isCommitted = (agreement?.commitments.length ?? 0) > 0;
  const cutOffs = { usageCutOff: OPEN_END, chargeCutOff: OPEN_END, billedFrom: period.from, isCommitted };
  const meter = createMeter({ payer, plans, days, billingDay: 1, pools: NO_ACCOUNT_POOLS, ...cutOffs });
  const carrier = catalog.sources[0]?.carrier ?? '';
  const places = wanted.uses.map((use) => placeIn(catalog, wanted, use));
  const measureEach = (onEach: (measured: MeasuredPeriod, priced: PricedPeriod) => void) => {
    for (let place = 0; place < wanted.subscriptions; place++) {
      const history = historyOf(place, payer, wanted.plan);
      const its = wanted.uses.flatMap((use, at) =>
        isUsedBy(use, place) ? [{ use, where: places[at] as UsedAt }] : [],
      );
      const usage = new Map([[identifierOf(place), monthOf(its, carrier, period, zone)]]);
      const [measured] = meter.measure(history, usage);
      if (measured !== undefined) onEach(measured, pricePeriod(measured, days, NOTHING_HELD));
    }
  };
  const sums = openSums(days, 0);
  measureEach((measured, priced) => sums.add(measured, priced));
  const closed = sums.close();
  const pricing = {
    period,
    plans,
    currency: terms.currency,
    isOver: true,
    isDue: true,
    agreementOn: () => agreement,
    billingDay: 1,
    pools: NO_ACCOUNT_POOLS,
    exchange: {
      rates: catalog.exchangeRates,
      by: 'usageDate' as const,
      invoiceDate: period.until,
      kept: () => undefined,
    },
  };
  const telling = openTelling([{ its: pricing, of: closed }], NOTHING_HELD);
  while (telling.next() !== undefined) {
    measureEach((_, { member }) => member !== undefined && telling.read(member));
    telling.endReading();
  }
  const lines = owedLines(pricing, joinSums([closed, ...telling.sums()]));
  const apart = Object.fromEntries(Object.entries(closed.apart).map(([word, { records }]) => [word, records]));
  return { period, currency: terms.currency, lines, apart };
}

const identifierOf = (place: number) => `imsi#${place}`;

function historyOf(place: number, payer: string, plan: string) {
  const subscription = `${place + 1}`;
  const since = { effectiveFrom: 0, subscription };
  const facts: Fact[] = [
    { kind: 'identifier', identifier: identifierOf(place), ...since },
    { kind: 'state', state: 'active', ...since },
    { kind: 'assignments', seller: 'simulated', assignments: [{ payer, plan, businessUnit: '' }], ...since },
  ];
  const recorded = facts.map((fact, index) => ({ position: 1, index, fact }));
  return subscriptionHistory(subscription, 'simulated', recorded, { position: 1, cutOff: OPEN_END });
}

function isUsedBy({ subscriptions, without }: SimulatedUse, place: number): boolean {
  return place >= without && (subscriptions === 0 || place < subscriptions);
}

/** A serving network, and the number called from it. */
type UsedAt = Pick<UsageKey, 'network' | 'calledPrefix'>;

/** Where usage is that is in a zone: a network of it, else a number it names, called from where it says. */
function placeIn(catalog: Catalog, { plan, subscriptions }: SimulatedMonth, use: SimulatedUse): UsedAt {
  const { zone, service } = use;
  const most = Math.max(use.subscriptions, use.without);
  if (most > subscriptions) throw new RangeError(`${most} subscriptions use something, but there are ${subscriptions}`);
  if (zone === '') return { network: '', calledPrefix: '' };
  const model = catalog.zoneModels.find(({ id }) => id === catalog.plans.find((each) => each.id === plan)?.zoneModel);
  const named = model?.zones.find(({ id }) => id === zone);
  if (model === undefined || named === undefined) {
    const known = model?.zones.map(({ id }) => id).join(', ');
    throw new RangeError(`there is no zone ${zone} in zone model ${model?.id}: write one of ${known}`);
  }
  const networkOf = (id: string) => model.zones.find((each) => each.id === id)?.networks[0] ?? '';
  const ofNetworks = [...named.networks, ''].map((network) => ({ network, calledPrefix: '' }));
  const ofNumbers = named.called.flatMap(({ from, prefixes }) =>
    prefixes.flatMap((calledPrefix) =>
      (from.length === 0 ? [''] : from).map((origin) => ({ network: networkOf(origin), calledPrefix })),
    ),
  );
  const zoneOf = compileZones(model);
  const found = [...ofNetworks, ...ofNumbers].find((where) => zoneOf({ service, ...where }) === zone);
  if (found !== undefined) return found;
  const why = ofNumbers.length === 0 ? 'it names no network' : 'it is known by called numbers, of voice and sms alone';
  throw new RangeError(`no ${service} can be in zone ${zone} of zone model ${model.id}: ${why}`);
}

/** What falls on one of so many places, where what does not divide evenly falls on the first of them. */
function partOf(whole: bigint, places: number, place: number): bigint {
  return whole / BigInt(places) + (BigInt(place) < whole % BigInt(places) ? 1n : 0n);
}

/** A record a day of each use, at noon; what does not divide evenly falls on the first days. */
function monthOf(
  uses: readonly { readonly use: SimulatedUse; readonly where: UsedAt }[],
  carrier: string,
  period: Period,
  zone: TimeZone,
): FoldedUsage {
  const days = [...daysOf(period.from, period.until, zone)];
  const keys = uses.map(({ use, where }): UsageKey => {
    const said = {
      carrier,
      apn: '',
      technology: '',
      slice: '',
      fiveQi: '',
      ratingGroup: '',
      startPrecision: 'instant',
      amountUnit: use.currency === '' ? '' : `${use.currency}/6`,
    } as const;
    return { service: use.service, direction: use.direction, ...where, ...said };
  });
  const rows = days.flatMap((day, place) =>
    uses.flatMap(({ use }, key) => {
      const quantity = partOf(use.quantity, days.length, place);
      const records = use.quantity < BigInt(days.length) ? Number(use.quantity) : days.length;
      const charged = records === 0 ? 0n : partOf(use.carrierCharge, records, place);
      return quantity === 0n ? [] : [{ key, at: day.from + 43_200, service: use.service, quantity, charged }];
    }),
  );
  const column = (of: (row: (typeof rows)[number]) => number | bigint) =>
    Float64Array.from(rows, (row) => Number(of(row)));
  const none = { records: 0, bytes: 0, seconds: 0, count: 0 };
  const bytes = column(({ service, quantity }) => (service === 'data' ? quantity : 0));
  return {
    length: rows.length,
    keys,
    keyIndex: Uint16Array.from(rows, ({ key }) => key),
    startedAt: column(({ at }) => at),
    bytes,
    seconds: column(({ service, quantity }) => (service === 'voice' ? quantity : 0)),
    count: column(({ service, quantity }) => (service === 'data' || service === 'voice' ? 0 : quantity)),
    session: column(() => 0),
    bytesUp: column(() => 0),
    bytesDown: bytes,
    bytesUnsplit: column(() => 0),
    amount: column(({ charged }) => charged),
    fingerprint0: Int32Array.from(rows, (_, at) => at),
    fingerprint1: new Int32Array(rows.length),
    fingerprint2: new Int32Array(rows.length),
    loadedAt: column(() => 0),
    lastLoadedAt: 0,
    duplicates: none,
    writtenOff: none,
    carried: none,
    resets: 0,
  };
}
