import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '#shared/invoicing/canonical-json.ts';
import { CREDIT_NOTE } from './fixtures.ts';

const text = (value: unknown) => new TextDecoder().decode(canonicalJson(value));

describe('canonical JSON', () => {
  test.each([
    [
      'keys in order of code units',
      { b: 1, a: 2, B: 3, ä: 4, '10': 5, '9': 6 },
      '{"10":5,"9":6,"B":3,"a":2,"b":1,"ä":4}',
    ],
    ['no white space at any depth', { a: [1, { b: [] }, {}], c: null }, '{"a":[1,{"b":[]},{}],"c":null}'],
    ['minus zero is zero', [-0, 0], '[0,0]'],
    ['the safe range', [9007199254740991, -9007199254740991], '[9007199254740991,-9007199254740991]'],
    ['escapes as JSON does', 'a"\\\n\u0001\u2028é😀', '"a\\"\\\\\\n\\u0001\u2028é😀"'],
    ['booleans', [true, false], '[true,false]'],
    ['an object without prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
  ])('%s', (_, value, expected) => {
    expect(text(value)).toBe(expected);
  });

  test('is UTF-8 without a byte order mark', () => {
    expect([...canonicalJson('é')]).toEqual([0x22, 0xc3, 0xa9, 0x22]);
  });

  const loop: { self?: unknown } = {};
  loop.self = loop;
  const loopedList: unknown[] = [];
  loopedList.push(loopedList);
  test.each([
    ['undefined', { a: { b: undefined } }, /\$\.a\.b is undefined/],
    ['a fraction', { net: 0.1 }, /\$\.net is the number 0\.1; only safe integers/],
    ['not a number', [Number.NaN], /\$\[0\] is the number NaN/],
    ['infinity', Number.POSITIVE_INFINITY, /\$ is the number Infinity/],
    ['past the safe range', 9007199254740992, /safe integers/],
    ['a bigint', { a: 1n }, /\$\.a is a bigint/],
    ['a function', { a: () => 1 }, /\$\.a is a function/],
    ['a date', { at: new Date(0) }, /\$\.at is an instance of Date/],
    ['a map', new Map(), /instance of Map/],
    ['bytes', new Uint8Array(2), /instance of Uint8Array/],
    // biome-ignore lint/suspicious/noSparseArray: the hole is what is tested
    ['a hole', [1, , 2], /\$\[1\] is undefined/],
    ['half a surrogate pair', 'a\uD800', /half a surrogate pair/],
    ['half a surrogate pair in a key', { '\uD800': 1 }, /half a surrogate pair/],
    ['symbol keys', { [Symbol('s')]: 1 }, /symbols/],
    ['a value that holds itself', loop, /deeper than 64/],
    ['a list that holds itself', loopedList, /deeper than 64/],
    ['an instance of a class without a name', Object.create(Object.create(null)), /an instance of something/],
  ])('refuses %s', (_, value, message) => {
    expect(() => canonicalJson(value)).toThrow(message);
  });

  test('takes sixty-four levels, and no more', () => {
    const nested = (levels: number) => Array.from({ length: levels }).reduce((inner) => [inner], 1);
    expect(text(nested(64))).toBe(`${'['.repeat(64)}1${']'.repeat(64)}`);
    expect(() => text(nested(65))).toThrow('deeper than 64');
  });

  test('tells all problems at once, but for those behind the twentieth', () => {
    expect(() => canonicalJson({ a: 0.5, b: undefined })).toThrow(/\$\.a .*\n\$\.b /);
    const told = (problems: number) => {
      try {
        return text(Array.from({ length: problems }, () => 0.5));
      } catch (error) {
        return (error as Error).message.split('\n').length - 1;
      }
    };
    expect([told(19), told(20), told(21)]).toEqual([19, 20, 20]);
  });

  // The sum is another implementation's, of the same value with sorted keys.
  test('golden: the bytes of a credit note', () => {
    const bytes = canonicalJson(CREDIT_NOTE);
    expect(new TextDecoder().decode(bytes.subarray(0, 120))).toBe(
      '{"amends":[{"issueDate":"2026-10-02","number":"INV-2026-000377"}],"basis":{"catalogRelease":"7c1f0a93","chargeCutOff":"2',
    );
    expect(bytes.length).toBe(1958);
    expect(hash('sha256', bytes)).toBe('7cad7d2d8fc94bf48ab78e1cdb107e4c23685c8724d94c2055e62790229700b8');
  });
});
