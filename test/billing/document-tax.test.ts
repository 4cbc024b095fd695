import { describe, expect, test } from 'vitest';
import type { TaxEvidence } from '#shared/billing/draft.ts';
import { documentTax, type TaxableLine, wholePercent } from '#shared/billing/taxes/document-tax.ts';
import { amount, sum } from '#shared/money/amount.ts';

const tax = (percent: string, name = '', on: 'net' | 'taxed' = 'net') => ({ name, on, percent });
const line = (priced: string, ...taxes: ReturnType<typeof tax>[]): TaxableLine => {
  return {
    amount: priced,
    taxIncluded: false,
    category: 'S',
    place: '',
    reason: '',
    basis: '',
    reasonCode: '',
    evidence: [],
    taxes,
  };
};
const gross = (priced: string, ...taxes: ReturnType<typeof tax>[]): TaxableLine => {
  return { ...line(priced, ...taxes), taxIncluded: true };
};
const exempt = (category: TaxableLine['category'], net: string, reason: string): TaxableLine => {
  return { ...line(net), category, reason, reasonCode: `VATEX-EU-${category}` };
};
const taxesOf = (lines: TaxableLine[], currency = 'EUR') => documentTax(lines, currency).taxes.map((row) => row.tax);

describe('tax of one rate: rounded once on the sum, half away from zero', () => {
  test.each([
    ['EUR', ['100.00'], '24', '24.00'],
    ['EUR', ['0.02', '0.02', '0.02'], '24', '0.01'],
    ['EUR', ['0.50'], '5', '0.03'],
    ['EUR', ['-0.50'], '5', '-0.03'],
    ['EUR', ['10.00', '-10.00'], '24', '0.00'],
    ['JPY', ['1005'], '10', '101'],
    ['JPY', ['1004'], '10', '100'],
    ['KWD', ['1.005'], '5', '0.050'],
    ['KWD', ['1.010'], '5', '0.051'],
    ['CHF', ['123.45'], '8.1', '10.00'],
    ['EUR', ['99999999999999999999.99'], '24', '24000000000000000000.00'],
  ])('%s %j at %s %% → %s', (currency, nets, percent, expected) => {
    expect(
      taxesOf(
        nets.map((net) => line(net, tax(percent))),
        currency,
      ),
    ).toEqual([expected]);
  });

  // Cases other billing systems assert (Flexprice, Meteroid), as amounts in units of the currency.
  test.each([
    ['10 % of 100.00 USD', 'USD', '100.00', '10', '10.00'],
    ['33.333 % of 100.00 USD', 'USD', '100.00', '33.333', '33.33'],
    ['10 % of 1000 JPY', 'JPY', '1000', '10', '100'],
    ['10.5 % of 999 JPY', 'JPY', '999', '10.5', '105'],
    ['0.1 % of 1.00 USD', 'USD', '1.00', '0.1', '0.00'],
    ['10 % after a discount of 10 on 100', 'USD', '90.00', '10', '9.00'],
    ['21 % of 9.99', 'EUR', '9.99', '21', '2.10'],
    ['7.25 % of 100.00', 'USD', '100.00', '7.25', '7.25'],
  ])('%s', (_, currency, net, percent, expected) => {
    expect(taxesOf([line(net, tax(percent))], currency)).toEqual([expected]);
  });
});

describe('several taxes by name on one net', () => {
  const states = [tax('8.875', 'State'), tax('2.125', 'City'), tax('0.5', 'District')];
  test('are rounded each (pricing rules §7): 8.87 + 2.12 + 0.50 = 11.49', () => {
    const { nets, taxes } = documentTax([line('99.99', ...states)], 'USD');
    expect(nets).toEqual(['99.99']);
    expect(taxes.map((row) => [row.name, row.percent, row.net, row.tax])).toEqual([
      ['State', '8.875', '99.99', '8.87'],
      ['City', '2.125', '99.99', '2.12'],
      ['District', '0.5', '99.99', '0.50'],
    ]);
    expect(sum(taxes.map((row) => amount(row.tax))).toFixed(2)).toBe('11.49');
  });

  test('on taxed amounts: 5 % and then 9.5 % on net and the 5 % as it was rounded', () => {
    const { taxes } = documentTax([line('33.33', tax('5', 'GST'), tax('9.5', 'QST', 'taxed'))], 'CAD');
    expect(taxes.map((row) => [row.net, row.tax])).toEqual([
      ['33.33', '1.67'],
      ['35.00', '3.33'],
    ]);
    expect(wholePercent([tax('5', 'GST'), tax('9.5', 'QST', 'taxed')])).toBe('14.975');
  });

  test('lines with other taxes are rows of their own, in the order of their taxes', () => {
    const rows = documentTax([line('10.00', tax('4', 'State')), line('10.00', ...states)], 'USD').taxes;
    expect(rows.map((row) => `${row.name} ${row.percent} ${row.tax}`)).toEqual([
      'State 8.875 0.89',
      'City 2.125 0.21',
      'District 0.5 0.05',
      'State 4 0.40',
    ]);
  });
});

describe('prices that include the tax: gross kept, tax = gross − net', () => {
  // 119.00 ÷ 1.19 = 100.00; 9.99 ÷ 1.19 = 8.3949… → 8.39 and 1.60; three lines of 3.00 at 19 %: 9.00 ÷ 1.19 = 7.5630… → 7.56 and 1.44, nets 2.52 each.
  test.each<[string, TaxableLine[], string, string[], string]>([
    ['one line', [gross('119.00', tax('19'))], 'EUR', ['100.00'], '19.00'],
    ['rounded', [gross('9.99', tax('19'))], 'EUR', ['8.39'], '1.60'],
    ['three lines', [1, 2, 3].map(() => gross('3.00', tax('19'))), 'EUR', ['2.52', '2.52', '2.52'], '1.44'],
    // 2 × 0.99 = 1.98 ÷ 1.19 = 1.6638… → 1.66: nets 0.8319… each, of which none is raised: 0.83 and 0.83, tax 0.32.
    ['two lines', [gross('0.99', tax('19')), gross('0.99', tax('19'))], 'EUR', ['0.83', '0.83'], '0.32'],
    // 1.00 ÷ 1.07 = 0.9345…: three are 2.8037… → 2.80, so that one of the three nets is 0.94.
    ['a missing cent', [1, 2, 3].map(() => gross('1.00', tax('7'))), 'EUR', ['0.94', '0.93', '0.93'], '0.20'],
    ['one takes back', [gross('10.00', tax('19')), gross('-4.00', tax('19'))], 'EUR', ['8.40', '-3.36'], '0.96'],
    ['yen', [gross('1100', tax('10')), gross('108', tax('10'))], 'JPY', ['1000', '98'], '110'],
    ['dinar', [gross('1.000', tax('5'))], 'KWD', ['0.952'], '0.048'],
    ['beside a net price', [gross('1.19', tax('19')), line('1.00', tax('19'))], 'EUR', ['1.00', '1.00'], '0.38'],
  ])('%s', (_, lines, currency, nets, expected) => {
    const { nets: found, taxes } = documentTax(lines, currency);
    expect(found).toEqual(nets);
    expect(taxes.map((row) => row.tax)).toEqual([expected]);
  });

  test('several taxes share what is inside: 114.98 holds 100.00, 5.00 and 9.98 of 14.975', () => {
    const { taxes } = documentTax([gross('114.98', tax('5', 'GST'), tax('9.5', 'QST', 'taxed'))], 'CAD');
    expect(taxes.map((row) => [row.net, row.tax])).toEqual([
      ['100.00', '5.00'],
      ['105.00', '9.98'],
    ]);
  });

  // 110.50 ÷ 1.105 = 100.00, of which 8 % and 2.5 % are each on the net: 8.00 and 2.50.
  test('several taxes on one net share it: 110.50 holds 100.00, 8.00 and 2.50 of 10.5', () => {
    const { taxes } = documentTax([gross('110.50', tax('8', 'State'), tax('2.5', 'City'))], 'USD');
    expect(taxes.map((row) => [row.net, row.tax])).toEqual([
      ['100.00', '8.00'],
      ['100.00', '2.50'],
    ]);
    expect(wholePercent([tax('8', 'State'), tax('2.5', 'City')])).toBe('10.5');
  });
});

describe('a credit takes the tax on what was left less that on what is left then (decision 34)', () => {
  const gst = tax('5', 'GST');
  const qst = tax('9.5', 'QST', 'taxed');
  const levy = tax('1', 'Levy');
  test.each<[string, TaxableLine[], TaxableLine[], string[], [net: string, tax: string][]]>([
    // 10.00: 0.50, 9.5 % of 10.50 → 1.00, and 0.10; 9.90: 0.495 → 0.50, 9.5 % of 10.40 → 0.99, and 0.099 → 0.10.
    [
      'a tax that stands on others: on the net and on what these fall by, which is nothing',
      [line('10.00', gst, qst, levy)],
      [line('-0.10', gst, qst, levy)],
      ['-0.10'],
      [
        ['-0.10', '0.00'],
        ['-0.10', '-0.01'],
        ['-0.10', '0.00'],
      ],
    ],
    // 6.00: 0.30, 9.5 % of 6.30 → 0.60 (0.5985), and 0.06.
    [
      'and where they fall by something',
      [line('10.00', gst, qst, levy)],
      [line('-4.00', gst, qst, levy)],
      ['-4.00'],
      [
        ['-4.00', '-0.20'],
        ['-4.20', '-0.40'],
        ['-4.00', '-0.04'],
      ],
    ],
    // 114.98 holds 100.00, 5.00 and 9.98. What is left, 57.48, is 49.9934… → 49.99, and 7.49 of it tax: 2.50 and 4.99.
    [
      'prices that include it: the half of 114.98 is 50.01, 2.50 and 4.99',
      [gross('114.98', gst, qst)],
      [gross('-57.50', gst, qst)],
      ['-50.01'],
      [
        ['-50.01', '-2.50'],
        ['-52.51', '-4.99'],
      ],
    ],
    // 1.19 + 1.00: 0.19 inside and 0.19 on top are 0.38. Left are 0.69 and 0.40: 0.5798… → 0.58 and 0.11, and 0.08 on top.
    [
      'prices that include it beside a net price',
      [gross('1.19', tax('19')), line('1.00', tax('19'))],
      [gross('-0.50', tax('19')), line('-0.60', tax('19'))],
      ['-0.42', '-0.60'],
      [['-1.02', '-0.19']],
    ],
  ])('%s', (_, standing, credit, nets, expected) => {
    const { nets: found, taxes } = documentTax(credit, 'EUR', standing);
    expect(found).toEqual(nets);
    expect(taxes.map((row) => [row.net, row.tax])).toEqual(expected);
  });
});

describe('tax of a document', () => {
  test('one row per category and rate, by category, the higher rate first; 19 and 19.00 are one rate', () => {
    const lines = [
      line('10.00', tax('7')),
      exempt('E', '5.00', 'Art. 132'),
      line('1.00', tax('19')),
      line('2.00', tax('19.00')),
      exempt('E', '5.00', 'Art. 132'),
    ];
    const head = { place: '', name: '', basis: '', evidence: [] };
    expect(documentTax(lines, 'EUR').taxes).toEqual([
      {
        ...head,
        category: 'E',
        percent: '0',
        net: '10.00',
        tax: '0.00',
        reason: 'Art. 132',
        reasonCode: 'VATEX-EU-E',
      },
      { ...head, category: 'S', percent: '19', net: '3.00', tax: '0.57', reason: '', reasonCode: '' },
      { ...head, category: 'S', percent: '7', net: '10.00', tax: '0.70', reason: '', reasonCode: '' },
    ]);
  });

  test('two countries with one rate are two rows, in the order of their names', () => {
    const of = (place: string) => ({ ...line('1.00', tax('19')), place });
    const dearer = { ...of('DE'), taxes: [tax('20')] };
    expect(documentTax([of('DE'), of('CY'), dearer, of('AT')], 'EUR').taxes.map((row) => row.place)).toEqual([
      'DE',
      'AT',
      'CY',
      'DE',
    ]);
  });

  test('a rate of 0 and no rate are one row of a category that charges nothing', () => {
    const free = exempt('E', '2.00', 'x');
    expect(documentTax([{ ...free, taxes: [tax('0', 'VAT')] }, free], 'EUR').taxes).toMatchObject([
      { category: 'E', name: '', percent: '0', net: '4.00', tax: '0.00' },
    ]);
  });

  test('each reason, law and piece of evidence of its lines is said once, with the code of the first', () => {
    const certificate = (id: string): TaxEvidence => {
      return { kind: 'exemptionCertificate', id, source: '', from: '2026-01-01', until: '', reference: '' };
    };
    const of = (reason: string, basis: string, reasonCode: string, ...ids: string[]): TaxableLine => {
      return { ...line('1.00'), category: 'E', reason, basis, reasonCode, evidence: ids.map(certificate) };
    };
    const lines = [
      of('', '', '', 'C-1'),
      of('Schools', 'Art. 132', 'VATEX-EU-132', 'C-1', 'C-2'),
      of('Embassies', 'Art. 151', 'VATEX-EU-151', 'C-2'),
      of('Schools', 'Art. 132', 'VATEX-EU-132'),
    ];
    expect(documentTax(lines, 'EUR').taxes).toMatchObject([
      {
        reason: 'Schools; Embassies',
        basis: 'Art. 132; Art. 151',
        reasonCode: 'VATEX-EU-132',
        evidence: [certificate('C-1'), certificate('C-2')],
      },
    ]);
  });

  test('lines whose tax is not decided yet have no row beside those of lines whose is', () => {
    const lines = [line('1.00', tax('7')), line('5.00'), line('2.00', tax('19')), gross('4.00')];
    const { nets, taxes } = documentTax(lines, 'EUR');
    expect(nets).toEqual(['1.00', '5.00', '2.00', '4.00']);
    expect(taxes.map((row) => `${row.percent} ${row.net}`)).toEqual(['19 2.00', '7 1.00']);
  });

  test('nothing taxed gives no rows', () => {
    expect(documentTax([], 'EUR')).toEqual({ nets: [], taxes: [] });
  });

  test('a category that charges nothing has no percent', () => {
    expect(() => documentTax([{ ...exempt('AE', '1.00', 'x'), taxes: [tax('19')] }], 'EUR')).toThrow(
      'tax category AE charges nothing, but a tax of 19 % comes with it',
    );
    const taxes = [tax('0', 'State'), tax('4', 'City')];
    expect(() => documentTax([exempt('E', '1.00', 'x'), { ...exempt('E', '1.00', 'x'), taxes }], 'EUR')).toThrow(
      'tax category E charges nothing, but a tax of 4 % comes with it',
    );
  });

  test('outside the scope stands alone', () => {
    const outside = exempt('O', '1.00', 'x');
    expect(documentTax([outside], 'EUR').taxes).toHaveLength(1);
    expect(() => documentTax([outside, line('1.00', tax('19'))], 'EUR')).toThrow(/document of its own/);
  });
});
