import type { Ts32298Source } from '#shared/catalog/source.ts';
import { type BerHandler, BerWalker } from '../ber/ber-walker.ts';
import { ByteWindow } from '../byte-window.ts';
import { FixedTexts } from '../chunks/fixed-texts.ts';
import type {
  ArrivedFile,
  DecoderSettings,
  FileFacts,
  FileReading,
  RecordSink,
  ResumableDecoder,
  ResumePoint,
  TrailerTotal,
} from '../decoder.ts';
import type { Problem, RejectionCode } from '../problem.ts';
import { ProblemList } from '../problem-list.ts';
import { RecordDraft } from '../record-draft.ts';
import { applyRules, normaliseKeyTexts, type RecordRules, recordRules } from '../record-rules.ts';
import { type CdrFileHeader, checkHeader, readHeader } from './ts32297-header.ts';
import { Ts32298Cdr } from './ts32298-cdr.ts';
import { CdrFrames } from './ts32298-frames.ts';
import { Ts32298Records } from './ts32298-record.ts';
import { NODE, TS32298, ts32298Name } from './ts32298-structure.ts';

const OTHER_RECORD = NODE.otherRecord;

/** What a decoder must know to go on behind a record. */
interface State {
  readonly headerLength: number;
  /** Its numbers that are NaN are null. */
  readonly header: CdrFileHeader | undefined;
  readonly met: number;
  readonly walked: number;
  readonly problems: readonly Problem[];
}

/**
 * Decodes charging data records of TS 32.298, in files of TS 32.297 or bare one after the other, also in blocks that are filled up. A broken
 * record is rejected alone; where its length is known from outside, the next one follows behind it.
 */
export class Ts32298Decoder implements ResumableDecoder, BerHandler {
  resumePoint: ResumePoint | undefined;
  private readonly file: ArrivedFile;
  private readonly sink: RecordSink;
  private readonly rules: RecordRules;
  private readonly window: ByteWindow;
  private readonly walker: BerWalker;
  private readonly frames: CdrFrames;
  private readonly draft = new RecordDraft();
  private readonly cdr = new Ts32298Cdr(this.draft);
  private readonly records: Ts32298Records;
  private readonly problems = new ProblemList();
  private header: CdrFileHeader | undefined;
  private bytes = 0;
  /** Records met so far, and how many of them could be read through. */
  private met = 0;
  private walked = 0;
  private isInRecord = false;
  private stop = Number.POSITIVE_INFINITY;
  /** Whether a record was handed on, at whose end it was not yet asked whether to stop there. */
  private hasHandedOn = false;

  /** `resume` is where another stopped; undefined = at the beginning. */
  constructor(
    source: Ts32298Source,
    file: ArrivedFile,
    settings: DecoderSettings,
    sink: RecordSink,
    resume: ResumePoint | undefined,
  ) {
    this.file = file;
    this.sink = sink;
    this.window = new ByteWindow(resume?.offset ?? 0);
    this.walker = new BerWalker(TS32298, this, this.window);
    this.frames = new CdrFrames(this.window);
    this.rules = recordRules(source, file.arrivedAt, settings);
    this.records = new Ts32298Records(Buffer.from(source.carrier, 'utf8'), new FixedTexts(this.draft));
    if (resume !== undefined) this.goOnFrom(resume);
  }

  stopAfter(offset: number): void {
    this.stop = offset;
  }

  push(block: Uint8Array): void {
    if (this.resumePoint !== undefined) return;
    this.bytes += block.length;
    if (this.problems.isFatal) return;
    this.window.append(block);
    this.decode(false);
  }

  end(): FileReading {
    if (!this.problems.isFatal) this.decode(true);
    if (!this.problems.isFatal) this.checkWhole();
    const { header, bytes } = this;
    return {
      status: 'accepted',
      problems: this.problems.list(),
      facts: factsOf(header),
      bytes,
      trailer: this.trailer(),
    };
  }

  open(node: number, tag: number): void {
    if (node > OTHER_RECORD) this.cdr.open(node);
    else {
      this.cdr.node = node;
      this.cdr.tag = tag;
    }
  }

  close(node: number): void {
    if (node > OTHER_RECORD) this.cdr.close(node);
  }

  value(code: number, bytes: Buffer, start: number, end: number): void {
    this.cdr.value(code, bytes, start, end);
  }

  /** Reads record after record, as far as they are there. */
  private decode(isEnd: boolean): void {
    const { frames, walker } = this;
    if (this.header === undefined && !this.begin(isEnd)) return;
    for (;;) {
      if (!this.isInRecord) {
        if (!isEnd && this.hasStopped()) return;
        const found = frames.next(isEnd);
        if (found === 'more' || found === 'over') return;
        this.cdr.begin(OTHER_RECORD, 0, frames.place);
        this.met++;
        this.hasHandedOn = true;
        if (found === 'broken') {
          this.reject(frames.code, '', frames.text);
          continue;
        }
        walker.begin(frames.end);
        this.isInRecord = true;
      }
      const state = walker.walk();
      if (state === 'more' && !isEnd) return;
      this.isInRecord = false;
      if (state === 'complete') this.finish();
      else this.rejectBroken();
    }
  }

  /** Stops if it is to and stands behind a record. */
  private hasStopped(): boolean {
    const { frames, window, header, met, walked, problems } = this;
    if (!this.hasHandedOn || !frames.isBehindRecord()) return false;
    this.hasHandedOn = false;
    if (window.offset < this.stop) return false;
    const { headerLength } = frames;
    const known: State = { headerLength, header, met, walked, problems: problems.list() };
    this.resumePoint = { offset: window.offset, state: JSON.stringify(known) };
    return true;
  }

  private goOnFrom({ offset, state }: ResumePoint): void {
    const { headerLength, header, met, walked, problems } = JSON.parse(state) as State;
    const { fileLength, count } = header ?? {};
    this.bytes = offset;
    this.frames.headerLength = headerLength;
    this.header = header && { ...header, fileLength: fileLength ?? Number.NaN, count: count ?? Number.NaN };
    this.met = met;
    this.walked = walked;
    this.problems.goOnFrom(problems);
  }

  /** Reads the header if the file has one; false = more bytes are needed, or the file counts no longer. */
  private begin(isEnd: boolean): boolean {
    const { frames, window, problems } = this;
    if (!frames.findHeader(isEnd)) return false;
    const length = frames.headerLength;
    if (length === 0) return true;
    if (window.end - window.at < length) {
      const text = `the file ends at byte ${this.bytes}, in its header of ${length} octets: ask the sender for the whole file`;
      problems.add('TRUNCATED', 'fatal', text, this.bytes, 'fileHeader', '');
      return false;
    }
    this.header = readHeader(window.bytes, window.at, this.file.arrivedAt);
    window.at += length;
    return true;
  }

  private finish(): void {
    const { draft, cdr, frames, sink, problems } = this;
    const wrong = frames.leave();
    if (wrong !== '') {
      this.reject('NOT_BER', '', wrong);
      return;
    }
    this.walked++;
    const groups = this.records.finish(cdr);
    if (cdr.isUnsigned) {
      const text = 'a whole number of four octets lacks the octet of zeros in front of it; it is read as not negative';
      problems.add('UNSIGNED_ENCODING', 'warning', text, cdr.offset, 'chargingID, localSequenceNumber', '');
    }
    if (draft.code !== '') {
      sink.reject(draft, cdr.offset);
      return;
    }
    for (let group = 0; group < groups; group++) {
      this.records.take(cdr, group);
      applyRules(draft, this.rules);
      normaliseKeyTexts(draft);
      if (draft.code === '') sink.add(draft, cdr.offset);
      else sink.reject(draft, cdr.offset);
    }
  }

  private rejectBroken(): void {
    const { failure } = this.walker;
    if (failure === undefined) this.reject('TRUNCATED', '', `the file ends at byte ${this.bytes}, in the record`);
    else {
      const text = `${failure.text}, at byte ${failure.offset}`;
      this.reject(failure.code, this.walker.path(ts32298Name), text);
    }
    this.frames.pass();
  }

  private reject(code: RejectionCode, field: string, text: string): void {
    const { draft, cdr } = this;
    draft.code = '';
    draft.fail(code, field, '', text);
    this.sink.reject(draft, cdr.offset);
  }

  private checkWhole(): void {
    const { header, problems } = this;
    if (header !== undefined) checkHeader(header, this.bytes, this.met, problems);
    else if (this.walked === 0) {
      const text =
        this.met === 0
          ? 'the file holds no record'
          : 'nothing in the file can be read: it holds no records of TS 32.298, neither with nor without a file header';
      problems.add(this.met === 0 ? 'EMPTY_FILE' : 'NOT_BER', 'fatal', text, 0, '', '');
    }
  }

  private trailer(): TrailerTotal[] {
    const { header, met } = this;
    return header === undefined || Number.isNaN(header.count)
      ? []
      : [{ name: 'count', expected: String(header.count), found: String(met) }];
  }
}

function factsOf(header: CdrFileHeader | undefined): FileFacts {
  return {
    sender: header?.node ?? '',
    recipient: '',
    sequence: header === undefined ? '' : String(header.sequence),
    specification: header?.release ?? '',
    created: header?.opened ?? 0,
    available: header?.appended ?? 0,
    cutOff: 0,
    rapSequence: '',
    currency: '',
    localCurrency: '',
    decimals: -1,
  };
}
