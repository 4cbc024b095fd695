import { viewOf } from '#shared/usage/byte-view.ts';
import { HIGH_FIRST, hex, prefixOf, putNumber, writeDigits } from '../ber/bcd.ts';
import { berInteger } from '../ber/ber-header.ts';
import { type RecordDraft, TEXT } from '../record-draft.ts';
import { Tap3Charges } from './tap3-charges.ts';
import { VALUE } from './tap3-structure.ts';
import { localTime } from './tap3-time.ts';

const V = VALUE;
const T = TEXT;
const H = HIGH_FIRST;

const MOST_ENTITIES = 16;
const MOST_CHARGINGS = 16;
const QUESTION_MARK = 0x3f;
const IMSI = prefixOf('imsi#');
const NO_PREFIX = prefixOf('');
/** Prefix of the identifier of a subscriber that only has a number; it stands before every number. */
export const MSISDN = prefixOf('msisdn#');

/**
 * What is told of the event of a TAP file that is being read; one serves the whole file. Texts that every event has go straight into the
 * draft, all else is noted as it comes and judged at the end (tap3-record.ts). Of texts told twice the first counts.
 */
export class Tap3Event {
  readonly draft: RecordDraft;
  /** Node and tag of the event, and the offset of its first byte in the file. */
  node = 0;
  tag = 0;
  offset = 0;
  local = Number.NaN;
  offsetCode = Number.NaN;
  completionTime = Number.NaN;
  completionCode = Number.NaN;
  duration = Number.NaN;
  chargingId = Number.NaN;
  cause = Number.NaN;
  /** F, I or L of a partial record, as its character; 0 = not said. */
  partial = 0;
  incoming = Number.NaN;
  outgoing = Number.NaN;
  readonly charges = new Tap3Charges();
  teleservice = '';
  otherService = '';
  /** Whether the charged party received the message (1) or sent it (0). */
  chargedPartyStatus = Number.NaN;
  hasOddMsisdn = false;
  readonly entities = new Int32Array(MOST_ENTITIES);
  entityCount = 0;
  /** Times at which parts of the event were charged: local time and offset code. */
  readonly chargings = new Float64Array(2 * MOST_CHARGINGS);
  chargingCount = 0;
  readonly number = Buffer.alloc(64);
  private readonly numberView = viewOf(this.number);
  numberLength = 0;
  isDialled = false;
  readonly party = Buffer.alloc(64);
  partyLength = 0;
  readonly reference = Buffer.alloc(64);
  referenceLength = 0;
  /** What an aggregated record says, for a person. */
  aggregate = '';

  constructor(draft: RecordDraft) {
    this.draft = draft;
  }

  begin(node: number, tag: number, offset: number): void {
    this.draft.clear();
    this.node = node;
    this.tag = tag;
    this.offset = offset;
    this.local = Number.NaN;
    this.offsetCode = Number.NaN;
    this.completionTime = Number.NaN;
    this.completionCode = Number.NaN;
    this.duration = Number.NaN;
    this.chargingId = Number.NaN;
    this.cause = Number.NaN;
    this.partial = 0;
    this.incoming = Number.NaN;
    this.outgoing = Number.NaN;
    this.charges.begin();
    this.teleservice = '';
    this.otherService = '';
    this.chargedPartyStatus = Number.NaN;
    this.hasOddMsisdn = false;
    this.entityCount = 0;
    this.chargingCount = 0;
    this.numberLength = 0;
    this.isDialled = false;
    this.partyLength = 0;
    this.referenceLength = 0;
    this.aggregate = '';
  }

  /** Adds a charge of type 00, a tax or a discount; one that is negative or too large fails the record. */
  addAmount(code: number, amount: number, bytes: Uint8Array, start: number, end: number): void {
    const { charges } = this;
    if (code === V.taxValue) {
      charges.addTax(this.checked(amount, bytes, start, end, 'taxValue'));
      this.checked(charges.tax, bytes, start, end, 'taxValue');
    } else if (code === V.discountValue) {
      charges.addDiscount(this.checked(amount, bytes, start, end, 'discount'));
      this.checked(charges.discount, bytes, start, end, 'discount');
    } else {
      charges.addCharge(this.checked(amount, bytes, start, end, 'charge'));
      this.checked(charges.charge, bytes, start, end, 'charge');
    }
  }

  value(code: number, bytes: Buffer, start: number, end: number): void {
    const { draft } = this;
    switch (code) {
      case V.imsi:
        if (draft.isEmpty(T.imsi) && !putNumber(draft, T.identifier, T.imsi, IMSI, H, bytes, start, end, 'imsi'))
          draft.fail('INVALID_VALUE', 'imsi', hex(bytes, start, end), 'an IMSI has only decimal digits');
        break;
      case V.msisdn:
        this.takeMsisdn(bytes, start, end);
        break;
      case V.imei:
        if (draft.isEmpty(T.imei)) putNumber(draft, T.imei, T.imei, NO_PREFIX, H, bytes, start, end, 'imei');
        break;
      case V.apn:
        if (draft.isEmpty(T.apn)) draft.put(T.apn, bytes, start, end, 'accessPointNameNI');
        break;
      case V.servingNetwork:
        if (draft.isEmpty(T.network)) draft.put(T.network, bytes, start, end, 'servingNetwork');
        break;
      case V.localTime:
        this.local = this.time(bytes, start, end);
        break;
      case V.utcOffsetCode:
        this.offsetCode = berInteger(bytes, start, end);
        break;
      case V.duration:
        this.duration = this.count(bytes, start, end, 'totalCallEventDuration');
        break;
      case V.volumeIncoming:
        this.incoming = this.count(bytes, start, end, 'dataVolumeIncoming');
        break;
      case V.volumeOutgoing:
        this.outgoing = this.count(bytes, start, end, 'dataVolumeOutgoing');
        break;
      case V.chargingId:
        this.chargingId = this.count(bytes, start, end, 'chargingId');
        break;
      case V.cause:
        this.cause = this.count(bytes, start, end, 'causeForTerm');
        break;
      case V.partial:
        this.partial = bytes[start] ?? 0;
        break;
      case V.entityCode:
        if (this.entityCount < MOST_ENTITIES) this.entities[this.entityCount++] = berInteger(bytes, start, end);
        break;
      default:
        this.callValue(code, bytes, start, end);
    }
  }

  private callValue(code: number, bytes: Buffer, start: number, end: number): void {
    switch (code) {
      case V.calledNumber:
        if (this.numberLength === 0 || this.isDialled) this.takeNumber(bytes, start, end);
        break;
      case V.dialledDigits:
        if (this.numberLength > 0) break;
        this.numberLength = keep(bytes, start, end, this.number);
        this.isDialled = true;
        break;
      case V.partyText:
        if (this.partyLength === 0) this.partyLength = keep(bytes, start, end, this.party);
        for (let i = 0; i < this.partyLength; i++)
          if (this.party[i]! < 0x20 || this.party[i]! > 0x7e) this.party[i] = QUESTION_MARK;
        break;
      case V.callReference:
        this.referenceLength = keep(bytes, start, Math.min(end, start + 32), this.reference);
        break;
      case V.teleservice:
        this.teleservice ||= bytes.toString('latin1', start, Math.min(end, start + 16)).trim();
        break;
      case V.otherService:
        if (this.otherService.length < 100) this.otherService += ` ${hex(bytes, start, end)}`;
        break;
      default:
        this.rareValue(code, bytes, start, end);
    }
  }

  private rareValue(code: number, bytes: Buffer, start: number, end: number): void {
    switch (code) {
      case V.exchangeRateCode:
        this.charges.nameRate(berInteger(bytes, start, end));
        break;
      case V.discountCode:
        this.charges.discountCode = berInteger(bytes, start, end);
        break;
      case V.discountableAmount:
        this.charges.discountable = berInteger(bytes, start, end);
        break;
      case V.chargedPartyStatus:
        this.chargedPartyStatus = berInteger(bytes, start, end);
        break;
      case V.completionTime:
        this.completionTime = localTime(bytes, start, end);
        break;
      case V.completionCode:
        this.completionCode = berInteger(bytes, start, end);
        break;
      case V.chargingTime:
        if (this.chargingCount === MOST_CHARGINGS) break;
        this.chargings[2 * this.chargingCount] = localTime(bytes, start, end);
        this.chargings[2 * this.chargingCount + 1] = Number.NaN;
        this.chargingCount++;
        break;
      case V.chargingCode:
        if (this.chargingCount > 0) this.chargings[2 * this.chargingCount - 1] = berInteger(bytes, start, end);
        break;
      case V.aggregate:
        if (this.aggregate.length < 100) this.aggregate += ` ${printed(bytes, start, end)}`;
        break;
    }
  }

  private takeMsisdn(bytes: Buffer, start: number, end: number): void {
    const { draft } = this;
    if (!draft.isEmpty(T.msisdn)) return;
    this.hasOddMsisdn = !putNumber(draft, T.msisdn, T.msisdn, MSISDN, H, bytes, start, end, 'msisdn');
  }

  private takeNumber(bytes: Buffer, start: number, end: number): void {
    this.isDialled = false;
    this.numberLength = Math.abs(writeDigits(H, bytes, start, Math.min(end, start + 20), this.numberView, 0));
  }

  private time(bytes: Buffer, start: number, end: number): number {
    const local = localTime(bytes, start, end);
    if (Number.isNaN(local))
      this.draft.fail('INVALID_VALUE', 'localTimeStamp', hex(bytes, start, end), 'a time is CCYYMMDDhhmmss');
    return local;
  }

  /** A whole number that is not negative; anything else fails the record and counts as 0. */
  private count(bytes: Uint8Array, start: number, end: number, name: string): number {
    return this.checked(berInteger(bytes, start, end), bytes, start, end, name);
  }

  private checked(value: number, bytes: Uint8Array, start: number, end: number, name: string): number {
    if (value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value;
    if (Number.isNaN(value)) this.draft.fail('INVALID_VALUE', name, '', `${name} has no content`);
    else {
      const text = `${name} is ${value}; it is a whole number from 0 to below 2^53`;
      this.draft.fail('VALUE_OUT_OF_RANGE', name, hex(bytes, start, end), text);
    }
    return 0;
  }
}

/** Copies a value that may be needed later; what is too long is cut. */
function keep(bytes: Uint8Array, start: number, end: number, to: Buffer): number {
  const length = Math.min(end - start, to.length);
  for (let i = 0; i < length; i++) to[i] = bytes[start + i]!;
  return length;
}

/** A value for a person: its characters, or the whole number it is. */
function printed(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('latin1', start, Math.min(end, start + 40));
  return /^[\x20-\x7e]{4,}$/.test(text) ? text.trim() : String(berInteger(bytes, start, end));
}
