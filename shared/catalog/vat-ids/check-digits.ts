/** Each digit times its weight, added up. What has more digits than weights is cut off behind them. */
export function weightedSum(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, at) => sum + weight * Number(digits[at] ?? '0'), 0);
}

/** The sum of Luhn's formula: every second digit from the right, beginning behind the last, counts double, and of a two-digit product both digits. A right number comes to a multiple of ten. */
export function luhnSum(digits: string): number {
  return [...digits].reverse().reduce((sum, digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 1 : 2);
    return sum + (value > 9 ? value - 9 : value);
  }, 0);
}

/** Whether the last digit is the check digit of the others by ISO/IEC 7064, MOD 11,10. */
export function isMod11And10(digits: string): boolean {
  const before = [...digits.slice(0, -1)].reduce((product, digit) => {
    const sum = (product + Number(digit)) % 10 || 10;
    return (sum * 2) % 11;
  }, 10);
  return (before + Number(digits.slice(-1))) % 10 === 1;
}

/** Whether a text of digits and letters leaves 1 by ISO/IEC 7064, MOD 97-10: A is 10, Z is 35. */
export function isMod97(text: string): boolean {
  const digits = [...text].map((sign) => Number.parseInt(sign, 36)).join('');
  return BigInt(digits) % 97n === 1n;
}

/** The last digit of a number. */
export function lastDigit(digits: string): number {
  return Number(digits.slice(-1));
}
