import type { Tap3Source } from '#shared/catalog/source.ts';
import { type BerHandler, BerWalker } from './ber-walker.ts';
import type { ArrivedFile, DecoderSettings, FileReading, RecordSink, UsageDecoder } from './decoder.ts';
import { ProblemList } from './problem-list.ts';
import { RecordDraft } from './record-draft.ts';
import { applyRules, normaliseKeyTexts, type RecordRules, recordRules } from './record-rules.ts';
import { Tap3Audit } from './tap3-audit.ts';
import { Tap3Event } from './tap3-event.ts';
import { Tap3Header } from './tap3-header.ts';
import { isKnownEvent, NODE, TAP3, tap3Name, VALUE } from './tap3-structure.ts';

const ZERO = 0x30;

/** Decodes a TAP file (TD.57, release 3.10 to 3.12): transfer batches of chargeable or test data, and notifications. */
export class Tap3Decoder implements UsageDecoder, BerHandler {
  private readonly file: ArrivedFile;
  private readonly carrier: Buffer;
  private readonly walker = new BerWalker(TAP3, this);
  private readonly sink: RecordSink;
  private readonly rules: RecordRules;
  private readonly header = new Tap3Header();
  private readonly audit = new Tap3Audit();
  private readonly draft = new RecordDraft();
  private readonly event = new Tap3Event(this.draft);
  private readonly problems = new ProblemList();
  private bytes = 0;
  private isNotification = false;
  private isInEvent = false;
  private isTotal = false;
  private hasControl = false;
  private hasEvents = false;
  private auditPlace = -1;

  constructor(source: Tap3Source, file: ArrivedFile, settings: DecoderSettings, sink: RecordSink) {
    this.file = file;
    this.sink = sink;
    this.carrier = Buffer.from(source.carrier, 'utf8');
    this.rules = recordRules(file.arrivedAt, settings);
  }

  push(block: Uint8Array): void {
    this.bytes += block.length;
    if (this.problems.isFatal) return;
    this.walker.push(block);
    this.noteFailure();
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
      if (node === NODE.detail) this.isTotal = false;
      if (node === NODE.newerTaxes) this.audit.isUncertain = true;
      return;
    }
    if (node >= NODE.gprs && node <= NODE.otherEvent) {
      this.isInEvent = true;
      if (!isKnownEvent(tag)) this.audit.isUncertain = true;
      this.event.begin(node, tag, offset);
    } else {
      this.header.open();
      if (node === NODE.notification) this.isNotification = true;
      if (node === NODE.events) this.openEvents(offset);
      if (node === NODE.audit) this.auditPlace = offset;
    }
  }

  close(node: number, offset: number): void {
    if (this.problems.isFatal) return;
    if (this.isInEvent) {
      if (node >= NODE.gprs && node <= NODE.otherEvent) this.finishEvent();
      return;
    }
    this.header.close(node);
    if (node === NODE.accounting) this.header.checkAccounting(offset, this.problems);
    if (node !== NODE.batchControl && node !== NODE.notification) return;
    this.hasControl = true;
    this.header.check(this.file.name, offset, this.problems);
  }

  value(code: number, bytes: Buffer, start: number, end: number): void {
    if (this.problems.isFatal) return;
    if (code >= VALUE.auditCount) this.audit.say(code, bytes, start, end);
    else if (code >= VALUE.chargeType) this.takeAmount(code, bytes, start, end);
    else if (this.isInEvent) this.event.value(code, bytes, start, end);
    else this.header.value(code, bytes, start, end);
  }

  /** Only the total of a charge (type 00) counts: the other types are its components. */
  private takeAmount(code: number, bytes: Buffer, start: number, end: number): void {
    if (code === VALUE.chargeType) {
      this.isTotal = end - start === 2 && bytes[start] === ZERO && bytes[start + 1] === ZERO;
      return;
    }
    if (code === VALUE.chargeAmount && !this.isTotal) return;
    this.audit.add(code, bytes, start, end);
    if (code === VALUE.chargeAmount || code === VALUE.plainCharge) this.event.addCharge(bytes, start, end);
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
    event.finish(this.header, this.carrier);
    applyRules(draft, this.rules);
    normaliseKeyTexts(draft);
    if (event.isLong) {
      const text = 'a data record lasts longer than 24 hours; it is taken as it is';
      this.problems.add(
        'LONG_DURATION',
        'warning',
        text,
        event.offset,
        'totalCallEventDuration',
        String(draft.seconds),
      );
    }
    if (draft.code === '') this.sink.add(draft, event.offset);
    else this.sink.reject(draft, event.offset);
  }

  private noteFailure(): void {
    const { failure } = this.walker;
    if (failure === undefined || this.problems.isFatal) return;
    const text = `${failure.text}, at byte ${failure.offset}${inside(this.path())}; this is no TAP file, or it is damaged: ask the sender for it again`;
    this.problems.add(failure.code, 'fatal', text, failure.offset, this.path(), '');
  }

  /** The elements that are open, outermost first. */
  private path(): string {
    return this.walker.openTags.map(tap3Name).join('/');
  }

  private checkWhole(): void {
    const { problems, walker } = this;
    if (this.bytes === 0) problems.add('EMPTY_FILE', 'fatal', 'the file has no bytes', 0, '', '');
    else if (!walker.isComplete) this.noteTruncation();
    else if (!this.isNotification) this.checkGroups();
    if (walker.padding > 0) {
      problems.add(
        'GARBAGE',
        'warning',
        `${walker.padding} bytes of padding stand behind the file's end`,
        walker.offset - walker.padding,
        '',
        '',
      );
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
