import type { Draft } from '#shared/billing/draft.ts';
import { datedBeforeAmended } from '#shared/billing/invoice-dates.ts';
import type { PostedDocument } from '../posted-document.ts';
import { type AssemblePorts, amendedDocuments } from './assemble-numbered.ts';
import type { BalancePorts } from './balances/account-balance.ts';
import { writeOffObstacle } from './balances/write-off.ts';

/** What in the world stands against a draft, '' = nothing: less is open than it writes off, or a document it amends is dated behind it. */
export async function draftObstacle(ports: BalancePorts, draft: Draft): Promise<string> {
  return (await writeOffObstacle(ports, draft)) || (await datedObstacle(ports, draft));
}

async function datedObstacle(ports: AssemblePorts, draft: Draft): Promise<string> {
  for (const [, document] of await amendedByDraft(ports, draft)) {
    const problem = document === undefined ? '' : datedBeforeAmended(draft.invoiceDate, document);
    if (problem !== '') return problem;
  }
  return '';
}

/** The documents that those of a draft amend, each with its run; nothing for one that is still being posted. */
export async function amendedByDraft(
  ports: AssemblePorts,
  draft: Draft,
): Promise<[run: string, document: PostedDocument | undefined][]> {
  const found: [string, PostedDocument | undefined][] = [];
  for (const document of draft.documents) found.push(...(await amendedDocuments(ports, draft, document)));
  return found;
}
