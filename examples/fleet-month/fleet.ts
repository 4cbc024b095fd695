/**
 * The fleet of the example as plain data: which subscriptions there are, what became of them, and what their SIMs did in October and
 * November 2026. Everything follows from one seed. `make.ts` writes it down in the formats carriers and people use; the expected
 * invoices (`expected/compute.ts`) are computed from these records before they are encoded.
 */

const DAY = 86_400;
/** Local midnights in Berlin: 1 October (UTC+2), 1 November and 1 December (UTC+1). The 25th of October has 25 hours. */
export const OCTOBER = Date.UTC(2026, 8, 30, 22) / 1000;
export const NOVEMBER = Date.UTC(2026, 9, 31, 23) / 1000;
export const DECEMBER = Date.UTC(2026, 10, 30, 23) / 1000;
const SUMMER_TIME_ENDS = Date.UTC(2026, 9, 25, 1) / 1000;

/** A record as the carrier knows it, before it is written in a format. Equal identities are the same event. */
export interface FleetRecord {
  readonly identity: number;
  readonly imsi: string;
  /** Epoch seconds. */
  readonly startedAt: number;
  readonly service: 'data' | 'sms' | 'voice';
  readonly direction: 'mo' | 'mt' | '';
  /** TADIG code of the roaming partner, or MCC and MNC. */
  readonly network: string;
  /** Octets. */
  readonly up: number;
  readonly down: number;
  readonly seconds: number;
}

/** A line or event of a file. `garbled` = which field of it cannot be read, '' = none. */
export interface FileEntry {
  readonly record: FleetRecord;
  readonly garbled: '' | 'start_timestamp' | 'volume_rx';
}

/** A usage file. Of a quarantined or copied file nothing counts. */
export interface FleetFile {
  readonly carrier: 'roamhub' | 'orbitsim';
  readonly name: string;
  readonly fate: 'loaded' | 'quarantined' | 'copy';
  /** When the carrier made it available, epoch seconds. */
  readonly available: number;
  /** Sender's TADIG code and file sequence number; '' and 0 for CSV. */
  readonly sender: string;
  readonly sequence: number;
  readonly entries: readonly FileEntry[];
}

/** One row of an inventory file. */
export interface InventoryRow {
  readonly subscription: string;
  readonly effectiveFrom: string;
  readonly state: string;
  readonly payer: string;
  readonly plan: string;
  readonly businessUnit: string;
  readonly imsi: string;
  readonly iccid: string;
  readonly msisdn: string;
}

/** Integers below a bound, the same on every machine (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const nordwind = (number: number) => `NW-${String(number).padStart(3, '0')}`;
const lakeside = (number: number) => `LS-${String(number).padStart(2, '0')}`;

/** Every subscription of both customers. Vehicles 1 to 110 begin small, 111 to 160 large; every third SIM is the CSV carrier's. */
export const SUBSCRIPTIONS = [
  ...Array.from({ length: 160 }, (_, i) => ({ id: nordwind(i + 1), ...identifiers(i + 1), ...nordwindTerms(i + 1) })),
  ...Array.from({ length: 40 }, (_, i) => ({
    id: lakeside(i + 1),
    ...identifiers(201 + i),
    payer: 'lakeside',
    plan: 'sensor',
    businessUnit: '',
  })),
];
type FleetSubscription = (typeof SUBSCRIPTIONS)[number];

function nordwindTerms(number: number) {
  const isVan = number <= 70 || (number > 110 && number <= 140);
  return {
    payer: 'nordwind',
    plan: number <= 110 ? 'fleet-s' : 'fleet-l',
    businessUnit: isVan ? 'fuhrpark' : 'kuehlkette',
  };
}

/** The carrier is by number: `roamhub` sends TAP3 of SIMs of network 001-01, `orbitsim` CSV of 901-99. */
function identifiers(number: number) {
  const carrier: FleetFile['carrier'] = number % 3 === 0 ? 'orbitsim' : 'roamhub';
  const serial = String(number).padStart(10, '0');
  return {
    carrier,
    imsi: `${carrier === 'roamhub' ? '00101' : '90199'}${serial}`,
    iccid: withCheckDigit(`${carrier === 'roamhub' ? '8988001' : '8999010'}0${serial}`),
    msisdn: `88299${serial}`,
  };
}

function withCheckDigit(digits: string): string {
  const doubled = [...digits].reverse().map((digit, place) => Number(digit) * (place % 2 === 0 ? 2 : 1));
  const total = doubled.reduce((sum, value) => sum + (value > 9 ? value - 9 : value), 0);
  return `${digits}${(10 - (total % 10)) % 10}`;
}

/** SIM that vehicle 17 gets in November, in place of a broken one. */
const NEW_SIM_OF_17 = { imsi: '001010000009017', iccid: withCheckDigit('898800100000090170') };

const NO_CHANGE: InventoryRow = {
  subscription: '',
  effectiveFrom: '',
  state: '',
  payer: '',
  plan: '',
  businessUnit: '',
  imsi: '',
  iccid: '',
  msisdn: '',
};

/** What became of some subscriptions, in lines of: subscription, effectiveFrom, state, plan, business unit ('=' the one it has). */
function rows(lines: string): InventoryRow[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const [subscription = '', effectiveFrom = '', state = '', plan = '', unit = ''] = line.trim().split(/\s+/);
      const own = SUBSCRIPTIONS.find((each) => each.id === subscription)!;
      const moves = plan !== '' && plan !== '-';
      return {
        ...NO_CHANGE,
        subscription,
        effectiveFrom,
        state: state === '-' ? '' : state,
        payer: moves ? (plan === 'sensor' ? 'lakeside' : own.payer) : '',
        plan: moves ? plan : '',
        businessUnit: !moves || plan === 'sensor' ? '' : unit === '' || unit === '=' ? own.businessUnit : unit,
      };
    });
}

function beginning(subscription: FleetSubscription, effectiveFrom: string, state: string): InventoryRow {
  const { id, payer, plan, businessUnit, imsi, iccid, msisdn } = subscription;
  return { subscription: id, effectiveFrom, state, payer, plan, businessUnit, imsi, iccid, msisdn };
}

const byId = (id: string) => SUBSCRIPTIONS.find((each) => each.id === id)!;

/** Delivered, but not yet in use, on 1 October. */
const IN_STOCK = ['NW-005', 'NW-006', 'NW-012', 'NW-116', 'LS-03', 'LS-04'];
/** Forgotten when the inventory was first written down: entered before the October invoices, and only after them. */
const FORGOTTEN = 'NW-160';
const FOUND_LATE = 'NW-159';
/** Ordered in November only. */
const ORDERED_LATER = ['LS-39', 'LS-40'];

/** Inventory as the operator first writes it down. Nothing in it begins later than 1 November. */
export const SUBSCRIPTION_ROWS: readonly InventoryRow[] = [
  ...SUBSCRIPTIONS.filter(({ id }) => ![FORGOTTEN, FOUND_LATE, ...ORDERED_LATER].includes(id)).map((each) =>
    beginning(each, '2026-10-01', IN_STOCK.includes(each.id) ? 'inventory' : 'active'),
  ),
  ...rows(`
    NW-005 2026-10-12T15:30:00+02:00 active
    NW-006 2026-10-25T02:30:00+01:00 active
    NW-007 2026-10-16                -          fleet-l
    NW-008 2026-10-20T13:45:00+02:00 -          fleet-l
    NW-112 2026-10-09T23:59:59+02:00 -          fleet-s
    NW-009 2026-10-14                -          fleet-s  kuehlkette
    NW-113 2026-10-21T06:15:00+02:00 -          fleet-l  kuehlkette
    NW-010 2026-10-08T18:20:00+02:00 suspended
    NW-010 2026-10-19T07:05:00+02:00 active
    NW-114 2026-10-22                suspended
    NW-011 2026-10-18T12:00:00+02:00 terminated
    NW-115 2026-10-26                terminated
    NW-012 2026-10-21T09:00:00+02:00 active
    NW-012 2026-10-21T20:00:00+02:00 terminated
    NW-013 2026-10-15T10:00:00+02:00 -          sensor
    NW-116 2026-11-01                active
    LS-03  2026-10-10                active
    LS-04  2026-10-10T23:30:00+02:00 active
    LS-05  2026-10-20                terminated
    LS-06  2026-10-05                suspended
    LS-06  2026-10-25                active
    LS-07  2026-10-24T22:30:00Z      terminated
  `),
];

/** The forgotten SIM, entered after October's usage had been rated without it. */
export const FORGOTTEN_ROWS: readonly InventoryRow[] = [beginning(byId(FORGOTTEN), '2026-10-01', 'active')];

/** What the operator learns after the October invoices: November's changes, and some of October's that nobody had told. */
export const NOVEMBER_ROWS: readonly InventoryRow[] = [
  beginning(byId(FOUND_LATE), '2026-10-20', 'active'),
  beginning(byId('LS-39'), '2026-11-08', 'active'),
  beginning(byId('LS-40'), '2026-11-19T17:00:00+01:00', 'active'),
  { ...NO_CHANGE, subscription: 'NW-017', effectiveFrom: '2026-11-12T10:15:00+01:00', ...NEW_SIM_OF_17 },
  {
    ...NO_CHANGE,
    subscription: 'NW-017',
    effectiveFrom: '2026-11-12T10:15:00+01:00',
    imsi: `-${byId('NW-017').imsi}`,
    iccid: `-${byId('NW-017').iccid}`,
  },
  ...rows(`
    NW-018 2026-10-27                -          fleet-l
    NW-117 2026-10-28T16:00:00+01:00 terminated
    NW-014 2026-11-12T08:00:00+01:00 -          fleet-l
    NW-118 2026-11-20                -          fleet-s
    NW-015 2026-11-10                -          fleet-s  kuehlkette
    NW-119 2026-11-17T22:10:00+01:00 -          fleet-l  kuehlkette
    NW-120 2026-11-12T12:00:00+01:00 terminated
    NW-016 2026-11-03T03:03:00+01:00 suspended
    NW-016 2026-11-23                active
    NW-114 2026-11-09T11:11:00+01:00 active
    LS-08  2026-11-27T23:59:59+01:00 terminated
  `),
];

/** Epoch seconds of a date (midnight in Berlin) or an instant. */
export function instantOf(text: string): number {
  if (text.includes('T')) return Date.parse(text) / 1000;
  const utc = Date.parse(`${text}T00:00:00Z`) / 1000;
  return utc - (utc - 7200 < SUMMER_TIME_ENDS ? 7200 : 3600);
}

/** Usage outside of the time a SIM is active: before it was entered, while it was suspended, after it was terminated. */
const STRAY_USAGE: readonly (readonly [subscription: string, at: string])[] = [
  ['NW-159', '2026-10-18T11:11:11+02:00'],
  ['NW-159', '2026-10-19T22:22:22+02:00'],
  ['NW-010', '2026-10-10T05:06:07+02:00'],
  ['NW-010', '2026-10-15T12:00:00+02:00'],
  ['NW-114', '2026-10-27T08:00:00+01:00'],
  ['NW-016', '2026-11-09T19:45:00+01:00'],
  ['NW-011', '2026-10-18T12:00:01+02:00'],
  ['NW-011', '2026-10-19T09:30:00+02:00'],
  ['NW-115', '2026-10-26T00:00:00+01:00'],
  ['NW-117', '2026-10-29T10:00:00+01:00'],
  ['NW-117', '2026-10-30T10:00:00+01:00'],
  ['NW-117', '2026-10-30T21:21:21+01:00'],
  ['LS-05', '2026-10-23T06:00:00+02:00'],
  ['LS-08', '2026-11-29T06:00:00+01:00'],
];

/** Usage on the edges of days and months and of what became of a subscription; on 25 October, 02:30 in Berlin comes twice. */
const EDGE_USAGE: readonly (readonly [subscription: string, at: string])[] = [
  ['NW-001', '2026-10-25T02:30:00+02:00'],
  ['NW-001', '2026-10-25T02:30:00+01:00'],
  ['NW-003', '2026-10-25T02:59:59+02:00'],
  ['NW-003', '2026-10-25T02:00:00+01:00'],
  ['NW-002', '2026-10-24T23:59:59+02:00'],
  ['NW-002', '2026-10-25T00:00:00+02:00'],
  ['NW-002', '2026-10-25T23:59:59+01:00'],
  ['NW-002', '2026-10-26T00:00:00+01:00'],
  ['LS-01', '2026-10-25T23:59:59+01:00'],
  ['LS-01', '2026-10-31T23:59:59+01:00'],
  ['LS-01', '2026-11-01T00:00:00+01:00'],
  ['NW-111', '2026-10-01T00:00:00+02:00'],
  ['NW-111', '2026-10-31T23:59:59+01:00'],
  ['NW-111', '2026-11-01T00:00:00+01:00'],
  ['NW-111', '2026-11-01T00:40:00+01:00'],
  ['NW-111', '2026-11-30T23:59:59+01:00'],
  ['NW-006', '2026-10-25T02:30:00+01:00'],
  ['NW-008', '2026-10-20T13:44:59+02:00'],
  ['NW-008', '2026-10-20T13:45:00+02:00'],
  ['NW-012', '2026-10-21T09:00:00+02:00'],
  ['NW-012', '2026-10-21T19:59:59+02:00'],
  ['NW-013', '2026-10-15T09:59:59+02:00'],
  ['NW-013', '2026-10-15T10:00:00+02:00'],
  ['NW-113', '2026-10-21T06:14:59+02:00'],
  ['NW-113', '2026-10-21T06:15:00+02:00'],
];

/** Everything the SIMs did, each event once, in order of time. */
export function fleetRecords(): FleetRecord[] {
  const records = [...SUBSCRIPTIONS.flatMap(usageOf), ...STRAY_USAGE.map(single), ...EDGE_USAGE.map(single)];
  records.sort((a, b) => a.startedAt - b.startedAt || (a.imsi < b.imsi ? -1 : 1) || a.up - b.up);
  return records.map((record, i) => ({ ...record, identity: i + 1 }));
}

function single([subscription, at]: readonly [string, string], place: number): FleetRecord {
  const { imsi, carrier } = byId(subscription);
  const network = carrier === 'roamhub' ? 'DEUD2' : '26202';
  return {
    ...NO_USAGE,
    imsi,
    startedAt: instantOf(at),
    network,
    up: 40_000 + 137 * place,
    down: 400_000 + 911 * place,
    seconds: 60,
  };
}

const NO_USAGE: FleetRecord = {
  identity: 0,
  imsi: '',
  startedAt: 0,
  service: 'data',
  direction: '',
  network: '',
  up: 0,
  down: 0,
  seconds: 0,
};

/** One subscription's regular usage, while it is active by all that is ever known of it. */
function usageOf(subscription: FleetSubscription, place: number): FleetRecord[] {
  const random = seeded(2026_10 + place * 7919);
  const states = [...SUBSCRIPTION_ROWS, ...FORGOTTEN_ROWS, ...NOVEMBER_ROWS]
    .filter((row) => row.subscription === subscription.id && row.state !== '')
    .map((row) => ({ from: instantOf(row.effectiveFrom), state: row.state }));
  const records: FleetRecord[] = [];
  const busy = 11 + random(14);
  for (let day = OCTOBER; day < DECEMBER; day += DAY) {
    const count = Math.floor((busy + random(10)) / 10);
    for (let i = 0; i < count; i++) {
      const startedAt = day + random(DAY);
      const state = states.findLast((each) => each.from <= startedAt)?.state;
      const record = event(subscription, startedAt, random);
      if (state === 'active' && startedAt < DECEMBER) records.push(record);
    }
  }
  return records;
}

/** One event: mostly data, now and then a message, from large vehicles a call. Numbers are drawn whatever becomes of them. */
function event(subscription: FleetSubscription, startedAt: number, random: (below: number) => number): FleetRecord {
  const [kind, where, size, rare, share] = [random(1000), random(100), random(1000), random(400), random(30)] as const;
  const isLarge = subscription.plan === 'fleet-l';
  const swapped = subscription.id === 'NW-017' && startedAt >= instantOf('2026-11-12T10:15:00+01:00');
  const basics = {
    ...NO_USAGE,
    imsi: swapped ? NEW_SIM_OF_17.imsi : subscription.imsi,
    startedAt,
    network: networkOf(subscription, where),
  };
  if (kind < 25) return { ...basics, service: 'sms', direction: kind < 17 ? 'mo' : 'mt' };
  if (kind < 33 && isLarge && subscription.carrier === 'roamhub') {
    return { ...basics, service: 'voice', direction: 'mo', seconds: kind === 25 ? 0 : 5 + (size % 290) };
  }
  if (kind < 45) return { ...basics, seconds: 1 };
  const total = volume(subscription.plan, size, rare);
  const up = Math.floor((total * (5 + share)) / 100);
  return { ...basics, up, down: total - up, seconds: 30 + ((size * 7) % 3500) };
}

/** Octets of a data session: sensors some 120 kB and seldom a firmware update, vehicles one to seven MB. */
function volume(plan: string, size: number, rare: number): number {
  if (plan === 'sensor') return rare === 0 ? 18_000_000 + size * 13_007 : 4_000 + size * 251 + rare;
  return plan === 'fleet-s' ? 90_000 + size * 1_873 + rare * 11 : 400_000 + size * 6_131 + rare * 17;
}

/** TAP3 comes from a German and a French partner; the CSV carrier's SIMs are seen in six countries. */
function networkOf({ carrier }: FleetSubscription, where: number): string {
  if (carrier === 'roamhub') return where < 86 ? 'DEUD2' : 'FRAF1';
  const networks = ['26202', '26202', '26201', '20801', '20416', '26006', '310260', '23430'];
  return networks[where < 40 ? where % 3 : where < 94 ? 3 + (where % 3) : 6 + (where % 2)] ?? '26202';
}
