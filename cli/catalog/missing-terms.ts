import { type MissingTerm, missingTerms } from '#shared/billing/use-cases/missing-terms.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import type { DaySpan } from '#shared/catalog/gone-terms.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import type { Session } from '../session.ts';
import { counted } from '../terminal/figures.ts';

/** What a catalogue lacks that is in use, and how it is told; '' where it lacks nothing. */
export interface Missing {
  readonly missing: readonly MissingTerm[];
  readonly told: string;
}

/** Accounts that are named of many. */
const MOST_ACCOUNTS = 5;

/** What releasing a catalogue would take from accounts that are billed by it; nothing where none counts yet. */
export async function missingIn(session: Session, catalog: Catalog): Promise<Missing> {
  const { world } = session;
  const state = await worldAt(world, await tail(world.decisions, 0), () => false);
  if (state.catalog === null) return { missing: [], told: '' };
  const { catalog: current } = await catalogOf(world, state);
  const missing = await missingTerms(world, current, catalog);
  return { missing, told: missing.map((term) => `  ${termText(term)}`).join('\n') };
}

/** "plan iot: 12 subscriptions of accounts fernweh, nordwind"; "plan iot from 2026-03-01 until 2026-05-01: …" where it lacks it on some days alone. */
function termText({ what, id, days, subscriptions, accounts }: MissingTerm): string {
  const term = `${what} ${id} ${days.map(daysText).join(' and ')}`.trimEnd();
  const more = accounts.length - MOST_ACCOUNTS;
  const named = `${accounts.length === 1 ? 'account' : 'accounts'} ${accounts.slice(0, MOST_ACCOUNTS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return subscriptions === 0
    ? `${term}: ${named}`
    : `${term}: ${counted(subscriptions, 'subscription', 'subscriptions')} of ${named}`;
}

/** "from 2026-03-01 until 2026-05-01"; '' for all days. */
function daysText({ from, until }: DaySpan): string {
  return `${from && `from ${from}`} ${until && `until ${until}`}`.trim();
}
