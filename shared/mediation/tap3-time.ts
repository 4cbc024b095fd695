import { dayOf } from './time-text.ts';

const LENGTH = 14;
/** The date read last, and its day since 1970-01-01: events of a file are of few days. */
let lastDate = 0;
let lastDay = Number.NaN;

/** Seconds of CCYYMMDDhhmmss as if it were UTC; NaN when it is no time. */
export function localTime(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== LENGTH) return Number.NaN;
  const date = number(bytes, start, start + 8);
  const time = number(bytes, start + 8, end);
  if (date < 0 || time < 0) return Number.NaN;
  if (date !== lastDate) {
    lastDate = date;
    lastDay = dayOf(Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100);
  }
  const hour = (time / 10_000) | 0;
  const minute = ((time / 100) | 0) - hour * 100;
  const second = time - hour * 10_000 - minute * 100;
  if (hour > 23 || minute > 59 || second > 60) return Number.NaN;
  return lastDay * 86_400 + hour * 3600 + minute * 60 + second;
}

/** Decimal digits as a number; negative when one of them is none. */
function number(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let odd = 0;
  for (let i = start; i < end; i++) {
    const digit = bytes[i]! - 0x30;
    odd |= digit | (9 - digit);
    value = value * 10 + digit;
  }
  return odd < 0 ? -1 : value;
}

/** Seconds east of UTC of "+0545"; NaN when it is no offset. */
export function offsetSeconds(text: string): number {
  const found = /^([+-])(\d\d)([0-5]\d)$/.exec(text);
  return found === null ? Number.NaN : (Number(found[2]) * 3600 + Number(found[3]) * 60) * (found[1] === '-' ? -1 : 1);
}
