import { describe, expect, test } from 'vitest';
import type { Draft, LineTax } from '#shared/billing/draft.ts';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { isUndecided, type TaxScope, undecidedTax } from '#shared/billing/taxes/line-tax.ts';
import { readTaxResponse, refuseWrongAnswer, taxRequestOf } from '#shared/billing/taxes/tax-request.ts';
import { taxedOtherwiseFrom } from '#shared/billing/taxes/taxed-otherwise.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import type { AccountFact, TaxCertificate } from '#shared/inventory/fact.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { SAMPLE } from '../catalog/sample.ts';
import { line, recorded } from './lines.ts';
import { accountFact } from './memory-world.ts';

/** A line nobody has decided the tax of. */
const open = (of: ChargeLine) => ({ ...recorded(of, 'r2'), tax: undecidedTax(of) });
const [fresh, billed] = [
  open(line('data', '2026-03', '1.50', { quantity: '15', taxIncluded: true })),
  recorded(line('sms', '2026-02', '1.00'), 'r1'),
];
const draft = (...lines: Draft['lines']) =>
  ({
    run: 'r2',
    seller: 'acme',
    invoiceDate: '2026-04-02',
    account: accountFact('p', { vatId: 'DE129273398' }),
    lines,
  }) as unknown as Draft;
const reading = readCatalog([{ path: 'all.yaml', text: SAMPLE }]);
if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
const SELLER = reading.catalog.sellers[0]!;
const ENGINE = { kind: 'engine', id: 'engine', name: 'Engine' } as const;
/** The account on a tax profile from its beginning, and as it stood from days on. */
function scopeOf(...later: [from: string, more: Partial<AccountFact>][]): TaxScope {
  const standing = (from: string, more: Partial<AccountFact> = {}) => {
    const account = accountFact('p', { vatId: 'DE129273398', taxProfile: 'engine', ...more });
    return { from, account, vatIdCheck: undefined };
  };
  return {
    profiles: [ENGINE, { ...ENGINE, kind: 'vat', id: 'eu', verifiedWithinDays: 0 }],
    jurisdictions: [],
    seller: SELLER,
    standings: [standing('2026-01-10'), ...later.map(([from, more]) => standing(from, more))],
    invoiceDate: '2026-04-02',
    answers: new Map(),
  };
}
const request = taxRequestOf(draft(fresh, billed), scopeOf())!;

describe('what a tax engine is asked', () => {
  test('are the lines no document billed before, with the days of their period', () => {
    expect(taxRequestOf(draft(fresh, billed), scopeOf())).toEqual({
      seller: 'acme',
      account: 'p',
      vatId: 'DE129273398',
      address: accountFact('p').address,
      invoiceDate: '2026-04-02',
      currency: 'EUR',
      lines: [
        {
          id: fresh.id,
          description: 'data – A',
          taxCategory: 'telecom',
          period: { from: '2026-03-01', to: '2026-03-31' },
          quantity: '15',
          amount: '1.50',
          taxIncluded: true,
        },
      ],
    });
  });

  test('is nothing where all was billed before', () => {
    expect(taxRequestOf(draft(billed), scopeOf())).toBeUndefined();
  });

  test('are not those that keep the treatment of what was billed of their charge', () => {
    expect(taxRequestOf(draft(recorded(line('data', '2026-03', '1.50'), 'r2')), scopeOf())).toBeUndefined();
  });

  const april = open(line('sms', '2026-04', '1.00'));
  const address = { ...accountFact('p').address, country: 'FR' };
  test('names the customer beside a line on whose tax point it was another', () => {
    const asked = taxRequestOf(draft(fresh, april), scopeOf(['2026-04-01', { vatId: 'FR40303265045', address }]));
    expect(asked?.lines.map(({ id, buyer }) => [id, buyer?.vatId, buyer?.address.country])).toEqual([
      [fresh.id, undefined, undefined],
      [april.id, 'FR40303265045', 'FR'],
    ]);
  });

  test.each<[string, Partial<AccountFact>]>([
    ['VAT id', { vatId: 'DE811907980' }],
    ['address', { address }],
  ])('names it too where its %s alone was another', (_, more) => {
    const { vatId, address: named } = { ...accountFact('p', { vatId: 'DE129273398' }), ...more };
    const asked = taxRequestOf(draft(april), scopeOf(['2026-04-01', more]));
    expect(asked?.lines.map(({ buyer }) => buyer)).toEqual([{ vatId, address: named }]);
  });

  test('names a line of no plan by its charge alone', () => {
    const least = open(line('least', '2026-03', '1.00', { planName: '' }));
    expect(taxRequestOf(draft(least), scopeOf())?.lines.map(({ description }) => description)).toEqual(['least']);
  });

  test('are only the lines on whose tax point the account had its profile', () => {
    const asked = taxRequestOf(draft(fresh, april), scopeOf(['2026-04-01', { taxProfile: 'eu' }]));
    expect(asked?.lines.map(({ id }) => id)).toEqual([fresh.id]);
    expect(taxRequestOf(draft(april), scopeOf(['2026-04-01', { taxProfile: 'eu' }]))).toBeUndefined();
  });
});

test('an answer is for one invoice date: from the next day on what is first billed may be taxed otherwise', () => {
  const { standings } = scopeOf();
  const catalog = { taxProfiles: [ENGINE], sellers: [SELLER] } as unknown as Catalog;
  const from = (...lines: Draft['lines']) =>
    taxedOtherwiseFrom({ ...draft(...lines), seller: SELLER.id }, { standings } as unknown as AccountView, catalog);
  expect([from(fresh, billed), from(billed)]).toEqual(['2026-04-03', '']);
});

describe('what a draft bills first could be taxed otherwise from', () => {
  const vat = (verifiedWithinDays: number) => ({ ...ENGINE, kind: 'vat', id: 'vat', verifiedWithinDays });
  const certificate = (from: string, until: string): TaxCertificate => {
    return { kind: 'exemption', number: '1', country: 'DE', from, until, basis: '', reasonCode: '' };
  };
  const checked = (at: string) => ({ effectiveFrom: instantOf(at, 'UTC') }) as AccountView['vatIdCheck'];
  test.each<[string, number, [from: string, more: Partial<AccountFact>][], string, string]>([
    ['no day', 0, [], '', ''],
    ['the day from which on it stands otherwise', 0, [['2026-05-01', {}]], '', '2026-05-01'],
    ['no day up to the invoice date', 0, [['2026-04-02', {}]], '', ''],
    [
      'the first of several',
      0,
      [
        ['2026-02-01', { certificates: [certificate('2026-01-01', '2026-05-01')] }],
        ['2026-06-01', {}],
      ],
      '',
      '2026-05-01',
    ],
    [
      'the end of a certificate',
      0,
      [['2026-02-01', { certificates: [certificate('2026-01-01', '2026-06-01')] }]],
      '',
      '2026-06-01',
    ],
    ['the beginning of one', 0, [['2026-02-01', { certificates: [certificate('2026-05-01', '')] }]], '', '2026-05-01'],
    // Asked on the 10th, it counts for 30 days, the last of which is 9 April.
    ['the day on which the answer of the register is too old', 30, [], '2026-03-10T12:00:00Z', '2026-04-10'],
    ['that day in the zone of the seller', 30, [], '2026-03-10T23:30:00Z', '2026-04-11'],
    ['no day of an answer that does not grow old', 0, [], '2026-04-02T12:00:00Z', ''],
    ['no day where there is none', 30, [], '', ''],
  ])('%s', (_, within, later, asked, expected) => {
    const { standings } = scopeOf(...later);
    const stands = standings.map(({ account, ...each }) => {
      const vatIdCheck = asked === '' ? undefined : checked(asked);
      return { ...each, vatIdCheck, account: { ...account, taxProfile: 'vat' } };
    });
    const catalog = { taxProfiles: [ENGINE, vat(within)], sellers: [SELLER] } as unknown as Catalog;
    const view = { standings: stands } as unknown as AccountView;
    expect(taxedOtherwiseFrom({ ...draft(fresh), seller: SELLER.id }, view, catalog)).toBe(expected);
  });
});

describe('an answer', () => {
  const tax = (percent: string, more: object = {}) => ({ name: 'VAT', percent, ...more });
  test.each<[string, object, string]>([
    ['S with a tax', { category: 'S', taxes: [tax('19', { on: 'net' })] }, ''],
    [
      'S with a tax on what is taxed',
      { category: 'S', taxes: [tax('8.875'), { ...tax('1', { on: 'taxed' }), name: 'x' }] },
      '',
    ],
    ['S with a tax of 0 %', { category: 'S', taxes: [tax('0')] }, ''],
    ['S with a tax of 100 %', { category: 'S', taxes: [tax('100')] }, ''],
    ['S with more', { category: 'S', taxes: [tax('100.5')] }, 'lines.0.taxes.0.percent: 100.5 is more than 100'],
    ['S without a tax', { category: 'S' }, 'lines.0.taxes: category S has at least one tax, if of 0 %'],
    [
      'S with a code of a reason',
      { category: 'S', reasonCode: 'x', taxes: [tax('7')] },
      'lines.0.reason: category S has none',
    ],
    ['Z', { category: 'Z' }, ''],
    ['Z with a tax of 0 %', { category: 'Z', taxes: [tax('0')] }, ''],
    ['Z with a tax', { category: 'Z', taxes: [tax('7')] }, 'lines.0.taxes.0.percent: category Z charges nothing'],
    ['Z with a reason', { category: 'Z', reason: 'x' }, 'lines.0.reason: category Z has none'],
    ...['E', 'AE', 'K', 'G', 'O'].flatMap((category): [string, object, string][] => [
      [`${category} with a reason`, { category, reason: 'x' }, ''],
      [`${category} with the code of one`, { category, reasonCode: 'x', taxes: [tax('0')] }, ''],
      [
        `${category} without either`,
        { category },
        `lines.0.reason: say why category ${category} charges no tax, or the reasonCode`,
      ],
    ]),
  ])('%s: %o', (_, of, problem) => {
    const refuse = () => refuseWrongAnswer(request, { lines: [{ id: fresh.id, ...of }] });
    if (problem === '') expect(refuse).not.toThrow();
    else expect(refuse).toThrow(new RangeError(`the answer of the tax engine for account p is wrong: ${problem}`));
  });
});

describe('what it answers', () => {
  const answer = (...lines: unknown[]) => readTaxResponse(draft(fresh, billed), request, { lines });

  test('are treatments of those lines; its rates have no trailing zeros', () => {
    const taxes = [{ name: 'City', percent: '7.50' }];
    const treatments = answer({ id: fresh.id, category: 'S', taxes }, { id: 'other', category: 'S' });
    expect([...treatments]).toEqual([
      [
        fresh.id,
        {
          category: 'S',
          place: '',
          reason: '',
          basis: '',
          reasonCode: '',
          evidence: [],
          parts: [{ taxPoint: '2026-04-02', days: 31, taxes: [{ name: 'City', percent: '7.5', on: 'net' }] }],
        },
      ],
    ]);
  });

  test('is of what was asked alone: another line keeps the treatment of its charge', () => {
    const both = draft(fresh, recorded(line('sms', '2026-03', '1.00'), 'r2'));
    const lines = [{ id: fresh.id, category: 'Z' }];
    expect([...readTaxResponse(both, request, { lines }).keys()]).toEqual([fresh.id]);
  });

  test('may be why nothing is charged', () => {
    const why = { category: 'E', place: 'US-CA', reason: 'School', reasonCode: 'VATEX-EU-132' };
    expect(answer({ id: fresh.id, ...why }).get(fresh.id)).toMatchObject({ ...why, parts: [{ taxes: [] }] });
  });

  test('is refused with all that is wrong with it, as far as twenty go', () => {
    expect(() =>
      answer({ id: fresh.id, category: 'X' }, { id: 'b', category: 'S', taxes: [{ name: 'x', percent: '7,5' }] }),
    ).toThrow(
      /^the answer of the tax engine for account p is wrong: lines\.0\.category: .*; lines\.1\.taxes\.0\.percent: a percentage as text, such as "8\.875"$/,
    );
    const wrong = Array.from({ length: 30 }, () => ({ id: 1 }));
    expect(() => answer(...wrong)).toThrow(/lines\.9\.category: [^;]*$/);
  });

  test('must say something of every line: the first five that it leaves out are named', () => {
    const lines = [1, 2, 3, 4, 5, 6].map((n) => open(line(`c${n}`, '2026-03', '1.00')));
    const all = draft(...lines);
    const named = lines.slice(0, 5).map(({ id }) => id);
    expect(() => readTaxResponse(all, taxRequestOf(all, scopeOf())!, { lines: [] })).toThrow(
      `the tax engine says nothing of 6 lines of account p: ${named.join(', ')}`,
    );
    expect(() => readTaxResponse(all, taxRequestOf(all, scopeOf())!, { lines: [] })).not.toThrow('c6');
  });
});

const [NOTHING, SOMETHING] = [[], [{ name: 'VAT', percent: '19', on: 'net' }]].map((taxes) => ({
  ...{ taxPoint: '2026-03-31', days: 31, taxes: taxes as LineTax['parts'][number]['taxes'] },
})) as [LineTax['parts'][number], LineTax['parts'][number]];
test.each<[string, Partial<LineTax>, boolean]>([
  ['nothing yet', {}, true],
  ['that nothing is charged', { category: 'E' }, false],
  ['where it is taxed', { place: 'US-CA' }, false],
  ['why', { reason: 'School' }, false],
  ['at which rate', { parts: [SOMETHING] }, false],
  ['at which rate of a part', { parts: [NOTHING, SOMETHING] }, false],
])('a treatment that says %s', (_, more, expected) => {
  expect(isUndecided({ ...undecidedTax(fresh), ...more })).toBe(expected);
});
