import { berInteger } from '../ber/ber-header.ts';
import { type FixedText, type FixedTexts, isPlain } from '../chunks/fixed-texts.ts';
import type { FileFacts } from '../decoder.ts';
import { baseName } from '../file-name.ts';
import type { ProblemList } from '../problem-list.ts';
import { type AccountingPoint, Tap3Accounting } from './tap3-accounting.ts';
import { NODE, VALUE } from './tap3-structure.ts';
import { localTime, offsetSeconds } from './tap3-time.ts';

/** Releases of specification 3 whose events have the structure read here. */
const FIRST_RELEASE = 10;
const LAST_RELEASE = 12;
const DEFAULT_CURRENCY = 'XDR';
const MOST_DECIMALS = 6;
/** More codes than any network has; what comes after is not known. */
const MOST_CODES = 10_000;

/** Codes below are looked up by place. */
const SMALL_CODES = 1024;

/** A header as read so far: plain JSON. Codes stand beside what they mean; names that are no plain text in hexadecimal digits. */
export interface HeaderPoint {
  /** null = not a number. */
  readonly said: Readonly<Record<string, string | number | boolean | null>>;
  readonly utcOffsets: readonly (readonly [number, number])[];
  readonly entities: readonly (readonly [number, string])[];
  readonly oddEntities: readonly (readonly [number, string])[];
  readonly accounting: AccountingPoint;
}

/** What a TAP file says of itself before its events: who sent it, its number, its money and the codes its events refer to. */
export class Tap3Header {
  sender = '';
  recipient = '';
  sequence = '';
  isTest = false;
  decimals = -1;
  currency = DEFAULT_CURRENCY;
  /** Sender and currency, for the records. */
  senderText: FixedText;
  currencyText: FixedText;
  /** The sender's own currency, which exchange rates lead to; nothing where the file does not say. */
  localCurrencyText: FixedText | undefined;
  readonly accounting: Tap3Accounting;
  private readonly texts: FixedTexts;
  /** Seconds east of UTC, and names of recording entities, by their codes in this file. */
  private readonly utcOffsets = new Map<number, number>();
  private readonly smallUtcOffsets = new Float64Array(SMALL_CODES).fill(Number.NaN);
  private readonly entities = new Map<number, FixedText>();
  private readonly smallEntities: (FixedText | undefined)[] = new Array(SMALL_CODES).fill(undefined);
  /** Names that are no plain text, by code. */
  private readonly oddEntities = new Map<number, Buffer>();
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
  private rate = Number.NaN;
  private rateDecimals = Number.NaN;
  private fixedDiscount = Number.NaN;
  private discountRate = Number.NaN;

  constructor(texts: FixedTexts) {
    this.texts = texts;
    this.accounting = new Tap3Accounting(texts);
    this.senderText = texts.add('');
    this.currencyText = texts.add(DEFAULT_CURRENCY);
  }

  /** What was read so far, for another to go on from. */
  get point(): HeaderPoint {
    const { sender, recipient, sequence, isTest, decimals, currency, localCurrency, rapSequence } = this;
    const { saidDecimals, specificationVersion, release, created, available, cutOff } = this;
    const texts = { sender, recipient, sequence, isTest, currency, localCurrency, rapSequence };
    const numbers = { decimals, saidDecimals, specificationVersion, release, created, available, cutOff };
    const said = Object.entries(numbers).map(([name, value]) => [name, Number.isNaN(value) ? null : value]);
    return {
      said: { ...texts, ...Object.fromEntries(said) },
      utcOffsets: [...this.utcOffsets],
      entities: [...this.entities].map(([code, text]) => [code, this.texts.textOf(text)]),
      oddEntities: [...this.oddEntities].map(([code, name]) => [code, name.toString('hex')]),
      accounting: this.accounting.point,
    };
  }

  goOnFrom({ said, utcOffsets, entities, oddEntities, accounting }: HeaderPoint): void {
    const values = Object.entries(said).map(([name, value]) => [name, value ?? Number.NaN]);
    Object.assign(this, Object.fromEntries(values));
    for (const [code, seconds] of utcOffsets) this.keepUtcOffset(code, seconds);
    for (const [code, name] of entities) this.keepEntity(code, name);
    for (const [code, name] of oddEntities) this.oddEntities.set(code, Buffer.from(name, 'hex'));
    if (isPlain(this.sender)) this.senderText = this.texts.add(this.sender);
    this.accounting.goOnFrom(accounting);
    this.layCurrencies();
  }

  /** Seconds east of UTC a code stands for; NaN when the file does not say. */
  utcOffsetOf(code: number): number {
    if (code >= 0 && code < SMALL_CODES) return this.smallUtcOffsets[code]!;
    return this.utcOffsets.get(code) ?? Number.NaN;
  }

  /** The codes of offsets the file defines. */
  get utcOffsetCodes(): number[] {
    return [...this.utcOffsets.keys()];
  }

  /** The name of a recording entity, where it is plain text. */
  entityOf(code: number): FixedText | undefined {
    return code >= 0 && code < SMALL_CODES ? this.smallEntities[code] : this.entities.get(code);
  }

  /** The name of a recording entity that is no plain text. */
  oddEntityOf(code: number): Buffer | undefined {
    return this.oddEntities.get(code);
  }

  /** Forgets the parts of the last time or code. */
  open(): void {
    this.local = Number.NaN;
    this.utcOffset = Number.NaN;
    this.code = Number.NaN;
    this.rate = Number.NaN;
    this.rateDecimals = Number.NaN;
    this.fixedDiscount = Number.NaN;
    this.discountRate = Number.NaN;
  }

  value(code: number, bytes: Buffer, start: number, end: number): void {
    if (code === VALUE.sender) this.sender = textOf(bytes, start, end);
    else if (code === VALUE.recipient) this.recipient = textOf(bytes, start, end);
    else if (code === VALUE.sequence) this.sequence = textOf(bytes, start, end);
    else if (code === VALUE.rapSequence) this.rapSequence = textOf(bytes, start, end);
    else if (code === VALUE.fileType) this.isTest = textOf(bytes, start, end) === 'T';
    else if (code === VALUE.specificationVersion) this.specificationVersion = berInteger(bytes, start, end);
    else if (code === VALUE.releaseVersion) this.release = berInteger(bytes, start, end);
    else if (code === VALUE.localCurrency) this.localCurrency = textOf(bytes, start, end);
    else if (code === VALUE.tapCurrency) this.currency = textOf(bytes, start, end);
    else if (code === VALUE.decimals) this.saidDecimals = this.decimals = berInteger(bytes, start, end);
    else if (code === VALUE.localTime) this.local = localTime(bytes, start, end);
    else if (code === VALUE.utcOffset) this.utcOffset = offsetSeconds(textOf(bytes, start, end));
    else if (code === VALUE.utcOffsetCode || code === VALUE.entityCode) this.code = berInteger(bytes, start, end);
    else if (code === VALUE.entityId) this.takeEntity(textOf(bytes, start, end));
    else this.accountingValue(code, bytes, start, end);
  }

  private accountingValue(code: number, bytes: Buffer, start: number, end: number): void {
    const value = berInteger(bytes, start, end);
    if (code === VALUE.exchangeRateCode || code === VALUE.discountCode) this.code = value;
    else if (code === VALUE.exchangeRate) this.rate = value;
    else if (code === VALUE.rateDecimals) this.rateDecimals = value;
    else if (code === VALUE.fixedDiscount) this.fixedDiscount = value;
    else if (code === VALUE.discountRate) this.discountRate = value;
  }

  private takeDiscounting(): void {
    const { code, fixedDiscount, discountRate, accounting } = this;
    if (fixedDiscount >= 0) accounting.keepDiscount(code, { kind: 'fixed', value: fixedDiscount });
    else accounting.keepDiscount(code, { kind: 'rate', value: discountRate });
  }

  private layCurrencies(): void {
    const { currency, localCurrency, texts } = this;
    if (isCurrency(currency)) this.currencyText = texts.add(currency);
    if (isCurrency(localCurrency)) this.localCurrencyText = texts.add(localCurrency);
  }

  private takeEntity(name: string): void {
    const { code } = this;
    if (!Number.isSafeInteger(code) || this.entities.size + this.oddEntities.size >= MOST_CODES) return;
    if (!isPlain(name)) {
      this.oddEntities.set(code, Buffer.from(name, 'latin1'));
      return;
    }
    this.keepEntity(code, name);
  }

  private keepEntity(code: number, name: string): void {
    const text = this.texts.add(name);
    this.entities.set(code, text);
    if (code >= 0 && code < SMALL_CODES) this.smallEntities[code] = text;
  }

  private takeUtcOffset(): void {
    const { code, utcOffset } = this;
    if (!Number.isSafeInteger(code) || Number.isNaN(utcOffset) || this.utcOffsets.size >= MOST_CODES) return;
    this.keepUtcOffset(code, utcOffset);
  }

  private keepUtcOffset(code: number, seconds: number): void {
    this.utcOffsets.set(code, seconds);
    if (code >= 0 && code < SMALL_CODES) this.smallUtcOffsets[code] = seconds;
  }

  /** Takes what an element has gathered, at its end. */
  close(node: number): void {
    const at = this.local - this.utcOffset;
    if (node === NODE.created) this.created = at || 0;
    else if (node === NODE.available) this.available = at || 0;
    else if (node === NODE.cutOff) this.cutOff = at || 0;
    else if (node === NODE.offset) this.takeUtcOffset();
    else if (node === NODE.conversion) this.accounting.keepRate(this.code, this.rate, this.rateDecimals);
    else if (node === NODE.discounting) this.takeDiscounting();
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

  /** Holds the accounting information against its ranges (TD.57 TapDecimalPlaces, TapCurrency). */
  checkAccounting(place: number, problems: ProblemList): void {
    const { saidDecimals: said, currency } = this;
    if (!(said >= 0 && said <= MOST_DECIMALS)) {
      this.decimals = -1;
      const text = `tapDecimalPlaces is ${said}; it is 0 to ${MOST_DECIMALS}`;
      problems.add('INVALID_HEADER', 'fatal', text, place, 'tapDecimalPlaces', String(said));
    }
    this.layCurrencies();
    if (!isCurrency(currency)) {
      const text = 'tapCurrency is three letters (ISO 4217), or is left out, which means XDR';
      problems.add('INVALID_HEADER', 'fatal', text, place, 'tapCurrency', currency);
    }
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
    if (isPlain(this.sender)) this.senderText = this.texts.add(this.sender);
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

function isCurrency(text: string): boolean {
  return /^[A-Z]{3}$/.test(text);
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, Math.min(end, start + 80)))
    .toString('latin1')
    .trim();
}
