import { describe, expect, test } from 'vitest';
import { sourceDefinition } from '#shared/catalog/files/source-schema.ts';
import { PRESETS, type PresetName, presetSource } from '#shared/catalog/presets/presets.ts';
import type { SourceDefinition } from '#shared/catalog/source.ts';
import { asOfOf, baseName, readsFile } from '#shared/mediation/file-name.ts';

const source = (fileNamePattern: string): SourceDefinition =>
  presetSource('plain-csv', 'plain', 'demo', fileNamePattern);

describe('which files a source reads', () => {
  test.each([
    ['*', 'anything.csv', true],
    ['usage_*.csv', 'usage_2026.csv', true],
    ['usage_*.csv', 'usage_2026.csv.gz', true],
    ['usage_*.csv', 'incoming/demo/usage_2026.csv', true],
    ['usage_*.csv', 'other_usage_2026.csv', false],
    ['usage_*.csv', 'usage_2026.csv.bak', false],
    ['?D*', 'CDDEUD2UTOIO00001', true],
    ['a.c', 'abc', false],
    ['(x)+[y]$', '(x)+[y]$', true],
    ['*', 'x'.repeat(256), false],
    ['*a*a*', `${'a'.repeat(254)}b`, true],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(readsFile(source(pattern), { name, carrier: 'demo' })).toBe(expected);
  });

  test('only those of its carrier', () => {
    expect(readsFile(source('*'), { name: 'a.csv', carrier: 'other' })).toBe(false);
  });

  test('a name is what is left without folder and compression', () => {
    expect(baseName('incoming/demo/a.b.csv.GZ')).toBe('a.b.csv');
  });
});

test.each([
  ['usage-{asOf}.csv', 'yyyy-MM-dd', 'usage-2026-10-07.csv', '2026-10-07T00:00:00Z'],
  ['*_{asOf}_*.csv', 'yyyyMMddHHmmss', 'cdr_20260115013000_1.csv.gz', '2026-01-15T00:30:00Z'],
  ['{asOf}', 'epochSeconds', '1791369590', '2026-10-07T10:39:50Z'],
  ['u{asOf}', 'iso', 'u2026-10-07T08:39:50Z', '2026-10-07T08:39:50Z'],
])('as-of by %s as %s in %s', (pattern, format, name, expected) => {
  const file = { name, carrier: 'demo', arrivedAt: 5 };
  expect(asOfOf(pattern, { from: 'fileName', format, zone: 'Europe/Berlin' }, file)).toBe(Date.parse(expected) / 1000);
  expect(asOfOf(pattern, { from: 'fileName', format, zone: 'UTC' }, { ...file, name: 'none' })).toBeNaN();
  expect(asOfOf(pattern, { from: 'arrival' }, file)).toBe(5);
});

describe('source definitions', () => {
  test.each(Object.keys(PRESETS) as PresetName[])('the preset %s is one', (preset) => {
    const fileNamePattern = preset === 'control-center-json' ? '*{asOf}' : '*';
    const about = { name: 'a-name', carrier: 'demo', fileNamePattern };
    expect(presetSource(preset, 'a-name', 'demo', fileNamePattern)).toMatchObject(about);
  });

  const plain = { ...PRESETS['plain-csv'].definition, name: 'plain', carrier: 'demo' };
  test.each([
    [{ ...plain, records: 'counters' }, /no session/],
    [{ ...plain, records: 'counters', session: '' }, /session/],
    [{ ...plain, records: 'counters', session: {} }, undefined],
    [{ ...plain, records: 'readings' }, /counters/],
    [{ ...plain, start: { column: '' } }, /where the start stands/],
    [{ ...plain, cycle: { monthlyOn: '1' } }, /only counters/],
    [{ ...plain, colour: 'red' }, /colour/],
    [{ ...plain, name: 'Not A Name' }, /lower-case/],
    [{ ...plain, carrier: '../other' }, /a carrier of letters/],
    [{ ...plain, fileNamePattern: '*****' }, /a file name in which/],
    [{ ...plain, fileNamePattern: '{asOf}' }, /together/],
    [{ ...plain, fileNamePattern: 'a/{b}' }, /a file name in which/],
    [{ ...plain, start: { column: 'start', formats: ['MM/yyyy dd'] } }, undefined],
    [{ ...plain, start: { column: 'start', formats: ['HH:mm'] } }, /time format/],
    [{ ...plain, start: { column: 'start', formats: ['yyyy-MM HH'] } }, /time format/],
    [{ ...plain, start: { column: 'start', zone: 'Mars/Olympus' } }, /time zone/],
    [{ ...plain, network: { mcc: 'mcc' } }, /mcc and mnc/],
    [{ ...plain, service: { rules: [] } }, /service/],
    [
      {
        ...plain,
        service: { rules: [{ service: 'data', quantities: [{ measure: 'seconds', column: 's', unit: 'MB' }] }] },
      },
      /unit does not fit/,
    ],
  ])('%#', (definition, message) => {
    const result = sourceDefinition.safeParse(definition);
    if (message === undefined) expect(result.success).toBe(true);
    else expect(result.error?.message).toMatch(message);
  });
});
