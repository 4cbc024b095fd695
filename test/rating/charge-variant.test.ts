import { expect, test } from 'vitest';
import { inSeason, pricedAs, usageChargeOf } from '#shared/rating/charge-variant.ts';
import { planBook } from '#shared/rating/plan-terms.ts';
import { BERLIN, catalogWith, planOf } from './fleet.ts';

const CHARGE =
  '{ kind: usage, id: data, name: Data, measure: bytes, unit: MB, price: 0.10, connectionFee: 0.05, seasons: [{ season: spring, factor: 1.5 }, { season: cold, price: 2 }] }';
const terms = planBook(catalogWith(planOf('a', `[${CHARGE}]`)), BERLIN, 'p').get('a')![0]!;
const charge = terms.usageCharges[0]!.charge;
const amount = ({ price }: typeof charge) => 'amount' in price && price.amount;

test('a charge in a season is a line of its own, named after it (pricing rules §5)', () => {
  const spring = inSeason(terms, charge, new Set(['spring']));
  expect([spring.id, spring.name, amount(spring)]).toEqual(['data@spring', 'Data, Spring', '0.15']);
  expect(inSeason(terms, charge, new Set(['summer']))).toBe(charge);
});

test.each([
  ['data', '0.1'],
  ['data@spring', '0.15'],
  ['data@cold', '2'],
  ['data#fee', '0.1'],
])('the price of its plan for the line %s: %s', (id, price) => {
  expect(amount(pricedAs(charge, id)!)).toBe(price);
});

test('no price for a season the charge says nothing of', () => {
  expect(pricedAs(charge, 'data@autumn')).toBeNull();
});

test.each([
  ['data', 'Data', '0.1'],
  ['data@cold', 'Cold', '2'],
  ['data#fee', 'Data', '0.05'],
])('the charge of the line %s: %s at %s', (id, name, price) => {
  const its = usageChargeOf(terms, id)!;
  expect([its.id, its.name.split(', ').at(-1), amount(its)]).toEqual([id, name, price]);
});

test('a charge or a season that is not there', () => {
  expect(usageChargeOf(terms, 'voice')).toBeUndefined();
  expect(() => usageChargeOf(terms, 'data@summer')).toThrow('charge data has no price for season summer');
});
