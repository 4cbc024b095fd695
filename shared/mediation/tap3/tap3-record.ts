import { type FixedText, type FixedTexts, say } from '../chunks/fixed-texts.ts';
import { DIRECTIONS, type RecordDraft, TEXT, type TextField, writeNumber } from '../record-draft.ts';
import type { Tap3Charges } from './tap3-charges.ts';
import { MSISDN, type Tap3Event } from './tap3-event.ts';
import type { Tap3Header } from './tap3-header.ts';
import { NODE, tap3Name } from './tap3-structure.ts';

const N = NODE;
const T = TEXT;

const MO = DIRECTIONS.indexOf('mo');
const MT = DIRECTIONS.indexOf('mt');
/** Teleservice codes (TD.57): 10 to 12 speech and emergency calls, 20 to 22 short messages. */
const SPEECH = ['10', '11', '12'];
const SHORT_MESSAGE = ['20', '21', '22'];
const ORIGINATOR = 0;
const RECIPIENT = 1;
const POINT = 0x2e;
const POWERS = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000];
/** What TD.57 calls the events that become records, by node. */
const RECORD_TYPES: Readonly<Record<number, string>> = {
  [N.gprs]: 'gprsCall',
  [N.mo]: 'mobileOriginatedCall',
  [N.mt]: 'mobileTerminatedCall',
  [N.supplementary]: 'supplServiceEvent',
  [N.serviceCentre]: 'serviceCentreUsage',
  [N.messaging]: 'messagingEvent',
  [N.session]: 'mobileSession',
};

/** Makes records of the events of a file (TD.57), under its header. */
export class Tap3Records {
  private readonly header: Tap3Header;
  private readonly carrier: Uint8Array;
  private readonly data: FixedText;
  private readonly voice: FixedText;
  private readonly sms: FixedText;
  private readonly supplementary: FixedText;
  private readonly recordTypes: FixedText[] = [];
  private readonly scratch = Buffer.alloc(512);

  constructor(header: Tap3Header, carrier: Uint8Array, texts: FixedTexts) {
    this.header = header;
    this.carrier = carrier;
    this.data = texts.add('data');
    this.voice = texts.add('voice');
    this.sms = texts.add('sms');
    this.supplementary = texts.add('supplementary');
    for (const [node, name] of Object.entries(RECORD_TYPES)) this.recordTypes[Number(node)] = texts.add(name);
  }

  /** Makes the event's draft a record, or says why it cannot be one. Answers the code of an exchange rate the file does not define; −1 = none. */
  finish(event: Tap3Event): number {
    const { draft, node } = event;
    if (node === N.gprs) this.takeData(event);
    else if (node === N.mo || node === N.mt) this.takeCall(event);
    else this.takeOther(event);
    if (draft.code !== '') return -1;
    say(draft, T.recordType, this.recordTypes[node]!);
    this.takeStart(event);
    takeIdentifier(event);
    if (draft.isEmpty(T.network)) say(draft, T.network, this.header.senderText);
    if (event.cause >= 0) putWhole(draft, T.cause, event.cause);
    const unknownRate = this.takeAmounts(event);
    if (!draft.isEmpty(T.identifier)) this.takeIdentity(event);
    return unknownRate;
  }

  private takeData(event: Tap3Event): void {
    const { draft, incoming, outgoing, chargingId, partial } = event;
    if (Number.isNaN(incoming) && Number.isNaN(outgoing)) {
      draft.fail('MISSING_VALUE', 'dataVolumeIncoming, dataVolumeOutgoing', '', 'the record has no volume');
    }
    say(draft, T.service, this.data);
    draft.bytesDown = incoming || 0;
    draft.bytesUp = outgoing || 0;
    draft.seconds = event.duration || 0;
    if (chargingId >= 0) putWhole(draft, T.chargingId, chargingId);
    if (chargingId > 0) draft.share(T.session, draft.start(T.chargingId), draft.end(T.chargingId));
    if (partial >= 0x41 && partial <= 0x5a) putLetter(draft, T.sequence, partial);
  }

  private takeCall(event: Tap3Event): void {
    const { draft, teleservice } = event;
    draft.direction = event.node === N.mo ? MO : MT;
    if (SPEECH.includes(teleservice)) this.takeVoice(event);
    else if (SHORT_MESSAGE.includes(teleservice)) {
      this.takeMessage(event);
      // The number of a sent message is its service centre's: only the destination names the other party.
      if (event.partyLength === 0 && event.node === N.mt) putNumber(event, 'callingNumber');
    } else {
      const said = teleservice || event.otherService.trim();
      const text = 'speech (10 to 12) and short messages (20 to 22) are decoded';
      draft.fail('UNSUPPORTED_EVENT', 'basicService', said, text);
    }
  }

  private takeOther(event: Tap3Event): void {
    const { draft, node } = event;
    if (node === N.supplementary) {
      say(draft, T.service, this.supplementary);
      draft.count = 1;
    } else if (node === N.serviceCentre) this.takeServiceCentre(event);
    else if (node === N.messaging) {
      this.takeMessage(event);
      if (event.partyLength === 0) putNumber(event, 'nonChargedPartyNumber');
    } else if (node === N.session) {
      this.takeVoice(event);
      if (event.numberLength === 0) putParty(event);
    } else failUnsupported(event);
  }

  private takeVoice(event: Tap3Event): void {
    const { draft } = event;
    if (Number.isNaN(event.duration))
      draft.fail('MISSING_VALUE', 'totalCallEventDuration', '', 'the call has no duration');
    say(draft, T.service, this.voice);
    draft.seconds = event.duration;
    putNumber(event, 'calledNumber');
  }

  private takeMessage(event: Tap3Event): void {
    say(event.draft, T.service, this.sms);
    event.draft.count = 1;
    putParty(event);
  }

  private takeServiceCentre(event: Tap3Event): void {
    const { draft, chargedPartyStatus } = event;
    if (chargedPartyStatus === ORIGINATOR) draft.direction = MO;
    else if (chargedPartyStatus === RECIPIENT) draft.direction = MT;
    else {
      const text = 'it is 0 for who sent the message, 1 for who received it';
      draft.fail('INVALID_VALUE', 'chargedPartyStatus', String(chargedPartyStatus), text);
    }
    this.takeMessage(event);
    if (!Number.isNaN(event.local)) return;
    event.local = event.completionTime;
    event.offsetCode = event.completionCode;
  }

  private takeStart(event: Tap3Event): void {
    const { draft, local, offsetCode } = event;
    const offset = this.header.utcOffsetOf(offsetCode);
    if (Number.isNaN(local)) {
      draft.fail('MISSING_VALUE', 'callEventStartTimeStamp', '', 'the record does not say when it began');
    } else if (Number.isNaN(offset)) {
      const known = this.header.utcOffsetCodes.slice(0, 20).join(', ');
      const text = `the file defines: ${known || 'none'}`;
      draft.fail('UNKNOWN_UTC_OFFSET_CODE', 'utcTimeOffsetCode', String(offsetCode), text);
    } else {
      draft.startedAt = local - offset;
      draft.startOffset = offset / 60;
    }
    for (let i = 0; i < event.chargingCount; i++) this.checkCharging(event, 2 * i);
  }

  /** No part of an event is charged before it begins (TD.57 CallEventStartTimeStamp 100 and 101). */
  private checkCharging({ draft, chargings }: Tap3Event, place: number): void {
    const at = chargings[place]! - this.header.utcOffsetOf(chargings[place + 1]!);
    if (!(at < draft.startedAt)) return;
    const text = `a part of the event is charged ${draft.startedAt - at} s before it begins`;
    draft.fail('CHARGED_BEFORE_START', 'chargingTimeStamp', String(at), text);
  }

  /** What the sender charges, discounts taken off; as finish answers. */
  private takeAmounts({ draft, charges }: Tap3Event): number {
    const { charge, tax, discount } = charges;
    if (Number.isNaN(charge) && Number.isNaN(tax) && Number.isNaN(discount)) return -1;
    const { decimals, currencyText } = this.header;
    const charged = discount > 0 ? (charge || 0) - discount : charge;
    if (decimals < 0) {
      const text = 'the record has a charge, but the file does not say its decimal places';
      draft.fail('MISSING_VALUE', 'tapDecimalPlaces', '', text);
      return -1;
    }
    if (charged < 0) {
      draft.fail(
        'VALUE_OUT_OF_RANGE',
        'discount',
        String(discount),
        `a discount is not more than its charge, ${charge || 0}`,
      );
      return -1;
    }
    if (charged >= 0) putAmount(draft, T.charge, charged, decimals);
    if (tax >= 0) putAmount(draft, T.tax, tax, decimals);
    if (discount >= 0) putAmount(draft, T.discount, discount, decimals);
    say(draft, T.currency, currencyText);
    return charges.rates === 0 ? -1 : this.takeLocal(draft, charges, decimals);
  }

  /** What the charge comes to in the sender's currency: by its exchange rate, or, where it has several, as an amount of its own. */
  private takeLocal(draft: RecordDraft, charges: Tap3Charges, decimals: number): number {
    const { accounting, localCurrencyText } = this.header;
    const { rates, rateCodes, rateSums, hasTooManyRates } = charges;
    for (let i = 0; i < rates; i++) if (accounting.rateOf(rateCodes[i]!) === undefined) return rateCodes[i]!;
    if (localCurrencyText === undefined || hasTooManyRates) return -1;
    if (rates === 1) say(draft, T.exchangeRate, accounting.rateOf(rateCodes[0]!)!.text);
    else {
      const text = accounting.localText(rateCodes, rateSums, rates, decimals);
      draft.put(T.localCharge, this.scratch, 0, this.scratch.write(text, 'latin1'), 'localCharge');
    }
    say(draft, T.localCurrency, localCurrencyText);
    return -1;
  }

  /**
   * What makes the event this one and no other: who sent it, its kind, subscriber, start, and what tells apart events of one second: charging
   * id and part of a session, or call reference, service and other party; and where it was recorded. Volumes and charges are not in it.
   */
  private takeIdentity(event: Tap3Event): void {
    const { draft, entities, entityCount } = event;
    const { senderText } = this.header;
    draft.beginIdentity(this.carrier);
    draft.copyIdentity(senderText.start, senderText.end);
    draft.addIdentityNumber(event.tag);
    draft.addIdentityNumber(draft.startedAt);
    draft.addIdentityNumber(event.chargingId || 0);
    draft.addIdentityNumber(event.partial);
    if (event.node !== N.gprs) this.addCallIdentity(event);
    for (let i = 0; i < entityCount; i++) this.addEntity(draft, entities[i]!);
  }

  private addEntity(draft: RecordDraft, code: number): void {
    const name = this.header.entityOf(code);
    if (name !== undefined) draft.copyIdentity(name.start, name.end);
    else {
      const odd = this.header.oddEntityOf(code);
      if (odd === undefined) draft.addIdentityNumber(code);
      else draft.addIdentity(odd, 0, odd.length, 'recEntityId');
    }
  }

  private addCallIdentity(event: Tap3Event): void {
    const { draft, teleservice, otherService, reference, referenceLength } = event;
    const own = `${teleservice}${otherService} ${reference.toString('hex', 0, referenceLength)}`;
    draft.addIdentity(this.scratch, 0, this.scratch.write(own, 'latin1'), 'callReference');
    draft.addIdentity(draft.bytes, draft.start(T.otherParty), draft.end(T.otherParty), 'otherParty');
  }
}

/** The IMSI is in its place already; without one the subscriber is known by the number. */
function takeIdentifier({ draft, hasOddMsisdn }: Tap3Event): void {
  if (!draft.isEmpty(T.identifier) || draft.isEmpty(T.msisdn)) return;
  draft.share(T.identifier, draft.start(T.msisdn) - MSISDN.length, draft.end(T.msisdn));
  if (hasOddMsisdn) draft.fail('INVALID_VALUE', 'msisdn', '', 'a number has only decimal digits');
}

function putNumber({ draft, number, numberLength }: Tap3Event, name: string): void {
  draft.put(T.otherParty, number, 0, numberLength, name);
}

function putParty({ draft, party, partyLength }: Tap3Event): void {
  draft.put(T.otherParty, party, 0, partyLength, 'nonChargedNumber');
}

function putWhole(draft: RecordDraft, field: TextField, value: number): void {
  const at = draft.begin(field);
  draft.finish(field, writeNumber(draft.bytes, at, value));
}

function putLetter(draft: RecordDraft, field: TextField, letter: number): void {
  const at = draft.begin(field);
  draft.bytes[at] = letter;
  draft.finish(field, at + 1);
}

/** A whole number of 10^-decimals as decimal text with all its digits: 2203 of five is "0.02203". */
function putAmount(draft: RecordDraft, field: TextField, value: number, decimals: number): void {
  const { bytes } = draft;
  const scale = POWERS[decimals]!;
  const whole = Math.floor(value / scale);
  const point = writeNumber(bytes, draft.begin(field), whole);
  if (decimals === 0) {
    draft.finish(field, point);
    return;
  }
  const end = writeNumber(bytes, point, value - whole * scale + scale);
  bytes[point] = POINT;
  draft.finish(field, end);
}

function failUnsupported({ draft, node, tag, aggregate }: Tap3Event): void {
  const name = tap3Name(tag);
  const text =
    node === N.aggregated
      ? `an aggregated record (${aggregate.trim()}) names no subscriber; it is the sender's to split`
      : `${name} (tag ${tag}) is not decoded; its usage is not billed`;
  draft.fail('UNSUPPORTED_EVENT', 'callEventDetail', name, text);
}
