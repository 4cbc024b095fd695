import type { Decisions, Objects, ProjectionRow, Projections } from '#shared/commit-log/ports.ts';
import type { Queues } from '#shared/mediation/ports.ts';
import type { Clock } from '#shared/time/ports.ts';
import type { UsageStore } from '#shared/usage/ports.ts';

/** What rating needs of the world. */
export interface RatingPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
  readonly usage: UsageStore;
  readonly clock: Clock;
}

/** What it needs besides to record first uses. */
export interface RateUsagePorts extends RatingPorts {
  readonly queues: Queues;
  /** How long after its month the store keeps usage. */
  readonly keepMonths: number;
}

/** A note that a month (its `sort`) of an identifier is rated, up to its position. */
export type RatedStamp = ProjectionRow<{ readonly identifier: string }>;
