import { hex, LOW_FIRST, prefixOf, putNumber } from '../ber/bcd.ts';
import { berInteger } from '../ber/ber-header.ts';
import { KeptText } from '../chunks/kept-text.ts';
import { type RecordDraft, TEXT } from '../record-draft.ts';
import { NODE, VALUE, VALUES } from './ts32298-structure.ts';
import { differentiatorOf, localSeconds, offsetMinutes, writePlmn } from './ts32298-values.ts';
import { NOT_SAID, said, VolumeGroups } from './volume-groups.ts';

const T = TEXT;
const V = VALUE;
const TRAFFIC = NODE.traffic;
const SERVICE = NODE.service;
const UNIT_USAGE = NODE.unitUsage;
const CONTAINER = NODE.container;
const RESULT = NODE.result;
const PDU_SESSION = NODE.pduSession;
const MESSAGE = NODE.message;
const ORDER = LOW_FIRST;
const IMSI = prefixOf('imsi#');
const NO_PREFIX = prefixOf('');
/** Prefix of the identifier of a subscriber that only has a number; it stands before every number. */
export const MSISDN = prefixOf('msisdn#');
/** A whole number of four octets that cannot be negative may come without the octet of zeros in front. */
const FOUR_OCTETS = 4;
const MANY_GROUPS = 'the record has more rating groups, classes of quality and technologies than any session';
const NAMES = Object.fromEntries(Object.entries(VALUE).map(([name, code]) => [code, name]));

/**
 * What is told of the TS 32.298 record that is being read; one serves the whole file. A record is a SET: its members come in any order, so
 * nothing is judged before its end (ts32298-record.ts). Of texts told twice the first counts, of numbers the last.
 */
export class Ts32298Cdr {
  readonly draft: RecordDraft;
  /** Node and tag of the record, and the offset of its first byte in the file. */
  node = 0;
  tag = 0;
  offset = 0;
  /** Local times as if they were UTC, and how many minutes they are east of it. */
  opening = Number.NaN;
  openingOffset = Number.NaN;
  event = Number.NaN;
  eventOffset = Number.NaN;
  /** Whole numbers by the code of their value; NaN = not told. */
  readonly numbers = new Float64Array(VALUES);
  /** Volumes of its traffic containers, and of its service data or used unit containers. */
  readonly traffic = new VolumeGroups();
  readonly service = new VolumeGroups();
  /** Whether a number that cannot be negative is written as if it were. */
  isUnsigned = false;
  isGatewayBinary = false;
  hasResult = false;
  hasPduSession = false;
  hasMessage = false;
  hasOddMsisdn = false;
  sd = '';
  readonly gateway = new KeptText();
  readonly nodeId = new KeptText();
  readonly reference = new KeptText();
  readonly destination = new KeptText();
  readonly subscriber = new KeptText();
  readonly user = new KeptText();
  readonly originator = new KeptText();
  readonly recipient = new KeptText();

  constructor(draft: RecordDraft) {
    this.draft = draft;
  }

  begin(node: number, tag: number, offset: number): void {
    this.draft.clear();
    this.node = node;
    this.tag = tag;
    this.offset = offset;
    this.opening = Number.NaN;
    this.openingOffset = Number.NaN;
    this.event = Number.NaN;
    this.eventOffset = Number.NaN;
    this.forget(0);
    this.traffic.length = 0;
    this.service.length = 0;
    this.isUnsigned = false;
    this.isGatewayBinary = false;
    this.hasResult = false;
    this.hasPduSession = false;
    this.hasMessage = false;
    this.hasOddMsisdn = false;
    this.sd = '';
    this.gateway.length = 0;
    this.nodeId.length = 0;
    this.reference.length = 0;
    this.destination.length = 0;
    this.subscriber.length = 0;
    this.user.length = 0;
    this.originator.length = 0;
    this.recipient.length = 0;
  }

  /** A traffic container that says no quality has that of the one before (TS 32.298 §5.1.2.2.23); others say their own. */
  open(node: number): void {
    if (node === SERVICE || node === UNIT_USAGE) this.forget(V.ratingGroup);
    else if (node === CONTAINER) this.forget(V.containerQos);
    else if (node === TRAFFIC) this.forget(V.containerRat);
    else if (node === RESULT) this.hasResult = true;
    else if (node === PDU_SESSION) this.hasPduSession = true;
    else if (node === MESSAGE) this.hasMessage = true;
  }

  /** Forgets the whole numbers from a code on. */
  private forget(first: number): void {
    const { numbers } = this;
    for (let code = first; code < numbers.length; code++) numbers[code] = Number.NaN;
  }

  close(node: number): void {
    if (node === SERVICE || node === CONTAINER) this.takeContainer(this.service, this.numbers[V.ratingGroup]!);
    else if (node === TRAFFIC) this.takeContainer(this.traffic, NOT_SAID);
  }

  /** A container that splits its volume counts by its parts: what it says in total is the same octets once more. */
  private takeContainer(groups: VolumeGroups, ratingGroup: number): void {
    const { numbers } = this;
    const up = numbers[V.uplink]!;
    const down = numbers[V.downlink]!;
    const unsplit = up >= 0 || down >= 0 ? 0 : numbers[V.total]! || 0;
    if (!(ratingGroup >= 0 || up >= 0 || down >= 0 || unsplit > 0)) return;
    const isFull = !groups.add(
      said(ratingGroup),
      said(numbers[V.containerQos]!),
      said(numbers[V.containerRat]!),
      up || 0,
      down || 0,
      unsplit,
    );
    if (isFull) this.draft.fail('VALUE_OUT_OF_RANGE', 'ratingGroup', '', MANY_GROUPS);
  }

  value(code: number, bytes: Buffer, start: number, end: number): void {
    const { draft } = this;
    if (code >= V.chargingId) this.takeNumber(code, bytes, start, end);
    else if (code === V.openingTime) {
      this.opening = localSeconds(bytes, start, end);
      this.openingOffset = offsetMinutes(bytes, start, end);
    } else if (code === V.imsi) this.takeImsi(bytes, start, end);
    else if (code === V.msisdn) this.takeMsisdn(bytes, start, end);
    else if (code === V.imei) {
      if (draft.isEmpty(T.imei)) putNumber(draft, T.imei, T.imei, NO_PREFIX, ORDER, bytes, start, end, 'servedIMEI');
    } else if (code === V.apn) {
      if (draft.isEmpty(T.apn)) draft.put(T.apn, bytes, start, end, 'accessPointNameNI');
    } else if (code === V.plmn) this.takePlmn(bytes, start, end);
    else this.takeText(code, bytes, start, end);
  }

  private takeNumber(code: number, bytes: Buffer, start: number, end: number): void {
    let value = berInteger(bytes, start, end);
    if (value < 0 && end - start === FOUR_OCTETS && code <= V.localSequence) {
      value += 2 ** 32;
      this.isUnsigned = true;
    }
    if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) {
      const name = NAMES[code]!;
      if (Number.isNaN(value)) this.draft.fail('INVALID_VALUE', name, '', `${name} has no content`);
      else {
        const text = `${name} is ${value}; it is a whole number from 0 to below 2^53`;
        this.draft.fail('VALUE_OUT_OF_RANGE', name, hex(bytes, start, end), text);
      }
    } else this.numbers[code] = value;
  }

  private takeText(code: number, bytes: Buffer, start: number, end: number): void {
    switch (code) {
      case V.gateway:
      case V.gatewayText:
        if (this.gateway.length > 0) break;
        this.isGatewayBinary = code === V.gateway;
        this.gateway.take(bytes, start, end);
        break;
      case V.nodeId:
        this.nodeId.take(bytes, start, end);
        break;
      case V.eventTime:
        this.event = localSeconds(bytes, start, end);
        this.eventOffset = offsetMinutes(bytes, start, end);
        break;
      case V.messageReference:
        this.reference.take(bytes, start, end);
        break;
      case V.destination:
        this.destination.take(bytes, start, end);
        break;
      case V.subscriberData:
        this.subscriber.take(bytes, start, end);
        break;
      case V.userNumber:
        this.user.take(bytes, start, end);
        break;
      case V.originatorNumber:
        this.originator.take(bytes, start, end);
        break;
      case V.recipientNumber:
        if (this.recipient.length === 0) this.recipient.take(bytes, start, end);
        break;
      case V.sd:
        this.sd = differentiatorOf(bytes, start, end);
        break;
    }
  }

  private takeImsi(bytes: Buffer, start: number, end: number): void {
    const { draft } = this;
    if (!draft.isEmpty(T.imsi)) return;
    if (!putNumber(draft, T.identifier, T.imsi, IMSI, ORDER, bytes, start, end, 'servedIMSI'))
      draft.fail('INVALID_VALUE', 'servedIMSI', hex(bytes, start, end), 'an IMSI has only decimal digits');
  }

  /** The first octet says what kind of number it is (TS 29.002 AddressString). */
  takeMsisdn(bytes: Buffer, start: number, end: number): void {
    const { draft } = this;
    if (start === end || !draft.isEmpty(T.msisdn)) return;
    this.hasOddMsisdn = !putNumber(draft, T.msisdn, T.msisdn, MSISDN, ORDER, bytes, start + 1, end, 'servedMSISDN');
  }

  private takePlmn(bytes: Buffer, start: number, end: number): void {
    const { draft } = this;
    if (!draft.isEmpty(T.network)) return;
    const at = draft.begin(T.network);
    const until = writePlmn(bytes, start, end, draft.bytes, at);
    draft.finish(T.network, until < 0 ? at : until);
    if (until < 0) {
      const text = 'a network is three octets: three digits of country, two or three of network';
      draft.fail('INVALID_VALUE', 'servingNodePLMNIdentifier', hex(bytes, start, end), text);
    }
  }
}
