import type { ProblemCode } from './decoder.ts';

/**
 * Which elements of a BER encoding are looked at: for every node (a constructed element at its place in the structure) and APPLICATION tag
 * either a child node (negative), the code of a primitive value (positive), or 0 for an element that is passed over.
 */
export interface BerStructure {
  /** Indexed by node × TAGS + tag. */
  readonly table: Int16Array;
  /** Node of constructed children the table does not name; 0 = they are passed over. Indexed by node. */
  readonly fallback: Int16Array;
}

/** Tags from here on are unknown to every structure. */
export const TAGS = 512;
/** The node above the outermost element. */
export const ROOT = 1;

/** Who is told what a walker meets. Offsets are those of the element's first byte in the file. */
export interface BerHandler {
  open(node: number, tag: number, offset: number): void;
  close(node: number, offset: number): void;
  value(code: number, bytes: Buffer, start: number, end: number): void;
}

/** What ended a walk before its time. */
export interface BerFailure {
  readonly code: ProblemCode;
  readonly text: string;
  readonly offset: number;
}

const DEEPEST = 32;
const LONGEST_VALUE = 65_536;
const PASSED_OVER = 0;
const APPLICATION = 0x40;
const WAIT = -1;
const FAILED = -2;

/**
 * Walks through a BER encoding (X.690: definite and indefinite lengths, tags of several octets) as its blocks come, without recursion and
 * without an object for an element. It holds no more than the value it waits for; what the structure does not name is passed over at any
 * depth and length.
 */
export class BerWalker {
  failure: BerFailure | undefined;
  /** Whether the outermost element is complete. */
  isComplete = false;
  private readonly structure: BerStructure;
  private readonly handler: BerHandler;
  private bytes = Buffer.allocUnsafe(1 << 16);
  private end = 0;
  private at = 0;
  private base = 0;
  private depth = 0;
  private skipTo = 0;
  private readonly nodes = new Int16Array(DEEPEST + 1).fill(ROOT);
  private readonly tags = new Int32Array(DEEPEST + 1);
  /** Where elements end; −1 = at their end-of-contents. */
  private readonly ends = new Float64Array(DEEPEST + 1);
  /** Where the innermost element with a known end ends. */
  private readonly limits = new Float64Array(DEEPEST + 1).fill(Number.POSITIVE_INFINITY);
  private tag = 0;
  private contentLength = 0;
  /** Bytes behind the outermost element that are padding, and where the first of them stands. */
  padding = 0;

  constructor(structure: BerStructure, handler: BerHandler) {
    this.structure = structure;
    this.handler = handler;
    this.ends[0] = -1;
  }

  /** Offset in the file up to which everything was understood. */
  get offset(): number {
    return this.base + this.at;
  }

  /** Tags of the elements that are open, outermost first. */
  get openTags(): number[] {
    return [...this.tags.subarray(1, this.depth + 1)];
  }

  /** Where the innermost open element of known length ends; Infinity = unknown. */
  get limit(): number {
    return this.limits[this.depth]!;
  }

  /** Takes a block and walks as far as it goes. */
  push(block: Uint8Array): void {
    this.append(block);
    while (this.failure === undefined && !this.isComplete && this.pass() && this.walk());
    if (this.isComplete) this.takePadding();
  }

  private append(block: Uint8Array): void {
    const kept = this.end - this.at;
    if (this.end + block.length > this.bytes.length) {
      const room = this.bytes.length < kept + block.length ? Buffer.allocUnsafe((kept + block.length) * 2) : this.bytes;
      this.bytes.copy(room, 0, this.at, this.end);
      this.bytes = room;
      this.base += this.at;
      this.at = 0;
      this.end = kept;
    }
    this.bytes.set(block, this.end);
    this.end += block.length;
  }

  /** Passes over bytes nobody reads; false when they go on behind what is there. */
  private pass(): boolean {
    if (this.skipTo <= this.base + this.at) return true;
    this.at = Math.min(this.end, this.skipTo - this.base);
    return this.base + this.at === this.skipTo;
  }

  /**
   * Element after element, until something must be passed over that is not there yet, the encoding is complete or wrong (true: look again)
   * or more bytes are needed (false).
   */
  private walk(): boolean {
    const { bytes, end, base, nodes, ends, limits, handler } = this;
    const { table, fallback } = this.structure;
    let { at, depth } = this;
    for (;;) {
      if (ends[depth] === base + at && depth > 0) {
        this.at = at;
        this.close();
        depth = this.depth;
        if (this.isComplete) return true;
        continue;
      }
      this.at = at;
      if (at >= end) return false;
      if (base + at >= limits[depth]!)
        return this.fail('NOT_BER', 'an element is not closed when the one around it ends');
      const first = bytes[at]!;
      if (first === 0) {
        if (!this.endOfContents()) return this.failure !== undefined;
        if (this.isComplete) return true;
        at = this.at;
        depth = this.depth;
        continue;
      }
      const content = this.readHeader(first);
      if (content < 0) return content === FAILED;
      const tag = this.tag;
      const length = this.contentLength;
      const meaning = (first & 0xc0) === APPLICATION && tag < TAGS ? table[nodes[depth]! * TAGS + tag]! : 0;
      if (depth === 0 && meaning >= 0) {
        return this.fail('NOT_BER', `the file does not begin with a known element (${first.toString(16)})`);
      }
      if ((first & 0x20) !== 0) {
        this.enter(meaning < 0 ? -meaning : fallback[nodes[depth]!]!, content);
        at = this.at;
        depth = this.depth;
        if (this.failure !== undefined || this.skipTo > base + at) return true;
      } else if (meaning > 0) {
        if (length > LONGEST_VALUE) return this.failTooLong();
        if (content + length > end) return false;
        at = content + length;
        handler.value(meaning, bytes, content, at);
      } else if (content + length <= end) {
        at = content + length;
      } else {
        this.at = content;
        this.skipTo = base + content + length;
        return true;
      }
    }
  }

  private failTooLong(): boolean {
    const text = `[APPLICATION ${this.tag}] has ${this.contentLength} bytes, at most ${LONGEST_VALUE} are read`;
    return this.fail('ELEMENT_TOO_LONG', text);
  }

  /** Reads tag and length; gives where the content begins in `bytes`, or WAIT, or FAILED. */
  private readHeader(first: number): number {
    const { bytes, end, at } = this;
    let p = at + 1;
    let tag = first & 31;
    if (tag === 31) {
      tag = 0;
      for (let octet = 0x80; octet >= 0x80; p++) {
        if (p >= end) return WAIT;
        octet = bytes[p]!;
        tag = (tag << 7) | (octet & 127);
        if (p - at > 4) return this.failHeader('a tag has more than four octets');
      }
    }
    if (p >= end) return WAIT;
    let length = bytes[p++]!;
    if (length >= 0x80) {
      const octets = length & 127;
      if (p + octets > end) return octets > 6 ? this.failHeader(`a length has ${octets} octets`) : WAIT;
      length = this.longLength(first, p, octets);
      if (this.failure !== undefined) return FAILED;
      p += octets;
    }
    this.tag = tag;
    this.contentLength = length;
    if (length >= 0 && this.base + p + length > this.limits[this.depth]!) {
      return this.failHeader(`[APPLICATION ${tag}] is longer than the element around it`);
    }
    return p;
  }

  /** A length of several octets; −1 = indefinite. */
  private longLength(first: number, start: number, octets: number): number {
    if (octets === 0) {
      if ((first & 0x20) === 0) this.failHeader('a primitive element has an indefinite length');
      return -1;
    }
    if (octets > 6) this.failHeader(`a length has ${octets} octets`);
    let length = 0;
    for (let i = start; i < start + octets; i++) length = length * 256 + this.bytes[i]!;
    return length;
  }

  private enter(node: number, content: number): void {
    const offset = this.base + this.at;
    const length = this.contentLength;
    this.at = content;
    if (node === PASSED_OVER && length >= 0) {
      if (content + length <= this.end) this.at = content + length;
      else this.skipTo = this.base + content + length;
      return;
    }
    if (this.depth === DEEPEST) {
      this.fail('TOO_DEEP', `elements are nested more than ${DEEPEST} deep`);
      return;
    }
    const depth = ++this.depth;
    this.nodes[depth] = node;
    this.tags[depth] = this.tag;
    this.ends[depth] = length < 0 ? -1 : this.base + content + length;
    this.limits[depth] = length < 0 ? this.limits[depth - 1]! : this.ends[depth]!;
    if (node !== PASSED_OVER) this.handler.open(node, this.tag, offset);
  }

  /** Takes the two zero octets that close an element of indefinite length; false when they are not there (yet). */
  private endOfContents(): boolean {
    if (this.ends[this.depth] !== -1 || this.depth === 0 || (this.at + 1 < this.end && this.bytes[this.at + 1] !== 0)) {
      this.fail('NOT_BER', 'a zero octet stands where an element should begin');
      return false;
    }
    if (this.at + 1 >= this.end) return false;
    this.at += 2;
    this.close();
    return true;
  }

  private close(): void {
    const node = this.nodes[this.depth--]!;
    if (node !== PASSED_OVER) this.handler.close(node, this.base + this.at);
    if (this.depth === 0) this.isComplete = true;
  }

  /** Behind the outermost element there may be the padding of a medium, nothing else. */
  private takePadding(): void {
    for (; this.at < this.end && this.failure === undefined; this.at++) {
      const byte = this.bytes[this.at]!;
      if (byte === 0 || byte === 0xff || byte === 0x0a || byte === 0x0d || byte === 0x1a || byte === 0x20)
        this.padding++;
      else this.fail('GARBAGE', "something stands behind the end of the file's one element");
    }
  }

  private failHeader(text: string): number {
    this.fail('NOT_BER', text);
    return FAILED;
  }

  private fail(code: ProblemCode, text: string): boolean {
    this.failure = { code, text, offset: this.base + this.at };
    return true;
  }
}

/** A whole number in two's complement; NaN when empty, ±Infinity when it is no safe integer. */
export function berInteger(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return Number.NaN;
  let value = (bytes[start]! << 24) >> 24;
  for (let i = start + 1; i < end; i++) value = value * 256 + bytes[i]!;
  return Number.isSafeInteger(value) ? value : value < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
