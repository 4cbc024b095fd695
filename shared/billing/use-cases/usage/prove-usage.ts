import type { Position } from '#shared/commit-log/entry.ts';
import { readEntries } from '#shared/commit-log/use-cases/commit-log.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { accountsInCycle } from '#shared/commit-log/use-cases/read-inventory.ts';
import { ALL_MONTHS, catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import {
  addRows,
  addTotals,
  differencesOf,
  type FileCounts,
  none,
  openRows,
  type ProofDifferences,
  type ProofPart,
  type ProofRow,
  subtractTotals,
} from '../../proof-row.ts';
import { postedDraft } from '../runs/chain.ts';
import { arrivalsBy } from './arrived-files.ts';
import { type FileApart, readApart, readCopies, readLoaded } from './files-of-proof.ts';
import { type PayerChain, payerChains } from './payer-chains.ts';
import { monthsOf, type PlacePorts, placeRecords, visibleManifests } from './place-usage.ts';

/** The proof that nothing is lost (requirement E3): what the files said, and where each record and unit of it is. */
export interface UsageProof {
  readonly position: Position;
  readonly files: FileCounts;
  readonly total: ProofRow;
  /** By month, carrier and source. */
  readonly parts: readonly ProofPart[];
  /** Files that were read and do not count. */
  readonly apart: readonly FileApart[];
  /** What the posted documents themselves say they billed. */
  readonly onInvoices: UsageTotals;
  /** What the equations leave over; and what is billed less what the documents say: all zero, or something is lost. */
  readonly differences: ProofDifferences & { readonly invoices: UsageTotals };
}

/**
 * Proves the usage of everything that was read by a position. Two things are held against each other that come by different ways: the control
 * totals of the files against the fold of the store, and the fold against what the posted documents measured. @throws Error when no catalogue
 * was released by then.
 */
export async function proveUsage(ports: PlacePorts, position: Position): Promise<UsageProof> {
  const world = await worldAt(ports, position, ALL_MONTHS);
  const { catalog } = await catalogOf(ports, world);
  await projectFacts(ports, position);
  const manifests = await visibleManifests(ports, world, monthsOf(world));
  const sent = manifests.filter(({ writeOff }) => writeOff === null);
  const rows = openRows();
  await readLoaded(ports, sent, rows);
  const [entry] = await readEntries(ports.decisions, position - 1, position);
  const arrivals = await arrivalsBy(ports, entry?.at ?? 0);
  const copies = readCopies(arrivals, sent, rows);
  const apart = await readApart(ports, arrivals, new Set(sent.map(({ file }) => file)), rows);
  const seller = catalog.sellers[0]?.id ?? '';
  const chains = await payerChains(ports, seller, await accountsOf(ports, seller), position);
  await placeRecords(ports, world, manifests, chains, rows);
  const parts = rows.parts();
  const total = addRows(parts.map((part) => part.row));
  const onInvoices = await measuredBy(ports, chains);
  const invoices = none();
  for (const billed of [total.billed, total.zeroBilled]) addTotals(invoices, billed);
  subtractTotals(invoices, onInvoices);
  const countOf = (state: FileApart['state']) => apart.filter((each) => each.state === state).length;
  return {
    position,
    files: {
      loaded: sent.length,
      duplicate: copies,
      quarantined: countOf('quarantined'),
      test: countOf('test'),
      notification: countOf('notification'),
    },
    total,
    parts,
    apart,
    onInvoices,
    differences: { ...differencesOf(total), invoices },
  };
}

const LOOKUPS_AT_ONCE = 16;

/** The accounts of a seller that are billed by themselves, whatever their cycle. */
async function accountsOf({ projections }: PlacePorts, seller: string): Promise<string[]> {
  const accounts: string[] = [];
  for (let day = 1; day <= 31; day++) accounts.push(...(await accountsInCycle(projections, seller, day)));
  return [...new Set(accounts)];
}

/** What the last documents of chains say was measured, and billed. */
async function measuredBy(ports: PlacePorts, chains: ReadonlyMap<string, PayerChain>): Promise<UsageTotals> {
  const totals = none();
  await inParallel(chains.values(), LOOKUPS_AT_ONCE, async (chain) => {
    const { link } = chain.links.at(-1) ?? chain.links[0];
    for (const { overview } of (await postedDraft(ports.objects, link)).measured) {
      for (const { services } of Object.values(overview))
        for (const service of Object.values(services)) addTotals(totals, service);
    }
  });
  return totals;
}
