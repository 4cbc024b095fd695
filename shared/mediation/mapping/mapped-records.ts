import type { MappedSource } from '#shared/catalog/source.ts';
import type { Row } from '../chunks/row.ts';
import type { DecoderSettings, RecordSink } from '../decoder.ts';
import type { RejectionCode } from '../problem.ts';
import type { ProblemList } from '../problem-list.ts';
import { RecordDraft } from '../record-draft.ts';
import { applyRules, normaliseKeyTexts, type RecordRules, recordRules } from '../record-rules.ts';
import type { RecordMapping } from './record-mapping.ts';

/** What a counter has come to in its life may be anything; what it rose by is known later. */
const NO_CEILINGS = {
  maxBytes: Number.MAX_SAFE_INTEGER,
  maxSeconds: Number.MAX_SAFE_INTEGER,
  maxCount: Number.MAX_SAFE_INTEGER,
};

/** Makes records of rows by a mapping, holds them against the rules, and hands them to a sink. */
export class MappedRecords {
  /** Records made, rejected ones included. */
  made = 0;
  private readonly draft = new RecordDraft();
  private readonly source: MappedSource;
  private readonly sink: RecordSink;
  private readonly rules: RecordRules;
  private readonly problems: ProblemList;

  constructor(
    source: MappedSource,
    arrivedAt: number,
    settings: DecoderSettings,
    sink: RecordSink,
    problems: ProblemList,
  ) {
    this.source = source;
    this.sink = sink;
    this.rules = recordRules(
      source,
      arrivedAt,
      source.records === 'counters' ? { ...settings, ...NO_CEILINGS } : settings,
    );
    this.problems = problems;
  }

  /** Takes a row: one record, or as many as there are groups of items, and service rules that apply. */
  take(row: Row, mapping: RecordMapping, place: number): void {
    const { draft } = this;
    if (draft.bytes !== row.bytes) draft.workIn(row.bytes);
    const groups = mapping.divide(row);
    for (let rule = 0; rule < mapping.perRow; rule++) {
      for (let group = 0; group < groups; group++) {
        if (!mapping.isIn(row, rule, group)) continue;
        draft.clear();
        mapping.fill(row, draft, rule, group);
        applyRules(draft, this.rules);
        normaliseKeyTexts(draft);
        if (draft.endsBeforeStart && draft.code === '') this.noteReversedTimes(place);
        this.hand(place);
      }
    }
  }

  /** Rejects a record of which no row could be made. */
  reject(code: RejectionCode, field: string, value: string, text: string, place: number): void {
    this.draft.clear();
    this.draft.fail(code, field, value, text);
    this.hand(place);
  }

  private hand(place: number): void {
    this.made++;
    if (this.draft.code === '') this.sink.add(this.draft, place);
    else this.sink.reject(this.draft, place);
  }

  private noteReversedTimes(place: number): void {
    const text = 'the record ends before it starts; it is taken with its start and without a duration';
    this.problems.add('END_BEFORE_START', 'warning', text, place, this.source.end.column, '');
  }
}
