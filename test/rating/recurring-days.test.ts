import { expect, test } from 'vitest';
import type { RecurringCharge } from '#shared/catalog/catalog.ts';
import { isPaidByDay } from '#shared/rating/recurring/recurring-days.ts';
import { catalogWith, planOf } from './fleet.ts';

test.each([
  ['', true],
  ['proration: none', false],
  ['minimum: 5', false],
  ['quantity: 2', true],
  ['quantity: { property: doors }', true],
  ['quantity: { property: doors }, proration: none', false],
  ['quantity: peak', false],
  ['quantity: atEnd', false],
  ['quantity: used', false],
])('of a fee %s each day is paid for by itself: %s (pricing rules §2)', (more, is) => {
  const fee = `{ kind: recurring, id: fee, name: Fee, price: 1.00, ${more} }`;
  const [charge] = catalogWith(planOf('a', `[${fee}]`)).plans[0]!.versions[0]!.charges;
  expect(isPaidByDay(charge as RecurringCharge)).toBe(is);
});
