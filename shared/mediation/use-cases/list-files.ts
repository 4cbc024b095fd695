import type { SourceDefinition } from '#shared/catalog/source.ts';
import type { Position } from '#shared/commit-log/entry.ts';
import type { ObjectSummary } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { readGenerationKey } from '#shared/commit-log/visibility.ts';
import { addDays, type Instant, isoInstant, type LocalDate } from '#shared/time/local-date.ts';
import { monthsLater } from '#shared/time/period.ts';
import type { Clock } from '#shared/time/ports.ts';
import { readsFile } from '../file-name.ts';
import { readingsOf, sinceLastDrop, standingOf } from '../generation.ts';
import { type Arrival, arrivalPartition, type Claim, monthsOf, readIncomingKey } from '../usage-file.ts';
import {
  type FilePorts,
  type FileState,
  type FileStatus,
  fatalProblem,
  fileStatuses,
  placeText,
} from './file-status.ts';

/** What listing files needs of the world. */
export interface ListFilesPorts extends FilePorts {
  readonly clock: Clock;
}

/** Which files are asked for; '' = any. A month's files arrived in it (UTC) or hold usage of it; without one, the last 31 days'. */
export interface FileQuery {
  readonly month: string;
  readonly carrier: string;
}

/** An object of the incoming store, and what has become of it. */
export interface ListedFile {
  readonly carrier: string;
  readonly name: string;
  readonly key: string;
  readonly bytes: number;
  readonly arrivedAt: Instant;
  /** Id of the file; '' while nobody has taken it up. */
  readonly file: string;
  readonly generation: number;
  readonly state: FileState;
  /** Position of the entry that loaded it or backed it out, 0 = none. */
  readonly position: Position;
  /** Problem and place of a quarantined file, whose content a duplicate has, why one waits, how much of one is loaded, how its replay stands. */
  readonly detail: string;
  /** Records; of a file that is not mediated, or a duplicate, 0. */
  readonly read: number;
  readonly accepted: number;
  readonly duplicate: number;
  readonly rejected: number;
  /** UTC months of its usage. */
  readonly months: readonly string[];
}

const DAYS_BACK = 31;
const LOOKUPS_AT_ONCE = 32;

/** The files a query asks for, by carrier and time of arrival, objects nobody has taken up among them. */
export async function listFiles(ports: ListFilesPorts, query: FileQuery): Promise<ListedFile[]> {
  const days = daysAsked(ports, query.month);
  const position = await tail(ports.decisions, 0);
  const world = await worldAt(ports, position, (month) => month === query.month);
  const sources = world.catalog === null ? [] : (await catalogOf(ports, world)).catalog.sources;
  const objects = await objectsOn(ports, days, query.carrier);
  const carriers = new Set([
    ...sources.map((source) => source.carrier),
    ...objects.map(({ key }) => readIncomingKey(key)?.carrier ?? ''),
  ]);
  const asked = [...carriers].filter(
    (carrier) => carrier !== '' && (query.carrier === '' || carrier === query.carrier),
  );
  const arrivals = await arrivalsOn(ports, asked, days);
  const listed: ListedFile[] = objects
    .filter((object) => !arrivals.some((each) => each.key === object.key && each.storedAt === object.storedAt))
    .map((object) => waiting(object, sources));
  const wanted = [...Object.keys(world.months[query.month] ?? {})].map(readGenerationKey);
  const files = new Set([...arrivals.map((arrival) => arrival.file), ...wanted.map(({ file }) => file)]);
  const statuses = new Map<string, FileStatus[]>();
  await inParallel(files, LOOKUPS_AT_ONCE, async (file) => {
    statuses.set(file, await fileStatuses(ports, file));
  });
  for (const arrival of arrivals) listed.push(arrived(arrival, statuses.get(arrival.file) ?? []));
  for (const { file, generation } of wanted) {
    const loads = statuses.get(file) ?? [];
    const drops = arrivals.filter((each) => each.file === file && each.role === 'first');
    if (drops.some((each) => readingsOf(loads, each.generation).some((load) => load.generation === generation)))
      continue;
    const claim = loads[generation - 1]?.claim;
    if (!claim || (query.carrier !== '' && claim.carrier !== query.carrier)) continue;
    listed.push(await loadedFrom(ports, sinceLastDrop(loads), claim));
  }
  return listed.sort(byCarrierAndTime);
}

function daysAsked({ clock }: ListFilesPorts, month: string): LocalDate[] {
  const today = isoInstant(clock.now()).slice(0, 10);
  const first = month === '' ? addDays(today, -DAYS_BACK) : `${month}-01`;
  const last = month === '' ? today : addDays(monthsLater(first, 1, 1), -1);
  const days: LocalDate[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}

async function objectsOn(
  { objects }: FilePorts,
  days: readonly LocalDate[],
  carrier: string,
): Promise<ObjectSummary[]> {
  const wanted = new Set(days);
  const found: ObjectSummary[] = [];
  for await (const object of objects.list('incoming', carrier === '' ? 'incoming/' : `incoming/${carrier}/`)) {
    if (wanted.has(isoInstant(object.storedAt).slice(0, 10))) found.push(object);
  }
  return found;
}

async function arrivalsOn(
  ports: FilePorts,
  carriers: readonly string[],
  days: readonly LocalDate[],
): Promise<Arrival[]> {
  const found: Arrival[] = [];
  const partitions = carriers.flatMap((carrier) => days.map((day) => arrivalPartition(carrier, day)));
  await inParallel(partitions, LOOKUPS_AT_ONCE, async (partition) => {
    const rows = await ports.decisions.query<Arrival>(partition, withPrefix(''));
    found.push(...rows.map((row) => row.value));
  });
  return found;
}

const NOT_READ = { read: 0, accepted: 0, duplicate: 0, rejected: 0, months: [] };

function waiting({ key, bytes, storedAt }: ObjectSummary, sources: readonly SourceDefinition[]): ListedFile {
  const named = readIncomingKey(key) ?? { carrier: '', name: key };
  const isRead = sources.some((source) => readsFile(source, named));
  const detail = isRead ? 'not taken up yet' : 'the catalogue has no source for it';
  return {
    ...named,
    key,
    bytes,
    arrivedAt: storedAt,
    file: '',
    generation: 0,
    state: 'waiting',
    position: 0,
    detail,
    ...NOT_READ,
  };
}

function arrived(arrival: Arrival, statuses: readonly FileStatus[]): ListedFile {
  const { carrier, key, bytes, storedAt, file, generation, role } = arrival;
  const name = readIncomingKey(key)?.name ?? key;
  const own = { carrier, name, key, bytes, arrivedAt: storedAt, file, generation };
  if (role === 'duplicate') {
    const first = readIncomingKey(statuses[generation - 1]?.claim?.key ?? '')?.name ?? '';
    return { ...own, state: 'duplicate', position: 0, detail: `of ${first}`, ...NOT_READ };
  }
  return { ...own, ...progressOf(readingsOf(statuses, generation), generation) };
}

/** A file that arrived at another time and holds usage of the month. */
async function loadedFrom(
  { objects }: FilePorts,
  readings: readonly FileStatus[],
  { carrier, key, versionId, storedAt }: Claim,
): Promise<ListedFile> {
  const bytes = (await objects.describe('incoming', key, versionId))?.bytes ?? 0;
  const name = readIncomingKey(key)?.name ?? key;
  const file = readings[0]?.file ?? '';
  return { carrier, name, key, bytes, arrivedAt: storedAt, file, ...progressOf(readings, 1) };
}

/** What has become of a file that was dropped: of the reading that counts, if one does. Just claimed, it has none. */
function progressOf(readings: readonly FileStatus[], claimed: number) {
  const status = standingOf(readings);
  if (status === undefined)
    return { generation: claimed, state: 'mediating', position: 0, detail: '', ...NOT_READ } as const;
  const { generation, state, position, manifest } = status;
  const last = readings.at(-1) ?? status;
  const outcome = manifest?.outcome;
  return {
    generation,
    state,
    position,
    detail: last.generation > generation ? `its replay is ${last.state}` : detailOf(status),
    read: outcome?.read ?? 0,
    accepted: outcome?.accepted.records ?? 0,
    duplicate: outcome?.duplicate.records ?? 0,
    rejected: outcome?.rejected ?? 0,
    months: manifest === null ? [] : monthsOf(manifest),
  };
}

function detailOf(status: FileStatus): string {
  if (status.state === 'loading') return `${status.committedChunks} of ${status.chunks} chunks`;
  const problem = fatalProblem(status);
  if (problem === undefined || status.state !== 'quarantined') return '';
  return `${problem.code} ${placeText(status.claim?.source, problem)}`.trimEnd();
}

function byCarrierAndTime(a: ListedFile, b: ListedFile): number {
  if (a.carrier !== b.carrier) return a.carrier < b.carrier ? -1 : 1;
  return a.arrivedAt - b.arrivedAt || (a.name < b.name ? -1 : 1);
}
