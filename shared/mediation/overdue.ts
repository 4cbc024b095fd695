import type { Schedule } from '#shared/catalog/schedule.ts';
import { addDays, type Instant, instantAt, localDateOf } from '#shared/time/local-date.ts';

const HOUR = 3600;

/** The instants in `(from, until]` by which a file is due. */
export function dueTimes(schedule: Schedule, from: Instant, until: Instant): Instant[] {
  const dues: Instant[] = [];
  if (schedule.every === 'hour') {
    for (let due = (Math.floor(from / HOUR) + 1) * HOUR; due <= until; due += HOUR) dues.push(due);
    return dues;
  }
  const { by, zone } = schedule;
  for (let day = addDays(localDateOf(from, zone), -1); ; day = addDays(day, 1)) {
    const due = instantAt(day, by, zone);
    if (due > until) return dues;
    if (due > from) dues.push(due);
  }
}

/**
 * Of the instants in `(from, now]` by which a file was due, those whose file has not come. A file is for the first due time at or after its
 * arrival; where there are more for one than the one it needs, the others are late ones for those before it, the latest first, and what has come
 * since the last due time is late as long as something is overdue. So what is late fills the gap it left, whenever it comes.
 */
export function overdueTimes(
  schedule: Schedule,
  arrivals: readonly Instant[],
  from: Instant,
  now: Instant,
): readonly Instant[] {
  const sorted = [...arrivals].filter((at) => at > from && at <= now).sort((a, b) => a - b);
  const overdue: Instant[] = [];
  let at = 0;
  const arrivedBy = (instant: Instant) => {
    const first = at;
    while (at < sorted.length && (sorted[at] as Instant) <= instant) at++;
    return at - first;
  };
  for (const due of dueTimes(schedule, from, now)) {
    let spare = arrivedBy(due) - 1;
    if (spare < 0) overdue.push(due);
    for (; spare > 0 && overdue.length > 0; spare--) overdue.pop();
  }
  for (let late = arrivedBy(now); late > 0 && overdue.length > 0; late--) overdue.pop();
  return overdue;
}
