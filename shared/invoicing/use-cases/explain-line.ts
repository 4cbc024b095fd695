import { type DocumentLine, type Draft, isSameDocument, type Link, type RecordedLine } from '#shared/billing/draft.ts';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { chargeOfLine } from '#shared/billing/lines/charge-of-line.ts';
import type { HeldStatus } from '#shared/billing/lines/held-status.ts';
import type { PoolStatus } from '#shared/billing/lines/pool-lines.ts';
import { detailsPrefix, runKeys } from '#shared/billing/run.ts';
import { draftOfRun, postedDraft } from '#shared/billing/use-cases/runs/chain.ts';
import type { Allowance, Catalog, Charge } from '#shared/catalog/catalog.ts';
import type { Position } from '#shared/commit-log/entry.ts';
import type { Projections } from '#shared/commit-log/ports.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { accountFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { accountAt } from '#shared/inventory/account-history.ts';
import { OPEN_END } from '#shared/inventory/timeline.ts';
import { idInPlan } from '#shared/rating/charge-variant.ts';
import type { SubscriptionDetail } from '#shared/rating/subscription-details.ts';
import { addDays, type Instant, type TimeZone, zoneOn } from '#shared/time/local-date.ts';
import type { Invoice, InvoiceLine } from '../invoice.ts';
import { documentKeys, type PostedDocument } from '../posted-document.ts';
import { documentOfLine } from './assemble-numbered.ts';
import { type Calendar, type Cause, causesOf } from './explain-causes.ts';
import type { DocumentPorts } from './list-invoices.ts';

/** What a subscription has to do with a line now, and had when it was posted before. */
export interface ExplainedSubscription {
  readonly subscription: string;
  readonly now: SubscriptionDetail | null;
  readonly before: SubscriptionDetail | null;
}

/** A line as some draft recorded it. */
export interface ExplainedState {
  readonly line: RecordedLine;
  /** The charge of the release it was priced by; null when the line is of terms that release no longer has. */
  readonly charge: Charge | null;
  readonly position: Position;
  readonly run: string;
  /** Number of the document of the run, '' when it had none for the unit. */
  readonly document: string;
}

/** A line of a posted document, taken apart: plain data, everything its amount follows from. */
export interface ExplainedLine {
  readonly document: PostedDocument;
  /** As the document shows it: a credit note's amounts are positive. */
  readonly shown: InvoiceLine;
  readonly moved: DocumentLine;
  /** Owed now; null when nothing is any more. */
  readonly now: ExplainedState | null;
  /** As posted before; null when it was never billed. */
  readonly before: ExplainedState | null;
  /** Lines of the other tiers of the same charge, zone and period. */
  readonly otherTiers: readonly ChargeLine[];
  readonly causes: readonly Cause[];
  /** Those behind the line, now or before; none when the details have been deleted. */
  readonly subscriptions: readonly ExplainedSubscription[];
  /** What of this charge and zone was measured now, before allowances, over all tiers. */
  readonly usage: MeasuredUsage;
  /** The pool the line is over of; null when it is of none. */
  readonly pool: ExplainedPool | null;
  /** The subscriptions' own allowances that cover the charge and move on what is left of them. */
  readonly held: readonly HeldStatus[];
  readonly usageCutOff: Instant;
  /** The time zone the last day of the line's period goes by. */
  readonly timeZone: TimeZone;
}

/** A pool as it was measured, and what kind of pool it is. */
export interface ExplainedPool extends PoolStatus {
  readonly kind: Allowance['kind'];
}

/** Usage of a charge in a zone: after increments, and what the subscriptions' own allowances took of it. Base units as text. */
export interface MeasuredUsage {
  readonly subscriptions: number;
  readonly quantity: string;
  readonly covered: string;
  /** Name of a pool → what it took of it, where that is told apart by subscription. */
  readonly inPools: Readonly<Record<string, string>>;
}

/** What explaining needs of the world. */
export interface ExplainPorts extends DocumentPorts {
  readonly projections: Projections;
}

/** Takes a line of a posted document apart. @throws Error when the document has no such line. */
export async function explainLine(
  ports: ExplainPorts,
  document: PostedDocument,
  place: number,
): Promise<ExplainedLine> {
  const invoice = await readInvoice(ports, document);
  const draft = await draftOfRun(ports, document.run, document.payer);
  const content = draft.documents.find((each) => isSameDocument(each, document));
  const shown = invoice.lines[place - 1];
  const moved = content?.lines[place - 1];
  if (shown === undefined || moved === undefined)
    throw new Error(`${document.number} has lines 1 to ${invoice.lines.length}, and no line ${place}`);
  const link = draft.predecessor === 0 ? undefined : await linkAt(ports, draft, draft.predecessor);
  const previous = link && (await postedDraft(ports.objects, link));
  const { id } = moved.line;
  const now = [...draft.lines, ...draft.adjustments].find((line) => line.id === id);
  const stateNow = now === undefined ? null : await stateOf(ports, draft, now);
  const group = lineGroup(moved.line);
  const tiers = draft.lines.filter((line) => line.tier > 0 && lineGroup(line) === group && line.id !== id);
  const catalog = (await readContent(ports.objects, draft.catalog)) as Catalog;
  const calendar = await calendarOf(ports, draft);
  const behind = await subscriptionsOf(ports, draft, moved.line);
  const names = new Set(behind.subscriptions.map(({ subscription }) => subscription));
  return {
    document,
    shown,
    moved,
    now: stateNow,
    before: previous === undefined ? null : await stateBefore(ports, previous, id),
    otherTiers: tiers.filter((line) => line.period.from === moved.line.period.from),
    causes: moved.reason === '' ? [] : await causesOf(ports, link?.position ?? 0, draft, moved, { ...calendar, names }),
    ...behind,
    pool: stateNow && poolOf(draft, stateNow, catalog),
    held: heldFor(draft, moved.line, catalog),
    usageCutOff: draft.usageCutOff,
    timeZone: zoneOn(addDays(moved.line.period.until, -1), calendar.timeZone),
  };
}

/** The time zones an account's days went by, as its draft knew them: it may have moved. */
async function calendarOf({ projections }: ExplainPorts, { payer, position, account }: Draft): Promise<Calendar> {
  const known = { position, cutOff: OPEN_END };
  return accountAt(await accountFacts(projections, payer), known, OPEN_END - 1) ?? account;
}

/** The invoice of a posted document. @throws Error when it is missing from the store. */
export async function readInvoice({ objects }: DocumentPorts, document: PostedDocument): Promise<Invoice> {
  const body = await objects.get('invoices', document.key);
  if (body === undefined) throw new Error(`document ${document.number} is missing from the store of documents`);
  return JSON.parse(new TextDecoder().decode(body)) as Invoice;
}

async function linkAt(ports: DocumentPorts, { seller, payer }: Draft, n: number): Promise<Link | undefined> {
  return ports.decisions.get<Link>(runKeys.link(seller, payer, n));
}

/**
 * A line as it stood recorded: by the draft that billed it last, whatever documents came since that left it as it was. What amends another document
 * prices nothing anew.
 */
async function stateBefore(ports: DocumentPorts, previous: Draft, id: string): Promise<ExplainedState | null> {
  const line = previous.lines.find((each) => each.id === id);
  if (line === undefined) return null;
  let priced: Draft | undefined;
  for (let draft = previous; ; ) {
    const isAmendment = draft.amendment !== null;
    const has = draft.documents.some(({ lines }) => lines.some((each) => each.line.id === id));
    if (!isAmendment) priced ??= draft;
    if (has) {
      const { document } = await stateOf(ports, draft, line);
      return { ...(await stateOf(ports, priced ?? draft, line)), document };
    }
    const link = draft.predecessor === 0 ? undefined : await linkAt(ports, draft, draft.predecessor);
    const before = link && (await postedDraft(ports.objects, link));
    if (before?.lines.some((each) => each.id === id) !== true) return stateOf(ports, priced ?? previous, line);
    draft = before;
  }
}

async function stateOf(ports: DocumentPorts, draft: Draft, line: RecordedLine): Promise<ExplainedState> {
  const catalog = (await readContent(ports.objects, draft.catalog)) as Catalog;
  const moved = draft.documents.find(({ lines }) => lines.some((each) => each.line.id === line.id));
  const { seller, payer, run } = draft;
  const document = await (moved === undefined
    ? documentOfLine(ports, draft, run, line)
    : ports.decisions.get<PostedDocument>(documentKeys.document(seller, payer, run, moved)));
  return {
    line,
    charge: chargeOfLine(catalog, draft.payer, line),
    position: draft.position,
    run: draft.run,
    document: document?.number ?? '',
  };
}

/** businessUnit|plan|version|charge|zone: what details are kept by, and what the tiers of a charge have in common. */
function lineGroup({ businessUnit, plan, version, charge, zone }: ChargeLine): string {
  return [businessUnit, plan, version, charge, zone].join('|');
}

interface Details {
  readonly bySubscription: Map<string, SubscriptionDetail>;
  usage: MeasuredUsage;
}

const NO_DETAILS: Details = {
  bySubscription: new Map(),
  usage: { subscriptions: 0, quantity: '0', covered: '0', inPools: {} },
};

/** The subscriptions behind a line: those of the draft, and those of the last draft before it that measured the period. */
async function subscriptionsOf(ports: DocumentPorts, draft: Draft, line: RecordedLine) {
  const now = (await detailsOf(ports, draft.run, draft.payer, line)) ?? NO_DETAILS;
  const before = await detailsBefore(ports, draft, line);
  const names = [...new Set([...now.bySubscription.keys(), ...before.bySubscription.keys()])].sort();
  const subscriptions = names.map((subscription) => ({
    subscription,
    now: now.bySubscription.get(subscription) ?? null,
    before: before.bySubscription.get(subscription) ?? null,
  }));
  return { subscriptions, usage: now.usage };
}

async function detailsBefore(ports: DocumentPorts, draft: Draft, line: RecordedLine): Promise<Details> {
  for (let n = draft.predecessor; n > 0; n--) {
    const link = await linkAt(ports, draft, n);
    const found = link && (await detailsOf(ports, link.run, draft.payer, line));
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
): Promise<Details | undefined> {
  const group = lineGroup(line);
  const quoted = JSON.stringify(group);
  let found: Details | undefined;
  const [, interval = ''] = /\|([^|]*\.\.[^|]*)$/.exec(line.id) ?? [];
  const period = interval === '' ? `${line.period.from}/` : '';
  for await (const { key } of objects.list('work', `${detailsPrefix(run, payer)}${period}`)) {
    found ??= { bySubscription: new Map(), usage: NO_DETAILS.usage };
    const body = await objects.get('work', key);
    for (const text of new TextDecoder().decode(body).split('\n')) {
      if (!text.includes(quoted)) continue;
      const detail = JSON.parse(text) as SubscriptionDetail;
      if (detail.line !== group || detail.interval !== interval) continue;
      found.usage = added(found.usage, detail);
      if (concerns(detail, line)) found.bySubscription.set(detail.subscription, detail);
    }
  }
  return found;
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

/** Whether a subscription has a part in the line's own tier; of recurring charges and pools it always has. */
function concerns(detail: SubscriptionDetail, { arithmetic, tier }: RecordedLine): boolean {
  if (arithmetic.kind === 'amount') return detail.amounts !== undefined;
  return arithmetic.kind !== 'usage' || (detail.tiers[tier] ?? '0') !== '0';
}

/** The pool a line is over of, as the draft saw it in the line's period; null when the line is of none. */
function poolOf(draft: Draft, { line, charge }: ExplainedState, catalog: Catalog): ExplainedPool | null {
  if (line.arithmetic.kind !== 'pool' || charge === null) return null;
  const { pool } = line.arithmetic;
  const allowances = catalog.plans.flatMap((plan) => plan.versions.flatMap((version) => version.allowances));
  const allowance = allowances.find((each) => each.pool === pool);
  const measured = draft.measured.find((each) => each.period.from === line.period.from);
  const isShared = (unit: string) => unit === '' || unit === line.businessUnit;
  const found = measured?.pools.find((each) => each.name === allowance?.name && isShared(each.businessUnit));
  return found === undefined || allowance === undefined ? null : { ...found, kind: allowance.kind };
}

/** What of a draft's allowances covers a line's charge: the plan's, and those of add-ons. */
function heldFor(draft: Draft, { plan, charge, period }: ChargeLine, catalog: Catalog): HeldStatus[] {
  const measured = draft.measured.find((each) => each.period.from === period.from);
  const covers = ({ plan: id, allowance }: HeldStatus) =>
    catalog.plans
      .filter((each) => each.id === id && (id === plan || each.kind === 'addOn'))
      .flatMap(({ versions }) => versions.flatMap(({ allowances, topUps = [] }) => [...allowances, ...topUps]))
      .some((each) => each.id === allowance && each.covers.includes(idInPlan(charge)));
  return (measured?.held ?? []).filter(covers);
}
