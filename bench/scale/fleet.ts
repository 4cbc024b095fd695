import { gzipSync } from 'node:zlib';

/** Carrier, file and columns of the plain format the usage comes in. */
export const SOURCES = `
sources:
  - { name: demo-plain, carrier: demo, preset: plain-csv, fileNamePattern: "*.csv" }
`;

const COLUMNS =
  'record_id,start,service,direction,imsi,iccid,msisdn,network,apn,technology,session,bytes_up,bytes_down,seconds,count,imei,charge,currency';

/** A customer of the fleet: on which day it is billed, and how many subscriptions it has. */
export interface Customer {
  readonly account: string;
  readonly billingDay: number;
  readonly subscriptions: number;
}

/** The customers as a file of the inventory. All are there since September. */
export function accountsFile(customers: readonly Customer[]): string {
  const entries = customers.map(
    ({ account, billingDay }) => `  - account: ${account}
    effectiveFrom: 2026-09-01
    seller: acme
    name: ${account}
    address: { lines: [Weg 2], postalCode: "10115", city: Berlin, country: DE }
    email: billing@example.com
    language: en
    currency: EUR
    timeZone: Europe/Berlin
    billingDay: ${billingDay}
    taxProfile: de
    paymentTermDays: 14
`,
  );
  return `accounts:\n${entries.join('')}`;
}

/** Their subscriptions, all active on one plan since September: as many a file as one may hold. */
export function subscriptionFiles(customers: readonly Customer[], plan: string, most: number): string[] {
  const rows = customers.flatMap(({ account, subscriptions }) =>
    Array.from({ length: subscriptions }, (_, place) => ({ account, place })),
  );
  const lines = rows.map(({ account }, place) => `S${place},2026-09-01,active,${account},${plan},${imsiOf(place)}`);
  const files: string[] = [];
  for (let at = 0; at < lines.length; at += most) {
    files.push(`subscription,effectiveFrom,state,payer,plan,imsi\n${lines.slice(at, at + most).join('\n')}\n`);
  }
  return files;
}

function imsiOf(place: number): string {
  return `00101${String(place).padStart(10, '0')}`;
}

/** Usage of each subscription in October, some records each in one file, those of a subscription together. */
export function usageFile(subscriptions: number, recordsEach: number): Uint8Array {
  const lines = [COLUMNS];
  for (let place = 0; place < subscriptions; place++) {
    for (let record = 0; record < recordsEach; record++) {
      const at = Date.UTC(2026, 9, 2 + ((place + record * 7) % 27), 10) + (place % 3600) * 1000;
      const start = new Date(at).toISOString().replace('.000', '');
      const volumes = `${1000 + (place % 5000)},${20_000 + record * 7 + (place % 90_000)}`;
      lines.push(
        `${place}-${record},${start},data,,${imsiOf(place)},,,26201,iot.example,LTE-M,s${place},${volumes},900,,,,`,
      );
    }
  }
  return gzipSync(`${lines.join('\n')}\n`);
}
