import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import type { AccountFact, RecordedFact } from '#shared/inventory/fact.ts';
import { subscriptionHistory } from '#shared/inventory/subscription-history.ts';
import { NOTHING_HELD } from '#shared/rating/holdings/holdings.ts';
import type { Meter } from '#shared/rating/measure-subscription.ts';
import { pricePeriod } from '#shared/rating/price-subscription.ts';
import type { ShardScope } from '#shared/rating/shard-scope.ts';
import type { OpenSums } from '#shared/rating/sum-slice.ts';
import { startOfDay } from '#shared/time/local-date.ts';
import { createFolder, type Folder } from '#shared/usage/fold.ts';
import type { VisibleItem } from '#shared/usage/visible-item.ts';

/** A seller, a tax, a zone model, a plan for small accounts and one with a pool. */
export const CATALOG = `
sellers:
  - id: acme
    name: Acme
    address: { lines: [Hauptstr. 1], postalCode: "01099", city: Dresden, country: DE }
    timeZone: Europe/Berlin
    bank: { iban: DE02 1203 0000 0000 2020 51, bic: BYLADEM1001 }
    numbering: { invoice: { prefix: "INV-{year}-" }, creditNote: { prefix: "CN-{year}-" } }
taxProfiles:
  - { id: de, name: VAT, category: S, rates: [{ from: 2007-01-01, percent: 19 }] }
zoneModels:
  - id: world
    zones:
      - { id: home, name: Home, networks: ['262'] }
      - { id: away, name: Away, networks: ['208', '234'] }
plans:
  - id: sensor
    name: Sensor
    currency: EUR
    zoneModel: world
    versions:
      - from: 2026-01-01
        charges: &charges
          - { kind: recurring, id: fee, name: Fee, due: arrears, price: 1.00 }
          - { kind: usage, id: home, name: Home, match: { services: [data], zones: [home] }, measure: bytes, unit: MB, increment: 1 kB, price: 0.05 }
          - { kind: usage, id: away, name: Away, match: { services: [data] }, measure: bytes, unit: MB, increment: 1 kB, price: 0.20 }
        allowances:
          - { kind: individual, id: included, name: Included, size: 1 MB, covers: [home] }
  - id: pooled
    name: Pooled
    currency: EUR
    zoneModel: world
    versions:
      - from: 2026-01-01
        charges: *charges
        allowances:
          - { id: shared, name: Pool, kind: flexible, pool: fleet, size: 10 MB, covers: [home, away] }
`;

const read = readCatalog([{ path: 'bench.yaml', text: CATALOG }]);
if ('problems' in read) throw new Error(JSON.stringify(read.problems, undefined, 2));

export const { catalog } = read;
export const ZONE = 'Europe/Berlin';
const SINCE = startOfDay('2026-09-01', ZONE);
const END = startOfDay('2026-11-01', ZONE);
const POSITION = 1;

/** A run for October that has measured everything. */
export const request = { run: 'acme-1-2026-10-1', seller: 'acme', invoiceDate: '2026-11-02' };
export const period = { from: '2026-10-01', until: '2026-11-01' };
export const plan = { position: POSITION, catalog: { key: 'catalog', sha256: '0'.repeat(64) } };

export function plannedFor(payer: string) {
  const measured = { measureFrom: '2026-10-01', measureThrough: '2026-10-01' };
  return { payer, predecessor: 0, usageCutOff: END, chargeCutOff: END, ...measured };
}

export function accountView(account: string): AccountView {
  const fact: AccountFact = {
    kind: 'account',
    account,
    effectiveFrom: SINCE,
    seller: 'acme',
    name: account,
    address: { lines: ['Weg 2'], postalCode: '10115', city: 'Berlin', country: 'DE' },
    vatId: '',
    email: 'billing@example.com',
    language: 'en',
    currency: 'EUR',
    timeZone: ZONE,
    billingDay: 1,
    taxProfile: 'de',
    paymentTermDays: 14,
    reference: '',
    pools: [],
    certificates: [],
  };
  return {
    account: fact,
    since: SINCE,
    timeZone: ZONE,
    billingDay: 1,
    isCustomer: [{ from: '', until: '' }],
    businessUnits: new Map(),
    vatIdCheck: undefined,
    adHoc: [],
    standings: [{ from: '', account: fact, vatIdCheck: undefined }],
  };
}

/** What is known of a subscription that a payer has had on a plan since September. */
function factsOf(subscription: string, payer: string, on: string): RecordedFact[] {
  const effectiveFrom = SINCE;
  const assignments = [{ payer, plan: on, businessUnit: '' }];
  return [
    { kind: 'identifier' as const, identifier: `imsi#${subscription}`, effectiveFrom, subscription },
    { kind: 'state' as const, subscription, effectiveFrom, state: 'active' as const },
    { kind: 'assignments' as const, subscription, seller: 'acme', effectiveFrom, assignments },
  ].map((fact, index) => ({ position: POSITION, index, fact }));
}

const folder: Folder = createFolder();

/** Measures and prices one subscription and adds it to sums: from facts and items, as a slice of a bill run does. */
export function addSubscription(
  scope: ShardScope,
  meter: Meter,
  sums: OpenSums,
  subscription: string,
  on: string,
  items: readonly VisibleItem[],
): void {
  const facts = factsOf(subscription, scope.payer, on);
  const history = subscriptionHistory(subscription, scope.seller, facts, scope.known);
  const usage = new Map([[`imsi#${subscription}`, folder.fold(items, SINCE)]]);
  for (const measured of meter.measure(history, usage))
    sums.add(measured, pricePeriod(measured, scope.days, NOTHING_HELD));
}
