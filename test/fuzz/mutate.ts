/** A number from 0 to below a bound; the same sequence for the same seed. */
export type Random = (below: number) => number;

/** Does one to six things to an input that transfer, storage, bad software or bad people might do. */
export function mutated(
  input: Buffer,
  others: readonly Buffer[],
  random: Random,
  more: readonly Mutation[] = [],
): Buffer {
  const all = [...mutations, ...more];
  let bytes = input;
  for (let times = random(6); times >= 0; times--) bytes = pick(all, random)(bytes, others, random);
  return bytes.length > MOST_BYTES ? bytes.subarray(0, MOST_BYTES) : bytes;
}

/** Inputs do not grow beyond this. */
const MOST_BYTES = 24_000_000;
/** Rare mutations make large inputs: one in so many. */
const RARELY = 400;

/** A change of an input, with the others there are. */
export type Mutation = (bytes: Buffer, others: readonly Buffer[], random: Random) => Buffer;

const INTERESTING = [
  '\0',
  '"',
  "'",
  ',',
  ';',
  '\n',
  '\r',
  '\r\n',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ':',
  '\\u0000',
  '\\ud800',
  'NaN',
  'null',
];
const MORE = [
  '-1',
  '1e999',
  '7.6e-05',
  '9007199254740993',
  '0.1',
  '\ufeff',
  '\u00e9',
  '😀',
  '""',
  '{}',
  '[]',
  '\x7f',
  '\xff',
  '007',
];
const NEST = ['[', '{"a":', '[{"volume":', '"', '{"sim":'];

const mutations: readonly Mutation[] = [
  // Cut short.
  (bytes, _, random) => bytes.subarray(0, random(bytes.length + 1)),
  // Bits, bytes.
  (bytes, _, random) => edited(bytes, random, (copy, at) => (copy[at]! ^= 1 << random(8))),
  (bytes, _, random) => edited(bytes, random, (copy, at) => (copy[at] = random(256))),
  (bytes, _, random) =>
    edited(bytes, random, (copy, at) =>
      copy.fill(random(3) === 0 ? 0 : random(256), at, Math.min(copy.length, at + random(64))),
    ),
  // Something put in, something left out.
  (bytes, _, random) =>
    spliced(bytes, random(bytes.length + 1), 0, Buffer.from(pick([...INTERESTING, ...MORE], random), 'latin1')),
  (bytes, _, random) =>
    spliced(bytes, random(bytes.length + 1), 0, Buffer.from(pick([...INTERESTING, ...MORE], random))),
  (bytes, _, random) => spliced(bytes, random(bytes.length + 1), 1 + random(200), Buffer.alloc(0)),
  // A part again, in the same place or another.
  (bytes, _, random) => {
    const from = random(bytes.length + 1);
    return spliced(bytes, random(bytes.length + 1), 0, bytes.subarray(from, from + random(2000)));
  },
  (bytes, _, random) => {
    const from = random(bytes.length + 1);
    const part = bytes.subarray(from, from + 1 + random(40));
    return spliced(bytes, from, 0, Buffer.concat(Array<Buffer>(1 + random(200)).fill(part)));
  },
  // A part of another file.
  (bytes, others, random) => {
    const other = pick(others, random);
    const from = random(other.length + 1);
    return spliced(bytes, random(bytes.length + 1), random(300), other.subarray(from, from + random(3000)));
  },
  // Whole lines: left out, again, changed about.
  (bytes, _, random) => {
    const lines = bytes.toString('latin1').split('\n');
    const [a, b] = [random(lines.length), random(lines.length)];
    [lines[a], lines[b]] = [lines[b]!, lines[a]!];
    if (random(2) === 0) lines.splice(a, 1);
    return Buffer.from(lines.join(random(8) === 0 ? '\r\n' : '\n'), 'latin1');
  },
  // Deep nesting.
  (bytes, _, random) =>
    spliced(bytes, random(bytes.length + 1), 0, Buffer.from(pick(NEST, random).repeat(1 + random(200)))),
  // What is large is rare.
  (bytes, _, random) => (random(RARELY) === 0 ? spliced(bytes, random(bytes.length + 1), 0, large(random)) : bytes),
];

function large(random: Random): Buffer {
  const kinds = [
    () => Buffer.alloc(10_000_000, 'x'),
    () => Buffer.alloc(100_000, ','),
    () => Buffer.alloc(3_000_000, 0),
    () => Buffer.from('['.repeat(1_000_000)),
    () => Buffer.from('{"a":'.repeat(300_000)),
    () => Buffer.from('"a",b"c,"\n'.repeat(200_000)),
    () => Buffer.from('"\n'.repeat(500_000)),
    () => Buffer.from('[1,2,'.repeat(500_000)),
    () => Buffer.from('\n'.repeat(2_000_000)),
    () => Buffer.from('1'.repeat(5_000_000)),
    () => Buffer.from('\\u0041'.repeat(500_000)),
  ];
  return pick(kinds, random)();
}

/** An input with bytes changed around a place. */
export function edited(bytes: Buffer, random: Random, edit: (copy: Buffer, at: number) => void): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) edit(copy, random(copy.length));
  return copy;
}

/** An input with something put in at a place, and so many bytes there left out. */
export function spliced(bytes: Buffer, at: number, without: number, more: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at + without)]);
}

export function pick<T>(of: readonly T[], random: Random): T {
  return of[random(of.length)] as T;
}
