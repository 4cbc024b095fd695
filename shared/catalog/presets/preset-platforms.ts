/** Volumes of a data session up and down. */
const upAndDown = (unit: string, up: string, down: string) => [
  { measure: 'bytesUp', column: up, unit },
  { measure: 'bytesDown', column: down, unit },
];

/** Messages counted by direction. */
const messages = (originated: string, terminated: string) => [
  { measure: 'count', column: originated, unit: 'piece', direction: 'mo' },
  { measure: 'count', column: terminated, unit: 'piece', direction: 'mt' },
];

/** Data and messages of the platforms that call them traffic types 5 and 6. Volumes are megabytes of 10^6 octets with six decimals. */
const trafficTypes = (column: string, tx: string, rx: string, originated: string, terminated: string) => ({
  column,
  rules: [
    { value: '5', service: 'data', quantities: upAndDown('MB', tx, rx) },
    { value: '6', service: 'sms', quantities: messages(originated, terminated) },
  ],
});

/** Records as 1NCE and emnify nest them. */
const nested = {
  format: 'json',
  identifiers: [
    { kind: 'imsi', column: 'imsi' },
    { kind: 'iccid', column: 'sim.iccid' },
    { kind: 'msisdn', column: 'sim.msisdn' },
  ],
  optional: [
    ...['end_timestamp', 'operator.country.mcc', 'operator.mnc', 'endpoint.imei', 'cost', 'currency.code'],
    ...['session_id', 'ipcan_session_id', 'rat_type'],
  ],
  identity: ['id'],
  start: { column: 'start_timestamp' },
  end: { column: 'end_timestamp' },
  network: { mcc: 'operator.country.mcc', mnc: 'operator.mnc' },
  technology: 'rat_type',
  session: 'session_id',
  imei: 'endpoint.imei',
  charge: 'cost',
  currency: 'currency.code',
} as const;

/** The same records with the names joined by underscores. */
const flat = {
  identifiers: [
    { kind: 'imsi', column: 'imsi' },
    { kind: 'iccid', column: 'sim_iccid' },
    { kind: 'msisdn', column: 'sim_msisdn' },
    { kind: 'device', column: 'sim_id' },
  ],
  optional: [
    ...['imsi', 'sim_iccid', 'sim_msisdn', 'sim_id', 'end_timestamp', 'operator_country_mcc', 'operator_mnc'],
    ...['endpoint_imei', 'cost', 'currency_code', 'session_id', 'ipcan_session_id', 'rat_type'],
  ],
  identity: ['id'],
  start: { column: 'start_timestamp' },
  end: { column: 'end_timestamp' },
  network: { mcc: 'operator_country_mcc', mnc: 'operator_mnc' },
  technology: 'rat_type',
  session: 'session_id',
  imei: 'endpoint_imei',
  charge: 'cost',
  currency: 'currency_code',
} as const;

/** 1NCE: tx is up, and a message from the device. What it calls cost is no real cost. */
const onceNested = {
  ...nested,
  service: trafficTypes('traffic_type.id', 'volume.tx', 'volume.rx', 'volume.tx', 'volume.rx'),
};
const onceFlat = {
  ...flat,
  session: 'ipcan_session_id',
  service: trafficTypes('traffic_type_id', 'volume_tx', 'volume_rx', 'volume_tx', 'volume_rx'),
};

/** emnify: tx is up, but of messages rx is what the platform received from the device. */
const emnifyNested = {
  ...nested,
  service: trafficTypes('traffic_type.id', 'volume.tx', 'volume.rx', 'volume.rx', 'volume.tx'),
};
const emnifyFlat = {
  ...flat,
  service: trafficTypes('traffic_type_id', 'volume_tx', 'volume_rx', 'volume_rx', 'volume_tx'),
};

const TELNYX_UNITS = ['MB', 'GB', 'kB'] as const;
const session5g = (path: string) => `pDUSessionChargingInformation.${path}`;
const FIVE_QI = 'pduSessionInformation.authorizedQoSInformation.5qi';
const USED_UNITS = 'multipleUnitUsage[].usedUnitContainer[]';
const CONTAINER_5G = `${USED_UNITS}.pDUContainerInformation`;

/** Usage exports of IoT connectivity platforms. */
export const PLATFORM_PRESETS = {
  '1nce-json': { about: '1NCE Data Streamer: JSON lines, an array or an object, nested names', definition: onceNested },
  '1nce-flat-json': {
    about: '1NCE Data Streamer 2.0 as JSON with flat names (sim_id …); the SIM is known by its sim_id',
    definition: { format: 'json', ...onceFlat },
  },
  '1nce-csv': { about: '1NCE Data Streamer with flat names as CSV', definition: { format: 'delimited', ...onceFlat } },
  'emnify-json': {
    about: 'emnify Data Streamer: JSON lines or an array, nested names; rx of a message is from the device',
    definition: emnifyNested,
  },
  'emnify-flat-json': {
    about: 'emnify Data Streamer as JSON with flat names',
    definition: { format: 'json', ...emnifyFlat },
  },
  'emnify-csv': { about: 'emnify Data Streamer as CSV on S3', definition: { format: 'delimited', ...emnifyFlat } },

  /** Octets by SIM, day (or month) and speed class; what is exported later replaces what was said before. */
  'soracom-air-csv': {
    about:
      'Soracom Air usage export: octets by SIM, day or month and speed class; a later export replaces an earlier one',
    definition: {
      format: 'delimited',
      records: 'aggregates',
      identifiers: [{ kind: 'imsi', column: 'imsi' }],
      identity: ['imsi', 'date', 'type'],
      start: { column: 'date', formats: ['yyyyMMdd', 'yyyyMM'] },
      service: {
        rules: [{ service: 'data', quantities: upAndDown('B', 'uploadByteSizeTotal', 'downloadByteSizeTotal') }],
      },
      technology: 'type',
    },
  },

  /** Volumes are decimal numbers in the unit that data_unit says, taken as multiples of 1,000. */
  'telnyx-csv': {
    about: 'Telnyx wireless detail records: data by session, in the unit the file says',
    definition: {
      format: 'delimited',
      identifiers: [
        { kind: 'imsi', column: 'imsi' },
        { kind: 'device', column: 'sim_card_id' },
      ],
      optional: ['imsi', 'stop_time', 'radio_access_technology', 'data_cost', 'currency'],
      identity: ['sim_card_id', 'start_time', 'mobile_country_code', 'mobile_network_code'],
      start: { column: 'start_time' },
      end: { column: 'stop_time' },
      service: {
        column: 'data_unit',
        rules: TELNYX_UNITS.map((unit) => ({
          value: unit === 'kB' ? 'KB' : unit,
          service: 'data',
          quantities: upAndDown(unit, 'uplink_data', 'downlink_data').map((q) => ({ ...q, fraction: 'nearest' })),
        })),
      },
      network: { mcc: 'mobile_country_code', mnc: 'mobile_network_code' },
      technology: 'radio_access_technology',
      charge: 'data_cost',
      currency: 'currency',
    },
  },

  /** Counters since the beginning of the billing cycle. The file's name says when they were read, as the API does not. */
  'control-center-json': {
    about: 'Cisco Control Center ctdUsages: counters of data, messages and calls since the cycle began',
    definition: {
      format: 'json',
      records: 'counters',
      fileNamePattern: 'ctdUsages_{asOf}.json',
      asOf: { from: 'fileName', format: 'yyyyMMddTHHmmZ' },
      identifiers: [
        { kind: 'iccid', column: 'iccid' },
        { kind: 'imsi', column: 'imsi' },
        { kind: 'msisdn', column: 'msisdn' },
      ],
      optional: ['imei', 'ctdDataUsage', 'ctdSMSUsage', 'ctdVoiceUsage'],
      identity: ['iccid'],
      start: { column: '' },
      service: {
        rules: [
          { service: 'data', quantities: [{ measure: 'bytesUnsplit', column: 'ctdDataUsage', unit: 'B' }] },
          { service: 'sms', quantities: [{ measure: 'count', column: 'ctdSMSUsage', unit: 'piece' }] },
          { service: 'voice', quantities: [{ measure: 'seconds', column: 'ctdVoiceUsage', unit: 'second' }] },
        ],
      },
      imei: 'imei',
    },
  },

  /** Octets by SIM and period; a later download replaces an earlier one. The charge is not final while its currency is null. */
  'super-sim-json': {
    about:
      'Twilio or KORE Super SIM UsageRecords by SIM and hour, day or period; a later download replaces an earlier one',
    definition: {
      format: 'json',
      recordsAt: 'usage_records',
      records: 'aggregates',
      identifiers: [{ kind: 'device', column: 'sim_sid' }],
      optional: ['data_total_billed', 'billed_unit'],
      identity: ['sim_sid', 'period.start_time', 'period.end_time'],
      start: { column: 'period.start_time' },
      service: { rules: [{ service: 'data', quantities: upAndDown('B', 'data_upload', 'data_download') }] },
      charge: 'data_total_billed',
      currency: 'billed_unit',
    },
  },

  /** Pages of the usage API, as they are answered. */
  'hologram-json': {
    about: 'Hologram usage API: pages of data sessions by link',
    definition: {
      format: 'json',
      recordsAt: 'data',
      identifiers: [
        { kind: 'device', column: 'linkid' },
        { kind: 'device', column: 'deviceid' },
      ],
      identity: ['id'],
      start: { column: 'timestamp', formats: ['iso', 'epochSeconds'] },
      service: { rules: [{ service: 'data', quantities: [{ measure: 'bytesUnsplit', column: 'bytes', unit: 'B' }] }] },
    },
  },

  /**
   * Charging Data Requests as they were sent, one a line. Used units are what came since the request before (TS 32.291 §6.1); each rating
   * group, class of quality and technology is a record of its own.
   */
  'ts32291-json': {
    about: '3GPP TS 32.291 charging data requests of a 5G core, JSON lines: used units by request',
    definition: {
      format: 'json',
      identifiers: [
        { kind: 'imsi', column: 'subscriberIdentifier', prefixes: ['imsi-'] },
        { kind: 'msisdn', column: session5g('userInformation.servedGPSI'), prefixes: ['msisdn-'] },
      ],
      optional: [
        ...['multipleUnitUsage[].usedUnitContainer[].uplinkVolume', `${USED_UNITS}.downlinkVolume`],
        ...[`${USED_UNITS}.totalVolume`, 'invocationSequenceNumber'],
        ...['userInformation.servedGPSI', 'userInformation.servedPEI'].map(session5g),
        ...['servingCNPlmnId.mcc', 'servingCNPlmnId.mnc', 'dnnId', 'ratType'].map((path) =>
          session5g(`pduSessionInformation.${path}`),
        ),
        ...['sst', 'sd'].map((path) => session5g(`pduSessionInformation.networkSlicingInfo.sNSSAI.${path}`)),
        session5g(FIVE_QI),
      ],
      identity: [session5g('chargingId'), 'invocationSequenceNumber'],
      start: { column: 'invocationTimeStamp' },
      service: {
        rules: [
          {
            service: 'data',
            quantities: [
              ...upAndDown('B', `${USED_UNITS}.uplinkVolume`, `${USED_UNITS}.downlinkVolume`),
              { measure: 'bytesTotal', column: `${USED_UNITS}.totalVolume`, unit: 'B' },
            ],
            withoutQuantity: 'zero',
          },
        ],
      },
      network: {
        mcc: session5g('pduSessionInformation.servingCNPlmnId.mcc'),
        mnc: session5g('pduSessionInformation.servingCNPlmnId.mnc'),
      },
      apn: session5g('pduSessionInformation.dnnId'),
      technology: { column: session5g('pduSessionInformation.ratType'), each: `${CONTAINER_5G}.rATType` },
      slice: {
        sst: session5g('pduSessionInformation.networkSlicingInfo.sNSSAI.sst'),
        sd: session5g('pduSessionInformation.networkSlicingInfo.sNSSAI.sd'),
      },
      fiveQi: { column: session5g(FIVE_QI), each: `${CONTAINER_5G}.qoSInformation.5qi` },
      ratingGroup: { each: 'multipleUnitUsage[].ratingGroup' },
      session: session5g('chargingId'),
      chargingId: session5g('chargingId'),
      sequence: 'invocationSequenceNumber',
      imei: { column: session5g('userInformation.servedPEI'), prefixes: ['imei-', 'imeisv-'] },
    },
  },

  /** Files of half an hour without a header; times are UTC, volumes octets that are not split. */
  'eiotclub-csv': {
    about: 'EIOTCLUB cdr_*.csv: data sessions, no header line, eight columns',
    definition: {
      format: 'delimited',
      columns: ['id', 'start_time', 'stop_time', 'iccid', 'imsi', 'data_usage', 'imei', 'mccmnc'],
      identifiers: [
        { kind: 'imsi', column: 'imsi' },
        { kind: 'iccid', column: 'iccid' },
      ],
      identity: ['id'],
      start: { column: 'start_time' },
      end: { column: 'stop_time' },
      service: {
        rules: [{ service: 'data', quantities: [{ measure: 'bytesUnsplit', column: 'data_usage', unit: 'B' }] }],
      },
      network: { column: 'mccmnc' },
      imei: 'imei',
    },
  },
} as const;
