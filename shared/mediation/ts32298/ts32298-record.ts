import { viewOf } from '#shared/usage/byte-view.ts';
import { LOW_FIRST, writeDigits } from '../ber/bcd.ts';
import { type FixedText, type FixedTexts, isPlain, say } from '../chunks/fixed-texts.ts';
import type { KeptText } from '../chunks/kept-text.ts';
import { DIRECTIONS, type RecordDraft, TEXT, type TextField, writeNumber } from '../record-draft.ts';
import { MSISDN, type Ts32298Cdr } from './ts32298-cdr.ts';
import { NODE, RECORD_TYPES, ts32298Name, VALUE } from './ts32298-structure.ts';
import { technologyOf } from './ts32298-values.ts';
import { said, type VolumeGroups } from './volume-groups.ts';

const T = TEXT;
const V = VALUE;
const N = NODE;
const MO = DIRECTIONS.indexOf('mo');
const MT = DIRECTIONS.indexOf('mt');
/** SubscriptionIDType, and SMMessageType (TS 32.298). */
const E164 = 0;
const IMSI = 1;
const SUBMISSION = 0;
const DELIVERIES = [3, 4, 5];
const SLASH = 0x2f;
const HYPHEN = Buffer.from('-', 'latin1');
const HEX = Buffer.from('0123456789abcdef', 'latin1');
/** Numbers of technologies that have a text of their own. */
const TECHNOLOGIES = 256;

/** Makes records of the CDRs of a file (TS 32.298, TS 32.251, TS 32.255, TS 32.274). */
export class Ts32298Records {
  private readonly carrier: Uint8Array;
  private readonly data: FixedText;
  private readonly sms: FixedText;
  private readonly recordTypes: FixedText[] = [];
  private readonly technologies: FixedText[];
  private readonly scratch = Buffer.alloc(128);
  private readonly scratchView = viewOf(this.scratch);

  constructor(carrier: Uint8Array, texts: FixedTexts) {
    this.carrier = carrier;
    this.data = texts.add('data');
    this.sms = texts.add('sms');
    for (const [node, name] of Object.entries(RECORD_TYPES)) this.recordTypes[Number(node)] = texts.add(name);
    this.technologies = Array.from({ length: TECHNOLOGIES }, (_, rat) => texts.add(technologyOf(rat)));
  }

  /**
   * Makes the record's draft complete but for what its volumes differ in, or says why it cannot be one. Answers how many records of usage it
   * is: one for each of its groups of volumes, each of which `take` then makes of the draft.
   */
  finish(cdr: Ts32298Cdr): number {
    const { draft, node, numbers } = cdr;
    if (node === N.pgw || node === N.sgw || node === N.sgsn) this.takeBearer(cdr);
    else if (node === N.messageSent || node === N.messageReceived) this.takeServingNodeMessage(cdr);
    else if (node === N.chf && cdr.hasMessage) this.takeChfMessage(cdr);
    else if (node === N.chf && cdr.hasPduSession) this.takePduSession(cdr);
    else failUnsupported(cdr);
    if (draft.code !== '') return 1;
    say(draft, T.recordType, this.recordTypes[node]!);
    if (numbers[V.cause]! >= 0) putWhole(draft, T.cause, numbers[V.cause]!);
    putSequence(cdr);
    takeIdentifier(cdr);
    const volumes = volumesOf(cdr);
    volumes.settle(said(numbers[V.qos]!), said(numbers[V.rat]!));
    return Math.max(1, volumes.length);
  }

  /** Makes the draft the record of one of its groups of volumes, from 0. How long the session took is said with the first. */
  take(cdr: Ts32298Cdr, group: number): void {
    const { draft, numbers } = cdr;
    const volumes = volumesOf(cdr);
    const isOne = volumes.length === 0;
    const qos = isOne ? numbers[V.qos]! : volumes.qos[group]!;
    const rat = isOne ? numbers[V.rat]! : volumes.rat[group]!;
    if (group > 0) {
      draft.code = '';
      draft.outcome = 0;
      draft.seconds = 0;
      for (const field of [T.ratingGroup, T.fiveQi, T.technology] as const) draft.share(field, 0, 0);
    }
    if (!isOne) {
      draft.bytesUp = volumes.up[group]!;
      draft.bytesDown = volumes.down[group]!;
      draft.bytesUnsplit = volumes.unsplit[group]!;
      if (volumes.ratingGroup[group]! >= 0) putWhole(draft, T.ratingGroup, volumes.ratingGroup[group]!);
    }
    if (rat >= 0 && rat < TECHNOLOGIES) say(draft, T.technology, this.technologies[rat]!);
    if (qos >= 0) putWhole(draft, T.fiveQi, qos);
    if (draft.isEmpty(T.identifier)) return;
    this.takeIdentity(cdr);
    if (volumes.length < 2) return;
    for (const part of [volumes.ratingGroup, volumes.qos, volumes.rat]) draft.addIdentityNumber(part[group]! + 1);
  }

  private takeBearer(cdr: Ts32298Cdr): void {
    const { draft, numbers } = cdr;
    say(draft, T.service, this.data);
    draft.seconds = numbers[V.duration]! || 0;
    takeTime(draft, cdr.opening, cdr.openingOffset, 'recordOpeningTime');
    this.putSession(cdr);
  }

  private takePduSession(cdr: Ts32298Cdr): void {
    const { draft, numbers } = cdr;
    say(draft, T.service, this.data);
    draft.seconds = numbers[V.duration]! || 0;
    takeTime(draft, cdr.opening, cdr.openingOffset, 'recordOpeningTime');
    takeSubscriber(cdr);
    if (cdr.user.length > 0 && draft.isEmpty(T.msisdn)) putNumberText(cdr, cdr.user.text());
    putSlice(cdr);
    this.putSession(cdr);
  }

  private takeServingNodeMessage(cdr: Ts32298Cdr): void {
    const { draft, destination } = cdr;
    draft.direction = cdr.node === N.messageSent ? MO : MT;
    this.takeMessage(cdr, cdr.event, cdr.eventOffset, cdr.hasResult ? 0 : 1);
    this.putParty(draft, destination);
  }

  private takeChfMessage(cdr: Ts32298Cdr): void {
    const { draft, numbers, originator, recipient } = cdr;
    const type = numbers[V.messageType]!;
    draft.direction = type === SUBMISSION ? MO : DELIVERIES.includes(type) ? MT : 0;
    const isEvent = !Number.isNaN(cdr.event);
    this.takeMessage(
      cdr,
      isEvent ? cdr.event : cdr.opening,
      isEvent ? cdr.eventOffset : cdr.openingOffset,
      piecesOf(cdr),
    );
    takeSubscriber(cdr);
    const served = draft.direction === MT ? recipient : originator;
    cdr.takeMsisdn(served.bytes, 0, served.length);
    this.putParty(draft, draft.direction === MT ? originator : recipient);
  }

  private takeMessage({ draft }: Ts32298Cdr, at: number, offset: number, pieces: number): void {
    say(draft, T.service, this.sms);
    draft.count = pieces;
    takeTime(draft, at, offset, 'eventTimeStamp');
  }

  /** The other party's number behind the octet that says of what kind it is. */
  private putParty(draft: RecordDraft, { bytes, length }: KeptText): void {
    if (length < 2) return;
    const end = Math.abs(writeDigits(LOW_FIRST, bytes, 1, Math.min(length, 21), this.scratchView, 0));
    draft.put(T.otherParty, this.scratch, 0, end, 'otherParty');
  }

  /** Partial records of a session have the gateway and its charging id in common (TS 32.251 §5.2.1). */
  private putSession(cdr: Ts32298Cdr): void {
    const { draft, numbers, gateway } = cdr;
    const id = numbers[V.chargingId]!;
    if (!(id >= 0)) return;
    putWhole(draft, T.chargingId, id);
    if (!cdr.isGatewayBinary && gateway.length > 0) {
      draft.put(T.session, gateway.bytes, 0, gateway.length, 'gateway');
      draft.extend(T.session, HYPHEN, 0, 1, 'gateway');
      draft.extend(T.session, draft.bytes, draft.start(T.chargingId), draft.end(T.chargingId), 'chargingID');
      return;
    }
    const at = writeHex(gateway, draft.bytes, draft.begin(T.session));
    draft.finish(T.session, writeNumber(draft.bytes, at, id));
  }

  /**
   * What makes the record this one and no other: its kind, subscriber and beginning, and the number its node gave it. Where the node gives
   * none: its session and the place in it.
   */
  private takeIdentity(cdr: Ts32298Cdr): void {
    const { draft, numbers, nodeId, reference } = cdr;
    const local = numbers[V.localSequence]!;
    draft.beginIdentity(this.carrier);
    draft.addIdentityNumber(cdr.tag);
    draft.addIdentityNumber(draft.startedAt);
    if (local >= 0 && nodeId.length > 0) {
      draft.addIdentity(nodeId.bytes, 0, nodeId.length, 'nodeID');
      draft.addIdentityNumber(local);
      return;
    }
    draft.copyIdentity(draft.start(T.session), draft.end(T.session));
    draft.addIdentityNumber(numbers[V.recordSequence]! || 0);
    const end = writeHex(reference, this.scratch, 0);
    draft.addIdentity(this.scratch, 0, end, 'messageReference');
    draft.addIdentity(draft.bytes, draft.start(T.otherParty), draft.end(T.otherParty), 'otherParty');
  }
}

/** Service data and traffic volumes of a P-GW are the same octets: only one of the lists counts (TS 32.298 §5.1.2.2.24). */
function volumesOf({ service, traffic }: Ts32298Cdr): VolumeGroups {
  return service.length > 0 ? service : traffic;
}

function takeTime(draft: RecordDraft, at: number, offset: number, name: string): void {
  draft.startedAt = at - offset * 60;
  draft.startOffset = offset;
  if (!Number.isNaN(draft.startedAt)) return;
  draft.fail('INVALID_VALUE', name, '', 'a time is YYMMDDhhmmss with sign and offset, in nine octets');
}

/** How many messages a record stands for: one of several parts counts them all, in its first. A failed one counts none. */
function piecesOf({ numbers, hasResult }: Ts32298Cdr): number {
  if (hasResult || numbers[V.messageSequence]! > 1) return 0;
  return numbers[V.messageTotal]! >= 0 ? numbers[V.messageTotal]! : 1;
}

/** The subscriber a CHF names in characters: "001010000001201", "imsi-001010000001201". */
function takeSubscriber(cdr: Ts32298Cdr): void {
  const { draft, subscriber, numbers } = cdr;
  const said = subscriber.text();
  const digits = said.replace(/^(imsi|msisdn)-/, '');
  const type = said.startsWith('imsi-') ? IMSI : said.startsWith('msisdn-') ? E164 : numbers[V.subscriberType]!;
  if (!/^\d{1,20}$/.test(digits)) return;
  if (type === E164) putNumberText(cdr, digits);
  if (type !== IMSI) return;
  const at = draft.begin(T.identifier);
  const end = at + draft.bytes.write(`imsi#${digits}`, at, 'latin1');
  draft.finish(T.identifier, end);
  draft.share(T.imsi, end - digits.length, end);
}

/** A number in characters: "882990000001201", "+882…", "msisdn-882…". */
function putNumberText({ draft }: Ts32298Cdr, said: string): void {
  const found = /^(?:msisdn-|tel:)?\+?(\d{1,20})$/.exec(said);
  if (found === null) return;
  const text = `msisdn#${found[1]}`;
  const at = draft.begin(T.msisdn);
  const end = at + draft.bytes.write(text, at, 'latin1');
  draft.finish(T.msisdn, end);
  draft.share(T.msisdn, at + MSISDN.length, end);
}

/** The IMSI is in its place already; without one the subscriber is known by the number. */
function takeIdentifier({ draft, hasOddMsisdn }: Ts32298Cdr): void {
  if (!draft.isEmpty(T.identifier) || draft.isEmpty(T.msisdn)) return;
  draft.share(T.identifier, draft.start(T.msisdn) - MSISDN.length, draft.end(T.msisdn));
  if (hasOddMsisdn) draft.fail('INVALID_VALUE', 'servedMSISDN', '', 'a number has only decimal digits');
}

/** S-NSSAI: slice type, and differentiator where there is one: "1", "1-0000aa". */
function putSlice({ draft, numbers, sd }: Ts32298Cdr): void {
  if (!(numbers[V.sst]! >= 0) || !isPlain(sd)) return;
  const at = draft.begin(T.slice);
  const text = sd === '' ? String(numbers[V.sst]) : `${numbers[V.sst]}-${sd}`;
  draft.finish(T.slice, at + draft.bytes.write(text, at, 'latin1'));
}

/** Number in the session and number of the node: "2/511", or "511" where there is no session to be in, or only one record of it. */
function putSequence({ draft, numbers }: Ts32298Cdr): void {
  const inSession = numbers[V.recordSequence]!;
  const local = numbers[V.localSequence]!;
  if (!(inSession >= 0) && !(local >= 0)) return;
  let at = draft.begin(T.sequence);
  const { bytes } = draft;
  if (inSession >= 0) {
    at = writeNumber(bytes, at, inSession);
    bytes[at++] = SLASH;
  }
  draft.finish(T.sequence, local >= 0 ? writeNumber(bytes, at, local) : at);
}

function putWhole(draft: RecordDraft, field: TextField, value: number): void {
  const at = draft.begin(field);
  draft.finish(field, writeNumber(draft.bytes, at, value));
}

/** Octets as hexadecimal digits and a hyphen; nothing where there are none. */
function writeHex({ bytes, length }: KeptText, to: Uint8Array, at: number): number {
  if (length === 0) return at;
  let place = at;
  const end = Math.min(length, 24);
  for (let i = 0; i < end; i++) {
    to[place++] = HEX[bytes[i]! >>> 4]!;
    to[place++] = HEX[bytes[i]! & 15]!;
  }
  to[place++] = HYPHEN[0]!;
  return place;
}

function failUnsupported({ draft, node, tag }: Ts32298Cdr): void {
  const name = node === N.chf ? 'chargingFunctionRecord' : ts32298Name(tag);
  const text =
    node === N.chf
      ? 'the record is neither about a PDU session nor about short messages; it is not decoded'
      : `${name} (tag ${tag}) is not decoded; its usage is not billed`;
  draft.fail('UNSUPPORTED_EVENT', 'record', name, text);
}
