import { dayOf, digits } from '../mapping/time-text.ts';

const LENGTH = 14;
const DATE = 8;
const ZERO = 0x30;
/** The characters of the date read last, and its day since 1970-01-01: events of a file are of few days. */
const lastDate = new Uint8Array(DATE);
let lastDay = Number.NaN;

/** Seconds of CCYYMMDDhhmmss as if it were UTC; NaN when it is no time. */
export function localTime(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== LENGTH) return Number.NaN;
  let differs = 0;
  for (let i = 0; i < DATE; i++) differs |= bytes[start + i]! ^ lastDate[i]!;
  if (differs !== 0) readDate(bytes, start);
  const at = start + DATE;
  const h1 = bytes[at]! - ZERO;
  const h2 = bytes[at + 1]! - ZERO;
  const m1 = bytes[at + 2]! - ZERO;
  const m2 = bytes[at + 3]! - ZERO;
  const s1 = bytes[at + 4]! - ZERO;
  const s2 = bytes[at + 5]! - ZERO;
  const hour = h1 * 10 + h2;
  const minute = m1 * 10 + m2;
  const second = s1 * 10 + s2;
  const odd =
    h1 | h2 | m1 | m2 | s1 | s2 | (9 - h2) | (9 - m2) | (9 - s2) | (23 - hour) | (59 - minute) | (60 - second);
  return odd < 0 ? Number.NaN : lastDay * 86_400 + hour * 3600 + minute * 60 + second;
}

function readDate(bytes: Uint8Array, start: number): void {
  for (let i = 0; i < DATE; i++) lastDate[i] = bytes[start + i]!;
  lastDay = dayOf(digits(bytes, start, 4), digits(bytes, start + 4, 2), digits(bytes, start + 6, 2));
}

/** Seconds east of UTC of "+0545"; NaN when it is no offset. */
export function offsetSeconds(text: string): number {
  const found = /^([+-])(\d\d)([0-5]\d)$/.exec(text);
  return found === null ? Number.NaN : (Number(found[2]) * 3600 + Number(found[3]) * 60) * (found[1] === '-' ? -1 : 1);
}
