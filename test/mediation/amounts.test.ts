import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { amount } from '#shared/money/amount.ts';
import { amountUnitOf } from '#shared/usage/usage-key-text.ts';
import { decode } from './decode.ts';
import { amountsIn } from './kept-amounts.ts';

const HEADER = 'record_id,imsi,start,service,bytes,charge,currency';
const PLAIN = { ...presetSource('plain-csv', 'plain', 'demo', '*'), amounts: true };

const csv = (...charges: string[]) =>
  Buffer.from(
    [
      HEADER,
      ...charges.map((said, i) => `r${i},262011234567890,2026-10-0${1 + (i % 9)}T12:00:00Z,data,100,${said}`),
      '',
    ].join('\n'),
  );

test.each([
  ['0.02203,EUR', [22_030, 'EUR/6']],
  ['0.02000,EUR', [20, 'EUR/3']],
  ['12,eur', [12, 'EUR/0']],
  ['0,EUR', [0, 'EUR/0']],
  ['7.6e-05,USD', [76, 'USD/6']],
  ['0.1234567890125,XDR', [123_456_789_013, 'XDR/12']],
  ['0.30000000000000004,EUR', [300, 'EUR/3']],
  ['9007199254740991,JPY', [9_007_199_254_740_991, 'JPY/0']],
  [',EUR', [0, '']],
  ['0.5,', [0, '']],
] as const)('%s is kept as %j', (said, kept) => {
  expect(amountsIn(decode(PLAIN, 'usage.csv', csv(said)))).toEqual([kept]);
});

test.each([
  ['-0.5,EUR', 'VALUE_OUT_OF_RANGE charge'],
  ['9007199254740992,JPY', 'VALUE_OUT_OF_RANGE charge'],
  ['1.234.5,EUR', 'INVALID_VALUE charge'],
  ['free,EUR', 'INVALID_VALUE charge'],
  ['0.5,euro', 'INVALID_VALUE currency'],
])('%s is rejected: %s', (said, why) => {
  const { chunks } = decode(PLAIN, 'usage.csv', csv(said, '1,EUR'));
  expect(chunks.flatMap(({ rejected }) => rejected.map(({ code, field }) => `${code} ${field}`))).toEqual([why]);
});

test('a source that keeps no amounts writes what it wrote, whatever its files say', () => {
  const without = { ...PLAIN, amounts: false };
  const [said, silent] = [
    decode(without, 'usage.csv', csv('0.5,EUR', '-1,x')),
    decode(without, 'usage.csv', csv(',', ',')),
  ];
  expect(said.chunks.map(({ items }) => items)).toEqual(silent.chunks.map(({ items }) => items));
  expect(amountsIn(said)).toEqual([
    [0, ''],
    [0, ''],
  ]);
});

test('a comma divides where the source says so', () => {
  const semicolons = { ...PLAIN, delimiter: ';', decimalSeparator: ',' } as typeof PLAIN;
  const file = Buffer.from(csv('0.25,EUR').toString('utf8').replaceAll(',', ';').replace('0.25', '0,25'));
  expect(amountsIn(decode(semicolons, 'usage.csv', file))).toEqual([[250, 'EUR/3']]);
});

const TAP = { ...presetSource('tap3', 'tap', 'demo', '*'), amounts: true };
const sample = (name: string) => readFileSync(new URL(`samples/tap3/${name}`, import.meta.url));

test.each([
  ['CDDEUD2UTOIO00101', 'XDR'],
  ['CDDEUD2UTOIO00104', 'EUR'],
  ['CDFRAF1UTOIO00007', 'XDR'],
])(
  'charges of TAP file %s are those of type 00, with the rate of the file: what they come to in its sender’s currency',
  (name, currency) => {
    const { records } = JSON.parse(sample(`${name}.expected.json`).toString()) as {
      records: { charge?: { amount: string; localAmount: string; localCurrency: string } }[];
    };
    const charged = records.flatMap(({ charge }) => (charge === undefined ? [] : [charge]));
    const kept = amountsIn(decode(TAP, name, sample(name))).filter(([, unit]) => unit !== '');
    const counted = kept.map(([quantity, text]) => {
      const unit = amountUnitOf(text);
      expect(unit.currency).toBe(currency);
      const value = amount(quantity).div(amount(10).pow(unit.decimals));
      return `${value.toFixed()} ${value.times(unit.byFile!.rate).toFixed()} ${unit.byFile!.currency}`;
    });
    const said = charged.map(
      (each) => `${amount(each.amount).toFixed()} ${amount(each.localAmount).toFixed()} ${each.localCurrency}`,
    );
    expect(counted.sort()).toEqual(said.sort());
  },
);

test('what is written is what is kept, exactly, up to twelve places', () => {
  const written = fc.record({
    whole: fc.nat(9000),
    fraction: fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 11 }),
  });
  fc.assert(
    fc.property(fc.array(written, { minLength: 1, maxLength: 9 }), (amounts) => {
      const texts = amounts.map(({ whole, fraction }) => (fraction === '' ? `${whole}` : `${whole}.${fraction}`));
      const kept = amountsIn(decode(PLAIN, 'usage.csv', csv(...texts.map((text) => `${text},EUR`))));
      const picos = (value: bigint, places: number) => value * 10n ** BigInt(12 - places);
      expect(kept.map(([value, unit]) => picos(BigInt(value), Number(unit.slice(4))))).toEqual(
        amounts.map(({ whole, fraction }) => picos(BigInt(`${whole}${fraction}`), fraction.length)),
      );
    }),
    { numRuns: 200 },
  );
});
