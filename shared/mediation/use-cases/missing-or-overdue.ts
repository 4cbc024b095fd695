import type { SourceDefinition } from '#shared/catalog/source.ts';
import type { Decisions } from '#shared/commit-log/ports.ts';
import type { Instant } from '#shared/time/local-date.ts';
import { type MissingFiles, missingFiles } from './missing-files.ts';
import { type OverdueFiles, overdueFiles } from './overdue-files.ts';

/** Usage files that should be there and are not: by the numbers of other files, and by the schedules of sources. */
export interface MissingOrOverdue {
  readonly byNumber: readonly MissingFiles[];
  readonly bySchedule: readonly OverdueFiles[];
}

/** What is missing or overdue by now, of one carrier or (carrier '') of all. */
export async function missingOrOverdue(
  decisions: Decisions,
  sources: readonly SourceDefinition[],
  carrier: string,
  now: Instant,
): Promise<MissingOrOverdue> {
  const [byNumber, bySchedule] = await Promise.all([
    missingFiles(decisions, carrier, now),
    overdueFiles(decisions, sources, carrier, now),
  ]);
  return { byNumber, bySchedule };
}

/** How many files that are. */
export function countMissing({ byNumber, bySchedule }: MissingOrOverdue): number {
  const numbered = byNumber.reduce((sum, { missing: { from, until } }) => sum + until - from + 1, 0);
  return numbered + bySchedule.reduce((sum, { due }) => sum + due.length, 0);
}
