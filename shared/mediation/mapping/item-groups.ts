import { SPLITTING } from '#shared/catalog/files/source-checks.ts';
import type { MappedSource } from '#shared/catalog/source.ts';
import { isBlank, type Places, type Row } from '../chunks/row.ts';
import { type RecordDraft, TEXT, type TextField } from '../record-draft.ts';

/** More rating groups, classes of quality and technologies than any session has at once. */
const MOST_GROUPS = 256;
const BLANK = 0x20;
/** What a record says once stands with its first group, as its duration does: it would count several times. */
const OF_THE_FIRST = [TEXT.charge, TEXT.tax] as const;

/** A text that items may differ in: where an item says it, and where the record does for those that do not (−1 = nowhere). */
interface Splitting {
  readonly field: TextField;
  readonly each: string;
  readonly item: number;
  readonly own: number;
}

/**
 * Divides the items of a record's list into groups that agree in rating group, class of quality and technology, as far as the definition
 * says where these stand. Each group is a record of usage of its own, so that it can be priced by itself; a record without items is one too.
 */
export class ItemGroups {
  /** How many groups the row has that was divided last; 1 where nothing divides. */
  length = 1;
  /** Group of each of its items. */
  of = new Uint16Array(16);
  private readonly splittings: readonly Splitting[];
  /** Bounds of each group's texts, one splitting after the other. */
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  private isFull = false;

  constructor(source: MappedSource, places: Places) {
    this.splittings = SPLITTING.flatMap((name) => {
      const { column = '', each = '' } = source[name] ?? {};
      if (each === '') return [];
      const own = column === '' ? -1 : places.indexOf(column);
      return [{ field: TEXT[name], each, item: places.itemIndexOf(each), own }];
    });
    this.starts = new Int32Array((MOST_GROUPS + 1) * this.splittings.length);
    this.ends = new Int32Array((MOST_GROUPS + 1) * this.splittings.length);
  }

  /** Divides the items of a row; answers how many groups there are. */
  divide(row: Row): number {
    const { splittings } = this;
    this.length = 1;
    this.isFull = false;
    if (splittings.length === 0) return 1;
    if (this.of.length < row.items) this.of = new Uint16Array(2 * row.items);
    this.length = 0;
    for (let item = 0; item < row.items; item++) this.of[item] = this.groupOf(row, item);
    if (this.length === 0) {
      this.note(row, -1);
      this.length = 1;
    }
    return this.length;
  }

  /** Puts the texts of a group into the draft. */
  fill(draft: RecordDraft, group: number): void {
    const { splittings } = this;
    if (splittings.length === 0) return;
    if (this.isFull) {
      const text = `the record has more than ${MOST_GROUPS} rating groups, classes of quality and technologies`;
      draft.fail('VALUE_OUT_OF_RANGE', splittings[0]!.each, '', text);
      return;
    }
    for (let i = 0; i < splittings.length; i++) {
      const at = group * splittings.length + i;
      const { field, each } = splittings[i]!;
      if (this.starts[at] !== this.ends[at]) draft.refer(field, this.starts[at]!, this.ends[at]!, each);
    }
    if (group === 0) return;
    draft.seconds = 0;
    draft.endsBeforeStart = false;
    for (const field of OF_THE_FIRST) draft.share(field, 0, 0);
  }

  /** Adds to the identity what tells the record of a group from those of other groups; where there is one only, nothing. */
  addIdentity(row: Row, draft: RecordDraft, group: number): void {
    const { splittings } = this;
    if (this.length < 2) return;
    for (let i = 0; i < splittings.length; i++) {
      const at = group * splittings.length + i;
      draft.addIdentity(row.bytes, this.starts[at]!, this.ends[at]!, splittings[i]!.each);
    }
  }

  /** The group of an item, which begins one where there is none yet. Neighbours mostly agree: the last is looked at first. */
  private groupOf(row: Row, item: number): number {
    this.note(row, item);
    for (let group = this.length - 1; group >= 0; group--) if (this.isSame(row.bytes, group)) return group;
    if (this.length < MOST_GROUPS) return this.length++;
    this.isFull = true;
    return 0;
  }

  /** Notes the texts of an item, or without one (−1) of the record, behind those of the last group. */
  private note({ bytes, starts, ends, width, itemStarts, itemEnds }: Row, item: number): void {
    const { splittings } = this;
    for (let i = 0; i < splittings.length; i++) {
      const { item: value, own } = splittings[i]!;
      let start = item < 0 ? 0 : itemStarts[item * width + value]!;
      let end = item < 0 ? 0 : itemEnds[item * width + value]!;
      if (isBlank(bytes, start, end) && own >= 0) {
        start = starts[own]!;
        end = ends[own]!;
      }
      while (start < end && bytes[start] === BLANK) start++;
      while (end > start && bytes[end - 1] === BLANK) end--;
      this.starts[this.length * splittings.length + i] = start;
      this.ends[this.length * splittings.length + i] = end;
    }
  }

  /** Whether a group has the texts noted last. */
  private isSame(bytes: Uint8Array, group: number): boolean {
    const { starts, ends } = this;
    const { length } = this.splittings;
    for (let i = 0; i < length; i++) {
      let at = starts[group * length + i]!;
      let other = starts[this.length * length + i]!;
      const end = ends[group * length + i]!;
      if (end - at !== ends[this.length * length + i]! - other) return false;
      while (at < end) if (bytes[at++] !== bytes[other++]) return false;
    }
    return true;
  }
}
