import { type Draft, type Link, netOf } from '#shared/billing/draft.ts';
import { runKeys } from '#shared/billing/run.ts';
import { type Decisions, type Objects, withPrefix } from '#shared/commit-log/ports.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { amount, sum } from '#shared/money/amount.ts';

/** Where chains are. */
interface ChainWorld {
  readonly ports: { readonly decisions: Decisions; readonly objects: Objects };
}

/** The posted drafts of a chain, in order. */
export async function chainOf({ ports }: ChainWorld, seller: string, payer: string): Promise<Draft[]> {
  const links = await ports.decisions.query<Link>(runKeys.links(seller, payer), withPrefix(''));
  const drafts: Draft[] = [];
  for (const { value } of links) drafts.push((await readContent(ports.objects, value.draft)) as Draft);
  return drafts;
}

/** What the documents of a chain bill in all, by line: "fee 2027-03-01: 1.90"; what comes to nothing is left out. */
export async function billedInAll(world: ChainWorld, seller: string, payer: string): Promise<Record<string, string>> {
  const totals = new Map<string, ReturnType<typeof amount>>();
  for (const draft of await chainOf(world, seller, payer)) {
    for (const document of draft.documents) {
      for (const { line, net } of document.lines) totals.set(line.id, (totals.get(line.id) ?? amount(0)).plus(net));
    }
  }
  return Object.fromEntries(
    [...totals].flatMap(([id, net]) => (net.isZero() ? [] : [[id, net.toFixed(2)]])).sort(),
  ) as Record<string, string>;
}

/** What the documents of a chain come to. */
export async function netInAll(world: ChainWorld, seller: string, payer: string): Promise<string> {
  return sum((await chainOf(world, seller, payer)).map(netOf)).toFixed(2);
}
