import type { UsageCharge, UsageMatch, ZoneModel } from '#shared/catalog/catalog.ts';
import type { Increment } from '#shared/catalog/price.ts';
import type { RecordedFact } from '#shared/inventory/fact.ts';
import { type Instant, instantOf, type LocalDate } from '#shared/time/local-date.ts';
import { monthsLater, type Period } from '#shared/time/period.ts';
import type { Use } from '../rating/fleet.ts';
import { dayAt, instantsOf, midnight, periodAround, zoneOn } from './account-calendar.ts';
import { isInBand, isInSeason } from './calendar.ts';
import type { Terms } from './life.ts';
import { eventsOf, hasProperties, ownerAt, propertyAt, stateAt, termsAt } from './life.ts';
import { inOrderOf, type World } from './world.ts';

/** A record that is charged, and how much of it: base units, raised to the increment. */
export interface Piece extends Terms {
  readonly subscription: string;
  readonly at: Instant;
  readonly date: LocalDate;
  readonly charge: UsageCharge;
  readonly zone: string;
  /** The season whose price holds, '' = that of the rest of the year. */
  readonly season: string;
  /** What the record says, and how it may be one of a call. */
  readonly use: Use;
  readonly quantity: bigint;
  /** What the quantity counts, where it is an amount of money; and what turns it into the plan's currency on its day. */
  readonly amountUnit: string;
  readonly exchange: { readonly times: string; readonly dividedBy: string };
  /** Whether it is a record, or a call of several, of more than nothing: then it pays its fee. */
  readonly pays: boolean;
}

/** Every charged record of a period, raised to increments. */
export function piecesIn(world: World, facts: readonly RecordedFact[], period: Period): Piece[] {
  const records = world.sims.flatMap(({ id, uses = [] }) =>
    eventsOf(uses).flatMap((use) =>
      chargedRecord(world, facts, period, `imsi#${id}`, use, world.openFrom?.get(firstOf(uses, use)) ?? ''),
    ),
  );
  return scopesOf(records)
    .flatMap((scope) => (scope.some(isCall) ? wholeCall(scope) : raised(scope)))
    .filter(({ quantity, pays }) => quantity > 0n || pays);
}

/** The record by which an event became known: of an aggregate not always that which stands. */
function firstOf(uses: readonly Use[], use: Use): Use {
  return uses.find(({ event }) => event !== undefined && event === use.event) ?? use;
}

/**
 * The record as a piece, if it is of this period and payer and a charge prices it. What holds at its start decides (pricing rules §1, §3). What came late
 * counts on the first day of the period that was open then, where its plan says so (§4).
 */
function chargedRecord(
  world: World,
  facts: readonly RecordedFact[],
  period: Period,
  identifier: string,
  use: Use,
  openFrom: LocalDate,
): Piece[] {
  const at = use.precision === undefined ? instantOf(use.at, 'UTC') : midnight(world, use.at);
  const { from, until } = instantsOf(world, period);
  if (at >= until || at >= world.usageCutOff || (openFrom === '' && at < from)) return [];
  const subscription = ownerAt(facts, identifier, at);
  const usedOn = dayAt(world, at);
  const terms = termsAt(world, facts, subscription, at, usedOn);
  // What was used before the account had any period is nobody's, however late it comes.
  const isLate = usedOn >= world.billedFrom && usedOn < openFrom;
  const date = terms?.version.late === 'current' && isLate ? openFrom : usedOn;
  if (date < period.from || date >= period.until) return [];
  const state = stateAt(facts, subscription, at);
  if (
    terms === undefined ||
    (state !== 'active' && state !== 'suspended' && !(state === 'test' && terms.isChargedInTest))
  )
    return [];
  if (use.precision === 'month' && !isMonth(periodAround(world, usedOn))) return [];
  const said = (property: string) => propertyAt(facts, subscription, property, at);
  const isIn = (band: string) =>
    isInBand(world.catalog.timeBands.find(({ id }) => id === band)!, at, zoneOn(world, usedOn));
  const matches = [...terms.addOns, terms].flatMap(({ plan, zoneModel, version }) => {
    const zone = zoneOf(world.catalog.zoneModels.find(({ id }) => id === zoneModel)!, use);
    const found = version.charges.find(
      (each) =>
        each.kind === 'usage' &&
        fits(each.match, use, zone) &&
        among(each.match.bands, isIn) &&
        hasProperties(facts, subscription, at, each.match.properties) &&
        (each.measure !== 'amount' || use.amount !== undefined) &&
        (each.property === '' || /^\d{1,9}$/.test(said(each.property))),
    );
    return found?.kind === 'usage' ? [{ plan, zoneModel, version, charge: found, zone }] : [];
  });
  const match = matches[0];
  if (match === undefined) return [];
  const { charge } = match;
  if (state === 'suspended' && charge.whenSuspended !== 'charge') return [];
  const season = charge.seasons.find((each) =>
    isInSeason(world.catalog.seasons.find(({ id }) => id === each.season)!, usedOn),
  );
  const quantity = charge.measure === 'property' ? BigInt(said(charge.property)) : measured(charge, use);
  const addOns = match.plan === terms.plan ? terms.addOns : [];
  const amountUnit = charge.measure === 'amount' ? use.amount![1] : '';
  return [
    {
      ...terms,
      ...match,
      addOns,
      subscription,
      at,
      date,
      season: season?.season ?? '',
      use,
      quantity,
      pays: quantity > 0n,
      amountUnit,
      exchange: exchangeOf(world, amountUnit, usedOn),
    },
  ];
}

/** Whether a period is a month of the calendar: what is of another month than that is of two periods (pricing rules §1). */
function isMonth({ from, until }: Period): boolean {
  return from.endsWith('-01') && monthsLater(from, 1, 1) === until;
}

/** By what an amount becomes one of the plans' currency: the rate of its file to that, else the last rate on or before the day, which the catalogues here have of one source. */
function exchangeOf({ catalog }: World, amountUnit: string, date: LocalDate) {
  const [currency = '', , local, rate] = amountUnit.split(/[/ ]/);
  if (currency !== 'EUR' && local === 'EUR') return { times: rate!, dividedBy: '1' };
  const [rates] = catalog.exchangeRates;
  if (rates === undefined || currency === '' || currency === 'EUR') return { times: '1', dividedBy: '1' };
  const day = rates.days.filter((each) => each.date <= date && currency in each.rates).at(-1)!;
  return { times: '1', dividedBy: day.rates[currency]! };
}

/** The zone of the number called, where one names it, else that of the network: always the one that names the longest beginning. */
function zoneOf(model: ZoneModel, { network = 'DEU01', service = 'data', called = '' }: Use): string {
  const origin = zoneOfNetwork(model, network);
  if (service !== 'voice' && service !== 'sms') return origin;
  const named = model.zones.flatMap(({ id, called: numbers }) =>
    numbers.flatMap(({ from, prefixes }) => prefixes.map((prefix) => ({ id, from, prefix }))),
  );
  const matching = named.filter(
    ({ from, prefix }) => called.startsWith(prefix) && (from.length === 0 || from.includes(origin)),
  );
  matching.sort((one, other) => other.prefix.length - one.prefix.length || other.from.length - one.from.length);
  return matching[0]?.id ?? origin;
}

/** The zone whose network is the longest beginning of this one. */
function zoneOfNetwork({ zones, defaultZone }: ZoneModel, network: string): string {
  const named = zones.flatMap(({ id, networks }) => networks.map((beginning) => ({ id, beginning })));
  const matching = named.filter(({ beginning }) => network.startsWith(beginning));
  matching.sort((one, other) => other.beginning.length - one.beginning.length);
  return matching[0]?.id ?? defaultZone;
}

/** Whether a list is empty, or one of it is so. */
function among<Value>(list: readonly Value[], isSo: (value: Value) => boolean): boolean {
  return list.length === 0 || list.some(isSo);
}

function fits(match: UsageMatch, use: Use, zone: string): boolean {
  const is = (said: string) => (value: string) => value === said;
  return (
    among<string>(match.services, is(use.service ?? 'data')) &&
    among<string>(match.directions, is(use.direction ?? '')) &&
    among(match.zones, is(zone)) &&
    among(match.carriers, is('demo')) &&
    among(match.networks, (beginning) => (use.network ?? 'DEU01').startsWith(beginning)) &&
    among(match.apns, is(use.apn ?? '')) &&
    among(match.technologies, is(use.technology ?? '')) &&
    among(match.slices, is(use.slice ?? '')) &&
    among(match.fiveQis, is(use.fiveQi ?? '')) &&
    among(match.ratingGroups, is(use.ratingGroup ?? ''))
  );
}

/** What of the record is counted (pricing rules §3.4). */
function measured(
  { measure }: UsageCharge,
  { up = 0, down = 0, bytes = 0, seconds = 0, count = 0, amount: charged }: Use,
): bigint {
  switch (measure) {
    case 'bytes':
      return BigInt(up) + BigInt(down) + BigInt(bytes);
    case 'bytesUp':
      return BigInt(up);
    case 'bytesDown':
      return BigInt(down);
    case 'seconds':
      return BigInt(seconds);
    case 'records':
      return 1n;
    case 'count':
      return BigInt(count);
    case 'amount':
      return BigInt(charged![0]);
    case 'property':
      throw new Error('a property is no part of the record');
  }
}

/** Whether what a record pays by itself matters, so that all of a session is one call (pricing rules §3.7). */
function isCall({ charge: { connectionFee, minimum, maximum, count, rounding } }: Piece): boolean {
  const isPaid = connectionFee !== '0' || minimum !== '0' || maximum !== '' || count === 'record';
  return isPaid && (rounding === 'record' || rounding === 'session');
}

/** Records in order of time, by what is summed before it is raised: of one charge of a plan, whatever version holds (pricing rules §3.5, §5). */
function scopesOf(records: readonly Piece[]): Piece[][] {
  const scopes = Map.groupBy(inTime(records), (record, place) =>
    JSON.stringify([record.subscription, record.plan, record.charge.id, scopeOf(record, place)]),
  );
  return [...scopes.values()].flatMap((scope) => (scope[0]!.charge.rounding === 'session' ? callsOf(scope) : [scope]));
}

/** Records of one charging id, cut where none had ended in the day before the next begins (decision 67). */
function callsOf(records: readonly Piece[]): Piece[][] {
  const endOf = ({ at, use: { seconds = 0 } }: Piece) => at + seconds;
  const begins = records.flatMap(({ at }, place) =>
    records.slice(0, place).every((before) => endOf(before) + 86_400 < at) ? [place] : [],
  );
  return begins.map((place, n) => records.slice(place, begins[n + 1]));
}

/** All records of a session as one, where the first of more than nothing is. */
function wholeCall(of: readonly Piece[]): Piece[] {
  const begins = of.find(({ quantity }) => quantity > 0n);
  const sum = of.reduce((all, { quantity }) => all + quantity, 0n);
  return begins === undefined ? [] : [{ ...begins, quantity: raise(begins.charge.increment, sum) }];
}

function inTime(records: readonly Piece[]): Piece[] {
  return [...records].sort(
    inOrderOf(
      (piece) => piece.at,
      (piece) => piece.quantity,
      (piece) => piece.zone,
    ),
  );
}

/** The records of a scope, each with what it adds to the most that has to be paid for so far: the sum up to a record, raised as its version says (decision 67). */
function raised(scope: readonly Piece[]): Piece[] {
  const most = (upTo: number): bigint => {
    let sum = 0n;
    const sums = scope.slice(0, upTo).flatMap(({ quantity, charge }) => {
      sum += quantity;
      return quantity === 0n ? [] : [raise(charge.increment, sum)];
    });
    return sums.reduce((highest, each) => (each > highest ? each : highest), 0n);
  };
  return scope.map((record, place) => ({ ...record, quantity: most(place + 1) - most(place) }));
}

function scopeOf({ charge, use, date }: Piece, place: number): string {
  if (charge.rounding === 'day') return `day ${date}`;
  if (charge.rounding === 'period') return 'period';
  const { session = 0, service = 'data', direction = '' } = use;
  return charge.rounding === 'session' && session !== 0
    ? `session ${session} ${service} ${direction}`
    : `record ${place}`;
}

/** `first/next`: zero stays zero; up to the first, the first; beyond it, by whole steps. */
export function raise(increment: Increment, quantity: bigint): bigint {
  const [first, next] = [BigInt(increment.first), BigInt(increment.next)];
  if (quantity === 0n) return 0n;
  if (quantity <= first) return first;
  return first + ((quantity - first + next - 1n) / next) * next;
}
