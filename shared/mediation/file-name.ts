import type { AsOf, SourceDefinition } from '#shared/catalog/source.ts';
import type { Instant } from '#shared/time/local-date.ts';
import type { ArrivedFile } from './decoder.ts';
import { timeReader } from './mapping/time-text.ts';

/** Longer names fit no pattern: looking for one would take too long. */
const LONGEST_NAME = 255;

/** A file's name without its folder and without an ending .gz or .zst: what patterns and headers are compared with. */
export function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/\.(gz|zst)$/i, '');
}

/** Whether a source definition reads the file: its carrier's, and named as its pattern says. */
export function readsFile(source: SourceDefinition, file: Pick<ArrivedFile, 'name' | 'carrier'>): boolean {
  const asOf: AsOf = 'asOf' in source ? source.asOf : { from: 'arrival' };
  const name = baseName(file.name);
  return (
    source.carrier === file.carrier && name.length <= LONGEST_NAME && patternOf(source.fileNamePattern, asOf).test(name)
  );
}

/** The time the aggregates of a file were true, epoch seconds; NaN when the name should say it and does not. */
export function asOfOf(pattern: string, asOf: AsOf, file: ArrivedFile): Instant {
  if (asOf.from === 'arrival') return file.arrivedAt;
  const name = baseName(file.name);
  const text = name.length <= LONGEST_NAME ? patternOf(pattern, asOf).exec(name)?.groups?.asOf : undefined;
  if (text === undefined) return Number.NaN;
  const bytes = Buffer.from(text, 'latin1');
  return timeReader({ formats: [asOf.format], zone: asOf.zone }).read(bytes, 0, bytes.length);
}

function patternOf(pattern: string, asOf: AsOf): RegExp {
  const time = asOf.from === 'fileName' ? timePattern(asOf.format) : '';
  const source = pattern
    .split('{asOf}')
    .map((part) =>
      part
        .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.'),
    )
    .join(`(?<asOf>${time})`);
  return new RegExp(`^${source}$`, 's');
}

function timePattern(format: string): string {
  if (format === 'iso') return '[0-9]{4}-[0-9]{2}-[0-9]{2}[0-9T:.,Z+-]*';
  if (format.startsWith('epoch')) return '[0-9]{9,14}';
  return format
    .replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
    .replace(/yyyy|MM|dd|HH|mm|ss/g, (token) => `[0-9]{${token.length}}`);
}
