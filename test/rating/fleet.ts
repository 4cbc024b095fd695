import { hash } from 'node:crypto';
import type { ExchangeScope } from '#shared/billing/lines/line-head.ts';
import type { Catalog, SubscriptionState } from '#shared/catalog/catalog.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import type { Fact, RecordedFact } from '#shared/inventory/fact.ts';
import { type SubscriptionHistory, subscriptionHistory } from '#shared/inventory/subscription-history.ts';
import { OPEN_END } from '#shared/inventory/timeline.ts';
import { dayTable } from '#shared/rating/day-table.ts';
import type { MeasureScope } from '#shared/rating/measure-subscription.ts';
import { planBook } from '#shared/rating/plan-terms.ts';
import { NO_ACCOUNT_POOLS } from '#shared/rating/pools/account-pools.ts';
import {
  addDays,
  type Instant,
  instantOf,
  isoInstant,
  localDateOf,
  startOfDay,
  type TimeZone,
} from '#shared/time/local-date.ts';
import { type BillingDays, type Period, periodOfMonth } from '#shared/time/period.ts';
import { fold } from '#shared/usage/fold.ts';
import type { FoldedUsage } from '#shared/usage/folded-usage.ts';
import { Interner } from '#shared/usage/interner.ts';
import { AGGREGATES, EVENTS } from '#shared/usage/usage-item.ts';
import { UsageItemWriter } from '#shared/usage/usage-item-writer.ts';
import type { Direction, Service, StartPrecision, UsageKey } from '#shared/usage/usage-key.ts';
import { usageKeyText } from '#shared/usage/usage-key-text.ts';
import { usageRows } from '#shared/usage/usage-rows.ts';
import type { VisibleItem } from '#shared/usage/visible-item.ts';

export const BERLIN = 'Europe/Berlin';
export const SELLER = 'acme';

/** A catalogue of these plans (YAML, the list items of `plans`), of one seller; what zones de, eu and world do not name is in the default zone, '' = none. */
export function catalogWith(plans: string, defaultZone = 'world'): Catalog {
  const text = `sellers:
  - id: acme
    name: Acme
    address: { lines: [Hauptstr. 1], postalCode: "01099", city: Dresden, country: DE }
    timeZone: Europe/Berlin
    bank: { iban: DE02 1203 0000 0000 2020 51, bic: BYLADEM1001 }
    numbering: { invoice: { prefix: "INV-{year}-" }, creditNote: { prefix: "CN-{year}-" } }
zoneModels:
  - id: zones
    zones:
      - { id: de, name: Germany, networks: [DEU] }
      - { id: eu, name: Europe, networks: [FRA] }
      - { id: world, name: World, networks: [USA] }
      - { id: de-fr, name: Germany to France, called: [{ from: de, prefixes: [33] }] }
      - { id: far, name: Far away, called: [{ prefixes: [3368, 7] }] }
${defaultZone === '' ? '' : `    defaultZone: ${defaultZone}`}
timeBands:
  - { id: office, name: Office hours, hours: [{ days: mon-fri, from: 08:00, until: 18:00 }] }
  - { id: night, name: Night, hours: [{ from: 22:00, until: 06:00 }] }
  - { id: weekend, name: Weekend, hours: [{ days: [sat, sun] }] }
seasons:
  - { id: spring, name: Spring, ranges: [{ from: 03-10, until: 04-05 }] }
  - { id: cold, name: Cold, ranges: [{ from: 10-20, until: 03-01 }, { from: 03-29, until: 03-30 }] }
taxProfiles:
  - { id: de, name: VAT, category: S, rates: [{ from: 2007-01-01, percent: 19 }] }
sources:
  - { name: acme-tap, carrier: demo, format: tap3, amounts: true }
plans:
${plans}`;
  const reading = readCatalog([{ path: 'catalog.yaml', text }]);
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems, undefined, 1));
  return reading.catalog;
}

/** A plan with these charges and allowances (YAML flow lists), in force from 2020. */
export function planOf(id: string, charges: string, allowances = '[]'): string {
  return `  - { id: ${id}, name: ${id}, currency: EUR, zoneModel: zones, versions: [{ from: 2020-01-01, charges: ${charges.replaceAll('\n', ' ')}, allowances: ${allowances} }] }\n`;
}

/** What becomes of a subscription, and from when: a date of the payer's, or an instant. */
export interface Turn {
  readonly at: string;
  readonly state?: SubscriptionState;
  /** With the state ready: local days after which it is active without use. */
  readonly readyDays?: number | undefined;
  readonly payer?: string;
  readonly plan?: string;
  readonly unit?: string;
  /** From then on it has this identifier ("imsi#1"). */
  readonly has?: string;
  /** From then on it has this property: name and value, '' = no more. */
  readonly property?: readonly [string, string];
  /** From then on it has this add-on; with a minus before it, no longer. */
  readonly addOn?: string;
  /** A top-up bought for it then, and the order; with a minus before it, it was not. */
  readonly topUp?: string;
}

/** The facts of a subscription's life, recorded at a position. What has a plan and no payer is paid by "p". */
export function factsOf(subscription: string, turns: readonly Turn[], zone: TimeZone, position = 1): RecordedFact[] {
  const facts = turns.flatMap(
    ({ at, state, readyDays, payer = 'p', plan, unit = '', has, property, addOn, topUp }): Fact[] => {
      const effectiveFrom = instantOf(at, zone);
      const assignments = payer === '' ? [] : [{ payer, plan: plan ?? '', businessUnit: unit }];
      return [
        ...(has === undefined ? [] : [{ kind: 'identifier' as const, identifier: has, effectiveFrom, subscription }]),
        ...(property === undefined
          ? []
          : [{ kind: 'property' as const, subscription, name: property[0], effectiveFrom, value: property[1] }]),
        ...(addOn === undefined ? [] : [addOnFact(subscription, effectiveFrom, addOn)]),
        ...(topUp === undefined ? [] : [topUpFact(subscription, effectiveFrom, topUp)]),
        ...(state === undefined
          ? []
          : [stateFact(subscription, effectiveFrom, state, state === 'ready' ? readyDays : undefined, zone)]),
        ...(plan === undefined && payer !== ''
          ? []
          : [{ kind: 'assignments' as const, subscription, seller: SELLER, effectiveFrom, assignments }]),
      ];
    },
  );
  return facts.map((fact, index) => ({ position, index, fact }));
}

function stateFact(
  subscription: string,
  effectiveFrom: Instant,
  state: SubscriptionState,
  readyDays: number | undefined,
  zone: TimeZone,
): Fact {
  const said = { kind: 'state', subscription, effectiveFrom, state } as const;
  if (readyDays === undefined) return said;
  return { ...said, activeFrom: startOfDay(addDays(localDateOf(effectiveFrom, zone), readyDays), zone) };
}

function addOnFact(subscription: string, effectiveFrom: Instant, said: string): Fact {
  const has = !said.startsWith('-');
  return { kind: 'addOn', subscription, seller: SELLER, effectiveFrom, addOn: has ? said : said.slice(1), has };
}

function topUpFact(subscription: string, effectiveFrom: Instant, said: string): Fact {
  const has = !said.startsWith('-');
  const [topUp = '', order = ''] = said.replace('-', '').split(':');
  return { kind: 'topUp', subscription, seller: SELLER, effectiveFrom, topUp, order, has };
}

/** A subscription as it is known at the end of time; every fact of the fleet may be given, it takes those that concern it. */
export function historyOf(subscription: string, facts: readonly RecordedFact[]): SubscriptionHistory {
  const own = facts.filter(({ fact }) => 'subscription' in fact && fact.subscription === subscription);
  const had = new Set(own.flatMap(({ fact }) => (fact.kind === 'identifier' ? fact.identifier : [])));
  const others = facts.filter(
    ({ fact }) => fact.kind === 'identifier' && had.has(fact.identifier) && fact.subscription !== subscription,
  );
  return subscriptionHistory(subscription, SELLER, [...own, ...others], { position: 99, cutOff: OPEN_END });
}

/** A usage record as tests speak of it; `at` is an instant, or the date of a daily aggregate. */
export interface Use {
  readonly at: string;
  readonly service?: Service;
  readonly direction?: Direction;
  readonly network?: string;
  readonly apn?: string;
  readonly technology?: string;
  readonly slice?: string;
  readonly fiveQi?: string;
  readonly ratingGroup?: string;
  /** First digits of the number called. */
  readonly called?: string;
  readonly precision?: StartPrecision;
  readonly bytes?: number;
  readonly up?: number;
  readonly down?: number;
  readonly seconds?: number;
  readonly count?: number;
  readonly session?: number;
  /** What the carrier charges, and what that counts: [22_030, 'EUR/6'] are 0.02203 EUR. */
  readonly amount?: readonly [value: number, unit: string] | undefined;
  /** Same event, same name; without one, every record is an event of its own. */
  readonly event?: string;
}

function keyOf({ service = 'data', direction = '', network = 'DEU01', precision = 'instant', ...use }: Use): UsageKey {
  const said = {
    apn: use.apn ?? '',
    technology: use.technology ?? '',
    slice: use.slice ?? '',
    fiveQi: use.fiveQi ?? '',
    ratingGroup: use.ratingGroup ?? '',
    calledPrefix: use.called ?? '',
  };
  return {
    service,
    direction,
    carrier: 'demo',
    network,
    ...said,
    startPrecision: precision,
    amountUnit: use.amount?.[1] ?? '',
  };
}

const startOf = ({ at }: Use): Instant => instantOf(at, 'UTC');

const keys = new Interner();
const writer = new UsageItemWriter();

/** The records as visible items of one file, one a UTC month. */
export function itemsOf(uses: readonly Use[], file = 'f', position = 1): VisibleItem[] {
  const byMonth = Map.groupBy([...uses.entries()], ([, use]) => isoInstant(startOf(use)).slice(0, 7));
  return [...byMonth].flatMap(([month, of], chunk) => {
    const rows = usageRows(of.length, of.length);
    keys.clear();
    for (const [row, [place, use]] of of.entries()) {
      const text = new TextEncoder().encode(usageKeyText(keyOf(use)));
      rows.keyIndex[row] = keys.intern(text, 0, text.length);
      const digest = Buffer.from(hash('sha256', use.event ?? `${file} ${place}`, 'hex'), 'hex');
      rows.fingerprint0[row] = digest.readInt32LE(0);
      rows.fingerprint1[row] = digest.readInt32LE(4);
      rows.fingerprint2[row] = digest.readInt32LE(8);
      rows.startedAt[row] = startOf(use);
      rows.session[row] = use.session ?? 0;
      rows.bytesUp[row] = use.up ?? 0;
      rows.bytesDown[row] = use.down ?? 0;
      rows.bytesUnsplit[row] = use.bytes ?? 0;
      rows.seconds[row] = use.seconds ?? 0;
      rows.count[row] = use.count ?? 0;
      rows.amount[row] = use.amount?.[0] ?? 0;
    }
    const dated = of.some(([, use]) => use.precision !== undefined && use.precision !== 'instant');
    const header = { kind: dated ? AGGREGATES : EVENTS, monthStart: instantOf(`${month}-01`, 'UTC'), asOf: 0 } as const;
    writer.clear();
    writer.pack(rows, Int32Array.from(rows.startedAt.keys()), 0, of.length, header, keys, 300_000);
    let end = 0;
    return writer.lengths.map((length, part) => {
      end += length;
      return { packed: writer.bytes.slice(end - length, end), position, file, chunk, part };
    });
  });
}

/** The records of one identifier, folded. */
export function foldOf(uses: readonly Use[]): FoldedUsage {
  return fold(itemsOf(uses));
}

/** The periods of some months, "2026-03", of billing day 1. */
export function monthsOf(...months: readonly string[]): Period[] {
  return months.map((month) => periodOfMonth(month, 1));
}

/** What payer "p" is measured by, in these periods, with cut-offs at the end of time. */
export function scopeOf(
  catalog: Catalog,
  periods: readonly Period[],
  zone: TimeZone = BERLIN,
  billingDay: BillingDays = 1,
): MeasureScope {
  const cutOffs = { usageCutOff: OPEN_END, chargeCutOff: OPEN_END };
  const days = dayTable(periods, zone);
  const plans = planBook(catalog, zone, 'p', billingDay);
  const of = { payer: 'p', plans, days, billingDay, billedFrom: '', isCommitted: true };
  return { ...of, pools: NO_ACCOUNT_POOLS, ...cutOffs };
}

/** Nothing is converted. */
export const NO_EXCHANGE: ExchangeScope = {
  rates: [],
  by: 'invoiceDate',
  invoiceDate: '2026-01-01',
  kept: () => undefined,
};
