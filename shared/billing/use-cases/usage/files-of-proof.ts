import type { Position } from '#shared/commit-log/entry.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { type Generation, readingsOf, standingOf } from '#shared/mediation/generation.ts';
import { type Arrival, type Claim, fileKeys, type Manifest, readIncomingKey } from '#shared/mediation/usage-file.ts';
import { readGenerations } from '#shared/mediation/use-cases/file-status.ts';
import { chunkCommits, readManifest } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import { compareIds } from '#shared/money/allocate.ts';
import { type Instant, isoInstant } from '#shared/time/local-date.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import type { FileNotLoaded } from '../../draft-usage.ts';
import { addTotals, none, type OpenRow, type OpenRows, type ProofScope, subtractTotals } from '../../proof-row.ts';
import { arrivalsOf, dropped } from './arrived-files.ts';
import type { PlacePorts } from './place-usage.ts';

/** A file that was read and whose records do not count. */
export interface FileApart extends ProofScope {
  readonly file: string;
  readonly name: string;
  readonly state: 'quarantined' | 'test' | 'notification';
  readonly records: number;
}

const LOOKUPS_AT_ONCE = 16;

/** Counts what files that count said, as they themselves added it up. */
export async function readLoaded(ports: PlacePorts, manifests: readonly Manifest[], rows: OpenRows): Promise<void> {
  await inParallel(manifests, LOOKUPS_AT_ONCE, async (manifest) => {
    const { file, generation, outcome } = manifest;
    let records = outcome.rejected;
    eachMonth(manifest, rows, 'loaded', (row, accepted, repeated) => {
      for (const totals of [accepted, repeated]) {
        addTotals(row.read, totals);
        records += totals.records;
      }
      addTotals(row.accepted, accepted);
      addTotals(row.repeated, repeated);
    });
    for (const { refused } of await chunkCommits(ports.decisions, file, generation)) {
      for (const [month, totals] of Object.entries(refused?.months ?? {})) {
        const row = rows.of({ source: manifest.source, carrier: manifest.carrier, month });
        subtractTotals(row.accepted, totals);
        addTotals(row.rejected, totals);
      }
    }
    const claim = await ports.decisions.get<Claim>(fileKeys.claim(file, generation));
    const arrivedAt = claim?.storedAt ?? 0;
    readRejected(manifest, arrivedAt, rows);
    if (outcome.read !== records) rowOf(manifest, arrivedAt, rows).read.records += outcome.read - records;
  });
}

/** Counts copies of files that count: everything in them is said again, but for what was rejected. */
export function readCopies(arrivals: readonly Arrival[], manifests: readonly Manifest[], rows: OpenRows): number {
  const loaded = new Map(manifests.map((manifest) => [manifest.file, manifest]));
  let copies = 0;
  for (const { role, file, storedAt } of arrivals) {
    const manifest = loaded.get(file);
    if (role !== 'duplicate' || manifest === undefined) continue;
    copies++;
    eachMonth(manifest, rows, 'duplicate', (row, accepted, repeated) => {
      for (const totals of [accepted, repeated]) {
        addTotals(row.read, totals);
        addTotals(row.duplicate, totals);
      }
    });
    readRejected(manifest, storedAt, rows);
  }
  return copies;
}

function readRejected(manifest: Manifest, arrivedAt: Instant, rows: OpenRows): void {
  const { rejected } = manifest.outcome;
  if (rejected === 0) return;
  const row = rowOf(manifest, arrivedAt, rows);
  row.read.records += rejected;
  row.rejected.records += rejected;
}

function rowOf({ source, carrier }: Manifest, arrivedAt: Instant, rows: OpenRows): OpenRow {
  return rows.of({ source, carrier, month: monthOf(arrivedAt) });
}

/** Counts files that were read and do not count: what they said is read, and goes nowhere. Answers them by name; those of one name as they came. */
export async function readApart(
  ports: PlacePorts,
  arrivals: readonly Arrival[],
  loaded: ReadonlySet<string>,
  rows: OpenRows,
): Promise<FileApart[]> {
  const found: FileApart[] = [];
  const first = arrivals.filter(({ role, file }) => role === 'first' && !loaded.has(file));
  await inParallel(first.entries(), LOOKUPS_AT_ONCE, async ([place, { file, key, carrier, generation, storedAt }]) => {
    const standing = await standingIn(ports, { file, generation });
    const state = standing?.state;
    if (standing === undefined || (state !== 'quarantined' && state !== 'test' && state !== 'notification')) return;
    const { source, outcome } = await readManifest(ports, file, standing.generation);
    const scope = { source, carrier, month: monthOf(storedAt) };
    const row = rows.of(scope);
    const said = none();
    addTotals(said, outcome.accepted);
    addTotals(said, outcome.duplicate);
    said.records = outcome.read;
    addTotals(row.read, said);
    addTotals(state === 'quarantined' ? row.quarantined : row.test, said);
    rows.count(scope, state);
    found[place] = { ...scope, file, name: readIncomingKey(key)?.name ?? key, state, records: outcome.read };
  });
  return Object.values(found).sort((a, b) => compareIds(a.name, b.name));
}

/**
 * Files dropped since an instant that do not count at a position though they may be meant to: by carrier, by name, and as they came. One that is
 * quarantined is not among them where another came under its name since, and counts.
 */
export async function filesNotLoaded(ports: PlacePorts, position: Position, since: Instant): Promise<FileNotLoaded[]> {
  const files = await dropped(ports, since);
  const arrivals = (await arrivalsOf(ports, files, since)).filter(({ storedAt }) => storedAt >= since);
  const arrived = new Set(arrivals.map(({ key, storedAt }) => `${key} ${storedAt}`));
  const found: FileNotLoaded[] = [];
  const first = arrivals.filter(({ role }) => role === 'first');
  await inParallel(first.entries(), LOOKUPS_AT_ONCE, async ([place, { file, key, carrier, generation, storedAt }]) => {
    const state = notLoaded(await standingIn(ports, { file, generation }), position);
    if (state === undefined) return;
    const later = arrivals.filter((each) => each.key === key && each.storedAt > storedAt);
    if (state === 'quarantined' && (await isOneLoaded(ports, later, position))) return;
    found[place] = { carrier, name: readIncomingKey(key)?.name ?? key, state };
  });
  const waiting = files.flatMap(({ key, carrier, name, storedAt }) => {
    return arrived.has(`${key} ${storedAt}`) ? [] : [{ carrier, name, state: 'waiting' as const }];
  });
  return [...Object.values(found), ...waiting].sort((a, b) => {
    return compareIds(a.carrier, b.carrier) || compareIds(a.name, b.name);
  });
}

/** What became of what arrived: of the reading that stands. */
async function standingIn(
  { decisions }: PlacePorts,
  { file, generation }: Pick<Arrival, 'file' | 'generation'>,
): Promise<Generation | undefined> {
  return standingOf(readingsOf(await readGenerations(decisions, file), generation));
}

async function isOneLoaded(ports: PlacePorts, arrivals: readonly Arrival[], position: Position): Promise<boolean> {
  for (const arrival of arrivals) {
    const standing = await standingIn(ports, arrival);
    if (standing?.state === 'loaded' && standing.loadedAt <= position) return true;
  }
  return false;
}

function notLoaded(standing: Generation | undefined, position: Position): FileNotLoaded['state'] | undefined {
  if (standing === undefined) return 'mediating';
  const { state, loadedAt } = standing;
  if (state === 'loaded') return loadedAt > position ? 'loaded since' : undefined;
  return state === 'mediating' || state === 'loading' || state === 'quarantined' ? state : undefined;
}

/** Adds up what a file says of each month it has records of, and counts it there. */
function eachMonth(
  { source, carrier, chunks }: Manifest,
  rows: OpenRows,
  kind: 'loaded' | 'duplicate',
  add: (row: OpenRow, accepted: UsageTotals, repeated: UsageTotals) => void,
): void {
  const months = new Set<string>();
  for (const chunk of chunks) {
    for (const [month, { accepted, duplicate }] of Object.entries(chunk.months)) {
      if (accepted.records + duplicate.records === 0) continue;
      months.add(month);
      add(rows.of({ source, carrier, month }), accepted, duplicate);
    }
  }
  for (const month of months) rows.count({ source, carrier, month }, kind);
}

function monthOf(instant: Instant): string {
  return isoInstant(instant).slice(0, 7);
}
