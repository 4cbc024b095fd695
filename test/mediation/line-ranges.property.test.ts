import fc from 'fast-check';
import { expect, test } from 'vitest';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { type LineRange, lineRanges, RangeLines } from '#shared/mediation/delimited/line-ranges.ts';

/** The lines of a range, when its file comes in blocks of so many bytes. */
function linesOf(bytes: Buffer, range: LineRange, blockBytes: number): string {
  const lines = new RangeLines(range);
  const taken: Uint8Array[] = [];
  for (let at = lines.firstByte; at < bytes.length && !lines.isDone; at += blockBytes)
    taken.push(lines.take(bytes.subarray(at, at + blockBytes)));
  return Buffer.concat(taken).toString('latin1');
}

const text = fc
  .array(fc.stringMatching(/^[a-z,]{0,12}$/), { maxLength: 30 })
  .map((lines) => lines.map((line) => `${line}\n`).join(''));

test('each line is in one range, the one it begins in, however the file comes', () => {
  fc.assert(
    fc.property(
      text,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 20 }),
      (file, rangeBytes, blockBytes) => {
        const bytes = Buffer.from(file, 'latin1');
        const count = Math.max(1, Math.floor(bytes.length / rangeBytes));
        const ranges = Array.from({ length: count }, (_, at) => ({
          start: at * rangeBytes,
          end: at === count - 1 ? bytes.length : (at + 1) * rangeBytes,
        }));
        expect(ranges.map((range) => linesOf(bytes, range, blockBytes)).join('')).toBe(file);
        let begin = 0;
        for (const line of file.split(/(?<=\n)/)) {
          const its = ranges.filter(({ start, end }) => start <= begin && begin < end);
          if (line !== '') expect(its.map((range) => linesOf(bytes, range, blockBytes)).join('')).toContain(line);
          begin += line.length;
        }
      },
    ),
  );
});

test('what follows the last line break belongs to the last line', () => {
  expect(linesOf(Buffer.from('a\nb\nc'), { start: 2, end: 5 }, 1)).toBe('b\nc');
});

test('a file is cut when it is long, and its lines stand for themselves', () => {
  const plain = presetSource('plain-csv', 'plain', 'demo', '*');
  const head = Buffer.from('a,b\n1,2\n');
  expect(lineRanges(plain, head, 1000, 400)).toEqual([
    { start: 0, end: 400 },
    { start: 400, end: 1000 },
  ]);
  expect(lineRanges(plain, head, 799, 400)).toEqual([]);
  expect(lineRanges(plain, Buffer.from('a,b\r1,2\r'), 1000, 400)).toEqual([]);
  expect(lineRanges(presetSource('tap3', 'tap3', 'demo', '*'), head, 1000, 400)).toEqual([]);
  if (plain.format !== 'delimited') throw new Error('plain-csv is delimited text');
  expect(lineRanges({ ...plain, skipLines: 1 }, head, 1000, 400)).toEqual([]);
  expect(lineRanges({ ...plain, trailer: { firstField: 'END', countField: 2 } }, head, 1000, 400)).toEqual([]);
});
