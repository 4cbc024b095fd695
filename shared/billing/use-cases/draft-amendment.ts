import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import { amendedDraft } from '../amendment.ts';
import type { Draft } from '../draft.ts';
import type { RunPlan, RunRequest } from '../run.ts';
import { draftOfRun, linkAt, postedDraft } from './chain.ts';

/** What is asked: which amendment, behind which link of the payer's chain. */
export interface AmendmentQuestion {
  readonly request: RunRequest;
  readonly catalog: RunPlan['catalog'];
  readonly payer: string;
  readonly predecessor: number;
  readonly view: AccountView;
}

/** The draft of an amendment. The same question has the same answer at any time. @throws Error when it cannot be made, saying why. */
export async function draftAmendment(
  ports: { readonly decisions: Decisions; readonly objects: Objects },
  { request, catalog, payer, predecessor, view }: AmendmentQuestion,
): Promise<Draft> {
  const link = await linkAt(ports.decisions, request.seller, payer, predecessor);
  const base = await postedDraft(ports.objects, link);
  const amended = await draftOfRun(ports, request.amendment?.run ?? '', payer);
  return amendedDraft({ request, catalog, predecessor, view, base, nets: link.nets, amended });
}
