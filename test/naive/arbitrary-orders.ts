import fc from 'fast-check';
import type { AdHocFact } from '#shared/inventory/fact.ts';
import { midnight } from './account-calendar.ts';
import { dateIn, type Frame } from './arbitrary-frame.ts';
import { PAYER } from './world.ts';

/** Orders of our payer, mostly none; of some something else is said later, or that they are taken back. An order keeps its date. */
export function ordersOf(frame: Frame): fc.Arbitrary<AdHocFact[]> {
  const order = fc.record({
    date: dateIn(frame),
    quantities: fc.array(fc.constantFrom('1', '1', '2.5', '0'), { minLength: 1, maxLength: 2 }),
    price: fc.constantFrom('0.333', '20', '400'),
    businessUnit: fc.constantFrom('', 'x', 'y'),
    taxCategory: fc.constantFrom('goods' as const, 'service' as const, 'telecom' as const),
  });
  const some = fc.array(order, { minLength: 1, maxLength: 3 }).map((all) =>
    all.flatMap(({ date, quantities, ...sold }, place) =>
      quantities.map((quantity): AdHocFact => {
        const effectiveFrom = midnight(frame, date);
        const said = { order: `${place}`, product: 'Router', reference: '', effectiveFrom };
        return { kind: 'adHoc', account: PAYER, ...said, ...sold, quantity };
      }),
    ),
  );
  return fc.oneof(fc.constant<AdHocFact[]>([]), some);
}
