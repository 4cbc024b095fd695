import { isMod11And10, isMod97, lastDigit, luhnSum, weightedSum } from './check-digits.ts';
import {
  isBelgian,
  isBulgarianCompany,
  isCypriot,
  isCzech,
  isFrench,
  isIrish,
  isItalian,
  isLatvian,
  isLithuanian,
  isSlovak,
  isSpanish,
} from './checks-by-state.ts';
import { isBulgarianPerson } from './natural-persons.ts';

/** How VAT ids are written behind the two letters they begin with, and which of those can be right. */
export interface VatIdRules {
  readonly form: RegExp;
  /** The form in words. */
  readonly written: string;
  /** Whether the check digits of what has the form are right. */
  readonly isRight: (text: string) => boolean;
}

const rules = (form: RegExp, written: string, isRight: VatIdRules['isRight']): VatIdRules => ({
  form,
  written,
  isRight,
});

/** The digits, each times its weight, are a multiple of the divisor. */
const multipleOf =
  (divisor: number, weights: readonly number[]): VatIdRules['isRight'] =>
  (digits) =>
    weightedSum(digits, weights) % divisor === 0;

/** The last digit is what the others, each times its weight, lack of a multiple of eleven; 0 where they lack ten, and where they lack nothing if the state gives such. */
const lackOfEleven =
  (weights: readonly number[], givesEleven: boolean): VatIdRules['isRight'] =>
  (digits) => {
    const lack = 11 - (weightedSum(digits, weights) % 11);
    return (lack < 11 || givesEleven) && (lack >= 10 ? 0 : lack) === lastDigit(digits);
  };

/** The last digit is what ten times the sum leaves by eleven, 0 where ten remain. */
const leftByEleven =
  (factor: number, weights: readonly number[]): VatIdRules['isRight'] =>
  (digits) =>
    ((factor * weightedSum(digits.padStart(weights.length + 1, '0'), weights)) % 11) % 10 === lastDigit(digits);

/**
 * VAT ids of the member states of the European Union by ISO country: their forms as VIES tells them, their check digits as the states or the European
 * Commission published them. Of Latvian personal codes since July 2017 only the form is checked, since they have no check digit.
 */
export const MEMBER_STATES: ReadonlyMap<string, VatIdRules> = new Map([
  ['AT', rules(/^U\d{8}$/, 'U and eight digits', (text) => (luhnSum(text.slice(1, 8)) + lastDigit(text)) % 10 === 6)],
  ['BE', rules(/^(0[1-9]|1\d)\d{8}$/, 'ten digits, the first of them 0 or 1', isBelgian)],
  [
    'BG',
    rules(/^\d{9,10}$/, 'nine or ten digits', (text) =>
      text.length === 9 ? isBulgarianCompany(text) : isBulgarianPerson(text),
    ),
  ],
  ['CY', rules(/^(?!12)\d{8}[A-Z]$/, 'eight digits, not 12 at first, and a letter', isCypriot)],
  ['CZ', rules(/^([0-8]\d{7}|\d{9,10})$/, 'eight digits (the first not 9), nine or ten', isCzech)],
  ['DE', rules(/^[1-9]\d{8}$/, 'nine digits, the first not 0', isMod11And10)],
  ['DK', rules(/^[1-9]\d{7}$/, 'eight digits, the first not 0', multipleOf(11, [2, 7, 6, 5, 4, 3, 2, 1]))],
  ['EE', rules(/^\d{9}$/, 'nine digits', multipleOf(10, [3, 7, 1, 3, 7, 1, 3, 7, 1]))],
  ['GR', rules(/^\d{9}$/, 'nine digits', leftByEleven(1, [256, 128, 64, 32, 16, 8, 4, 2]))],
  ['ES', rules(/^([\dKLMXYZ]\d{7}[A-Z]|[A-HJNP-SUVW]\d{7}[\dA-J])$/, 'nine signs, a letter first or last', isSpanish)],
  ['FI', rules(/^\d{8}$/, 'eight digits', multipleOf(11, [7, 9, 10, 5, 8, 4, 2, 1]))],
  ['FR', rules(/^[\dA-HJ-NP-Z]{2}\d{9}$/, 'two digits or letters (but I and O) and nine digits', isFrench)],
  ['HR', rules(/^\d{11}$/, 'eleven digits', isMod11And10)],
  ['HU', rules(/^\d{8}$/, 'eight digits', multipleOf(10, [9, 7, 3, 1, 9, 7, 3, 1]))],
  ['IE', rules(/^(\d{7}[A-W][A-W]?|\d[A-Z+*]\d{5}[A-W])$/, 'seven digits and one or two letters', isIrish)],
  ['IT', rules(/^\d{11}$/, 'eleven digits', isItalian)],
  ['LT', rules(/^(\d{7}1\d|\d{10}1\d)$/, 'nine or twelve digits, the last but one 1', isLithuanian)],
  ['LU', rules(/^\d{8}$/, 'eight digits', (text) => Number(text.slice(0, 6)) % 89 === Number(text.slice(6)))],
  ['LV', rules(/^\d{11}$/, 'eleven digits', isLatvian)],
  [
    'MT',
    rules(
      /^[1-9]\d{7}$/,
      'eight digits, the first not 0',
      (text) => 37 - (weightedSum(text, [3, 4, 6, 7, 8, 9]) % 37) === Number(text.slice(6)),
    ),
  ],
  [
    'NL',
    rules(
      /^\d{9}B(?!00)\d\d$/,
      'nine digits, B and two digits',
      (text) => weightedSum(text, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0 || isMod97(`NL${text}`),
    ),
  ],
  ['PL', rules(/^\d{10}$/, 'ten digits', multipleOf(11, [6, 5, 7, 2, 3, 4, 5, 6, 7, -1]))],
  ['PT', rules(/^[1-9]\d{8}$/, 'nine digits, the first not 0', lackOfEleven([9, 8, 7, 6, 5, 4, 3, 2], true))],
  ['RO', rules(/^[1-9]\d{1,9}$/, 'two to ten digits, the first not 0', leftByEleven(10, [7, 5, 3, 2, 1, 7, 5, 3, 2]))],
  ['SE', rules(/^\d{10}01$/, 'ten digits and 01', (text) => luhnSum(text.slice(0, 10)) % 10 === 0)],
  ['SI', rules(/^[1-9]\d{7}$/, 'eight digits, the first not 0', lackOfEleven([8, 7, 6, 5, 4, 3, 2], false))],
  ['SK', rules(/^\d{10}$/, 'ten digits', isSlovak)],
]);

/** VAT ids of Northern Ireland, which begin with XI: those of the United Kingdom. Three sums are given, by when the number was. */
export const NORTHERN_IRELAND: VatIdRules = rules(
  /^(\d{9}|\d{12}|GD[0-4]\d\d|HA[5-9]\d\d)$/,
  'nine or twelve digits, or GD or HA and three digits',
  (text) => {
    const remainder = weightedSum(text, [8, 7, 6, 5, 4, 3, 2, 10, 1]) % 97;
    return /^[GH]/.test(text) || remainder === 0 || (!text.startsWith('0') && (remainder === 42 || remainder === 55));
  },
);
