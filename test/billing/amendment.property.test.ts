import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Amendment } from '#shared/billing/amendment-request.ts';
import { chainEnd, postedDraft } from '#shared/billing/use-cases/runs/chain.ts';
import { openAdHocInvoice } from '#shared/billing/use-cases/runs/open-ad-hoc-invoice.ts';
import { listInvoices } from '#shared/invoicing/use-cases/list-invoices.ts';
import { type Amount, amount, sum } from '#shared/money/amount.ts';
import { BERLIN, catalogWith, factsOf, planOf, SELLER, type Turn } from '../rating/fleet.ts';
import { accountFact, memoryWorld } from './memory-world.ts';

/** Fees of the plans; usage is 1.00 a MB on both. */
const FEES: Readonly<Record<string, number>> = { a: 3, b: 5 };
const chargesOf = (fee: number | undefined) =>
  `[{ kind: recurring, id: fee, name: Fee, due: arrears, price: ${fee} }, { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }]`;
const CATALOG = catalogWith(['a', 'b'].map((plan) => planOf(plan, chargesOf(FEES[plan]))).join(''));
const LIFE = [
  { at: '2020-01-01', has: 'imsi#1' },
  { at: '2026-01-01', state: 'active', plan: 'a' },
] as const;
const MONTHS = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05'];
const UNIT = { kind: 'businessUnit', account: 'p', name: 'North', reference: '', effectiveFrom: 0 } as const;

/**
 * What happens after a month was posted: a late file, a document cancelled or partly given back, an ad-hoc invoice; which document, and how much. Or from a
 * month on another plan, business unit or state, so that nobody owes lines of it any more, or somebody does again.
 */
const event = fc.record({
  what: fc.constantFrom('late', 'cancel', 'cancel', 'adjust', 'bill alone', 'issue', 'assign', 'assign', 'state'),
  of: fc.nat(20),
  month: fc.nat(MONTHS.length - 1),
  amount: fc.integer({ min: 1, max: 400 }),
});
const story = fc.array(fc.array(event, { maxLength: 4 }), {
  minLength: MONTHS.length - 1,
  maxLength: MONTHS.length - 1,
});

/** What was said last of the latest month up to each. */
function monthly<Said>(said: ReadonlyMap<string, Said>): (Said | undefined)[] {
  return MONTHS.map((month) =>
    said.get(
      [...said.keys()]
        .filter((from) => from <= month)
        .sort()
        .at(-1) ?? '',
    ),
  );
}

test('whatever is issued, cancelled and given back, all documents add up to what is owed and was issued less what was given back', async () => {
  await fc.assert(
    fc.asyncProperty(story, async (months) => {
      const world = await memoryWorld(CATALOG, { backBillingMonths: 12 });
      const account = accountFact('p');
      const north = { ...UNIT, businessUnit: 'north', address: account.address };
      const life = (turns: readonly Turn[]) => factsOf('1', turns, BERLIN).map(({ fact }) => fact);
      await world.record([account, north, ...life(LIFE)]);
      const plans = new Map([[MONTHS[0]!, 'a']]);
      const states = new Map<string, 'active' | 'suspended'>([[MONTHS[0]!, 'active']]);
      let files = 0;
      let megabytes = 0;
      /** Net of the ad-hoc invoices that stand, by their runs. */
      const issued = new Map<string, string>();
      let today = '';
      const onOrAfter = (day: string) => {
        today = day > today ? day : today;
        world.setClock(today);
      };
      const issue = async (place: number, size: number) => {
        onOrAfter(`2026-0${place + 2}-${10 + (size % 18)}`);
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
      const assign = async (month: string, of: number) => {
        const plan = of % 2 === 0 ? 'a' : 'b';
        plans.set(month, plan);
        await world.record(life([{ at: `${month}-01`, plan, unit: of % 3 === 0 ? 'north' : '' }]));
      };
      const become = async (month: string, state: 'active' | 'suspended') => {
        states.set(month, state);
        await world.record(life([{ at: `${month}-01`, state }]));
      };
      /** What all documents come to, ad-hoc invoices that stand apart. */
      const billed = async (): Promise<Amount> => {
        const signed = (await posted()).map(({ kind, net }) => amount(net).times(kind === '381' ? -1 : 1));
        return sum(signed).minus(sum([...issued.values()].map((each) => amount(each))));
      };
      for (const [place, month] of MONTHS.slice(0, -1).entries()) {
        await load(place, 7);
        onOrAfter(`2026-0${place + 2}-02`);
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
          else if (what === 'assign') await assign(MONTHS[late] ?? month, of);
          else if (what === 'state') await become(MONTHS[late] ?? month, of % 2 === 0 ? 'active' : 'suspended');
          else if (amendment === undefined) await world.bill(month, { cycle: 0, account: 'p' }).catch(refusal);
          else {
            const amends = await world.amend('p', amendment).catch(refusal);
            if (amends !== undefined && what === 'cancel') issued.delete(run);
          }
        }
        expect((await billed()).greaterThanOrEqualTo(0)).toBe(true);
      }
      onOrAfter('2026-06-02');
      await world.bill('2026-05');
      const { link } = (await chainEnd(world.ports.decisions, SELLER, 'p'))!;
      const { adjustments } = await postedDraft(world.ports.objects, link);
      const inForce = monthly(states);
      const fees = monthly(plans).map((plan = '', place) => (inForce[place] === 'active' ? (FEES[plan] ?? 0) : 0));
      const owed = sum([megabytes, ...fees].map((each) => amount(each)));
      const given = adjustments.filter(({ arithmetic }) => arithmetic.kind === 'adjustment');
      expect((await billed()).toFixed(2)).toBe(owed.plus(sum(given.map((line) => amount(line.amount)))).toFixed(2));
    }),
    { numRuns: 40 },
  );
});

/** What cannot be done says why; anything else is a fault. */
function refusal(error: Error): undefined {
  expect(error.message).toMatch(
    /cancelled already|cancels|more than is left|is a credit note itself|has lines|is posted already|no document|nothing is left/,
  );
}
