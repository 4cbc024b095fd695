import { APPLICATION, berElement, berIndefinite, integerOctets } from './ber-encoder.ts';

/**
 * Writes TAP3 files (TD.57 release 3.10 to 3.12) for benchmarks, examples and tests. The same input gives the same bytes. Charges are
 * whole numbers of 10^-decimals of the file's currency; audit totals are computed from the events unless `audit` says otherwise.
 */
export interface Tap3File {
  /** TADIG codes, five characters. */
  readonly sender: string;
  readonly recipient: string;
  /** 1 to 99999. */
  readonly sequence: number;
  /** Release of specification 3: 10, 11 or 12. */
  readonly release: number;
  /** Test data ("TD…"), never billed. */
  readonly test: boolean;
  /** Epoch seconds the file was created and made available at, and the sender's offset from UTC, e.g. "+0100". */
  readonly available: number;
  readonly offset: string;
  readonly localCurrency: string;
  /** Currency of the charges; '' = not said, which means SDR (XDR). */
  readonly tapCurrency: string;
  readonly decimals: number;
  /** Units of local currency for one of the charges' currency, as whole number of 10^-5. */
  readonly exchangeRate: number;
  /** Every constructed element with indefinite length. */
  readonly indefinite: boolean;
  readonly events: readonly Tap3Event[];
  /** Trailer that contradicts the events, for tests of the audit; empty = computed. */
  readonly audit: Partial<Tap3Audit>;
}

/** What the trailer (AuditControlInfo) says. */
interface Tap3Audit {
  readonly count: number;
  readonly charge: number;
  readonly tax: number;
  readonly discount: number;
}

/** What all events have. Times are epoch seconds; `offset` is the local offset they are written with. */
interface EventBasics {
  readonly imsi: string;
  /** '' = not said. */
  readonly msisdn: string;
  readonly start: number;
  readonly offset: string;
  readonly seconds: number;
  /** Recording entity, e.g. an address or the name of an exchange. */
  readonly entity: string;
  readonly charge: number;
  readonly tax: number;
}

/** A packet data record or a part of one. */
interface GprsCall extends EventBasics {
  readonly kind: 'gprs';
  readonly imei: string;
  readonly apn: string;
  readonly chargingId: number;
  /** First, intermediate or last of a session's partial records; '' = the only one. */
  readonly partial: 'F' | 'I' | 'L' | '';
  readonly bytesUp: number;
  readonly bytesDown: number;
}

/** A call or short message, begun (mo) or received (mt) by the subscriber. */
interface Call extends EventBasics {
  readonly kind: 'mo' | 'mt';
  /** Teleservice: 11 speech, 22 short message sent, 21 received. */
  readonly teleservice: '11' | '21' | '22';
  readonly otherParty: string;
  /** Hexadecimal digits. */
  readonly callReference: string;
}

/** An event of any kind, encoded already. Its offset and entity get the codes they get as those of the others do. */
interface EncodedEvent {
  readonly kind: 'encoded';
  readonly event: Uint8Array;
  readonly start: number;
  readonly offset: string;
  readonly entity: string;
  readonly charge: number;
  readonly tax: number;
}

export type Tap3Event = GprsCall | Call | EncodedEvent;

/** Name of the file by TD.57: CD or TD, sender, recipient, sequence. */
export function tap3FileName(file: Pick<Tap3File, 'sender' | 'recipient' | 'sequence' | 'test'>): string {
  return `${file.test ? 'T' : 'C'}D${file.sender}${file.recipient}${String(file.sequence).padStart(5, '0')}`;
}

/** A TransferBatch: usage of roaming subscribers, with header, rates, offsets and trailer. */
export function encodeTransferBatch(file: Tap3File): Uint8Array {
  const write = writer(file.indefinite);
  const offsets = [...new Set(file.events.map((e) => e.offset))];
  const entities = [...new Set(file.events.map((e) => e.entity))];
  const codes = { offset: (o: string) => offsets.indexOf(o) + 1, entity: (e: string) => entities.indexOf(e) + 1 };
  return write(1, [
    write(4, header(write, file)),
    write(5, [
      text(135, file.localCurrency),
      ...(file.tapCurrency === '' ? [] : [text(210, file.tapCurrency)]),
      write(80, [write(106, [integer(105, 1), integer(159, 5), integer(104, file.exchangeRate)])]),
      integer(244, file.decimals),
    ]),
    write(6, [
      write(
        234,
        offsets.map((o, i) => write(233, [integer(232, i + 1), text(231, o)])),
      ),
      write(
        188,
        entities.map((e, i) => write(183, [integer(184, i + 1), integer(186, 3), text(400, e)])),
      ),
    ]),
    write(
      3,
      file.events.map((event) => encodeEvent(write, event, file.sender, codes)),
    ),
    write(15, trailer(write, file)),
  ]);
}

/** A Notification: there was no usage; it takes a sequence number. */
export function encodeNotification(file: Omit<Tap3File, 'events' | 'audit'>): Uint8Array {
  const write = writer(file.indefinite);
  return write(2, header(write, file));
}

type Write = (tag: number, children: readonly Uint8Array[]) => Uint8Array;
type Codes = { readonly offset: (offset: string) => number; readonly entity: (entity: string) => number };

function header(write: Write, file: Omit<Tap3File, 'events' | 'audit'>): Uint8Array[] {
  const stamp = (tag: number) => write(tag, [text(16, localTime(file.available, file.offset)), text(231, file.offset)]);
  return [
    text(196, file.sender),
    text(182, file.recipient),
    text(109, String(file.sequence).padStart(5, '0')),
    stamp(108),
    stamp(227),
    stamp(107),
    integer(201, 3),
    integer(189, file.release),
    ...(file.test ? [text(110, 'T')] : []),
  ];
}

function trailer(write: Write, file: Tap3File): Uint8Array[] {
  const sum = (of: (event: Tap3Event) => number) => file.events.reduce((total, event) => total + of(event), 0);
  const starts = file.events.map((e) => e.start);
  const stamp = (tag: number, at: number) => write(tag, [text(16, localTime(at, file.offset)), text(231, file.offset)]);
  const first = starts.reduce((a, b) => Math.min(a, b), file.available);
  const last = starts.reduce((a, b) => Math.max(a, b), first);
  return [
    stamp(101, first),
    stamp(133, last),
    integer(415, file.audit.charge ?? sum((e) => e.charge)),
    integer(226, file.audit.tax ?? sum((e) => e.tax)),
    integer(225, file.audit.discount ?? 0),
    integer(43, file.audit.count ?? file.events.length),
  ];
}

function encodeEvent(write: Write, event: Tap3Event, network: string, codes: Codes): Uint8Array {
  if (event.kind === 'encoded') return event.event;
  return event.kind === 'gprs' ? encodeGprs(write, event, network, codes) : encodeCall(write, event, codes);
}

function encodeGprs(write: Write, event: GprsCall, network: string, codes: Codes): Uint8Array {
  return write(14, [
    write(114, [
      write(115, [subscriber(write, event)]),
      write(116, [text(261, event.apn)]),
      stamp(write, 44, event, codes),
      integer(223, event.seconds),
      integer(58, 0),
      ...(event.partial === '' ? [] : [text(166, event.partial)]),
      integer(72, event.chargingId),
    ]),
    write(117, [
      write(118, [write(185, [integer(184, codes.entity(event.entity))]), integer(136, 4711), integer(59, 301)]),
      write(113, [text(195, network)]),
    ]),
    ...(event.imei === '' ? [] : [write(429, [bcd(128, event.imei)])]),
    write(121, [
      integer(250, event.bytesDown),
      integer(251, event.bytesUp),
      write(70, [charge(write, event, 'X', event.bytesUp + event.bytesDown)]),
    ]),
  ]);
}

function encodeCall(write: Write, event: Call, codes: Codes): Uint8Array {
  const party = event.kind === 'mo' ? write(89, [bcd(407, event.otherParty)]) : write(41, [bcd(405, event.otherParty)]);
  const units = event.teleservice === '11' ? event.seconds : 1;
  return write(event.kind === 'mo' ? 9 : 10, [
    write(event.kind === 'mo' ? 147 : 153, [
      subscriber(write, event),
      party,
      stamp(write, 44, event, codes),
      integer(223, event.seconds),
      integer(58, 0),
    ]),
    write(138, [write(156, [integer(184, codes.entity(event.entity)), hex(45, event.callReference)])]),
    write(38, [
      write(39, [
        write(36, [write(426, [text(218, event.teleservice)])]),
        write(70, [charge(write, event, event.teleservice === '11' ? 'D' : 'E', units)]),
      ]),
    ]),
  ]);
}

function subscriber(write: Write, event: EventBasics): Uint8Array {
  return write(427, [write(199, [bcd(129, event.imsi), ...(event.msisdn === '' ? [] : [bcd(152, event.msisdn)])])]);
}

function stamp(write: Write, tag: number, event: EventBasics, codes: Codes): Uint8Array {
  return write(tag, [text(16, localTime(event.start, event.offset)), integer(232, codes.offset(event.offset))]);
}

function charge(write: Write, event: EventBasics, item: string, units: number): Uint8Array {
  return write(69, [
    text(66, item),
    integer(105, 1),
    write(64, [write(63, [text(71, '00'), integer(62, event.charge), integer(65, units)])]),
    ...(event.tax === 0 ? [] : [write(214, [write(213, [integer(212, 1), integer(397, event.tax)])])]),
  ]);
}

/** Local time CCYYMMDDhhmmss of an instant at an offset like "+0545". */
export function localTime(at: number, offset: string): string {
  const seconds = (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3, 5))) * (offset.startsWith('-') ? -60 : 60);
  return new Date((at + seconds) * 1000).toISOString().replace(/[-:T]/g, '').slice(0, 14);
}

/** An element of class APPLICATION with its content as given. */
export function element(tag: number, isConstructed: boolean, content: Uint8Array): Uint8Array {
  return berElement(APPLICATION, tag, isConstructed, content);
}

/** How constructed elements are written: with definite or with indefinite length. */
function writer(indefinite: boolean): Write {
  return (tag, children) =>
    indefinite ? berIndefinite(APPLICATION, tag, Buffer.concat(children)) : element(tag, true, Buffer.concat(children));
}

/** A whole number of at most 53 bits. */
export function integer(tag: number, value: number): Uint8Array {
  return element(tag, false, integerOctets(value));
}

/** Text in ASCII. */
export function text(tag: number, value: string): Uint8Array {
  return element(tag, false, Buffer.from(value, 'latin1'));
}

/** Digits, two an octet, high nibble first, filled with f. */
export function bcd(tag: number, digits: string): Uint8Array {
  return hex(tag, digits.length % 2 === 0 ? digits : `${digits}f`);
}

function hex(tag: number, digits: string): Uint8Array {
  return element(tag, false, Buffer.from(digits, 'hex'));
}
