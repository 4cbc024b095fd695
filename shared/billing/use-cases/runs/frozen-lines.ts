import { type Decisions, type Objects, withPrefix } from '#shared/commit-log/ports.ts';
import type { Draft, Link, RecordedLine } from '../../draft.ts';
import { runKeys } from '../../run.ts';
import { postedDraft } from './chain.ts';

/**
 * Of the lines a draft billed those that are frozen by now, as they last stood recorded: a draft lists what was not frozen before it, so that of a
 * period the last one is asked that still does.
 */
export async function frozenLines(
  ports: { readonly decisions: Decisions; readonly objects: Objects },
  { seller, payer, documents }: Pick<Draft, 'seller' | 'payer' | 'documents'>,
  frozenUntil: Draft['frozenUntil'],
): Promise<RecordedLine[]> {
  const billed = documents.flatMap(({ lines }) => lines.map(({ line }) => line));
  const frozen = billed.filter(({ period }) => period.until <= frozenUntil);
  if (frozen.length === 0) return [];
  const chain = await ports.decisions.query<Link>(runKeys.links(seller, payer), withPrefix(''));
  const links = chain.map(({ value }) => value);
  const recorded = [...Map.groupBy(frozen, ({ period }) => period.until)].map(async ([until, lines]) => {
    const last = links.findLast((_, place) => (links[place - 1]?.frozenUntil ?? '') < until) as Link;
    const ids = new Set(lines.map(({ id }) => id));
    return (await postedDraft(ports.objects, last)).lines.filter(({ id }) => ids.has(id));
  });
  return (await Promise.all(recorded)).flat();
}
