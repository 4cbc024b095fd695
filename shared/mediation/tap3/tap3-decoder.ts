import type { Tap3Source } from '#shared/catalog/source.ts';
import { berInteger } from '../ber/ber-header.ts';
import { type BerHandler, BerWalker, type OpenElement } from '../ber/ber-walker.ts';
import { ByteWindow } from '../byte-window.ts';
import { FixedTexts } from '../chunks/fixed-texts.ts';
import type {
  ArrivedFile,
  DecoderSettings,
  FileReading,
  RecordSink,
  ResumableDecoder,
  ResumePoint,
} from '../decoder.ts';
import type { Problem } from '../problem.ts';
import { ProblemList } from '../problem-list.ts';
import { RecordDraft } from '../record-draft.ts';
import { applyRules, normaliseKeyTexts, type RecordRules, recordRules } from '../record-rules.ts';
import { type AuditPoint, Tap3Audit } from './tap3-audit.ts';
import { Tap3Event } from './tap3-event.ts';
import { type HeaderPoint, Tap3Header } from './tap3-header.ts';
import { Tap3Records } from './tap3-record.ts';
import { isKnownEvent, NODE, TAP3, tap3Name, VALUE } from './tap3-structure.ts';

const V = VALUE;
const N = NODE;

const ZERO = 0x30;
const LONG = 86_400;

/** What a decoder must know to go on behind an event. */
interface State {
  readonly open: readonly OpenElement[];
  readonly header: HeaderPoint;
  readonly audit: AuditPoint;
  readonly auditPlace: number;
  readonly problems: readonly Problem[];
  readonly isNotification: boolean;
  readonly hasControl: boolean;
}

/** Decodes a TAP file (TD.57, release 3.10 to 3.12): transfer batches of chargeable or test data, and notifications. */
export class Tap3Decoder implements ResumableDecoder, BerHandler {
  resumePoint: ResumePoint | undefined;
  private readonly file: ArrivedFile;
  private readonly window: ByteWindow;
  private readonly walker: BerWalker;
  private readonly sink: RecordSink;
  private readonly rules: RecordRules;
  private readonly draft = new RecordDraft();
  private readonly texts = new FixedTexts(this.draft);
  private readonly header = new Tap3Header(this.texts);
  private readonly audit = new Tap3Audit();
  private readonly event = new Tap3Event(this.draft);
  private readonly records: Tap3Records;
  private readonly problems = new ProblemList();
  private bytes = 0;
  private isComplete = false;
  private padding = 0;
  private isNotification = false;
  private isInEvent = false;
  private isTotal = false;
  private hasControl = false;
  private hasEvents = false;
  private auditPlace = -1;
  private stop = Number.POSITIVE_INFINITY;

  /** `resume` is where another stopped; undefined = at the beginning. */
  constructor(
    source: Tap3Source,
    file: ArrivedFile,
    settings: DecoderSettings,
    sink: RecordSink,
    resume: ResumePoint | undefined,
  ) {
    this.file = file;
    this.sink = sink;
    this.window = new ByteWindow(resume?.offset ?? 0);
    this.walker = new BerWalker(TAP3, this, this.window);
    this.records = new Tap3Records(this.header, Buffer.from(source.carrier, 'utf8'), this.texts);
    this.rules = recordRules(source, file.arrivedAt, settings);
    if (resume !== undefined) this.goOnFrom(resume);
  }

  stopAfter(offset: number): void {
    this.stop = offset;
    this.walker.pauseFrom(offset);
  }

  push(block: Uint8Array): void {
    if (this.resumePoint !== undefined) return;
    this.bytes += block.length;
    if (this.problems.isFatal) return;
    this.window.append(block);
    if (!this.isComplete) this.walk();
    this.noteFailure();
    if (this.isComplete) this.takePadding();
  }

  end(): FileReading {
    if (!this.problems.isFatal) this.checkWhole();
    const status = this.isNotification ? 'notification' : this.header.isTest ? 'test' : 'accepted';
    const trailer = this.auditPlace < 0 ? [] : this.audit.totals(this.header.decimals);
    return { status, problems: this.problems.list(), facts: this.header.facts(), bytes: this.bytes, trailer };
  }

  open(node: number, tag: number, offset: number): void {
    if (this.problems.isFatal) return;
    if (this.isInEvent) {
      if (node === N.detail) this.isTotal = false;
      if (node === N.newerTaxes) this.audit.isUncertain = true;
      return;
    }
    if (node >= N.gprs && node <= N.otherEvent) {
      this.isInEvent = true;
      if (!isKnownEvent(tag)) this.audit.isUncertain = true;
      this.event.begin(node, tag, offset);
    } else {
      this.header.open();
      if (node === N.notification) this.isNotification = true;
      if (node === N.events) this.openEvents(offset);
      if (node === N.audit) this.auditPlace = offset;
    }
  }

  close(node: number, offset: number): void {
    if (this.problems.isFatal) return;
    if (this.isInEvent) {
      if (node === N.discount) this.finishDiscount();
      if (node < N.gprs || node > N.otherEvent) return;
      this.finishEvent();
      if (offset >= this.stop) this.walker.stop();
      return;
    }
    this.header.close(node);
    if (node === N.accounting) this.header.checkAccounting(offset, this.problems);
    if (node !== N.batchControl && node !== N.notification) return;
    this.hasControl = true;
    this.header.check(this.file.name, offset, this.problems);
  }

  value(code: number, bytes: Buffer, start: number, end: number): void {
    if (this.problems.isFatal) return;
    if (code >= V.auditCount) this.audit.say(code, bytes, start, end);
    else if (code >= V.chargeType) this.takeAmount(code, bytes, start, end);
    else if (this.isInEvent) this.event.value(code, bytes, start, end);
    else this.header.value(code, bytes, start, end);
  }

  private walk(): void {
    const state = this.walker.walk();
    this.isComplete = state === 'complete';
    if (state !== 'stopped') return;
    const { walker, header, audit, auditPlace, problems, isNotification, hasControl } = this;
    const known: State = {
      open: walker.openElements,
      header: header.point,
      audit: audit.point,
      auditPlace,
      problems: problems.list(),
      isNotification,
      hasControl,
    };
    this.resumePoint = { offset: this.window.offset, state: JSON.stringify(known) };
  }

  private goOnFrom({ offset, state }: ResumePoint): void {
    const known = JSON.parse(state) as State;
    this.bytes = offset;
    this.walker.goOnFrom(known.open);
    this.header.goOnFrom(known.header);
    this.audit.goOnFrom(known.audit);
    this.problems.goOnFrom(known.problems);
    this.auditPlace = known.auditPlace;
    this.isNotification = known.isNotification;
    this.hasControl = known.hasControl;
    this.hasEvents = true;
    // Elements that end with the event do so even if no byte follows.
    this.push(Buffer.alloc(0));
  }

  /** Only the total of a charge (type 00) counts: the other types are its components. */
  private takeAmount(code: number, bytes: Buffer, start: number, end: number): void {
    if (code === V.chargeType) {
      this.isTotal = end - start === 2 && bytes[start] === ZERO && bytes[start + 1] === ZERO;
      return;
    }
    if (code === V.chargeAmount && !this.isTotal) return;
    const amount = berInteger(bytes, start, end);
    this.audit.add(code, amount, bytes, start, end);
    this.event.addAmount(code, amount, bytes, start, end);
  }

  /** A discount that does not say what it comes to is what its code stands for (TD.57 DiscountingList). */
  private finishDiscount(): void {
    const { event, audit, header } = this;
    const { charges } = event;
    if (!charges.isDiscountSaid && !Number.isNaN(charges.discountCode)) {
      const amount = header.accounting.discountOn(charges.discountCode, charges.discounted);
      if (amount >= 0) {
        charges.addDiscount(amount);
        audit.addDiscount(amount);
      } else {
        audit.isUncertain = true;
        this.noteUnknown('discountCode', charges.discountCode);
      }
    }
    charges.endDiscount();
  }

  private noteUnknown(field: string, code: number): void {
    const text = `a charge refers to ${field} ${code}, which the file does not define; what it stands for is not known`;
    this.problems.add('UNKNOWN_ACCOUNTING_CODE', 'warning', text, this.event.offset, field, String(code));
  }

  private openEvents(offset: number): void {
    this.hasEvents = true;
    if (this.hasControl) return;
    this.problems.add(
      'MISSING_GROUP',
      'fatal',
      'BatchControlInfo does not stand before the events',
      offset,
      'BatchControlInfo',
      '',
    );
  }

  private finishEvent(): void {
    this.isInEvent = false;
    this.audit.events++;
    const { draft, event } = this;
    const unknownRate = this.records.finish(event);
    if (unknownRate >= 0) this.noteUnknown('exchangeRateCode', unknownRate);
    applyRules(draft, this.rules);
    normaliseKeyTexts(draft);
    if (event.node === N.gprs && draft.seconds > LONG) this.noteLong();
    if (draft.code === '') this.sink.add(draft, event.offset);
    else this.sink.reject(draft, event.offset);
  }

  /** TD.57 TotalCallEventDuration 200. */
  private noteLong(): void {
    const { draft, event, problems } = this;
    const text = 'a data record lasts longer than 24 hours; it is taken as it is';
    problems.add('LONG_DURATION', 'warning', text, event.offset, 'totalCallEventDuration', String(draft.seconds));
  }

  private noteFailure(): void {
    const { failure } = this.walker;
    if (failure === undefined || this.problems.isFatal) return;
    const text = `${failure.text}, at byte ${failure.offset}${inside(this.path())}; this is no TAP file, or it is damaged: ask the sender for it again`;
    this.problems.add(failure.code, 'fatal', text, failure.offset, this.path(), '');
  }

  /** Behind the file's one element there may be padding, nothing else. */
  private takePadding(): void {
    this.padding += this.window.passPadding();
    const { at, end, offset } = this.window;
    if (at === end || this.problems.isFatal) return;
    const text = `something stands behind the end of the file's one element, at byte ${offset}; this is no TAP file, or it is damaged: ask the sender for it again`;
    this.problems.add('GARBAGE', 'fatal', text, offset, '', '');
  }

  /** The elements that are open, outermost first. */
  private path(): string {
    return this.walker.path(tap3Name);
  }

  private checkWhole(): void {
    const { problems } = this;
    if (this.bytes === 0) problems.add('EMPTY_FILE', 'fatal', 'the file has no bytes', 0, '', '');
    else if (!this.isComplete) this.noteTruncation();
    else if (!this.isNotification) this.checkGroups();
    if (this.padding > 0) {
      const text = `${this.padding} bytes of padding stand behind the file's end`;
      problems.add('GARBAGE', 'warning', text, this.window.offset - this.padding, '', '');
    }
  }

  private noteTruncation(): void {
    const { limit } = this.walker;
    const rest = Number.isFinite(limit) ? `, which should go on to byte ${limit}` : '';
    const text = `the file ends at byte ${this.bytes}${inside(this.path())}${rest}: ask the sender for the whole file`;
    this.problems.add('TRUNCATED', 'fatal', text, this.bytes, this.path(), '');
  }

  private checkGroups(): void {
    const missing = [
      ...(this.hasControl ? [] : ['BatchControlInfo']),
      ...(this.hasEvents ? [] : ['CallEventDetailList']),
      ...(this.auditPlace < 0 ? ['AuditControlInfo'] : []),
    ];
    for (const group of missing) this.problems.add('MISSING_GROUP', 'fatal', `the file has no ${group}`, -1, group, '');
    if (missing.length === 0) this.audit.check(this.header.decimals, this.auditPlace, this.problems);
  }
}

function inside(path: string): string {
  return path === '' ? '' : ` in ${path}`;
}
