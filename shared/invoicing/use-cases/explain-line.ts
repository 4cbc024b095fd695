import { isSameDocument } from '#shared/billing/document-identity.ts';
import type { DocumentLine, Draft, RecordedLine } from '#shared/billing/draft.ts';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { chargeOfLine } from '#shared/billing/lines/charge-of-line.ts';
import type { HeldStatus } from '#shared/billing/lines/held-status.ts';
import { draftOfRun, postedDraft } from '#shared/billing/use-cases/runs/chain.ts';
import type { Catalog, Charge } from '#shared/catalog/catalog.ts';
import type { Position } from '#shared/commit-log/entry.ts';
import type { Projections } from '#shared/commit-log/ports.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { accountFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { accountAt } from '#shared/inventory/account-history.ts';
import { OPEN_END } from '#shared/inventory/timeline.ts';
import { idInPlan } from '#shared/rating/charge-variant.ts';
import { addDays, type Instant, type TimeZone, zoneOn } from '#shared/time/local-date.ts';
import type { Invoice, InvoiceLine } from '../invoice.ts';
import { documentKeys, type PostedDocument } from '../posted-document.ts';
import { storedInvoice } from '../stored-invoice.ts';
import { documentOfLine } from './assemble-numbered.ts';
import { type Calendar, type Cause, causesOf } from './explain-causes.ts';
import { type CountedBeside, countedBeside, countsFor, isCountedTogether, overageBeside } from './explain-counts.ts';
import {
  type ExplainedSubscription,
  lineGroup,
  linkAt,
  type MeasuredUsage,
  subscriptionsOf,
} from './explain-details.ts';
import { type ExplainedPool, explainedPools } from './explain-pools.ts';
import type { DocumentPorts } from './list-invoices.ts';

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
  /** What of this charge and zone was measured now, before allowances, over all tiers: of the line's business unit, or of all that share its pool or count. */
  readonly usage: MeasuredUsage;
  /** What counts together with it in tiers, packages or what is free: of other versions and zones; none where nothing does. */
  readonly beside: readonly CountedBeside[];
  /** The pool the line is over of; null when it is of none. */
  readonly pool: ExplainedPool | null;
  /** The pools in front of it in the stack that took some of this charge, in the order they were drawn on. */
  readonly poolsBefore: readonly ExplainedPool[];
  /** The subscriptions' own allowances that cover the charge and move on what is left of them. */
  readonly held: readonly HeldStatus[];
  readonly usageCutOff: Instant;
  /** The time zone the last day of the line's period goes by. */
  readonly timeZone: TimeZone;
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
  const { pool, poolsBefore } = explainedPools(draft, stateNow, catalog);
  const isCounted = isCountedTogether(stateNow?.charge ?? null, moved.line);
  const isOwnCount = moved.line.arithmetic.kind === 'usage';
  const counts = isCounted ? countsFor(moved.line, stateNow?.charge ?? null) : undefined;
  const { beside, ...behind } = await subscriptionsOf(ports, draft, moved.line, isOwnCount ? counts : undefined);
  const together = isOwnCount ? beside : overageBeside(draft, moved.line, pool?.businessUnit ?? '');
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
    beside: counts === undefined ? [] : countedBeside(together.filter(counts), draft),
    pool,
    poolsBefore,
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
  return storedInvoice(body);
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
