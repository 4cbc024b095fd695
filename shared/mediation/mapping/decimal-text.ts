/**
 * Decimal text without an exponent: "7.6e-05" is "0.000076", exactly. What is no decimal number, or would have more than 40 digits, stays as
 * it is.
 */
export function decimalText(text: string): string {
  const found = /^([+-]?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,3})$/.exec(text.trim());
  if (found === null) return text;
  const [, sign = '', whole = '', fraction = '', exponent = ''] = found;
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  if (point > 40 || digits.length - point > 40) return text;
  const padded = digits.padStart(digits.length - Math.min(0, point), '0').padEnd(Math.max(point, 0), '0');
  const at = Math.max(0, point);
  const integer = padded.slice(0, at).replace(/^0+(?=\d)/, '') || '0';
  const decimals = padded.slice(at).replace(/0+$/, '');
  return `${sign === '-' ? '-' : ''}${integer}${decimals === '' ? '' : `.${decimals}`}`;
}
