import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodeTransferBatch, type Tap3Event } from '../../bench/generate/tap3-encoder.ts';
import { fleetFiles } from './files.ts';
import {
  type FileEntry,
  type FleetFile,
  type FleetRecord,
  FORGOTTEN_ROWS,
  type InventoryRow,
  NOVEMBER_ROWS,
  SUBSCRIPTION_ROWS,
  SUBSCRIPTIONS,
} from './fleet.ts';

/** Writes usage/ and the CSV files of inventory/: `node examples/fleet-month/make.ts`. The same bytes every time. */

const HERE = import.meta.dirname;
const SUMMER_TIME_ENDS = Date.UTC(2026, 9, 25, 1) / 1000;
const byImsi = new Map(SUBSCRIPTIONS.map((subscription) => [subscription.imsi, subscription]));
const GARBAGE =
  '<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n<body><h1>502 Bad Gateway</h1></body></html>\n';

function fileBytes(file: FleetFile): Uint8Array {
  if (file.fate === 'quarantined' && file.sender === '') return Buffer.from(GARBAGE);
  if (file.sender === '') return Buffer.from(csvText(file));
  const whole = tapBytes(file);
  return file.fate === 'quarantined' ? whole.subarray(0, Math.floor(whole.length * 0.6)) : whole;
}

function tapBytes(file: FleetFile): Uint8Array {
  return encodeTransferBatch({
    sender: file.sender,
    recipient: 'UTOIO',
    sequence: file.sequence,
    release: 12,
    test: false,
    available: file.available,
    offset: offsetAt(file.available),
    localCurrency: 'EUR',
    tapCurrency: '',
    decimals: 5,
    exchangeRate: 119_857,
    indefinite: file.sender === 'FRAF1',
    events: file.entries.map(({ record }) => tapEvent(record)),
    audit: {},
  });
}

function offsetAt(instant: number): string {
  return instant < SUMMER_TIME_ENDS ? '+0200' : '+0100';
}

function tapEvent(record: FleetRecord): Tap3Event {
  const { imsi, startedAt: start, seconds } = record;
  const msisdn = byImsi.get(imsi)?.msisdn ?? '';
  const basics = { imsi, msisdn, start, seconds, offset: offsetAt(start), tax: 0 };
  if (record.service === 'data') {
    const { up, down } = record;
    const charge = Math.ceil((up + down) / 10_000);
    const session = { imei: '', apn: 'iot.fernweh', chargingId: 40_000_000 + record.identity, partial: '' as const };
    return { kind: 'gprs', ...basics, ...session, entity: '10.20.1.1', charge, bytesUp: up, bytesDown: down };
  }
  const isCall = record.service === 'voice';
  return {
    kind: record.direction === 'mt' ? 'mt' : 'mo',
    ...basics,
    entity: 'MSC-01',
    charge: isCall ? 40 * seconds : 2_000,
    teleservice: isCall ? '11' : record.direction === 'mt' ? '21' : '22',
    otherParty: `4940${5_550_000 + (record.identity % 1000)}`,
    callReference: record.identity.toString(16).padStart(8, '0'),
  };
}

const CSV_COLUMNS = [
  'id',
  'ingestion_timestamp',
  'start_timestamp',
  'end_timestamp',
  'endpoint_id',
  'endpoint_imei',
  'endpoint_ip_address',
  'endpoint_name',
  'endpoint_tags',
  'sim_id',
  'sim_iccid',
  'sim_msisdn',
  'imsi_id',
  'imsi',
  'operator_id',
  'operator_country_mcc',
  'operator_mnc',
  'organisation_id',
  'tariff_id',
  'tariff_ratezone_id',
  'traffic_type_id',
  'volume_rx',
  'volume_tx',
  'volume_total',
  'cost',
  'currency_code',
  'session_id',
];

function csvText(file: FleetFile): string {
  return `${[CSV_COLUMNS.join(','), ...file.entries.map(csvLine)].join('\n')}\n`;
}

/** Volumes in MB of a million octets; of a message, rx means from the device and tx towards it. */
function csvLine({ record, garbled }: FileEntry): string {
  const { imsi, startedAt, seconds, network } = record;
  const { iccid = '', msisdn = '' } = byImsi.get(imsi) ?? {};
  const sim = Number(imsi.slice(-4));
  const isMessage = record.service === 'sms';
  const [rx, tx] = isMessage ? (record.direction === 'mo' ? [1, 0] : [0, 1]) : [record.down, record.up];
  const volume = (value: number) => (isMessage ? String(value) : megabytes(value));
  const id = 5_000_000_000 + record.identity;
  const cells: Record<string, string | number> = {
    id,
    ingestion_timestamp: iso(startedAt + seconds + 60),
    start_timestamp: garbled === 'start_timestamp' ? '0000-00-00T00:00:00Z' : iso(startedAt),
    end_timestamp: iso(startedAt + seconds),
    endpoint_id: sim,
    sim_id: sim,
    sim_iccid: iccid,
    sim_msisdn: msisdn,
    imsi_id: sim,
    imsi,
    operator_id: 2,
    operator_country_mcc: network.slice(0, 3),
    operator_mnc: network.slice(3),
    organisation_id: 1234,
    tariff_id: 398,
    tariff_ratezone_id: 2067,
    traffic_type_id: isMessage ? 6 : 5,
    volume_rx: garbled === 'volume_rx' ? 'n/a' : volume(rx),
    volume_tx: volume(tx),
    volume_total: volume(rx + tx),
    cost: '0.0',
    currency_code: 'EUR',
    session_id: `5f0c0f0e-0000-4000-8000-${String(id).padStart(12, '0')}`,
  };
  return CSV_COLUMNS.map((column) => cells[column] ?? '').join(',');
}

function megabytes(octets: number): string {
  return `${Math.floor(octets / 1_000_000)}.${String(octets % 1_000_000).padStart(6, '0')}`;
}

function iso(instant: number): string {
  return new Date(instant * 1000).toISOString().replace('.000Z', 'Z');
}

function inventoryCsv(rows: readonly InventoryRow[]): string {
  const columns = [
    'subscription',
    'effectiveFrom',
    'state',
    'payer',
    'plan',
    'businessUnit',
    'imsi',
    'iccid',
    'msisdn',
  ] as const;
  return `${[columns.join(','), ...rows.map((row) => columns.map((column) => row[column]).join(','))].join('\n')}\n`;
}

rmSync(join(HERE, 'usage'), { recursive: true, force: true });
for (const file of fleetFiles()) {
  const folder = join(HERE, 'usage', file.carrier);
  mkdirSync(folder, { recursive: true });
  const bytes = fileBytes(file);
  writeFileSync(join(folder, file.name), file.name.endsWith('.gz') ? gzipSync(bytes, { level: 9 }) : bytes);
}
mkdirSync(join(HERE, 'inventory'), { recursive: true });
for (const [name, rows] of Object.entries({
  subscriptions: SUBSCRIPTION_ROWS,
  forgotten: FORGOTTEN_ROWS,
  november: NOVEMBER_ROWS,
})) {
  writeFileSync(join(HERE, 'inventory', `${name}.csv`), inventoryCsv(rows));
}
