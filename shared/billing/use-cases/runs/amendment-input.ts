import type { Catalog } from '#shared/catalog/catalog.ts';
import type { Position } from '#shared/commit-log/entry.ts';
import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import type { AmendmentInput } from '../../amendment.ts';
import { documentAmendment } from '../../amendment-request.ts';
import type { RunPlan, RunRequest } from '../../run.ts';
import { unbilledDraft } from '../../unbilled.ts';
import { draftOfRun, linkAt, postedDraft } from './chain.ts';
import { frozenLines } from './frozen-lines.ts';

/** What is asked: which amendment, behind which link of the payer's chain. */
export interface AmendmentQuestion {
  readonly request: RunRequest;
  readonly catalog: RunPlan['catalog'];
  readonly payer: string;
  /** 0 = its chain begins with it. */
  readonly predecessor: number;
  /** Up to where the log was read. */
  readonly position: Position;
  readonly view: AccountView;
}

/** What an amendment is made from, read. The same question has the same answer at any time. */
export async function amendmentInput(
  ports: { readonly decisions: Decisions; readonly objects: Objects },
  { request, catalog, payer, predecessor, position, view }: AmendmentQuestion,
): Promise<Omit<AmendmentInput, 'taxAnswers'>> {
  const link = predecessor === 0 ? undefined : await linkAt(ports.decisions, request.seller, payer, predecessor);
  const base = link
    ? await postedDraft(ports.objects, link)
    : unbilledDraft({ seller: request.seller, run: request.run, position, catalog, view });
  const amends = documentAmendment(request.amendment);
  const amended = amends && (await draftOfRun(ports, amends.run, payer));
  const gave = documentAmendment(amended?.amendment ?? null);
  const credited = gave && (await draftOfRun(ports, gave.run, payer));
  const frozen = amended ? await frozenLines(ports, amended, base.frozenUntil) : [];
  const release = (await readContent(ports.objects, catalog)) as Catalog;
  return { request, catalog, release, predecessor, view, base, nets: link?.nets ?? [], amended, credited, frozen };
}
