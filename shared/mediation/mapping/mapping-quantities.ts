import type { QuantityColumn, QuantityMeasure, ServiceRule } from '#shared/catalog/source.ts';
import { isBlank, type Places, type Row } from '../chunks/row.ts';
import { DIRECTIONS, type RecordDraft, textOf } from '../record-draft.ts';
import type { ItemGroups } from './item-groups.ts';
import { BASE_UNITS, HAS_A_FRACTION, NEGATIVE, NOT_A_NUMBER, readQuantity } from './quantity-text.ts';

const NO_COLUMN = -1;
const MEASURES: readonly QuantityMeasure[] = ['bytesUp', 'bytesDown', 'bytesUnsplit', 'bytesTotal', 'seconds', 'count'];
const [UP, DOWN, UNSPLIT, TOTAL, SECONDS] = [0, 1, 2, 3, 4] as const;

/** Reads the quantities of the records of one service rule. */
export class QuantityMapping {
  private readonly inRecord: QuantityList;
  private readonly inItems: QuantityList;
  private readonly isZeroWithout: boolean;
  private readonly saysSeconds: boolean;
  private readonly names: string;

  constructor(rule: ServiceRule, separator: string, places: Places) {
    const isItem = ({ column }: QuantityColumn) => column !== '' && places.itemIndexOf(column) >= 0;
    const ofItems = rule.quantities.filter(isItem);
    const ofRecord = rule.quantities.filter((quantity) => !isItem(quantity));
    this.inRecord = new QuantityList(ofRecord, separator, (column) => places.indexOf(column));
    this.inItems = new QuantityList(ofItems, separator, (column) => places.itemIndexOf(column));
    this.isZeroWithout = rule.withoutQuantity === 'zero';
    this.saysSeconds = rule.quantities.some((quantity) => quantity.measure === 'seconds');
    this.names = rule.quantities.map((quantity) => quantity.column).join(', ');
  }

  /** Adds the quantities of a group of items to the draft; those the record says once stand with the first. */
  fill(row: Row, draft: RecordDraft, groups: ItemGroups, group: number): void {
    if (this.saysSeconds) draft.seconds = 0;
    let isSaid = group === 0 && this.inRecord.add(row.bytes, row.starts, row.ends, 0, draft);
    if (this.inItems.length > 0) {
      const { items, width, bytes, itemStarts, itemEnds } = row;
      const isOne = groups.length === 1;
      for (let item = 0; item < items; item++) {
        if (!isOne && groups.of[item] !== group) continue;
        if (this.inItems.add(bytes, itemStarts, itemEnds, item * width, draft)) isSaid = true;
      }
    }
    if (!isSaid && !this.isZeroWithout) draft.fail('MISSING_VALUE', this.names, '', 'none of the quantities is filled');
  }

  /** Whether a group of the row has any of the quantities. */
  isIn(row: Row, group: number): boolean {
    return (group === 0 && this.inRecord.isIn(row)) || (this.inItems.length > 0 && row.items > 0);
  }
}

/** Quantities that stand side by side, in a record or in an item of its list. */
class QuantityList {
  readonly length: number;
  private readonly columns: readonly QuantityColumn[];
  private readonly indices: Int32Array;
  private readonly measures: Uint8Array;
  private readonly factors: Float64Array;
  private readonly directions: Uint8Array;
  private readonly separator: number;
  private readonly hasTotal: boolean;

  constructor(columns: readonly QuantityColumn[], separator: string, indexOf: (column: string) => number) {
    this.length = columns.length;
    this.columns = columns;
    this.indices = Int32Array.from(columns, ({ column }) => (column === '' ? NO_COLUMN : indexOf(column)));
    this.measures = Uint8Array.from(columns, ({ measure }) => MEASURES.indexOf(measure));
    this.factors = Float64Array.from(columns, ({ unit }) => BASE_UNITS[unit]);
    this.directions = Uint8Array.from(columns, ({ direction }) => DIRECTIONS.indexOf(direction));
    this.separator = separator.charCodeAt(0);
    this.hasTotal = columns.some(({ measure }) => measure === 'bytesTotal');
  }

  isIn({ bytes, starts, ends }: Row): boolean {
    return this.indices.some((index) => index === NO_COLUMN || !isBlank(bytes, starts[index]!, ends[index]!));
  }

  /** Adds them to the draft; answers whether any of them is said. */
  add(bytes: Buffer, starts: Int32Array, ends: Int32Array, first: number, draft: RecordDraft): boolean {
    const { indices, factors, separator, columns } = this;
    const split = draft.bytesUp + draft.bytesDown;
    let total = 0;
    let isSaid = false;
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i]!;
      let value = 1;
      if (index !== NO_COLUMN) {
        const start = starts[first + index]!;
        const end = ends[first + index]!;
        if (start === end || isBlank(bytes, start, end)) continue;
        value = readQuantity(bytes, start, end, factors[i]!, separator, columns[i]!.fraction);
        if (value < 0) failQuantity(draft, value, columns[i]!, textOf(bytes, start, end));
      }
      isSaid = true;
      if (value <= 0) continue;
      if (this.measures[i] === TOTAL) total += value;
      else addTo(draft, this.measures[i]!, value);
      if (this.directions[i] !== 0) this.direct(draft, i, bytes, starts[first + index]!, ends[first + index]!);
    }
    if (this.hasTotal) draft.bytesUnsplit += Math.max(0, total - (draft.bytesUp + draft.bytesDown - split));
    return isSaid;
  }

  private direct(draft: RecordDraft, i: number, bytes: Buffer, start: number, end: number): void {
    const direction = this.directions[i]!;
    if (draft.direction !== 0 && draft.direction !== direction) {
      const text = 'the record goes in both directions at once';
      draft.fail('INVALID_VALUE', this.columns[i]!.column, textOf(bytes, start, end), text);
    }
    draft.direction = direction;
  }
}

function addTo(draft: RecordDraft, measure: number, value: number): void {
  if (measure === UP) draft.bytesUp += value;
  else if (measure === DOWN) draft.bytesDown += value;
  else if (measure === UNSPLIT) draft.bytesUnsplit += value;
  else if (measure === SECONDS) draft.seconds += value;
  else draft.count += value;
}

function failQuantity(draft: RecordDraft, problem: number, { column, unit }: QuantityColumn, value: string): void {
  if (problem === NOT_A_NUMBER)
    draft.fail('INVALID_VALUE', column, value, 'a quantity is a decimal number without grouping, e.g. 1.5');
  else if (problem === NEGATIVE) draft.fail('VALUE_OUT_OF_RANGE', column, value, 'a quantity is not negative');
  else if (problem === HAS_A_FRACTION)
    draft.fail('INVALID_VALUE', column, value, `a quantity in ${unit} comes to whole base units here`);
  else draft.fail('VALUE_OUT_OF_RANGE', column, value, 'a quantity is below 2^53 base units');
}
