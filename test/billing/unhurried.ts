import type { RatingPace } from '#shared/billing/use-cases/usage/rate-usage.ts';

/** A rating that has time for everything. */
export const UNHURRIED: RatingPace = { identifiersTogether: 5_000, isTimeLeft: () => true };
