import type { Catalog } from '#shared/catalog/catalog.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { planBook } from '#shared/rating/plan-terms.ts';
import { bestOf, report, thousands } from './measure.ts';

const PLANS = 500;
const MODELS = 20;
const ZONES = 50;
const NETWORKS = 20;

/** A zone model of a thousand networks: those of the world's countries, by MCC and MNC. */
function zoneModel(model: number): string {
  const zones = Array.from({ length: ZONES }, (_, zone) => {
    const networks = Array.from({ length: NETWORKS }, (_, each) => `'${200 + zone}${String(each).padStart(2, '0')}'`);
    return `      - { id: z${zone}, name: Zone ${zone}, networks: [${networks.join(', ')}] }`;
  });
  return `  - id: m${model}\n    zones:\n${zones.join('\n')}\n    defaultZone: z0`;
}

/** A plan of two versions with a fee, data by zone in tiers, voice, messages, and a pool. */
function plan(place: number): string {
  const version = (from: string) => `      - from: ${from}
        charges:
          - { kind: recurring, id: fee, name: Fee, price: 1.00 }
          - kind: usage
            id: near
            name: Data nearby
            match: { services: [data], zones: [z1, z2, z3] }
            measure: bytes
            unit: MB
            increment: 1 kB
            count: pool
            price: { tiers: [{ upTo: 100, price: 0.05 }, { upTo: 1000, price: 0.03 }, { price: 0.02 }] }
          - { kind: usage, id: far, name: Data, match: { services: [data] }, measure: bytes, unit: MB, price: 0.20 }
          - { kind: usage, id: voice, name: Voice, match: { services: [voice] }, measure: seconds, unit: min, price: 0.09 }
          - { kind: usage, id: sms, name: Messages, match: { services: [sms] }, measure: count, price: 0.06 }
        allowances:
          - { kind: flexible, id: pool, name: Pool, pool: p${place}, size: 10 MB, covers: [near] }`;
  return `  - id: plan-${place}\n    name: Plan ${place}\n    currency: EUR\n    zoneModel: m${place % MODELS}\n    versions:\n${version('2025-01-01')}\n${version('2026-01-01')}`;
}

const files = [
  ...Array.from({ length: MODELS }, (_, model) => ({
    path: `zones-${model}.yaml`,
    text: `zoneModels:\n${zoneModel(model)}\n`,
  })),
  ...Array.from({ length: PLANS / 50 }, (_, part) => {
    const plans = Array.from({ length: 50 }, (_, place) => plan(part * 50 + place));
    return { path: `plans-${part}.yaml`, text: `plans:\n${plans.join('\n')}\n` };
  }),
];
const before = performance.now();
const read = readCatalog(files);
const reading = performance.now() - before;
if ('problems' in read) throw new Error(JSON.stringify(read.problems.slice(0, 3), undefined, 2));
const stored = JSON.stringify(read.catalog);

const seconds = await bestOf(20, () => {
  const catalog = JSON.parse(stored) as Catalog;
  const book = planBook(catalog, 'Europe/Berlin', 'nobody');
  const found = book.get('plan-499')?.at(-1)?.zoneOf({ service: 'data', network: '20301', calledPrefix: '' });
  if (found !== 'z3') throw new Error(`zone ${found}`);
});

const entries = MODELS * ZONES * NETWORKS;
const counted = `${PLANS} plans of 2 versions, ${thousands(entries)} zone entries, ${thousands(stored.length)} characters`;
report([
  {
    what: 'Load a catalogue in a function',
    counted,
    value: seconds * 1000,
    unit: 'ms',
    target: '< 200',
    isMet: seconds < 0.2,
  },
  { what: 'Read and check it from YAML, once', counted, value: reading, unit: 'ms', target: '', isMet: true },
]);
