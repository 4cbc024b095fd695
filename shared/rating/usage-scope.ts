import type { Span } from '#shared/inventory/timeline.ts';
import type { Instant } from '#shared/time/local-date.ts';
import type { FoldedUsage } from '#shared/usage/folded-usage.ts';
import type { DayTable } from './day-table.ts';

/** What is to be measured: whose usage, of which days, up to when. */
export interface UsageScope {
  readonly payer: string;
  readonly days: DayTable;
  /** Usage that started at or after this instant is not looked at. */
  readonly usageCutOff: Instant;
  /** What decides which usage counts in a later period than its own; absent = none does. */
  readonly late?: LateScope;
}

/** Usage of an identifier, and when the identifier was the subscription's own. */
export interface OwnedUsage {
  readonly usage: FoldedUsage;
  readonly owned: readonly Span<string>[];
}

/** What decides which usage came late (pricing rules §4), where a plan counts it in the period that is open then. */
export interface LateScope {
  /** In the order they were posted. */
  readonly billed: readonly BilledUpTo[];
  /** The days of the scope, and those before it whose usage counts in it. */
  readonly days: DayTable;
}

/** How far a payer had been billed by one of its posted documents. */
export interface BilledUpTo {
  /** Position the document was made by: what was loaded behind it was not there. */
  readonly position: number;
  /** The earlier of its cut-offs: a period that ends by then is billed. */
  readonly until: Instant;
  /** What started before it is frozen by the document; 0 = nothing. */
  readonly frozenUntil: Instant;
}
