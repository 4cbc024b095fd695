import { type BerStructure, ROOT, TAGS } from './ber-walker.ts';

/** Constructed elements of TAP 3.10 to 3.12 that are looked into (TD.57), by their place in the file. 0 is "passed over". */
export const NODE = {
  root: ROOT,
  transferBatch: 2,
  notification: 3,
  batchControl: 4,
  accounting: 5,
  networkInfo: 6,
  events: 7,
  audit: 8,
  created: 9,
  available: 10,
  cutOff: 11,
  offsets: 12,
  offset: 13,
  entities: 14,
  entity: 15,
  /** Events, from here … */
  gprs: 16,
  mo: 17,
  mt: 18,
  supplementary: 19,
  messaging: 20,
  aggregated: 21,
  /** … to here. */
  otherEvent: 22,
  insideOther: 23,
  basicInformation: 24,
  gprsSubscriber: 25,
  subscriber: 26,
  sim: 27,
  destination: 28,
  otherParty: 29,
  start: 30,
  location: 31,
  networkLocation: 32,
  entityCodes: 33,
  geographical: 34,
  equipment: 35,
  gprsUsed: 36,
  services: 37,
  service: 38,
  basicService: 39,
  serviceCode: 40,
  supplementaryUsed: 41,
  charges: 42,
  charge: 43,
  details: 44,
  detail: 45,
  taxes: 46,
  tax: 47,
  discount: 48,
  camel: 49,
  newerTaxes: 50,
} as const;
const NODES = 51;

/** Primitive elements that are read. */
export const VALUE = {
  sender: 1,
  recipient: 2,
  sequence: 3,
  specificationVersion: 4,
  releaseVersion: 5,
  fileType: 6,
  rapSequence: 7,
  localTime: 8,
  utcOffset: 9,
  utcOffsetCode: 10,
  localCurrency: 11,
  tapCurrency: 12,
  decimals: 13,
  entityCode: 14,
  entityId: 15,
  imsi: 16,
  msisdn: 17,
  imei: 18,
  apn: 19,
  duration: 20,
  partial: 21,
  chargingId: 22,
  servingNetwork: 23,
  volumeIncoming: 24,
  volumeOutgoing: 25,
  calledNumber: 26,
  dialledDigits: 27,
  smsDestination: 28,
  callingNumber: 29,
  smsOriginator: 30,
  callReference: 31,
  teleservice: 32,
  bearerService: 33,
  supplementaryCode: 34,
  supplementaryAction: 35,
  chargeType: 36,
  chargeAmount: 37,
  plainCharge: 38,
  taxValue: 39,
  discountValue: 40,
  auditCount: 41,
  auditCharge: 42,
  auditChargeRefund: 43,
  auditTax: 44,
  auditTaxRefund: 45,
  auditDiscount: 46,
  auditDiscountRefund: 47,
} as const;

type Tags = Readonly<Record<number, number>>;

const N = NODE;
const V = VALUE;
const HEADER_VALUES: Tags = {
  196: V.sender,
  182: V.recipient,
  109: V.sequence,
  201: V.specificationVersion,
  189: V.releaseVersion,
  110: V.fileType,
  181: V.rapSequence,
};
const HEADER_NODES: Tags = { 108: N.created, 107: N.available, 227: N.cutOff };
const WITH_OFFSET: Tags = { 16: V.localTime, 231: V.utcOffset };
const WITH_CODE: Tags = { 16: V.localTime, 232: V.utcOffsetCode };
const CALL_NODES: Tags = { 138: N.location, 429: N.equipment, 38: N.services, 57: N.camel };
const CHARGES_INSIDE: Tags = { 63: N.detail, 213: N.tax, 96: N.discount };

/** [node, its children by tag, its values by tag]. What is not here is passed over. */
const ELEMENTS: readonly (readonly [number, Tags, Tags])[] = [
  [N.root, { 1: N.transferBatch, 2: N.notification }, {}],
  [N.transferBatch, { 4: N.batchControl, 5: N.accounting, 6: N.networkInfo, 3: N.events, 15: N.audit }, {}],
  [N.notification, HEADER_NODES, HEADER_VALUES],
  [N.batchControl, HEADER_NODES, HEADER_VALUES],
  [N.created, {}, WITH_OFFSET],
  [N.available, {}, WITH_OFFSET],
  [N.cutOff, {}, WITH_OFFSET],
  [N.accounting, {}, { 135: V.localCurrency, 210: V.tapCurrency, 244: V.decimals }],
  [N.networkInfo, { 234: N.offsets, 188: N.entities }, {}],
  [N.offsets, { 233: N.offset }, {}],
  [N.offset, {}, { 232: V.utcOffsetCode, 231: V.utcOffset }],
  [N.entities, { 183: N.entity }, {}],
  [N.entity, {}, { 184: V.entityCode, 400: V.entityId }],
  [N.events, { 14: N.gprs, 9: N.mo, 10: N.mt, 11: N.supplementary, 433: N.messaging, 453: N.aggregated }, {}],
  [N.gprs, { 114: N.basicInformation, 117: N.location, 429: N.equipment, 121: N.gprsUsed, 57: N.camel }, {}],
  [N.mo, { ...CALL_NODES, 147: N.basicInformation }, {}],
  [N.mt, { ...CALL_NODES, 153: N.basicInformation }, {}],
  [N.supplementary, { 427: N.subscriber, 138: N.location, 429: N.equipment, 206: N.supplementaryUsed }, {}],
  [
    N.basicInformation,
    { 115: N.gprsSubscriber, 427: N.subscriber, 116: N.destination, 89: N.otherParty, 41: N.otherParty, 44: N.start },
    { 223: V.duration, 166: V.partial, 72: V.chargingId },
  ],
  [N.gprsSubscriber, { 427: N.subscriber }, {}],
  [N.subscriber, { 199: N.sim }, {}],
  [N.sim, {}, { 129: V.imsi, 152: V.msisdn }],
  [N.destination, {}, { 261: V.apn }],
  [
    N.otherParty,
    {},
    { 407: V.calledNumber, 279: V.dialledDigits, 419: V.smsDestination, 405: V.callingNumber, 425: V.smsOriginator },
  ],
  [N.start, {}, WITH_CODE],
  [N.location, { 118: N.networkLocation, 156: N.networkLocation, 113: N.geographical }, {}],
  [N.networkLocation, { 185: N.entityCodes }, { 184: V.entityCode, 45: V.callReference }],
  [N.entityCodes, {}, { 184: V.entityCode }],
  [N.geographical, {}, { 195: V.servingNetwork }],
  [N.equipment, {}, { 128: V.imei }],
  [N.gprsUsed, { 70: N.charges }, { 250: V.volumeIncoming, 251: V.volumeOutgoing }],
  [N.services, { 39: N.service }, {}],
  [N.service, { 36: N.basicService, 70: N.charges }, {}],
  [N.basicService, { 426: N.serviceCode }, {}],
  [N.serviceCode, {}, { 218: V.teleservice, 40: V.bearerService }],
  [N.supplementaryUsed, { 74: N.start, 69: N.charge }, { 209: V.supplementaryCode, 208: V.supplementaryAction }],
  [N.charges, { 69: N.charge }, {}],
  [N.charge, { 64: N.details, 214: N.taxes, 96: N.discount }, {}],
  [N.details, { 63: N.detail }, {}],
  [N.detail, {}, { 71: V.chargeType, 62: V.chargeAmount }],
  [N.taxes, { 213: N.tax }, {}],
  [N.tax, {}, { 397: V.taxValue }],
  [N.discount, {}, { 412: V.discountValue }],
  [N.camel, { 214: N.taxes, 96: N.discount }, { 422: V.plainCharge }],
  [N.messaging, CHARGES_INSIDE, { 62: V.plainCharge }],
  [N.aggregated, { ...CHARGES_INSIDE, 464: N.newerTaxes }, { 461: V.plainCharge }],
  [N.otherEvent, CHARGES_INSIDE, {}],
  [N.insideOther, CHARGES_INSIDE, {}],
  [
    N.audit,
    {},
    {
      43: V.auditCount,
      415: V.auditCharge,
      355: V.auditChargeRefund,
      226: V.auditTax,
      353: V.auditTaxRefund,
      225: V.auditDiscount,
      354: V.auditDiscountRefund,
    },
  ],
];

/**
 * What is read of a TAP file. Events that are not decoded are still searched, at any depth, for the charges, taxes and discounts that the
 * trailer's totals hold.
 */
export const TAP3: BerStructure = compile();

function compile(): BerStructure {
  const table = new Int16Array(NODES * TAGS);
  const fallback = new Int16Array(NODES);
  for (const [node, children, values] of ELEMENTS) {
    for (const [tag, child] of Object.entries(children)) table[node * TAGS + Number(tag)] = -child;
    for (const [tag, code] of Object.entries(values)) table[node * TAGS + Number(tag)] = code;
  }
  fallback[N.events] = N.otherEvent;
  for (const node of [N.messaging, N.aggregated, N.otherEvent, N.insideOther]) fallback[node] = N.insideOther;
  return { table, fallback };
}

const NAMES: Readonly<Record<number, string>> = {
  1: 'TransferBatch',
  2: 'Notification',
  3: 'CallEventDetailList',
  4: 'BatchControlInfo',
  5: 'AccountingInfo',
  6: 'NetworkInfo',
  9: 'MobileOriginatedCall',
  10: 'MobileTerminatedCall',
  11: 'SupplServiceEvent',
  12: 'ServiceCentreUsage',
  14: 'GprsCall',
  15: 'AuditControlInfo',
  17: 'ContentTransaction',
  297: 'LocationService',
  433: 'MessagingEvent',
  434: 'MobileSession',
  453: 'AggregatedUsageRecord',
};

/** Name of an element for a person, "GprsCall" or "[APPLICATION 261]". */
export function tap3Name(tag: number): string {
  return NAMES[tag] ?? `[APPLICATION ${tag}]`;
}

/** Whether an event's tag is one TD.57 names, decoded here or not. */
export function isKnownEvent(tag: number): boolean {
  return tag in NAMES;
}
