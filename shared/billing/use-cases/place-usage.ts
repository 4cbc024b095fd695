import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { ALL_MONTHS, catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { generationKey, readGenerationKey, type WorldState } from '#shared/commit-log/visibility.ts';
import { readItemIdentifiers } from '#shared/mediation/items-object.ts';
import type { Manifest } from '#shared/mediation/usage-file.ts';
import { readManifest } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import { addRecord, classifyRecords } from '#shared/rating/classify-usage.ts';
import { usageReader } from '#shared/rating/use-cases/read-usage.ts';
import type { FoldedUsage } from '#shared/usage/folded-usage.ts';
import type { UsageStore } from '#shared/usage/ports.ts';
import type { Link } from '../draft.ts';
import { addTotals, none, type OpenRow, type OpenRows, subtractTotals } from '../proof-row.ts';
import { ownerLookup } from './owner-views.ts';

/** What placing usage needs of the world. */
export interface PlacePorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
  readonly usage: UsageStore;
}

/** Manifests of the files that count in a world. */
export async function visibleManifests(ports: PlacePorts, world: WorldState): Promise<Manifest[]> {
  const names = new Set(Object.values(world.months).flatMap((files) => Object.keys(files)));
  const manifests: Manifest[] = [];
  for (const name of [...names].sort()) {
    const { file, generation } = readGenerationKey(name);
    manifests.push(await readManifest(ports, file, generation));
  }
  return manifests;
}

/** Puts every record that counts in its row, by the last links of the payers. */
export async function placeRecords(
  ports: PlacePorts,
  world: WorldState,
  manifests: readonly Manifest[],
  links: ReadonlyMap<string, Link>,
  rows: OpenRows,
): Promise<void> {
  await classifyAll(
    ports,
    world,
    manifests,
    (row, usage, records) => {
      addTotals(row.duplicate, usage.duplicates);
      addTotals(row.writtenOff, usage.writtenOff);
      addTotals(row.carried, usage.carried);
      for (const { verdict, payer, at, row: place } of records) {
        const link = links.get(payer);
        if (verdict === 'free') addRecord(row.free, usage, place);
        else if (verdict !== 'charge') addRecord((row.suspended[verdict] ??= none()), usage, place);
        else if (link === undefined || at >= link.usageCutOff) addRecord(row.notYetDue, usage, place);
        else addRecord(link.position === world.position ? row.billed : row.late, usage, place);
      }
    },
    rows,
  );
  const behind = new Set([...links.values()].map((link) => link.position));
  behind.delete(world.position);
  for (const position of behind) await placeBilled(ports, position, links, rows);
}

/** For payers last billed at an earlier position: what was charged then is billed, and only what came since is late. */
async function placeBilled(
  ports: PlacePorts,
  position: number,
  links: ReadonlyMap<string, Link>,
  rows: OpenRows,
): Promise<void> {
  const then = await worldAt(ports, position, ALL_MONTHS);
  await classifyAll(
    ports,
    then,
    await visibleManifests(ports, then),
    (row, usage, records) => {
      const billed = none();
      for (const { verdict, payer, at, row: place } of records) {
        const link = links.get(payer);
        if (verdict === 'charge' && link?.position === position && at < link.usageCutOff)
          addRecord(billed, usage, place);
      }
      addTotals(row.billed, billed);
      subtractTotals(row.late, billed);
    },
    rows,
  );
}

/** What is done with the usage of an identifier in a month: it is valid until that returns. */
type Place = (row: OpenRow, usage: FoldedUsage, records: ReturnType<typeof classifyRecords>) => void;

const IDENTIFIERS_AT_ONCE = 16;

/** Folds and classifies the usage of every identifier, carrier by carrier and month by month: records of two carriers are never one event. */
async function classifyAll(
  ports: PlacePorts,
  world: WorldState,
  manifests: readonly Manifest[],
  place: Place,
  rows: OpenRows,
): Promise<void> {
  const { catalog } = await catalogOf(ports, world);
  const lookup = ownerLookup(ports, catalog, { position: world.position, cutOff: Number.MAX_SAFE_INTEGER });
  const writeOffs = manifests.filter(({ writeOff }) => writeOff !== null);
  const sent = manifests.filter(({ writeOff }) => writeOff === null);
  for (const [carrier, its] of Map.groupBy(sent, (manifest) => manifest.carrier)) {
    const ofCarrier = restrictedTo(world, [...its, ...writeOffs]);
    const read = usageReader(ports.usage, ofCarrier);
    const months = Object.keys(ofCarrier.months).sort();
    await inParallel(await identifiersOf(ports.objects, its), IDENTIFIERS_AT_ONCE, async (identifier) => {
      const { owners, viewOf } = await lookup.of(identifier);
      for (const month of months) {
        const usage = (await read([identifier], month, month))().get(identifier);
        if (usage !== undefined) place(rows.of(carrier, month), usage, classifyRecords(usage, owners, viewOf));
      }
    });
  }
}

/** The world as if there were no other files. */
function restrictedTo(world: WorldState, manifests: readonly Manifest[]): WorldState {
  const names = new Set(manifests.map(({ file, generation }) => generationKey(file, generation)));
  const months = Object.entries(world.months).flatMap(([month, files]) => {
    const kept = Object.entries(files).filter(([name]) => names.has(name));
    return kept.length === 0 ? [] : [[month, Object.fromEntries(kept)] as const];
  });
  return { ...world, months: Object.fromEntries(months) };
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
