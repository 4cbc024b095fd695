import type { BlockBuffer } from '../block-buffer.ts';
import { DRAFT_ROOM } from '../record-draft.ts';
import { JsonShape, NOWHERE, type ShapeTarget, shapeValues } from './json-shape.ts';

const MOST_SHAPES = 8;
/** Shapes are tried as long as this many records more are recognised than not; after a pause they are tried again. */
const CREDIT = 64;
const MOST_CREDIT = 1000;
const PAUSE = 5000;

/** What a record has to offer for its shape to be learned, and what is filled when a shape is recognised. */
interface ShapedRow extends ShapeTarget {
  readonly width: number;
  items: number;
  lineBreaks: number;
  readonly at: number;
}

interface Known {
  readonly shape: JsonShape;
  readonly nulls: readonly number[];
  readonly items: number;
  readonly lineBreaks: number;
  /** Places of items' values that are those of another item too, and the place of that, in pairs. */
  readonly copies: readonly number[];
}

/** The shapes of the records of a file that were seen last. Which are known decides how fast a record is read, never what is read. */
export class JsonShapes {
  private readonly known: Known[] = [];
  /** The shape that was matched last, if the row still is as it left it. */
  private last: Known | undefined;
  private credit = CREDIT;
  private pause = 0;

  /** Where the record that begins at `from` ends (see JsonShape.match), with the row filled; 0 if it has none of the shapes. */
  match({ bytes, view }: BlockBuffer, from: number, row: ShapedRow): number {
    if (this.pause > 0) {
      this.pause--;
      return 0;
    }
    const { last, known } = this;
    let until = last === undefined ? 0 : last.shape.match(bytes, view, from, row);
    for (let i = 0; i < known.length && until === 0; i++) {
      const each = known[i]!;
      if (each === last) continue;
      prepare(row, each);
      until = each.shape.match(bytes, view, from, row);
      this.last = each;
    }
    if (until !== 0) {
      copyValues(row, this.last!.copies);
      if (this.credit < MOST_CREDIT) this.credit++;
      return until;
    }
    this.last = undefined;
    this.credit -= 2;
    if (this.credit <= 0) {
      this.pause = PAUSE;
      this.credit = CREDIT;
    }
    return 0;
  }

  /** Says that the row was filled by somebody else. */
  forgetLast(): void {
    this.last = undefined;
  }

  /** Learns the shape of the record that was read from `from` on. */
  learn({ bytes }: BlockBuffer, from: number, row: ShapedRow): void {
    if (this.pause > 0) return;
    const targets = new Map<number, number>();
    const nulls: number[] = [];
    row.starts.forEach((start, value) => {
      if (start === DRAFT_ROOM) nulls.push(value);
      else if (start !== 0) targets.set(start, value);
    });
    const copies: number[] = [];
    for (let i = 0; i < row.items * row.width; i++) {
      const start = row.itemStarts[i]!;
      const known = targets.get(start);
      if (known !== undefined) copies.push(i, -2 - known);
      else if (start !== 0) targets.set(start, -2 - i);
    }
    const values = shapeValues(bytes, from, row.at, targets);
    if (values === undefined || values.filter(({ target }) => target !== NOWHERE).length !== targets.size) return;
    const shape = new JsonShape(bytes, from, row.at, values);
    if (this.known.length === MOST_SHAPES) this.known.shift();
    this.known.push({ shape, nulls, items: row.items, lineBreaks: row.lineBreaks, copies });
  }
}

function copyValues({ itemStarts, itemEnds }: ShapedRow, copies: readonly number[]): void {
  for (let i = 0; i < copies.length; i += 2) {
    itemStarts[copies[i]!] = itemStarts[copies[i + 1]!]!;
    itemEnds[copies[i]!] = itemEnds[copies[i + 1]!]!;
  }
}

/** Empties a row but for what every record of a shape has. */
function prepare(row: ShapedRow, { nulls, items, lineBreaks }: Known): void {
  row.starts.fill(0);
  row.ends.fill(0);
  for (const value of nulls) {
    row.starts[value] = DRAFT_ROOM;
    row.ends[value] = DRAFT_ROOM;
  }
  row.items = items;
  row.lineBreaks = lineBreaks;
  row.itemStarts.fill(0, 0, items * row.width);
  row.itemEnds.fill(0, 0, items * row.width);
}
