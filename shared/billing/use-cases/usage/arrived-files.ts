import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { readEntries } from '#shared/commit-log/use-cases/commit-log.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { type Arrival, arrivalPartition, readIncomingKey } from '#shared/mediation/usage-file.ts';
import { addDays, type Instant, isoInstant, type LocalDate } from '#shared/time/local-date.ts';

/** What finding files that have arrived needs of the world. */
interface ArrivalPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
}

/** A file in the incoming store. */
export interface Dropped {
  readonly key: string;
  readonly carrier: string;
  readonly name: string;
  readonly storedAt: Instant;
}

/** Files that lie in the incoming store and were dropped since an instant. What another was dropped over under its name is not among them. */
export async function dropped({ objects }: ArrivalPorts, since: Instant): Promise<Dropped[]> {
  const found: Dropped[] = [];
  for await (const { key, storedAt } of objects.list('incoming', 'incoming/')) {
    const named = readIncomingKey(key);
    if (named !== undefined && storedAt >= since) found.push({ key, ...named, storedAt });
  }
  return found;
}

/** Everything that was taken up and dropped by an instant, also what another was dropped over since. */
export async function arrivalsBy(ports: ArrivalPorts, until: Instant): Promise<Arrival[]> {
  const files = await dropped(ports, 0);
  const [first] = await readEntries(ports.decisions, 0, 1);
  const since = files.reduce((earliest, { storedAt }) => Math.min(earliest, storedAt), first?.at ?? until);
  const arrivals = await arrivalsOf(ports, files, since);
  return arrivals.filter(({ storedAt }) => storedAt <= until);
}

const LOOKUPS_AT_ONCE = 16;

/**
 * What arrived, since the day of an instant, of the carriers of files that were dropped since: on every day up to the last on which they dropped one.
 * Of what lay under a name before, only its arrival tells.
 */
export async function arrivalsOf(
  { decisions }: ArrivalPorts,
  files: readonly Dropped[],
  since: Instant,
): Promise<Arrival[]> {
  const last = new Map<string, Instant>();
  for (const { carrier, storedAt } of files) last.set(carrier, Math.max(last.get(carrier) ?? 0, storedAt));
  const days = [...last].flatMap(([carrier, until]) => {
    return daysThrough(since, until).map((day) => arrivalPartition(carrier, day));
  });
  const found: Arrival[][] = [];
  await inParallel(days.entries(), LOOKUPS_AT_ONCE, async ([place, day]) => {
    found[place] = (await decisions.query<Arrival>(day, withPrefix(''))).map(({ value }) => value);
  });
  return found.flat();
}

/** The UTC days from that of an instant to that of another. */
function daysThrough(first: Instant, last: Instant): LocalDate[] {
  const days: LocalDate[] = [];
  for (let day = utcDay(first); day <= utcDay(last); day = addDays(day, 1)) days.push(day);
  return days;
}

function utcDay(instant: Instant): LocalDate {
  return isoInstant(instant).slice(0, 10);
}
