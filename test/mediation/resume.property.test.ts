import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sourceDefinition } from '#shared/catalog/files/source-schema.ts';
import { PRESETS } from '#shared/catalog/presets/presets.ts';
import type { SourceDefinition } from '#shared/catalog/source.ts';
import {
  DEFAULT_DECODER_SETTINGS,
  type FileReading,
  type RecordSink,
  type ResumableDecoder,
  type ResumePoint,
} from '#shared/mediation/decoder.ts';
import { openDecoder } from '#shared/mediation/open-decoder.ts';
import { usageCsv } from '../../bench/generate/usage-csv.ts';
import { usageJson } from '../../bench/generate/usage-json.ts';
import { ARRIVED, arrived } from './decode.ts';

const fleet = { records: 60, subscriptions: 9, from: ARRIVED - 86_400, seconds: 80_000, seed: 5 };
const csv = Buffer.concat([...usageCsv(fleet)]).toString();
const json = Buffer.concat([...usageJson(fleet)]).toString();
const csvLines = csv.trim().split('\n');
const jsonLines = json.trim().split('\n');
const BAD = ['"1,2', 'x"y",z', '\0\0', '', '1,2,3', `"a\nb"`, 'x'.repeat(1_100_000)];

/** Every seventh line is followed by one that is bad. */
const mixed = (lines: readonly string[]) =>
  lines.flatMap((line, i) => (i % 7 === 3 ? [line, BAD[i % BAD.length]!] : [line]));

const plain = PRESETS['plain-csv'].definition;
const once = PRESETS['1nce-json'].definition;
const source = (definition: Readonly<Record<string, unknown>>): SourceDefinition =>
  sourceDefinition.parse({ ...definition, name: 'source', carrier: 'demo' });
const FILES: readonly (readonly [what: string, source: SourceDefinition, text: string])[] = [
  ['lines of text', source(plain), mixed(csvLines).join('\n')],
  ['lines that end with CR', source(plain), [csvLines[0], ...Array(12).fill(csvLines.slice(1)).flat()].join('\r')],
  [
    'text between head and trailer',
    source({ ...plain, skipLines: '2', skipRows: '#*', trailer: { firstField: 'T', countField: '2' } }),
    ['head,', '"head', ...csvLines, '#', ...csvLines.slice(1, 9), 'T,68', ''].join('\n'),
  ],
  ['JSON lines', source(once), mixed(jsonLines).join('\n')],
  ['a list', source(once), `[${jsonLines.join(',\n')}]`],
  ['a list that breaks', source(once), `[${jsonLines.join(',\n')},{"id":]`],
  ['pages', source({ ...once, recordsAt: 'a.b' }), `{"x":[1],"a":{"b":[${jsonLines.join(', ')}],"c":{}}}\n`.repeat(2)],
  ['pretty objects', source(once), jsonLines.map((line) => JSON.stringify(JSON.parse(line), undefined, 1)).join('\n')],
];

interface Told {
  readonly records: string[];
  reading: FileReading | undefined;
  steps: number;
}

/** Decodes a file in steps that end at these places, each by a decoder that knows only the point of the last, as JSON. */
function inSteps(of: SourceDefinition, bytes: Buffer, stops: readonly number[], blockBytes: number): Told {
  const told: Told = { records: [], reading: undefined, steps: 1 };
  const sink: RecordSink = {
    add: (draft, place) =>
      told.records.push(`${place} ${Buffer.from(draft.identity()).toString('hex')} ${draft.bytesUp} ${draft.count}`),
    reject: ({ code, field, value, reason }, place) =>
      told.records.push(JSON.stringify([place, code, field, value, reason])),
  };
  let point: ResumePoint | undefined;
  for (const stop of [...stops, Number.POSITIVE_INFINITY]) {
    const decoder = openDecoder(of, arrived('x'), DEFAULT_DECODER_SETTINGS, sink, point) as ResumableDecoder;
    decoder.stopAfter(stop);
    for (let at = point?.offset ?? 0; at < bytes.length && decoder.resumePoint === undefined; at += blockBytes)
      decoder.push(bytes.subarray(at, at + blockBytes));
    if (decoder.resumePoint === undefined) {
      told.reading = decoder.end();
      return told;
    }
    point = JSON.parse(JSON.stringify(decoder.resumePoint)) as ResumePoint;
    told.steps++;
  }
  return told;
}

describe.each(FILES)('%s', (_, of, text) => {
  const bytes = Buffer.from(text);
  const whole = inSteps(of, bytes, [], 1 << 20);

  test('however it is cut into steps and blocks, it says the same', () => {
    expect(whole.records.length).toBeGreaterThanOrEqual(60);
    let most = 0;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 6 }),
        fc.integer({ min: 50, max: 300_000 }),
        (stops, blockBytes) => {
          const found = inSteps(
            of,
            bytes,
            stops.sort((a, b) => a - b),
            blockBytes,
          );
          expect(found.records).toEqual(whole.records);
          expect(found.reading).toEqual(whole.reading);
          most = Math.max(most, found.steps);
        },
      ),
      { numRuns: 40 },
    );
    expect(most).toBeGreaterThan(1);
  });
});
