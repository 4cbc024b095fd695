import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import { readTimetable } from './cron.ts';
import type { Targets } from './targets.ts';

/** A schedule as its template describes it. */
export interface ScheduleDefinition {
  logicalId: string;
  arn: string;
  expression: string;
  timeZone: string;
  enabled: boolean;
  targetArn: string;
  /** JSON text, `<aws.scheduler.…>` not yet filled in; undefined: AWS's own event. */
  input: string | undefined;
}

/** Schedules that follow the moved clock, or wait to be set off by hand. */
export interface Scheduler {
  /** Sets off the one schedule whose logical id begins so, now. */
  trigger(logicalIdPrefix: string): Promise<void>;
  stop(): void;
}

const LONGEST_SLEEP = 60_000;

/**
 * Starts the schedules. After the clock was set, each waits for its first due instant after the new now: a jump sets nothing
 * off. With `automatic` false nothing is due by itself.
 */
export function startScheduler(
  schedules: ScheduleDefinition[],
  clock: Clock,
  targets: Targets,
  automatic: boolean,
  log: (line: string) => void,
): Scheduler {
  const timers = new Map<string, NodeJS.Timeout>();
  let stopped = false;

  async function fire(schedule: ScheduleDefinition, at: number): Promise<void> {
    const scheduledTime = `${new Date(at).toISOString().slice(0, 19)}Z`;
    const values: Record<string, string> = {
      'schedule-arn': schedule.arn,
      'scheduled-time': scheduledTime,
      'execution-id': randomUUID(),
      'attempt-number': '1',
    };
    const input = schedule.input ?? '{}';
    await targets.send(
      schedule.targetArn,
      input.replace(/<aws\.scheduler\.([a-z-]+)>/g, (whole, name: string) => values[name] ?? whole),
    );
  }

  function arm(schedule: ScheduleDefinition): void {
    const timetable = readTimetable(schedule.expression, schedule.timeZone, startedAt);
    const wait = (due: number | undefined) => {
      if (due === undefined || stopped) return;
      const left = due - clock.now();
      const timer = setTimeout(
        () => {
          if (clock.now() < due) return wait(due);
          fire(schedule, due).catch((thrown: Error) => log(`${schedule.logicalId}: ${thrown.message}`));
          wait(timetable.next(Math.max(due, clock.now())));
        },
        Math.max(0, Math.min(LONGEST_SLEEP, left)),
      );
      timer.unref();
      timers.set(schedule.logicalId, timer);
    };
    clearTimeout(timers.get(schedule.logicalId));
    wait(timetable.next(clock.now()));
  }

  const startedAt = clock.now();
  for (const schedule of schedules) readTimetable(schedule.expression, schedule.timeZone, startedAt);
  const armed = automatic ? schedules.filter((schedule) => schedule.enabled) : [];
  for (const schedule of armed) arm(schedule);
  clock.onSet(() => {
    for (const schedule of armed) arm(schedule);
  });

  return {
    async trigger(logicalIdPrefix) {
      const found = schedules.filter((schedule) => schedule.logicalId.startsWith(logicalIdPrefix));
      const [schedule] = found;
      if (!schedule || found.length > 1) {
        const names = (found.length > 1 ? found : schedules).map((one) => one.logicalId).join(', ');
        throw new Error(`${found.length} schedules begin with ${logicalIdPrefix}; name one of: ${names}`);
      }
      await fire(schedule, clock.now());
    },
    stop() {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
