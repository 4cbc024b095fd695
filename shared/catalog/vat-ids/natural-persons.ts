import { isLocalDate } from '#shared/time/local-date.ts';
import { lastDigit, weightedSum } from './check-digits.ts';

/**
 * A birth number of Czechia or Slovakia: the year's last two digits, the month (of women 50 more; 20 more where a day has run out of numbers) and the
 * day. Nine digits until 1953; then ten, the last of which is a check digit, and 0 also where ten remain.
 */
export function isBirthNumber(digits: string): boolean {
  const [year, written, day] = twoByTwo(digits);
  const ofAll = written > 50 ? written - 50 : written;
  const month = ofAll > 20 ? ofAll - 20 : ofAll;
  if (digits.length === 9) return (year < 54 || year >= 80) && isDay((year < 54 ? 1900 : 1800) + year, month, day);
  const isRight = (Number(digits.slice(0, 9)) % 11) % 10 === lastDigit(digits);
  return isRight && isDay((year < 54 ? 2000 : 1900) + year, month, day);
}

const CITIZEN = [2, 4, 8, 5, 10, 9, 7, 3, 6];
const FOREIGNER = [21, 19, 17, 13, 11, 9, 7, 3, 1];
const OTHER = [4, 3, 2, 7, 6, 5, 4, 3, 2];

/** Ten digits of Bulgaria: a citizen's number (its month 20 more before 1900, 40 more from 2000 on), a foreigner's, or one the tax office gave. */
export function isBulgarianPerson(digits: string): boolean {
  const last = lastDigit(digits);
  const [year, written, day] = twoByTwo(digits);
  const [century, more] = written > 40 ? [2000, 40] : written > 20 ? [1800, 20] : [1900, 0];
  const isCitizen = (weightedSum(digits, CITIZEN) % 11) % 10 === last;
  if (isCitizen && isDay(century + year, written - more, day)) return true;
  if (weightedSum(digits, FOREIGNER) % 10 === last) return true;
  return (11 - (weightedSum(digits, OTHER) % 11)) % 11 === last;
}

const LATVIAN = [1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/**
 * A personal code of Latvia: day, month, year, century, serial and check digit; or, since July 2017, a 3, a digit from 2 to 9 and nine that are drawn at
 * random, which nothing checks.
 */
export function isLatvianPerson(digits: string): boolean {
  if (/^3[2-9]/.test(digits)) return true;
  const [day, month, year] = twoByTwo(digits);
  const check = ((1101 - weightedSum(digits, LATVIAN)) % 11) % 10;
  return check === lastDigit(digits) && isDay(1800 + Number(digits[6]) * 100 + year, month, day);
}

/** The numbers of the first six digits. */
function twoByTwo(digits: string): [number, number, number] {
  return [Number(digits.slice(0, 2)), Number(digits.slice(2, 4)), Number(digits.slice(4, 6))];
}

function isDay(year: number, month: number, day: number): boolean {
  const padded = (value: number) => String(value).padStart(2, '0');
  return isLocalDate(`${year}-${padded(month)}-${padded(day)}`);
}
