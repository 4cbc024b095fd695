import {
  type BerStructure,
  berStructure,
  type Meanings,
  type NodeElements,
  ROOT,
  universal,
} from '../ber/ber-structure.ts';

/** Constructed elements of TS 32.298 records that are looked into, by their place. */
export const NODE = {
  root: ROOT,
  /** Records, from here … */
  pgw: 3,
  sgw: 4,
  sgsn: 5,
  messageSent: 6,
  messageReceived: 7,
  chf: 8,
  /** … to here. */
  otherRecord: 9,
  gateway: 10,
  prefixedAddress: 11,
  trafficVolumes: 12,
  traffic: 13,
  serviceData: 14,
  service: 15,
  qos: 16,
  result: 17,
  subscriber: 18,
  consumer: 19,
  unitUsages: 20,
  unitUsage: 21,
  containers: 22,
  container: 23,
  pduSession: 24,
  user: 25,
  equipment: 26,
  slice: 27,
  message: 28,
  originator: 29,
  recipients: 30,
  recipient: 31,
  containerQos: 32,
  pduContainer: 33,
} as const;

/** Primitive elements that are read: texts and times, then whole numbers from `chargingId` on. */
export const VALUE = {
  imsi: 1,
  msisdn: 2,
  imei: 3,
  apn: 4,
  plmn: 5,
  gateway: 6,
  gatewayText: 7,
  nodeId: 8,
  openingTime: 9,
  eventTime: 10,
  messageReference: 11,
  destination: 12,
  subscriberData: 13,
  userNumber: 14,
  originatorNumber: 15,
  recipientNumber: 16,
  sd: 17,
  chargingId: 18,
  localSequence: 19,
  recordSequence: 20,
  duration: 21,
  cause: 22,
  rat: 23,
  qos: 24,
  subscriberType: 25,
  sst: 26,
  messageType: 27,
  messageTotal: 28,
  messageSequence: 29,
  /** Of a container, or (rating group) of several; forgotten where the next one begins. */
  ratingGroup: 30,
  containerQos: 31,
  containerRat: 32,
  total: 33,
  uplink: 34,
  downlink: 35,
} as const;

/** Codes of values are below. */
export const VALUES = 36;

const N = NODE;
const V = VALUE;
const CONTEXT = 0x80;
const SEQUENCE = universal(16);
const OCTET_STRING = universal(4);
/** P-GW and S-GW records share their numbers; the S-GW has no service data (TS 32.298 §5.2.2). */
const BEARER: Meanings = {
  3: V.imsi,
  5: V.chargingId,
  7: V.apn,
  13: V.openingTime,
  14: V.duration,
  15: V.cause,
  17: V.recordSequence,
  18: V.nodeId,
  20: V.localSequence,
  22: V.msisdn,
  27: V.plmn,
  29: V.imei,
  30: V.rat,
};

/** [node, its children by key, its values by key]. What is not here is passed over. */
const ELEMENTS: readonly NodeElements[] = [
  [N.root, { 79: N.pgw, 78: N.sgw, 20: N.sgsn, 23: N.messageSent, 24: N.messageReceived, 200: N.chf }, {}],
  [N.pgw, { 4: N.gateway, 12: N.trafficVolumes, 34: N.serviceData }, BEARER],
  [N.sgw, { 4: N.gateway, 12: N.trafficVolumes }, BEARER],
  [
    N.sgsn,
    { 5: N.gateway, 15: N.trafficVolumes },
    {
      3: V.imsi,
      4: V.imei,
      10: V.chargingId,
      12: V.apn,
      16: V.openingTime,
      17: V.duration,
      19: V.cause,
      21: V.recordSequence,
      22: V.nodeId,
      24: V.localSequence,
      27: V.msisdn,
      29: V.rat,
      38: V.plmn,
    },
  ],
  [
    N.messageSent,
    { 12: N.result },
    {
      1: V.imsi,
      2: V.imei,
      3: V.msisdn,
      10: V.messageReference,
      11: V.eventTime,
      14: V.nodeId,
      15: V.localSequence,
      17: V.rat,
      18: V.destination,
      28: V.plmn,
    },
  ],
  [
    N.messageReceived,
    { 11: N.result },
    {
      1: V.imsi,
      2: V.imei,
      3: V.msisdn,
      10: V.eventTime,
      13: V.nodeId,
      14: V.localSequence,
      16: V.rat,
      19: V.destination,
      27: V.plmn,
    },
  ],
  [
    N.chf,
    { 2: N.subscriber, 3: N.consumer, 5: N.unitUsages, 13: N.pduSession, 15: N.message },
    {
      1: V.nodeId,
      6: V.openingTime,
      7: V.duration,
      8: V.recordSequence,
      9: V.cause,
      11: V.localSequence,
      27: V.chargingId,
    },
  ],
  [N.gateway, { 4: N.prefixedAddress }, { 0: V.gateway, 1: V.gateway, 2: V.gatewayText, 3: V.gatewayText }],
  [N.prefixedAddress, {}, { [OCTET_STRING]: V.gateway }],
  [N.trafficVolumes, { [SEQUENCE]: N.traffic }, {}],
  [N.traffic, { 9: N.containerQos }, { 3: V.uplink, 4: V.downlink }],
  [N.serviceData, { [SEQUENCE]: N.service }, {}],
  [N.service, { 9: N.containerQos }, { 1: V.ratingGroup, 12: V.uplink, 13: V.downlink, 30: V.containerRat }],
  [N.qos, {}, { 1: V.qos }],
  [N.containerQos, {}, { 1: V.containerQos }],
  [N.subscriber, {}, { 0: V.subscriberType, 1: V.subscriberData }],
  [N.consumer, {}, { 1: V.gatewayText }],
  [N.unitUsages, { [SEQUENCE]: N.unitUsage }, {}],
  [N.unitUsage, { 1: N.containers }, { 0: V.ratingGroup }],
  [N.containers, { [SEQUENCE]: N.container }, {}],
  [N.container, { 11: N.pduContainer }, { 4: V.total, 5: V.uplink, 6: V.downlink }],
  [N.pduContainer, { 4: N.containerQos }, { 7: V.containerRat }],
  [
    N.pduSession,
    { 1: N.user, 2: N.equipment, 7: N.slice, 15: N.qos },
    { 0: V.chargingId, 12: V.rat, 13: V.apn, 27: V.plmn },
  ],
  [N.user, {}, { 3: V.userNumber }],
  [N.equipment, {}, { 1: V.imei }],
  [N.slice, {}, { 0: V.sst, 1: V.sd }],
  [
    N.message,
    { 1: N.originator, 2: N.recipients, 3: N.equipment, 29: N.result },
    { 6: V.rat, 8: V.eventTime, 21: V.messageType, 26: V.messageTotal, 28: V.messageSequence },
  ],
  [N.originator, {}, { 1: V.originatorNumber }],
  [N.recipients, { [SEQUENCE]: N.recipient }, {}],
  [N.recipient, {}, { 1: V.recipientNumber }],
];

/** Nodes whose beginning and end matter: records, and what says something by being there. */
const TOLD = [
  ...[N.pgw, N.sgw, N.sgsn, N.messageSent, N.messageReceived, N.chf, N.otherRecord],
  ...[N.traffic, N.service, N.unitUsage, N.container],
  ...[N.result, N.pduSession, N.message],
];

/** What is read of TS 32.298 records. */
export const TS32298: BerStructure = berStructure(CONTEXT, ELEMENTS, { [N.root]: N.otherRecord }, TOLD);

/** Names of the records TS 32.298 has beside those decoded, by tag. */
const OTHER_RECORDS: Readonly<Record<number, string>> = {
  21: 'ggsnPDPRecord',
  22: 'sgsnMMRecord',
  25: 'sgsnMTLCSRecord',
  26: 'sgsnMOLCSRecord',
  27: 'sgsnNILCSRecord',
  76: 'sgsnMBMSRecord',
  77: 'ggsnMBMSRecord',
  86: 'gwMBMSRecord',
  92: 'tDFRecord',
  93: 'sCSMORecord',
  94: 'sCSMTRecord',
  95: 'iPERecord',
  96: 'ePDGRecord',
  97: 'tWAGRecord',
};

/** What TS 32.298 calls the records that are decoded, by node. */
export const RECORD_TYPES: Readonly<Record<number, string>> = {
  [N.pgw]: 'pGWRecord',
  [N.sgw]: 'sGWRecord',
  [N.sgsn]: 'sgsnPDPRecord',
  [N.messageSent]: 'sgsnSMORecord',
  [N.messageReceived]: 'sgsnSMTRecord',
  [N.chf]: 'chargingFunctionRecord',
};

/** Name of a record or element for a person, "ePDGRecord" or "[34]". */
export function ts32298Name(tag: number): string {
  return OTHER_RECORDS[tag] ?? `[${tag}]`;
}
