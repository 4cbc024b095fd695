import { createFolder } from '#shared/usage/fold.ts';
import type { FoldedUsage } from '#shared/usage/folded-usage.ts';
import { Interner } from '#shared/usage/interner.ts';
import { EVENTS } from '#shared/usage/usage-item.ts';
import { packItems } from '#shared/usage/usage-item-writer.ts';
import { usageKeyText } from '#shared/usage/usage-key-text.ts';
import { usageRows } from '#shared/usage/usage-rows.ts';
import type { VisibleItem } from '#shared/usage/visible-item.ts';
import { seeded } from './generate/random.ts';
import { bestOf, type Result, rate, report, thousands } from './measure.ts';

const OCTOBER = Date.UTC(2026, 9, 1) / 1000;
const NETWORKS = ['26201', '20801', '23415'];

/** Makes the items of one subscription: so many records, some at a time, every twentieth sent twice. */
export function itemsOf(records: number, perItem: number, random: (below: number) => number): VisibleItem[] {
  const rows = usageRows(records, 0);
  const keys = new Interner();
  for (let row = 0; row < records; row++) {
    const again = row % 20 === 19;
    rows.fingerprint0[row] = again ? rows.fingerprint0[row - 1]! : random(2 ** 32) | 0;
    rows.fingerprint1[row] = again ? rows.fingerprint1[row - 1]! : random(2 ** 32) | 0;
    rows.fingerprint2[row] = again ? rows.fingerprint2[row - 1]! : random(2 ** 32) | 0;
    rows.startedAt[row] = OCTOBER + Math.floor((row / records) * 2_600_000);
    rows.session[row] = random(2 ** 32) * 65_536 + 1;
    rows.bytesUp[row] = random(60_000);
    rows.bytesDown[row] = random(2_000_000);
    rows.seconds[row] = random(3600);
    rows.keyIndex[row] = intern(keys, NETWORKS[row % 50 === 0 ? 1 : 0]!);
  }
  const order = Int32Array.from({ length: records }, (_, row) => row);
  const header = { kind: EVENTS, monthStart: OCTOBER, asOf: 0 } as const;
  return Array.from({ length: Math.ceil(records / perItem) }, (_, i) => {
    const until = Math.min(records, (i + 1) * perItem);
    const [packed] = packItems(rows, order, i * perItem, until, header, keys, 300_000);
    return {
      packed: asStored(packed!),
      position: i + 1,
      file: `file-${String(i).padStart(6, '0')}`,
      chunk: 0,
      part: 0,
    };
  });
}

/** The bytes as the store's client hands them out: decoded from base64, many items in one piece of memory. */
function asStored(packed: Uint8Array): Uint8Array {
  const { buffer, byteOffset, byteLength } = Buffer.from(Buffer.from(packed).toString('base64'), 'base64');
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function intern(keys: Interner, network: string): number {
  const text = Buffer.from(
    usageKeyText({
      service: 'data',
      direction: '',
      carrier: 'demo',
      network,
      apn: 'iot.example',
      technology: 'LTE-M',
      slice: '',
      fiveQi: '',
      ratingGroup: '',
      calledPrefix: '',
      startPrecision: 'instant',
      amountUnit: '',
    }),
  );
  return keys.intern(text, 0, text.length);
}

/** What is done with a fold; answers a number, so that nothing is optimised away. */
export type Accumulate = (folded: FoldedUsage) => number;

/** Raises each record to whole kilobytes and sums them by key, as a price for each kilobyte would. */
export const roundedSums: Accumulate = (folded) => {
  const sums = new Float64Array(folded.keys.length);
  for (let row = 0; row < folded.length; row++) {
    const octets = folded.bytes[row]!;
    const key = folded.keyIndex[row]!;
    sums[key] = sums[key]! + Math.ceil(octets / 1000);
  }
  return sums.reduce((total, sum) => total + sum, 0);
};

/** Folds many subscriptions of one shape and accumulates each. */
export async function foldShape(
  what: string,
  records: number,
  perItem: number,
  atLeast: number,
  accumulate: Accumulate,
): Promise<Result> {
  const random = seeded(records * 1000 + perItem);
  const different = Math.max(1, Math.min(400, Math.floor(400_000 / records)));
  const fleet = Array.from({ length: different }, () => itemsOf(records, perItem, random));
  const rounds = Math.max(1, Math.floor(4_000_000 / (different * records)));
  const folder = createFolder();
  let kilobytes = 0;
  let duplicates = 0;
  const seconds = await bestOf(12, () => {
    kilobytes = 0;
    duplicates = 0;
    for (let round = 0; round < rounds; round++) {
      for (const items of fleet) {
        const folded = folder.fold(items, OCTOBER);
        kilobytes += accumulate(folded);
        duplicates += folded.duplicates.records;
      }
    }
  });
  const folded = rounds * different * records;
  const counted = `${thousands(folded)} records, ${thousands(duplicates)} of them duplicates, ${thousands(kilobytes)} kB`;
  return rate(`${what}: ${thousands(records)} a subscription, items of ${perItem}`, counted, folded, seconds, atLeast);
}

if (import.meta.main) {
  report([
    await foldShape('fold and sum', 300, 5, 0, roundedSums),
    await foldShape('fold and sum', 300, 50, 0, roundedSums),
    await foldShape('fold and sum', 3000, 50, 0, roundedSums),
    await foldShape('fold and sum', 30, 1, 0, roundedSums),
    await foldShape('fold and sum', 400_000, 5000, 0, roundedSums),
  ]);
}
