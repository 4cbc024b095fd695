import { presetSource } from '#shared/catalog/presets/presets.ts';
import { type Decoded, decode } from './decode.ts';

/** Lines of a file as the preset `plain-csv` reads it. */

export const PLAIN = presetSource('plain-csv', 'plain', 'demo', '*');
export const HEADER =
  'record_id,start,service,direction,imsi,bytes_up,bytes_down,bytes,seconds,count,other_party,apn,technology';

/** A line of one octet up, but for what is said of it by column. */
export function row(changes: Record<string, string>): string {
  const base: Record<string, string> = {
    record_id: '1',
    start: '2026-10-31T10:00:00Z',
    service: 'data',
    imsi: '001010000000001',
    bytes_up: '1',
  };
  return HEADER.split(',')
    .map((name) => ({ ...base, ...changes })[name] ?? '')
    .join(',');
}

/** What becomes of a file of these lines. */
export const plain = (...lines: string[]): Decoded =>
  decode(PLAIN, 'plain.csv', Buffer.from([HEADER, ...lines, ''].join('\n')));
export const rejections = (decoded: Decoded) => decoded.chunks.flatMap((chunk) => chunk.rejected);
