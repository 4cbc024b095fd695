import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { compareIds } from '#shared/money/allocate.ts';
import { documentKeys, type PostedDocument } from '../posted-document.ts';

/** What looking for documents needs of the world. */
export interface DocumentPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
}

/** Which documents are asked for: of one account, of the runs for a month "2026-10"; '' = any. */
export interface DocumentQuery {
  readonly account: string;
  readonly month: string;
}

/** Posted documents of every seller, by number. */
export async function listInvoices(ports: DocumentPorts, query: DocumentQuery): Promise<PostedDocument[]> {
  const found: PostedDocument[] = [];
  for (const seller of await sellers(ports)) {
    const partition = query.account === '' ? documentKeys.numbers(seller) : documentKeys.ofPayer(seller, query.account);
    const rows = await ports.decisions.query<PostedDocument>(partition, withPrefix(''));
    found.push(...rows.map((row) => row.value).filter((document) => isOfMonth(document, query.month)));
  }
  return found.sort((a, b) => compareIds(a.number, b.number));
}

/** The document of a number, whichever seller's; undefined when none has it. */
export async function findInvoice(ports: DocumentPorts, number: string): Promise<PostedDocument | undefined> {
  for (const seller of await sellers(ports)) {
    const document = await ports.decisions.get<PostedDocument>(documentKeys.number(seller, number));
    if (document !== undefined) return document;
  }
  return undefined;
}

/** A run's id ends in its month and place: seller-c01-2026-10-1. */
function isOfMonth({ run }: PostedDocument, month: string): boolean {
  return month === '' || /-(\d{4}-\d{2})-\d+$/.exec(run)?.[1] === month;
}

async function sellers(ports: DocumentPorts): Promise<string[]> {
  const world = await worldAt(ports, await tail(ports.decisions, 0), () => false);
  return (await catalogOf(ports, world)).catalog.sellers.map((seller) => seller.id);
}
