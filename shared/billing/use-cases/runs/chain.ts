import type { ContentReference } from '#shared/commit-log/entry.ts';
import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { LAST_SORT, withPrefix } from '#shared/commit-log/ports.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import type { Period } from '#shared/time/period.ts';
import type { Draft, Link } from '../../draft.ts';
import { amendmentScope, type DraftSummary, runKeys, type TaxedAtPosting } from '../../run.ts';

/** The end of a chain: the last link and its number, from 1. */
export interface ChainEnd {
  readonly n: number;
  readonly link: Link;
}

/** Reads the end of the chain of a (seller, payer), consistently; nothing when the payer was never billed. */
export async function chainEnd(decisions: Decisions, seller: string, payer: string): Promise<ChainEnd | undefined> {
  const range = { from: '', until: LAST_SORT, descending: true, limit: 1 };
  const [last] = await decisions.query<Link>(runKeys.links(seller, payer), range);
  return last && { n: Number.parseInt(last.sort, 10), link: last.value };
}

/** The run that billed a period to a payer: the last that was for it, else the first for one behind it. Amendments bill no period. */
export async function billingRun(
  decisions: Decisions,
  { seller, payer }: { readonly seller: string; readonly payer: string },
  { link }: ChainEnd,
  { from }: Period,
): Promise<string> {
  const bills = ({ run }: Link) => !run.startsWith(`${seller}-${amendmentScope(payer)}-`);
  if (link.period.from === from && bills(link)) return link.run;
  const links = await decisions.query<Link>(runKeys.links(seller, payer), withPrefix(''));
  const billing = links.map(({ value }) => value).filter(bills);
  const found =
    billing.findLast((each) => each.period.from === from) ?? billing.find((each) => each.period.from > from);
  return (found ?? link).run;
}

/** The draft a link posted: what was owed and billed up to it. */
export async function postedDraft(objects: Objects, link: Link): Promise<Draft> {
  return (await readContent(objects, link.draft)) as Draft;
}

/** The draft of a payer in a run: the one that was approved, or where its taxes are decided at posting, the one with them. @throws Error when it has none. */
export async function draftOfRun(
  ports: { readonly decisions: Decisions; readonly objects: Objects },
  run: string,
  payer: string,
): Promise<Draft> {
  const reference = await postedReference(ports.decisions, run, payer);
  if (reference === undefined) throw new Error(`run ${run} has no draft of account ${payer}`);
  return (await readContent(ports.objects, reference)) as Draft;
}

async function postedReference(
  decisions: Decisions,
  run: string,
  payer: string,
): Promise<ContentReference | undefined> {
  const summary = await decisions.get<DraftSummary>(runKeys.draft(run, payer));
  if (summary?.isUntaxed !== true) return summary?.draft;
  const taxed = await decisions.get<TaxedAtPosting>(runKeys.taxed(run, payer));
  return taxed !== undefined && 'draft' in taxed ? taxed.draft : summary.draft;
}

/** The n-th link of the chain of a (seller, payer). @throws Error when it is not there: links are never taken away. */
export async function linkAt(decisions: Decisions, seller: string, payer: string, n: number): Promise<Link> {
  const link = await decisions.get<Link>(runKeys.link(seller, payer, n));
  if (link === undefined) throw new Error(`link ${n} of ${seller} and ${payer} is gone`);
  return link;
}
