import type { Objects } from '#shared/commit-log/ports.ts';
import type { Manifest } from '#shared/mediation/usage-file.ts';
import { keptRecords } from '#shared/mediation/use-cases/chunk-records.ts';
import { type Amount, amount, ZERO } from '#shared/money/amount.ts';

/** What carriers charge, by currency, being summed; exact. */
export type OpenCharges = Map<string, Amount>;

/** Records whose charges are wanted: file → chunk → fingerprint → where its charge is added. */
export type WantedCharges = Map<string, Map<number, Map<string, OpenCharges>>>;

/** Says that the charge of a record is to be added to a sum. */
export function wantCharge(
  wanted: WantedCharges,
  file: string,
  chunk: number,
  fingerprint: string,
  sum: OpenCharges,
): void {
  const chunks = wanted.get(file) ?? new Map<number, Map<string, OpenCharges>>();
  wanted.set(file, chunks);
  const records = chunks.get(chunk) ?? new Map<string, OpenCharges>();
  chunks.set(chunk, records);
  records.set(fingerprint, sum);
}

/** Adds what the carriers charge for the wanted records, which began in a UTC month, as far as they say. Of each file, only the chunks they are in are read. */
export async function addCharges(
  objects: Objects,
  manifests: ReadonlyMap<string, Manifest>,
  wanted: WantedCharges,
  month: string,
): Promise<void> {
  for (const [file, chunks] of wanted) {
    for (const [chunk, sums] of chunks) {
      const key = manifests.get(file)?.chunks[chunk]?.records;
      if (key === undefined) throw new Error(`chunk ${chunk} of usage file ${file} is in no manifest`);
      for (const record of await keptRecords(objects, key, new Set(sums.keys()))) {
        const { fingerprint, charge, currency, started_at } = record;
        const sum = started_at.startsWith(month) ? sums.get(fingerprint) : undefined;
        if (sum !== undefined && charge !== '') sum.set(currency, (sum.get(currency) ?? ZERO).plus(amount(charge)));
      }
    }
  }
}
