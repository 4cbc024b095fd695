import { gzipSync } from 'node:zlib';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import type { DelimitedSource } from '#shared/catalog/source.ts';

/** A small world: one seller, three accounts, nine subscriptions, a carrier, and what it drops. */

export const SELLER = 'nord';
export const CARRIER = 'aero';
export const PAYERS = ['alpha', 'beta', 'gamma'];
/** Whom something is billed to beside its months, on which day, and why. */
export const AD_HOC = { account: 'alpha', date: '2026-11-20', reason: 'a visit' } as const;

const OPERATOR = `
sellers:
  - id: nord
    name: Nordlicht Connect GmbH
    address: { lines: [Deichstr. 1], postalCode: "20459", city: Hamburg, country: DE }
    timeZone: Europe/Berlin
    numbering: { invoice: { prefix: "NC-{year}-" }, creditNote: { prefix: "NG-{year}-" } }
taxProfiles:
  - { id: de, name: German VAT, category: S, rates: [{ from: 2021-01-01, percent: 19 }] }
`;

/** Nobody knows the networks of Andorra at first; the second release does. */
const zones = (more: string) => `
zoneModels:
  - id: europe
    zones:
      - { id: de, name: Germany, networks: [DEU] }
      - { id: eu, name: Europe, networks: [FRA, NLD${more}] }
`;

/** From the fourth of December on a message costs more, says the second release. */
const plans = (later: string) => `
plans:
  - id: flex
    name: Flex
    currency: EUR
    zoneModel: europe
    versions:
      - from: 2026-01-01
        charges: &flex
          - { kind: recurring, id: fee, name: Fee, due: advance, price: 4.90 }
          - { kind: usage, id: data-de, name: Data Germany, match: { services: data, zones: de }, measure: bytes, unit: MB, increment: 1 kB, price: 0.021 }
          - { kind: usage, id: data-eu, name: Data Europe, match: { services: data, zones: eu }, measure: bytes, unit: MB, increment: 1 kB, price: 0.037 }
          - { kind: usage, id: sms, name: Messages, match: { services: sms }, measure: count, unit: piece, price: 0.05 }
        allowances: &pool
          - { id: data, name: Data, kind: flexible, pool: fleet, scope: account, size: 10 MB, covers: [data-de, data-eu], share: byUsage }
${later}
  - id: sensor
    name: Sensor
    currency: EUR
    zoneModel: europe
    versions:
      - from: 2026-01-01
        charges:
          - { kind: recurring, id: fee, name: Fee, due: arrears, price: 0.85 }
          - kind: usage
            id: data
            name: Data
            match: { services: data }
            measure: bytes
            unit: MB
            increment: 10 kB
            price:
              tiers:
                - { upTo: 2, price: 0.20 }
                - { upTo: 10, price: 0.12, flat: 0.25 }
                - { price: 0.06 }
          - { kind: usage, id: sms, name: Messages, match: { services: sms }, measure: count, unit: piece, price: 0.07 }
        allowances:
          - { id: data, name: Data, kind: individual, size: 3 MB, covers: [data] }
`;
const LATER = `
      - from: 2026-12-04
        charges:
          - { kind: recurring, id: fee, name: Fee, due: advance, price: 5.20 }
          - { kind: usage, id: data-de, name: Data Germany, match: { services: data, zones: de }, measure: bytes, unit: MB, increment: 1 kB, price: 0.021 }
          - { kind: usage, id: data-eu, name: Data Europe, match: { services: data, zones: eu }, measure: bytes, unit: MB, increment: 1 kB, price: 0.037 }
          - { kind: usage, id: sms, name: Messages, match: { services: sms }, measure: count, unit: piece, price: 0.06 }
        allowances: *pool
`;

function catalogOf(texts: readonly string[], odd: (source: DelimitedSource) => DelimitedSource): Catalog {
  const reading = readCatalog(texts.map((text, at) => ({ path: `${at}.yaml`, text })));
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  const sources = [['aero-odd', 'odd*.csv'] as const, ['aero-csv', '*.csv'] as const].map(
    ([name, pattern]) => presetSource('plain-csv', name, CARRIER, pattern) as DelimitedSource,
  );
  return { ...reading.catalog, sources: sources.map((source) => (source.name === 'aero-odd' ? odd(source) : source)) };
}

/** Takes octets for kilobytes: a thousand times too much. */
export function inKilobytes(source: DelimitedSource): DelimitedSource {
  const rules = source.service.rules.map((rule) => ({
    ...rule,
    quantities: rule.quantities.map((quantity) =>
      quantity.unit === 'B' ? { ...quantity, unit: 'kB' as const } : quantity,
    ),
  }));
  return { ...source, service: { ...source.service, rules } };
}

/** Of odd files, octets are taken for kilobytes at first; the second release knows better. */
export const FIRST_RELEASE = catalogOf([OPERATOR, zones(''), plans('')], inKilobytes);
export const SECOND_RELEASE = catalogOf([OPERATOR, zones(', AND'), plans(LATER)], (source) => source);

const account = (id: string, day: number, units: string) => `
  - account: ${id}
    effectiveFrom: 2026-10-01
    seller: nord
    name: ${id}
    address: { lines: [Weg 1], postalCode: "10115", city: Berlin, country: DE }
    language: en
    currency: EUR
    timeZone: Europe/Berlin
    billingDay: ${day}
    taxProfile: de
    paymentTermDays: 14
    businessUnits: [${units}]
`;
const ACCOUNTS = `accounts:${account('alpha', 1, '{ businessUnit: east, name: East }, { businessUnit: west, name: West }')}${account('beta', 1, '')}${account('gamma', 3, '')}`;

const imsi = (n: number) => `26201000000000${n}`;
const HEADER = 'subscription,effectiveFrom,state,payer,plan,businessUnit,imsi';
const subscription = (n: number, from: string, payer: string, plan: string, unit: string) =>
  `S${n},${from},active,${payer},${plan},${unit},${imsi(n)}`;

export const INVENTORY = [
  { name: 'accounts.yaml', text: ACCOUNTS },
  {
    name: 'subscriptions.csv',
    text: [
      HEADER,
      subscription(1, '2026-10-01', 'alpha', 'flex', 'east'),
      subscription(2, '2026-10-01', 'alpha', 'flex', 'east'),
      subscription(3, '2026-10-01', 'alpha', 'flex', 'west'),
      subscription(4, '2026-10-12', 'alpha', 'flex', 'west'),
      subscription(5, '2026-10-01', 'beta', 'sensor', ''),
      subscription(6, '2026-10-01', 'beta', 'sensor', ''),
      subscription(7, '2026-10-01', 'gamma', 'sensor', ''),
      subscription(8, '2026-10-01', 'gamma', 'flex', ''),
    ].join('\n'),
  },
];

/** What is found out in November: a forgotten subscription, another plan since the middle of October, a move to another unit. */
export const CHANGES = [
  [subscription(9, '2026-10-05', 'alpha', 'flex', 'east')],
  ['S6,2026-10-16,,beta,flex,,', 'S6,2026-11-20,suspended,,,,', 'S2,2026-11-10,,alpha,flex,west,'],
].map((rows, at) => ({ name: `change-${at}.csv`, text: [HEADER, ...rows].join('\n') }));

/**
 * What is ready until it is used: S4 and S6 from the start, S5 from November on; and S7, as is found out only after its usage was rated. Of S6 the first
 * use is in a file that is taken back and comes again, of S5 in one that is taken back for good.
 */
const READY = ['S4,2026-10-12,ready,,,,', 'S5,2026-11-01,ready,,,,', 'S6,2026-10-01,ready,,,,'];
const READY_AFTER_ALL = ['S7,2026-10-10,ready,,,,'];
export const [READY_FILE, READY_LATE_FILE] = [READY, READY_AFTER_ALL].map((rows, at) => ({
  name: `ready-${at}.csv`,
  text: [HEADER, ...rows].join('\n'),
})) as [(typeof INVENTORY)[0], (typeof INVENTORY)[0]];

/** First uses at the end: the files that count have no earlier use of theirs. */
export const FIRST_USES = [
  ['S4', '2026-10-30T10:00:00Z'],
  ['S5', '2026-11-05T08:00:00Z'],
  ['S6', '2026-10-17T11:00:00Z'],
  ['S7', '2026-10-15T10:00:00Z'],
] as const;

/** A record: id, subscription, start (UTC), service, octets or pieces, and network. */
type Row = readonly [number, number, string, 'data' | 'sms', number, string];

const MB = 1_000_000;
const october: readonly Row[] = [
  [1, 1, '10-02T08:00:00', 'data', 9 * MB, 'DEUD1'],
  [2, 2, '10-03T08:10:00', 'data', 14 * MB + 345, 'FRAF1'],
  [3, 3, '10-04T09:00:00', 'data', 3 * MB, 'DEUD1'],
  [4, 5, '10-05T10:00:00', 'data', 4 * MB, 'DEUD1'],
  [5, 5, '10-06T10:00:00', 'sms', 3, 'DEUD1'],
  [6, 7, '10-02T21:30:00', 'data', 5 * MB + 1, 'NLDLT'],
  [7, 7, '10-21T10:00:00', 'data', 11 * MB, 'DEUD1'],
  [8, 8, '10-22T10:00:00', 'data', 13 * MB, 'FRAF1'],
  [9, 9, '10-07T10:00:00', 'data', 6 * MB, 'DEUD1'],
  [10, 6, '10-20T10:00:00', 'data', 2 * MB, 'DEUD1'],
  [11, 4, '10-30T10:00:00', 'data', 22 * MB, 'DEUD1'],
  [12, 1, '10-31T22:59:59', 'data', 7 * MB, 'FRAF1'],
  [13, 1, '10-31T23:00:00', 'data', 5 * MB, 'FRAF1'],
  [14, 8, '10-29T12:00:00', 'sms', 7, 'ANDAN'],
  [15, 3, '10-28T12:00:00', 'data', 1 * MB, 'ANDAN'],
];
const wrong: readonly Row[] = [
  [21, 2, '10-15T08:00:00', 'data', 800 * MB, 'DEUD1'],
  [22, 5, '10-15T09:00:00', 'data', 500 * MB, 'DEUD1'],
  [23, 7, '10-15T10:00:00', 'sms', 900, 'DEUD1'],
];
const corrected = wrong.map(
  ([id, of, at, service, amount, network]): Row => [id, of, at, service, amount / 100, network],
);
const late: readonly Row[] = [
  [31, 3, '10-11T11:00:00', 'data', 12 * MB, 'DEUD1'],
  [32, 6, '10-26T11:00:00', 'data', 9 * MB, 'DEUD1'],
  [33, 8, '10-09T11:00:00', 'data', 17 * MB, 'FRAF1'],
];
const twice: readonly Row[] = [
  [41, 1, '10-14T11:00:00', 'sms', 10, 'DEUD1'],
  [42, 6, '10-17T11:00:00', 'sms', 20, 'DEUD1'],
];
const hasty: readonly Row[] = [
  [45, 3, '11-03T11:00:00', 'sms', 300, 'DEUD1'],
  [46, 5, '11-04T11:00:00', 'sms', 300, 'DEUD1'],
];
const odd: readonly Row[] = [
  [47, 3, '10-15T11:00:00', 'data', 4000, 'DEUD1'],
  [48, 8, '10-16T11:00:00', 'data', 21_000, 'DEUD1'],
  [49, 5, '10-17T11:00:00', 'data', 6000, 'DEUD1'],
];
const november: readonly Row[] = [
  [51, 1, '11-02T08:00:00', 'data', 31 * MB, 'DEUD1'],
  [52, 3, '11-12T08:00:00', 'data', 6 * MB, 'FRAF1'],
  [53, 5, '11-05T08:00:00', 'data', 19 * MB, 'DEUD1'],
  [54, 6, '11-06T08:00:00', 'sms', 4, 'DEUD1'],
  [55, 7, '11-07T08:00:00', 'data', 4 * MB, 'DEUD1'],
  [56, 9, '11-08T08:00:00', 'data', 8 * MB, 'ANDAN'],
  [57, 2, '12-01T08:00:00', 'data', 8 * MB, 'DEUD1'],
];
/** An identifier nobody will ever have, and what is sent for it. */
export const STRAY = `imsi#${imsi(0)}`;
const stray: Row = [99, 0, '10-08T08:00:00', 'data', 2 * MB, 'DEUD1'];

function csv(rows: readonly Row[]): Uint8Array {
  const lines = rows.map(([id, of, at, service, amount, network]) => {
    const quantities = service === 'data' ? `${amount},` : `,${amount}`;
    return `r${id},${imsi(of)},2026-${at}Z,${service},${network},${quantities}`;
  });
  return Buffer.from(`record_id,imsi,start,service,network,bytes,count\n${lines.join('\n')}\n`);
}

/** What the carrier drops. Names of copies differ, their bytes do not. */
export const FILES = {
  early: { name: 'early.csv', body: csv(october.slice(0, 5)) },
  first: { name: 'first.csv', body: csv([...october.slice(5, 11), stray]) },
  copy: { name: 'first-copy.csv', body: csv([...october.slice(5, 11), stray]) },
  second: { name: 'second.csv.gz', body: gzipSync(csv([...october.slice(9), october[1] as Row, october[6] as Row])) },
  wrong: { name: 'wrong.csv', body: csv(wrong) },
  corrected: { name: 'corrected.csv', body: csv(corrected) },
  late: { name: 'late.csv', body: csv([...late, october[7] as Row]) },
  twice: { name: 'twice.csv', body: csv(twice) },
  again: { name: 'twice-again.csv', body: csv(twice) },
  hasty: { name: 'hasty.csv', body: csv(hasty) },
  odd: { name: 'odd.csv', body: csv(odd) },
  november: { name: 'november.csv', body: csv([...november, late[0] as Row]) },
} as const;
