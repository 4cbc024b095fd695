import type { Instant } from './local-date.ts';

/** What time it is, for stamps and for what is due; no amount is ever computed from it. */
export interface Clock {
  now(): Instant;
}

/** Names nobody else has: for what has no name of its own, such as a command given by a person. */
export interface Identifiers {
  next(): string;
}
