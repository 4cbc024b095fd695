import type { PaymentsRecorded, Position } from '../entry.ts';
import { type Payment, paymentRow, paymentsKey, type RecordedPayment } from '../payment.ts';
import { type Objects, type Projections, withPrefix } from '../ports.ts';
import { readContent } from './content.ts';

/** Projects the payments of an entry under their accounts. */
export async function projectPayments(
  { objects, projections }: { readonly objects: Objects; readonly projections: Projections },
  position: Position,
  body: PaymentsRecorded,
): Promise<void> {
  let index = 0;
  for (const part of body.parts) {
    const payments = (await readContent(objects, part)) as Payment[];
    await projections.put(payments.map((payment) => paymentRow({ ...payment, position, index: index++ })));
  }
}

/** Payments of an account, as projected so far, in the order they were told; of one told twice, the first. */
export async function paymentsOf(
  projections: Projections,
  seller: string,
  account: string,
): Promise<RecordedPayment[]> {
  const rows = await projections.query<RecordedPayment>(paymentsKey(seller, account), withPrefix(''));
  const first = new Map<string, RecordedPayment>();
  for (const { value } of rows) if (!first.has(value.id)) first.set(value.id, value);
  return [...first.values()];
}
