import type { Position } from '#shared/commit-log/entry.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { readEntries } from '#shared/commit-log/use-cases/commit-log.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { accountsInCycle } from '#shared/commit-log/use-cases/read-inventory.ts';
import { ALL_MONTHS, catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { generationKey, type WorldState } from '#shared/commit-log/visibility.ts';
import { type Arrival, arrivalPartition, type Manifest, readIncomingKey } from '#shared/mediation/usage-file.ts';
import { readManifest } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import { isoInstant } from '#shared/time/local-date.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import type { Link } from '../draft.ts';
import {
  addRows,
  addTotals,
  differenceOf,
  none,
  type OpenRows,
  openRows,
  type ProofPart,
  type ProofRow,
  subtractTotals,
} from '../proof-row.ts';
import { runKeys } from '../run.ts';
import { postedDraft } from './chain.ts';
import { type PlacePorts, placeRecords, visibleManifests } from './place-usage.ts';

/** The proof that nothing is lost (requirement E3): what the files said, and where each record and unit of it is. */
export interface UsageProof {
  readonly position: Position;
  readonly files: { readonly loaded: number; readonly duplicate: number };
  readonly total: ProofRow;
  /** By month, then carrier. */
  readonly parts: readonly ProofPart[];
  /** What the posted documents themselves say they billed. */
  readonly onInvoices: UsageTotals;
  /** read − everything it went to, and billed − what the documents say: all zero, or something is lost. */
  readonly differences: { readonly files: UsageTotals; readonly invoices: UsageTotals };
}

/**
 * Proves the usage of every file that counts at a position. Two things are held against each other that come by different ways: the control
 * totals of the files against the fold of the store, and the fold against what the posted documents measured. @throws Error when no catalogue
 * was released by then.
 */
export async function proveUsage(ports: PlacePorts, position: Position): Promise<UsageProof> {
  const world = await worldAt(ports, position, ALL_MONTHS);
  const { catalog } = await catalogOf(ports, world);
  await projectFacts(ports, position);
  const manifests = await visibleManifests(ports, world);
  const rows = openRows();
  const sent = manifests.filter(({ writeOff }) => writeOff === null);
  for (const manifest of sent) readFile(manifest, rows);
  const copies = await duplicateArrivals(ports, world, position);
  for (const copy of copies) readCopy(await readManifest(ports, copy.file, copy.generation), rows);
  const links = await lastLinks(ports, catalog.sellers[0]?.id ?? '', position);
  await placeRecords(ports, world, manifests, links, rows);
  const parts = rows.parts();
  const total = addRows(parts.map((part) => part.row));
  const onInvoices = await measuredBy(ports, links);
  const invoices = { ...total.billed };
  subtractTotals(invoices, onInvoices);
  return {
    position,
    files: { loaded: sent.length, duplicate: copies.length },
    total,
    parts,
    onInvoices,
    differences: { files: differenceOf(total), invoices },
  };
}

function readFile({ carrier, chunks, outcome }: Manifest, rows: OpenRows): void {
  for (const chunk of chunks) {
    for (const [month, { accepted, duplicate }] of Object.entries(chunk.months)) {
      const row = rows.of(carrier, month);
      addTotals(row.read, accepted);
      addTotals(row.read, duplicate);
      addTotals(row.duplicate, duplicate);
    }
  }
  readRejected(carrier, outcome.rejected, rows);
}

/** Everything in a copy is a duplicate, but for what was rejected. */
function readCopy({ carrier, chunks, outcome }: Manifest, rows: OpenRows): void {
  for (const chunk of chunks) {
    for (const [month, totals] of Object.entries(chunk.months)) {
      const row = rows.of(carrier, month);
      for (const part of [row.read, row.duplicate]) {
        addTotals(part, totals.accepted);
        addTotals(part, totals.duplicate);
      }
    }
  }
  readRejected(carrier, outcome.rejected, rows);
}

function readRejected(carrier: string, records: number, rows: OpenRows): void {
  if (records === 0) return;
  const row = rows.of(carrier, '');
  row.read.records += records;
  row.rejected.records += records;
}

/** Objects with the content of a file that counts, which arrived before the proof's position was written. */
async function duplicateArrivals(ports: PlacePorts, world: WorldState, position: Position): Promise<Arrival[]> {
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

const LOOKUPS_AT_ONCE = 16;

/** The last link of every account's chain that was made at or before a position. */
async function lastLinks(ports: PlacePorts, seller: string, position: Position): Promise<Map<string, Link>> {
  const links = new Map<string, Link>();
  for (let day = 1; day <= 31; day++) {
    await inParallel(await accountsInCycle(ports.projections, seller, day), LOOKUPS_AT_ONCE, async (account) => {
      const chain = await ports.decisions.query<Link>(runKeys.links(seller, account), withPrefix(''));
      const last = chain.filter(({ value }) => value.position <= position).at(-1);
      if (last !== undefined) links.set(account, last.value);
    });
  }
  return links;
}

/** What the documents of links say they measured, and billed. */
async function measuredBy(ports: PlacePorts, links: ReadonlyMap<string, Link>): Promise<UsageTotals> {
  const totals = none();
  await inParallel(links.values(), LOOKUPS_AT_ONCE, async (link) => {
    for (const { overview } of (await postedDraft(ports.objects, link)).measured) {
      for (const { services } of Object.values(overview))
        for (const service of Object.values(services)) addTotals(totals, service);
    }
  });
  return totals;
}
