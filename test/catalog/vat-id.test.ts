import { describe, expect, test } from 'vitest';
import { isMemberState, memberStateOf, vatIdProblem } from '#shared/catalog/vat-id.ts';

/** Ids as states, their owners or the tests of other checkers published them; and some that nobody can have: of the form, with wrong check digits. */
const IDS: readonly [state: string, right: string, wrong: string][] = [
  ['AT', 'ATU13585627 ATU57194903 ATU33864707', 'ATU13585626'],
  ['BE', 'BE0428759497 BE0403019261 BE1001686633 BE1006023325 BE1000003682', 'BE0428759498 BE1001686634 BE0608393700'],
  ['BG', 'BG175074752 BG101004508 BG7523169263', 'BG175074751 BG7523169264 BG6246382171'],
  ['CY', 'CY10259033P CY00532445O CY60001744K', 'CY10259033Z CY60001744L'],
  [
    'CZ',
    'CZ25123891 CZ00177041 CZ26168685 CZ7103192745 CZ640903926 CZ535212123',
    'CZ25123890 CZ7103192746 CZ7113192745 CZ640903927',
  ],
  ['DE', 'DE136695976 DE123456788 DE811907980', 'DE136695977'],
  ['DK', 'DK13585628 DK88146328 DK47458714', 'DK13585627'],
  ['EE', 'EE100931558 EE100594102', 'EE100594103'],
  ['GR', 'EL094259216 EL023456780', 'EL094259217'],
  [
    'ES',
    'ESA13585625 ESB58378431 ESB64717838 ESX2482300W ESX5253868R ESJ99216582 ES54362315K ESM1234567L ESQ4133545F',
    'ESB64717839 ES54362315L ESX5253868T ESM1234567T ESQ4133545G',
  ],
  ['FI', 'FI20774740 FI01120389 FI09853608', 'FI20774741 FI03671580'],
  [
    'FR',
    'FR40303265045 FR23334175221 FR61954506077 FR83404833048 FRK7399859412 FR4Z123456782 FR90000012345',
    'FR40303265046 FR77211237924 FRC3915643818 FRK7399859413 FR4Y123456782',
  ],
  ['HR', 'HR33392005961 HR38192148118', 'HR33392005962'],
  ['HU', 'HU12892312 HU10766172 HU21376414', 'HU12892313'],
  ['IE', 'IE6433435F IE6433435OA IE4550159S IE3628739L IE8D79739I', 'IE6433435E IE6433435OB IE8D79739J'],
  ['IT', 'IT00743110157 IT00159560366', 'IT00743110158'],
  ['LT', 'LT119511515 LT213179412 LT100001919017 LT100004801610', 'LT119511516 LT100001919018'],
  ['LU', 'LU15027442 LU10000356 LU26375245', 'LU15027443'],
  [
    'LV',
    'LV40003521600 LV40003009497 LV16117519997 LV32878607449 LV39000000001',
    'LV40003521601 LV16117519998 LV16137519997 LV40523509150',
  ],
  ['MT', 'MT11679112 MT15121333', 'MT11679113'],
  ['NL', 'NL004495445B01 NL010000446B01 NL123456789B13 NL002455799B11', 'NL123456789B90 NL692869920B07'],
  ['PL', 'PL8567346215 PL5260001246', 'PL8567346216 PL8424001770'],
  ['PT', 'PT501964843 PT502757191', 'PT501964842'],
  ['RO', 'RO18547290 RO19', 'RO18547291'],
  ['SE', 'SE556188840401 SE556703748501 SE123456789701', 'SE123456789101'],
  ['SI', 'SI50223054 SI59082437 SI15012557', 'SI50223055'],
  ['SK', 'SK2022749619 SK2020351993', 'SK2022749618 SK1564757986'],
  ['', 'XI110305878 XI980780684 XI434031494 XIGD001 XIHA599', 'XI110305879'],
];
const RIGHT = IDS.flatMap(([state, right]) => right.split(' ').map((id) => [state, id] as const));

test.each(RIGHT)('%s: %s is right', (state, id) => {
  expect(vatIdProblem(id)).toBe('');
  expect(memberStateOf(id)).toBe(state);
  expect(isMemberState(state)).toBe(state !== '');
});

test.each(IDS.flatMap(([state, , wrong]) => wrong.split(' ').map((id) => [state, id] as const)))(
  '%s: %s is wrong by its check digits',
  (state, id) => {
    expect(vatIdProblem(id)).toBe(`its check digits are wrong for ${state || 'XI'}`);
  },
);

test('every member state is among them', () => {
  expect(new Set(IDS.map(([state]) => state).filter(isMemberState)).size).toBe(27);
});

test.each([
  ['DE13669597', 'it has not the form of a VAT id of DE: DE and nine digits, the first not 0'],
  ['BE428759497', 'it has not the form of a VAT id of BE: BE and ten digits, the first of them 0 or 1'],
  ['CZ99669366', 'it has not the form of a VAT id of CZ: CZ and eight digits (the first not 9), nine or ten'],
  ['NL559334120B00', 'it has not the form of a VAT id of NL: NL and nine digits, B and two digits'],
  ['EL09425921', 'it has not the form of a VAT id of GR: EL and nine digits'],
  ['XIGD500', 'it has not the form of a VAT id of XI: XI and nine or twelve digits, or GD or HA and three digits'],
  ['GR094259216', 'the VAT ids of Greece begin with EL'],
])('%s: %s', (vatId, problem) => {
  expect(vatIdProblem(vatId)).toBe(problem);
});

describe('of other countries', () => {
  test.each(['CHE109322551', 'NO923609016', 'GB980780684', 'US123456789', ''])('%j is taken as it is', (vatId) => {
    expect(vatIdProblem(vatId)).toBe('');
    expect(memberStateOf(vatId)).toBe('');
  });
});

/** Those whose check digits find less: drawn at random, or none at all, or of letters. */
const LOOSE = /^(LV3[2-9]|XIGD|XIHA|FR.?[A-Z]|CZ535)/;

test('a wrong digit is nearly always found', () => {
  const wrong = RIGHT.map(([, id]) => id)
    .filter((id) => !LOOSE.test(id))
    .flatMap((id) =>
      [...id].flatMap((sign, at) =>
        at < 2 || !/\d/.test(sign)
          ? []
          : [1, 2, 3, 4, 5, 6, 7, 8, 9].map(
              (more) => id.slice(0, at) + ((Number(sign) + more) % 10) + id.slice(at + 1),
            ),
      ),
    );
  const taken = wrong.filter((id) => vatIdProblem(id) === '');
  expect(taken.length / wrong.length, taken.join(' ')).toBeLessThan(0.02);
});
