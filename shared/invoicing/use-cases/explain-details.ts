import type { Draft, Link, RecordedLine } from '#shared/billing/draft.ts';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { detailsPrefix, runKeys } from '#shared/billing/run.ts';
import { idInPlan } from '#shared/rating/charge-variant.ts';
import type { SubscriptionDetail } from '#shared/rating/subscription-details.ts';
import type { DocumentPorts } from './list-invoices.ts';

/** What a subscription has to do with a line now, and had when it was posted before. */
export interface ExplainedSubscription {
  readonly subscription: string;
  readonly now: SubscriptionDetail | null;
  readonly before: SubscriptionDetail | null;
  /** What of it counts together with the line now, by version, charge and zone; not there where nothing does. */
  readonly beside?: readonly CountedPart[];
}

/** Usage of a charge in a zone: after increments, and what the subscriptions' own allowances took of it. Base units as text. */
export interface MeasuredUsage {
  readonly subscriptions: number;
  readonly quantity: string;
  readonly covered: string;
  /** Name of a pool → what it took of it, where that is told apart by subscription. */
  readonly inPools: Readonly<Record<string, string>>;
}

/** Usage of another version, season or zone in one count with a line's: what of it is priced, and what of it is free. Base units as text. */
export interface CountedPart extends Pick<ChargeLine, 'version' | 'charge' | 'zone'> {
  readonly quantity: string;
  readonly free: string;
}

const NO_USAGE: MeasuredUsage = { subscriptions: 0, quantity: '0', covered: '0', inPools: {} };

/** What details of a line's charge say in its period. */
interface Details {
  readonly bySubscription: ReadonlyMap<string, SubscriptionDetail>;
  /** Subscription → what counts together with the line's own. */
  readonly beside: ReadonlyMap<string, readonly CountedPart[]>;
  readonly usage: MeasuredUsage;
}

const NO_DETAILS: Details = { bySubscription: new Map(), beside: new Map(), usage: NO_USAGE };

/** The subscriptions behind a line, what was measured of its charge and zone, and what counts together with that. */
export interface LineDetails {
  readonly subscriptions: readonly ExplainedSubscription[];
  readonly usage: MeasuredUsage;
  readonly beside: readonly CountedPart[];
}

/** businessUnit|plan|version|charge|zone: what details are kept by, and what the tiers of a charge have in common. */
export function lineGroup({ businessUnit, plan, version, charge, zone }: ChargeLine): string {
  return [businessUnit, plan, version, charge, zone].join('|');
}

/** A link of the chain a draft stands in. */
export async function linkAt(
  ports: DocumentPorts,
  { seller, payer }: Pick<Draft, 'seller' | 'payer'>,
  n: number,
): Promise<Link | undefined> {
  return ports.decisions.get<Link>(runKeys.link(seller, payer, n));
}

/**
 * The subscriptions behind a line: those of the draft, and those of the last draft before it that measured the period; and what was measured of its charge.
 * `counts`: what of other versions and zones counts together with it, subscription by subscription; nothing where nothing does.
 */
export async function subscriptionsOf(
  ports: DocumentPorts,
  draft: Draft,
  line: RecordedLine,
  counts: ((part: CountedPart) => boolean) | undefined,
): Promise<LineDetails> {
  const now = (await detailsOf(ports, draft.run, draft.payer, line, counts)) ?? NO_DETAILS;
  const before = await detailsBefore(ports, draft, line);
  const names = [...new Set([...now.bySubscription.keys(), ...before.bySubscription.keys()])].sort();
  const subscriptions = names.map((subscription) => {
    const beside = now.beside.get(subscription);
    return {
      subscription,
      now: now.bySubscription.get(subscription) ?? null,
      before: before.bySubscription.get(subscription) ?? null,
      ...(beside && { beside }),
    };
  });
  return { subscriptions, usage: now.usage, beside: [...now.beside.values()].flat() };
}

async function detailsBefore(ports: DocumentPorts, draft: Draft, line: RecordedLine): Promise<Details> {
  for (let n = draft.predecessor; n > 0; n--) {
    const link = await linkAt(ports, draft, n);
    const found = link && (await detailsOf(ports, link.run, draft.payer, line, undefined));
    if (found !== undefined) return found;
  }
  return NO_DETAILS;
}

/** Details of a line's charge and zone in its period, by subscription; undefined when the run did not measure the period. */
async function detailsOf(
  { objects }: DocumentPorts,
  run: string,
  payer: string,
  line: RecordedLine,
  counts: ((part: CountedPart) => boolean) | undefined,
): Promise<Details | undefined> {
  const group = lineGroup(line);
  const ofUsage = unitGroups(line);
  const sought = counts ? besideOf(line) : new RegExp([...ofUsage].map(quoted).join('|'));
  const bySubscription = new Map<string, SubscriptionDetail>();
  const inGroup = new Set<string>();
  const others = new Map<string, CountedPart[]>();
  let usage = NO_USAGE;
  let isMeasured = false;
  const [, interval = ''] = /\|([^|]*\.\.[^|]*)(?:\|(?:gross|net))?$/.exec(line.id) ?? [];
  const period = interval === '' ? `${line.period.from}/` : '';
  for await (const { key } of objects.list('work', `${detailsPrefix(run, payer)}${period}`)) {
    isMeasured = true;
    const body = await objects.get('work', key);
    for (const text of new TextDecoder().decode(body).split('\n')) {
      if (!sought.test(text)) continue;
      const detail = JSON.parse(text) as SubscriptionDetail;
      if (detail.interval !== interval) continue;
      if (ofUsage.has(detail.line)) usage = added(usage, detail);
      if (detail.line === group) inGroup.add(detail.subscription);
      if (detail.line === group && concerns(detail, line)) bySubscription.set(detail.subscription, detail);
      if (counts === undefined || detail.line === group) continue;
      const parts = [countedPart(detail)].filter(counts);
      others.set(detail.subscription, [...(others.get(detail.subscription) ?? []), ...parts]);
    }
  }
  const beside = new Map([...others].filter(([subscription]) => inGroup.has(subscription)));
  return isMeasured ? { bySubscription, beside, usage } : undefined;
}

/** The groups that are one with a line's in all but the business unit: those that share its pool, else its own alone. */
function unitGroups(line: RecordedLine): ReadonlySet<string> {
  const { arithmetic, businessUnit } = line;
  const units = arithmetic.kind === 'pool' ? arithmetic.shares.map((share) => share.businessUnit) : [];
  return new Set([businessUnit, ...units].map((unit) => lineGroup({ ...line, businessUnit: unit })));
}

/** Text of details of a line's charge in any version, season, zone and unit. */
function besideOf({ plan, charge }: RecordedLine): RegExp {
  const [ofPlan, ofCharge] = [plan, idInPlan(charge)].map(escaped);
  return new RegExp(`"[^"|]*\\|${ofPlan}\\|[^"|]*\\|${ofCharge}(@[^"|]*)?\\|[^"|]*"`);
}

function quoted(group: string): string {
  return escaped(JSON.stringify(group));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function countedPart({ line, quantity, covered, inPools = {}, tiers }: SubscriptionDetail): CountedPart {
  const [, , version = '', charge = '', zone = ''] = line.split('|');
  const priced = total(Object.values(tiers));
  const free = BigInt(quantity) - BigInt(covered) - total(Object.values(inPools)) - priced;
  return { version, charge, zone, quantity: priced.toString(), free: free.toString() };
}

function total(quantities: readonly string[]): bigint {
  return quantities.reduce((sum, each) => sum + BigInt(each), 0n);
}

function added(usage: MeasuredUsage, { quantity, covered, inPools = {} }: SubscriptionDetail): MeasuredUsage {
  const pools = Object.entries(inPools).map(([name, took]) => {
    return [name, (BigInt(usage.inPools[name] ?? '0') + BigInt(took)).toString()] as const;
  });
  return {
    subscriptions: usage.subscriptions + 1,
    quantity: (BigInt(usage.quantity) + BigInt(quantity)).toString(),
    covered: (BigInt(usage.covered) + BigInt(covered)).toString(),
    inPools: { ...usage.inPools, ...Object.fromEntries(pools) },
  };
}

/** Whether a subscription has a part in the line's own tier, be it one without usage; of recurring charges and pools it always has. */
function concerns(detail: SubscriptionDetail, { arithmetic, tier }: RecordedLine): boolean {
  if (arithmetic.kind === 'amount') return detail.amounts !== undefined;
  return arithmetic.kind !== 'usage' || detail.tiers[tier] !== undefined;
}
