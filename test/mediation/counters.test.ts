import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sourceDefinition } from '#shared/catalog/files/source-schema.ts';
import { PRESETS } from '#shared/catalog/presets/presets.ts';
import { readItems } from '#shared/mediation/chunks/items-object.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import { monthlyCycle } from '#shared/mediation/mapping/counter-cycle.ts';
import { fold } from '#shared/usage/fold.ts';
import type { VisibleItem } from '#shared/usage/visible-item.ts';
import { ARRIVED, decodeCut, recordsOf } from './decode.ts';

const SNAPSHOTS = ['ctdUsages_20261009T0000Z.json', 'ctdUsages_20261010T0000Z.json'];
const snapshot = (name: string) => readFileSync(new URL(`./samples/json-controlcenter/${name}`, import.meta.url));
const source = sourceDefinition.parse({
  ...PRESETS['control-center-json'].definition,
  name: 'cc',
  carrier: 'demo',
});
const decode = (of: typeof source, name: string, bytes: Buffer) =>
  decodeCut(of, { name, carrier: 'demo', arrivedAt: ARRIVED }, bytes, [], DEFAULT_DECODER_SETTINGS);

/** What the readings of both snapshots come to, by identifier: the difference each brought. */
function usageOf(identifier: string, names: readonly string[]) {
  const items = names.flatMap((name, file): VisibleItem[] =>
    decode(source, name, snapshot(name)).chunks.flatMap((chunk) =>
      readItems(chunk.items)
        .filter((item) => item.identifier === identifier)
        .map(({ packed, part }) => ({ packed, part, position: file + 1, file: name, chunk: chunk.index })),
    ),
  );
  const folded = fold(items);
  const usage = Array.from({ length: folded.length }, (_, row) => ({
    service: folded.keys[folded.keyIndex[row]!]!.service,
    at: new Date(folded.startedAt[row]! * 1000).toISOString().slice(0, 10),
    bytes: folded.bytesUnsplit[row],
    count: folded.count[row],
  }));
  return { usage, resets: folded.resets };
}

interface Expected {
  readonly issues: readonly { readonly code: string; readonly seq: number }[];
  readonly records: readonly { readonly iccid: string; readonly bytesTotal: number; readonly smsCount: number }[];
}

describe('two snapshots of counters', () => {
  const expected = SNAPSHOTS.map((name): Expected => JSON.parse(snapshot(`${name}.expected.json`).toString()));
  test.each([0, 1, 2])('SIM %i: usage is the difference, a fall is a new beginning', (sim) => {
    const { iccid } = expected[0]!.records[sim]!;
    const { usage, resets } = usageOf(`iccid#${iccid}`, SNAPSHOTS);
    const on = (at: string, service: string) => usage.filter((each) => each.at === at && each.service === service);
    for (const [i, at] of ['2026-10-09', '2026-10-10'].entries()) {
      const { bytesTotal, smsCount } = expected[i]!.records[sim]!;
      const sum = (values: (number | undefined)[]) => values.reduce<number>((all, value) => all + (value ?? 0), 0);
      expect(sum(on(at, 'data').map(({ bytes }) => bytes))).toBe(bytesTotal);
      expect(sum(on(at, 'sms').map(({ count }) => count))).toBe(smsCount);
    }
    const isReset = expected[1]!.issues.some(({ code, seq }) => code === 'COUNTER_RESET' && seq === sim + 1);
    expect(resets).toBe(isReset ? 1 : 0);
  });

  test('the order they arrive in changes nothing', () => {
    const id = 'iccid#8901410000000000039';
    const inOrder = (names: readonly string[]) => {
      const { usage, resets } = usageOf(id, names);
      return { usage: usage.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)), resets };
    };
    expect(inOrder([...SNAPSHOTS].reverse())).toEqual(inOrder(SNAPSHOTS));
  });

  test('the same reading twice is one; the ceiling of usage is none of a counter', () => {
    const twice = JSON.stringify([
      { iccid: '8901410000000000013', imsi: '310410000000001', msisdn: '1882900000', imei: '', ctdDataUsage: 5e12 },
      { iccid: '8901410000000000013', imsi: '310410000000001', msisdn: '1882900000', imei: '', ctdDataUsage: 5e12 },
    ]);
    const { outcome } = decode(source, SNAPSHOTS[0]!, Buffer.from(twice));
    expect(outcome).toMatchObject({
      read: 2,
      accepted: { records: 1, bytes: 5e12 },
      duplicate: { records: 1 },
      rejected: 0,
    });
  });
});

describe('cycles', () => {
  test.each([
    ['2026-10-31T22:59:59Z', 1, 'Europe/Berlin', '2026-10-01'],
    ['2026-10-31T23:00:00Z', 1, 'Europe/Berlin', '2026-11-01'],
    ['2026-10-14T12:00:00Z', 15, 'UTC', '2026-09-15'],
    ['2026-01-14T12:00:00Z', 15, 'UTC', '2025-12-15'],
    ['2026-02-28T12:00:00Z', 28, 'UTC', '2026-02-28'],
  ])('%s is in the cycle that begins on day %i in %s: %s', (at, day, zone, expected) => {
    expect(monthlyCycle(Date.parse(at) / 1000, day, zone)).toBe(expected);
  });

  const of = (cycle: object) =>
    sourceDefinition.parse({ ...PRESETS['control-center-json'].definition, name: 'cc', carrier: 'demo', cycle });
  const row = '{"iccid":"8901410000000000013","imsi":"1","msisdn":"1882900000","ctdDataUsage":1,"status":"A-7"}';
  const bytes = Buffer.from(row.replace('"1"', '"310410000000001"'));
  test.each([
    [{}, ''],
    [{ column: 'status' }, 'A-7'],
    [{ monthlyOn: '10' }, '2026-09-10'],
  ])('cycle %j is kept in the place of the session: %s', (cycle, expected) => {
    expect(recordsOf(decode(of(cycle), SNAPSHOTS[0]!, bytes)).map(({ session }) => session)).toEqual([expected]);
  });
});
