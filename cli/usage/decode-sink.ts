import type { RecordSink } from '#shared/mediation/decoder.ts';
import type { RejectedRecord } from '#shared/mediation/problem.ts';
import type { RecordDraft } from '#shared/mediation/record-draft.ts';
import type { Output } from '../terminal/output.ts';
import { decodedRecord, recordLine } from './decoded-record.ts';
import { SeenIdentities } from './seen-identities.ts';

/**
 * Makes a line of each record of a file as it is read, and counts them. Lines wait until they are flushed; beyond that it keeps only the
 * first records that are rejected.
 */
export class DecodeSink implements RecordSink {
  private readonly output: Output;
  private readonly json: boolean;
  private readonly mostRejected: number;
  private readonly seen = new SeenIdentities();
  private waiting = '';
  /** Name of the file of an archive that is read. */
  entry = '';
  readonly rejected: RejectedRecord[] = [];
  readonly accepted = { records: 0, bytes: 0, seconds: 0, count: 0 };
  readonly repeated = { records: 0, bytes: 0, seconds: 0, count: 0 };
  rejections = 0;
  zero = 0;

  constructor(output: Output, json: boolean, mostRejected: number) {
    this.output = output;
    this.json = json;
    this.mostRejected = mostRejected;
  }

  /** Whether repeated records were looked for in all of the file: only so many identities are remembered. */
  get isRepetitionKnown(): boolean {
    return this.seen.isComplete;
  }

  get records(): number {
    return this.accepted.records + this.repeated.records + this.rejections;
  }

  add(draft: RecordDraft, place: number): void {
    const isRepeated = this.seen.hasSeen(draft.identity(), draft.startedAt);
    const record = decodedRecord(draft, { record: this.records + 1, place, entry: this.entry, isRepeated });
    this.say(record, recordLine(record));
    const totals = isRepeated ? this.repeated : this.accepted;
    totals.records++;
    totals.bytes += record.bytesTotal;
    totals.seconds += draft.seconds;
    totals.count += draft.count;
    if (record.isZero && !isRepeated) this.zero++;
  }

  reject(draft: RecordDraft, place: number): void {
    const { code, field, value, reason: text } = draft;
    if (code === '') throw new Error('a record without a failure cannot be rejected');
    const rejected = { record: this.records + 1, place, entry: this.entry, code, field, value, text };
    this.rejections++;
    if (this.rejected.length < this.mostRejected) this.rejected.push(rejected);
    if (this.json) this.say({ rejected }, '');
  }

  /** Says one line, as JSON or as text. */
  say(data: unknown, text: string): void {
    this.waiting += `${this.json ? JSON.stringify(data) : text}\n`;
  }

  /** Writes what waits to be written, as fast as it is read. */
  async flush(): Promise<void> {
    const { waiting } = this;
    this.waiting = '';
    if (waiting !== '') await this.output.lines(waiting);
  }
}
