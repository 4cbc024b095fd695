import type { SourceDefinition } from '#shared/catalog/source.ts';
import type { Position } from '#shared/commit-log/entry.ts';
import { readEntries } from '#shared/commit-log/use-cases/commit-log.ts';
import { ALL_MONTHS, catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import type { WorldState } from '#shared/commit-log/visibility.ts';
import { countMissing, missingOrOverdue } from '#shared/mediation/use-cases/missing-or-overdue.ts';
import { countsLateSomewhere } from '#shared/rating/late-usage.ts';
import type { Instant } from '#shared/time/local-date.ts';
import { utcMonthStart, utcMonths } from '#shared/time/period.ts';
import type { Clock } from '#shared/time/ports.ts';
import type { FilesOfDraft, MeasuredUsage, UsageOfDraft } from '../../draft-usage.ts';
import { addRows, addTotals, differencesOf, none, openRows, type ProofRow, subtractTotals } from '../../proof-row.ts';
import type { DraftSummary, PlannedPayer } from '../../run.ts';
import { arrivalsBy } from '../usage/arrived-files.ts';
import { filesNotLoaded, readApart, readCopies, readLoaded } from '../usage/files-of-proof.ts';
import { type PayerChain, payerChains } from '../usage/payer-chains.ts';
import { type ChargedAs, monthsOf, type PlacePorts, placeBy, visibleManifests } from '../usage/place-usage.ts';
import { runDrafts } from './run-drafts.ts';
import { runRequest } from './run-state.ts';
import { readPlan } from './stored-plan.ts';

/** What came of adding up the usage of a run's draft: `tooMuch` holds so many records that it is left to whoever asks for it by itself. */
export interface ReckonedUsage {
  readonly usage: UsageOfDraft | { readonly tooMuch: number };
  readonly files: FilesOfDraft;
}

/** Records up to which the usage of a run is added up when its draft is closed: seconds in one function. */
export const USAGE_AT_CLOSING = 50_000;

/** Files named at most. */
const FILES_NAMED = 20;

/**
 * Adds up the usage of the months a run has measured, and of earlier ones of which something came late that may count in it: read = billed (of its
 * period, and of earlier ones that moved or that nobody billed) + suspended + rejected + not yet due + …, in records and units. Two things are held against each other that come by different ways: the control totals of the
 * files against the fold of the store, and the fold against what the drafts say they measured. Every record of these months is read for it, whoever it
 * is charged to. Above `most` records nothing is read. Beside it: the files the draft is without. Nothing (null) for an amendment, which measures nothing, and for a run of a seller that
 * carriers report nothing to.
 */
export async function reckonUsage(
  ports: PlacePorts & { readonly clock: Clock },
  run: string,
  most: number,
): Promise<ReckonedUsage | null> {
  const { seller, amendment } = await runRequest(ports.decisions, run);
  const plan = await readPlan(ports, run);
  const world = await worldAt(ports, plan.position, ALL_MONTHS);
  const { catalog } = await catalogOf(ports, world);
  const billed = billedStretches(plan.payers, await runDrafts(ports, run));
  if (amendment !== null || seller !== catalog.sellers[0]?.id || billed.size === 0) return null;
  const [entry] = await readEntries(ports.decisions, plan.position - 1, plan.position);
  const at = entry?.at ?? 0;
  // What came late is late by the links of before.
  const late = countsLateSomewhere(catalog) ? billed.keys() : [];
  const chains = await payerChains(ports, seller, late, plan.position);
  const months = monthsOfRun(world, billed, chains, at);
  const files = await filesOfDraft(ports, catalog.sources, plan.position, utcMonthStart(months[0] as string));
  const manifests = await visibleManifests(ports, world, months);
  const sent = manifests.filter(({ writeOff }) => writeOff === null);
  const records = sent.reduce((sum, { outcome }) => sum + outcome.accepted.records, 0);
  if (records > most) return { usage: { tooMuch: records }, files };
  const rows = openRows();
  await readLoaded(ports, sent, rows);
  const arrivals = await arrivalsBy(ports, at);
  readCopies(arrivals, sent, rows);
  await readApart(ports, arrivals, new Set(sent.map(({ file }) => file)), rows);
  await placeBy(ports, { world, months, manifests, chains }, rows, chargedBy(billed));
  const parts = rows.parts().filter(({ month }) => months.includes(month));
  const row = addRows(parts.map((part) => part.row));
  const onDrafts = none();
  for (const { totals, earlier } of billed.values()) {
    addTotals(onDrafts, totals);
    if (earlier !== undefined) addTotals(onDrafts, earlier.totals);
  }
  const onFold = none();
  for (const totals of [row.billed, row.zeroBilled, row.earlier, row.zeroEarlier]) addTotals(onFold, totals);
  subtractTotals(onFold, onDrafts);
  const differences = { ...differencesOf(row), drafts: onFold };
  return { usage: { months, row, ...earlierOf(row, billed), onDrafts, differences }, files };
}

/** What of earlier periods this run bills: all that is owed of them, less what the runs before said of them. */
function earlierOf(row: ProofRow, billed: ReadonlyMap<string, BilledStretch>): Pick<UsageOfDraft, 'earlier'> {
  const again = [...billed.values()].flatMap(({ earlier }) => (earlier === undefined ? [] : [earlier]));
  if (again.length === 0) return {};
  const now = none();
  for (const totals of [row.earlier, row.zeroEarlier]) addTotals(now, totals);
  for (const { before } of again) subtractTotals(now, before);
  const billedBefore = { ...row.earlier };
  subtractTotals(billedBefore, now);
  return { earlier: { billed: now, billedBefore } };
}

async function filesOfDraft(
  ports: PlacePorts & { readonly clock: Clock },
  sources: readonly SourceDefinition[],
  position: Position,
  since: Instant,
): Promise<FilesOfDraft> {
  const notLoaded = await filesNotLoaded(ports, position, since);
  const expected = await missingOrOverdue(ports.decisions, sources, '', ports.clock.now());
  const notCome = [
    ...expected.byNumber.map(({ carrier, stream, missing: { from, until } }) => {
      return { carrier, files: `${stream} ${from === until ? from : `${from} to ${until}`}`, count: until - from + 1 };
    }),
    ...expected.bySchedule.map(({ carrier, source, schedule, due }) => {
      return { carrier, files: `source ${source}: ${due.length} due ${schedule}`, count: due.length };
    }),
  ];
  return {
    notLoaded: notLoaded.slice(0, FILES_NAMED),
    filesNotLoaded: notLoaded.length,
    notCome: notCome.slice(0, FILES_NAMED),
    filesNotCome: countMissing(expected),
  };
}

/** A payer's draft bills what started in its period and before its cut-off, and what moved in earlier periods that it measured again. */
interface BilledStretch extends MeasuredUsage {
  readonly until: Instant;
}

/** Start of the first period that was measured. */
function measuredFrom({ earlier, since }: BilledStretch): Instant {
  return earlier?.since ?? since;
}

function billedStretches(payers: readonly PlannedPayer[], drafts: readonly DraftSummary[]): Map<string, BilledStretch> {
  const measured = new Map(
    drafts.flatMap(({ payer, usage }) => (usage === undefined ? [] : [[payer, usage] as const])),
  );
  const stretches = new Map<string, BilledStretch>();
  for (const { payer, usageCutOff } of payers) {
    const usage = measured.get(payer);
    if (usage !== undefined) stretches.set(payer, { ...usage, until: usageCutOff });
  }
  return stretches;
}

function chargedBy(billed: ReadonlyMap<string, BilledStretch>): ChargedAs {
  return ({ payer, at, counted }) => {
    const stretch = billed.get(payer);
    if (stretch === undefined) return 'elsewhere';
    if (counted === undefined) return 'FROZEN';
    if (counted < measuredFrom(stretch)) return 'elsewhere';
    if (counted < stretch.until) return counted < stretch.since ? 'earlier' : 'billed';
    return counted === at ? 'notYetDue' : 'elsewhere';
  };
}

/** The months from the first period that was measured to the planning of the run, and earlier ones of which something came late that may count in it. */
function monthsOfRun(
  world: WorldState,
  billed: ReadonlyMap<string, BilledStretch>,
  chains: ReadonlyMap<string, PayerChain>,
  planned: Instant,
): string[] {
  const since = Math.min(...[...billed.values()].map(measuredFrom));
  const own = utcMonths(since, Math.max(since, planned) + 1);
  const links = [...chains].flatMap(([payer, { links }]) => {
    const from = measuredFrom(billed.get(payer) as BilledStretch);
    return links.filter(({ until }) => until >= from);
  });
  const first = Math.min(...links.map(({ position }) => position));
  const late = monthsOf(world).filter((month) => {
    const files = Object.values(world.months[month] ?? {});
    return month < (own[0] as string) && files.some(({ position, firstLoaded = position }) => firstLoaded > first);
  });
  return [...late, ...own];
}
