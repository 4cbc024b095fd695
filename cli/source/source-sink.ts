import type { RecordSink } from '#shared/mediation/decoder.ts';
import type { RejectedRecord } from '#shared/mediation/problem.ts';
import type { RecordDraft } from '#shared/mediation/record-draft.ts';
import { SeenIdentities } from '../usage/seen-identities.ts';

/** Records rejected for one reason: how many, and the first of them. */
export interface ReasonCount {
  readonly code: string;
  readonly field: string;
  readonly count: number;
  readonly first: RejectedRecord;
}

/** Counts the records of a file, and those that are rejected by reason. */
export class TestSink implements RecordSink {
  /** Name of the file of an archive that is read. */
  entry = '';
  private readonly seen = new SeenIdentities();
  private readonly byReason = new Map<string, { count: number; readonly first: RejectedRecord }>();
  private readonly accepted = { records: 0, bytes: 0, seconds: 0, count: 0 };
  private readonly duplicate = { records: 0, bytes: 0, seconds: 0, count: 0 };
  private rejections = 0;
  private zero = 0;

  add(draft: RecordDraft): void {
    const isRepeated = this.seen.hasSeen(draft.identity(), draft.startedAt);
    const totals = isRepeated ? this.duplicate : this.accepted;
    totals.records++;
    totals.bytes += draft.bytesUp + draft.bytesDown + draft.bytesUnsplit;
    totals.seconds += draft.seconds;
    totals.count += draft.count;
    if (draft.outcome === 1 && !isRepeated) this.zero++;
  }

  reject({ code, field, value, reason: text }: RecordDraft, place: number): void {
    if (code === '') throw new Error('a record without a failure cannot be rejected');
    this.rejections++;
    const key = `${code} ${field}`;
    const known = this.byReason.get(key);
    const first = { record: this.counts.records, place, entry: this.entry, code, field, value, text };
    if (known === undefined) this.byReason.set(key, { count: 1, first });
    else known.count++;
  }

  get counts() {
    const { accepted, duplicate, rejections, zero } = this;
    return { records: accepted.records + duplicate.records + rejections, accepted, duplicate, rejections, zero };
  }

  /** The reasons, the most frequent first. */
  reasons(): ReasonCount[] {
    return [...this.byReason.values()]
      .map(({ count, first }) => ({ code: first.code, field: first.field, count, first }))
      .sort((a, b) => b.count - a.count);
  }
}
