import type { Position } from '#shared/commit-log/entry.ts';
import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { readEntries } from '#shared/commit-log/use-cases/commit-log.ts';
import { ALL_MONTHS, catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { generationKey, type WorldState } from '#shared/commit-log/visibility.ts';
import { readItemIdentifiers } from '#shared/mediation/items-object.ts';
import { type Arrival, arrivalPartition, type Manifest, readIncomingKey } from '#shared/mediation/usage-file.ts';
import { addTotals } from '#shared/mediation/use-cases/commit-files.ts';
import { readManifest } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import {
  addRecord,
  type ClassifiedRecord,
  classifyRecords,
  type RunningTotals,
} from '#shared/rating/classify-usage.ts';
import { usageReader } from '#shared/rating/use-cases/read-usage.ts';
import { isoInstant } from '#shared/time/local-date.ts';
import type { FoldedUsage, UsageTotals } from '#shared/usage/folded-usage.ts';
import type { UsageStore } from '#shared/usage/ports.ts';
import type { Link } from '../draft.ts';
import { runKeys } from '../run.ts';
import { postedDraft } from './chain.ts';
import { ownerLookup } from './owner-views.ts';

/** What the proof needs of the world. */
export interface ProofPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
  readonly usage: UsageStore;
}

/** Where the records of the files went. `suspended` and the words beside it are what the fold says at the proof's position. */
export interface ProofRow {
  readonly read: UsageTotals;
  readonly rejected: UsageTotals;
  readonly duplicate: UsageTotals;
  readonly billed: UsageTotals;
  /** Charged by a run still to come: it started at or after the last usage cut-off of its payer. */
  readonly notYetDue: UsageTotals;
  /** Came after the position of its payer's last run. */
  readonly late: UsageTotals;
  readonly free: UsageTotals;
  readonly suspended: Readonly<Record<string, UsageTotals>>;
}

/** The proof that nothing is lost (requirement E3): what the files said, and where each record and unit of it is. */
export interface UsageProof {
  readonly position: Position;
  readonly files: { readonly loaded: number; readonly duplicate: number };
  readonly total: ProofRow;
  readonly months: Readonly<Record<string, ProofRow>>;
  /** What the posted documents themselves say they billed. */
  readonly onInvoices: UsageTotals;
  /** read − everything it went to, and billed − what the documents say: all zero, or something is lost. */
  readonly differences: { readonly files: UsageTotals; readonly invoices: UsageTotals };
}

type OpenRow = { -readonly [Key in Exclude<keyof ProofRow, 'suspended'>]: RunningTotals } & {
  suspended: Record<string, RunningTotals>;
};

/**
 * Proves the usage of every file that counts at a position. Two things are held against each other that come by different ways: the control
 * totals of the files against the fold of the store, and the fold against what the posted documents measured.
 */
export async function proveUsage(ports: ProofPorts, position: Position): Promise<UsageProof> {
  const world = await worldAt(ports, position, ALL_MONTHS);
  const manifests = await visibleManifests(ports, world);
  const months = new Map<string, OpenRow>();
  const row = (month: string) => openRow(months, month);
  const rejected = none();
  for (const manifest of manifests) readFile(manifest, row, rejected);
  const copies = await duplicateArrivals(ports, world, position);
  for (const copy of copies) {
    const manifest = await readManifest(ports, copy.file, copy.generation);
    readCopy(manifest, row);
    rejected.records += manifest.outcome.rejected;
  }
  const onInvoices = await placeRecords(ports, world, await identifiersOf(ports.objects, manifests), row);
  const rows = Object.fromEntries([...months].sort(([a], [b]) => (a < b ? -1 : 1)));
  const total = addRows([...months.values()], rejected);
  const placed = [
    total.rejected,
    total.duplicate,
    total.billed,
    total.notYetDue,
    total.late,
    total.free,
    ...Object.values(total.suspended),
  ];
  const differences = { files: minus(total.read, addTotals(placed)), invoices: minus(total.billed, onInvoices) };
  return {
    position,
    files: { loaded: manifests.length, duplicate: copies.length },
    total,
    months: rows,
    onInvoices,
    differences,
  };
}

async function visibleManifests(ports: ProofPorts, world: WorldState): Promise<Manifest[]> {
  const names = new Set(Object.values(world.months).flatMap((files) => Object.keys(files)));
  const manifests: Manifest[] = [];
  for (const name of [...names].sort()) {
    const [file = '', generation = '0'] = name.split('#');
    manifests.push(await readManifest(ports, file, Number.parseInt(generation, 10)));
  }
  return manifests;
}

function readFile(manifest: Manifest, row: (month: string) => OpenRow, rejected: RunningTotals): void {
  for (const chunk of manifest.chunks) {
    for (const [month, { accepted, duplicate }] of Object.entries(chunk.months)) {
      add(row(month).read, accepted);
      add(row(month).read, duplicate);
      add(row(month).duplicate, duplicate);
    }
  }
  rejected.records += manifest.outcome.rejected;
}

function readCopy(manifest: Manifest, row: (month: string) => OpenRow): void {
  for (const chunk of manifest.chunks) {
    for (const [month, { accepted, duplicate }] of Object.entries(chunk.months)) {
      for (const totals of [accepted, duplicate]) {
        add(row(month).read, totals);
        add(row(month).duplicate, totals);
      }
    }
  }
}

/** Objects with the content of a file that counts, which arrived before the proof's position was written. */
async function duplicateArrivals(ports: ProofPorts, world: WorldState, position: Position): Promise<Arrival[]> {
  const [entry] = await readEntries(ports.decisions, position - 1, position);
  const partitions = new Set<string>();
  for await (const { key, storedAt } of ports.objects.list('incoming', 'incoming/')) {
    const carrier = readIncomingKey(key)?.carrier;
    if (carrier !== undefined) partitions.add(arrivalPartition(carrier, isoInstant(storedAt).slice(0, 10)));
  }
  const loaded = new Set(Object.values(world.months).flatMap((files) => Object.keys(files)));
  const found: Arrival[] = [];
  for (const partition of partitions) {
    for (const { value } of await ports.decisions.query<Arrival>(partition, withPrefix(''))) {
      const counts = loaded.has(generationKey(value.file, value.generation)) && value.storedAt <= (entry?.at ?? 0);
      if (value.role === 'duplicate' && counts) found.push(value);
    }
  }
  return found;
}

async function identifiersOf(objects: Objects, manifests: readonly Manifest[]): Promise<Set<string>> {
  const identifiers = new Set<string>();
  for (const { items } of manifests.flatMap((manifest) => manifest.chunks)) {
    const body = await objects.get('work', items.key);
    if (body === undefined) throw new Error(`${items.key} is missing from the work store`);
    for (const identifier of readItemIdentifiers(body)) identifiers.add(identifier);
  }
  return identifiers;
}

/** Puts every record of the store in its row, and answers what the posted documents of its payers say they billed. */
async function placeRecords(
  ports: ProofPorts,
  world: WorldState,
  identifiers: ReadonlySet<string>,
  row: (month: string) => OpenRow,
): Promise<UsageTotals> {
  const links = new Map<string, Link | undefined>();
  await classifyAll(
    ports,
    world,
    identifiers,
    links,
    ({ month, record, usage, link }) => {
      const to = row(month);
      if (record.verdict === 'free') addRecord(to.free, usage, record.row);
      else if (record.verdict !== 'charge') addRecord((to.suspended[record.verdict] ??= none()), usage, record.row);
      else if (link === undefined || record.at >= link.usageCutOff) addRecord(to.notYetDue, usage, record.row);
      else addRecord(link.position === world.position ? to.billed : to.late, usage, record.row);
    },
    (month, duplicates) => add(row(month).duplicate, duplicates),
  );
  const behind = new Set(
    [...links.values()].flatMap((link) => (link && link.position !== world.position ? [link.position] : [])),
  );
  for (const position of behind) await placeBilled(ports, position, identifiers, row);
  const drafts = await Promise.all(
    [...links.values()].flatMap((link) => (link ? [postedDraft(ports.objects, link)] : [])),
  );
  return addTotals(
    drafts.flatMap(({ measured }) =>
      measured.flatMap((each) => Object.values(each.overview).flatMap((unit) => Object.values(unit.services))),
    ),
  );
}

/** For payers last billed at an earlier position: what was charged then is billed, and only what came since is late. */
async function placeBilled(
  ports: ProofPorts,
  position: Position,
  identifiers: ReadonlySet<string>,
  row: (month: string) => OpenRow,
): Promise<void> {
  const then = await worldAt(ports, position, ALL_MONTHS);
  await classifyAll(
    ports,
    then,
    identifiers,
    new Map(),
    ({ month, record, usage, link }) => {
      if (record.verdict !== 'charge' || link?.position !== position || record.at >= link.usageCutOff) return;
      addRecord(row(month).billed, usage, record.row);
      const taken = none();
      addRecord(taken, usage, record.row);
      subtract(row(month).late, taken);
    },
    () => {},
  );
}

interface PlacedRecord {
  readonly month: string;
  readonly record: ClassifiedRecord;
  readonly usage: FoldedUsage;
  /** Last link of its payer at or before the world's position. */
  readonly link: Link | undefined;
}

async function classifyAll(
  ports: ProofPorts,
  world: WorldState,
  identifiers: ReadonlySet<string>,
  links: Map<string, Link | undefined>,
  onRecord: (placed: PlacedRecord) => void,
  onDuplicates: (month: string, duplicates: UsageTotals) => void,
): Promise<void> {
  const { catalog } = await catalogOf(ports, world);
  const lookup = ownerLookup(ports, catalog, { position: world.position, cutOff: Number.MAX_SAFE_INTEGER });
  const read = usageReader(ports.usage, world);
  for (const identifier of [...identifiers].sort()) {
    const { owners, viewOf, payers } = await lookup.of(identifier);
    for (const { seller, payer } of payers) {
      if (!links.has(payer)) links.set(payer, await linkBy(ports.decisions, seller, payer, world.position));
    }
    for (const month of Object.keys(world.months).sort()) {
      const usage = (await read([identifier], month, month))().get(identifier);
      if (usage === undefined) continue;
      onDuplicates(month, usage.duplicates);
      for (const record of classifyRecords(usage, owners, viewOf))
        onRecord({ month, record, usage, link: links.get(record.payer) });
    }
  }
}

/** The last link of a chain that was made at or before a position. */
async function linkBy(
  decisions: Decisions,
  seller: string,
  payer: string,
  position: Position,
): Promise<Link | undefined> {
  const chain = await decisions.query<Link>(runKeys.links(seller, payer), withPrefix(''));
  return chain
    .map((decision) => decision.value)
    .filter((link) => link.position <= position)
    .at(-1);
}

function openRow(months: Map<string, OpenRow>, month: string): OpenRow {
  const there = months.get(month) ?? emptyRow();
  months.set(month, there);
  return there;
}

function emptyRow(): OpenRow {
  return {
    read: none(),
    rejected: none(),
    duplicate: none(),
    billed: none(),
    notYetDue: none(),
    late: none(),
    free: none(),
    suspended: {},
  };
}

/** Adds up months; what was rejected belongs to none, since its start may be what was wrong with it. */
function addRows(rows: readonly OpenRow[], rejected: RunningTotals): ProofRow {
  const total = emptyRow();
  for (const row of rows) {
    for (const part of ['read', 'duplicate', 'billed', 'notYetDue', 'late', 'free'] as const)
      add(total[part], row[part]);
    for (const [reason, totals] of Object.entries(row.suspended)) add((total.suspended[reason] ??= none()), totals);
  }
  add(total.read, rejected);
  add(total.rejected, rejected);
  return total;
}

function none(): RunningTotals {
  return { records: 0, bytes: 0, seconds: 0, count: 0 };
}

function add(to: RunningTotals, more: UsageTotals): void {
  for (const unit of UNITS) to[unit] += more[unit];
}

function subtract(from: RunningTotals, less: UsageTotals): void {
  for (const unit of UNITS) from[unit] -= less[unit];
}

const UNITS = ['records', 'bytes', 'seconds', 'count'] as const;

function minus(a: UsageTotals, b: UsageTotals): UsageTotals {
  return {
    records: a.records - b.records,
    bytes: a.bytes - b.bytes,
    seconds: a.seconds - b.seconds,
    count: a.count - b.count,
  };
}
