import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { ALL_MONTHS, catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { readGenerationKey, type WorldState } from '#shared/commit-log/visibility.ts';
import { readItemIdentifiers } from '#shared/mediation/chunks/items-object.ts';
import type { Manifest } from '#shared/mediation/usage-file.ts';
import { readManifest } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import { addRecord, type ClassifiedRecord, classifyRecords } from '#shared/rating/classify-usage.ts';
import { tracingReader } from '#shared/rating/use-cases/read-usage.ts';
import type { ItemOrigin, TracedUsage } from '#shared/usage/folded-usage.ts';
import type { UsageStore } from '#shared/usage/ports.ts';
import { COUNTERS } from '#shared/usage/usage-item.ts';
import type { Link } from '../../draft.ts';
import { addTotals, none, type OpenRow, type OpenRows, subtractTotals } from '../../proof-row.ts';
import { ownerLookup } from './owner-views.ts';

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

/** Puts every record that counts in the row of the file it came from, by the last links of the payers. */
export async function placeRecords(
  ports: PlacePorts,
  world: WorldState,
  manifests: readonly Manifest[],
  links: ReadonlyMap<string, Link>,
  rows: OpenRows,
): Promise<void> {
  await placeBy(ports, { world, manifests, months: monthsOf(world) }, rows, ({ payer, at }) => {
    const link = links.get(payer);
    if (link === undefined || at >= link.usageCutOff) return 'notYetDue';
    return link.position === world.position ? 'billed' : 'late';
  });
  const behind = new Set([...links.values()].map((link) => link.position));
  behind.delete(world.position);
  for (const position of behind) await placeBilled(ports, position, links, rows);
}

/** Where a record stands that is to be charged. */
export type ChargedAs = (record: ClassifiedRecord) => 'billed' | 'notYetDue' | 'late' | 'elsewhere';

/** Which usage is placed: what counts in a world, of some UTC months, and the manifests of the files it is in. */
export interface PlacedUsage {
  readonly world: WorldState;
  readonly months: readonly string[];
  readonly manifests: readonly Manifest[];
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
    const { verdict, row: place } = record;
    const charged = verdict === 'charge' ? chargedAs(record) : undefined;
    if (isZero(usage, place)) {
      addRecord(row.zero, usage, place);
      subtractRecord(row.accepted, usage, place);
      if (charged === 'billed') addRecord(row.zeroBilled, usage, place);
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

/** For payers last billed at an earlier position: what was charged then is billed, and only what came since is late. */
async function placeBilled(
  ports: PlacePorts,
  position: number,
  links: ReadonlyMap<string, Link>,
  rows: OpenRows,
): Promise<void> {
  const then = await worldAt(ports, position, ALL_MONTHS);
  const onRecord: OnRecord = (row, usage, { verdict, payer, at, row: place }) => {
    const link = links.get(payer);
    if (verdict !== 'charge' || link?.position !== position || at >= link.usageCutOff) return;
    if (isZero(usage, place)) return addRecord(row.zeroBilled, usage, place);
    addRecord(row.billed, usage, place);
    subtractRecord(row.late, usage, place);
  };
  const months = monthsOf(then);
  const manifests = await visibleManifests(ports, then, months);
  await classifyAll(ports, { world: then, months, manifests }, rows, onRecord, () => {});
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
type OnRecord = (row: OpenRow, usage: TracedUsage, record: ClassifiedRecord) => void;
/** What is done with what of an item is no record of the fold, in the row of its file. */
type OnItem = (row: OpenRow, item: ItemOrigin) => void;

const IDENTIFIERS_AT_ONCE = 16;

/** Folds and classifies the usage of every identifier, month by month. */
async function classifyAll(
  ports: PlacePorts,
  { world, months, manifests }: PlacedUsage,
  rows: OpenRows,
  onRecord: OnRecord,
  onItem: OnItem,
): Promise<void> {
  const { catalog } = await catalogOf(ports, world);
  const lookup = ownerLookup(ports, catalog, { position: world.position, cutOff: Number.MAX_SAFE_INTEGER });
  const sent = new Map(manifests.filter(({ writeOff }) => writeOff === null).map((each) => [each.file, each]));
  const read = tracingReader(ports.usage, world);
  await inParallel(await identifiersOf(ports.objects, sent.values()), IDENTIFIERS_AT_ONCE, async (identifier) => {
    const { owners, viewOf } = await lookup.of(identifier);
    for (const month of months) {
      const usage = (await read([identifier], month, month))().get(identifier);
      if (usage === undefined || usage.items.length === 0) continue;
      const open = usage.items.map(({ file }) => {
        const { source = '', carrier = '' } = sent.get(file) ?? {};
        return source === '' ? undefined : rows.of({ source, carrier, month });
      });
      for (const [place, item] of usage.items.entries()) if (open[place] !== undefined) onItem(open[place], item);
      for (const record of classifyRecords(usage, owners, viewOf))
        onRecord(open[usage.itemOf[record.row] as number] as OpenRow, usage, record);
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
