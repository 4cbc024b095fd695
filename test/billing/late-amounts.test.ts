import { expect, test } from 'vitest';
import type { Draft } from '#shared/billing/draft.ts';
import { type DraftSummary, runKeys } from '#shared/billing/run.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { BERLIN, catalogWith, factsOf, type Use } from '../rating/fleet.ts';
import { accountFact, memoryWorld } from './memory-world.ts';

/** 1.00 USD are 1.00 EUR in January, but 0.50 on the 20th, and 0.25 in February. */
const RATES =
  'exchangeRates: [{ source: ECB, base: EUR, days: { 2026-01-01: { USD: 1 }, 2026-01-20: { USD: 2 }, 2026-01-21: { USD: 1 }, 2026-02-01: { USD: 4 } } }]\n';
const plan = (its: string, more: string) =>
  `  - { id: a, name: a, currency: EUR, zoneModel: zones, versions: [{ from: 2020-01-01, ${its}, charges: [{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }, { kind: usage, id: tap, name: Tap, measure: amount, price: { model: percentage, percent: 100 }${more} }] }] }\n`;
const charged = (date: string, usd: number, unit = 'USD/6'): Use => ({
  at: `${date}T12:00:00Z`,
  amount: [usd * 1_000_000, unit],
});
/** An amount in a daily aggregate, which has a date and no instant. */
const dated = (date: string, usd: number): Use => ({ ...charged(date, usd), at: date, precision: 'day', event: date });

/** "charge quantity = amount" of what February's bill has of usage that came in February, but the fee. */
async function billed(more: string, uses: readonly Use[]): Promise<string[]> {
  const world = await memoryWorld(catalogWith(plan('late: current', more) + RATES));
  const turns = [
    { at: '2020-01-01', has: 'imsi#1', payer: '' },
    { at: '2026-01-01', state: 'active' as const, plan: 'a' },
  ];
  await world.record([accountFact('p'), ...factsOf('1', turns, BERLIN).map(({ fact }) => fact)]);
  world.setClock('2026-02-02');
  await world.bill('2026-01');
  await world.load('late', '1', uses);
  world.setClock('2026-03-02');
  const run = await world.bill('2026-02');
  const summary = await world.ports.decisions.get<DraftSummary>(runKeys.draft(run, 'p'));
  const { documents } = (await readContent(world.ports.objects, summary!.draft)) as Draft;
  const lines = documents.flatMap((document) => document.lines.map(({ line }) => line));
  return lines
    .filter(({ charge }) => charge !== 'fee')
    .map(({ charge, quantity, amount }) => `${charge} ${quantity} = ${amount}`)
    .sort();
}

test.each<[string, string, Use[], string[]]>([
  ['10 USD at 2.00, not at the 4.00 of its first day', '', [charged('2026-01-20', 10)], ['tap 5 = 5.00']],
  ['each at its own day’s', '', [charged('2026-01-20', 10), charged('2026-01-22', 10)], ['tap 15 = 15.00']],
  [
    'beside what was used in it, which is worth what it is on its day',
    '',
    [charged('2026-01-20', 10), charged('2026-02-01', 8), charged('2026-02-10', 4)],
    ['tap 8 = 8.00'],
  ],
  ['of a total of a day, by its date', '', [dated('2026-01-20', 10)], ['tap 5 = 5.00']],
  ['its file’s rate, where that says one', '', [charged('2026-01-20', 10, 'USD/6 EUR 0.9')], ['tap 9 = 9.00']],
  ['none where it is the plan’s currency', '', [charged('2026-01-20', 10, 'EUR/6')], ['tap 10 = 10.00']],
  [
    'beside connection fees',
    ', connectionFee: 0.10',
    [charged('2026-01-20', 10), charged('2026-02-02', 4)],
    ['tap 6 = 6.00', 'tap#fee 2 = 0.20'],
  ],
  [
    'above a minimum of 2.00 and below it: 5.00 and 1.00',
    ', minimum: 2.00',
    [charged('2026-01-20', 10), charged('2026-02-02', 4)],
    ['tap 5 = 5.00', 'tap#minimum 1 = 2.00'],
  ],
  [
    'cut at a maximum of 4.00 though it would not be on the day it counts on',
    ', maximum: 4.00',
    [charged('2026-01-20', 10)],
    ['tap#maximum 1 = 4.00'],
  ],
])(
  'amounts of late usage that counts in the open period are converted by the day of the usage (pricing rules §3.8): %s',
  async (_, more, uses, expected) => {
    expect(await billed(more, uses)).toEqual(expected);
  },
);
