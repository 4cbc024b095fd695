import { describe, expect, test } from 'vitest';
import { type PresetName, presetSource } from '#shared/catalog/presets/presets.ts';
import { decode, type RecordLine, recordsOf } from './decode.ts';

/** Presets of which no sample stands beside the others: files as their carriers' own pages describe them, decoded by hand. */
const read = (preset: PresetName, text: string) =>
  decode(presetSource(preset, 'source', 'demo', '*'), 'usage', Buffer.from(text));

const ONCE = {
  id: 9_007_199_254_740_993n,
  ingestion_timestamp: '2026-10-09T12:59:40Z',
  start_timestamp: '2026-10-09T12:51:20Z',
  end_timestamp: '2026-10-09T12:59:05Z',
  endpoint_imei: '352500110001016f',
  sim_id: 8_882_880_000n,
  operator_id: 4,
  operator_country_id: 74,
  operator_mnc: '01',
  organisation_id: 3,
  traffic_type_id: 5,
  volume_rx: '0.000176',
  volume_tx: '0.001',
  volume_total: '0.001176',
  cost: '7.6e-05',
  ipcan_session_id: 's-1',
};
const SMS = {
  ...ONCE,
  id: 9_007_199_254_740_994n,
  traffic_type_id: 6,
  volume_rx: '0',
  volume_tx: '1',
  volume_total: '1',
};
const names = Object.keys(ONCE) as (keyof typeof ONCE)[];
const csv = (...rows: (typeof ONCE)[]) =>
  [names.join(), ...rows.map((each) => names.map((name) => String(each[name])).join())].join('\n') + '\n';
const json = (each: typeof ONCE) =>
  `{${names.map((name) => `"${name}":${typeof each[name] === 'string' && Number.isNaN(Number(each[name])) ? `"${each[name]}"` : each[name]}`).join()}}\n`;

const inDevice = { identifier: 'device#8882880000', started_at: '2026-10-09T12:51:20Z', imei: '352500110001016' };
const data = { ...inDevice, service: 'data', bytes_up: '1000', bytes_down: '176', seconds: '465', charge: '0.000076' };
const sms = { ...inDevice, service: 'sms', count: '1' };

describe.each<[PresetName, (...rows: (typeof ONCE)[]) => string, string]>([
  ['1nce-flat-json', (...rows) => rows.map((each) => json({ ...each, operator_mnc: '1' })).join(''), 'mo'],
  ['1nce-csv', csv, 'mo'],
  ['emnify-flat-json', (...rows) => rows.map((each) => json({ ...each, operator_mnc: '1' })).join(''), 'mt'],
  ['emnify-csv', csv, 'mt'],
])('%s', (preset, written, direction) => {
  test('data and a message; what is sent again under its id is a duplicate; ids beyond 2^53 are told apart', () => {
    const decoded = read(preset, written(ONCE, SMS, ONCE));
    expect(decoded.outcome).toMatchObject({ status: 'accepted', rejected: 0, read: 3, duplicate: { records: 1 } });
    expect(recordsOf(decoded)).toMatchObject([data, { ...sms, direction }]);
  });

  test('a network whose country is not said is none', () => {
    expect(recordsOf(read(preset, written(ONCE))).map(({ network }) => network)).toEqual(['']);
  });
});

test('hologram-json: pages of sessions by link', () => {
  const page = (...items: string[]) =>
    `{"success":true,"size":${items.length},"continues":false,"data":[${items.join()}]}\n`;
  const item = (id: number, at: string) =>
    `{"id":${id},"deviceid":77,"linkid":1234,"bytes":8192,"timestamp":${at},"network":"T-Mobile"}`;
  const decoded = read(
    'hologram-json',
    page(item(1, '"2026-10-09T10:00:00Z"'), item(2, '1791540000')) + page(item(1, '0')),
  );
  expect(decoded.outcome).toMatchObject({ status: 'accepted', read: 3, rejected: 1 });
  const told = ({ identifier, started_at, bytes_unsplit }: RecordLine) => [identifier, started_at, bytes_unsplit];
  expect(recordsOf(decoded).map(told)).toEqual([
    ['device#1234', '2026-10-09T10:00:00Z', '8192'],
    ['device#1234', '2026-10-09T10:00:00Z', '8192'],
  ]);
});

const OURS = {
  record_id: 'p-1',
  iccid: '8988001000000001609',
  start: '2026-10-09T10:00:00+05:45',
  service: 'event:door-opened',
  direction: 'mt',
  network: 'DEUD2',
  count: '3',
  technology: 'LTE-M',
  five_qi: '9',
  rating_group: '10',
  charging_id: '4294967295',
};
const ours = {
  identifier: 'iccid#8988001000000001609',
  started_at: '2026-10-09T04:15:00Z',
  start_offset: '+05:45',
  service: 'event:door-opened',
  direction: 'mt',
  network: 'DEUD2',
  count: '3',
  technology: 'LTE-M',
  five_qi: '9',
  rating_group: '10',
  charging_id: '4294967295',
};
test.each<[PresetName, string]>([
  ['plain-json', JSON.stringify([OURS])],
  ['plain-csv', `\ufeff${Object.keys(OURS).join()}\r\n${Object.values(OURS).join()}\r\n`],
])('%s: what is filled counts, what is not named may be missing', (preset, text) => {
  expect(recordsOf(read(preset, text))).toMatchObject([ours]);
});
