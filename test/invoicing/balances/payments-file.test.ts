import { describe, expect, test } from 'vitest';
import { readPayments } from '#shared/invoicing/balances/payments-file.ts';

const HEAD = 'id,account,date,amount,currency';
const ALL = 'id, account, date, amount, currency, invoice, kind, reference, seller';

describe('a payments file', () => {
  test('names its columns in any order; what it does not say is nothing, and a row is a payment', () => {
    const text = `﻿currency,amount, date ,account,id\n\nEUR, 12.50 ,2026-03-05,p,pay-1\nUSD,1,2026-03-06,q,pay-2\n`;
    const nothing = { document: '', reference: '', seller: '', kind: 'payment' };
    expect(readPayments('bank.csv', text)).toEqual({
      problems: [],
      rows: [
        {
          place: 'bank.csv:3',
          id: 'pay-1',
          account: 'p',
          date: '2026-03-05',
          amount: '12.50',
          currency: 'EUR',
          ...nothing,
        },
        {
          place: 'bank.csv:4',
          id: 'pay-2',
          account: 'q',
          date: '2026-03-06',
          amount: '1',
          currency: 'USD',
          ...nothing,
        },
      ],
    });
  });

  test('may name an invoice, a kind, a reference and a seller', () => {
    const text = `${HEAD},invoice,kind,reference,seller\na,p,2026-03-05,1,EUR,INV-1,repayment,thanks,acme\nb,p,2026-03-05,1,EUR,,,,\n`;
    const { rows, problems } = readPayments('f', text);
    expect(problems).toEqual([]);
    expect(rows).toMatchObject([
      { document: 'INV-1', kind: 'repayment', reference: 'thanks', seller: 'acme' },
      { document: '', kind: 'payment', reference: '', seller: '' },
    ]);
  });

  test.each<[string, string, string[]]>([
    ['empty', '', [`f: there is no row below a header line of ${HEAD}`]],
    ['a header line alone', `${HEAD}\n`, [`f: there is no row below a header line of ${HEAD}`]],
    [
      'columns that are missing, and others that are not known',
      `id,account,amount,currency,Datum,${'x'.repeat(70)}\n1,2,3,4,5,6\n`,
      [
        'f:1: the column date is missing',
        `f:1: there is no column "Datum"; expected ${ALL}`,
        `f:1: there is no column "${'x'.repeat(60)}"; expected ${ALL}`,
      ],
    ],
    [
      'a row too short',
      `${HEAD}\na,p,2026-03-05,1,EUR\nb,p\n`,
      ['f:3: Invalid Record Length: columns length is 5, got 2 on line 3'],
    ],
    ...[';', '\t'].map((mark): [string, string, string[]] => [
      `columns apart by ${JSON.stringify(mark)}`,
      `${HEAD.replaceAll(',', mark)}\n${['a', 'p', '2026-03-05', '12,50', 'EUR'].join(mark)}\n`,
      ['f:1: its columns do not stand apart by commas; save it as CSV with commas, amounts like 12.50'],
    ]),
    ['more than is taken', 'x'.repeat(20_000_001), ['f: more than 20000000 characters; cut it into several files']],
  ])('is refused with the place of all that is wrong: %s', (_, text, problems) => {
    expect(readPayments('f', text).problems).toEqual(problems);
  });

  test('has no rows where its columns are wrong, and all of them where a value is', () => {
    const rowsOf = (text: string) => readPayments('f', text).rows.map(({ id }) => `${id}`);
    expect(rowsOf(`${HEAD},colour\na,p,2026-03-05,1,EUR,red\n`)).toEqual([]);
    expect(rowsOf(`${HEAD}\na,p\n`)).toEqual([]);
    expect(rowsOf('')).toEqual([]);
    expect(rowsOf('x'.repeat(20_000_001))).toEqual([]);
    expect(rowsOf(`${HEAD},kind\na,p,2026-03-05,1,EUR,gift\nb,p,2026-03-05,1,EUR,\n`)).toEqual(['a', 'b']);
  });
});
