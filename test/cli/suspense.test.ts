import { beforeEach, describe, expect, test } from 'vitest';
import type { SuspendedDetail } from '#shared/billing/use-cases/usage/examine-suspense.ts';
import {
  listSuspended,
  showSuspended,
  showSuspense,
  type WriteOffOptions,
  writeOff,
} from '../../cli/usage/suspense.ts';
import { backOut, showFile } from '../../cli/usage/usage.ts';
import { type SmallOperator, smallOperator } from '../billing/small-operator.ts';
import { CHANGES, FILES } from '../simulation/world.ts';
import { told } from './memory-session.ts';

const OPTIONS = { month: '', all: false, money: false };
const STRAY: WriteOffOptions = {
  month: '2026-10',
  reason: 'UNKNOWN_SUBSCRIBER',
  identifiers: ['262010000000000'],
  note: 'nobody has it',
  yes: false,
};

let operator: SmallOperator;
beforeEach(async () => {
  operator = await smallOperator();
  const priced =
    'record_id,imsi,start,service,network,bytes,charge,currency\np1,901700000000001,2026-10-09T10:00:00Z,data,DEUD1,1500000,1.25,EUR\n';
  await operator.dropFile({ name: 'priced.csv', body: Buffer.from(priced) });
  for (const file of [FILES.early, FILES.first]) await operator.dropFile(file);
});

/** A text with hashes of files left out, since they change with whatever is in a file. */
const readable = (text: string) => text.replace(/[0-9a-f]{32}/g, '…');

test('what is suspended is listed, with what it costs when that is asked for', async () => {
  const { text, next } = await told((output) => listSuspended(operator, { ...OPTIONS, money: true }, output));
  expect(`\n${text}\n`).toMatchInlineSnapshot(`
    "
    month    reason              identifiers  records     data  seconds  messages  carriers charge
    2026-10  UNKNOWN_SUBSCRIBER            3        3  9.50 MB        0         0         1.25 EUR

    2026-10 UNKNOWN_SUBSCRIBER: no subscription had the identifier then
      identifier            records     data  seconds  messages  carriers charge       as of
      imsi#262010000000000        1  2.00 MB        0         0                   position 5
      imsi#262010000000009        1  6.00 MB        0         0                   position 5
      imsi#901700000000001        1  1.50 MB        0         0         1.25 EUR  position 5
    "
  `);
  expect(next).toMatch(/^enter the subscription/);
  const plain = await told((output) => listSuspended(operator, OPTIONS, output));
  const alias = await told((output) => showSuspense(operator, '', false, output));
  expect(plain.text).toBe(alias.text);
  expect(plain.text).not.toMatch(/charge/);
});

test('what is suspended is shown with its first and last start and its files', async () => {
  const { text, data } = await told((output) => showSuspended(operator, 'unknown_subscriber', OPTIONS, output));
  expect(`\n${text}\n`).toMatchInlineSnapshot(`
    "
    month    reason              identifier            records     data  seconds  messages  first              last               files
    2026-10  UNKNOWN_SUBSCRIBER  imsi#262010000000000        1  2.00 MB        0         0  2026-10-08 08:00Z  2026-10-08 08:00Z  aero/first.csv
    2026-10  UNKNOWN_SUBSCRIBER  imsi#262010000000009        1  6.00 MB        0         0  2026-10-07 10:00Z  2026-10-07 10:00Z  aero/first.csv
    2026-10  UNKNOWN_SUBSCRIBER  imsi#901700000000001        1  1.50 MB        0         0  2026-10-09 10:00Z  2026-10-09 10:00Z  aero/priced.csv

    UNKNOWN_SUBSCRIBER: no subscription had the identifier then
    "
  `);
  const one = await told((output) => showSuspended(operator, '901700000000001', { ...OPTIONS, money: true }, output));
  expect((one.data as { details: SuspendedDetail[] }).details).toEqual([
    { ...(data as { details: SuspendedDetail[] }).details[2], money: { EUR: '1.25' } },
  ]);
  await expect(told((output) => showSuspended(operator, 'imsi#1', OPTIONS, output))).rejects.toThrow(
    'nothing of imsi#1 is suspended',
  );
});

describe('a write-off', () => {
  test('is asked for, waited for, listed, shown and taken back', async () => {
    const asked: string[] = [];
    const session = { ...operator, confirm: async (question: string) => asked.push(question) > 0 };
    const done = await told((output) => writeOff(session, STRAY, output));
    expect(asked).toEqual([
      'Write off 1 record, 2.00 MB of 1 identifier, UNKNOWN_SUBSCRIBER in 2026-10? It will never be charged.',
    ]);
    expect(readable(done.text)).toBe('Wrote off 1 record, 2.00 MB at position 6, as file ….');
    expect(readable(done.next)).toBe('`billing usage back-out … --reason TEXT` takes it back');
    const { file } = done.data as { file: string };
    const listed = await told((output) => listSuspended(operator, OPTIONS, output));
    expect(readable(listed.text.slice(listed.text.indexOf('written off')))).toMatchInlineSnapshot(`
      "written off
        month    reason              records     data  seconds  messages  by   at                 state      note           file
        2026-10  UNKNOWN_SUBSCRIBER        1  2.00 MB        0         0  ops  2026-11-04 08:00Z  loaded @6  nobody has it  …"
    `);
    const shown = await told((output) => showFile(operator, file, 50, output));
    expect(readable(`\n${shown.text}\n`)).toMatchInlineSnapshot(`
      "
      file    write-off 2026-10 UNKNOWN_SUBSCRIBER
      id      …
      by      ops
      note    nobody has it
      state   loaded at position 6
      months  2026-10

      read       1 records, 0 bytes
      accepted   1 record, 2.00 MB
      duplicate  0 records
      rejected   0 records
      "
    `);
    await told((output) => backOut(operator, file, 'found after all', output));
    await operator.settle();
    const after = await told((output) => listSuspended(operator, OPTIONS, output));
    expect(after.text).toMatch(/imsi#262010000000000/);
    expect(after.text).toMatch(/backed out @7/);
  });

  test('is not made when the answer is no', async () => {
    const session = { ...operator, confirm: async () => false };
    await expect(told((output) => writeOff(session, STRAY, output))).rejects.toThrow('nothing was written off');
    const { text } = await told((output) => listSuspended(operator, OPTIONS, output));
    expect(text).toMatch(/imsi#262010000000000/);
  });

  test('is made anew when something comes before it, and without asking when told so', async () => {
    let pauses = 0;
    const session = {
      ...operator,
      confirm: () => Promise.reject(new Error('it was asked')),
      async pause(milliseconds: number) {
        if (++pauses > 1) return operator.pause(milliseconds);
        await operator.load([CHANGES[0]!]);
      },
    };
    const { data } = await told((output) => writeOff(session, { ...STRAY, identifiers: [], yes: true }, output));
    expect(data).toMatchObject({ totals: { records: 2, bytes: 3_500_000 } });
    const { text } = await told((output) => listSuspended(operator, OPTIONS, output));
    expect(text).not.toMatch(/UNKNOWN_SUBSCRIBER {2,}\d+ {2,}.*data/);
    expect(text.match(/nobody has it/g)).toHaveLength(1);
  });

  test.each<[string, Partial<WriteOffOptions>, RegExp]>([
    ['of nothing', { reason: 'NO_PRICE', identifiers: [] }, /^nothing is suspended as NO_PRICE in 2026-10$/],
    ['of nothing of somebody', { identifiers: ['imsi#5'] }, /^nothing of imsi#5 is suspended/],
    ['of frozen usage', { reason: 'FROZEN', identifiers: [] }, /^what is FROZEN may have been billed/],
  ])('%s is refused', async (_, more, said) => {
    await expect(told((output) => writeOff(operator, { ...STRAY, ...more }, output))).rejects.toThrow(said);
  });
});
