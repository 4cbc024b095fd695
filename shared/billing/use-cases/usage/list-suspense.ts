import type { Position } from '#shared/commit-log/entry.ts';
import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { ALL_MONTHS, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { addTotals } from '#shared/mediation/add-totals.ts';
import { SUSPENSE_REASONS, type SuspenseReason } from '#shared/rating/match-charge.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import { ratedKeys, type SuspendedUsage } from '../../rated-rows.ts';

/** What asking for suspense needs of the world. */
export interface SuspensePorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
}

/** Usage of a UTC month that is not charged for one reason, and whose it is. */
export interface Suspense {
  readonly month: string;
  readonly reason: SuspenseReason;
  readonly totals: UsageTotals;
  /** In order of their records, most first, and then of their names. */
  readonly identifiers: readonly {
    readonly identifier: string;
    readonly totals: UsageTotals;
    readonly position: Position;
  }[];
}

/** Suspended usage by month and reason, as rating last found it; of every month that has usage when none is named (''). */
export async function listSuspense(ports: SuspensePorts, month: string): Promise<Suspense[]> {
  const months = month === '' ? await usageMonths(ports) : [month];
  const found: Suspense[] = [];
  for (const each of months) {
    const inOrderOfNames = await ports.projections.query<SuspendedUsage>(ratedKeys.suspense(each), withPrefix(''));
    for (const reason of SUSPENSE_REASONS) {
      const identifiers = inOrderOfNames.flatMap(({ value, position }) => {
        const totals = value.reasons[reason];
        return totals === undefined ? [] : [{ identifier: value.identifier, totals, position }];
      });
      if (identifiers.length === 0) continue;
      identifiers.sort((a, b) => b.totals.records - a.totals.records);
      found.push({ month: each, reason, totals: addTotals(identifiers.map(({ totals }) => totals)), identifiers });
    }
  }
  return found;
}

async function usageMonths(ports: SuspensePorts): Promise<string[]> {
  const world = await worldAt(ports, await tail(ports.decisions, 0), ALL_MONTHS);
  return Object.keys(world.months).sort();
}
