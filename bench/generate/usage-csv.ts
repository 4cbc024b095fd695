import { seeded } from './random.ts';

/** What a generated fleet looks like. */
export interface Fleet {
  readonly records: number;
  readonly subscriptions: number;
  /** Epoch seconds of the first record; records spread over the seconds that follow. */
  readonly from: number;
  readonly seconds: number;
  readonly seed: number;
}

const HEADER =
  'record_id,start,service,direction,imsi,iccid,msisdn,network,apn,technology,session,bytes_up,bytes_down,seconds,count,imei,charge,currency\n';
const NETWORKS = ['26201', '26202', '20801', '20810', '23415', '24705', '31041', '22210'];
const APNS = ['iot.example', 'meters.example', 'fleet.example'];
const TECHNOLOGIES = ['LTE-M', 'NB-IoT', 'LTE', 'NR'];
const BLOCK = 1 << 20;

/** A usage file in the plain-csv layout (18 columns, about 190 bytes a record: 92 % data, 6 % messages, 2 % voice), block by block. */
export function* usageCsv(fleet: Fleet): Generator<Uint8Array> {
  const random = seeded(fleet.seed);
  let lines: string[] = [HEADER];
  let size = HEADER.length;
  for (let record = 0; record < fleet.records; record++) {
    const line = usageLine(fleet, record, random);
    lines.push(line);
    size += line.length;
    if (size < BLOCK) continue;
    yield Buffer.from(lines.join(''), 'latin1');
    lines = [];
    size = 0;
  }
  if (lines.length > 0) yield Buffer.from(lines.join(''), 'latin1');
}

function usageLine(fleet: Fleet, record: number, random: (below: number) => number): string {
  const subscription = random(fleet.subscriptions);
  const at = fleet.from + Math.floor((record / fleet.records) * fleet.seconds);
  const kind = random(100);
  const digits = String(subscription).padStart(9, '0');
  const who = `00101${digits}0,89990${digits}00006,88299${digits}`;
  const where = `${NETWORKS[random(NETWORKS.length)]},${APNS[subscription % 3]},${TECHNOLOGIES[subscription % 4]}`;
  const start = new Date(at * 1000).toISOString().replace('.000', '');
  const id = 7_000_000_000 + record;
  if (kind < 92) {
    const session = `s${subscription}-${random(4)}-${record % 97}`;
    return `${id},${start},data,,${who},${where},${session},${random(60_000)},${random(2_000_000)},${random(3600)},,35250011000${1000 + (subscription % 9000)},0.00${random(900) + 100},EUR\n`;
  }
  if (kind < 98) return `${id},${start},sms,${kind & 1 ? 'mo' : 'mt'},${who},${where},,,,,1,,0.04,EUR\n`;
  return `${id},${start},voice,mo,${who},${where},,,,${random(600)},,,0.3,EUR\n`;
}
