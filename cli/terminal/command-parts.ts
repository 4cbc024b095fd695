import { InvalidArgumentError } from 'commander';
import { amount } from '#shared/money/amount.ts';
import { isCurrency, minorDigits } from '#shared/money/currency.ts';
import { instantOf, isLocalDate } from '#shared/time/local-date.ts';
import type { Session } from '../session.ts';
import type { Output } from './output.ts';

/** What a command does; it connects only if it needs the deployment. */
export type Work = (connect: () => Promise<Session>, output: Output, json: boolean) => Promise<void>;

/** Runs what a command does. */
export type Run = (work: Work) => Promise<void>;

/** Runs what a command does on a deployment. */
export type Connected = (work: (session: Session, output: Output) => Promise<void>) => Promise<void>;

/** A command's example, below its help. */
export function example(...lines: readonly string[]): string {
  const [head, ...rest] = lines.map((line) => `  $ ${line}`);
  return ['', lines.length > 1 ? 'Examples:' : 'Example:', head, ...rest].join('\n');
}

/** Reads an option's whole number. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}

/** Reads an option's month. */
export function month(text: string): string {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw new InvalidArgumentError('A month is written like 2026-10.');
}

/** Reads an option's date. */
export function date(text: string): string {
  if (isLocalDate(text)) return text;
  throw new InvalidArgumentError('A date is written like 2026-11-02.');
}

/** Reads an option's instant, epoch seconds. */
export function instant(text: string): number {
  try {
    return instantOf(text, 'UTC');
  } catch {
    throw new InvalidArgumentError('A time is written like 2026-11-02T10:00:00+01:00, or as a date.');
  }
}

/** Reads an amount with its currency, "5.00EUR", beside those of other currencies that were said before. */
export function leastAmount(text: string, others: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, least = '', currency = ''] = /^(\d{1,12}(?:\.\d{1,4})?) ?([A-Z]{3})$/.exec(text) ?? [];
  if (currency === '' || !isCurrency(currency) || others[currency] !== undefined)
    throw new InvalidArgumentError('It is an amount and its currency, 5.00EUR; each currency once.');
  const digits = minorDigits(currency);
  if (amount(least).decimalPlaces() > digits)
    throw new InvalidArgumentError(`${currency} has ${digits === 0 ? 'no decimals' : `${digits} decimals`}.`);
  return { ...others, [currency]: least };
}

/** Reads an option's amount: decimal text, kept as it is written. */
export function decimal(text: string): string {
  if (/^\d{1,15}(\.\d{1,6})?$/.test(text)) return text;
  throw new InvalidArgumentError('An amount is written like 5.00, with a point and without a currency.');
}
