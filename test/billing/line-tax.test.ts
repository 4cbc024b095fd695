import { describe, expect, test } from 'vitest';
import type { LineTax } from '#shared/billing/draft.ts';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { lineTax, type TaxScope } from '#shared/billing/taxes/line-tax.ts';
import type { FixedTaxProfile, TaxJurisdiction, TaxPointRule } from '#shared/catalog/tax-profile.ts';
import type { TaxCertificate } from '#shared/inventory/fact.ts';
import { fee, line, STANDARD } from './lines.ts';
import { scopeOf, seller, VAT } from './vat-scope.ts';

const GERMANY: FixedTaxProfile = {
  kind: 'fixed',
  id: 'de',
  name: 'VAT',
  category: 'S',
  reason: '',
  reasonCode: '',
  taxPoint: 'periodEnd',
  taxes: [
    {
      name: '',
      on: 'net',
      rates: [
        { from: '2020-01-01', percent: '19' },
        { from: '2020-07-01', percent: '16' },
        { from: '2021-01-01', percent: '19.00' },
      ],
    },
  ],
};
const fixedTax = (profile: FixedTaxProfile, of: ChargeLine, invoiceDate: string) =>
  lineTax(scopeOf(profile, invoiceDate), of);
/** Of each part its tax point, days and percents. */
const parts = (profile: FixedTaxProfile, of: ChargeLine, invoiceDate: string) =>
  fixedTax(profile, of, invoiceDate).parts.map(({ taxPoint, days, taxes }) => {
    return `${taxPoint} ${days} ${taxes.map((tax) => tax.percent).join('+')}`;
  });

const ACROSS = { period: { from: '2020-06-15', until: '2020-07-15' } };

describe('the tax point of a line when it is first billed (pricing rules §7)', () => {
  test.each<[string, FixedTaxProfile['taxPoint'], ChargeLine, string, string[]]>([
    ['the last day of its period', 'periodEnd', line('data', '2020-06', '1.00'), '2020-07-05', ['2020-06-30 30 19']],
    ['the day after it', 'periodEnd', line('data', '2020-07', '1.00'), '2020-08-05', ['2020-07-31 31 16']],
    ['arrears, late', 'periodEnd', fee('fee', '2020-12', '1.00', 'arrears'), '2021-01-05', ['2020-12-31 31 16']],
    ['arrears, early', 'periodEnd', fee('fee', '2020-07', '1.00', 'arrears'), '2020-06-30', ['2020-07-31 31 16']],
    ['in advance', 'periodEnd', fee('fee', '2020-07', '1.00', 'advance'), '2020-06-30', ['2020-06-30 31 19']],
    ['in advance, late', 'periodEnd', fee('fee', '2020-06', '1.00', 'advance'), '2020-07-05', ['2020-06-30 30 19']],
    ['first day of a rate', 'periodEnd', fee('fee', '2020-08', '1.00', 'advance'), '2020-07-01', ['2020-07-01 31 16']],
    ['last day of a rate', 'periodEnd', fee('fee', '2020-08', '1.00', 'advance'), '2020-06-30', ['2020-06-30 31 19']],
    ['long after', 'periodEnd', line('data', '2030-06', '1.00'), '2030-07-05', ['2030-06-30 30 19']],
    ['of the invoice', 'invoiceDate', line('data', '2020-06', '1.00'), '2020-07-05', ['2020-07-05 30 16']],
    ['of the invoice, before it', 'invoiceDate', line('data', '2020-06', '1'), '2020-06-29', ['2020-06-29 30 19']],
    ['of it, in advance', 'invoiceDate', fee('fee', '2020-07', '1', 'advance'), '2020-06-30', ['2020-06-30 31 19']],
    ['of it, advance late', 'invoiceDate', fee('fee', '2020-06', '1', 'advance'), '2020-07-05', ['2020-07-05 30 16']],
    ['split, in advance', 'split', fee('fee', '2020-07', '1', 'advance'), '2020-06-30', ['2020-07-31 31 16']],
    ['not split: its last day', 'periodEnd', line('data', '2020-06', '1', ACROSS), '2020-07-20', ['2020-07-14 30 16']],
    ['split, no change inside', 'split', line('data', '2020-06', '1.00'), '2020-07-05', ['2020-06-30 30 19']],
    ['split at its first day: whole', 'split', line('data', '2020-07', '1.00'), '2020-08-05', ['2020-07-31 31 16']],
  ])('%s', (_, taxPoint, of, invoiceDate, expected) => {
    expect(parts({ ...GERMANY, taxPoint }, of, invoiceDate)).toEqual(expected);
  });

  test('split by the days of each rate, in advance too', () => {
    for (const each of [line('data', '2020-06', '1', ACROSS), fee('fee', '2020-06', '1', 'advance', ACROSS)]) {
      expect(parts({ ...GERMANY, taxPoint: 'split' }, each, '2020-06-15')).toEqual([
        '2020-06-30 16 19',
        '2020-07-14 14 16',
      ]);
    }
  });

  test('split at each change of any of its taxes, once where two change together', () => {
    const [vat] = GERMANY.taxes;
    const levy = {
      name: 'Levy',
      on: 'net',
      rates: [
        { from: '2020-01-01', percent: '1' },
        { from: '2020-12-01', percent: '2' },
        { from: '2021-01-01', percent: '3' },
      ],
    } as const;
    const of = line('data', '2020-11', '1', { period: { from: '2020-11-15', until: '2021-02-15' } });
    expect(parts({ ...GERMANY, taxPoint: 'split', taxes: [vat!, levy] }, of, '2021-02-20')).toEqual([
      '2020-11-30 16 16+1',
      '2020-12-31 31 16+2',
      '2021-02-14 45 19+3',
    ]);
  });
});

describe('a tax an outside engine decides', () => {
  const of = line('data', '2020-06', '1.00');
  const untaxed: LineTax = {
    category: 'S',
    place: '',
    reason: '',
    basis: '',
    reasonCode: '',
    evidence: [],
    parts: [{ taxPoint: '2020-06-30', days: 30, taxes: [] }],
  };
  test.each<[string, ReadonlyMap<string, LineTax>, LineTax]>([
    ['is what it answered of the line', new Map([[of.id, STANDARD]]), STANDARD],
    ['is not there before it has answered', new Map([['another', STANDARD]]), untaxed],
  ])('%s', (_, answers, expected) => {
    expect(lineTax(scopeOf({ kind: 'engine', id: 'e', name: 'E' }, '2020-07-05', 'DE', '', { answers }), of)).toEqual(
      expected,
    );
  });
});

test('other categories charge nothing, and say why', () => {
  const reverse: FixedTaxProfile = {
    ...GERMANY,
    category: 'AE',
    reason: 'Reverse charge',
    reasonCode: 'VATEX-EU-AE',
    taxes: [],
  };
  expect(fixedTax(reverse, line('data', '2020-06', '1.00'), '2020-07-05')).toEqual({
    category: 'AE',
    place: '',
    reason: 'Reverse charge',
    basis: '',
    reasonCode: 'VATEX-EU-AE',
    evidence: [],
    parts: [{ taxPoint: '2020-06-30', days: 30, taxes: [] }],
  });
});

test('a day before the first rate has none', () => {
  expect(() => fixedTax(GERMANY, line('data', '2019-06', '1.00'), '2019-07-05')).toThrow(
    'tax profile "de" has no rate on 2019-06-30; its first begins 2020-01-01: add an earlier one',
  );
  const named: FixedTaxProfile = { ...GERMANY, taxes: [{ ...GERMANY.taxes[0]!, name: 'City tax' }] };
  expect(() => fixedTax(named, line('data', '2019-06', '1.00'), '2019-07-05')).toThrow('has no rate of City tax on');
});

describe('by the rules of VAT', () => {
  const october = line('data', '2026-10', '1.00');
  const taxed = (scope: TaxScope, of: ChargeLine = october) => {
    const { category, place, basis, evidence, parts: of1 } = lineTax(scope, of);
    const percents = of1.map((part) => `${part.days} ${part.taxes.map((tax) => tax.percent).join('+')}`.trim());
    return [
      category,
      place,
      percents.join('; '),
      basis,
      ...evidence.map((each) => `${each.kind} ${each.id} ${each.source}`),
    ];
  };

  test.each<[string, TaxScope, ChargeLine, string[]]>([
    ['at home', scopeOf(VAT, '2026-11-02'), october, ['S', 'DE', '31 19', '']],
    ['a consumer abroad, at the rate there', scopeOf(VAT, '2026-11-02', 'EE'), october, ['S', 'EE', '31 24', '']],
    [
      'split where that place splits',
      scopeOf(VAT, '2025-07-20', 'EE'),
      line('data', '2025-06', '1.00', { period: { from: '2025-06-16', until: '2025-07-16' } }),
      ['S', 'EE', '15 22; 15 24', ''],
    ],
    [
      'goods at a zero rate',
      scopeOf(VAT, '2026-11-02', 'IE'),
      line('sim', '2026-10', '1.00', { taxCategory: 'goods' }),
      ['Z', 'IE', '31 0', ''],
    ],
    [
      'a business abroad',
      scopeOf(VAT, '2026-11-02', 'EE', 'EE100931558'),
      october,
      ['AE', 'EE', '31', 'Art. 44, 196 Directive 2006/112/EC', 'vatId EE100931558 format'],
    ],
  ])('%s', (_, scope, of, expected) => {
    expect(taxed(scope, of)).toEqual(expected);
  });

  const certificate = (kind: TaxCertificate['kind'], more: Partial<TaxScope> = {}): TaxScope => {
    const scope = scopeOf(VAT, '2026-11-02', 'DE', kind === 'reseller' ? 'DE129273398' : '', more);
    const shown = { kind, number: 'C-7', country: 'DE', from: '2026-01-01', until: '2027-01-01' } as const;
    const law = kind === 'reseller' ? { basis: '', reasonCode: '' } : { basis: '§ 4 UStG', reasonCode: 'VATEX-EU-132' };
    const certificates = [{ ...shown, ...law }];
    return {
      ...scope,
      standings: scope.standings.map((each) => ({ ...each, account: { ...each.account, certificates } })),
    };
  };
  const shown = { id: 'C-7', source: '', from: '2026-01-01', until: '2027-01-01', reference: '' };
  const noTax = { place: 'DE', reason: '', parts: [{ taxPoint: '2026-10-31', days: 31, taxes: [] }] };

  test.each<[string, TaxScope, LineTax]>([
    [
      'who sells on pays the tax himself, and his certificate is kept',
      certificate('reseller'),
      {
        ...noTax,
        category: 'AE',
        basis: '§ 13b UStG',
        reasonCode: 'VATEX-EU-AE',
        evidence: [{ ...shown, kind: 'resellerCertificate' }],
      },
    ],
    [
      'who is exempt pays none, and his certificate is kept; the seller needs no VAT id for it',
      certificate('exemption', { seller: { ...seller, vatId: '' } }),
      {
        ...noTax,
        category: 'E',
        basis: '§ 4 UStG',
        reasonCode: 'VATEX-EU-132',
        evidence: [{ ...shown, kind: 'exemptionCertificate' }],
      },
    ],
    [
      'a VAT id that no register was asked for is kept with its format as source',
      scopeOf(VAT, '2026-11-02', 'EE', 'EE100931558'),
      {
        ...noTax,
        place: 'EE',
        category: 'AE',
        basis: 'Art. 44, 196 Directive 2006/112/EC',
        reasonCode: 'VATEX-EU-AE',
        evidence: [{ kind: 'vatId', id: 'EE100931558', source: 'format', from: '', until: '', reference: '' }],
      },
    ],
    [
      'a tax that is charged rests on nothing',
      scopeOf(VAT, '2026-11-02'),
      {
        place: 'DE',
        reason: '',
        category: 'S',
        basis: '',
        reasonCode: '',
        evidence: [],
        parts: [{ taxPoint: '2026-10-31', days: 31, taxes: [{ name: '', on: 'net', percent: '19' }] }],
      },
    ],
  ])('%s', (_, scope, expected) => {
    expect(lineTax(scope, october)).toEqual(expected);
  });

  test('a rate that falls to zero inside a period that is split leaves it taxed', () => {
    const rates = [
      { from: '2020-01-01', percent: '0' },
      { from: '2026-10-16', percent: '19' },
    ];
    const table = { country: 'DE', taxPoint: 'split', rates: { telecom: rates, service: [], goods: [] } } as const;
    const jurisdictions = [{ ...table, resellerReverseCharge: [] }];
    expect(taxed(scopeOf(VAT, '2026-11-02', 'DE', '', { jurisdictions }))).toEqual(['S', 'DE', '15 0; 16 19', '']);
  });

  describe('where a place has no table of its own, the tax point is by the rule of the seller’s country', () => {
    const table = (country: string, taxPoint: TaxPointRule): TaxJurisdiction => {
      return { country, taxPoint, rates: { telecom: [], service: [], goods: [] }, resellerReverseCharge: [] };
    };
    test.each<[string, TaxJurisdiction[], string]>([
      ['of the invoice', [table('IE', 'periodEnd'), table('DE', 'invoiceDate')], '2026-11-02'],
      ['of the place, if it has one', [table('DE', 'invoiceDate'), table('FR', 'periodEnd')], '2026-10-31'],
      ['the end of the period, if neither has one', [table('IE', 'invoiceDate')], '2026-10-31'],
    ])('%s', (_, jurisdictions, expected) => {
      const { category, parts: of } = lineTax(
        scopeOf(VAT, '2026-11-02', 'FR', 'FR40303265045', { jurisdictions }),
        october,
      );
      expect([category, of]).toEqual(['AE', [{ taxPoint: expected, days: 31, taxes: [] }]]);
    });
  });

  test.each<[string, TaxScope, ChargeLine, string]>([
    [
      'a place without a table',
      scopeOf(VAT, '2026-11-02', 'FR'),
      october,
      'the catalogue has no tax jurisdiction FR, where account p is taxed: add it under taxJurisdictions',
    ],
    [
      'a table without a rate for it',
      scopeOf(VAT, '2026-11-02', 'IE'),
      line('x', '2026-10', '1', { taxCategory: 'telecom', period: { from: '2020-10-01', until: '2020-11-01' } }),
      'tax jurisdiction IE, telecom, has no rate on 2020-10-31; its first begins 2021-03-01',
    ],
    [
      'a table without any rate for it',
      scopeOf(VAT, '2026-11-02', 'IE', '', { seller: { ...seller, address: { ...seller.address, country: 'IE' } } }),
      line('x', '2026-10', '1', { taxCategory: 'service' }),
      'tax jurisdiction IE, service, has no rate on 2026-10-31; it has none: add one',
    ],
    [
      'reverse charge at home of a seller without VAT id',
      certificate('reseller', { seller: { ...seller, vatId: '' } }),
      october,
      'seller acme has no VAT id, which reverse charge needs',
    ],
    [
      'reverse charge of a seller without VAT id',
      scopeOf(VAT, '2026-11-02', 'EE', 'EE100931558', { seller: { ...seller, vatId: '' } }),
      october,
      'seller acme has no VAT id, which reverse charge needs',
    ],
    [
      'a seller outside the Union',
      scopeOf(VAT, '2026-11-02', 'DE', '', { seller: { ...seller, address: { ...seller.address, country: 'CH' } } }),
      october,
      'the seller is in CH; the rules of VAT are for sellers in the European Union',
    ],
  ])('refused, with what is missing: %s', (_, scope, of, words) => {
    expect(() => lineTax(scope, of)).toThrow(words);
  });
});
