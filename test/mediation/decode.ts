import type { SourceDefinition } from '#shared/catalog/source.ts';
import { openChunkedDecoder } from '#shared/mediation/chunks/chunked-decoder.ts';
import type { KeptRecord } from '#shared/mediation/chunks/record-columns.ts';
import { readRecords } from '#shared/mediation/chunks/record-columns-reader.ts';
import {
  type ArrivedFile,
  DEFAULT_DECODER_SETTINGS,
  type DecodedChunk,
  type DecodedFile,
  type DecoderSettings,
} from '#shared/mediation/decoder.ts';

/** Everything a decoder said of a file. */
export interface Decoded {
  readonly chunks: readonly DecodedChunk[];
  readonly outcome: DecodedFile;
}

/** A record kept of a chunk. */
export type RecordLine = KeptRecord;

export const ARRIVED = Date.UTC(2026, 10, 1) / 1000;
export const arrived = (name: string): ArrivedFile => ({ name, carrier: 'demo', arrivedAt: ARRIVED });

/** Decodes bytes, cut at the given places. */
export function decodeCut(
  source: SourceDefinition,
  file: ArrivedFile,
  bytes: Uint8Array,
  cuts: readonly number[],
  settings: DecoderSettings,
): Decoded {
  const decoder = openChunkedDecoder(source, file, settings);
  const borders = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const chunks = borders.slice(1).flatMap((until, i) => decoder.push('', bytes.subarray(borders[i]!, until)));
  const end = decoder.end();
  return { chunks: [...chunks, ...end.chunks], outcome: end.outcome };
}

/** Decodes a file in one piece under the default settings. */
export function decode(source: SourceDefinition, name: string, bytes: Uint8Array): Decoded {
  return decodeCut(source, arrived(name), bytes, [], DEFAULT_DECODER_SETTINGS);
}

/** The records of all chunks. */
export function recordsOf({ chunks }: Decoded): RecordLine[] {
  return chunks.flatMap((chunk) => readRecords(chunk.records, () => true));
}

/** How many more records of usage there are than CDRs or requests in the file: one of several rating groups is a record for each. */
export function moreOf(decoded: Decoded): number {
  const places = recordsOf(decoded).map(({ place }) => place);
  return places.length - new Set(places).size;
}

/** Records of usage as the CDRs or requests they are of: their volumes added up, numbered as these. */
export function sessionsOf(decoded: Decoded): RecordLine[] {
  const byPlace = Map.groupBy(recordsOf(decoded), ({ place }) => place);
  const rejected = new Set(decoded.chunks.flatMap((chunk) => chunk.rejected.map(({ place }) => String(place))));
  const numbers = [...byPlace.keys(), ...rejected].sort((a, b) => Number(a) - Number(b));
  return [...byPlace].map(([place, lines]) => {
    const sum = (column: QuantityColumn) => String(lines.reduce((total, line) => total + Number(line[column]), 0));
    const [first] = lines as [RecordLine];
    return {
      ...first,
      ...Object.fromEntries(QUANTITIES.map((name) => [name, sum(name)])),
      record: String(numbers.indexOf(place) + 1),
    };
  });
}

type QuantityColumn = (typeof QUANTITIES)[number];
const QUANTITIES = ['bytes_up', 'bytes_down', 'bytes_unsplit', 'seconds', 'count'] as const;
