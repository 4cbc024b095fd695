import { expect, test } from 'vitest';
import { lineTax, type TaxScope } from '#shared/billing/taxes/line-tax.ts';
import type { TaxProfile } from '#shared/catalog/tax-profile.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { line } from './lines.ts';
import { scopeOf, seller, VAT } from './vat-scope.ts';

/** What the register says of VAT ids is evidence, and counts for so long (decision 34). */

const STRICT = { ...VAT, verifiedWithinDays: 90 } as TaxProfile;
const [ITS, OTHER] = ['EE100931558', 'EE100594102'];

/** How October is taxed, on 2 November, of an account in Estonia that has the first of two ids. */
const october = (profile: TaxProfile, more: Partial<TaxScope>) =>
  lineTax(scopeOf(profile, '2026-11-02', 'EE', ITS, more), line('data', '2026-10', '1.00'));

/** That the account has VAT ids from some days on, and that the register was asked on a day, and knew them or not. */
function having(
  asked: string,
  ids: readonly (readonly [from: string, vatId: string])[] = [['', ITS]],
  isValid = true,
): Partial<TaxScope> {
  const [{ account }] = scopeOf(VAT, asked, 'EE', ITS).standings as readonly [TaxScope['standings'][number]];
  const check = { kind: 'vatIdCheck', account: 'p', isValid, source: 'VIES', reference: 'W1' } as const;
  const effectiveFrom = instantOf(asked, 'UTC');
  const standings = ids.map(([from, vatId]) => {
    return { from, account: { ...account, vatId }, vatIdCheck: { ...check, vatId, effectiveFrom } };
  });
  return { standings };
}
/** That nobody asked the register. */
const unasked = ({ standings = [] }: Partial<TaxScope>): Partial<TaxScope> => {
  return { standings: standings.map((each) => ({ ...each, vatIdCheck: undefined })) };
};

test('the answer of the register is kept as evidence', () => {
  expect(october(VAT, having('2026-10-30')).evidence).toEqual([
    { kind: 'vatId', id: ITS, source: 'VIES', from: '2026-10-30', until: '', reference: 'W1' },
  ]);
});

test('a VAT id the register does not know counts for nothing', () => {
  const tax = october(VAT, having('2026-10-30', undefined, false));
  expect(tax).toMatchObject({ category: 'S', place: 'EE', basis: '', evidence: [] });
  expect(tax.parts).toMatchObject([{ days: 31, taxes: [{ percent: '24' }] }]);
});

const TOO_OLD = 'was last verified on 2026-08-03; tax profile "eu" asks for at most 90 days: verify it with';
test.each<[string, Partial<TaxScope>, string]>([
  [
    'was never asked',
    {},
    'the VAT id EE100931558 of account p was never verified; tax profile "eu" asks for at most 90 days: verify it with `billing account verify-vat p`',
  ],
  [
    'was never asked of an id given up',
    unasked(
      having('2026-08-03', [
        ['', ITS],
        ['2026-11-01', OTHER],
      ]),
    ),
    'was never verified; tax profile "eu" asks for at most 90 days: the account has had another since 2026-11-01; correct',
  ],
  ['was asked too long ago', having('2026-08-03'), TOO_OLD],
  [
    'was asked too long ago of an id given up',
    having('2026-08-02', [
      ['', ITS],
      ['2026-11-01', OTHER],
    ]),
    'since 2026-11-01; correct what is said of it',
  ],
  [
    'was asked too long ago, behind another id',
    having('2026-08-03', [
      ['2026-01-01', OTHER],
      ['2026-09-01', ITS],
    ]),
    TOO_OLD,
  ],
  [
    'was asked so, behind another of that day',
    having('2026-08-03', [
      ['2026-09-01', OTHER],
      ['2026-09-01', ITS],
    ]),
    TOO_OLD,
  ],
  [
    'was asked so, though it stands otherwise since',
    having('2026-08-03', [
      ['', ITS],
      ['2026-11-01', ITS],
    ]),
    TOO_OLD,
  ],
])('a profile that wants the register refuses what it %s', (_, more, words) => {
  expect(() => october(STRICT, more)).toThrow(words);
});

// 90 days before 1 November is 3 August; before 2 November, the invoice date, 4 August.
test.each([
  ['2026-11-01', '2026-08-03'],
  ['2026-11-02', '2026-08-04'],
  ['2026-11-03', '2026-08-04'],
])('of an id that is given up on %s, it takes an answer of %s', (from, asked) => {
  expect(
    october(
      STRICT,
      having(asked, [
        ['', ITS],
        [from, OTHER],
      ]),
    ).category,
  ).toBe('AE');
});

test('outside the Union no register is asked, and the seller needs no VAT id', () => {
  const scope = scopeOf(STRICT, '2026-11-02', 'CH', 'CHE-116.281.710', { seller: { ...seller, vatId: '' } });
  expect(lineTax(scope, line('data', '2026-10', '1.00'))).toMatchObject({
    category: 'O',
    place: 'CH',
    basis: 'Art. 44 Directive 2006/112/EC',
    parts: [{ days: 31, taxes: [] }],
    evidence: [{ kind: 'vatId', id: 'CHE-116.281.710', source: 'format' }],
  });
});
