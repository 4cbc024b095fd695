import { expect, test } from 'vitest';
import { chargeOfLine, unitOfLine } from '#shared/billing/lines/charge-of-line.ts';
import { catalogWith, planOf } from '../rating/fleet.ts';
import { line } from './lines.ts';

const data = (price: string, more = '') =>
  `{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: ${price} ${more} }`;
const FEE = '{ kind: recurring, id: fee, name: Fee, price: 3.00 }';
const version = (from: string, charges: string) => `{ from: ${from}, charges: [${charges}] }`;
const SEASONAL = data('0.02', ', seasons: [{ season: spring, price: 0.01 }]');
const CATALOG = catalogWith(
  `  - { id: a, name: A, currency: EUR, zoneModel: zones, versions: [${version('2020-01-01', `${FEE}, ${SEASONAL}`)}, ${version('2026-03-01', data('0.05'))}] }\n${planOf('b', `[${data('0.09')}]`)}`,
);
const of = (charge: string, plan = 'a', from = '2020-01-01') => ({
  ...line(charge, '2026-03', '1.00'),
  plan,
  version: from,
});
const amountOf = (charge: ReturnType<typeof chargeOfLine>) =>
  charge !== null && 'price' in charge && charge.price.model === 'unit' ? charge.price.amount : charge;

test.each([
  ['of its plan and version', of('data'), '0.02'],
  ['of a later version', of('data', 'a', '2026-03-01'), '0.05'],
  ['of another plan', of('data', 'b'), '0.09'],
  ['of another kind', of('fee'), '3'],
  ['at the price of its season', of('data@spring'), '0.01'],
  ['none of a plan the catalogue does not have', of('data', 'c'), null],
  ['none of such a version', of('data', 'a', '2021-01-01'), null],
  ['none of such a charge', of('sms'), null],
  ['none of a season it has no price for', of('data@spring', 'a', '2026-03-01'), null],
])('the charge a line was priced by: %s', (_, its, price) => {
  expect(amountOf(chargeOfLine(CATALOG, 'p', its))).toBe(price);
});

test('the charge of a line whose version begins or ends where a commitment of the account does is that of the version before', () => {
  const rent = '{ kind: recurring, id: fee, name: Fee, price: 3.00, seasons: [{ season: spring, price: 2.00 }] }';
  const most = '{ id: most, name: Most, from: 2026-03-16, until: 2026-05-16, maximum: 10 }';
  const catalog = catalogWith(
    `${planOf('a', `[${rent}, ${data('0.02')}]`)}agreements: [{ account: p, currency: EUR, commitments: [${most}] }]\n`,
  );
  const priced = (charge: string, from: string, payer = 'p') =>
    amountOf(chargeOfLine(catalog, payer, of(charge, 'a', from)));
  expect(['2026-03-16', '2026-05-16', '2026-04-01'].map((from) => priced('data', from))).toEqual([
    '0.02',
    '0.02',
    null,
  ]);
  expect([priced('fee', '2026-03-16'), priced('fee@spring', '2026-03-16')]).toEqual(['3', '2']);
  expect(priced('data', '2026-03-16', 'q')).toBeNull();
});

test.each([
  ['the unit of the charge, where packages are paid', { ...of('data'), unit: 'package' }, 'MB'],
  ['records, where each pays', { ...of('data#fee'), unit: 'MB' }, 'piece'],
  ['the unit of the line, where it is no usage', { ...of('fee'), unit: 'subscription' }, 'subscription'],
  ['and where there is no charge', { ...of('sms'), unit: 'MB' }, 'MB'],
])('quantities of a line are counted in %s', (_, its, unit) => {
  expect(unitOfLine(its, chargeOfLine(CATALOG, 'p', its))).toBe(unit);
});
