import type { Position } from '#shared/commit-log/entry.ts';
import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { ALL_MONTHS, catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { readGenerationKey, type WorldState } from '#shared/commit-log/visibility.ts';
import { readItemIdentifiers } from '#shared/mediation/chunks/items-object.ts';
import type { Manifest } from '#shared/mediation/usage-file.ts';
import { readManifest } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import { addRecord, type ClassifiedRecord, classifyRecords, type OwnerView } from '#shared/rating/classify-usage.ts';
import { countsLateSomewhere } from '#shared/rating/late-usage.ts';
import { tracingReader } from '#shared/rating/use-cases/read-usage.ts';
import type { Instant } from '#shared/time/local-date.ts';
import { touchesUtcMonth } from '#shared/time/period.ts';
import type { ItemOrigin, TracedUsage } from '#shared/usage/folded-usage.ts';
import type { UsageStore } from '#shared/usage/ports.ts';
import { COUNTERS } from '#shared/usage/usage-item.ts';
import type { Link } from '../../draft.ts';
import { addTotals, none, type OpenRow, type OpenRows, subtractTotals } from '../../proof-row.ts';
import { ownerLookup } from './owner-views.ts';
import { countedAt, decidedBy, decidingLink, isFrozen, type PayerChain } from './payer-chains.ts';

/** What placing usage needs of the world. */
export interface PlacePorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
  readonly usage: UsageStore;
}

/** Manifests of the files that count in some months of a world, write-offs among them. */
export async function visibleManifests(
  ports: PlacePorts,
  world: WorldState,
  months: readonly string[],
): Promise<Manifest[]> {
  const names = new Set(months.flatMap((month) => Object.keys(world.months[month] ?? {})));
  const manifests: Manifest[] = [];
  for (const name of [...names].sort()) {
    const { file, generation } = readGenerationKey(name);
    manifests.push(await readManifest(ports, file, generation));
  }
  return manifests;
}

/**
 * Puts every record that counts in the row of the file it came from, by the links of the payers: what was charged when its link was made is billed,
 * and of what is charged now the rest is late, not yet due, or frozen.
 */
export async function placeRecords(
  ports: PlacePorts,
  world: WorldState,
  manifests: readonly Manifest[],
  chains: ReadonlyMap<string, PayerChain>,
  rows: OpenRows,
): Promise<void> {
  const placed = { world, manifests, months: monthsOf(world), chains };
  await placeBy(ports, placed, rows, ({ payer, at, counted }) => {
    const chain = chains.get(payer);
    if (chain === undefined) return 'notYetDue';
    const fate = unlessBilled(chain, counted);
    return fate === 'late' && at >= lastLink(chain).usageCutOff ? 'notYetDue' : fate;
  });
  for (const [position, stretch] of await decidedStretches(ports, world, chains))
    await placeBilled(ports, position, stretch, chains, rows);
}

/** What becomes of what counts at an instant, if it was not billed; nothing (undefined) counts where its period was frozen as it came. */
function unlessBilled(chain: PayerChain, counted: Instant | undefined): 'FROZEN' | 'late' {
  return counted === undefined || isFrozen(chain, counted) ? 'FROZEN' : 'late';
}

/** Positions of links, each with the time in which the usage started of which links made then say whether it is billed. */
async function decidedStretches(
  ports: PlacePorts,
  world: WorldState,
  chains: ReadonlyMap<string, PayerChain>,
): Promise<Map<Position, Stretch>> {
  const { catalog } = await catalogOf(ports, world);
  const countsLate = countsLateSomewhere(catalog);
  const decided = new Map<Position, Stretch>();
  for (const chain of chains.values()) {
    for (const [place, { position }] of chain.links.entries()) {
      const { from, until } = decidedBy(chain, place, countsLate);
      const others = decided.get(position) ?? { from, until };
      decided.set(position, { from: Math.min(from, others.from), until: Math.max(until, others.until) });
    }
  }
  return decided;
}

/** A record that has a payer, and from when it counts; nothing = its period was frozen as it came. */
export interface PlacedRecord extends ClassifiedRecord {
  readonly counted: Instant | undefined;
}

/** Where a record stands that is to be charged; `FROZEN` also one that would be suspended for another reason. */
export type ChargedAs = (record: PlacedRecord) => 'billed' | 'earlier' | 'notYetDue' | 'late' | 'elsewhere' | 'FROZEN';

/** Which usage is placed: what counts in a world, of some UTC months, the manifests of the files it is in, and how far payers are billed. */
export interface PlacedUsage {
  readonly world: WorldState;
  readonly months: readonly string[];
  readonly manifests: readonly Manifest[];
  readonly chains: ReadonlyMap<string, PayerChain>;
}

/** Every UTC month of which something counts. */
export function monthsOf(world: WorldState): string[] {
  return Object.keys(world.months).sort();
}

/** Puts every record that counts in the row of the file it came from: by its verdict, and what is charged as it is told. */
export async function placeBy(
  ports: PlacePorts,
  placed: PlacedUsage,
  rows: OpenRows,
  chargedAs: ChargedAs,
): Promise<void> {
  const onRecord: OnRecord = (row, usage, record) => {
    const { row: place } = record;
    const stands = record.payer === '' ? undefined : chargedAs(record);
    const verdict = stands === 'FROZEN' ? stands : record.verdict;
    const charged = verdict === 'charge' && stands !== 'FROZEN' ? stands : undefined;
    if (isZero(usage, place)) {
      addRecord(row.zero, usage, place);
      subtractRecord(row.accepted, usage, place);
      if (charged === 'billed') addRecord(row.zeroBilled, usage, place);
      if (charged === 'earlier') addRecord(row.zeroEarlier, usage, place);
    } else if (charged !== undefined) addRecord(row[charged], usage, place);
    else if (verdict === 'free') addRecord(row.free, usage, place);
    else addRecord((row.suspended[verdict] ??= none()), usage, place);
  };
  const onItem: OnItem = (row, { duplicates, writtenOff, carried }) => {
    addTotals(row.duplicate, duplicates);
    subtractTotals(row.accepted, duplicates);
    addTotals(row.writtenOff, writtenOff);
    addTotals(row.carried, carried);
  };
  await classifyAll(ports, placed, rows, onRecord, onItem);
}

/** What the links made at a position say of usage of some time: what was charged then is billed, and neither late nor frozen. */
async function placeBilled(
  ports: PlacePorts,
  position: Position,
  { from, until }: Stretch,
  chains: ReadonlyMap<string, PayerChain>,
  rows: OpenRows,
): Promise<void> {
  const world = await worldAt(ports, position, ALL_MONTHS);
  const onRecord: OnRecord = (row, usage, { verdict, payer, at, counted, row: place }) => {
    const chain = chains.get(payer);
    if (verdict !== 'charge' || chain === undefined || counted === undefined) return;
    const link = decidingLink(chain, counted);
    if (link.position !== position || at >= link.usageCutOff) return;
    if (isZero(usage, place)) return addRecord(row.zeroBilled, usage, place);
    addRecord(row.billed, usage, place);
    const fate = unlessBilled(chain, counted);
    subtractRecord(fate === 'late' ? row.late : (row.suspended[fate] ??= none()), usage, place);
  };
  const months = monthsOf(world).filter((month) => touchesUtcMonth(month, from - A_DAY, until + A_DAY));
  const manifests = await visibleManifests(ports, world, months);
  await classifyAll(ports, { world, months, manifests, chains }, rows, onRecord, () => {});
}

/** Whether a record says that nothing was used. A counter that did not move says what it stands at. */
function isZero(usage: TracedUsage, row: number): boolean {
  if (usage.items[usage.itemOf[row] as number]?.kind === COUNTERS) return false;
  const { bytesUp, bytesDown, bytesUnsplit, seconds, count } = usage;
  return [bytesUp, bytesDown, bytesUnsplit, seconds, count].every((quantity) => quantity[row] === 0);
}

function subtractRecord(totals: OpenRow['late'], usage: TracedUsage, row: number): void {
  const less = none();
  addRecord(less, usage, row);
  subtractTotals(totals, less);
}

/** What is done with a record, in the row of the file it came from; the usage is valid until that returns. */
type OnRecord = (row: OpenRow, usage: TracedUsage, record: PlacedRecord) => void;
/** What is done with what of an item is no record of the fold, in the row of its file. */
type OnItem = (row: OpenRow, item: ItemOrigin) => void;

const IDENTIFIERS_AT_ONCE = 16;
/** Usage of a local day may be kept in the UTC month beside its own. */
const A_DAY = 86_400;

/** From and until when usage started. */
interface Stretch {
  readonly from: Instant;
  readonly until: Instant;
}

function lastLink({ links }: PayerChain): Link {
  return (links.at(-1) ?? links[0]).link;
}

/** Folds and classifies the usage of every identifier, month by month. What is frozen the chains say, of a position, not the links there are by now. */
async function classifyAll(
  ports: PlacePorts,
  { world, months, manifests, chains }: PlacedUsage,
  rows: OpenRows,
  onRecord: OnRecord,
  onItem: OnItem,
): Promise<void> {
  const { catalog } = await catalogOf(ports, world);
  const lookup = ownerLookup(ports, catalog, { position: world.position, cutOff: Number.MAX_SAFE_INTEGER });
  const sent = new Map(manifests.filter(({ writeOff }) => writeOff === null).map((each) => [each.file, each]));
  const read = tracingReader(ports.usage, world);
  const counting = months.filter((month) => Object.keys(world.months[month] ?? {}).length > 0);
  await inParallel(await identifiersOf(ports.objects, sent.values()), IDENTIFIERS_AT_ONCE, async (identifier) => {
    const { owners, viewOf } = await lookup.of(identifier);
    const unfrozen = new Map(owners.map(({ value }) => [value, { ...viewOf(value), frozenUntil: 0 }]));
    for (const month of counting) {
      const usage = (await read([identifier], month, month))().get(identifier);
      if (usage === undefined || usage.items.length === 0) continue;
      const open = usage.items.map(({ file }) => {
        const { source = '', carrier = '' } = sent.get(file) ?? {};
        return source === '' ? undefined : rows.of({ source, carrier, month });
      });
      for (const [place, item] of usage.items.entries()) if (open[place] !== undefined) onItem(open[place], item);
      for (const record of classifyRecords(usage, owners, (owner) => unfrozen.get(owner) as OwnerView)) {
        const chain = chains.get(record.payer);
        const isOnTime = chain === undefined || !record.countsLate;
        const counted = isOnTime ? record.at : countedAt(chain, record.at, usage.loadedAt[record.row] as number);
        onRecord(open[usage.itemOf[record.row] as number] as OpenRow, usage, { ...record, counted });
      }
    }
  });
}

async function identifiersOf(objects: Objects, manifests: Iterable<Manifest>): Promise<Set<string>> {
  const identifiers = new Set<string>();
  for (const { items } of [...manifests].flatMap((manifest) => manifest.chunks)) {
    const body = await objects.get('work', items.key);
    if (body === undefined) throw new Error(`${items.key} is missing from the work store`);
    for (const identifier of readItemIdentifiers(body)) identifiers.add(identifier);
  }
  return identifiers;
}
