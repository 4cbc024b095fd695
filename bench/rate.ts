import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import type { SubscriptionHistory } from '#shared/inventory/subscription-history.ts';
import { OPEN_END } from '#shared/inventory/timeline.ts';
import { dayTable } from '#shared/rating/day-table.ts';
import { NOTHING_HELD } from '#shared/rating/holdings/holdings.ts';
import { createMeter } from '#shared/rating/measure-subscription.ts';
import { planBook } from '#shared/rating/plan-terms.ts';
import { NO_ACCOUNT_POOLS } from '#shared/rating/pools/account-pools.ts';
import { pricePeriod } from '#shared/rating/price-subscription.ts';
import { openSums } from '#shared/rating/sum-slice.ts';
import { startOfDay } from '#shared/time/local-date.ts';
import { type Accumulate, foldShape } from './fold.ts';
import { report } from './measure.ts';

const CATALOG = `
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
        charges:
          - { kind: recurring, id: fee, name: Fee, due: arrears, price: 1.00 }
          - kind: usage
            id: data-home
            name: Data at home
            match: { services: [data], zones: [home] }
            measure: bytes
            unit: MB
            increment: 1 kB
            price: { tiers: [{ upTo: 100, price: 0.05 }, { price: 0.02 }] }
          - kind: usage
            id: data-away
            name: Data abroad
            match: { services: [data] }
            measure: bytes
            unit: MB
            increment: 1 kB
            price: 0.20
        allowances:
          - { kind: individual, id: included, name: Included, size: 10 MB, covers: [data-home] }
`;

const read = readCatalog([{ path: 'bench.yaml', text: CATALOG }]);
if ('problems' in read) throw new Error(JSON.stringify(read.problems, undefined, 2));

const ZONE = 'Europe/Berlin';
const from = startOfDay('2026-09-01', ZONE);
const until = startOfDay('2026-11-01', ZONE);
const days = dayTable([{ from: '2026-10-01', until: '2026-11-01' }], ZONE);
const scope = {
  payer: 'fleet',
  plans: planBook(read.catalog, ZONE, ''),
  days,
  usageCutOff: until,
  chargeCutOff: until,
  billingDay: 1,
  pools: NO_ACCOUNT_POOLS,
  billedFrom: '',
  isCommitted: false,
};
const history: SubscriptionHistory = {
  subscription: 'sim',
  states: [{ from, until: OPEN_END, value: 'active' }],
  activations: [],
  properties: [],
  details: [],
  known: { position: 1, cutOff: until },
  addOns: [],
  topUps: [],
  identifiers: [{ identifier: 'imsi#1', spans: [{ from, until: OPEN_END, value: 'sim' }] }],
  assignments: [{ from, until: OPEN_END, value: [{ payer: 'fleet', plan: 'sensor', businessUnit: '' }] }],
};

const meter = createMeter(scope);
const sums = openSums(days, 0);

/** What a slice of a bill run does with each subscription: measure, allowances, tiers, sums. Answers the kilobytes beyond the allowance. */
export const rated: Accumulate = (folded) => {
  let octets = 0;
  for (const measured of meter.measure(history, new Map([['imsi#1', folded]]))) {
    const priced = pricePeriod(measured, days, NOTHING_HELD);
    sums.add(measured, priced);
    for (const { quantity } of priced.priced) octets += Number(quantity);
  }
  return octets / 1000;
};

if (import.meta.main) {
  report([
    await foldShape('fold and price', 300, 5, 7_000_000, rated),
    await foldShape('fold and price', 300, 50, 20_000_000, rated),
    await foldShape('fold and price', 3000, 50, 20_000_000, rated),
    await foldShape('fold and price', 30, 1, 2_500_000, rated),
  ]);
}
