/** Messages that are hashed at once. */
export const LANES = 4;
/** Octets of a block of SHA-256. */
export const BLOCK = 64;

/** SHA-256 of four messages at once. */
export interface Sha256Lanes {
  /** Where messages are laid down, at MESSAGES. */
  readonly memory: Uint8Array<ArrayBuffer>;
  /** The first three words of the digests found last, their first octet lowest: those of the four messages, then the second ones, then the third. */
  readonly digests: Int32Array;
  /** Hashes four messages of `blocks` blocks each, padded already, that begin at `at`, `at + stride` and so on. */
  digest(at: number, stride: number, blocks: number): void;
}

/** Where messages may be laid down. */
export const MESSAGES = 2048;
const DIGESTS = 1280;
const CONSTANTS = 0;
const INITIAL = 1024;

const PRIMES = Array.from({ length: 312 }, (_, i) => i).filter(
  (n) => n > 1 && !Array.from({ length: 20 }, (_, i) => i).some((d) => d > 1 && d < n && n % d === 0),
);
/** The first 32 bits of the fraction of a root (FIPS 180-4 §4.2.2, §5.3.3), found in whole numbers. */
function fraction(prime: number, degree: 2 | 3): number {
  const scaled = BigInt(prime) << BigInt(32 * degree);
  let root = BigInt(Math.floor(prime ** (1 / degree) * 2 ** 32));
  while (root ** BigInt(degree) > scaled) root--;
  while ((root + 1n) ** BigInt(degree) <= scaled) root++;
  return Number(root & 0xffff_ffffn);
}

/** What is used of WebAssembly, which every JavaScript engine has. */
const { Instance, Module } = (
  globalThis as unknown as {
    readonly WebAssembly: {
      readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
      readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> };
    };
  }
).WebAssembly;

/** Makes a machine that hashes: a WebAssembly module of some kilobytes, in which each round works on a word of all four messages. */
export function sha256Lanes(): Sha256Lanes {
  const { exports } = new Instance(new Module(moduleBytes()));
  const { buffer } = exports.memory as { readonly buffer: ArrayBuffer };
  const words = new Uint32Array(buffer, 0, MESSAGES / 4);
  for (let i = 0; i < 64; i++) words.fill(fraction(PRIMES[i]!, 3), CONSTANTS / 4 + 4 * i, CONSTANTS / 4 + 4 * i + 4);
  for (let i = 0; i < 8; i++) words.fill(fraction(PRIMES[i]!, 2), INITIAL / 4 + 4 * i, INITIAL / 4 + 4 * i + 4);
  const digest = exports.digest as Sha256Lanes['digest'];
  return { memory: new Uint8Array(buffer), digests: new Int32Array(buffer, DIGESTS, 3 * LANES), digest };
}

/** Instructions of WebAssembly (core specification §5.4), those of vectors behind the prefix 0xfd. */
const vector = (code: number): number[] => [0xfd, ...leb(code)];
const SHIFT_LEFT = vector(171);
const SHIFT_RIGHT = vector(173);
const ADD = vector(174);
const XOR = vector(81);
const OR = vector(80);
const SELECT = vector(82);
const get = (local: number) => [0x20, ...leb(local)];
const set = (local: number) => [0x21, ...leb(local)];
const tee = (local: number) => [0x22, ...leb(local)];
const number = (value: number) => [0x41, ...signedLeb(value)];
const load = (offset: number) => [...vector(0), 0, ...leb(offset)];
const store = (offset: number) => [...vector(11), 0, ...leb(offset)];
const shuffle = (lanes: readonly number[]) => [...vector(13), ...lanes];

/** Locals: three parameters, then vectors: the state (a to h), the state before the block, 16 words, and four to work with. */
const [AT, STRIDE, BLOCKS, STATE, BEFORE, WORDS, SPARE] = [0, 1, 2, 3, 11, 19, 35] as const;
const VECTORS = 36;

const rotated = (value: readonly number[], bits: number) => [
  ...[...value, ...number(bits), ...SHIFT_RIGHT],
  ...[...value, ...number(32 - bits), ...SHIFT_LEFT],
  ...OR,
];
const mixed = (value: readonly number[], first: number, second: number, third: readonly number[]) => [
  ...rotated(value, first),
  ...rotated(value, second),
  ...XOR,
  ...third,
  ...XOR,
];
const shifted = (value: readonly number[], bits: number) => [...value, ...number(bits), ...SHIFT_RIGHT];

/** Reads 16 words of each message and turns them, so that a vector has the same word of all four. */
function readWords(): number[] {
  return Array.from({ length: 4 }, (_, group) => {
    const rows = [0, 1, 2, 3].flatMap((lane) => [
      ...[...get(AT), ...get(STRIDE), ...number(lane), 0x6c, 0x6a, ...load(16 * group)],
      ...set(SPARE + lane),
    ]);
    const pick = (first: number, second: number, from: readonly number[]) => [
      ...get(SPARE + first),
      ...get(SPARE + second),
      ...shuffle(from.flatMap((word) => [0, 1, 2, 3].map((octet) => 4 * word + octet))),
    ];
    const turned = (first: readonly number[], second: readonly number[], from: number, to: number) => [
      ...first,
      ...second,
      ...shuffle([from, from + 1, from + 4, from + 5].flatMap((word) => [3, 2, 1, 0].map((octet) => 4 * word + octet))),
      ...set(WORDS + 4 * group + to),
    ];
    const [low01, low23] = [pick(0, 1, [0, 4, 1, 5]), pick(2, 3, [0, 4, 1, 5])];
    const [high01, high23] = [pick(0, 1, [2, 6, 3, 7]), pick(2, 3, [2, 6, 3, 7])];
    return [
      ...rows,
      ...turned(low01, low23, 0, 0),
      ...turned(low01, low23, 2, 1),
      ...turned(high01, high23, 0, 2),
      ...turned(high01, high23, 2, 3),
    ];
  }).flat();
}

/** One round of the compression function (FIPS 180-4 §6.2.2). */
function round(i: number): number[] {
  const [a, b, c, d, e, f, g, h] = Array.from({ length: 8 }, (_, j) => STATE + ((j - i + 64) % 8)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const word = (j: number) => WORDS + (j % 16);
  const next =
    i < 16
      ? []
      : [
          ...get(word(i)),
          ...mixed(get(word(i + 1)), 7, 18, shifted(get(word(i + 1)), 3)),
          ...[...ADD, ...get(word(i + 9)), ...ADD],
          ...mixed(get(word(i + 14)), 17, 19, shifted(get(word(i + 14)), 10)),
          ...[...ADD, ...set(word(i))],
        ];
  return [
    ...next,
    ...[...get(h), ...get(word(i)), ...number(0), ...load(CONSTANTS + 16 * i), ...ADD, ...ADD],
    ...[...get(f), ...get(g), ...get(e), ...SELECT, ...ADD],
    ...[...mixed(get(e), 6, 11, rotated(get(e), 25)), ...ADD, ...tee(h)],
    ...[...get(d), ...ADD, ...set(d)],
    ...[...get(c), ...get(a), ...get(a), ...get(b), ...XOR, ...SELECT, ...get(h), ...ADD],
    ...[...mixed(get(a), 2, 13, rotated(get(a), 22)), ...ADD, ...set(h)],
  ];
}

function digestBody(): number[] {
  const eight = Array.from({ length: 8 }, (_, i) => i);
  const rounds = Array.from({ length: 64 }, (_, i) => round(i)).flat();
  return [
    ...eight.flatMap((i) => [...number(0), ...load(INITIAL + 16 * i), ...set(STATE + i)]),
    ...[0x03, 0x40],
    ...eight.flatMap((i) => [...get(STATE + i), ...set(BEFORE + i)]),
    ...readWords(),
    ...rounds,
    ...eight.flatMap((i) => [...get(STATE + i), ...get(BEFORE + i), ...ADD, ...set(STATE + i)]),
    ...[...get(AT), ...number(BLOCK), 0x6a, ...set(AT)],
    ...[...get(BLOCKS), ...number(1), 0x6b, ...tee(BLOCKS), 0x0d, 0x00, 0x0b],
    ...[0, 1, 2].flatMap((i) => [
      ...[...number(0), ...get(STATE + i), ...get(STATE + i)],
      ...shuffle([0, 1, 2, 3].flatMap((word) => [3, 2, 1, 0].map((octet) => 4 * word + octet))),
      ...store(DIGESTS + 16 * i),
    ]),
    0x0b,
  ];
}

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const code = [1, ...leb(VECTORS), 0x7b, ...digestBody()];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, 3, 0x7f, 0x7f, 0x7f, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...name('memory'), 2, 0, ...name('digest'), 0, 0]),
    ...section(10, [1, ...leb(code.length), ...code]),
  ]);
}

const section = (id: number, content: readonly number[]) => [id, ...leb(content.length), ...content];
const name = (text: string) => [text.length, ...Buffer.from(text, 'latin1')];

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}

function signedLeb(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...signedLeb(value >>> 7)];
}
