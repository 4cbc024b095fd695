import fc from 'fast-check';
import { expect, test } from 'vitest';
import { balanceOf } from '#shared/invoicing/balances/open-items.ts';
import { allocate } from '#shared/money/allocate.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { document, payment, writeOff } from './ledger.ts';

const cents = fc.integer({ min: 1, max: 30_000 }).map((value) => amount(value).div(100).toFixed(2));
const number = fc.integer({ min: 1, max: 5 }).map((n) => `I${n}`);
const target = fc.oneof(number, fc.constant(''));
const isNoted = fc.boolean();
const notes = fc.array(fc.tuple(cents, fc.uniqueArray(number, { maxLength: 3 }), isNoted), { maxLength: 4 });
const money = fc.array(fc.tuple(target, cents, fc.boolean()), { maxLength: 8 });
const ledger = fc.record({
  invoices: fc.array(cents, { minLength: 1, maxLength: 5 }),
  notes,
  money,
  writeOffs: fc.array(fc.tuple(number, cents), { maxLength: 4 }),
});
const shuffled = fc.record({ ledger, seed: fc.infiniteStream(fc.nat(1000)) });

/** Shares of a credit note, and something for no document at all. */
function sharesOf(gross: string, amends: readonly string[]): Record<string, string> {
  const step = amount('0.01');
  const shares = amends.map((id, place) => ({ id, weight: BigInt(place + 1) }));
  const parts = allocate(amount(gross), [...shares, { id: '', weight: 1n }], step);
  return Object.fromEntries(amends.map((id) => [id, parts.get(id)!.toFixed(2)]));
}

test('what is open is between nothing and the whole, nothing is lost, and the order of what is told does not matter', () => {
  fc.assert(
    fc.property(shuffled, ({ ledger: { invoices, notes: credits, money: paid, writeOffs: written }, seed }) => {
      const documents = [
        ...invoices.map((gross, at) => document(`I${at + 1}`, '380', gross, [])),
        ...credits.map(([gross, amends, noted], at) =>
          document(`C${at + 1}`, '381', gross, amends, noted ? sharesOf(gross, amends) : undefined),
        ),
      ];
      const payments = paid.map(([of, value, isBack], at) => payment(`${at}`, of, isBack ? `-${value}` : value));
      const writeOffs = written.map(([of, value]) => writeOff(of, value));
      const balance = balanceOf({ currency: 'EUR', documents, payments, writeOffs });
      for (const { gross, credited, paid: of, settled, writtenOff, open } of balance.items) {
        const parts = [credited, of, settled, writtenOff, open].map(amount);
        expect(parts.every((part) => !part.lessThan(0) && !part.greaterThan(gross))).toBe(true);
        expect(sum(parts).toFixed(2)).toBe(gross);
      }
      const effective = sum(balance.items.map(({ writtenOff }) => amount(writtenOff)));
      const owed = sum(invoices.map(amount)).minus(sum(credits.map(([gross]) => amount(gross))));
      const got = sum(paid.map(([, value, isBack]) => amount(value).times(isBack ? -1 : 1)));
      expect(balance.balance).toBe(owed.minus(got).minus(effective).toFixed(2));
      const mixed = <Each>(values: readonly Each[]) =>
        values
          .map((value) => ({ value, key: seed.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ value }) => value);
      const again = {
        currency: 'EUR',
        documents: mixed(documents),
        payments: mixed(payments),
        writeOffs: mixed(writeOffs),
      };
      expect(balanceOf(again)).toEqual(balance);
    }),
  );
});
