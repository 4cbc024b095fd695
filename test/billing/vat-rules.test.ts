import { describe, expect, test } from 'vitest';
import { placeOfSupply, type VatAnswer, type VatQuestion, vatAnswer } from '#shared/billing/taxes/vat-rules.ts';
import type { TaxJurisdiction } from '#shared/catalog/tax-profile.ts';
import type { TaxCertificate } from '#shared/inventory/fact.ts';

const GERMANY: TaxJurisdiction = {
  country: 'DE',
  taxPoint: 'periodEnd',
  rates: { telecom: [], service: [], goods: [] },
  resellerReverseCharge: [{ category: 'telecom', from: '2021-01-01', until: '', basis: 'Sec. 13b UStG' }],
};
const certificate = (kind: TaxCertificate['kind'], more: Partial<TaxCertificate> = {}): TaxCertificate => {
  const valid = { from: '2026-01-01', until: '2027-01-01' };
  return { kind, number: 'C-1', country: 'DE', ...valid, basis: '', reasonCode: '', ...more };
};
const ask = (
  product: VatQuestion['product'],
  country: string,
  vatId = '',
  more: Partial<VatQuestion['buyer']> = {},
) => {
  const seller = { country: 'DE', consumerSales: 'destination' } as const;
  return { product, seller, buyer: { country, vatId, isRefuted: false, certificates: [], ...more } };
};
const answer = (question: VatQuestion, day = '2026-10-31') => {
  const { category, place, basis, reasonCode } = vatAnswer(question, day, () => GERMANY);
  return [category, place, basis.replace(' Directive 2006/112/EC', ''), reasonCode.replace('VATEX-EU-', '')].join('|');
};
const IN_FRANCE = 'FR40303265045';

describe('a seller in Germany sells', () => {
  // Place of supply: Articles 33, 44, 45, 58, 59c; who pays: Article 196; exemptions: Articles 138 and 146 of Directive 2006/112/EC.
  test.each<[string, VatQuestion, string]>([
    ['telecom at home', ask('telecom', 'DE'), 'S|DE||'],
    ['telecom at home, to a business', ask('telecom', 'DE', 'DE136695976'), 'S|DE||'],
    ['goods at home', ask('goods', 'DE'), 'S|DE||'],
    ['telecom to a business in France', ask('telecom', 'FR', IN_FRANCE), 'AE|FR|Art. 44, 196|AE'],
    ['a service to a business in France', ask('service', 'FR', IN_FRANCE), 'AE|FR|Art. 44, 196|AE'],
    ['goods to a business in France', ask('goods', 'FR', IN_FRANCE), 'K|DE|Art. 138(1)|IC'],
    ['telecom to a consumer in France', ask('telecom', 'FR'), 'S|FR||'],
    ['a service to a consumer in France', ask('service', 'FR'), 'S|DE||'],
    ['goods to a consumer in France', ask('goods', 'FR'), 'S|FR||'],
    [
      'telecom to a business in France with a VAT id of Estonia',
      ask('telecom', 'FR', 'EE100931558'),
      'AE|FR|Art. 44, 196|AE',
    ],
    ['telecom in France on a German VAT id', ask('telecom', 'FR', 'DE136695976'), 'S|FR||'],
    ['telecom in France on a wrong VAT id', ask('telecom', 'FR', 'FR40303265046'), 'S|FR||'],
    ['telecom in France on a Swiss number', ask('telecom', 'FR', 'CHE109322551'), 'S|FR||'],
    ['telecom in France on a refuted one', ask('telecom', 'FR', IN_FRANCE, { isRefuted: true }), 'S|FR||'],
    ['goods to Greece', ask('goods', 'GR', 'EL094259216'), 'K|DE|Art. 138(1)|IC'],
    ['telecom to a business in Switzerland', ask('telecom', 'CH', 'CHE109322551'), 'O|CH|Art. 44|O'],
    ['telecom to a consumer in Switzerland', ask('telecom', 'CH'), 'O|CH|Art. 58|O'],
    ['a service to a business in the United States', ask('service', 'US', 'US123456789'), 'O|US|Art. 44|O'],
    ['a service to a consumer in the United States', ask('service', 'US'), 'S|DE||'],
    ['goods to Switzerland', ask('goods', 'CH'), 'G|DE|Art. 146|G'],
  ])('%s', (_, question, expected) => {
    expect(answer(question)).toBe(expected);
  });

  test.each<[string, VatQuestion['product'], string]>([
    ['telecom', 'telecom', 'DE'],
    ['goods', 'goods', 'DE'],
    ['services', 'service', 'DE'],
  ])('below the threshold, %s to a consumer in France at home', (_, product, place) => {
    const question = ask(product, 'FR');
    expect(placeOfSupply({ ...question, seller: { country: 'DE', consumerSales: 'origin' } })).toBe(place);
  });

  test('the threshold says nothing of businesses, nor of other countries', () => {
    const seller = { country: 'DE', consumerSales: 'origin' } as const;
    expect(answer({ ...ask('telecom', 'FR', IN_FRANCE), seller })).toBe('AE|FR|Art. 44, 196|AE');
    expect(answer({ ...ask('telecom', 'CH'), seller })).toBe('O|CH|Art. 58|O');
  });
});

describe('resellers at home', () => {
  const reseller = (
    more: Partial<TaxCertificate> = {},
    vatId = 'DE136695976',
    product: VatQuestion['product'] = 'telecom',
  ) => ask(product, 'DE', vatId, { certificates: [certificate('reseller', more)] });
  test.each<[string, VatQuestion, string, string]>([
    ['pay the tax on telecom themselves', reseller(), '2026-10-31', 'AE|DE|Sec. 13b UStG|AE'],
    ['on the first day of the certificate', reseller(), '2026-01-01', 'AE|DE|Sec. 13b UStG|AE'],
    ['not on the day before', reseller(), '2025-12-31', 'S|DE||'],
    ['on its last day', reseller(), '2026-12-31', 'AE|DE|Sec. 13b UStG|AE'],
    ['not when it is past', reseller(), '2027-01-01', 'S|DE||'],
    ['without an end', reseller({ until: '' }), '2036-01-01', 'AE|DE|Sec. 13b UStG|AE'],
    ['not before the law', reseller({ from: '2019-01-01' }), '2020-12-31', 'S|DE||'],
    ['not on other services', reseller({}, 'DE136695976', 'service'), '2026-10-31', 'S|DE||'],
    ['not with a certificate of another country', reseller({ country: 'AT' }), '2026-10-31', 'S|DE||'],
    ['not without a VAT id', reseller({}, ''), '2026-10-31', 'S|DE||'],
  ])('%s', (_, question, day, expected) => {
    expect(answer(question, day)).toBe(expected);
  });
});

test.each<[string, VatQuestion, VatAnswer['restsOn']]>([
  ['a consumer at home', ask('telecom', 'DE'), 'nothing'],
  ['a consumer outside the Union', ask('telecom', 'CH'), 'nothing'],
  ['goods that leave the Union', ask('goods', 'CH', 'CHE109322551'), 'nothing'],
  ['a business outside the Union', ask('telecom', 'CH', 'CHE109322551'), 'vatId'],
  ['a business in another member state', ask('telecom', 'FR', IN_FRANCE), 'vatId'],
])('what is said of %s rests on the right evidence', (_, question, evidence) => {
  expect(vatAnswer(question, '2026-10-31', () => GERMANY).restsOn).toEqual(evidence);
});

test('a reseller at home is charged where the table says nothing of resellers, or there is none', () => {
  const question = ask('telecom', 'DE', 'DE136695976', { certificates: [certificate('reseller')] });
  for (const table of [{ ...GERMANY, resellerReverseCharge: [] }, undefined])
    expect(vatAnswer(question, '2026-10-31', () => table).category).toBe('S');
});

describe('certificates of exemption', () => {
  const exempt = certificate('exemption', { basis: 'Art. 151 Directive 2006/112/EC', reasonCode: 'VATEX-EU-151' });
  test.each<[string, VatQuestion, string, string]>([
    ['at home', ask('telecom', 'DE', '', { certificates: [exempt] }), '2026-10-31', 'E|DE|Art. 151|151'],
    ['past', ask('telecom', 'DE', '', { certificates: [exempt] }), '2027-01-01', 'S|DE||'],
    ['of another place', ask('telecom', 'FR', '', { certificates: [exempt] }), '2026-10-31', 'S|FR||'],
    [
      'of the place of supply abroad',
      ask('telecom', 'FR', '', { certificates: [{ ...exempt, country: 'FR' }] }),
      '2026-10-31',
      'E|FR|Art. 151|151',
    ],
  ])('%s', (_, question, day, expected) => {
    expect(answer(question, day)).toBe(expected);
  });
});
