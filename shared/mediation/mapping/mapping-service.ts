import type { MappedSource, ServiceRule } from '#shared/catalog/source.ts';
import { isService } from '#shared/usage/usage-key-text.ts';
import { type Places, type Row, TextChoice } from '../chunks/row.ts';
import { DIRECTIONS, type RecordDraft, TEXT, textOf } from '../record-draft.ts';
import type { ItemGroups } from './item-groups.ts';
import { QuantityMapping } from './mapping-quantities.ts';

interface Rule {
  readonly service: Uint8Array;
  readonly takesText: boolean;
  readonly direction: number;
  readonly quantities: QuantityMapping;
  /** Columns its records must name. */
  readonly needed: readonly NeededColumn[];
  /** Tells records apart that rules make of one row. */
  readonly mark: Uint8Array;
}

/** A column a record must name. */
export interface NeededColumn {
  readonly column: string;
  readonly index: number;
}

/** Finds the rule for a record's service and lets it read the quantities. */
export class ServiceMapping {
  /** Records a row makes: one, or of each rule one. */
  readonly perRow: number;
  private readonly column: string;
  private readonly index: number;
  private readonly choice: TextChoice;
  private readonly known: string;
  private readonly rules: readonly Rule[];
  private readonly services = new ServiceTexts();

  constructor({ service, decimalSeparator }: MappedSource, places: Places) {
    this.column = service.column;
    this.index = service.column === '' ? -1 : places.indexOf(service.column);
    this.perRow = service.column === '' ? service.rules.length : 1;
    this.choice = new TextChoice(service.rules.map((rule) => rule.value));
    this.known = service.rules.map((rule) => rule.value).join(', ');
    this.rules = service.rules.map((rule) => ({
      service: Buffer.from(rule.service, 'utf8'),
      takesText: rule.service === 'value',
      direction: DIRECTIONS.indexOf(rule.direction),
      quantities: new QuantityMapping(rule, decimalSeparator, places),
      needed: neededColumns(rule, places),
      mark: Buffer.from(`${rule.service} ${rule.direction}`, 'utf8'),
    }));
  }

  /** Whether a group of the row has a record by this rule. */
  isIn(row: Row, rule: number, group: number): boolean {
    return this.rules[rule]!.quantities.isIn(row, group);
  }

  /** What tells the record of a rule from those of other rules of its row. */
  markOf(rule: number): Uint8Array {
    return this.rules[rule]!.mark;
  }

  /** `of` is the rule where no column says it; of items those of a group count. */
  fill(row: Row, draft: RecordDraft, of: number, groups: ItemGroups, group: number): void {
    const found = this.index < 0 ? of : this.choice.indexOf(row.bytes, row.starts[this.index]!, row.ends[this.index]!);
    const rule = this.rules[found];
    if (rule === undefined) {
      this.failUnknown(row, draft);
      return;
    }
    if (rule.takesText) this.takeText(row, draft);
    else putService(draft, rule.service);
    if (rule.direction !== 0) draft.direction = rule.direction;
    checkNamed(row, draft, rule.needed);
    if (draft.code === '') rule.quantities.fill(row, draft, groups, group);
  }

  private takeText({ bytes, starts, ends }: Row, draft: RecordDraft): void {
    const start = starts[this.index]!;
    const end = ends[this.index]!;
    const expected = 'a service is data, sms, voice, supplementary or event:<name>';
    if (this.services.has(bytes, start, end)) draft.share(TEXT.service, start, end);
    else draft.fail('INVALID_VALUE', this.column, textOf(bytes, start, end), expected);
  }

  private failUnknown({ bytes, starts, ends }: Row, draft: RecordDraft): void {
    const value = textOf(bytes, starts[this.index]!, ends[this.index]!);
    draft.fail('UNSUPPORTED_EVENT', this.column, value, `the source definition knows: ${this.known}`);
  }
}

/** Writes a service, which is short and plain. */
function putService(draft: RecordDraft, service: Uint8Array): void {
  const { bytes } = draft;
  let at = draft.begin(TEXT.service);
  for (let i = 0; i < service.length; i++) bytes[at++] = service[i]!;
  draft.finish(TEXT.service, at);
}

/** Fails a draft whose row does not name a column at all. */
export function checkNamed({ starts }: Row, draft: RecordDraft, needed: readonly NeededColumn[]): void {
  for (let i = 0; i < needed.length; i++) {
    if (starts[needed[i]!.index] === 0) {
      draft.fail('MISSING_VALUE', needed[i]!.column, '', 'the record does not name it, and it is not optional');
    }
  }
}

function neededColumns(rule: ServiceRule, places: Places): NeededColumn[] {
  const columns = rule.quantities.map(({ column }) => column);
  return columns
    .filter((column) => column !== '' && places.itemIndexOf(column) < 0 && places.mustBeNamed(column))
    .map((column) => ({ column, index: places.indexOf(column) }));
}

const MOST_SERVICES = 100;

/** Texts that name a service, remembered: the one that was asked for last is looked at first. */
class ServiceTexts {
  private readonly known: Buffer[] = ['data', 'sms', 'voice', 'supplementary'].map((text) =>
    Buffer.from(text, 'latin1'),
  );

  has(bytes: Buffer, start: number, end: number): boolean {
    const { known } = this;
    for (let i = 0; i < known.length; i++) {
      const text = known[i]!;
      if (end - start !== text.length) continue;
      let at = 0;
      while (at < text.length && bytes[start + at] === text[at]) at++;
      if (at < text.length) continue;
      known[i] = known[0]!;
      known[0] = text;
      return true;
    }
    return this.learn(bytes.toString('latin1', start, Math.min(end, start + 100)));
  }

  private learn(text: string): boolean {
    if (!isService(text)) return false;
    if (this.known.length === MOST_SERVICES) this.known.pop();
    this.known.push(Buffer.from(text, 'latin1'));
    return true;
  }
}
