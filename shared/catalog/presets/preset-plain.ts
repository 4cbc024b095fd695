/**
 * Our own layout, for carriers and devices that can write what we like best, as CSV (comma, UTF-8, header line with exactly these names in any
 * order) or JSON (the same names as keys). `record_id` is unique for the carrier; one of imsi, iccid, msisdn, eid and device is filled; `start`
 * is ISO 8601 with an offset or Z; `service` is data, sms, voice, supplementary or event:<name>; `direction` mo, mt or empty; quantities are
 * whole octets, seconds and pieces, and one of them is filled. All but record_id, start and service may be missing; what is not named here is
 * ignored.
 */
export const PLAIN_COLUMNS = [
  ...['imsi', 'iccid', 'msisdn', 'eid', 'device', 'direction', 'network', 'apn', 'technology', 'slice', 'session'],
  ...['bytes_up', 'bytes_down', 'bytes', 'seconds', 'count', 'other_party', 'imei', 'charge', 'tax', 'currency'],
  ...['charging_id', 'sequence', 'record_type', 'five_qi', 'rating_group'],
] as const;

/** What the names of our own layout mean. */
export function plainMapping(optional: readonly string[]) {
  return {
    identifiers: ['imsi', 'iccid', 'msisdn', 'eid', 'device'].map((kind) => ({ kind, column: kind })),
    optional,
    identity: ['record_id'],
    start: { column: 'start' },
    service: {
      column: 'service',
      rules: [
        {
          value: '*',
          service: 'value',
          quantities: [
            { measure: 'bytesUp', column: 'bytes_up', unit: 'B' },
            { measure: 'bytesDown', column: 'bytes_down', unit: 'B' },
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
    fiveQi: 'five_qi',
    ratingGroup: 'rating_group',
    session: 'session',
    chargingId: 'charging_id',
    sequence: 'sequence',
    recordType: 'record_type',
    otherParty: 'other_party',
    imei: 'imei',
    charge: 'charge',
    tax: 'tax',
    currency: 'currency',
  };
}
