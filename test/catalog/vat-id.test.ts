import { describe, expect, test } from 'vitest';
import { isMemberState, memberStateOf, vatIdProblem } from '#shared/catalog/vat-id.ts';

/** One id or more of every member state, as published in its own documents and in other checkers' tests. */
const KNOWN =
  `ATU13585627 BE0428759497 BG175074752 BG7523169263 CY10259033P CZ25123891 CZ7103192745 CZ640903926 DE136695976 DE123456788
  DK13585628 EE100931558 EE100594102 ESA13585625 ESJ99216582 ES54362315K ESX2482300W FI20774740 FR40303265045 FR23334175221
  FRK7399859412 FR4Z123456782 EL094259216 HR33392005961 HU12892312 IE6433435F IE6433435OA IT00743110157 LT119511515
  LT100001919017 LU15027442 LV40003521600 MT11679112 NL004495445B01 NL123456789B13 PL8567346215 PT501964843 RO18547290
  SE123456789701 SI50223054 SK2022749619`.split(/\s+/);

test.each(KNOWN)('%s is right', (vatId) => {
  expect(vatIdProblem(vatId)).toBe('');
  expect(isMemberState(memberStateOf(vatId))).toBe(true);
});

test('every member state is among them', () => {
  expect(new Set(KNOWN.map(memberStateOf)).size).toBe(27);
});

test.each([
  ['DE136695977', 'its check digits are wrong for DE'],
  ['DE13669597', 'it has not the form of a VAT id of DE'],
  ['ATU13585626', 'its check digits are wrong for AT'],
  ['EL094259217', 'its check digits are wrong for GR'],
  ['GR094259216', 'the VAT ids of Greece begin with EL'],
  ['FR40303265046', 'its check digits are wrong for FR'],
])('%s: %s', (vatId, problem) => {
  expect(vatIdProblem(vatId)).toBe(problem);
});

describe('of other countries', () => {
  test.each(['CHE109322551', 'GB980780684', 'US123456789', ''])('%j is taken as it is', (vatId) => {
    expect(vatIdProblem(vatId)).toBe('');
    expect(memberStateOf(vatId)).toBe('');
  });
});

test('a wrong digit is nearly always found', () => {
  const letters = /^(FRK|FR4Z)/;
  const wrong = KNOWN.filter((vatId) => !letters.test(vatId)).flatMap((vatId) =>
    [...vatId].flatMap((sign, at) =>
      at < 2 || !/\d/.test(sign) ? [] : [vatId.slice(0, at) + ((Number(sign) + 1) % 10) + vatId.slice(at + 1)],
    ),
  );
  expect(wrong.filter((vatId) => vatIdProblem(vatId) === '').length).toBeLessThanOrEqual(5);
});
