import type { BlockBuffer } from '../block-buffer.ts';
import type { Row } from '../chunks/row.ts';
import type { RejectionCode } from '../problem.ts';
import { DRAFT_ROOM, textOf } from '../record-draft.ts';
import { JsonItems, MOST_ITEMS } from './json-items.ts';
import type { JsonPaths } from './json-paths.ts';
import { JsonShapes } from './json-shapes.ts';
import { DEEPEST, JsonStack } from './json-stack.ts';
import { isEscape, isWord, LONE_SURROGATE, NO_ROOM, unescapeText } from './json-text.ts';

/** Bytes in front of the file's own: the draft's, and those for strings whose escapes are resolved. */
export const JSON_ROOM = DRAFT_ROOM + 65_536;
/** Bytes that are shown of what is no JSON. */
export const SHOWN = 20;

const [TAB, LF, CR, BLANK] = [0x09, 0x0a, 0x0d, 0x20] as const;
const [QUOTE, PLUS, COMMA, MINUS, POINT, ZERO, NINE, COLON, E] = [
  0x22, 0x2b, 0x2c, 0x2d, 0x2e, 0x30, 0x39, 0x3a, 0x65,
] as const;
const [OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN_OBJECT] = [0x5b, 0x5c, 0x5d, 0x7b] as const;

/** What came of reading a value: it is there; its end has not come yet; or it is no JSON, and where it would end cannot be said. */
export type JsonResult = 'found' | 'unfinished' | 'broken';

/** Bytes of a string that need a second look: quote, backslash, comma, and all but printable ASCII. */
const SPECIAL = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte >= 0x7f || byte === QUOTE || byte === BACKSLASH || byte === COMMA ? 1 : 0,
);

/**
 * Reads one JSON value after the other and notes where the values of a source's paths stand in it. It goes from byte to byte without
 * recursion. What can be passed over although it is wrong (NaN, a key twice, half a surrogate pair) is noted as the record's problem, the
 * first one only.
 */
export class JsonRow implements Row {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly width: number;
  isPlain = true;
  /** Where the record begins, where it ends or broke, and line breaks passed on the way. */
  from = 0;
  at = 0;
  lineBreaks = 0;
  /** The record's problem: '' = there is none. Of a broken value it says what was expected. */
  problem: RejectionCode | '' = '';
  problemPath = '';
  problemValue = '';
  problemText = '';
  private readonly input: BlockBuffer;
  private readonly paths: JsonPaths;
  private readonly list: JsonItems;
  private readonly stack = new JsonStack();
  private readonly seenIn: Float64Array;
  private readonly shapes = new JsonShapes();
  private serial = 0;
  private scratch = 0;
  private isOdd = false;
  private hasEscapes = false;

  constructor(input: BlockBuffer, paths: JsonPaths) {
    this.input = input;
    this.paths = paths;
    this.starts = new Int32Array(paths.values);
    this.ends = new Int32Array(paths.values);
    this.width = paths.width;
    this.list = new JsonItems(paths);
    this.seenIn = new Float64Array(paths.count);
  }

  get bytes(): Buffer<ArrayBuffer> {
    return this.input.bytes;
  }

  get items(): number {
    return this.list.length;
  }

  set items(length: number) {
    this.list.length = length;
  }

  get itemStarts(): Int32Array {
    return this.list.starts;
  }

  get itemEnds(): Int32Array {
    return this.list.ends;
  }

  /** Reads the record that begins at `from`: by the shape of one before, if it has the same, or else byte for byte. */
  readRecord(from: number): JsonResult {
    const { input, shapes } = this;
    input.bytes[input.end] = 0;
    this.from = from;
    const until = shapes.match(input, from, this);
    if (until === 0) {
      const result = this.read(from, 1);
      if (result === 'found' && this.problem === '') shapes.learn(input, from, this);
      return result;
    }
    this.problem = '';
    this.isPlain = until > 0;
    this.at = Math.abs(until);
    return 'found';
  }

  /** Reads the value that begins at `from`; `root` is its node, 1 for a record and 0 for what is only passed over. */
  read(from: number, root: number): JsonResult {
    const { nodes, closers, indices, keyStarts, keyEnds, serials } = this.stack;
    const { bytes, end } = this.input;
    bytes[end] = 0;
    this.begin();
    let p = from;
    let depth = 0;
    let node = root;
    for (;;) {
      const first = bytes[p]!;
      let isOpened = false;
      if (first === QUOTE) {
        const start = ++p;
        while (SPECIAL[bytes[p]!] === 0) p++;
        this.isOdd = false;
        if (bytes[p] !== QUOTE) p = this.restOfString(p, depth);
        if (p < 0) return this.stop(-p, depth, 'a closing quote');
        if (node !== 0) this.takeString(node, start, p, depth);
        p++;
      } else if (first === OPEN_OBJECT || first === OPEN_LIST) {
        if (depth === DEEPEST) return this.stop(p, depth, `at most ${DEEPEST} lists and objects inside one another`);
        const closer = first + 2;
        const inner = node === 0 ? 0 : this.enter(node, first === OPEN_LIST, p, depth);
        p = this.skipBlanks(p + 1);
        if (bytes[p] === closer) {
          p++;
        } else {
          isOpened = true;
          depth++;
          nodes[depth] = inner;
          closers[depth] = closer;
          indices[depth] = 0;
          keyStarts[depth] = 0;
          if (inner !== 0) serials[depth] = ++this.serial;
        }
      } else {
        p =
          first === MINUS || (first >= ZERO && first <= NINE) ? this.number(p, node, depth) : this.word(p, node, depth);
        if (p < 0) return this.stop(-p, depth, 'a value');
      }
      while (!isOpened) {
        if (depth === 0) {
          this.at = p;
          return 'found';
        }
        let byte = bytes[p]!;
        if (byte <= BLANK) byte = bytes[(p = this.skipBlanks(p))]!;
        if (byte === COMMA) {
          byte = bytes[++p]!;
          if (byte === BLANK) byte = bytes[++p]!;
          if (byte <= BLANK) p = this.skipBlanks(p);
          indices[depth]!++;
          break;
        }
        if (byte !== closers[depth]) return this.stop(p, depth, `a comma or ${String.fromCharCode(closers[depth]!)}`);
        p++;
        depth--;
      }
      if (closers[depth] === CLOSE_LIST) {
        node = nodes[depth] === 0 ? 0 : this.paths.itemsOf[nodes[depth]!]!;
        continue;
      }
      if (bytes[p] !== QUOTE) return this.stop(p, depth, 'a key in double quotes');
      const start = ++p;
      while (SPECIAL[bytes[p]!] === 0) p++;
      this.isOdd = false;
      if (bytes[p] !== QUOTE) p = this.restOfString(p, depth);
      if (p < 0) return this.stop(-p, depth, 'a closing quote');
      keyStarts[depth] = start;
      keyEnds[depth] = p;
      node = nodes[depth] === 0 ? 0 : this.partOf(start, p, depth);
      let byte = bytes[++p]!;
      if (byte <= BLANK) byte = bytes[(p = this.skipBlanks(p))]!;
      if (byte !== COLON) return this.stop(p, depth, 'a colon');
      byte = bytes[++p]!;
      if (byte === BLANK) byte = bytes[++p]!;
      if (byte <= BLANK) p = this.skipBlanks(p);
    }
  }

  private begin(): void {
    this.shapes.forgetLast();
    this.starts.fill(0);
    this.ends.fill(0);
    this.isPlain = true;
    this.lineBreaks = 0;
    this.problem = '';
    this.scratch = DRAFT_ROOM;
    this.list.clear();
  }

  private skipBlanks(from: number): number {
    const { bytes } = this.input;
    for (let p = from; ; p++) {
      const byte = bytes[p]!;
      if (byte === LF) this.lineBreaks++;
      else if (byte !== BLANK && byte !== TAB && byte !== CR) return p;
    }
  }

  /** Goes on in a string from its first special byte to the closing quote; minus the place where it cannot go on. */
  private restOfString(from: number, depth: number): number {
    const { bytes, end } = this.input;
    this.isOdd = true;
    this.hasEscapes = false;
    for (let p = from; ; p++) {
      const byte = bytes[p]!;
      if (SPECIAL[byte] === 0) continue;
      if (byte === QUOTE) return p;
      if (byte === BACKSLASH) {
        this.hasEscapes = true;
        p++;
        if (p >= end || bytes[p] === LF || bytes[p] === CR) return -p;
        if (!isEscape(bytes, p, end)) this.note('INVALID_JSON', depth, p - 1, p + 1, 'there is no such escape');
      } else if (byte < BLANK) {
        if (p === end || byte === LF || byte === CR) return -p;
        this.note('INVALID_JSON', depth, p, p + 1, 'a control character stands in a string as it is');
      }
    }
  }

  /** Takes a number and answers where it ends; minus the place where it cannot go on. */
  private number(from: number, node: number, depth: number): number {
    const { bytes, end } = this.input;
    let p = from;
    let byte = bytes[p]!;
    if (byte === MINUS) byte = bytes[++p]!;
    const first = byte;
    const digits = p;
    while (byte >= ZERO && byte <= NINE) byte = bytes[++p]!;
    let isNumber = p > digits && (first !== ZERO || p === digits + 1);
    if (byte === POINT) {
      const fraction = ++p;
      while ((byte = bytes[p]!) >= ZERO && byte <= NINE) p++;
      isNumber &&= p > fraction;
    }
    if ((byte | BLANK) === E) {
      byte = bytes[++p]!;
      if (byte === PLUS || byte === MINUS) p++;
      const exponent = p;
      while ((byte = bytes[p]!) >= ZERO && byte <= NINE) p++;
      isNumber &&= p > exponent;
    }
    if (p >= end) return -end;
    if (!isNumber || isWord(byte)) return this.word(from, node, depth);
    if (node !== 0) this.take(node, from, p, depth);
    return p;
  }

  /** Takes true, false or null; another word is passed over as a problem. Minus the place where there is none. */
  private word(from: number, node: number, depth: number): number {
    const { bytes, end } = this.input;
    let p = from;
    while (isWord(bytes[p]!)) p++;
    if (p >= end || p === from) return -p;
    const text = p - from > 5 ? '' : bytes.toString('latin1', from, p);
    if (text === 'true' || text === 'false') {
      if (node !== 0) this.take(node, from, p, depth);
    } else if (text === 'null') {
      if (node !== 0) this.takeNull(node);
    } else {
      this.note('INVALID_JSON', depth, from, p, 'it is no JSON value');
    }
    return p;
  }

  /** The part of the object at `depth` that a key names. */
  private partOf(start: number, end: number, depth: number): number {
    const { paths, seenIn } = this;
    const { nodes, serials } = this.stack;
    const parent = nodes[depth]!;
    if (paths.hasParts[parent] === 0) return 0;
    let part: number;
    if (this.isOdd && this.hasEscapes) {
      const { bytes } = this.input;
      const until = unescapeText(bytes, start, end, this.scratch, JSON_ROOM);
      part = until < 0 ? 0 : paths.part(parent, bytes, this.scratch, until);
    } else {
      part = paths.part(parent, this.input.bytes, start, end);
    }
    if (part === 0) return 0;
    if (seenIn[part] === serials[depth]) this.note('DUPLICATE_KEY', depth, start, end, 'the key stands there twice');
    seenIn[part] = serials[depth]!;
    return part;
  }

  /** Goes into a list or object: answers the node its contents belong to, 0 if none of them matters. */
  private enter(node: number, isList: boolean, p: number, depth: number): number {
    const { paths } = this;
    if (paths.outerOf[node] !== 0) this.list.enter(paths.outerOf[node]!);
    else if (paths.isItem[node] === 1 && !isList) this.addItem(p, depth);
    if (isList ? paths.itemsOf[node] !== 0 : paths.hasParts[node] !== 0) return node;
    this.noteShape(node, p, p + 1, depth);
    return 0;
  }

  private takeString(node: number, start: number, end: number, depth: number): void {
    if (!this.isOdd) {
      this.take(node, start, end, depth);
      return;
    }
    this.isPlain = false;
    if (!this.hasEscapes) {
      this.take(node, start, end, depth);
      return;
    }
    const until = unescapeText(this.input.bytes, start, end, this.scratch, JSON_ROOM);
    if (until >= 0) {
      this.take(node, this.scratch, until, depth);
      this.scratch = until;
    } else if (until === NO_ROOM) {
      this.note('TOO_LONG', depth, start, end, 'the texts of the record are too long');
    } else {
      const text = until === LONE_SURROGATE ? 'it holds half of a surrogate pair' : 'there is no such escape';
      this.note('INVALID_JSON', depth, start, end, text);
    }
  }

  /** Notes where the value of a node stands. */
  private take(node: number, start: number, end: number, depth: number): void {
    const { paths } = this;
    const value = paths.valueOf[node]!;
    if (value >= 0) {
      this.starts[value] = start;
      this.ends[value] = end;
      return;
    }
    const item = paths.itemValueOf[node]!;
    if (paths.isItem[node] === 1) this.addItem(start, depth);
    if (item < 0) {
      this.noteShape(node, start, end, depth);
      return;
    }
    if (this.problem === '') this.list.take(item, start, end);
  }

  /** A null is a value that is named and empty. */
  private takeNull(node: number): void {
    const value = this.paths.valueOf[node]!;
    if (value < 0) return;
    this.starts[value] = DRAFT_ROOM;
    this.ends[value] = DRAFT_ROOM;
  }

  private addItem(p: number, depth: number): void {
    if (!this.list.add()) this.note('TOO_LONG', depth, p, p + 1, `the list has more than ${MOST_ITEMS} items`);
  }

  private noteShape(node: number, start: number, end: number, depth: number): void {
    const { paths } = this;
    const expected = paths.itemsOf[node] !== 0 ? 'a list' : paths.hasParts[node] !== 0 ? 'an object' : 'one value';
    this.note('INVALID_VALUE', depth, start, end, `${expected} is expected there`);
  }

  /** Notes what is wrong with the record and can be passed over. */
  private note(code: RejectionCode, depth: number, start: number, end: number, text: string): void {
    if (this.problem !== '') return;
    this.problem = code;
    this.problemPath = this.stack.pathAt(depth, this.input.bytes);
    this.problemValue = textOf(this.input.bytes, start, end);
    this.problemText = `${text} (byte ${this.input.offsetOf(start)})`;
  }

  /** Notes what is wrong with the value as a whole, in place of any problem inside. */
  noteWhole(code: RejectionCode, at: number, until: number, text: string): void {
    this.problem = code;
    this.problemPath = '';
    this.problemValue = textOf(this.input.bytes, at, Math.min(until, at + 80));
    this.problemText = `${text} (byte ${this.input.offsetOf(at)})`;
  }

  /** Stops where the value cannot be read any further. */
  private stop(p: number, depth: number, expected: string): JsonResult {
    const { bytes, end, isClosed } = this.input;
    this.at = p;
    if (p >= end || (p + SHOWN > end && !isClosed)) return 'unfinished';
    this.problem = 'INVALID_JSON';
    this.problemPath = this.stack.pathAt(depth, this.input.bytes);
    this.problemValue = textOf(bytes, p, Math.min(end, p + SHOWN));
    this.problemText = `${expected} is expected there (byte ${this.input.offsetOf(p)})`;
    return 'broken';
  }
}
