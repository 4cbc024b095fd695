import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sourceDefinition } from '#shared/catalog/files/source-schema.ts';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import { decimalText } from '#shared/mediation/mapping/decimal-text.ts';
import { amount } from '#shared/money/amount.ts';
import { usageJson } from '../../bench/generate/usage-json.ts';
import { ARRIVED, arrived, type Decoded, decodeCut, recordsOf } from './decode.ts';

const SOURCE = sourceDefinition.parse({
  format: 'json',
  name: 'json',
  carrier: 'demo',
  identifiers: [{ kind: 'device', column: 'who.name' }],
  optional: ['apn', 'up', 'cells[].down'],
  identity: ['id'],
  start: { column: 'at', formats: ['epochSeconds'] },
  service: {
    rules: [
      {
        service: 'data',
        quantities: [
          { measure: 'bytesUp', column: 'up', unit: 'B' },
          { measure: 'bytesDown', column: 'cells[].down', unit: 'B' },
        ],
        withoutQuantity: 'zero',
      },
    ],
  },
  apn: 'apn',
});
const settings = { ...DEFAULT_DECODER_SETTINGS, chunkRecords: 7 };
const decoded = (text: string | Buffer, cuts: readonly number[] = []) =>
  decodeCut(SOURCE, arrived('x.json'), Buffer.from(text), cuts, settings);

/** Text without control characters and without blanks around it, which records never keep. */
const label = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .map((text) => text.replace(/[\p{Cc}]/gu, '').trim())
  .filter((text) => text !== '' && text.trim() === text && !/^\s|\s$/.test(text));
const anything = fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' });
const usage = fc.record(
  {
    id: fc.integer({ min: 1, max: 10 ** 12 }),
    at: fc.integer({ min: ARRIVED - 86_400, max: ARRIVED }),
    name: label,
    apn: fc.option(label, { nil: undefined }),
    nulls: fc.boolean(),
    up: fc.option(fc.nat(1_000_000), { nil: undefined }),
    downs: fc.option(fc.array(fc.nat(1_000_000), { maxLength: 4 }), { nil: undefined }),
    extra: fc.dictionary(label, anything, { maxKeys: 3 }),
    order: fc.array(fc.nat(), { minLength: 10, maxLength: 10 }),
    style: fc.constantFrom<Style>('short', 'python', 'pretty', 'escaped'),
  },
  { requiredKeys: ['id', 'at', 'name', 'apn', 'nulls', 'up', 'downs', 'extra', 'order', 'style'] },
);
type Style = 'short' | 'python' | 'pretty' | 'escaped';
type Usage = typeof usage extends fc.Arbitrary<infer T> ? T : never;

const OWN = new Set(['id', 'at', 'who', 'apn', 'up', 'cells']);

/** A usage as JSON, its keys in some order, among others, in one of the ways it is written. */
function written({ id, at, name, apn, nulls, up, downs, extra, order, style }: Usage): string {
  const nothing = nulls ? null : undefined;
  const cells = downs?.map((down) => ({ down, up: 5 })) ?? nothing;
  const own = { id, at, who: { name, down: 1 }, apn: apn ?? nothing, up: up ?? nothing, cells };
  const more = Object.entries(extra).filter(([key]) => !OWN.has(key));
  const entries = [...Object.entries(own).filter(([, value]) => value !== undefined), ...more];
  const mixed = entries.map((entry, i) => ({ entry, by: order[i % order.length]! })).sort((a, b) => a.by - b.by);
  const whole = Object.fromEntries(mixed.map(({ entry }) => entry));
  if (style === 'pretty') return JSON.stringify(whole, undefined, 3);
  const text = JSON.stringify(whole);
  if (style === 'short') return text;
  if (style === 'python') return JSON.stringify(whole, undefined, 1).replace(/\n */g, ' ');
  return text.replace(/[^\0-~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const meant = ({ name, apn, up, downs }: Usage) => ({
  identifier: `device#${name}`,
  apn: (apn ?? '').replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  bytes_up: String(up ?? 0),
  bytes_down: String((downs ?? []).reduce((sum, down) => sum + down, 0)),
});

test('it reads what another parser reads, however it is written', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(usage, { selector: ({ id }) => id, minLength: 1, maxLength: 12 }),
      fc.constantFrom('lines', 'list', 'page'),
      fc.array(fc.nat(), { maxLength: 4 }),
      (usages, layout, cuts) => {
        const texts = usages.map(written);
        for (const text of texts) JSON.parse(text);
        const text =
          layout === 'lines' ? texts.join('\n') : layout === 'list' ? `[${texts.join(' , ')}]` : texts.join('');
        const found = decoded(text, cuts);
        expect(found.outcome).toMatchObject({ status: 'accepted', rejected: 0, problems: [] });
        expect(recordsOf(found)).toMatchObject(usages.map(meant));
      },
    ),
    { numRuns: 400 },
  );
});

test('what a record says does not depend on the records before it', () => {
  fc.assert(
    fc.property(
      fc.array(usage, { minLength: 2, maxLength: 5 }),
      fc.array(fc.nat(4), { maxLength: 60 }),
      (usages, which) => {
        const picked = which.map((i, n) => ({ ...usages[i % usages.length]!, id: n + 1 }));
        const texts = picked.filter(({ style }) => style !== 'pretty').map(written);
        const alone = texts.flatMap((text) => recordsOf(decoded(text)));
        const together = recordsOf(decoded(texts.join('\n')));
        const bare = ({ record, place, ...rest }: (typeof alone)[number]) => rest;
        expect(together.map(bare)).toEqual(alone.map(bare));
      },
    ),
    { numRuns: 150 },
  );
});

const sample = (path: string) => readFileSync(new URL(`./samples/${path}`, import.meta.url));
const fleet = { records: 120, subscriptions: 12, from: ARRIVED - 86_400, seconds: 80_000, seed: 3 };
const FILES = [
  ['1nce-json', sample('json-1nce/usage_2026-10-05.json')],
  ['1nce-json', Buffer.concat([...usageJson(fleet)])],
  ['emnify-json', sample('ndjson-emnify/usage-2026-10-06.ndjson')],
  ['super-sim-json', sample('json-supersim/usage_records.json')],
  ['ts32291-json', sample('json-ts32291/nchf-2026-10-10.ndjson')],
] as const;

describe.each(FILES)('%s', (preset, bytes) => {
  const source = presetSource(preset, 'source', 'demo', '*');
  const cut = (of: Uint8Array, cuts: readonly number[]) => decodeCut(source, arrived('x.json'), of, cuts, settings);

  test('the blocks a file comes in change nothing', () => {
    const whole = cut(bytes, []);
    expect(whole.outcome.accepted.records).toBeGreaterThan(0);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), (cuts) => {
        expect(cut(bytes, cuts)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
    expect(cut(bytes.subarray(0, 10_000), [...bytes.subarray(0, 10_000).keys()])).toEqual(
      cut(bytes.subarray(0, 10_000), []),
    );
  });

  test('any damage gives an outcome, never an exception, and is the same however it is cut', () => {
    const change = fc.record({
      at: fc.nat(),
      byte: fc.nat(255),
      kind: fc.constantFrom('set', 'cut', 'insert', 'drop', 'copy'),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(), (changes, at) => {
        let damaged: Uint8Array = bytes;
        for (const each of changes) damaged = damage(damaged, each);
        const found = cut(damaged, [at]);
        expect(cut(damaged, [])).toEqual(found);
        accounted(found);
      }),
      { numRuns: 400 },
    );
  });
});

function accounted({ outcome }: Decoded): void {
  expect(outcome.read).toBe(outcome.accepted.records + outcome.duplicate.records + outcome.rejected);
  expect(outcome.status === 'quarantined').toBe(outcome.problems.some((p) => p.severity === 'fatal'));
}

function damage(bytes: Uint8Array, { at, byte, kind }: { at: number; byte: number; kind: string }): Uint8Array {
  const place = at % (bytes.length + 1);
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  if (kind === 'set') return Buffer.concat([before, Uint8Array.of(byte), after.subarray(1)]);
  if (kind === 'cut') return before;
  if (kind === 'insert') return Buffer.concat([before, Uint8Array.of(byte), after]);
  if (kind === 'copy') return Buffer.concat([before, bytes.subarray(byte, byte + 300), after]);
  return Buffer.concat([before, after.subarray(1)]);
}

describe('decimal text without exponent', () => {
  test.each([
    ['7.6e-05', '0.000076'],
    ['1E3', '1000'],
    ['-1.50e1', '-15'],
    ['0e0', '0'],
    ['1e-200', '1e-200'],
    ['abc', 'abc'],
    ['1.5', '1.5'],
  ])('%s is %s', (text, expected) => {
    expect(decimalText(text)).toBe(expected);
  });

  test('it is the same number', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(), fc.integer({ min: -20, max: 20 }), (whole, fraction, exponent) => {
        const text = `${whole}.${fraction}e${exponent}`;
        const plain = decimalText(text);
        expect(plain).toMatch(/^\d+(\.\d*[1-9])?$/);
        expect(amount(plain).eq(amount(text))).toBe(true);
      }),
    );
  });
});
