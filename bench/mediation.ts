import { gzipSync } from 'node:zlib';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import type { SourceDefinition } from '#shared/catalog/source.ts';
import { DEFAULT_DECODER_SETTINGS, type RecordSink } from '#shared/mediation/decoder.ts';
import { openDecoder } from '#shared/mediation/open-decoder.ts';
import { usageCsv } from './generate/usage-csv.ts';
import { usageJson } from './generate/usage-json.ts';
import { usageTap3 } from './generate/usage-tap3.ts';
import { usageTs32298 } from './generate/usage-ts32298.ts';
import { bestOf, type Result, rate, report, thousands } from './measure.ts';
import { ARRIVED, BLOCK, FROM, gunzip, inBlocks, type Made, mediate } from './mediate.ts';

/** Finding records and values and mapping them, without anything behind it: the sink only counts. */
async function decodedAlone(
  what: string,
  source: SourceDefinition,
  name: string,
  bytes: Uint8Array,
  atLeast: number,
): Promise<Result> {
  let records = 0;
  let octets = 0;
  const seconds = await bestOf(8, () => {
    records = 0;
    octets = 0;
    const file = { name, carrier: 'demo', arrivedAt: ARRIVED };
    const sink: RecordSink = {
      add(draft) {
        records++;
        octets += draft.bytesUp + draft.bytesDown;
      },
      reject(draft) {
        throw new Error(draft.reason);
      },
    };
    const decoder = openDecoder(source, file, DEFAULT_DECODER_SETTINGS, sink, undefined);
    for (let at = 0; at < bytes.length; at += BLOCK) decoder.push(bytes.subarray(at, at + BLOCK));
    decoder.end();
  });
  const counted = `${thousands(records)} records of ${(bytes.length / records).toFixed(0)} bytes, ${thousands(octets)} octets`;
  return rate(what, counted, records, seconds, atLeast);
}

async function measured(what: string, atLeast: number, run: () => Promise<Made>): Promise<Result> {
  let made: Made | undefined;
  const seconds = await bestOf(4, async () => {
    made = await run();
  });
  const { outcome, items, itemBytes, storedBytes } = made!;
  const { accepted, read } = outcome;
  const each = (bytes: number) => (bytes / accepted.records).toFixed(1);
  const counted =
    `${thousands(read)} records, ${thousands(accepted.bytes)} octets, ${thousands(items)} items; ` +
    `bytes a record: ${each(outcome.bytes)} read, ${each(itemBytes)} in items, ${each(storedBytes)} in records`;
  return rate(what, counted, read, seconds, atLeast);
}

const csv = Buffer.concat([
  ...usageCsv({ records: 500_000, subscriptions: 100_000, from: FROM, seconds: 86_400, seed: 1 }),
]);
const gzipped = gzipSync(csv);
const dense = gzipSync(
  Buffer.concat([...usageCsv({ records: 500_000, subscriptions: 2_000, from: FROM, seconds: 86_400, seed: 2 })]),
);
const json = Buffer.concat([
  ...usageJson({ records: 250_000, subscriptions: 100_000, from: FROM, seconds: 86_400, seed: 4 }),
]);
const gzippedJson = gzipSync(json);
const tap = usageTap3(200_000, 40_000, FROM, 3, false);
const indefinite = usageTap3(200_000, 40_000, FROM, 3, true);
const plain = presetSource('plain-csv', 'plain', 'demo', '*');
const tap3 = presetSource('tap3', 'tap3', 'demo', '*');
const once = presetSource('1nce-json', 'once', 'demo', '*');
const tapName = 'CDDEUD2UTOIO00001';
const pgw = usageTs32298(200_000, 40_000, FROM, 5);
const ts32298 = presetSource('ts32298', 'ts32298', 'demo', '*');

report([
  await measured('CSV, gzipped, 100,000 subscriptions', 300_000, () => mediate(plain, 'usage.csv.gz', gunzip(gzipped))),
  await measured('CSV, gzipped, 2,000 subscriptions', 300_000, () => mediate(plain, 'usage.csv.gz', gunzip(dense))),
  await measured('JSON lines, gzipped, 100,000 subscriptions', 250_000, () =>
    mediate(once, 'usage.json.gz', gunzip(gzippedJson)),
  ),
  await decodedAlone('CSV, decoded alone', plain, 'usage', csv, 800_000),
  await decodedAlone('JSON lines, decoded alone', once, 'usage', json, 800_000),
  await measured('TAP3, definite lengths', 500_000, () => mediate(tap3, tapName, inBlocks(tap))),
  await measured('TAP3, indefinite lengths', 500_000, () => mediate(tap3, tapName, inBlocks(indefinite))),
  await measured('TS 32.298, P-GW records', 500_000, () => mediate(ts32298, 'PGW-1', inBlocks(pgw))),
  await decodedAlone('TAP3, decoded alone', tap3, tapName, tap, 0),
  await decodedAlone('TS 32.298, decoded alone', ts32298, 'PGW-1', pgw, 0),
]);
