import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { streamOutput } from '../../cli/terminal/output.ts';
import { proveAll } from '../../cli/usage/usage-proof.ts';
import { operatorWithAllFates } from '../billing/all-fates.ts';
import type { SmallOperator } from '../billing/small-operator.ts';
import { CARRIER, SECOND_RELEASE } from '../simulation/world.ts';

const TRIAL = 'TDDEUD2UTOIO00001';
const UNITS = ['records', 'bytes', 'seconds', 'count'] as const;
const READ = ['accepted', 'repeated', 'duplicate', 'rejected', 'quarantined', 'test', 'zero'] as const;
const ACCEPTED = ['billed', 'earlier', 'writtenOff', 'carried', 'notYetDue', 'late', 'free', 'elsewhere'] as const;

type Totals = Readonly<Record<(typeof UNITS)[number], number>>;
type Row = Readonly<Record<'read' | (typeof READ)[number] | (typeof ACCEPTED)[number], Totals>> & {
  readonly suspended: Readonly<Record<string, Totals>>;
};
/** What --json prints, as whoever reads it without us would describe it. */
interface Printed {
  readonly position: number;
  readonly files: Readonly<Record<string, number>>;
  readonly total: Row;
  readonly parts: readonly {
    readonly source: string;
    readonly carrier: string;
    readonly month: string;
    readonly files: Readonly<Record<string, number>>;
    readonly row: Row;
    readonly differences: Readonly<Record<'read' | 'accepted', Totals>>;
  }[];
  readonly apart: readonly Readonly<Record<string, unknown>>[];
  readonly onInvoices: Totals;
  readonly differences: Readonly<Record<'read' | 'accepted' | 'invoices', Totals>>;
}

let operator: SmallOperator;
beforeAll(async () => {
  operator = await operatorWithAllFates();
  const tap = presetSource('tap3', 'aero-tap', CARRIER, '?D*');
  await operator.release({ ...SECOND_RELEASE, sources: [tap, ...SECOND_RELEASE.sources] });
  const body = readFileSync(new URL(`../mediation/samples/tap3/${TRIAL}`, import.meta.url));
  await operator.dropFile({ name: TRIAL, body });
});

async function printed(month: string, json: boolean): Promise<string> {
  const said: string[] = [];
  const streams = {
    stdout: (text: string) => void said.push(text),
    drained: async () => {},
    stderr: () => {},
    watched: false,
    now: () => 0,
  };
  await proveAll(operator, month, streamOutput(streams, { json, quiet: false }));
  return said.join('');
}
const proof = async (month: string) => JSON.parse(await printed(month, true)) as Printed;
const NOTHING: Totals = { records: 0, bytes: 0, seconds: 0, count: 0 };

describe('usage proof --json', () => {
  test('one object, whose fields are these', async () => {
    const { parts, apart, ...all } = await proof('');
    const fields = (value: object) => Object.keys(value).sort();
    expect(fields(all)).toEqual(['differences', 'files', 'onInvoices', 'position', 'total']);
    expect(fields(all.files)).toEqual(['duplicate', 'loaded', 'notification', 'quarantined', 'test']);
    expect(fields(all.total)).toEqual(['read', ...READ, ...ACCEPTED, 'suspended', 'zeroBilled', 'zeroEarlier'].sort());
    for (const totals of [all.total.read, ...Object.values(all.total.suspended)])
      expect(fields(totals)).toEqual([...UNITS].sort());
    for (const part of parts)
      expect(fields(part)).toEqual(['carrier', 'differences', 'files', 'month', 'row', 'source']);
    expect(apart.map(({ name, state }) => `${name} ${state}`)).toEqual([`${TRIAL} test`, 'broken.csv quarantined']);
  });

  test('what was read of every source, in every unit, went where it says, and nothing is left over', async () => {
    const { parts, total } = await proof('');
    expect(parts.map(({ month, source }) => `${month} ${source}`)).toEqual([
      ...['2026-10 aero-csv', '2026-10 aero-odd', '2026-11 aero-csv', '2026-11 aero-tap'],
    ]);
    for (const { row, differences } of [...parts, { row: total, differences: {} }]) {
      for (const unit of UNITS) {
        const sum = (names: readonly (keyof Row)[]) =>
          names.reduce((found, name) => found + (row[name] as Totals)[unit], 0);
        const suspended = Object.values(row.suspended).reduce((found, totals) => found + totals[unit], 0);
        expect(sum(READ)).toBe(row.read[unit]);
        expect(sum(ACCEPTED) + suspended).toBe(row.accepted[unit]);
      }
      for (const difference of Object.values(differences)) expect(difference).toEqual(NOTHING);
    }
  });

  test('every fate there is, is in it; the sums of the sources are the sums of all; all differences are zero', async () => {
    const { parts, total, differences, files, onInvoices } = await proof('');
    for (const name of ['repeated', 'duplicate', 'rejected', 'test', 'zero', 'billed', 'late'] as const)
      expect(total[name].records, name).toBeGreaterThan(0);
    expect(total.writtenOff.records + total.notYetDue.records).toBe(2);
    expect(Object.keys(total.suspended)).toEqual(['UNKNOWN_NETWORK']);
    for (const name of ['read', ...READ, ...ACCEPTED] as const)
      expect(
        parts.reduce((sum, { row }) => sum + row[name].bytes, 0),
        name,
      ).toBe(total[name].bytes);
    expect(differences).toEqual({ read: NOTHING, accepted: NOTHING, invoices: NOTHING });
    expect(files).toEqual({ loaded: 3, duplicate: 1, quarantined: 1, test: 1, notification: 0 });
    expect(onInvoices.bytes).toBe(total.billed.bytes);
  });

  test('--month shows the sources of that month, the sums of all, and the files apart of that month', async () => {
    const [of, all] = [await proof('2026-10'), await proof('')];
    expect(of.parts).toEqual(all.parts.filter(({ month }) => month === '2026-10'));
    expect(of.total).toEqual(all.total);
    expect(of.apart.every(({ month }) => month === '2026-10')).toBe(true);
  });
});

test('people read the same figures, source by source', async () => {
  const text = await printed('2026-10', false);
  expect(text.split('\n').find((line) => line.startsWith('2026-10, aero, read as aero-csv'))).toBe(
    '2026-10, aero, read as aero-csv: 2 files count, 1 came twice',
  );
  const lines = text.split('\n').map((line) => line.trim().split(/ {2,}/));
  const { parts } = await proof('2026-10');
  const shown = (name: string) => lines.find(([first]) => first === name)?.slice(1, 3);
  const row = parts[0]!.row;
  const grouped = ({ records, bytes }: Totals) => [records, bytes].map((value) => value.toLocaleString('en'));
  for (const [name, totals] of [
    ['read', row.read],
    ['+ said again in a chunk', row.repeated],
    ['+ said again in other files', row.duplicate],
    ['= billed', row.billed],
    ['+ suspended UNKNOWN_NETWORK', row.suspended.UNKNOWN_NETWORK!],
    ['+ written off', row.writtenOff],
    ['difference', NOTHING],
  ] as const)
    expect(shown(name), name).toEqual(grouped(totals));
});
