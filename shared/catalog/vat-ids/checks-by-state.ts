import { lastDigit, luhnSum, weightedSum } from './check-digits.ts';
import { isBirthNumber, isLatvianPerson } from './natural-persons.ts';

/** Belgium: the last two digits are what the eight before lack of a multiple of 97. */
export function isBelgian(digits: string): boolean {
  return 97 - (Number(digits.slice(0, 8)) % 97) === Number(digits.slice(8));
}

/** Nine digits of Bulgaria: a legal person's. A second row of weights is asked where ten remain, and 0 where they remain again. */
export function isBulgarianCompany(digits: string): boolean {
  const first = weightedSum(digits, [1, 2, 3, 4, 5, 6, 7, 8]) % 11;
  const second = weightedSum(digits, [3, 4, 5, 6, 7, 8, 9, 10]) % 11;
  return (first === 10 ? second % 10 : first) === lastDigit(digits);
}

/** What a digit of Cyprus counts at an odd place. */
const ODD_PLACES = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];

/** Cyprus: a letter, by the digits at even places and what those at odd places count. */
export function isCypriot(text: string): boolean {
  const sum = [...text.slice(0, 8)].reduce(
    (before, digit, at) => before + (at % 2 === 0 ? (ODD_PLACES[Number(digit)] ?? 0) : Number(digit)),
    0,
  );
  return text.charCodeAt(8) - 'A'.charCodeAt(0) === sum % 26;
}

/** Czechia: eight digits of a legal person, nine that begin with 6 of a person without a birth number, else a birth number. */
export function isCzech(digits: string): boolean {
  const weights = [8, 7, 6, 5, 4, 3, 2];
  if (digits.length === 8) return ((11 - (weightedSum(digits, weights) % 11)) % 11 || 1) % 10 === lastDigit(digits);
  if (digits.length === 10 || !digits.startsWith('6')) return isBirthNumber(digits);
  const remainder = weightedSum(digits.slice(1), weights) % 11;
  return (remainder + 8) % 10 === lastDigit(digits);
}

/** The signs of a French key: digits and letters but I and O, each worth its place. */
const FRENCH_SIGNS = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/**
 * France: a key of two signs before a SIREN, whose last digit is by Luhn's formula; of Monaco, whose numbers begin with 000, there is no SIREN. A key of digits
 * is the number and 12 behind it, modulo 97; one with a letter is by modulo 11.
 */
export function isFrench(text: string): boolean {
  const [key, siren] = [text.slice(0, 2), text.slice(2)];
  if (!siren.startsWith('000') && luhnSum(siren) % 10 !== 0) return false;
  if (/^\d\d$/.test(key)) return Number(`${siren}12`) % 97 === Number(key);
  const [first, second] = [...key].map((sign) => FRENCH_SIGNS.indexOf(sign)) as [number, number];
  const value = first < 10 ? first * 24 + second - 10 : first * 34 + second - 100;
  return (Number(siren) + 1 + Math.floor(value / 11)) % 11 === value % 11;
}

/** Ireland: the letter behind seven digits counts them and the letter after it; before 2013 a sign stood in the second place, and the first digit counted last. */
export function isIrish(text: string): boolean {
  const signs = 'WABCDEFGHIJKLMNOPQRSTUV';
  const isOld = !/^\d{7}/.test(text);
  const digits = isOld ? `0${text.slice(2, 7)}${text[0]}` : text.slice(0, 7);
  const behind = isOld ? '' : text.slice(8);
  const sum = weightedSum(digits, [8, 7, 6, 5, 4, 3, 2]) + 9 * (behind === '' ? 0 : signs.indexOf(behind));
  return signs[sum % 23] === text[7];
}

/** Italy: by Luhn's formula; the three digits before the last are of the tax office that gave the number. */
export function isItalian(digits: string): boolean {
  const office = Number(digits.slice(7, 10));
  const isOffice = (office >= 1 && office <= 201) || office === 888 || office === 999;
  return !digits.startsWith('0000000') && isOffice && luhnSum(digits) % 10 === 0;
}

/** Latvia: a legal person's number begins with more than 3, and 3 remain of it; one that begins with 9 ends in 0 where the check digit would be ten. */
export function isLatvian(digits: string): boolean {
  if (/^[0-3]/.test(digits)) return isLatvianPerson(digits);
  const before = weightedSum(digits, [9, 1, 4, 8, 3, 10, 2, 5, 7, 6]) % 11;
  const check = (14 - before) % 11;
  return (check === 10 && digits.startsWith('9') ? 0 : check) === lastDigit(digits);
}

/** Lithuania: nine digits of a legal person, twelve of others; a 1 stands before the check digit. A second row of weights is asked where ten remain, and 0 where they remain again. */
export function isLithuanian(digits: string): boolean {
  const before = digits.slice(0, -1);
  const remainder = (shift: number) =>
    weightedSum(
      before,
      [...before].map((_, at) => ((at + shift) % 9) + 1),
    ) % 11;
  const first = remainder(0);
  return (first === 10 ? remainder(2) % 10 : first) === lastDigit(digits);
}

/** Slovakia: a multiple of eleven, the third digit of which no month begins with; or a birth number. */
export function isSlovak(digits: string): boolean {
  return (/^[1-9]\d[234789]/.test(digits) && Number(digits) % 11 === 0) || isBirthNumber(digits);
}

const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

/** Spain: of persons a letter by the number modulo 23 (X, Y and Z of foreigners are 0, 1 and 2; K, L and M are left out); of others a digit by Luhn's formula, or its letter. */
export function isSpanish(text: string): boolean {
  const [first = '', last = ''] = [text[0], text[8]];
  const person = /[KLM]/.test(first) ? '' : 'XYZ'.includes(first) ? `${'XYZ'.indexOf(first)}` : first;
  if (/^\d?$/.test(person)) return DNI_LETTERS[Number(person + text.slice(1, 8)) % 23] === last;
  const check = (10 - (luhnSum(`${text.slice(1, 8)}0`) % 10)) % 10;
  return last === `${check}` || last === 'JABCDEFGHI'[check];
}
