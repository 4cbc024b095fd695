import { expect, test } from 'vitest';
import type { RecurringCharge } from '#shared/catalog/catalog.ts';
import {
  inSeason,
  onDay,
  pricedAs,
  recurringChargeOf,
  seasonFactor,
  usageChargeOf,
} from '#shared/rating/charge-variant.ts';
import { planBook } from '#shared/rating/plan-terms.ts';
import { BERLIN, catalogWith, planOf } from './fleet.ts';

const CHARGE =
  '{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 0.10, connectionFee: 0.05, seasons: [{ season: spring, factor: 1.5 }, { season: cold, price: 2 }] }';
const FEE =
  '{ kind: recurring, id: fee, name: Fee, price: 10, seasons: [{ season: spring, factor: 0.5 }, { season: cold, price: 7 }] }';
const LINE = '{ kind: recurring, id: line, name: Line, price: 3 }';
const MARK =
  '{ kind: usage, id: mark, name: Mark, measure: amount, price: { model: percentage, percent: 10 }, seasons: [{ season: spring, factor: 1.2 }] }';
const terms = planBook(catalogWith(planOf('a', `[${CHARGE}, ${FEE}, ${LINE}, ${MARK}]`)), BERLIN, 'p').get('a')![0]!;
const charge = terms.usageCharges[0]!.charge;
const [fee, line] = terms.version.charges.filter((each): each is RecurringCharge => each.kind === 'recurring');
const amount = ({ price }: typeof charge | RecurringCharge) => 'amount' in price && price.amount;

test('a charge in a season is a line of its own, named after it (pricing rules §5)', () => {
  const spring = inSeason(terms, charge, new Set(['spring']));
  expect([spring.id, spring.name, amount(spring)]).toEqual(['data@spring', 'Data, Spring', '0.15']);
  expect(inSeason(terms, charge, new Set(['summer']))).toBe(charge);
});

test('a percentage in a season is so many times as much', () => {
  const mark = inSeason(terms, terms.usageCharges[1]!.charge, new Set(['spring']));
  expect([mark.id, mark.price]).toEqual(['mark@spring', { model: 'percentage', percent: '12' }]);
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
  for (const id of ['voice', 'voice@spring', 'voice#fee', 'fee']) expect(usageChargeOf(terms, id)).toBeUndefined();
  expect(() => usageChargeOf(terms, 'data@summer')).toThrow('charge data has no price for season summer');
});

test.each([
  ['2026-03-09', 'fee', '10'],
  ['2026-03-10', 'fee@spring', '5'],
  ['2026-10-20', 'fee@cold', '7'],
])('a fee on %s is %s, at %s a month', (date, id, price) => {
  const its = onDay(terms, fee!, date);
  expect([its.id, amount(its)]).toEqual([id, price]);
  expect(recurringChargeOf(terms, id)).toEqual(its);
  expect(onDay(terms, line!, date)).toBe(line);
});

test('no fee of what is none, or of a season it says nothing of', () => {
  for (const id of ['data', 'data@spring', 'voice', 'voice@spring'])
    expect(recurringChargeOf(terms, id)).toBeUndefined();
  expect(pricedAs(line!, 'line@spring')).toBeNull();
  expect(() => recurringChargeOf(terms, 'line@spring')).toThrow('charge line has no price for season spring');
});

test.each([
  ['fee@spring', ['fee', '0.5']],
  ['fee@cold', undefined],
  ['fee', undefined],
  ['line@spring', undefined],
  ['voice@spring', undefined],
])('the listed fee and the factor of %s: %j', (id, expected) => {
  const found = seasonFactor(terms, id);
  expect(found && [found.listed.id, found.factor]).toEqual(expected);
});
