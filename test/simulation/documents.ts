import { canonicalJson } from '#shared/invoicing/canonical-json.ts';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import { amount } from '#shared/money/amount.ts';
import type { Cloud } from './cloud.ts';
import { documentsOf } from './invariants.ts';
import { SELLER } from './world.ts';

/**
 * Posted documents as they must come out of every course of things: by payer, unit and month (and apart, what is billed beside it), as canonical JSON without what depends on who was
 * first: the number, the run's id (one more after a discarded run; a cycle's or the account's own), and the position. Numbers of
 * documents they amend are replaced by their place in this list.
 */
export async function comparable({ stores }: Cloud): Promise<Map<string, string>> {
  const documents = await documentsOf(stores.decisions);
  const places = new Map(
    documents.map((each) => [each.number, `${each.payer}/${each.businessUnit}/${occasionOf(each.run)}`]),
  );
  const found = new Map<string, string>();
  for (const { number, key } of documents) {
    const invoice = await read(stores, key);
    const amends = invoice.amends.map((each) => places.get(each.number) ?? each.number).sort();
    const lines = invoice.lines.map((line) => ({
      ...line,
      id: lineOf(line.id),
      amends: line.amends && (places.get(line.amends) ?? line.amends),
    }));
    const basis = { ...invoice.basis, run: '', position: 0 };
    const text = new TextDecoder().decode(canonicalJson({ ...invoice, number: '', amends, lines, basis }));
    const place = places.get(number) ?? '';
    found.set(found.has(place) ? `${place} a second time` : place, text);
  }
  return found;
}

/** What all documents together bill, by payer, unit and charge line: net and quantity. Lines that come to nothing are left out. */
export async function billed({ stores }: Cloud): Promise<Map<string, string>> {
  const sums = new Map<string, { net: ReturnType<typeof amount>; quantity: ReturnType<typeof amount> }>();
  for (const { key, payer, businessUnit, kind } of await documentsOf(stores.decisions)) {
    const sign = kind === '381' ? -1 : 1;
    for (const { id, net, quantity } of (await read(stores, key)).lines) {
      const line = `${payer}/${businessUnit}/${lineOf(id)}`;
      const sum = sums.get(line) ?? { net: amount(0), quantity: amount(0) };
      sums.set(line, {
        net: sum.net.plus(amount(net).times(sign)),
        quantity: sum.quantity.plus(amount(quantity).times(sign)),
      });
    }
  }
  const left = [...sums].filter(([, { net, quantity }]) => !net.isZero() || !quantity.isZero());
  return new Map(left.sort().map(([line, { net, quantity }]) => [line, `${net.toFixed()} for ${quantity.toFixed()}`]));
}

async function read(stores: Cloud['stores'], key: string): Promise<Invoice> {
  return JSON.parse(new TextDecoder().decode(await stores.objects.get('invoices', key))) as Invoice;
}

/** "nord-c01-2026-10-2" → "2026-10", "nord-x-alpha-2026-11-1" → "2026-11 amended". */
function occasionOf(run: string): string {
  const month = run.slice(0, run.lastIndexOf('-')).slice(-7);
  return run.startsWith(`${SELLER}-x-`) ? `${month} amended` : month;
}

/** The line without the run that billed it ad hoc: one that was discarded is followed by another. */
function lineOf(id: string): string {
  return id.replace(new RegExp(`${SELLER}-x-[a-z]+-2026-\\d\\d-\\d+`), 'ad hoc');
}

/** What differs between two such lists, in words. */
export function differences(
  name: string,
  found: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): string[] {
  const places = new Set([...wanted.keys(), ...found.keys()]);
  return [...places].flatMap((place) =>
    found.get(place) === wanted.get(place)
      ? []
      : [`${name} ${place}: ${found.get(place) ?? 'missing'}\n    instead of ${wanted.get(place) ?? 'nothing'}`],
  );
}
