import { Temporal } from 'temporal-polyfill';
import type { TimeColumn } from '#shared/catalog/source.ts';
import type { Instant } from '#shared/time/local-date.ts';

/** Reads times of one column. */
export interface TimeReader {
  /** Epoch seconds, fractions cut off; NaN when the text has none of the formats. */
  read(bytes: Uint8Array, start: number, end: number): Instant;
  /** Of the time just read: 0 an instant, 1 a calendar day, 2 a calendar month (the first second of which, in UTC, it is). */
  precision: number;
  /** Of the time just read: minutes east of UTC, as the text or else its column's zone says. */
  offset: number;
}

type Format = (bytes: Uint8Array, start: number, end: number) => number;
/** From local seconds (as if the zone were UTC) to the instant; the offset goes to the reader. */
type ToInstant = (local: number, reader: TimeReader) => Instant;

const DAY = 86_400;
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Makes a reader for the formats of a column, tried in order. */
export function timeReader(column: Pick<TimeColumn, 'formats' | 'zone'>): TimeReader {
  const offsets = zoneOffsets(column.zone);
  const reader: TimeReader = { read: () => Number.NaN, precision: 0, offset: Number.NaN };
  const formats = column.formats.map((format) => compile(format, offsets, reader));
  const [first, ...others] = formats;
  if (first !== undefined) reader.read = others.length === 0 ? first : firstOf(formats);
  return reader;
}

function firstOf(formats: readonly Format[]): Format {
  return (bytes, start, end) => {
    let at = Number.NaN;
    for (let i = 0; i < formats.length && Number.isNaN(at); i++) at = formats[i]!(bytes, start, end);
    return at;
  };
}

function compile(format: string, toInstant: ToInstant, reader: TimeReader): Format {
  if (format === 'iso') return isoFormat(toInstant, reader);
  if (format === 'epochSeconds') return epochFormat(1, reader);
  if (format === 'epochMilliseconds') return epochFormat(1000, reader);
  return patternFormat(format, toInstant, reader);
}

function epochFormat(perSecond: number, reader: TimeReader): Format {
  return (bytes, start, end) => {
    let value = 0;
    let i = start;
    for (; i < end && i - start < 15 && isDigit(bytes[i]!); i++) value = value * 10 + bytes[i]! - 0x30;
    if (i === start || (i < end && bytes[i] !== 0x2e)) return Number.NaN;
    for (i++; i < end; i++) if (!isDigit(bytes[i]!)) return Number.NaN;
    reader.precision = 0;
    reader.offset = 0;
    return Math.floor(value / perSecond);
  };
}

/** 2026-10-07T08:39:50Z: T or a blank, fraction and offset (Z, +02, +0200, +02:00) may be missing; a date alone is a calendar day. */
function isoFormat(toInstant: ToInstant, reader: TimeReader): Format {
  return (bytes, start, end) => {
    if (end - start < 10 || bytes[start + 4] !== HYPHEN || bytes[start + 7] !== HYPHEN) return Number.NaN;
    const day = dayOf(digits4(bytes, start), digits2(bytes, start + 5), digits2(bytes, start + 8));
    if (end - start === 10) {
      reader.precision = 1;
      reader.offset = 0;
      return day * DAY;
    }
    const separator = bytes[start + 10];
    if (end - start < 19 || (separator !== 0x54 && separator !== 0x20)) return Number.NaN;
    if (bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return Number.NaN;
    const second = secondOfDay(digits2(bytes, start + 11), digits2(bytes, start + 14), digits2(bytes, start + 17));
    const local = day * DAY + second;
    reader.precision = 0;
    let i = start + 19;
    if (i < end && (bytes[i] === 0x2e || bytes[i] === 0x2c)) for (i++; i < end && isDigit(bytes[i]!); i++);
    if (i >= end) return toInstant(local, reader);
    if (bytes[i] === 0x5a) {
      reader.offset = 0;
      return i + 1 === end ? local : Number.NaN;
    }
    const offset = offsetOf(bytes, i, end);
    reader.offset = offset / 60;
    return local - offset;
  };
}

const HYPHEN = 0x2d;
const COLON = 0x3a;

/** Seconds of "+02:00", "-0330" or "+01"; NaN for anything else. */
function offsetOf(bytes: Uint8Array, start: number, end: number): number {
  const sign = bytes[start] === 0x2b ? 1 : bytes[start] === 0x2d ? -1 : Number.NaN;
  const colon = bytes[start + 3] === 0x3a ? 1 : 0;
  const length = end - start;
  if (length !== 3 && length !== 5 + colon) return Number.NaN;
  const hours = digits(bytes, start + 1, 2);
  const minutes = length === 3 ? 0 : digits(bytes, start + 3 + colon, 2);
  return hours <= 23 && minutes <= 59 ? sign * (hours * 3600 + minutes * 60) : Number.NaN;
}

/** A pattern of yyyy MM dd HH mm ss and literal characters, all of fixed width. */
function patternFormat(pattern: string, toInstant: ToInstant, reader: TimeReader): Format {
  const place = (token: string) => pattern.indexOf(token);
  const [year, month, day, hour, minute, second] = ['yyyy', 'MM', 'dd', 'HH', 'mm', 'ss'].map(place) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const literals = [...pattern.replace(/yyyy|MM|dd|HH|mm|ss/g, (token) => '\0'.repeat(token.length))].map((c) =>
    c.charCodeAt(0),
  );
  const precision = hour >= 0 ? 0 : day >= 0 ? 1 : 2;
  return (bytes, start, end) => {
    if (end - start !== literals.length) return Number.NaN;
    for (let i = 0; i < literals.length; i++)
      if (literals[i] !== 0 && literals[i] !== bytes[start + i]) return Number.NaN;
    const days = dayOf(
      digits(bytes, start + year, 4),
      digits(bytes, start + month, 2),
      day < 0 ? 1 : digits(bytes, start + day, 2),
    );
    reader.precision = precision;
    reader.offset = 0;
    if (precision > 0) return days * DAY;
    const seconds = secondOfDay(
      digits(bytes, start + hour, 2),
      minute < 0 ? 0 : digits(bytes, start + minute, 2),
      second < 0 ? 0 : digits(bytes, start + second, 2),
    );
    return toInstant(days * DAY + seconds, reader);
  };
}

/** Seconds since local midnight; 23:59:60 is the second after 23:59:59. NaN when there is no such time. */
function secondOfDay(hour: number, minute: number, second: number): number {
  return hour <= 23 && minute <= 59 && second <= 60 ? hour * 3600 + minute * 60 + second : Number.NaN;
}

/** The date looked up last: files are full of the same day. */
let lastDate = 0;
let lastDay = 0;

/** Days since 1970-01-01 of a date; NaN when there is no such date. */
export function dayOf(year: number, month: number, day: number): number {
  if (!(year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= DAYS_IN_MONTH[month - 1]!)) return Number.NaN;
  if (month === 2 && day === 29 && !(year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0))) return Number.NaN;
  const number = (year * 13 + month) * 32 + day;
  if (number !== lastDate) {
    lastDate = number;
    lastDay = Date.UTC(year, month - 1, day) / 86_400_000;
  }
  return lastDay;
}

/** So many decimal digits as a number; NaN when one of them is none. */
export function digits(bytes: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let i = start; i < start + count; i++) {
    const digit = bytes[i]! - 0x30;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function digits2(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 0x30;
  const ones = bytes[at + 1]! - 0x30;
  return (tens | ones | (9 - tens) | (9 - ones)) < 0 ? Number.NaN : tens * 10 + ones;
}

function digits4(bytes: Uint8Array, at: number): number {
  return digits2(bytes, at) * 100 + digits2(bytes, at + 2);
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Looked up once a minute; a time that occurs twice is the earlier. */
function zoneOffsets(zone: string): ToInstant {
  if (zone === 'UTC') {
    return (local, reader) => {
      reader.offset = 0;
      return local;
    };
  }
  const offsets = new Map<number, number>();
  let lastMinute = Number.NaN;
  let lastOffset = 0;
  return (local, reader) => {
    const minute = Math.floor(local / 60);
    if (minute !== lastMinute) {
      if (Number.isNaN(minute)) return minute;
      lastOffset = offsets.get(minute) ?? offsetAt(minute, zone);
      lastMinute = minute;
      if (offsets.size > 100_000) offsets.clear();
      offsets.set(minute, lastOffset);
    }
    reader.offset = lastOffset / 60;
    return local - lastOffset;
  };
}

/** Seconds a zone is ahead of UTC at a local minute. */
function offsetAt(minute: number, zone: string): number {
  const wall = Temporal.Instant.fromEpochMilliseconds(minute * 60_000)
    .toZonedDateTimeISO('UTC')
    .toPlainDateTime();
  return minute * 60 - wall.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds / 1000;
}
