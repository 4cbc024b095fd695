import type { Position } from '#shared/commit-log/entry.ts';
import type { Decisions, Projections } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { accountFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { type AccountView, accountAt } from '#shared/inventory/account-history.ts';
import { OPEN_END } from '#shared/inventory/timeline.ts';
import { countsFrom } from '#shared/rating/late-usage.ts';
import type { BilledUpTo } from '#shared/rating/usage-scope.ts';
import { type Instant, localDateOf, startOfDay } from '#shared/time/local-date.ts';
import { periodInstants, periodOf } from '#shared/time/period.ts';
import type { Link } from '../../draft.ts';
import { runKeys } from '../../run.ts';

/** A posted document of a payer as far as it says which usage is billed. */
export interface ChainLink extends BilledUpTo {
  readonly link: Link;
}

/** A payer's posted documents, the first first; and what its periods follow from. */
export interface PayerChain extends Pick<AccountView, 'timeZone' | 'billingDay'> {
  readonly links: readonly [ChainLink, ...ChainLink[]];
}

const LOOKUPS_AT_ONCE = 16;

/** The chains of some payers of a seller, of the links made at or before a position; without those who have none. */
export async function payerChains(
  ports: { readonly decisions: Decisions; readonly projections: Projections },
  seller: string,
  payers: Iterable<string>,
  position: Position,
): Promise<Map<string, PayerChain>> {
  const chains = new Map<string, PayerChain>();
  await inParallel(payers, LOOKUPS_AT_ONCE, async (payer) => {
    const found = await ports.decisions.query<Link>(runKeys.links(seller, payer), withPrefix(''));
    const links = found.map(({ value }) => value).filter((link) => link.position <= position);
    const known = { position, cutOff: OPEN_END };
    const view = links.length > 0 && accountAt(await accountFacts(ports.projections, payer), known, OPEN_END - 1);
    if (!view) return;
    const { timeZone, billingDay } = view;
    const [first, ...rest] = links.map((link) => ({ link, ...billedUpTo(link, view) }));
    chains.set(payer, { timeZone, billingDay, links: [first as ChainLink, ...rest] });
  });
  return chains;
}

/** How far a payer was billed by a link, by the account's days. */
export function billedUpTo(
  { position, usageCutOff, chargeCutOff, frozenUntil }: Link,
  { timeZone }: Pick<AccountView, 'timeZone'>,
): BilledUpTo {
  const frozen = frozenUntil === '' ? 0 : startOfDay(frozenUntil, timeZone);
  return { position, until: Math.min(usageCutOff, chargeCutOff), frozenUntil: frozen };
}

/**
 * Where in a payer's time usage of an instant counts that was loaded at a position and whose plan counts late usage in the period that is open then;
 * nothing when its period was frozen as it came.
 */
export function countedAt(
  { links, timeZone, billingDay }: PayerChain,
  at: Instant,
  loadedAt: number,
): Instant | undefined {
  if (loadedAt <= links[0].position) return at;
  const { until } = periodInstants(periodOf(localDateOf(at, timeZone), billingDay), timeZone);
  return countsFrom(links, { at, until }, loadedAt);
}

/** The last link whose run could still measure what counts at an instant: that which froze its period, else the last there is. */
export function decidingLink({ links }: PayerChain, counted: Instant): Link {
  return (links.find(({ frozenUntil }) => frozenUntil > counted) ?? links.at(-1) ?? links[0]).link;
}

/** Whether what counts at an instant is frozen by now. */
export function isFrozen({ links }: PayerChain, counted: Instant): boolean {
  return counted < (links.at(-1) ?? links[0]).frozenUntil;
}

/**
 * From and until when usage may start that a link decides about: what its run was the last to measure. `isLate`: also usage of before that came late
 * and counts there.
 */
export function decidedBy({ links }: PayerChain, place: number, isLate: boolean): { from: Instant; until: Instant } {
  const from = links[place - 1]?.frozenUntil ?? 0;
  const until = place === links.length - 1 ? OPEN_END : (links[place] as ChainLink).frozenUntil;
  const billing = isLate ? links.filter((each) => from <= each.until && each.until < until) : [];
  return { from: Math.min(from, ...billing.map(({ frozenUntil }) => frozenUntil)), until };
}
