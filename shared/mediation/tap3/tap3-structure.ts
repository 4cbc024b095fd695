import { type BerStructure, berStructure, type Meanings, type NodeElements, ROOT } from '../ber/ber-structure.ts';

/** Constructed elements of TAP 3.10 to 3.12 that are looked into (TD.57), by their place in the file. 0 is "passed over". */
export const NODE = {
  root: ROOT,
  transferBatch: 3,
  notification: 4,
  batchControl: 5,
  accounting: 6,
  networkInfo: 7,
  events: 8,
  audit: 9,
  created: 10,
  available: 11,
  cutOff: 12,
  offsets: 13,
  offset: 14,
  entities: 15,
  entity: 16,
  /** Events, from here … */
  gprs: 17,
  mo: 18,
  mt: 19,
  supplementary: 20,
  serviceCentre: 21,
  messaging: 22,
  session: 23,
  aggregated: 24,
  /** … to here. */
  otherEvent: 25,
  insideOther: 26,
  basicInformation: 27,
  gprsSubscriber: 28,
  subscriber: 29,
  sim: 30,
  destination: 31,
  otherParty: 32,
  start: 33,
  completion: 34,
  charging: 35,
  location: 36,
  networkLocation: 37,
  entityCodes: 38,
  geographical: 39,
  equipment: 40,
  gprsUsed: 41,
  services: 42,
  service: 43,
  basicService: 44,
  serviceCode: 45,
  supplementaryUsed: 46,
  scuInformation: 47,
  scuSubscriber: 48,
  scuTimes: 49,
  chargedParty: 50,
  nonChargedParty: 51,
  requested: 52,
  sessionCharges: 53,
  charges: 54,
  charge: 55,
  details: 56,
  detail: 57,
  taxes: 58,
  tax: 59,
  discount: 60,
  camel: 61,
  newerTaxes: 62,
  conversions: 63,
  conversion: 64,
  discountings: 65,
  discounting: 66,
  discountApplied: 67,
} as const;

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
  cause: 26,
  calledNumber: 27,
  dialledDigits: 28,
  partyText: 29,
  callReference: 30,
  teleservice: 31,
  otherService: 32,
  chargedPartyStatus: 33,
  completionTime: 34,
  completionCode: 35,
  chargingTime: 36,
  chargingCode: 37,
  aggregate: 38,
  /** What charges, and the tables they refer to, say beside amounts. */
  exchangeRateCode: 39,
  rateDecimals: 40,
  exchangeRate: 41,
  discountCode: 42,
  discountableAmount: 43,
  fixedDiscount: 44,
  discountRate: 45,
  chargeType: 46,
  chargeAmount: 47,
  plainCharge: 48,
  taxValue: 49,
  discountValue: 50,
  auditCount: 51,
  auditCharge: 52,
  auditChargeRefund: 53,
  auditTax: 54,
  auditTaxRefund: 55,
  auditDiscount: 56,
  auditDiscountRefund: 57,
} as const;

const N = NODE;
const V = VALUE;
const HEADER_VALUES: Meanings = {
  196: V.sender,
  182: V.recipient,
  109: V.sequence,
  201: V.specificationVersion,
  189: V.releaseVersion,
  110: V.fileType,
  181: V.rapSequence,
};
const HEADER_NODES: Meanings = { 108: N.created, 107: N.available, 227: N.cutOff };
const WITH_OFFSET: Meanings = { 16: V.localTime, 231: V.utcOffset };
const WITH_CODE: Meanings = { 16: V.localTime, 232: V.utcOffsetCode };
const CHARGING_TIME: Meanings = { 16: V.chargingTime, 232: V.chargingCode };
const CALL_NODES: Meanings = { 138: N.location, 429: N.equipment, 38: N.services, 57: N.camel };
const CHARGES_INSIDE: Meanings = { 63: N.detail, 213: N.tax, 96: N.discount };
const PARTY: Meanings = { 436: N.chargedParty, 443: N.nonChargedParty, 450: N.requested, 113: N.geographical };
const EVENTS: Meanings = {
  9: N.mo,
  10: N.mt,
  11: N.supplementary,
  12: N.serviceCentre,
  14: N.gprs,
  433: N.messaging,
  434: N.session,
  453: N.aggregated,
};

const APPLICATION = 0x40;
/** Nodes whose beginning and end matter: what a file says of itself, events, and inside them what resets the type of a charge. */
const TOLD = [
  ...[N.notification, N.batchControl, N.accounting, N.events, N.audit],
  ...[N.created, N.available, N.cutOff, N.offset, N.entity],
  ...[N.otherEvent, ...Object.values(EVENTS)],
  ...[N.conversion, N.discounting],
  ...[N.detail, N.discount, N.newerTaxes],
];

/** [node, its children by tag, its values by tag]. What is not here is passed over. */
const ELEMENTS: readonly NodeElements[] = [
  [N.root, { 1: N.transferBatch, 2: N.notification }, {}],
  [N.transferBatch, { 4: N.batchControl, 5: N.accounting, 6: N.networkInfo, 3: N.events, 15: N.audit }, {}],
  [N.notification, HEADER_NODES, HEADER_VALUES],
  [N.batchControl, HEADER_NODES, HEADER_VALUES],
  [N.created, {}, WITH_OFFSET],
  [N.available, {}, WITH_OFFSET],
  [N.cutOff, {}, WITH_OFFSET],
  [
    N.accounting,
    { 80: N.conversions, 95: N.discountings },
    { 135: V.localCurrency, 210: V.tapCurrency, 244: V.decimals },
  ],
  [N.conversions, { 106: N.conversion }, {}],
  [N.conversion, {}, { 105: V.exchangeRateCode, 159: V.rateDecimals, 104: V.exchangeRate }],
  [N.discountings, { 94: N.discounting }, {}],
  [N.discounting, { 428: N.discountApplied }, { 91: V.discountCode }],
  [N.discountApplied, {}, { 411: V.fixedDiscount, 92: V.discountRate }],
  [N.networkInfo, { 234: N.offsets, 188: N.entities }, {}],
  [N.offsets, { 233: N.offset }, {}],
  [N.offset, {}, { 232: V.utcOffsetCode, 231: V.utcOffset }],
  [N.entities, { 183: N.entity }, {}],
  [N.entity, {}, { 184: V.entityCode, 400: V.entityId }],
  [N.events, EVENTS, {}],
  [N.gprs, { 114: N.basicInformation, 117: N.location, 429: N.equipment, 121: N.gprsUsed, 57: N.camel }, {}],
  [N.mo, { ...CALL_NODES, 147: N.basicInformation }, {}],
  [N.mt, { ...CALL_NODES, 153: N.basicInformation }, {}],
  [N.supplementary, { 427: N.subscriber, 138: N.location, 429: N.equipment, 206: N.supplementaryUsed }, {}],
  [
    N.serviceCentre,
    { 191: N.scuInformation, 193: N.scuTimes, 69: N.charge },
    { 195: V.servingNetwork, 184: V.entityCode },
  ],
  [
    N.messaging,
    { ...PARTY, 185: N.entityCodes, 447: N.start, 214: N.taxes },
    { 439: V.otherService, 435: V.callReference, 105: V.exchangeRateCode, 62: V.plainCharge },
  ],
  [
    N.session,
    { ...PARTY, 185: N.entityCodes, 447: N.start, 448: N.sessionCharges },
    { 440: V.otherService, 435: V.callReference, 223: V.duration, 58: V.cause },
  ],
  [
    N.basicInformation,
    { 115: N.gprsSubscriber, 427: N.subscriber, 116: N.destination, 89: N.otherParty, 41: N.otherParty, 44: N.start },
    { 223: V.duration, 58: V.cause, 166: V.partial, 72: V.chargingId },
  ],
  [N.gprsSubscriber, { 427: N.subscriber }, {}],
  [N.subscriber, { 199: N.sim }, {}],
  [N.sim, {}, { 129: V.imsi, 152: V.msisdn }],
  [N.destination, {}, { 261: V.apn }],
  [
    N.otherParty,
    {},
    { 407: V.calledNumber, 279: V.dialledDigits, 419: V.partyText, 405: V.calledNumber, 425: V.partyText },
  ],
  [N.start, {}, WITH_CODE],
  [N.completion, {}, { 16: V.completionTime, 232: V.completionCode }],
  [N.charging, {}, CHARGING_TIME],
  [N.location, { 118: N.networkLocation, 156: N.networkLocation, 113: N.geographical }, {}],
  [N.networkLocation, { 185: N.entityCodes }, { 184: V.entityCode, 45: V.callReference }],
  [N.entityCodes, {}, { 184: V.entityCode }],
  [N.geographical, {}, { 195: V.servingNetwork }],
  [N.equipment, {}, { 128: V.imei }],
  [N.gprsUsed, { 70: N.charges }, { 250: V.volumeIncoming, 251: V.volumeOutgoing }],
  [N.services, { 39: N.service }, {}],
  [N.service, { 36: N.basicService, 70: N.charges, 74: N.charging }, {}],
  [N.basicService, { 426: N.serviceCode }, {}],
  [N.serviceCode, {}, { 218: V.teleservice, 40: V.otherService }],
  [N.supplementaryUsed, { 74: N.start, 69: N.charge }, { 209: V.otherService, 208: V.otherService }],
  [N.scuInformation, { 430: N.scuSubscriber }, { 67: V.chargedPartyStatus, 402: V.partyText }],
  [N.scuSubscriber, { 286: N.sim }, {}],
  [N.scuTimes, { 88: N.start, 76: N.completion }, {}],
  [N.chargedParty, {}, { 129: V.imsi, 152: V.msisdn, 128: V.imei }],
  [N.nonChargedParty, {}, { 444: V.calledNumber, 445: V.partyText }],
  [N.requested, {}, { 451: V.calledNumber, 452: V.partyText }],
  [N.sessionCharges, { 449: N.charge }, {}],
  [N.charges, { 69: N.charge }, {}],
  [N.charge, { 64: N.details, 214: N.taxes, 96: N.discount }, { 105: V.exchangeRateCode }],
  [N.details, { 63: N.detail }, {}],
  [N.detail, { 410: N.charging }, { 71: V.chargeType, 62: V.chargeAmount }],
  [N.taxes, { 213: N.tax }, {}],
  [N.tax, {}, { 397: V.taxValue }],
  [N.discount, {}, { 91: V.discountCode, 412: V.discountValue, 423: V.discountableAmount }],
  [N.camel, { 214: N.taxes, 96: N.discount }, { 105: V.exchangeRateCode, 422: V.plainCharge }],
  [
    N.aggregated,
    { ...CHARGES_INSIDE, 464: N.newerTaxes },
    { 455: V.aggregate, 456: V.aggregate, 458: V.aggregate, 460: V.aggregate, 461: V.plainCharge },
  ],
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

const SEARCHED = [N.aggregated, N.otherEvent, N.insideOther];

/**
 * What is read of a TAP file. Events that are not decoded are still searched, at any depth, for the charges, taxes and discounts that the
 * trailer's totals hold.
 */
export const TAP3: BerStructure = berStructure(
  APPLICATION,
  ELEMENTS,
  { [N.events]: N.otherEvent, ...Object.fromEntries(SEARCHED.map((node) => [node, N.insideOther])) },
  TOLD,
);

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
