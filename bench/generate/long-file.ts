import { gzipSync } from 'node:zlib';
import { type PresetName, presetSource } from '#shared/catalog/presets/presets.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import { openDecoder } from '#shared/mediation/open-decoder.ts';
import { encodeTransferBatch, tap3FileName } from './tap3-encoder.ts';
import { usageCsv } from './usage-csv.ts';
import { usageTap3 } from './usage-tap3.ts';

/**
 * A file far larger than the memory it is made of: what it begins with, a part that stands in it again and again, what it ends with. The
 * part has more records than a chunk, so that none of them is twice in one.
 */
export interface LongFile {
  readonly name: string;
  readonly preset: PresetName;
  readonly head: Uint8Array;
  readonly part: Uint8Array;
  readonly tail: Uint8Array;
  readonly times: number;
}

/** Records of a part: several chunks. */
const RECORDS = 50_000;
const SUBSCRIPTIONS = 40_000;

/** So many bytes of gzipped CSV, about: one gzip member a part, as `cat` puts them together. */
export function longCsv(bytes: number, from: number): LongFile {
  const fleet = { records: RECORDS, subscriptions: SUBSCRIPTIONS, from, seconds: 86_400, seed: 8 };
  const text = Buffer.concat([...usageCsv(fleet)]);
  const header = text.indexOf(0x0a) + 1;
  const part = gzipSync(text.subarray(header), { level: 6 });
  return {
    name: 'usage.csv.gz',
    preset: 'plain-csv',
    head: gzipSync(text.subarray(0, header)),
    part,
    tail: new Uint8Array(0),
    times: Math.ceil(bytes / part.length),
  };
}

/** So many bytes of one TAP transfer batch, about, with indefinite lengths and a trailer that is right. */
export function longTap3(bytes: number, from: number): LongFile {
  const batch = { sender: 'DEUD2', recipient: 'UTOIO', sequence: 1, test: false };
  const name = tap3FileName(batch);
  const whole = Buffer.from(usageTap3(RECORDS, SUBSCRIPTIONS, from, 9, true));
  const [events, audit] = [whole.indexOf(LIST) + LIST.length, whole.lastIndexOf(AUDIT)];
  const part = whole.subarray(events, audit);
  const times = Math.ceil(bytes / part.length);
  const sums = trailerOf(name, whole, from);
  const others = encodeTransferBatch({
    ...{ ...batch, release: 12, available: from + 90_000, offset: '+0100', localCurrency: 'EUR', tapCurrency: '' },
    ...{ decimals: 5, exchangeRate: 119_857, indefinite: true, events: [] },
    audit: { count: sums.count! * times, charge: sums.charge! * times, tax: 0, discount: 0 },
  });
  const tail = Buffer.from(others).subarray(Buffer.from(others).lastIndexOf(AUDIT));
  return { name, preset: 'tap3', head: whole.subarray(0, events), part, tail, times };
}

/** The end of what stands before CallEventDetailList, and its beginning; its end, and the beginning of AuditControlInfo. */
const LIST = Buffer.from('00006380', 'hex');
const AUDIT = Buffer.from('00006f80', 'hex');

/** What the trailer of a TAP file adds up to, in whole numbers of 10^-5. */
function trailerOf(name: string, bytes: Uint8Array, from: number): Record<string, number> {
  const file = { name, carrier: 'demo', arrivedAt: from + 2 * 86_400 };
  const source = presetSource('tap3', 'tap3', 'demo', '*');
  const decoder = openDecoder(source, file, DEFAULT_DECODER_SETTINGS, { add() {}, reject() {} }, undefined);
  decoder.push(bytes);
  const { trailer, problems } = decoder.end();
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return Object.fromEntries(trailer.map(({ name: total, found }) => [total, Number(found.replace('.', ''))]));
}

/** Bytes of a long file. */
export function sizeOf({ head, part, tail, times }: LongFile): number {
  return head.length + part.length * times + tail.length;
}

/** The bytes of a long file from an offset on, as an object store sends them. */
export async function* bytesFrom({ head, part, tail, times }: LongFile, offset: number): AsyncGenerator<Uint8Array> {
  let left = offset;
  for (let i = 0; i < times + 2; i++) {
    const bytes = i === 0 ? head : i <= times ? part : tail;
    const passed = Math.min(left, bytes.length);
    left -= passed;
    for (let at = passed; at < bytes.length; at += BLOCK) yield bytes.subarray(at, at + BLOCK);
  }
}

const BLOCK = 1 << 16;
