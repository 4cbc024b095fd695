import { readSchedule } from '#shared/catalog/schedule.ts';
import type { SourceDefinition } from '#shared/catalog/source.ts';
import type { Decisions } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { addDays, type Instant, isoInstant } from '#shared/time/local-date.ts';
import { readsFile } from '../file-name.ts';
import { readingsOf, standingOf } from '../generation.ts';
import { overdueTimes } from '../overdue.ts';
import { type Arrival, arrivalPartition, fileKeys, type ManifestSummary, readIncomingKey } from '../usage-file.ts';
import { readGenerations } from './file-status.ts';

/** Files a source should have had by its schedule, and has not. */
export interface OverdueFiles {
  readonly code: 'FILE_OVERDUE';
  readonly carrier: string;
  readonly source: string;
  /** As the source says it, "daily by 06:00 Europe/Berlin". */
  readonly schedule: string;
  /** When each was due, the first first. */
  readonly due: readonly Instant[];
  /** Names of files that came and were quarantined. */
  readonly refused: readonly string[];
  /** The last file that came and was not; null when there is none of the last weeks. */
  readonly lastSeen: { readonly name: string; readonly arrivedAt: Instant } | null;
}

/** Days back from now within which schedules are looked at. */
const DAYS_BACK = 35;
const LOOKUPS_AT_ONCE = 32;

/**
 * What is overdue by the schedules of sources, of one carrier or (carrier '') of all, within the last five weeks. It begins with the first file of these
 * weeks: before it there may have been no agreement. Of a source that has had none in all of them the last one is overdue.
 */
export async function overdueFiles(
  decisions: Decisions,
  sources: readonly SourceDefinition[],
  carrier: string,
  now: Instant,
): Promise<OverdueFiles[]> {
  const scheduled = sources.filter(
    (source) => source.schedule !== '' && (carrier === '' || source.carrier === carrier),
  );
  const found = await Promise.all(
    [...new Set(scheduled.map((source) => source.carrier))].map(async (of) => {
      const arrivals = await arrivalsSince(decisions, of, now);
      const read = Map.groupBy(arrivals, ({ key }) => {
        const named = readIncomingKey(key);
        return named && sources.find((source) => readsFile(source, named))?.name;
      });
      const own = scheduled.filter((source) => source.carrier === of);
      return Promise.all(own.map((source) => overdueOf(decisions, source, read.get(source.name) ?? [], now)));
    }),
  );
  return found.flat().filter(({ due }) => due.length > 0);
}

async function arrivalsSince(decisions: Decisions, carrier: string, now: Instant): Promise<Arrival[]> {
  const today = isoInstant(now).slice(0, 10);
  const days = Array.from({ length: DAYS_BACK + 1 }, (_, back) => addDays(today, -back));
  const arrivals: Arrival[] = [];
  await inParallel(days, LOOKUPS_AT_ONCE, async (day) => {
    const rows = await decisions.query<Arrival>(arrivalPartition(carrier, day), withPrefix(''));
    arrivals.push(...rows.map(({ value }) => value).filter(({ role }) => role === 'first'));
  });
  return arrivals.sort((a, b) => a.storedAt - b.storedAt);
}

async function overdueOf(
  decisions: Decisions,
  { name, carrier, schedule: text }: SourceDefinition,
  arrivals: readonly Arrival[],
  now: Instant,
): Promise<OverdueFiles> {
  const schedule = readSchedule(text);
  if (schedule === undefined) throw new Error(`source ${name} has the schedule "${text}", which is none`);
  const came: Arrival[] = [];
  const refused: string[] = [];
  const states = new Map<Arrival, boolean>();
  await inParallel(arrivals, LOOKUPS_AT_ONCE, async (arrival) => {
    states.set(arrival, await isQuarantined(decisions, arrival));
  });
  for (const arrival of arrivals) {
    if (states.get(arrival)) refused.push(nameOf(arrival));
    else came.push(arrival);
  }
  const first = arrivals[0]?.storedAt;
  const from = first === undefined ? now - DAYS_BACK * 86_400 : first - 1;
  const times = came.map(({ storedAt }) => storedAt);
  const due = overdueTimes(schedule, times, from, now);
  const last = came.at(-1);
  return {
    code: 'FILE_OVERDUE',
    carrier,
    source: name,
    schedule: text,
    due: first === undefined ? due.slice(-1) : due,
    refused,
    lastSeen: last === undefined ? null : { name: nameOf(last), arrivedAt: last.storedAt },
  };
}

/** Whether a file is quarantined, and no reading of it anew has made it count. */
async function isQuarantined(decisions: Decisions, { file, generation }: Arrival): Promise<boolean> {
  const summary = await decisions.get<ManifestSummary>(fileKeys.manifest(file, generation));
  if (summary?.status !== 'quarantined') return false;
  return standingOf(readingsOf(await readGenerations(decisions, file), generation))?.state === 'quarantined';
}

function nameOf({ key }: Arrival): string {
  return readIncomingKey(key)?.name ?? key;
}
