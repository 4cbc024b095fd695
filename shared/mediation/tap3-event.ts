import { berInteger } from './ber-walker.ts';
import { DIRECTIONS, type RecordDraft, TEXT, type TextField, writeNumber } from './record-draft.ts';
import { localTime, type Tap3Header } from './tap3-header.ts';
import { NODE, tap3Name, VALUE } from './tap3-structure.ts';

const MO = DIRECTIONS.indexOf('mo');
const MT = DIRECTIONS.indexOf('mt');
const IMSI_PREFIX = Buffer.from('imsi#', 'latin1');
const MSISDN_PREFIX = Buffer.from('msisdn#', 'latin1');
const SERVICES = {
  data: Buffer.from('data', 'latin1'),
  voice: Buffer.from('voice', 'latin1'),
  sms: Buffer.from('sms', 'latin1'),
  supplementary: Buffer.from('supplementary', 'latin1'),
};
/** Teleservice codes (TD.57): 10 to 12 speech and emergency calls, 20 to 22 short messages. */
const SPEECH = ['10', '11', '12'];
const SHORT_MESSAGE = ['20', '21', '22'];
const DIGITS = Buffer.from('0123456789*#abc', 'latin1');
const MOST_ENTITIES = 16;
const QUESTION_MARK = 0x3f;

/** What is told of the event of a TAP file that is being read; one serves the whole file. Values are noted as they come, judged at the end. */
export class Tap3Event {
  readonly draft: RecordDraft;
  /** Offset of its first byte in the file. */
  offset = 0;
  /** Whether it has lasted longer than a day (TD.57 TotalCallEventDuration 200). */
  isLong = false;
  private node = 0;
  private tag = 0;
  private local = Number.NaN;
  private offsetCode = Number.NaN;
  private duration = Number.NaN;
  private chargingId = Number.NaN;
  private partial = 0;
  private incoming = Number.NaN;
  private outgoing = Number.NaN;
  private charge = 0;
  private hasCharge = false;
  private teleservice = '';
  private otherService = '';
  private readonly entities = new Int32Array(MOST_ENTITIES);
  private entityCount = 0;
  private readonly scratch = Buffer.alloc(256);
  private readonly number = Buffer.alloc(64);
  private numberLength = 0;
  private readonly party = Buffer.alloc(64);
  private partyLength = 0;
  private readonly reference = Buffer.alloc(32);
  private referenceLength = 0;

  constructor(draft: RecordDraft) {
    this.draft = draft;
  }

  begin(node: number, tag: number, offset: number): void {
    this.draft.clear();
    this.node = node;
    this.tag = tag;
    this.offset = offset;
    this.isLong = false;
    this.local = Number.NaN;
    this.offsetCode = Number.NaN;
    this.duration = Number.NaN;
    this.chargingId = Number.NaN;
    this.partial = 0;
    this.incoming = Number.NaN;
    this.outgoing = Number.NaN;
    this.charge = 0;
    this.hasCharge = false;
    this.teleservice = '';
    this.otherService = '';
    this.entityCount = 0;
    this.numberLength = 0;
    this.partyLength = 0;
    this.referenceLength = 0;
  }

  /** Notes a charge of type 00. */
  addCharge(bytes: Uint8Array, start: number, end: number): void {
    this.charge += this.count(bytes, start, end, 'charge');
    this.hasCharge = true;
  }

  value(code: number, bytes: Buffer, start: number, end: number): void {
    switch (code) {
      case VALUE.imsi:
        this.putBcd(TEXT.imsi, bytes, start, end, 'imsi');
        break;
      case VALUE.msisdn:
        this.putBcd(TEXT.msisdn, bytes, start, end, 'msisdn');
        break;
      case VALUE.imei:
        this.putBcd(TEXT.imei, bytes, start, end, 'imei');
        break;
      case VALUE.apn:
        this.draft.put(TEXT.apn, bytes, start, end, 'accessPointNameNI');
        break;
      case VALUE.servingNetwork:
        this.draft.put(TEXT.network, bytes, start, end, 'servingNetwork');
        break;
      case VALUE.localTime:
        this.local = localTime(bytes, start, end);
        if (Number.isNaN(this.local))
          this.draft.fail('INVALID_VALUE', 'localTimeStamp', hex(bytes, start, end), 'a time is CCYYMMDDhhmmss');
        break;
      case VALUE.utcOffsetCode:
        this.offsetCode = berInteger(bytes, start, end);
        break;
      case VALUE.duration:
        this.duration = this.count(bytes, start, end, 'totalCallEventDuration');
        break;
      case VALUE.volumeIncoming:
        this.incoming = this.count(bytes, start, end, 'dataVolumeIncoming');
        break;
      case VALUE.volumeOutgoing:
        this.outgoing = this.count(bytes, start, end, 'dataVolumeOutgoing');
        break;
      case VALUE.chargingId:
        this.chargingId = this.count(bytes, start, end, 'chargingId');
        break;
      case VALUE.partial:
        this.partial = bytes[start] ?? 0;
        break;
      case VALUE.entityCode:
        if (this.entityCount < MOST_ENTITIES) this.entities[this.entityCount++] = berInteger(bytes, start, end);
        break;
      default:
        this.callValue(code, bytes, start, end);
    }
  }

  private callValue(code: number, bytes: Buffer, start: number, end: number): void {
    switch (code) {
      case VALUE.calledNumber:
      case VALUE.callingNumber:
        this.numberLength = this.bcd(bytes, start, end, this.number, 'calledNumber');
        break;
      case VALUE.dialledDigits:
        if (this.numberLength === 0) this.numberLength = keep(bytes, start, end, this.number);
        break;
      case VALUE.smsDestination:
      case VALUE.smsOriginator:
        this.partyLength = keep(bytes, start, end, this.party);
        for (let i = 0; i < this.partyLength; i++)
          if (this.party[i]! < 0x20 || this.party[i]! > 0x7e) this.party[i] = QUESTION_MARK;
        break;
      case VALUE.callReference:
        this.referenceLength = keep(bytes, start, end, this.reference);
        break;
      case VALUE.teleservice:
        this.teleservice ||= bytes.toString('latin1', start, end).trim();
        break;
      case VALUE.bearerService:
      case VALUE.supplementaryCode:
      case VALUE.supplementaryAction:
        if (this.otherService.length < 100) this.otherService += ` ${hex(bytes, start, end)}`;
        break;
    }
  }

  /** Makes the draft a record, or says why it cannot be one. */
  finish(header: Tap3Header, carrier: Uint8Array): void {
    const { draft } = this;
    if (this.node === NODE.gprs) this.finishData();
    else if (this.node === NODE.mo || this.node === NODE.mt) this.finishCall();
    else if (this.node === NODE.supplementary) this.finishSupplementary();
    else {
      draft.fail(
        'UNSUPPORTED_EVENT',
        'callEventDetail',
        tap3Name(this.tag),
        `${tap3Name(this.tag)} (tag ${this.tag}) is not decoded; its usage is not billed`,
      );
    }
    if (draft.code !== '') return;
    this.takeStart(header);
    this.takeIdentifier();
    if (draft.isEmpty(TEXT.network))
      draft.put(TEXT.network, header.senderBytes, 0, header.senderBytes.length, 'sender');
    if (this.hasCharge) this.takeCharge(header);
    if (!draft.isEmpty(TEXT.identifier)) this.takeIdentity(header, carrier);
  }

  private finishData(): void {
    const { draft } = this;
    if (Number.isNaN(this.incoming) && Number.isNaN(this.outgoing)) {
      draft.fail('MISSING_VALUE', 'dataVolumeIncoming, dataVolumeOutgoing', '', 'the record has no volume');
    }
    draft.put(TEXT.service, SERVICES.data, 0, SERVICES.data.length, '');
    draft.bytesDown = this.incoming || 0;
    draft.bytesUp = this.outgoing || 0;
    draft.seconds = this.duration || 0;
    this.isLong = draft.seconds > 86_400;
    if (!(this.chargingId > 0)) return;
    const length = writeNumber(this.scratch, 0, this.chargingId);
    draft.put(TEXT.session, this.scratch, 0, length, 'chargingId');
  }

  private finishCall(): void {
    const { draft } = this;
    draft.direction = this.node === NODE.mo ? MO : MT;
    if (SPEECH.includes(this.teleservice)) {
      if (Number.isNaN(this.duration))
        draft.fail('MISSING_VALUE', 'totalCallEventDuration', '', 'the call has no duration');
      draft.put(TEXT.service, SERVICES.voice, 0, SERVICES.voice.length, '');
      draft.seconds = this.duration;
      draft.put(TEXT.otherParty, this.number, 0, this.numberLength, 'calledNumber');
    } else if (SHORT_MESSAGE.includes(this.teleservice)) {
      draft.put(TEXT.service, SERVICES.sms, 0, SERVICES.sms.length, '');
      draft.count = 1;
      this.takeShortMessageParty();
    } else {
      const said = this.teleservice || this.otherService.trim();
      draft.fail(
        'UNSUPPORTED_EVENT',
        'basicService',
        said,
        'speech (10 to 12) and short messages (20 to 22) are decoded',
      );
    }
  }

  /** The number of a sent message is its service centre's: only the destination names the other party. */
  private takeShortMessageParty(): void {
    if (this.partyLength > 0) this.draft.put(TEXT.otherParty, this.party, 0, this.partyLength, 'sMSDestinationNumber');
    else if (this.node === NODE.mt) this.draft.put(TEXT.otherParty, this.number, 0, this.numberLength, 'callingNumber');
  }

  private finishSupplementary(): void {
    this.draft.put(TEXT.service, SERVICES.supplementary, 0, SERVICES.supplementary.length, '');
    this.draft.count = 1;
  }

  private takeStart(header: Tap3Header): void {
    const { draft } = this;
    const offset = header.utcOffsets.get(this.offsetCode);
    if (Number.isNaN(this.local))
      draft.fail('MISSING_VALUE', 'callEventStartTimeStamp', '', 'the record does not say when it began');
    else if (offset === undefined) {
      const known = [...header.utcOffsets.keys()].join(', ');
      draft.fail(
        'UNKNOWN_UTC_OFFSET_CODE',
        'utcTimeOffsetCode',
        String(this.offsetCode),
        `the file defines: ${known || 'none'}`,
      );
    } else draft.startedAt = this.local - offset;
  }

  private takeIdentifier(): void {
    const { draft } = this;
    const isImsi = !draft.isEmpty(TEXT.imsi);
    const field = isImsi ? TEXT.imsi : TEXT.msisdn;
    if (draft.isEmpty(field)) return;
    const prefix = isImsi ? IMSI_PREFIX : MSISDN_PREFIX;
    draft.put(TEXT.identifier, prefix, 0, prefix.length, '');
    draft.extend(TEXT.identifier, draft.bytes, draft.start(field), draft.end(field), '');
  }

  private takeCharge(header: Tap3Header): void {
    const { draft } = this;
    if (header.decimals < 0) {
      draft.fail(
        'MISSING_VALUE',
        'tapDecimalPlaces',
        '',
        'the record has a charge, but the file does not say its decimal places',
      );
      return;
    }
    draft.putDecimal(TEXT.charge, this.charge, header.decimals);
    draft.put(TEXT.currency, header.currencyBytes, 0, header.currencyBytes.length, 'tapCurrency');
  }

  /**
   * What makes the event this one and no other: who sent it, its kind, subscriber, start, and what tells apart events of one second: charging
   * id and part of a session, or call reference, service and other party; and where it was recorded. Volumes and charges are not in it.
   */
  private takeIdentity(header: Tap3Header, carrier: Uint8Array): void {
    const { draft } = this;
    draft.beginIdentity(carrier);
    draft.addIdentity(header.senderBytes, 0, header.senderBytes.length, 'sender');
    draft.addIdentityNumber(this.tag);
    draft.addIdentityNumber(draft.startedAt);
    draft.addIdentityNumber(this.chargingId || 0);
    draft.addIdentityNumber(this.partial);
    if (this.node !== NODE.gprs) this.addCallIdentity();
    for (let i = 0; i < this.entityCount; i++) {
      const name = header.entities.get(this.entities[i]!);
      if (name === undefined) draft.addIdentityNumber(this.entities[i]!);
      else draft.addIdentity(name, 0, name.length, 'recEntityId');
    }
  }

  private addCallIdentity(): void {
    const { draft, scratch } = this;
    const own = `${this.teleservice}${this.otherService} ${this.reference.toString('hex', 0, this.referenceLength)}`;
    draft.addIdentity(scratch, 0, scratch.write(own, 'latin1'), 'callReference');
    draft.addIdentity(draft.bytes, draft.start(TEXT.otherParty), draft.end(TEXT.otherParty), 'otherParty');
  }

  /** A whole number that is not negative; anything else fails the record and counts as 0. */
  private count(bytes: Uint8Array, start: number, end: number, name: string): number {
    const value = berInteger(bytes, start, end);
    if (Number.isSafeInteger(value) && value >= 0) return value;
    if (Number.isNaN(value)) this.draft.fail('INVALID_VALUE', name, '', `${name} has no content`);
    else
      this.draft.fail(
        'VALUE_OUT_OF_RANGE',
        name,
        hex(bytes, start, end),
        `${name} is ${value}; it is a whole number from 0 to below 2^53`,
      );
    return 0;
  }

  private putBcd(field: TextField, bytes: Uint8Array, start: number, end: number, name: string): void {
    this.draft.put(field, this.scratch, 0, this.bcd(bytes, start, end, this.scratch, name), name);
  }

  /** Digits two an octet, the high nibble first, f behind the last (TD.57; 3GPP has it the other way round). Answers how many. */
  private bcd(bytes: Uint8Array, start: number, end: number, to: Buffer, name: string): number {
    let length = 0;
    if (end - start > 20) this.draft.fail('TOO_LONG', name, hex(bytes, start, end), `${name} has at most 40 digits`);
    else
      for (let i = start; i < end; i++) {
        const octet = bytes[i]!;
        if (octet >>> 4 === 15) break;
        to[length++] = DIGITS[octet >>> 4]!;
        if ((octet & 15) === 15) break;
        to[length++] = DIGITS[octet & 15]!;
      }
    return length;
  }
}

/** Copies a value that may be needed later; what is too long is cut. */
function keep(bytes: Uint8Array, start: number, end: number, to: Buffer): number {
  const length = Math.min(end - start, to.length);
  for (let i = 0; i < length; i++) to[i] = bytes[start + i]!;
  return length;
}

function hex(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, Math.min(end, start + 40))).toString('hex');
}
