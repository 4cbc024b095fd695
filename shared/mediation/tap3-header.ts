import { berInteger } from './ber-walker.ts';
import type { FileFacts } from './decoder.ts';
import { baseName } from './file-name.ts';
import type { ProblemList } from './problem-list.ts';
import { NODE, VALUE } from './tap3-structure.ts';
import { dayOf, digits, secondOfDay } from './time-text.ts';

/** Releases of specification 3 whose events have the structure read here. */
const FIRST_RELEASE = 10;
const LAST_RELEASE = 12;
const DEFAULT_CURRENCY = 'XDR';
const MOST_DECIMALS = 6;
/** More codes than any network has; what comes after is not known. */
const MOST_CODES = 10_000;

/** What a TAP file says of itself before its events: who sent it, its number, its money and the codes its events refer to. */
export class Tap3Header {
  sender = '';
  recipient = '';
  sequence = '';
  isTest = false;
  decimals = -1;
  currency = DEFAULT_CURRENCY;
  /** The sender as bytes, for the records of networks that do not name themselves. */
  senderBytes = Buffer.alloc(0);
  currencyBytes = Buffer.from(DEFAULT_CURRENCY, 'latin1');
  /** Seconds to add to UTC, and names of recording entities, by their codes in this file. */
  readonly utcOffsets = new Map<number, number>();
  readonly entities = new Map<number, Buffer>();
  private saidDecimals = 0;
  private localCurrency = '';
  private rapSequence = '';
  private specificationVersion = Number.NaN;
  private release = Number.NaN;
  private created = 0;
  private available = 0;
  private cutOff = 0;
  private local = Number.NaN;
  private utcOffset = Number.NaN;
  private code = Number.NaN;

  /** Forgets the parts of the last time or code. */
  open(): void {
    this.local = Number.NaN;
    this.utcOffset = Number.NaN;
    this.code = Number.NaN;
  }

  value(code: number, bytes: Buffer, start: number, end: number): void {
    if (code === VALUE.sender) {
      this.sender = textOf(bytes, start, end);
      this.senderBytes = Buffer.from(this.sender, 'latin1');
    } else if (code === VALUE.recipient) this.recipient = textOf(bytes, start, end);
    else if (code === VALUE.sequence) this.sequence = textOf(bytes, start, end);
    else if (code === VALUE.rapSequence) this.rapSequence = textOf(bytes, start, end);
    else if (code === VALUE.fileType) this.isTest = textOf(bytes, start, end) === 'T';
    else if (code === VALUE.specificationVersion) this.specificationVersion = berInteger(bytes, start, end);
    else if (code === VALUE.releaseVersion) this.release = berInteger(bytes, start, end);
    else if (code === VALUE.localCurrency) this.localCurrency = textOf(bytes, start, end);
    else if (code === VALUE.tapCurrency) {
      this.currency = textOf(bytes, start, end);
      this.currencyBytes = Buffer.from(this.currency, 'latin1');
    } else if (code === VALUE.decimals) this.saidDecimals = this.decimals = berInteger(bytes, start, end);
    else if (code === VALUE.localTime) this.local = localTime(bytes, start, end);
    else if (code === VALUE.utcOffset) this.utcOffset = offsetSeconds(bytes, start, end);
    else if (code === VALUE.utcOffsetCode || code === VALUE.entityCode) this.code = berInteger(bytes, start, end);
    else if (code === VALUE.entityId && this.entities.size < MOST_CODES) {
      this.entities.set(this.code, Buffer.from(textOf(bytes, start, end), 'latin1'));
    }
  }

  /** Takes what an element has gathered, at its end. */
  close(node: number): void {
    const at = this.local - this.utcOffset;
    if (node === NODE.created) this.created = at || 0;
    else if (node === NODE.available) this.available = at || 0;
    else if (node === NODE.cutOff) this.cutOff = at || 0;
    else if (node === NODE.offset && !Number.isNaN(this.utcOffset) && this.utcOffsets.size < MOST_CODES) {
      this.utcOffsets.set(this.code, this.utcOffset);
    }
  }

  /** The file's facts so far. */
  facts(): FileFacts {
    const { sender, recipient, sequence, created, available, cutOff, rapSequence, currency, localCurrency, decimals } =
      this;
    const specification = Number.isNaN(this.release)
      ? ''
      : `${this.specificationVersion}.${String(this.release).padStart(2, '0')}`;
    return {
      sender,
      recipient,
      sequence,
      specification,
      created,
      available,
      cutOff,
      rapSequence,
      currency,
      localCurrency,
      decimals,
    };
  }

  /** Holds the accounting information against its range (TD.57 TapDecimalPlaces). */
  checkAccounting(place: number, problems: ProblemList): void {
    const said = this.saidDecimals;
    if (said >= 0 && said <= MOST_DECIMALS) return;
    this.decimals = -1;
    const text = `tapDecimalPlaces is ${said}; it is 0 to ${MOST_DECIMALS}`;
    problems.add('INVALID_HEADER', 'fatal', text, place, 'tapDecimalPlaces', String(said));
  }

  /** Holds the header against itself and the file's name (TD.57 BatchControlInfo, FileSequenceNumber). */
  check(fileName: string, place: number, problems: ProblemList): void {
    this.checkVersion(place, problems);
    const need = (isThere: boolean, field: string, expected: string, value: string) => {
      if (!isThere) problems.add('INVALID_HEADER', 'fatal', `${field} is ${expected}`, place, field, value);
    };
    need(/^[A-Z0-9]{5}$/.test(this.sender), 'sender', 'a TADIG code of five characters', this.sender);
    need(/^[A-Z0-9]{5}$/.test(this.recipient), 'recipient', 'a TADIG code of five characters', this.recipient);
    need(/^(?!00000)\d{5}$/.test(this.sequence), 'fileSequenceNumber', 'five digits, 00001 to 99999', this.sequence);
    need(this.available > 0, 'fileAvailableTimeStamp', 'a local time with offset', '');
    this.checkName(baseName(fileName), place, problems);
  }

  private checkVersion(place: number, problems: ProblemList): void {
    const { specificationVersion, release } = this;
    if (specificationVersion === 3 && release >= FIRST_RELEASE && release <= LAST_RELEASE) return;
    const said = Number.isNaN(specificationVersion) ? 'no version' : `version ${specificationVersion}.${release}`;
    const text = `the file says ${said}; releases 3.${FIRST_RELEASE} to 3.${LAST_RELEASE} are read: ask the sender for one of them`;
    problems.add('UNSUPPORTED_VERSION', 'fatal', text, place, 'releaseVersionNumber', said);
  }

  private checkName(name: string, place: number, problems: ProblemList): void {
    const found = /^([CT])D([A-Z0-9]{5})([A-Z0-9]{5})(\d{5})$/.exec(name);
    if (found === null) {
      const text =
        'the name is not CD or TD, sender, recipient and sequence number; only the header says what the file is';
      problems.add('FILE_NAME_UNUSUAL', 'warning', text, -1, 'fileName', name);
      return;
    }
    const header = `${this.sender}${this.recipient}${this.sequence}`;
    if (name.slice(2) !== header) {
      const text = `the name says ${name.slice(2)}, the header ${header} (sender, recipient, sequence number)`;
      problems.add('FILE_NAME_MISMATCH', 'fatal', text, place, 'fileSequenceNumber', name);
    }
    if ((found[1] === 'T') !== this.isTest) {
      const text = `the name says ${found[1] === 'T' ? 'test' : 'chargeable'} data, the header the opposite (FileTypeIndicator)`;
      problems.add('FILE_TYPE_MISMATCH', 'fatal', text, place, 'fileTypeIndicator', name);
    }
  }
}

/** Seconds of CCYYMMDDhhmmss as if it were UTC; NaN when it is no time. */
export function localTime(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== 14) return Number.NaN;
  const day = dayOf(digits(bytes, start, 4), digits(bytes, start + 4, 2), digits(bytes, start + 6, 2));
  return (
    day * 86_400 + secondOfDay(digits(bytes, start + 8, 2), digits(bytes, start + 10, 2), digits(bytes, start + 12, 2))
  );
}

/** Seconds of "+0545"; NaN when it is no offset. */
function offsetSeconds(bytes: Uint8Array, start: number, end: number): number {
  const found = /^([+-])(\d\d)(\d\d)$/.exec(textOf(bytes, start, end));
  return found === null ? Number.NaN : (Number(found[2]) * 3600 + Number(found[3]) * 60) * (found[1] === '-' ? -1 : 1);
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, Math.min(end, start + 80)))
    .toString('latin1')
    .trim();
}
