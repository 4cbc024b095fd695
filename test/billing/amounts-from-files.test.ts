import { expect, test } from 'vitest';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { catalogWith, planOf } from '../rating/fleet.ts';
import { CARRIER, FIRST_RELEASE } from '../simulation/world.ts';
import { smallOperator } from './small-operator.ts';

const MARKUP =
  '[{ kind: usage, id: mark, name: Roaming, match: { services: data }, measure: amount, price: { model: percentage, percent: 110 } }]';
const RATES =
  'exchangeRates: [{ source: ECB, base: EUR, days: { 2026-10-01: { USD: 1.25, XDR: 0.8 }, 2026-10-16: { USD: 1.28 } } }]\n';
const listed = catalogWith(`${planOf('marked', MARKUP)}${RATES}`);

/** The operator's catalogue, in which plan "sensor" passes on what carriers charge, and a tenth of it; its source keeps amounts. */
const CATALOG: Catalog = {
  ...FIRST_RELEASE,
  exchangeRates: listed.exchangeRates,
  sources: [{ ...presetSource('plain-csv', 'plain', CARRIER, '*'), amounts: true }],
  plans: FIRST_RELEASE.plans.map((plan) => {
    if (plan.id !== 'sensor') return plan;
    const marked = listed.plans[0]!.versions[0]!.charges;
    return { ...plan, versions: plan.versions.map((each) => ({ ...each, charges: [...marked, ...each.charges] })) };
  }),
};

const file = (name: string, ...rows: string[]) => ({
  name,
  body: Buffer.from(['record_id,imsi,start,service,network,bytes,charge,currency', ...rows, ''].join('\n')),
});
const record = (id: number, day: string, charged: string) =>
  `r${id},262010000000005,2026-10-${day}T08:00:00Z,data,DEUD1,0,${charged}`;
const CHARGED = file('charged.csv', record(1, '05', '8.00,USD'), record(2, '20', '8.00,USD'), record(3, '20', '5,EUR'));

/** What beta is billed for October with these files, in cents. */
async function billed(...files: readonly ReturnType<typeof file>[]): Promise<number> {
  const operator = await smallOperator();
  await operator.release(CATALOG);
  for (const each of files) await operator.dropFile(each);
  const [net = '0'] = (await operator.bill('2026-10')).filter((each) => each.startsWith('beta/'));
  return Math.round(Number(net.split(' ')[1]) * 100);
}

test('from the carrier’s file to the invoice: 8 USD at 1.25, 8 USD at 1.28 and 5 EUR are 17.65, and a tenth more 19.42 EUR', async () => {
  expect((await billed(CHARGED)) - (await billed())).toBe(19_42);
});

test('a record that is told twice, in two files, is charged once', async () => {
  const again = file('again.csv', record(3, '20', '5,EUR'), record(4, '21', '0.01,EUR'));
  // 17.66 × 1.1 = 19.426.
  expect((await billed(CHARGED, again)) - (await billed())).toBe(19_43);
});
