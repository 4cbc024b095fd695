import { BlockBuffer } from '../block-buffer.ts';
import { LONGEST_LINE } from '../delimited/line-scanner.ts';
import { textOf } from '../record-draft.ts';
import type { JsonPaths } from './json-paths.ts';
import { JSON_ROOM, JsonRow, SHOWN } from './json-row.ts';

const [TAB, LF, CR, BLANK, COMMA, COLON] = [0x09, 0x0a, 0x0d, 0x20, 0x2c, 0x3a] as const;
const [QUOTE, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT, N] = [0x22, 0x5b, 0x5d, 0x7b, 0x7d, 0x6e] as const;

/** What is expected next, outside records. */
type State = 'document' | 'firstItem' | 'item' | 'afterItem' | 'firstKey' | 'key' | 'colon' | 'member' | 'afterMember';

/** Where a scanner stands behind a record. */
export interface JsonPoint {
  /** Byte of the file. */
  readonly offset: number;
  readonly nextLine: number;
  readonly state: State;
  readonly level: number;
  readonly isOnWay: boolean;
  readonly isOnePerLine: boolean;
  readonly isDropping: boolean;
  readonly found: number;
  readonly brokenLines: number;
}

/** Why scanning had to stop. */
export type JsonFailure = '' | 'INVALID_JSON' | 'ELEMENT_TOO_LONG' | 'TRUNCATED';

/** Broken lines after which a file is no JSON lines, if it has fewer records than a tenth of them. */
const MOST_BROKEN = 1000;

/**
 * Finds the records of a JSON file, block by block: in a list at the top or at a path, or objects one after the other, as in JSON lines. As
 * long as every such object stood on a line of its own, one that is broken ends with its line and the next line is read; anywhere
 * else nobody can say where the next record begins, and the file fails.
 */
export class JsonScanner {
  /** The record that was found last. */
  readonly row: JsonRow;
  /** Line of the file it begins on, from 1. */
  line = 1;
  /** Whether anything but blanks has come. */
  hasContent = false;
  /** Whether the last line has no line break. */
  isUnended = false;
  failure: JsonFailure = '';
  failureText = '';
  private readonly input = new BlockBuffer(JSON_ROOM);
  private readonly steps: readonly Buffer[];
  private state: State = 'document';
  private level = 0;
  private isOnWay = false;
  private nextLine = 1;
  private hasBegun = false;
  private isOnePerLine = true;
  private isDropping = false;
  private found = 0;
  private brokenLines = 0;

  /** `recordsAt` are the keys that lead to the list of records; none = the document is a record or a list of them. */
  constructor(paths: JsonPaths, recordsAt: readonly string[]) {
    this.row = new JsonRow(this.input, paths);
    this.steps = recordsAt.map((key) => Buffer.from(key, 'utf8'));
  }

  /** Byte of the file behind the record that was found last. */
  get position(): number {
    return this.input.offsetOf(this.input.at);
  }

  /** Where it stands, for another to go on from: plain JSON. */
  get point(): JsonPoint {
    const { position: offset, nextLine, state, level, isOnWay, isOnePerLine, isDropping, found, brokenLines } = this;
    return { offset, nextLine, state, level, isOnWay, isOnePerLine, isDropping, found, brokenLines };
  }

  /** Goes on where another stood. */
  goOnFrom(point: JsonPoint): void {
    this.input.beginAt(point.offset);
    this.nextLine = point.nextLine;
    this.state = point.state;
    this.level = point.level;
    this.isOnWay = point.isOnWay;
    this.isOnePerLine = point.isOnePerLine;
    this.isDropping = point.isDropping;
    this.found = point.found;
    this.brokenLines = point.brokenLines;
    this.hasBegun = true;
    this.hasContent = true;
  }

  /** Adds a block behind what has not been read yet. */
  append(block: Uint8Array): void {
    this.input.append(block);
  }

  /** Says that no block follows. */
  close(): void {
    this.input.isClosed = true;
  }

  /** Goes to the next record; false when there is none, none yet, or scanning failed. */
  next(): boolean {
    const { input } = this;
    while (this.failure === '' && input.isReady) {
      if (!this.hasBegun && !this.skipByteOrderMark()) return false;
      if (this.isDropping) this.dropLine(input.at);
      this.skipBlanks();
      this.line = this.nextLine;
      if (input.at < input.end) {
        this.hasContent = true;
        if (this.step(input.bytes[input.at]!)) return true;
      } else if (!input.isClosed) {
        return false;
      } else {
        if (this.state !== 'document') this.fail('TRUNCATED', 'the file ends before its last list or object is closed');
        return false;
      }
    }
    return false;
  }

  /** Goes one step on; answers whether it was a record. */
  private step(byte: number): boolean {
    const { state, steps, input } = this;
    if (state === 'document' && steps.length === 0) {
      if (byte === OPEN_LIST) this.go(1, 'firstItem');
      else return this.takeRecord(true);
    } else if (state === 'item' || (state === 'firstItem' && byte !== CLOSE_LIST)) {
      return this.takeRecord(false);
    } else if (state === 'firstItem' || (state === 'afterItem' && byte === CLOSE_LIST)) {
      this.go(1, steps.length === 0 ? 'document' : 'afterMember');
    } else if (state === 'afterItem') {
      if (byte === COMMA) this.go(1, 'item');
      else this.failAt(input.at, 'a comma or ] is expected behind a record');
    } else {
      this.stepOnTheWay(byte);
    }
    return false;
  }

  /** Goes one step on towards the list of records, or away from it. */
  private stepOnTheWay(byte: number): void {
    const { state, input } = this;
    if (state === 'document') {
      this.level = 0;
      if (byte === OPEN_OBJECT) this.go(1, 'firstKey');
      else this.failAt(input.at, `an object with ${this.steps.join('.')} is expected`);
    } else if (byte === CLOSE_OBJECT && (state === 'firstKey' || state === 'afterMember')) {
      this.level--;
      this.go(1, this.level < 0 ? 'document' : 'afterMember');
    } else if (state === 'firstKey' || state === 'key') {
      if (byte === QUOTE) this.takeKey();
      else this.failAt(input.at, 'a key in double quotes is expected');
    } else if (state === 'colon') {
      if (byte === COLON) this.go(1, 'member');
      else this.failAt(input.at, 'a colon is expected');
    } else if (state === 'member') {
      this.takeMember(byte);
    } else if (byte === COMMA) {
      this.go(1, 'key');
    } else {
      this.failAt(input.at, 'a comma or } is expected');
    }
  }

  private takeKey(): void {
    const { input, steps, row } = this;
    const { at } = input;
    if (!this.passOver('colon')) return;
    const key = steps[this.level]!;
    this.isOnWay = row.at - at - 2 === key.length && input.bytes.compare(key, 0, key.length, at + 1, row.at - 1) === 0;
  }

  private takeMember(byte: number): void {
    if (!this.isOnWay || byte === N) {
      this.passOver('afterMember');
    } else if (this.level === this.steps.length - 1) {
      if (byte === OPEN_LIST) this.go(1, 'firstItem');
      else this.failAt(this.input.at, `${this.steps.join('.')} has to be a list of records`);
    } else if (byte === OPEN_OBJECT) {
      this.level++;
      this.go(1, 'firstKey');
    } else {
      this.failAt(this.input.at, 'an object is expected on the way to the records');
    }
  }

  /** Passes over a value that is no record; false when that is not possible, or not yet. */
  private passOver(next: State): boolean {
    const { input, row } = this;
    const result = row.read(input.at, 0);
    if (result === 'found') {
      this.nextLine += row.lineBreaks;
      this.go(row.at - input.at, next);
      return true;
    }
    if (result === 'broken') this.failAt(row.at, row.problemText);
    else if (input.end - input.at > LONGEST_LINE + SHOWN) this.failTooLong();
    else this.wait();
    return false;
  }

  /** Takes the record that begins here; `isTop`: it stands in no list. */
  private takeRecord(isTop: boolean): boolean {
    const { input, row } = this;
    const { at, end, isClosed } = input;
    const result = row.readRecord(at);
    const isTooLong = result === 'unfinished' ? end - at > LONGEST_LINE + SHOWN : row.at - at > LONGEST_LINE;
    if (result === 'unfinished' && !isTooLong && !isClosed) return this.wait();
    if (isTooLong) row.noteWhole('TOO_LONG', at, end, `the record has more than ${LONGEST_LINE} bytes`);
    else if (result === 'unfinished') row.noteWhole('INVALID_JSON', at, end, 'the file ends before the record does');
    else if (result === 'found') {
      const isObject = input.bytes[at] === OPEN_OBJECT;
      if (!isObject) row.noteWhole('INVALID_JSON', at, row.at, 'a record is an object');
      if (isObject || !isTop) return this.takeFound(isTop);
    }
    if (isTop && this.isOnePerLine) return this.takeBroken();
    if (isTooLong) this.failTooLong();
    else if (result === 'unfinished') this.fail('TRUNCATED', `the file ends inside the record of line ${this.line}`);
    else this.failAt(row.at, row.problemText);
    return false;
  }

  private takeFound(isTop: boolean): boolean {
    const { input, row } = this;
    if (isTop && row.lineBreaks > 0) this.isOnePerLine = false;
    this.found++;
    this.nextLine += row.lineBreaks;
    this.go(row.at - input.at, isTop ? 'document' : 'afterItem');
    return true;
  }

  /** Takes the line as a record that is broken, and goes on behind it. */
  private takeBroken(): boolean {
    if (++this.brokenLines > MOST_BROKEN && this.found * 10 < this.brokenLines) {
      this.fail(
        'INVALID_JSON',
        `${MOST_BROKEN} lines are no JSON, the last is line ${this.line}; is this another format?`,
      );
      return false;
    }
    this.dropLine(this.input.at);
    return true;
  }

  /** Goes on behind the first line break from a place on; if none has come, what comes is dropped until one does. */
  private dropLine(from: number): void {
    const { input } = this;
    const { bytes, end } = input;
    let at = from;
    while (at < end && bytes[at] !== LF && bytes[at] !== CR) at++;
    input.at = at;
    this.isDropping = at === end && !input.isClosed;
    this.isUnended = at === end;
  }

  private skipByteOrderMark(): boolean {
    const { input } = this;
    const { bytes, at } = input;
    if (input.end - at < 3 && !input.isClosed) return this.wait();
    this.hasBegun = true;
    if (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf && at + 3 <= input.end) input.at += 3;
    return true;
  }

  private skipBlanks(): void {
    const { input } = this;
    const { bytes, end } = input;
    let { at } = input;
    for (; at < end; at++) {
      const byte = bytes[at];
      if (byte === LF) this.nextLine++;
      else if (byte !== BLANK && byte !== CR && byte !== TAB) break;
    }
    input.at = at;
  }

  private go(bytes: number, next: State): void {
    this.input.goOn();
    this.input.at += bytes;
    this.state = next;
  }

  /** Waits until so much more has come that a second try is worth it. */
  private wait(): boolean {
    const { input } = this;
    if (input.isClosed) this.fail('TRUNCATED', 'the file ends in the middle of a value');
    input.wait();
    return false;
  }

  private failTooLong(): void {
    const text = `the value that begins on line ${this.line} has more than ${LONGEST_LINE} bytes`;
    this.fail('ELEMENT_TOO_LONG', text);
  }

  private failAt(at: number, text: string): void {
    const { bytes, end, isClosed } = this.input;
    if (at + SHOWN > end && !isClosed) {
      this.input.wait();
      return;
    }
    const found = textOf(bytes, at, Math.min(end, at + SHOWN));
    const place = `line ${this.line}, byte ${this.input.offsetOf(at)}`;
    this.fail('INVALID_JSON', `${text}; found "${found}" (${place})`);
  }

  private fail(failure: JsonFailure, text: string): void {
    this.failure = failure;
    this.failureText = text;
  }
}
