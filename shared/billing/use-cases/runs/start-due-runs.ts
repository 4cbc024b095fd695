import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { timeZonesInCycle } from '#shared/commit-log/use-cases/read-inventory.ts';
import { catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { daysBetween, localDateOf, startOfDay } from '#shared/time/local-date.ts';
import { monthsLater, periodOf } from '#shared/time/period.ts';
import { type OpenRunPorts, openRun } from './open-run.ts';
import type { OpenRunResult } from './run-sequence.ts';

/** A cycle found due, and what came of opening its run. */
export interface DueRun {
  readonly seller: string;
  readonly cycle: number;
  readonly month: string;
  readonly result: OpenRunResult;
}

/** Days after a period's end on which its run is still started by itself; later ones are opened by hand. */
const DAYS_DUE = 5;
/** Where a day begins first (UTC+14): the latest period that can have ended anywhere. */
const EARLIEST_ZONE = 'Etc/GMT-14';

/**
 * Starts the runs that are due: for each seller and billing day with accounts, the period that has just ended, once it has ended in the time zone
 * of each of them. Asked any number of times, each is opened once: one that is there already refuses the second, also when a person has discarded it.
 * One that died half way is taken up again.
 */
export async function startDueRuns(ports: OpenRunPorts): Promise<DueRun[]> {
  const position = await tail(ports.decisions, 0);
  const world = await worldAt(ports, position, () => false);
  if (world.catalog === null) return [];
  const { catalog } = await catalogOf(ports, world);
  const now = ports.clock.now();
  const today = localDateOf(now, EARLIEST_ZONE);
  const started: DueRun[] = [];
  for (const { id: seller } of catalog.sellers) {
    for (let cycle = 1; cycle <= 31; cycle++) {
      const ended = periodOf(today, cycle).from;
      if (daysBetween(ended, today) > DAYS_DUE) continue;
      const zones = [...(await timeZonesInCycle(ports.projections, seller, cycle))];
      if (zones.length === 0 || zones.some((zone) => now < startOfDay(ended, zone))) continue;
      const month = monthsLater(ended, -1, cycle).slice(0, 7);
      const command = { seller, cycle, account: '', month, invoiceDate: '', beforeEnd: false } as const;
      started.push({ seller, cycle, month, result: await openRun(ports, { ...command, isDue: true, by: 'schedule' }) });
    }
  }
  return started;
}
