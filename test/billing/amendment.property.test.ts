import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Amendment } from '#shared/billing/amendment.ts';
import { chainEnd, postedDraft } from '#shared/billing/use-cases/runs/chain.ts';
import { openAdHocInvoice } from '#shared/billing/use-cases/runs/open-ad-hoc-invoice.ts';
import { listInvoices } from '#shared/invoicing/use-cases/list-invoices.ts';
import { type Amount, amount, sum } from '#shared/money/amount.ts';
import { BERLIN, catalogWith, factsOf, planOf, SELLER } from '../rating/fleet.ts';
import { accountFact, memoryWorld } from './memory-world.ts';

const CATALOG = catalogWith(
  planOf(
    'a',
    '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }, { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }]',
  ),
);
const LIFE = [
  { at: '2020-01-01', has: 'imsi#1' },
  { at: '2026-01-01', state: 'active', plan: 'a' },
] as const;
const MONTHS = ['2026-01', '2026-02', '2026-03', '2026-04'];

/** What happens after a month was posted: a late file, a document cancelled or partly given back, an ad-hoc invoice; which document, and how much. */
const event = fc.record({
  what: fc.constantFrom('late', 'cancel', 'adjust', 'bill alone', 'issue'),
  of: fc.nat(20),
  month: fc.nat(MONTHS.length - 1),
  amount: fc.integer({ min: 1, max: 400 }),
});
const story = fc.array(fc.array(event, { maxLength: 4 }), { minLength: MONTHS.length, maxLength: MONTHS.length });

test('whatever is issued, cancelled and given back, all documents add up to what is owed and was issued less what was given back', async () => {
  await fc.assert(
    fc.asyncProperty(story, async (months) => {
      const world = await memoryWorld(CATALOG, { backBillingMonths: 12 });
      await world.record([accountFact('p'), ...factsOf('1', LIFE, BERLIN).map(({ fact }) => fact)]);
      let files = 0;
      let megabytes = 0;
      /** Net of the ad-hoc invoices that stand, by their runs. */
      const issued = new Map<string, string>();
      const issue = async (place: number, size: number) => {
        world.setClock(`2026-0${place + 2}-${10 + (size % 18)}`);
        const item = { text: 'Visit', quantity: size % 3 === 0 ? '-1' : '2', price: `${size / 100}` };
        const items = [{ ...item, taxCategory: 'service' as const, businessUnit: '' }];
        const asked = { account: 'p', items, reason: 'r', invoiceDate: '', by: 'opener' };
        const run = await world.finish(await openAdHocInvoice(world.ports, asked));
        issued.set(run, amount(item.quantity).times(item.price).toFixed());
      };
      const load = async (month: number, size: number) => {
        megabytes += size;
        await world.load(`file ${++files}`, '1', [{ at: `${MONTHS[month]}-12`, bytes: size * 1_000_000 }]);
      };
      const posted = () => listInvoices(world.ports, { account: 'p', month: '' });
      for (const [place, month] of MONTHS.entries()) {
        await load(place, 7);
        world.setClock(`2026-0${place + 2}-02`);
        await world.bill(month);
        for (const { what, of, month: late, amount: size } of months[place] ?? []) {
          const documents = await posted();
          const { number, run, businessUnit } = documents[of % documents.length]!;
          const amended = { number, run, businessUnit, reason: 'r' };
          const amendments: Record<string, Amendment> = {
            cancel: { ...amended, kind: 'cancellation' },
            adjust: { ...amended, kind: 'adjustment', line: of % 3, amount: amount(size).div(100).toFixed(2) },
          };
          const amendment = amendments[what];
          if (what === 'late') await load(Math.min(late, place), size % 9);
          else if (what === 'issue') await issue(place, size);
          else if (amendment === undefined) await world.bill(month, { cycle: 0, account: 'p' }).catch(refusal);
          else {
            const amends = await world.amend('p', amendment).catch(refusal);
            if (amends !== undefined && what === 'cancel') issued.delete(run);
          }
        }
      }
      world.setClock('2026-06-02');
      await world.bill('2026-05');
      const { link } = (await chainEnd(world.ports.decisions, SELLER, 'p'))!;
      const { adjustments } = await postedDraft(world.ports.objects, link);
      const signed = (await posted()).map(({ kind, net }): Amount => amount(net).times(kind === '381' ? -1 : 1));
      const owed = amount(3 * 5 + megabytes);
      const given = adjustments.filter(({ arithmetic }) => arithmetic.kind === 'adjustment');
      const beside = [...given.map((line) => line.amount), ...issued.values()].map((each) => amount(each));
      expect(sum(signed).toFixed(2)).toBe(owed.plus(sum(beside)).toFixed(2));
    }),
    { numRuns: 40 },
  );
});

/** What cannot be done says why; anything else is a fault. */
function refusal(error: Error): undefined {
  expect(error.message).toMatch(
    /cancelled already|cancels|more than is left|is a credit note itself|has lines|is posted already|no document/,
  );
}
