import { textOf } from '../record-draft.ts';

/** Lists and objects inside one another at most. */
export const DEEPEST = 64;
const CLOSE_LIST = 0x5d;
const LONGEST_PATH = 200;

/** The lists and objects a value is inside of, by depth from 1 on. */
export class JsonStack {
  /** Node of the list or object, 0 if no path leads into it; the byte that closes it; its number, to know it from others. */
  readonly nodes = new Int32Array(DEEPEST + 1);
  readonly closers = new Uint8Array(DEEPEST + 1);
  readonly serials = new Float64Array(DEEPEST + 1);
  /** Of a list, number of the item; of an object, where the key stands. */
  readonly indices = new Int32Array(DEEPEST + 1);
  readonly keyStarts = new Int32Array(DEEPEST + 1);
  readonly keyEnds = new Int32Array(DEEPEST + 1);

  /** The way to the value that is being read: "cells[1].up". */
  pathAt(depth: number, bytes: Uint8Array): string {
    let path = '';
    for (let i = 1; i <= depth; i++) {
      if (this.closers[i] === CLOSE_LIST) path += `[${this.indices[i]}]`;
      else if (this.keyStarts[i] !== 0) {
        const key = textOf(bytes, this.keyStarts[i]!, this.keyEnds[i]!);
        path += path === '' ? key : `.${key}`;
      }
    }
    return path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH - 1)}…` : path;
  }
}
