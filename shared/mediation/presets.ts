import { type SourceDefinition, sourceDefinition } from '#shared/catalog/source.ts';

/** Source definitions for formats that are known well enough to need none: a catalogue names one and its carrier. */
export type PresetName = keyof typeof PRESETS;

/**
 * A preset as the definition of a carrier's files.
 * @throws ZodError when name, carrier or pattern are not what a definition allows.
 */
export function presetSource(
  preset: PresetName,
  name: string,
  carrier: string,
  fileNamePattern: string,
): SourceDefinition {
  return sourceDefinition.parse({ ...PRESETS[preset], name, carrier, fileNamePattern });
}

const bytes = (unit: 'MB' | 'B', up: string, down: string) => [
  { measure: 'bytesUp', column: up, unit },
  { measure: 'bytesDown', column: down, unit },
];

/** Source definitions that are ready, by name: a catalogue takes one and says carrier and file names. */
export const PRESETS = {
  /** GSMA TAP 3.10 to 3.12: roaming usage from visited networks. */
  tap3: { format: 'tap3' },

  /**
   * emnify's usage as CSV on S3. Volumes are megabytes of 10^6 octets with six decimals; tx is up. Short messages are the other way round:
   * rx is what the platform received from the device. Its cost is real money, in the column's currency.
   */
  'emnify-csv': {
    format: 'delimited',
    identifiers: [
      { kind: 'imsi', column: 'imsi' },
      { kind: 'iccid', column: 'sim_iccid' },
      { kind: 'msisdn', column: 'sim_msisdn' },
    ],
    optional: ['sim_iccid', 'sim_msisdn', 'endpoint_imei', 'cost', 'currency_code'],
    identity: ['id'],
    start: { column: 'start_timestamp' },
    end: { column: 'end_timestamp' },
    service: {
      column: 'traffic_type_id',
      rules: [
        { value: '5', service: 'data', quantities: bytes('MB', 'volume_tx', 'volume_rx') },
        {
          value: '6',
          service: 'sms',
          quantities: [
            { measure: 'count', column: 'volume_rx', unit: 'piece', direction: 'mo' },
            { measure: 'count', column: 'volume_tx', unit: 'piece', direction: 'mt' },
          ],
        },
      ],
    },
    network: { mcc: 'operator_country_mcc', mnc: 'operator_mnc' },
    session: 'session_id',
    imei: 'endpoint_imei',
    charge: 'cost',
    currency: 'currency_code',
  },

  /** Soracom Air usage export: octets by SIM, day (or month) and speed class; what is exported later replaces what was said before. */
  'soracom-air-csv': {
    format: 'delimited',
    records: 'aggregates',
    identifiers: [{ kind: 'imsi', column: 'imsi' }],
    identity: ['imsi', 'date', 'type'],
    start: { column: 'date', formats: ['yyyyMMdd', 'yyyyMM'] },
    service: { rules: [{ service: 'data', quantities: bytes('B', 'uploadByteSizeTotal', 'downloadByteSizeTotal') }] },
    technology: 'type',
  },

  /**
   * Our own layout, for carriers and devices that can write what we like best: comma, UTF-8, header line with exactly these names in any
   * order. `record_id` is unique for the carrier; one of imsi, iccid, msisdn, eid and device is filled; `start` is ISO 8601 with an offset or Z;
   * `service` is data, sms, voice, supplementary or event:<name>; `direction` mo, mt or empty; quantities are whole octets, seconds and
   * pieces, and one of them is filled. All but record_id, start and service may be missing; columns not named here are ignored.
   */
  'plain-csv': {
    format: 'delimited',
    identifiers: [
      { kind: 'imsi', column: 'imsi' },
      { kind: 'iccid', column: 'iccid' },
      { kind: 'msisdn', column: 'msisdn' },
      { kind: 'eid', column: 'eid' },
      { kind: 'device', column: 'device' },
    ],
    optional: [
      ...['imsi', 'iccid', 'msisdn', 'eid', 'device', 'direction', 'network', 'apn', 'technology', 'slice', 'session'],
      ...['bytes_up', 'bytes_down', 'bytes', 'seconds', 'count', 'other_party', 'imei', 'charge', 'currency'],
    ],
    identity: ['record_id'],
    start: { column: 'start' },
    service: {
      column: 'service',
      rules: [
        {
          value: '*',
          service: 'value',
          quantities: [
            ...bytes('B', 'bytes_up', 'bytes_down'),
            { measure: 'bytesUnsplit', column: 'bytes', unit: 'B' },
            { measure: 'seconds', column: 'seconds', unit: 'second' },
            { measure: 'count', column: 'count', unit: 'piece' },
          ],
        },
      ],
    },
    direction: { column: 'direction', values: { '': '', mo: 'mo', mt: 'mt' } },
    network: { column: 'network' },
    apn: 'apn',
    technology: 'technology',
    slice: 'slice',
    session: 'session',
    otherParty: 'other_party',
    imei: 'imei',
    charge: 'charge',
    currency: 'currency',
  },
} as const;
