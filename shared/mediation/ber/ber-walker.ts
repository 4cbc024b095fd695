import type { ByteWindow } from '../byte-window.ts';
import type { ProblemCode } from '../problem.ts';
import { BerHeader, elementName, INDEFINITE } from './ber-header.ts';
import { BerSegments, LONGEST_VALUE } from './ber-segments.ts';
import { type BerStructure, foreignKey, KEYS, OWN_KEYS, ROOT, SEGMENT, SEGMENTS } from './ber-structure.ts';

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

/** An element that is open when a walk stops: plain JSON. */
export interface OpenElement {
  readonly node: number;
  readonly tag: number;
  readonly isIndefinite: boolean;
  /** Where the innermost element of known length ends in the file; −1 = not known. */
  readonly limit: number;
}

/** How a walk goes on: more bytes are needed; the outermost element is complete; it is wrong; the handler has stopped it. */
export type WalkState = 'more' | 'complete' | 'failed' | 'stopped';

const DEEPEST = 32;
const PASSED_OVER = 0;
/** Bits of an element's first octet. */
const CLASS = 0xc0;
const CONSTRUCTED = 0x20;
/** Numbers of a frame: the node, and behind it what it holds. */
const FRAME = 4;
const STOP = 1;
const TAG = 2;
const IS_INDEFINITE = 3;
/** Numbers of a token: code, start and end of a value; −node, tag (−1 = its end) and place of a node. */
const TOKEN = 3;
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
  private readonly header = new BerHeader();
  private count = 0;
  /** What was met and is not told yet. */
  private readonly tokens = new Int32Array(513 * TOKEN);
  private readonly segments = new BerSegments();
  private pauseOffset = Number.POSITIVE_INFINITY;
  private pausePlace = FAR;
  private isStopped = false;

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

  /** From an offset on, the end of a node is told as soon as it is met, so that the handler may stop the walk there. */
  pauseFrom(offset: number): void {
    this.pauseOffset = offset;
  }

  /** Stops the walk behind the node whose end is being told; only behind an offset it pauses from. */
  stop(): void {
    this.isStopped = true;
  }

  /** The elements that are open, outermost first. */
  get openElements(): OpenElement[] {
    return Array.from({ length: this.depth }, (_, i) => {
      const [node, , tag, isIndefinite] = this.frames.subarray((i + 1) * FRAME, (i + 2) * FRAME);
      const limit = this.limits[i + 1]!;
      return { node: node!, tag: tag!, isIndefinite: isIndefinite !== 0, limit: Number.isFinite(limit) ? limit : -1 };
    });
  }

  /** Goes on where another walker stopped, in whose elements the window's bytes now begin. */
  goOnFrom(open: readonly OpenElement[]): void {
    this.depth = open.length;
    open.forEach(({ node, tag, isIndefinite, limit }, i) => {
      this.frames.set([node, 0, tag, isIndefinite ? 1 : 0], (i + 1) * FRAME);
      this.limits[i + 1] = limit < 0 ? Number.POSITIVE_INFINITY : limit;
    });
  }

  /** Names of the elements that are open, outermost first. */
  path(nameOf: (tag: number) => string): string {
    return Array.from({ length: this.depth }, (_, i) => nameOf(this.frames[(i + 1) * FRAME + TAG]!)).join('/');
  }

  /** Where the innermost open element of known length ends, as offset in the file; Infinity = unknown. */
  get limit(): number {
    return this.limits[this.depth]!;
  }

  /** Walks as far as the window's bytes go: how it goes on. */
  walk(): WalkState {
    const { window, limits, frames } = this;
    if (!window.passTo(this.passTo)) return 'more';
    for (let i = 0; i <= this.depth; i++) frames[i * FRAME + STOP] = Math.min(FAR, limits[i]! - window.base);
    this.pausePlace = Math.max(0, Math.min(FAR, this.pauseOffset - window.base));
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

  /** Element after element; the usual ones at a run, the others one by one. */
  private walkElements(): WalkState {
    for (;;) {
      const isComplete = this.run();
      this.tell();
      if (isComplete) return 'complete';
      if (this.isStopped) return 'stopped';
      const { at } = this.window;
      const next = this.isEnd(at) ? this.leave(at) : this.rarely(at);
      if (next < 0) return this.failure === undefined ? 'more' : 'failed';
      this.window.at = next;
      if (this.depth === 0) return 'complete';
      if (this.isStopped) return 'stopped';
    }
  }

  /**
   * Notes elements to be told, goes into and leaves nodes, passes over what is not looked at, as long as all is there, of known tag and of a
   * usual length. Whether the outermost element has ended. Constants are written out where they are used: looking one up takes as long as
   * reading an element.
   */
  private run(): boolean {
    const { frames, tokens, window } = this;
    const { table, fallback, told, ownClass } = this.structure;
    const { bytes, end } = window;
    let at = window.at | 0;
    const pause = this.pausePlace | 0;
    let most = 1536;
    let count = 0;
    let frame = (this.depth * 4) | 0;
    let node = frames[frame]!;
    let stop = frames[frame + 1]!;
    let isComplete = false;
    while (count < most) {
      const first = bytes[at]!;
      if (at >= stop || first === 0) {
        const isIndefinite = frames[frame + 3] !== 0;
        if (isIndefinite ? at + 2 > end || at >= stop || bytes[at + 1] !== 0 : at !== stop) break;
        if (frame === 0 || node === 2) break;
        if (isIndefinite) at += 2;
        if (told[node] !== 0) {
          tokens[count] = -node;
          tokens[count + 1] = -1;
          tokens[count + 2] = at;
          count += 3;
          if (at >= pause) most = 0;
        }
        frame -= 4;
        isComplete = frame === 0;
        if (isComplete) break;
        node = frames[frame]!;
        stop = frames[frame + 1]!;
        continue;
      }
      let tag = first & 31;
      let content = at + 2;
      let length = bytes[at + 1]!;
      if (tag === 31) {
        tag = length;
        length = bytes[content++]!;
        if (tag >= 0x80) {
          if (length >= 0x80) break;
          tag = ((tag & 127) << 7) | length;
          length = bytes[content++]!;
        }
      }
      if (length >= 0x80) {
        if (length === 0x81) length = bytes[content++]!;
        else if (length === 0x82) {
          length = (bytes[content]! << 8) | bytes[content + 1]!;
          content += 2;
        } else if (length === 0x80) length = -1;
        else break;
      }
      if ((first & 0xc0) !== ownClass) tag = first < 0x40 && tag < 31 ? 512 + tag : 543;
      else if (tag >= 512) tag = 543;
      const until = content + length;
      if (until > stop || content > end || node === 2) break;
      const meaning = table[node * 544 + tag]!;
      if ((first & 0x20) === 0) {
        if (until > end || length < 0 || node === 1) break;
        if (meaning > 0) {
          tokens[count] = meaning;
          tokens[count + 1] = content;
          tokens[count + 2] = until;
          count += 3;
        }
        at = until;
      } else if (meaning < 0) {
        if (frame === 128) break;
        frame += 4;
        node = -meaning;
        if (length >= 0) stop = until;
        frames[frame] = node;
        frames[frame + 1] = stop;
        frames[frame + 2] = tag;
        frames[frame + 3] = length >> 31;
        if (told[node] !== 0) {
          tokens[count] = -node;
          tokens[count + 1] = tag;
          tokens[count + 2] = at;
          count += 3;
        }
        at = content;
      } else if (meaning > 0 || length < 0 || until > end || fallback[node] !== 0) break;
      else at = until;
    }
    window.at = at;
    this.depth = frame >> 2;
    this.count = count;
    return isComplete;
  }

  /** Tells the handler what was met since it was last told. */
  private tell(): void {
    const { tokens, handler, window, count } = this;
    const { bytes, base } = window;
    for (let i = 0; i < count; i += TOKEN) {
      const code = tokens[i]! | 0;
      if (code > 0) handler.value(code, bytes, tokens[i + 1]!, tokens[i + 2]!);
      else if (tokens[i + 1]! >= 0) handler.open(-code, tokens[i + 1]!, base + tokens[i + 2]!);
      else handler.close(-code, base + tokens[i + 2]!);
    }
    this.count = 0;
  }

  /** Whether an element ends at a place, rightly or not. */
  private isEnd(at: number): boolean {
    return at >= this.frames[this.depth * FRAME + STOP]! || this.window.bytes[at] === 0;
  }

  /** Leaves the innermost element: answers where to go on, or STOPPED. */
  private leave(at: number): number {
    const { window, frames, depth, segments } = this;
    const frame = depth * FRAME;
    const stop = frames[frame + STOP]!;
    const isIndefinite = frames[frame + IS_INDEFINITE] !== 0;
    if (at < stop && at + 2 > window.end) return this.stopAt(at);
    const isEnded = isIndefinite ? at < stop && window.bytes[at + 1] === 0 : at === stop;
    if (!isEnded || depth === 0) {
      const text =
        at < stop
          ? 'a zero octet stands where an element should begin'
          : 'an element is not closed when the one around it ends';
      return this.fail(at, 'NOT_BER', text);
    }
    const next = isIndefinite ? at + 2 : at;
    const node = frames[frame]!;
    if (node !== SEGMENTS && this.structure.told[node] !== 0) this.handler.close(node, window.base + next);
    if (node === SEGMENTS && depth === segments.depth) {
      this.handler.value(segments.code, segments.bytes, 0, segments.length);
    }
    this.depth--;
    return next;
  }

  /** An element that is not of the usual kind, or not there yet: answers where to go on, or STOPPED. */
  private rarely(at: number): number {
    const { window, structure, depth } = this;
    const wrong = this.header.read(window.bytes, at, window.end);
    if (wrong !== '') return this.fail(at, 'NOT_BER', wrong);
    const { tag, content, length } = this.header;
    if (content > window.end) return this.stopAt(at);
    const first = window.bytes[at]!;
    const isPrimitive = (first & CONSTRUCTED) === 0;
    const meaning = this.meaningOf(first, tag);
    const node = this.nodeOf(meaning);
    if (depth === 0 && (isPrimitive || node <= PASSED_OVER || (first & CLASS) !== structure.ownClass)) {
      return this.fail(at, 'NOT_BER', `no known element begins here (${first.toString(16)})`);
    }
    if (isPrimitive && length === INDEFINITE) {
      return this.fail(at, 'NOT_BER', 'a primitive element has an indefinite length');
    }
    const offset = window.base + content;
    if (offset + length > this.limitAt(depth)) {
      return this.fail(at, 'NOT_BER', `${elementName(first, tag)} is longer than the element around it`);
    }
    if (isPrimitive && meaning > 0) return this.rareValue(at, first, meaning);
    if (isPrimitive || (node === PASSED_OVER && length !== INDEFINITE)) {
      this.passTo = offset + length;
      return window.passTo(this.passTo) ? window.at : STOPPED;
    }
    if (depth === DEEPEST) return this.fail(at, 'TOO_DEEP', `elements are nested more than ${DEEPEST} deep`);
    this.enter(node);
    if (node === SEGMENTS) {
      if (meaning !== SEGMENT) this.segments.begin(meaning, this.depth);
    } else if (structure.told[node] !== 0) this.handler.open(node, tag, window.base + at);
    return content;
  }

  private meaningOf(first: number, tag: number): number {
    const { structure, frames, depth } = this;
    const isOwn = (first & CLASS) === structure.ownClass && tag < OWN_KEYS;
    return structure.table[frames[depth * FRAME]! * KEYS + (isOwn ? tag : foreignKey(first, tag))]!;
  }

  /** The node of a constructed element: the structure's, that of a value in segments, or what stands for all others here. */
  private nodeOf(meaning: number): number {
    if (meaning !== 0) return meaning < 0 ? -meaning : SEGMENTS;
    return this.structure.fallback[this.frames[this.depth * FRAME]!]!;
  }

  private enter(node: number): void {
    const { frames } = this;
    const { tag, content, length } = this.header;
    const depth = ++this.depth;
    const frame = depth * FRAME;
    this.limits[depth] = this.window.base + content + length;
    frames[frame] = node;
    frames[frame + STOP] = length === INDEFINITE ? frames[frame - FRAME + STOP]! : Math.min(FAR, content + length);
    frames[frame + TAG] = tag;
    frames[frame + IS_INDEFINITE] = length === INDEFINITE ? 1 : 0;
  }

  /** A segment, a value that is too long or not there yet, or one at the end of what is there. */
  private rareValue(at: number, first: number, code: number): number {
    const { window } = this;
    const { tag, content, length } = this.header;
    const whole = length + (code === SEGMENT ? this.segments.length : 0);
    if (whole > LONGEST_VALUE) {
      const text = `${elementName(first, tag)} has ${whole} bytes, at most ${LONGEST_VALUE} are read`;
      return this.fail(at, 'ELEMENT_TOO_LONG', text);
    }
    const until = content + length;
    if (until > window.end) return this.stopAt(at);
    if (code === SEGMENT) this.segments.add(window.bytes, content, until);
    else this.handler.value(code, window.bytes, content, until);
    return until;
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
