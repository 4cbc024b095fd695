import type { Catalog } from '#shared/catalog/catalog.ts';
import { SAME_PRICES } from '#shared/catalog/moved-prices.ts';
import type { Position } from '#shared/commit-log/entry.ts';
import type { Projections } from '#shared/commit-log/ports.ts';
import { subscriptionFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { ALL_MONTHS, catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import type { Assignment, RecordedFact } from '#shared/inventory/fact.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { type Currency, formatMinor } from '#shared/money/currency.ts';
import { type Instant, type LocalDate, localDateOf, startOfDay } from '#shared/time/local-date.ts';
import { type Period, periodOf, periodsOfMonth } from '#shared/time/period.ts';
import type { RecordedLine } from '../../draft.ts';
import { draftOf } from '../../draft-of.ts';
import { NO_PAYER_NEWS, NOBODY_HEARS } from '../../lines/payer-news.ts';
import { postedDraft } from './chain.ts';
import { type ComputePorts, measuredInput } from './compute-draft.ts';
import { type PreviewPorts, previewed } from './preview-account.ts';

/** What would be otherwise. */
export interface WhatIf {
  readonly account: string;
  /** Month the period begins in, or all of them that do where the account moved in it; '' = the running one. */
  readonly month: string;
  /** Plans taken for others: of one plan ('' = of any) → the plan instead. */
  readonly plans: ReadonlyMap<string, string>;
  /** The only subscription whose plan is another; '' = all of the account's. */
  readonly subscription: string;
  /** The catalogue instead of the released one; null = the released one. */
  readonly catalog: Catalog | null;
}

/** A line as it is and as it would be; both sides are '' where there is none. */
export interface ComparedLine {
  readonly businessUnit: string;
  readonly charge: string;
  readonly zone: string;
  readonly tier: number;
  readonly unit: string;
  readonly is: ComparedSide;
  readonly wouldBe: ComparedSide;
  /** What it would be less what it is. */
  readonly difference: string;
}

/** One side of a comparison: the amount as priced, so that where prices include the tax it is in it. */
export interface ComparedSide {
  readonly plan: string;
  readonly quantity: string;
  readonly amount: string;
}

/** What a period comes to, as it is and as it would be. */
export interface WhatIfResult {
  readonly account: string;
  readonly period: Period;
  readonly currency: Currency;
  readonly lines: readonly ComparedLine[];
  readonly is: string;
  readonly wouldBe: string;
  readonly difference: string;
}

/** What came of the question. */
export type WhatIfAnswer =
  | ({ readonly outcome: 'compared' } & WhatIfResult)
  | { readonly outcome: 'refused'; readonly reason: string };

const refused = (reason: string): WhatIfAnswer => ({ outcome: 'refused', reason });

/**
 * Prices an account's period as it is and as it would be, by the computation of a bill run and without a run: nothing is decided or written. Both
 * sides are everything owed for the period, as if it ended with what is known now, whatever of it was billed; as it would be means as if it had
 * been so from the beginning, or since what is frozen. Refused when the account, a plan or the subscription is unknown, where the catalogue lacks a plan that
 * something is charged under, and where the period is frozen or has not begun.
 */
export async function whatIf(ports: PreviewPorts, asked: WhatIf): Promise<WhatIfAnswer> {
  const { account } = asked;
  const now = ports.clock.now();
  const { position, view, measureFrom, last } = await previewed(ports, account, now);
  const { seller, currency } = view.account;
  const periods = askedPeriods(asked, view, now, { measureFrom, frozenUntil: last?.link.frozenUntil });
  if (typeof periods === 'string') return refused(periods);
  const world = await worldAt(ports, position, ALL_MONTHS);
  const { catalog, release } = await catalogOf(ports, world);
  const other = asked.catalog ?? catalog;
  const lacks = lacking(asked, catalog, other, seller);
  if (lacks !== '') return refused(lacks);
  const [first, through] = [periods[0], periods.at(-1) as Period];
  const end = startOfDay(through.until, view.timeZone);
  const planned = {
    payer: account,
    predecessor: last?.n ?? 0,
    measureFrom,
    measureThrough: through.from,
    usageCutOff: end,
    chargeCutOff: end,
  };
  const request = { run: 'what-if', seller, invoiceDate: localDateOf(now, view.timeZone) };
  // Of what was posted only what frozen periods left counts.
  const base = last && { link: last.link, draft: { ...(await postedDraft(ports.objects, last.link)), lines: [] } };
  const owed = async (from: ComputePorts, its: Catalog): Promise<RecordedLine[]> => {
    const plan = { position, catalog: release };
    const { backBillingMonths } = ports;
    const measured = await measuredInput(
      from,
      { request, plan, planned, catalog: its, view, base },
      world,
      NOBODY_HEARS,
    );
    const drawn = {
      ...measured,
      period: through,
      news: NO_PAYER_NEWS,
      prices: SAME_PRICES,
      backBillingMonths,
      taxAnswers: new Map(),
    };
    return draftOf(drawn).lines.filter((line) => line.period.from >= first.from);
  };
  const is = await owed(ports, catalog);
  const gone = is.find(({ plan }) => plan !== '' && !plansOf(other).has(replaced(asked, catalog, plan)));
  if (gone !== undefined)
    return refused(`the catalogue has no plan ${gone.plan}, which ${account} is charged by; say what is taken for it`);
  if (!(await paysFor(ports.projections, asked, { seller, position })))
    return refused(`account ${account} pays for no subscription ${asked.subscription}`);
  const wouldBe = await owed({ ...ports, projections: asIf(ports.projections, asked) }, other);
  const period = { from: first.from, until: through.until };
  return { outcome: 'compared', account, period, ...compared(is, wouldBe, currency) };
}

/** Whether an account pays, or ever paid, for the only subscription that is asked about. */
async function paysFor(
  projections: Projections,
  { account, subscription }: WhatIf,
  { seller, position }: { readonly seller: string; readonly position: Position },
): Promise<boolean> {
  if (subscription === '') return true;
  const facts = await subscriptionFacts(projections, subscription);
  return facts.some(({ position: at, fact }) => {
    const isOfSeller = at <= position && fact.kind === 'assignments' && fact.seller === seller;
    return isOfSeller && fact.assignments.some(({ payer }) => payer === account);
  });
}

/** The periods that are asked about: as far as they have begun and are not frozen; or why there are none. */
function askedPeriods(
  { month }: WhatIf,
  { timeZone, billingDay }: AccountView,
  now: Instant,
  { measureFrom, frozenUntil }: { readonly measureFrom: LocalDate; readonly frozenUntil: LocalDate | '' | undefined },
): readonly [Period, ...Period[]] | string {
  const running = periodOf(localDateOf(now, timeZone), billingDay);
  if (month === '') return [running];
  const periods = periodsOfMonth(month, billingDay);
  const [{ from: begins }] = periods as [Period, ...Period[]];
  if (begins > running.from) return `the period of ${month} begins on ${begins}, which is still to come`;
  const [first, ...more] = periods.filter(({ from }) => measureFrom <= from && from <= running.from);
  if (first !== undefined) return [first, ...more];
  const why = measureFrom === frozenUntil ? 'is frozen: its usage is no longer kept' : 'is before the account began';
  return `the period of ${month} ${why}; ask for one from ${measureFrom.slice(0, 7)} on`;
}

/** What a catalogue has not of what is asked for, told to a person; '' = it has all. Of plans that are replaced the released one is enough. */
function lacking({ account, plans }: WhatIf, released: Catalog, other: Catalog, seller: string): string {
  const unknown =
    [...plans.keys()].find((plan) => plan !== '' && !plansOf(other, released).has(plan)) ??
    [...plans.values()].find((plan) => !plansOf(other).has(plan));
  if (unknown !== undefined) return `there is no plan ${unknown}; the catalogue has ${[...plansOf(other)].join(', ')}`;
  if (other.sellers.some(({ id }) => id === seller)) return '';
  return `the catalogue has no seller ${seller}, whose customer ${account} is`;
}

function plansOf(...catalogs: readonly Catalog[]): Set<string> {
  return new Set(catalogs.flatMap(({ plans }) => plans.map(({ id }) => id)));
}

/** The plan that is taken for another, where it is for all subscriptions; add-ons stay. */
function replaced({ plans, subscription }: WhatIf, released: Catalog, plan: string): string {
  const isAddOn = released.plans.some(({ id, kind }) => id === plan && kind === 'addOn');
  return subscription === '' && !isAddOn ? (plans.get(plan) ?? plans.get('') ?? plan) : plan;
}

/** The inventory as if the account's subscriptions were on other plans. */
function asIf(projections: Projections, { account, plans, subscription }: WhatIf): Projections {
  const changed = (each: Assignment): Assignment => {
    const plan = each.payer === account ? (plans.get(each.plan) ?? plans.get('')) : undefined;
    return plan === undefined ? each : { ...each, plan };
  };
  const seen = (value: unknown): unknown => {
    const recorded = value as Partial<RecordedFact>;
    const { fact } = recorded;
    if (fact?.kind !== 'assignments' || (subscription !== '' && fact.subscription !== subscription)) return value;
    return { ...recorded, fact: { ...fact, assignments: fact.assignments.map(changed) } };
  };
  return {
    ...projections,
    query: async <Value>(partition: string, range: Parameters<Projections['query']>[1]) => {
      const rows = await projections.query<Value>(partition, range);
      return rows.map((row) => ({ ...row, value: seen(row.value) as Value }));
    },
  };
}

/** Lines side by side, by what is charged: a plan's charge beside that of the same id of the plan instead. */
function compared(is: readonly RecordedLine[], wouldBe: readonly RecordedLine[], currency: Currency) {
  const name = ({ businessUnit, charge, zone, tier }: RecordedLine) => [businessUnit, charge, zone, tier].join('|');
  const [left, right] = [Map.groupBy(is, name), Map.groupBy(wouldBe, name)];
  const names = [...new Set([...left.keys(), ...right.keys()])].sort();
  const lines = names.map((each): ComparedLine => {
    const [one, other] = [left.get(each) ?? [], right.get(each) ?? []];
    const { businessUnit, chargeName, zoneName, tier, unit } = (other[0] ?? one[0]) as RecordedLine;
    const [a, b] = [sideOf(one, currency), sideOf(other, currency)];
    const difference = formatMinor(amount(b.amount || 0).minus(a.amount || 0), currency);
    return { businessUnit, charge: chargeName, zone: zoneName, tier, unit, is: a, wouldBe: b, difference };
  });
  const total = (of: readonly RecordedLine[]) => sum(of.map((line) => amount(line.amount)));
  return {
    currency,
    lines: lines.filter(({ is: a, wouldBe: b }) => ![a, b].every((side) => amount(side.amount || 0).isZero())),
    is: formatMinor(total(is), currency),
    wouldBe: formatMinor(total(wouldBe), currency),
    difference: formatMinor(total(wouldBe).minus(total(is)), currency),
  };
}

function sideOf(lines: readonly RecordedLine[], currency: Currency): ComparedSide {
  if (lines.length === 0) return { plan: '', quantity: '', amount: '' };
  return {
    plan: [...new Set(lines.map((line) => line.plan))].join(', '),
    quantity: sum(lines.map((line) => amount(line.quantity))).toFixed(),
    amount: formatMinor(sum(lines.map((line) => amount(line.amount))), currency),
  };
}
