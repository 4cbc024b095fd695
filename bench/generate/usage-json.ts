import { seeded } from './random.ts';
import type { Fleet } from './usage-csv.ts';

const NETWORKS = [
  ['262', '01', 'Telekom', 'Germany'],
  ['208', '01', 'Orange', 'France'],
  ['247', '05', 'Bite GSM', 'Latvia'],
  ['310', '410', 'AT&T', 'United States'],
] as const;
const BLOCK = 1 << 20;

/**
 * A usage file in JSON lines as a platform's data streamer writes them (about 470 bytes and 25 values a record, 94 % data, 6 % messages;
 * megabytes with six decimals, small ones with an exponent), block by block. To be read with the preset 1nce-json.
 */
export function* usageJson(fleet: Fleet): Generator<Uint8Array> {
  const random = seeded(fleet.seed);
  let lines: string[] = [];
  let size = 0;
  for (let record = 0; record < fleet.records; record++) {
    const line = usageLine(fleet, record, random);
    lines.push(line);
    size += line.length;
    if (size < BLOCK) continue;
    yield Buffer.from(lines.join(''), 'utf8');
    lines = [];
    size = 0;
  }
  if (lines.length > 0) yield Buffer.from(lines.join(''), 'utf8');
}

function usageLine(fleet: Fleet, record: number, random: (below: number) => number): string {
  const subscription = random(fleet.subscriptions);
  const at = fleet.from + Math.floor((record / fleet.records) * fleet.seconds);
  const digits = String(subscription).padStart(9, '0');
  const [mcc, mnc, operator, country] = NETWORKS[random(NETWORKS.length)]!;
  const isMessage = random(100) < 6;
  const [tx, rx] = isMessage ? [record & 1, 1 - (record & 1)] : [random(60_000), random(2_000_000)];
  const volume = (value: number) => (isMessage ? value.toFixed(1) : megabytes(value));
  const time = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000', '');
  const parts = [
    `"id":${7_000_000_000 + record},"imsi":"00101${digits}0"`,
    `"start_timestamp":"${time(at)}","end_timestamp":"${time(at + random(900))}"`,
    `"sim":{"iccid":"89990${digits}00006","msisdn":"88299${digits}"}`,
    `"currency":{"symbol":"€","code":"EUR"}`,
    `"operator":{"name":"${operator}","mnc":"${mnc}","country":{"mcc":"${mcc}","name":"${country}"}}`,
    `"traffic_type":{"id":${isMessage ? 6 : 5},"description":"${isMessage ? 'SMS' : 'Data'}"}`,
    `"endpoint":{"name":"dev-${subscription}","imei":""}`,
    `"cost":0.00${random(900) + 100},"volume":{"total":${volume(tx + rx)},"rx":${volume(rx)},"tx":${volume(tx)}}`,
  ];
  return `{${parts.join(',')}}\n`;
}

/** Megabytes as Python writes them: below 0.0001 with an exponent. */
function megabytes(octets: number): string {
  if (octets === 0) return '0.0';
  if (octets >= 100) return (octets / 1e6).toFixed(6);
  return octets < 10 ? `${octets}e-06` : `${(octets / 10).toFixed(1).replace('.0', '')}e-05`;
}
