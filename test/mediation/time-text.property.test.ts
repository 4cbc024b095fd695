import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timeReader } from '#shared/mediation/mapping/time-text.ts';
import { instantOf, isoInstant } from '#shared/time/local-date.ts';

function read(text: string, formats: string[], zone = 'UTC'): { at: string; precision: number } {
  const reader = timeReader({ formats, zone });
  const bytes = Buffer.from(`<${text}>`, 'latin1');
  const at = reader.read(bytes, 1, bytes.length - 1);
  return { at: Number.isNaN(at) ? '' : isoInstant(at), precision: reader.precision };
}

describe('reading times', () => {
  test.each([
    ['2026-10-07T08:39:50Z', ['iso'], 'UTC', '2026-10-07T08:39:50Z', 0],
    ['2026-10-07 08:39:50.999', ['iso'], 'UTC', '2026-10-07T08:39:50Z', 0],
    ['2026-10-07T08:39:50.123+05:45', ['iso'], 'UTC', '2026-10-07T02:54:50Z', 0],
    ['2026-10-07T08:39:50-0330', ['iso'], 'UTC', '2026-10-07T12:09:50Z', 0],
    ['2026-10-07T08:39:50+02', ['iso'], 'UTC', '2026-10-07T06:39:50Z', 0],
    ['2026-10-07', ['iso'], 'UTC', '2026-10-07T00:00:00Z', 1],
    ['2026-10-25T02:30:00', ['iso'], 'Europe/Berlin', '2026-10-25T00:30:00Z', 0],
    ['2026-03-29T02:30:00', ['iso'], 'Europe/Berlin', '2026-03-29T01:30:00Z', 0],
    ['20261001', ['yyyyMMdd', 'yyyyMM'], 'UTC', '2026-10-01T00:00:00Z', 1],
    ['202610', ['yyyyMMdd', 'yyyyMM'], 'UTC', '2026-10-01T00:00:00Z', 2],
    ['20261001', ['yyyyMMdd'], 'Asia/Tokyo', '2026-10-01T00:00:00Z', 1],
    ['15/01/2026 00:05', ['dd/MM/yyyy HH:mm'], 'Europe/Paris', '2026-01-14T23:05:00Z', 0],
    ['1791369590', ['epochSeconds'], 'UTC', '2026-10-07T10:39:50Z', 0],
    ['1791369590.75', ['epochSeconds'], 'UTC', '2026-10-07T10:39:50Z', 0],
    ['1791369590999', ['epochMilliseconds'], 'UTC', '2026-10-07T10:39:50Z', 0],
    ['2028-02-29T00:00:00Z', ['iso'], 'UTC', '2028-02-29T00:00:00Z', 0],
    ['2026-12-31T23:59:60Z', ['iso'], 'UTC', '2027-01-01T00:00:00Z', 0],
  ] as const)('%s as %j in %s', (text, formats, zone, at, precision) => {
    expect(read(text, [...formats], zone)).toEqual({ at, precision });
  });

  test.each([
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-10-07T24:00:00Z',
    '2026-10-07T08:60:00Z',
    '2026-10-07T08:39Z',
    '2026-10-07T08:39:50Zulu',
    '2026-10-07T08:39:50+25:00',
    '2026-1-7T08:39:50Z',
    '07.10.2026',
    '0000-00-00T00:00:00Z',
    '',
  ])('"%s" is no ISO time', (text) => {
    expect(read(text, ['iso']).at).toBe('');
  });

  test('it agrees with Temporal about every instant', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (at) => {
        expect(read(isoInstant(at), ['iso']).at).toBe(isoInstant(instantOf(isoInstant(at), 'UTC')));
        expect(read(isoInstant(at).replace(/[-:TZ]/g, ''), ['yyyyMMddHHmmss']).at).toBe(isoInstant(at));
      }),
      { numRuns: 1000 },
    );
  });
});
