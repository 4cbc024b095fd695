import { type BerStructure, foreignKey, KEYS, OWN_KEYS, ROOT, SEGMENT, SEGMENTS } from './ber-structure.ts';
import type { ByteWindow } from './byte-window.ts';
import type { ProblemCode } from './decoder.ts';

/** Who is told what a walker meets. Offsets are those of the element's first byte in the file. */
export interface BerHandler {
  open(node: number, tag: number, offset: number): void;
  close(node: number, offset: number): void;
  value(code: number, bytes: Buffer, start: number, end: number): void;
}

/** What ended a walk before its time. */
export interface BerFailure {
  readonly code: Extract<ProblemCode, 'NOT_BER' | 'TOO_DEEP' | 'ELEMENT_TOO_LONG'>;
  readonly text: string;
  readonly offset: number;
}

/** How a walk goes on: more bytes are needed; the outermost element is complete; it is wrong. */
export const MORE = 0;
export const COMPLETE = 1;
export const FAILED = 2;

const DEEPEST = 32;
const LONGEST_VALUE = 65_536;
const PASSED_OVER = 0;
/** Bits of an element's first octet. */
const CLASS = 0xc0;
const CONSTRUCTED = 0x20;
/** Length octets from here on are not the length itself. */
const LONG = 0x80;
/** Lengths that are none: the element ends with its end-of-contents; the header is wrong. */
const INDEFINITE = -1;
const WRONG = -2;
/** Numbers of a frame: the node, and behind it what it holds. */
const FRAME = 4;
const LAST_FRAME = DEEPEST * FRAME;
const STOP = 1;
const TAG = 2;
const IS_INDEFINITE = 3;
/** A place that is none: more bytes are needed, or the encoding is wrong. */
const STOPPED = -1;
/** Where nothing that is in the window ends, and the length of what is longer. */
const FAR = 0x3fff_ffff;

/**
 * Walks through a BER encoding (X.690: definite and indefinite lengths, tags of several octets, values in segments) as its blocks come,
 * without recursion and without an object for an element. It holds no more than the value it waits for; what the structure does not name is
 * passed over at any depth and length.
 */
export class BerWalker {
  failure: BerFailure | undefined;
  private readonly structure: BerStructure;
  private readonly handler: BerHandler;
  private readonly window: ByteWindow;
  private depth = 0;
  private passTo = 0;
  /** The open elements, FRAME numbers each: node, where they end in the window, tag, whether of indefinite length. */
  private readonly frames = new Int32Array((DEEPEST + 1) * FRAME);
  /** Where the innermost element of known length ends in the file, by depth. */
  private readonly limits = new Float64Array(DEEPEST + 1);
  /** What a long header said. */
  private tag = 0;
  private content = 0;
  private exactLength = 0;
  private segments = Buffer.alloc(0);
  private segmentsLength = 0;
  private segmentsCode = 0;
  private segmentsDepth = 0;

  constructor(structure: BerStructure, handler: BerHandler, window: ByteWindow) {
    this.structure = structure;
    this.handler = handler;
    this.window = window;
    this.begin(Number.POSITIVE_INFINITY);
  }

  /** Begins an outermost element anew; it ends at an offset in the file, Infinity = not known. */
  begin(limit: number): void {
    this.failure = undefined;
    this.depth = 0;
    this.passTo = 0;
    this.limits[0] = limit;
    this.frames[0] = ROOT;
    this.frames[IS_INDEFINITE] = 1;
  }

  /** Names of the elements that are open, outermost first. */
  path(nameOf: (tag: number) => string): string {
    return Array.from({ length: this.depth }, (_, i) => nameOf(this.frames[(i + 1) * FRAME + TAG]!)).join('/');
  }

  /** Where the innermost open element of known length ends, as offset in the file; Infinity = unknown. */
  get limit(): number {
    return this.limits[this.depth]!;
  }

  /** Walks as far as the window's bytes go: MORE, COMPLETE or FAILED. */
  walk(): number {
    const { window, limits, frames } = this;
    if (!window.passTo(this.passTo)) return MORE;
    for (let i = 0; i <= this.depth; i++) frames[i * FRAME + STOP] = Math.min(FAR, limits[i]! - window.base);
    const state = this.walkElements();
    for (let i = 1; i <= this.depth; i++) limits[i] = this.limitAt(i);
    return state;
  }

  /** Where an open element must end at the latest, as offset in the file. */
  private limitAt(depth: number): number {
    const { frames } = this;
    let i = depth;
    while (i > 0 && frames[i * FRAME + STOP] === FAR && frames[i * FRAME + IS_INDEFINITE] !== 0) i--;
    const stop = frames[i * FRAME + STOP]!;
    return stop === FAR ? this.limits[i]! : this.window.base + stop;
  }

  /** Element after element: told, gone into, or passed over; what has ended is left. */
  private walkElements(): number {
    const { frames, handler, window } = this;
    const { table, fallback, told, ownClass } = this.structure;
    const { bytes, end, base } = window;
    let { at } = window;
    let frame = this.depth * FRAME;
    let node = frames[frame]!;
    let stop = frames[frame + STOP]!;
    for (;;) {
      const first = bytes[at]!;
      if (at < stop && first !== 0) {
        let tag = first & 31;
        let content = at + 2;
        let length = bytes[at + 1]!;
        if (tag === 31) {
          tag = length;
          length = bytes[content++]!;
          if (tag >= LONG) {
            tag = ((tag & 127) << 7) | (length & 127);
            length = length < LONG ? bytes[content++]! : 0xff;
          }
        }
        if (length > LONG) {
          length = this.longHeader(at, end);
          tag = this.tag;
          content = this.content;
        } else if (length === LONG) length = INDEFINITE;
        const until = content + length;
        const key = (first & CLASS) === ownClass && tag < OWN_KEYS ? tag : foreignKey(first, tag);
        const meaning = table[node * KEYS + key]!;
        if (until <= stop && content <= end) {
          if ((first & CONSTRUCTED) === 0) {
            if (until <= end && length >= 0 && length <= LONGEST_VALUE && node > SEGMENTS) {
              if (meaning > 0) handler.value(meaning, bytes, content, until);
              at = until;
              continue;
            }
          } else if (meaning < 0 && length !== WRONG && frame < LAST_FRAME) {
            frame += FRAME;
            node = -meaning;
            if (length >= 0) stop = until;
            frames[frame] = node;
            frames[frame + STOP] = stop;
            frames[frame + TAG] = tag;
            frames[frame + IS_INDEFINITE] = length >> 31;
            if (told[node] !== 0) handler.open(node, tag, base + at);
            at = content;
            continue;
          } else if (meaning === 0 && length >= 0 && until <= end && fallback[node] === PASSED_OVER) {
            at = until;
            continue;
          }
        }
        this.depth = frame / FRAME;
        at = this.rarely(at, first, tag, content, length, meaning);
        if (at < 0) return this.state;
        frame = this.depth * FRAME;
      } else {
        this.depth = frame / FRAME;
        if (at !== stop || frames[frame + IS_INDEFINITE] !== 0) at = this.endOfContents(at, stop);
        if (at < 0) return this.state;
        if (told[node] !== 0) this.close(node, base + at);
        frame -= FRAME;
        if (frame === 0) return this.complete(at);
      }
      node = frames[frame]!;
      stop = frames[frame + STOP]!;
    }
  }

  private get state(): number {
    return this.failure === undefined ? MORE : FAILED;
  }

  /** A header with a long tag or length: answers the length, and notes tag and place of the content (behind the end: not there yet). */
  private longHeader(at: number, end: number): number {
    const { bytes } = this.window;
    let place = at + 1;
    let tag = bytes[at]! & 31;
    if (tag === 31) {
      tag = 0;
      for (let octet = LONG; octet >= LONG; ) {
        if (place - at > 4) return place <= end ? this.wrong(at, 'a tag has more than four octets') : this.wait(end);
        octet = bytes[place++]!;
        tag = (tag << 7) | (octet & 127);
      }
    }
    let length = bytes[place++]!;
    if (length >= LONG) {
      const octets = length & 127;
      if (place > end) return this.wait(end);
      if (octets > 6) return this.wrong(at, `a length has ${octets} octets`);
      length = octets === 0 ? INDEFINITE : 0;
      for (const until = place + octets; place < until; place++) length = length * 256 + bytes[place]!;
    }
    this.tag = tag;
    this.content = place;
    this.exactLength = length;
    return Math.min(length, FAR);
  }

  private wait(end: number): number {
    this.content = end + 1;
    return 0;
  }

  private wrong(at: number, text: string): number {
    this.fail(at, 'NOT_BER', text);
    return WRONG;
  }

  /** Every element but those of the usual kinds that are there: answers where to go on, or STOPPED. */
  private rarely(at: number, first: number, tag: number, content: number, length: number, meaning: number): number {
    const { window, structure, depth } = this;
    if (content > window.end || length === WRONG) return this.stopAt(at);
    const isPrimitive = (first & CONSTRUCTED) === 0;
    const node = this.nodeOf(meaning);
    if (depth === 0 && (isPrimitive || node <= PASSED_OVER || (first & CLASS) !== structure.ownClass)) {
      return this.fail(at, 'NOT_BER', `no known element begins here (${first.toString(16)})`);
    }
    if (isPrimitive && length === INDEFINITE) {
      return this.fail(at, 'NOT_BER', 'a primitive element has an indefinite length');
    }
    const exact = length === FAR ? this.exactLength : length;
    const offset = window.base + content;
    if (offset + exact > this.limitAt(depth))
      return this.fail(at, 'NOT_BER', `${elementName(first, tag)} is longer than the element around it`);
    if (isPrimitive && meaning > 0) return this.longValue(at, first, tag, content, exact, meaning);
    if (isPrimitive || (node === PASSED_OVER && length !== INDEFINITE)) {
      this.passTo = offset + exact;
      return window.passTo(this.passTo) ? window.at : STOPPED;
    }
    if (depth === DEEPEST) return this.fail(at, 'TOO_DEEP', `elements are nested more than ${DEEPEST} deep`);
    this.enter(node, tag, length, content, exact);
    if (node === SEGMENTS) this.beginSegments(meaning);
    else if (structure.told[node] !== 0) this.handler.open(node, tag, window.base + at);
    return content;
  }

  /** The node of a constructed element: the structure's, that of a value in segments, or what stands for all others here. */
  private nodeOf(meaning: number): number {
    if (meaning !== 0) return meaning < 0 ? -meaning : SEGMENTS;
    return this.structure.fallback[this.frames[this.depth * FRAME]!]!;
  }

  private enter(node: number, tag: number, length: number, content: number, exact: number): void {
    const { frames } = this;
    const depth = ++this.depth;
    const frame = depth * FRAME;
    this.limits[depth] = this.window.base + content + exact;
    frames[frame] = node;
    frames[frame + STOP] = length === INDEFINITE ? frames[frame - FRAME + STOP]! : Math.min(FAR, content + exact);
    frames[frame + TAG] = tag;
    frames[frame + IS_INDEFINITE] = length === INDEFINITE ? 1 : 0;
  }

  /** The two zero octets that end an element of indefinite length: answers the place behind them, or STOPPED. */
  private endOfContents(at: number, stop: number): number {
    const { window, frames, depth } = this;
    if (at < stop && at + 2 > window.end) return this.stopAt(at);
    if (at < stop && window.bytes[at + 1] === 0 && depth > 0 && frames[depth * FRAME + IS_INDEFINITE] !== 0)
      return at + 2;
    const text =
      at < stop
        ? 'a zero octet stands where an element should begin'
        : 'an element is not closed when the one around it ends';
    return this.fail(at, 'NOT_BER', text);
  }

  private longValue(at: number, first: number, tag: number, content: number, length: number, code: number): number {
    const { window } = this;
    const whole = length + (code === SEGMENT ? this.segmentsLength : 0);
    if (whole > LONGEST_VALUE) {
      const text = `${elementName(first, tag)} has ${whole} bytes, at most ${LONGEST_VALUE} are read`;
      return this.fail(at, 'ELEMENT_TOO_LONG', text);
    }
    if (content + length > window.end) return this.stopAt(at);
    if (code === SEGMENT) this.gather(content, content + length);
    else this.handler.value(code, window.bytes, content, content + length);
    return content + length;
  }

  private beginSegments(code: number): void {
    if (code === SEGMENT) return;
    this.segmentsCode = code;
    this.segmentsDepth = this.depth;
    this.segmentsLength = 0;
  }

  private gather(start: number, end: number): void {
    if (this.segments.length === 0) this.segments = Buffer.alloc(LONGEST_VALUE);
    this.window.bytes.copy(this.segments, this.segmentsLength, start, end);
    this.segmentsLength += end - start;
  }

  private close(node: number, offset: number): void {
    if (node !== SEGMENTS) this.handler.close(node, offset);
    else if (this.depth === this.segmentsDepth)
      this.handler.value(this.segmentsCode, this.segments, 0, this.segmentsLength);
  }

  private complete(at: number): number {
    this.depth = 0;
    this.window.at = at;
    return COMPLETE;
  }

  private stopAt(at: number): number {
    this.window.at = at;
    return STOPPED;
  }

  private fail(at: number, code: BerFailure['code'], text: string): number {
    this.window.at = at;
    this.failure = { code, text, offset: this.window.base + at };
    return STOPPED;
  }
}

/** An element for a person: "[APPLICATION 5]", "[5]", "[UNIVERSAL 16]". */
function elementName(first: number, tag: number): string {
  return `[${['UNIVERSAL ', 'APPLICATION ', '', 'PRIVATE '][first >>> 6]}${tag}]`;
}

/** A whole number in two's complement; NaN when empty, ±Infinity when it is no safe integer. */
export function berInteger(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return Number.NaN;
  let value = (bytes[start]! << 24) >> 24;
  if (end - start <= 4) {
    for (let i = start + 1; i < end; i++) value = (value << 8) | bytes[i]!;
    return value;
  }
  for (let i = start + 1; i < end; i++) value = value * 256 + bytes[i]!;
  return Number.isSafeInteger(value) ? value : value < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
