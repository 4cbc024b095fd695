import type { Catalog } from '#shared/catalog/catalog.ts';
import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import { type AmendmentInput, documentAmendment } from '../../amendment.ts';
import type { RunPlan, RunRequest } from '../../run.ts';
import { draftOfRun, linkAt, postedDraft } from './chain.ts';

/** What is asked: which amendment, behind which link of the payer's chain. */
export interface AmendmentQuestion {
  readonly request: RunRequest;
  readonly catalog: RunPlan['catalog'];
  readonly payer: string;
  readonly predecessor: number;
  readonly view: AccountView;
}

/** What an amendment is made from, read. The same question has the same answer at any time. */
export async function amendmentInput(
  ports: { readonly decisions: Decisions; readonly objects: Objects },
  { request, catalog, payer, predecessor, view }: AmendmentQuestion,
): Promise<AmendmentInput> {
  const link = await linkAt(ports.decisions, request.seller, payer, predecessor);
  const base = await postedDraft(ports.objects, link);
  const amends = documentAmendment(request.amendment);
  const amended = amends && (await draftOfRun(ports, amends.run, payer));
  const release = (await readContent(ports.objects, catalog)) as Catalog;
  return { request, catalog, release, predecessor, view, base, nets: link.nets, amended };
}
