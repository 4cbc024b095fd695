import { randomUUID } from 'node:crypto';
import type { Clock, Identifiers } from '#shared/time/ports.ts';

/** The machine's clock. */
export function systemClock(): Clock {
  return { now: () => Math.floor(Date.now() / 1000) };
}

/** Random identifiers. */
export function randomIdentifiers(): Identifiers {
  return { next: () => randomUUID() };
}
