import { expect, test } from 'vitest';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { localCharge } from '#shared/mediation/local-charge.ts';
import {
  bcd,
  element,
  encodeTransferBatch,
  integer,
  localTime,
  type Tap3File,
  tap3FileName,
  text,
} from '../../bench/generate/tap3-encoder.ts';
import { ARRIVED, type Decoded, decode, recordsOf } from './decode.ts';
import { amountsIn } from './kept-amounts.ts';

const TAP3 = presetSource('tap3', 'tap3', 'demo', '*');
const START = ARRIVED - 86_400;
const FILE: Tap3File = {
  sender: 'NPLM1',
  recipient: 'UTOIO',
  sequence: 1,
  release: 12,
  test: false,
  available: ARRIVED - 3600,
  offset: '+0100',
  localCurrency: 'NPR',
  tapCurrency: 'EUR',
  decimals: 2,
  exchangeRate: 0,
  indefinite: false,
  audit: {},
  events: [],
};
const node = (tag: number, ...children: Uint8Array[]) => element(tag, true, Buffer.concat(children));

/** 155.12 NPR for one EUR under code 1, 0.5 under code 2; discount 7 is 1.00, discount 8 is 12.5 percent. */
const ACCOUNTING = node(
  5,
  text(135, 'NPR'),
  text(210, 'EUR'),
  node(
    80,
    node(106, integer(105, 1), integer(159, 2), integer(104, 15_512)),
    node(106, integer(105, 2), integer(159, 1), integer(104, 5)),
  ),
  node(
    95,
    node(94, integer(91, 7), node(428, integer(411, 100))),
    node(94, integer(91, 8), node(428, integer(92, 1250))),
  ),
  integer(244, 2),
);

const total = (amount: number) => node(63, text(71, '00'), integer(62, amount));
const part = (amount: number) => node(63, text(71, '01'), integer(62, amount));
const tax = (value: number) => node(214, node(213, integer(212, 1), integer(397, value)));
const charge = (rate: number, amount: number, ...more: Uint8Array[]) =>
  node(69, text(66, 'X'), integer(105, rate), node(64, total(amount), part(amount)), ...more);
const discount = (...said: Uint8Array[]) => node(96, ...said);

const gprs = (id: number, ...charges: Uint8Array[]) =>
  node(
    14,
    node(
      114,
      node(115, node(427, node(199, bcd(129, '001010000000001')))),
      node(44, text(16, localTime(START, '+0000')), integer(232, 1)),
      integer(223, 60),
      integer(72, id),
    ),
    node(121, integer(250, 5), integer(251, 6), node(70, ...charges)),
  );

interface Totals {
  readonly charge: number;
  readonly tax: number;
  readonly discount: number;
}

/** Decodes events in a file whose accounting information is the one above. */
function decoded(events: readonly Uint8Array[], { charge, tax, discount }: Totals, source = TAP3): Decoded {
  const batch = encodeTransferBatch({
    ...FILE,
    events: events.map((event) => ({
      kind: 'encoded',
      event,
      start: START,
      offset: '+0000',
      entity: 'GGSN-1',
      charge: 0,
      tax: 0,
    })),
    audit: { charge, tax, discount },
  });
  return decode(source, tap3FileName(FILE), withAccounting(Buffer.from(batch)));
}

function withAccounting(batch: Buffer): Uint8Array {
  const groups: Uint8Array[] = [];
  const lengthAt = (at: number) => {
    const first = batch[at]!;
    const octets = first < 0x80 ? 0 : first & 127;
    return { content: at + 1 + octets, length: octets === 0 ? first : batch.readUIntBE(at + 1, octets) };
  };
  for (let at = lengthAt(1).content; at < batch.length; ) {
    const { content, length } = lengthAt(at + 1);
    groups.push((batch[at]! & 31) === 5 ? ACCOUNTING : batch.subarray(at, content + length));
    at = content + length;
  }
  return node(1, ...groups);
}

const told = (result: Decoded) =>
  recordsOf(result).map((line) => [
    line.charge,
    line.discount,
    line.tax,
    line.exchange_rate,
    line.local_charge || localCharge(line.charge, line.exchange_rate),
    line.local_currency,
  ]);
const codes = ({ outcome }: Decoded) => outcome.problems.map(({ code }) => code);

test('a charge without a discount, its tax, and what it is in local currency', () => {
  const result = decoded([gprs(1, charge(1, 250, tax(48)))], { charge: 250, tax: 48, discount: 0 });
  expect(result.outcome).toMatchObject({ status: 'accepted', problems: [] });
  expect(told(result)).toEqual([['2.50', '', '0.48', '155.12', '387.8000', 'NPR']]);
});

test.each([
  ['the amount it says', discount(integer(91, 8), integer(412, 31), integer(423, 250)), 31, '2.19', '0.31'],
  ['a fixed one, by its code', discount(integer(91, 7)), 100, '1.50', '1.00'],
  ['a percentage of the charge, by its code: 31.25 is 31', discount(integer(91, 8)), 31, '2.19', '0.31'],
  ['a percentage of what it is on: 12.5 is 13', discount(integer(91, 8), integer(423, 100)), 13, '2.37', '0.13'],
])('a discount is taken off the charge: %s', (_, its, value, after, said) => {
  const result = decoded([gprs(1, charge(1, 250, its))], { charge: 250, tax: 0, discount: value });
  expect(result.outcome).toMatchObject({ status: 'accepted', problems: [] });
  expect(told(result)).toEqual([[after, said, '', '155.12', localCharge(after, '155.12'), 'NPR']]);
  expect(codes(decoded([gprs(1, charge(1, 250, its))], { charge: 250, tax: 0, discount: value + 1 }))).toEqual([
    'AUDIT_DISCOUNT_MISMATCH',
  ]);
});

test('charges at several rates are added up in local currency: 1.00 at 155.12, and 4.00 less 1.00 at 0.5', () => {
  const events = [gprs(1, charge(1, 100), charge(2, 400, discount(integer(91, 7))))];
  const result = decoded(events, { charge: 500, tax: 0, discount: 100 });
  expect(told(result)).toEqual([['4.00', '1.00', '', '', '156.62000000000000', 'NPR']]);
});

test.each([
  ['one rate, which goes along', [charge(1, 250)], 250, 0, [250_0, 'EUR/3 NPR 155.12']],
  ['a rate the file lacks', [charge(9, 250)], 250, 0, [250_0, 'EUR/3']],
  [
    'several rates: what they lead to together',
    [charge(1, 100), charge(2, 400, discount(integer(91, 7)))],
    500,
    100,
    [156_620, 'NPR/3'],
  ],
])('an amount is kept with %s', (_, charges, total, off, kept) => {
  const keeping = { ...TAP3, amounts: true };
  const result = decoded([gprs(1, ...charges)], { charge: total, tax: 0, discount: off }, keeping);
  expect(amountsIn(result)).toEqual([kept]);
});

test('what the file does not define is a warning, and never proof of a wrong total', () => {
  const rate = decoded([gprs(1, charge(9, 250))], { charge: 250, tax: 0, discount: 0 });
  expect(rate.outcome).toMatchObject({
    status: 'accepted',
    problems: [{ code: 'UNKNOWN_ACCOUNTING_CODE', field: 'exchangeRateCode', value: '9' }],
  });
  expect(told(rate)).toEqual([['2.50', '', '', '', '', '']]);
  const unknown = decoded([gprs(1, charge(1, 250, discount(integer(91, 9))))], { charge: 250, tax: 0, discount: 44 });
  expect(unknown.outcome.status).toBe('accepted');
  expect(codes(unknown)).toEqual(['UNKNOWN_ACCOUNTING_CODE', 'AUDIT_UNVERIFIED']);
});

test('a discount larger than its charge is rejected with its record, and stays in the totals', () => {
  const events = [gprs(1, charge(1, 50, discount(integer(91, 7)))), gprs(2, charge(1, 50))];
  const result = decoded(events, { charge: 100, tax: 0, discount: 100 });
  expect(result.outcome).toMatchObject({ status: 'accepted', rejected: 1 });
  expect(result.chunks[0]!.rejected).toMatchObject([{ code: 'VALUE_OUT_OF_RANGE', field: 'discount', value: '100' }]);
});
