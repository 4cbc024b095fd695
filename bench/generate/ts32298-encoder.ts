import { berElement, berIndefinite, CONTEXT, integerOctets, UNIVERSAL } from './ber-encoder.ts';

/** Writes charging data records of TS 32.298 and files of TS 32.297 for benchmarks and tests. The same input gives the same bytes. */
export interface BearerRecord {
  readonly kind: 'pgw' | 'sgw' | 'sgsn';
  /** '' = not said (an emergency session). */
  readonly imsi: string;
  readonly msisdn: string;
  readonly imei: string;
  /** IPv4 address of the gateway. */
  readonly gateway: string;
  readonly chargingId: number;
  readonly apn: string;
  /** Epoch seconds, and the local offset they are written with, e.g. "+0200". */
  readonly start: number;
  readonly offset: string;
  readonly seconds: number;
  readonly cause: number;
  /** Number in the session; 0 = the only record of it, not said. */
  readonly recordSequence: number;
  readonly nodeId: string;
  /** −1 = not said. */
  readonly localSequence: number;
  /** "26202"; '' = not said. */
  readonly plmn: string;
  /** Radio access technology; 0 = not said. */
  readonly rat: number;
  /** Service data containers of a P-GW. */
  readonly service: readonly Container[];
  readonly traffic: readonly Container[];
}

/** Octets of a container; −1 = not said. */
interface Container {
  readonly ratingGroup: number;
  readonly up: number;
  readonly down: number;
}

/** What a file of TS 32.297 says of itself, where it is not computed from its records. */
export interface CdrFile {
  readonly sequence: number;
  /** 10 and later have CDR headers of five octets, earlier ones of four. */
  readonly release: number;
  readonly closureReason: number;
  readonly lost: number;
  /** −1 = as many as there are. */
  readonly count: number;
  /** −1 = as long as it is; 0xffffffff = not closed. */
  readonly length: number;
}

type Tags = Readonly<Record<(typeof MEMBERS)[number], number>>;
const MEMBERS = [
  ...(['imsi', 'gateway', 'chargingId', 'apn', 'traffic', 'start', 'seconds', 'cause', 'recordSequence'] as const),
  ...(['nodeId', 'localSequence', 'msisdn', 'plmn', 'imei', 'rat'] as const),
] as const;
const numbered = (...tags: number[]) => Object.fromEntries(MEMBERS.map((name, i) => [name, tags[i]])) as Tags;
const GATEWAY_TAGS = numbered(3, 4, 5, 7, 12, 13, 14, 15, 17, 18, 20, 22, 27, 29, 30);
const SGSN_TAGS = numbered(3, 5, 10, 12, 15, 16, 17, 19, 21, 22, 24, 27, 38, 4, 29);
const RECORDS = { pgw: { tag: 79, type: 85 }, sgw: { tag: 78, type: 84 }, sgsn: { tag: 20, type: 18 } } as const;
const SERVICE_DATA = 34;

/** The record of a gateway or serving node. */
export function encodeBearer(record: BearerRecord): Uint8Array {
  const tags = record.kind === 'sgsn' ? SGSN_TAGS : GATEWAY_TAGS;
  const { tag, type } = RECORDS[record.kind];
  const members = [
    number(0, type),
    ...optional(record.imsi !== '', () => tbcd(tags.imsi, record.imsi)),
    constructed(tags.gateway, [octets(0, Uint8Array.from(record.gateway.split('.').map(Number)))]),
    number(tags.chargingId, record.chargingId),
    text(tags.apn, record.apn),
    ...optional(record.traffic.length > 0, () =>
      constructed(
        tags.traffic,
        record.traffic.map((each) => trafficVolume(each, record)),
      ),
    ),
    timeStamp(tags.start, record.start, record.offset),
    number(tags.seconds, record.seconds),
    number(tags.cause, record.cause),
    ...optional(record.recordSequence > 0, () => number(tags.recordSequence, record.recordSequence)),
    text(tags.nodeId, record.nodeId),
    ...optional(record.localSequence >= 0, () => number(tags.localSequence, record.localSequence)),
    ...optional(record.msisdn !== '', () => tbcd(tags.msisdn, `19${record.msisdn}`)),
    ...optional(record.plmn !== '', () => plmn(tags.plmn, record.plmn)),
    ...optional(record.imei !== '', () => tbcd(tags.imei, record.imei)),
    ...optional(record.rat > 0, () => number(tags.rat, record.rat)),
    ...optional(record.service.length > 0, () =>
      constructed(
        SERVICE_DATA,
        record.service.map((each, i) => serviceData(each, i, record)),
      ),
    ),
  ];
  return constructed(tag, members);
}

/** Records behind a file header, each behind a header of its own (TS 32.297 §6.1). */
export function encodeCdrFile(file: CdrFile, records: readonly Uint8Array[]): Uint8Array {
  const isExtended = file.release >= 10;
  const release = isExtended ? (7 << 5) | 11 : ((file.release - 3) << 5) | 3;
  const body = records.map((record) => Buffer.concat([cdrHeader(record.length, release, file.release), record]));
  const length = 52 + (isExtended ? 2 : 0);
  const header = Buffer.alloc(length);
  const whole = length + body.reduce((sum, each) => sum + each.length, 0);
  header.writeUInt32BE(file.length < 0 ? whole : file.length, 0);
  header.writeUInt32BE(length, 4);
  header[8] = release;
  header[9] = release;
  header.writeUInt32BE(0xa128_0880, 10);
  header.writeUInt32BE(0xa12c_0880, 14);
  header.writeUInt32BE(file.count < 0 ? records.length : file.count, 18);
  header.writeUInt32BE(file.sequence, 22);
  header[26] = file.closureReason;
  Buffer.from('ffffffff00000000000000000000ffff0a010203', 'hex').copy(header, 27);
  header[47] = file.lost;
  if (isExtended) header.fill(file.release - 10, 52);
  return Buffer.concat([header, ...body]);
}

function cdrHeader(length: number, release: number, extended: number): Uint8Array {
  const common = [length >> 8, length & 255, release, (1 << 5) | 7];
  return Uint8Array.from(extended >= 10 ? [...common, extended - 10] : common);
}

function serviceData({ ratingGroup, up, down }: Container, index: number, record: BearerRecord): Uint8Array {
  return sequence([
    number(1, ratingGroup),
    number(4, index + 1),
    timeStamp(5, record.start, record.offset),
    timeStamp(6, record.start + record.seconds, record.offset),
    octets(8, Buffer.from('0700000080', 'hex')),
    ...optional(up >= 0, () => number(12, up)),
    ...optional(down >= 0, () => number(13, down)),
    timeStamp(14, record.start + record.seconds, record.offset),
  ]);
}

function trafficVolume({ up, down }: Container, record: BearerRecord): Uint8Array {
  return sequence([
    ...optional(up >= 0, () => number(3, up)),
    ...optional(down >= 0, () => number(4, down)),
    number(5, 2),
    timeStamp(6, record.start + record.seconds, record.offset),
  ]);
}

function optional(isThere: boolean, make: () => Uint8Array): Uint8Array[] {
  return isThere ? [make()] : [];
}

/** A constructed element of context class. */
export function constructed(tag: number, children: readonly Uint8Array[]): Uint8Array {
  return berElement(CONTEXT, tag, true, Buffer.concat(children));
}

/** The same with indefinite length. */
export function indefinite(tag: number, children: readonly Uint8Array[]): Uint8Array {
  return berIndefinite(CONTEXT, tag, Buffer.concat(children));
}

/** A SEQUENCE of its own. */
export function sequence(children: readonly Uint8Array[]): Uint8Array {
  return berElement(UNIVERSAL, 16, true, Buffer.concat(children));
}

/** A value of context class. */
export function octets(tag: number, content: Uint8Array): Uint8Array {
  return berElement(CONTEXT, tag, false, content);
}

/** A whole number of context class. */
export function number(tag: number, value: number): Uint8Array {
  return octets(tag, integerOctets(value));
}

/** ASCII. */
export function text(tag: number, value: string): Uint8Array {
  return octets(tag, Buffer.from(value, 'latin1'));
}

/** Digits, two an octet, low nibble first, filled with f. */
export function tbcd(tag: number, digits: string): Uint8Array {
  const even = digits.length % 2 === 0 ? digits : `${digits}f`;
  return octets(tag, Buffer.from(even.replace(/(.)(.)/g, '$2$1'), 'hex'));
}

/** YYMMDDhhmmss, sign, hhmm of an instant at an offset like "+0545". */
export function timeStamp(tag: number, at: number, offset: string): Uint8Array {
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3, 5));
  const local = new Date((at + (offset.startsWith('-') ? -minutes : minutes) * 60) * 1000).toISOString();
  const sign = Buffer.from(offset.slice(0, 1), 'latin1').toString('hex');
  return octets(tag, Buffer.from(`${local.slice(2, 19).replace(/[-:T]/g, '')}${sign}${offset.slice(1)}`, 'hex'));
}

function plmn(tag: number, digits: string): Uint8Array {
  const [a, b, c, d, e, f = 'f'] = digits;
  return octets(tag, Buffer.from(`${b}${a}${f}${c}${e}${d}`, 'hex'));
}
