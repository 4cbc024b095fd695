import type { JsonPaths } from './json-paths.ts';
import { DEEPEST } from './json-stack.ts';

/** Items of a record's list at most. */
export const MOST_ITEMS = 10_000;

/**
 * Values of the items of a record's list: value j of item i is at place i × `width` + j. What an item says that others are inside of stands
 * with each of these, whether it was said before them or behind.
 */
export class JsonItems {
  readonly width: number;
  starts: Int32Array;
  ends: Int32Array;
  length = 0;
  private readonly paths: JsonPaths;
  /** What the items that are being read say for those inside, by number of the value; by how deep they are, the first item inside. */
  private readonly outerStarts: Int32Array;
  private readonly outerEnds: Int32Array;
  private readonly firstInside = new Int32Array(DEEPEST);

  constructor(paths: JsonPaths) {
    const { width } = paths;
    this.paths = paths;
    this.width = width;
    this.starts = new Int32Array(16 * width);
    this.ends = new Int32Array(16 * width);
    this.outerStarts = new Int32Array(width);
    this.outerEnds = new Int32Array(width);
  }

  /** Begins a record. */
  clear(): void {
    this.length = 0;
    if (this.paths.hasOuter) this.enter(0);
  }

  /** Begins an item; false = there are too many. */
  add(): boolean {
    const { width, outerStarts, outerEnds } = this;
    if (this.length === MOST_ITEMS) return false;
    const first = this.length++ * width;
    if (first + width > this.starts.length) {
      this.starts = withRoom(this.starts);
      this.ends = withRoom(this.ends);
    }
    if (this.paths.hasOuter) {
      this.starts.set(outerStarts, first);
      this.ends.set(outerEnds, first);
    } else {
      this.starts.fill(0, first, first + width);
      this.ends.fill(0, first, first + width);
    }
    return true;
  }

  /** Begins an item that others are inside of, `lists` deep: what was said of the one before holds no longer. */
  enter(lists: number): void {
    const { outerOfValue } = this.paths;
    this.firstInside[lists] = this.length;
    for (let value = 0; value < outerOfValue.length; value++) {
      if (outerOfValue[value]! < lists) continue;
      this.outerStarts[value] = 0;
      this.outerEnds[value] = 0;
    }
  }

  /** Notes where a value of the item in work stands, or of one it is inside of. */
  take(value: number, start: number, end: number): void {
    const { width } = this;
    const lists = this.paths.outerOfValue[value]!;
    let item = this.length - 1;
    if (lists !== 0) {
      this.outerStarts[value] = start;
      this.outerEnds[value] = end;
      item = this.firstInside[lists]!;
    }
    for (; item < this.length; item++) {
      this.starts[item * width + value] = start;
      this.ends[item * width + value] = end;
    }
  }
}

function withRoom(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
