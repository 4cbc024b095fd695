import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { PRESETS, type PresetName, presetSource } from '#shared/catalog/presets/presets.ts';
import { listSources, showSource, testSource } from '../../cli/source/source.ts';
import type { SourceTest } from '../../cli/source/source-text.ts';
import { CommandFailure } from '../../cli/terminal/failure.ts';
import type { Output } from '../../cli/terminal/output.ts';

const folder = mkdtempSync(join(tmpdir(), 'billing-source-'));
afterAll(() => rmSync(folder, { recursive: true }));

function saved(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** What a command said, and how it failed, if it did. */
async function told(command: (output: Output) => Promise<void> | void) {
  const said = { data: undefined as unknown, text: '', failure: undefined as CommandFailure | undefined };
  const output: Output = {
    result: (data, text) => Object.assign(said, { data, text }),
    lines: async () => {},
    next: () => {},
    progress: () => {},
  };
  try {
    await command(output);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    said.failure = error;
  }
  return said;
}

const arrivedAt = Date.UTC(2026, 10, 1) / 1000;
const tried = (path: string, source: string, records = 1) =>
  told((output) => testSource({ path, source, arrivedAt, records }, output));

const HEADER = 'record_id,start,service,imsi,bytes_up,colour';
const GOOD = 'r1,2026-10-31T10:00:00+01:00,data,001010000000001,5,red';

describe('source test', () => {
  test('shows what each column is taken for, and what nobody uses', async () => {
    const { text, failure } = await tried(saved('good.csv.gz', gzipSync(`${HEADER}\n${GOOD}\n`)), 'plain-csv');
    expect(failure).toBeUndefined();
    expect(text).toBe(`plain-csv: delimited, events

line 2: data
  column     says                       is               taken as
  record_id  r1                         identity
  start      2026-10-31T10:00:00+01:00  start            2026-10-31T09:00:00Z
  service    data                       service          data
  imsi       001010000000001            identifier imsi  001010000000001, the record's own
  bytes_up   5                          bytesUp in B     5 octets
  colour     red

not used: colour

read      1 record
accepted  1 record: 5 B, 0 s, 0 pieces`);
  });

  test('shows paths of JSON, numbers as they are written, items of lists', async () => {
    const catalog = saved(
      'cells.yaml',
      `sources:
  - name: cells
    carrier: c
    format: json
    optional: ["cells[].up", "cells[].all"]
    identifiers: [{ kind: iccid, column: sim.iccid }]
    identity: [id]
    start: { column: at, formats: [epochSeconds] }
    service:
      rules:
        - service: data
          quantities:
            - { measure: bytesUp, column: "cells[].up", unit: B }
            - { measure: bytesTotal, column: "cells[].all", unit: B }
    apn: apn
`,
    );
    const record =
      '{"id":9007199254740993,"sim":{"iccid":"8999010000000000001"},"at":1793440800,"apn":"IoT","cells":[{"up":1,"all":3},{"all":4}],"x.y":[1.50]}';
    const { text } = await tried(saved('cells.json', `${record}\n`), catalog);
    expect(text).toContain(`line 1: data
  column       says                 is                taken as
  id           9007199254740993     identity
  sim.iccid    8999010000000000001  identifier iccid  8999010000000000001, the record's own
  at           1793440800           start             2026-10-31T10:00:00Z
  apn          IoT                  apn               iot
  cells[].up   1                    bytesUp in B      1 octets
  cells[].all  3                    bytesTotal in B   6 octets more
  cells[].all  4                    bytesTotal in B   6 octets more
  "x.y"[]      1.50

not used: "x.y"[]`);
  });

  test('groups what is rejected by reason, each with the first example, and fails', async () => {
    const lines = [
      HEADER,
      GOOD,
      ',,,,,',
      GOOD.replace('r1', 'r2').replace(',5,', ',five,'),
      GOOD.replace('r1', 'r3').replace(',5,', ',six,'),
      'x',
    ];
    const { text, failure, data } = await tried(saved('bad.csv', `${lines.join('\n')}\n`), 'plain-csv');
    expect(failure?.message).toContain('4 of 5 records');
    expect((data as SourceTest).reasons).toMatchObject([
      { code: 'INVALID_VALUE', field: 'bytes_up', count: 2, first: { record: 3, place: 4, value: 'five' } },
      { code: 'MISSING_VALUE', field: 'start', count: 1, first: { place: 3 } },
      { code: 'RAGGED_ROW', field: '', count: 1, first: { place: 6, value: 'x' } },
    ]);
    expect(text).toContain('2  INVALID_VALUE  bytes_up  line 4  five');
  });

  test('a file that would be quarantined fails, and is told why', async () => {
    const { text, failure } = await tried(saved('other.csv', 'a,b\n1,2\n'), 'plain-csv');
    expect(failure?.message).toContain('would be quarantined');
    expect(failure?.details).toContain('there is no column "record_id"; the file has: a, b');
    expect(text).toContain('fatal MISSING_COLUMN');
    const broken = await tried(saved('cut.csv.gz', gzipSync(`${HEADER}\n${GOOD}\n`).subarray(0, -5)), 'plain-csv');
    expect(broken.failure?.details[0]).toContain('gzip stream is broken');
  });

  test('a wrong definition is told with file, line, path and what was expected', async () => {
    const catalog = saved(
      'wrong.yaml',
      'sources:\n  - name: a\n    carrier: c\n    preset: plain-csv\n    start: { zone: Berlin }\n',
    );
    const { failure } = await tried(saved('good.csv', `${HEADER}\n${GOOD}\n`), catalog);
    expect(failure?.details).toEqual([
      `${catalog}:5 sources[0].start.zone: found "Berlin", expected an IANA time zone, such as Europe/Berlin. Write area/city; an offset such as +02:00 has no summer time.`,
    ]);
  });

  test('a file that is not there, a source that is not there', async () => {
    expect((await tried(join(folder, 'none.csv'), 'plain-csv')).failure?.message).toContain('cannot be read');
    expect((await tried(saved('a.csv', ''), 'plain')).failure?.message).toContain('there is no source "plain"');
  });
});

describe('ready definitions', () => {
  test('are listed', async () => {
    const { data, text } = await told(listSources);
    expect((data as { name: string }[]).map(({ name }) => name)).toEqual(Object.keys(PRESETS));
    expect(text).toContain('1nce-json');
  });

  test.each(Object.keys(PRESETS) as PresetName[])('%s is shown as a catalogue can take it', async (name) => {
    const { text } = await told((output) => showSource(name, output));
    const reading = readCatalog([{ path: 'shown.yaml', text }]);
    const pattern = name === 'control-center-json' ? 'ctdUsages_{asOf}.json' : '*';
    expect(reading).toMatchObject({ catalog: { sources: [presetSource(name, name, 'CARRIER', pattern)] } });
  });

  test('one that is not there', async () => {
    expect((await told((output) => showSource('nothing', output))).failure?.message).toBe(
      'there is no source "nothing"',
    );
  });
});
