import type { Amendment } from '#shared/billing/amendment-request.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { readInvoice } from '#shared/invoicing/use-cases/explain-line.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { BERLIN, catalogWith, factsOf, planOf } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

/** A fee of 3.00 in arrears, and 1.00 a MB. */
export const PLAN = planOf(
  'a',
  '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }, { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }]',
);
export const CATALOG = catalogWith(PLAN);
/** The world that was opened last. */
export let world: MemoryWorld;

/** Opens a world in which account p has one subscription from January on, and two months freeze behind the period that is billed. */
export async function open(catalog: Catalog): Promise<void> {
  world = await memoryWorld(catalog, { backBillingMonths: 2 });
  const turns = [
    { at: '2020-01-01', has: 'imsi#1' },
    { at: '2026-01-01', state: 'active', plan: 'a' },
  ] as const;
  await world.record([accountFact('p'), ...factsOf('1', turns, BERLIN).map(({ fact }) => fact)]);
}

export const use = (at: string, megabytes: number) => ({ at, bytes: megabytes * 1_000_000 });
/** January with 10 MB, posted: 3.00 and 10.00. */
export async function january(): Promise<PostedDocument> {
  await world.load('january', '1', [use('2026-01-12', 10)]);
  world.setClock('2026-02-02');
  return documentOf(await world.bill('2026-01'));
}
export async function documentOf(run: string): Promise<PostedDocument> {
  const [document] = await allDocuments(world.ports, run);
  if (document === undefined) throw new Error(`${run} has no document`);
  return document;
}
export async function amend(of: PostedDocument, what: object): Promise<PostedDocument> {
  const { number, run, businessUnit } = of;
  const amendment = { number, run, businessUnit, reason: 'as agreed', ...what } as Amendment;
  return documentOf(await world.amend('p', amendment));
}
export const cancel = (of: PostedDocument) => amend(of, { kind: 'cancellation' });
export const adjust = (of: PostedDocument, amount: string, line = 0) => amend(of, { kind: 'adjustment', line, amount });
export const alone = async (month: string) => documentOf(await world.bill(month, { cycle: 0, account: 'p' }));

/** "380 13.00: fee 2026-01 3.00 …": kind, net, and its lines as the document shows them. */
export async function shown(document: PostedDocument): Promise<string> {
  const { kind, totals, lines }: Invoice = await readInvoice(world.ports, document);
  const each = lines.map(({ id, period, net, reason, amends }) => {
    const of = amends === '' ? '' : ` of ${amends}`;
    return `${id.split('|')[3]} ${period.from.slice(0, 7)} ${net}${reason === '' ? '' : ` (${reason}${of})`}`;
  });
  return `${kind} ${totals.net}: ${each.join(', ')}`;
}
