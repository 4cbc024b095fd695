import { expect, test } from 'vitest';
import type { Draft } from '#shared/billing/draft.ts';
import { type DraftSummary, runKeys } from '#shared/billing/run.ts';
import { chainEnd } from '#shared/billing/use-cases/runs/chain.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { amount } from '#shared/money/amount.ts';
import { BERLIN, catalogWith, factsOf, SELLER, type Turn, type Use } from '../rating/fleet.ts';
import { owedBy } from './chain.ts';
import { accountFact, memoryWorld } from './memory-world.ts';

const MB = 1_000_000;
const CATALOG = catalogWith(`  - id: a
    name: a
    currency: EUR
    zoneModel: zones
    versions:
      - from: 2020-01-01
        charges:
          - { kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }
          - { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }
          - { kind: usage, id: sms, name: Messages, match: { services: sms }, measure: count, price: 0.5 }
        allowances:
          - { id: own, name: Own, kind: individual, size: 60 MB, covers: [data], carryOver: { periods: 12, cap: 250 MB } }
          - { id: fleet, name: Fleet, kind: flexible, pool: fleet, size: 20 pieces, covers: [sms], carryOver: 3 }
        topUps:
          - { id: year, name: Year, size: 300 MB, price: 9.00, covers: [data], periods: 14 }
`);
const MONTHS = Array.from(
  { length: 18 },
  (_, at) => `${2026 + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`,
);
const SIMS = ['1', '2', '3'];
const turnsOf = (sim: string): Turn[] => [
  { at: '2026-01-01', state: 'active', plan: 'a' },
  ...(sim === '2' ? [{ at: '2026-03-10', topUp: 'year:A-1' }] : []),
];

/** What each subscription uses in a month: now little, now much; the second use of a month becomes known a month late. */
function usesIn(sim: string, place: number): readonly [Use, Use] {
  const step = (Number(sim) * 7 + place * 5) % 11;
  const day = (of: number) => `${MONTHS[place]}-${String(of).padStart(2, '0')}T12:00:00Z`;
  const much = place % 6 === 5 ? 150 : 10;
  const isTalking = place % 6 === 4;
  return [
    { at: day(8), bytes: (much + step * 6) * MB },
    step % 2 === 0 && !isTalking
      ? { at: day(21), bytes: step * 5 * MB }
      : { at: day(21), service: 'sms', count: step * 4 + (isTalking ? 60 : 0) },
  ];
}

test('what frozen periods hand on holds over eighteen months: month by month is billed what is owed of all at once', async () => {
  const world = await memoryWorld(CATALOG, { backBillingMonths: 2 });
  const facts = SIMS.flatMap((sim) =>
    factsOf(sim, [{ at: '2020-01-01', has: `imsi#${sim}` }, ...turnsOf(sim)], BERLIN),
  );
  await world.record([accountFact('p'), ...facts.map(({ fact }) => fact)]);
  const billed = new Map<string, string>();
  for (const [place, month] of MONTHS.entries()) {
    for (const sim of SIMS) {
      await world.load(`${sim} ${month}`, sim, [usesIn(sim, place)[0]]);
      if (place > 0) await world.load(`${sim} ${month} late`, sim, [usesIn(sim, place - 1)[1]]);
      if (place === MONTHS.length - 1) await world.load(`${sim} last`, sim, [usesIn(sim, place)[1]]);
    }
    const next = place === 17 ? '2027-07' : MONTHS[place + 1];
    world.setClock(`${next}-02`);
    const run = await world.bill(month);
    const summary = await world.ports.decisions.get<DraftSummary>(runKeys.draft(run, 'p'));
    const { documents } = (await readContent(world.ports.objects, summary!.draft)) as Draft;
    for (const { line, net, reason } of documents.flatMap(({ lines }) => lines)) {
      expect(reason, line.id).not.toBe('computation changed');
      billed.set(
        line.id,
        amount(billed.get(line.id) ?? '0')
          .plus(net)
          .toFixed(2),
      );
    }
  }
  expect((await chainEnd(world.ports.decisions, SELLER, 'p'))?.link.frozenUntil).toBe('2027-05-01');
  const sims = SIMS.map((id) => ({ id, turns: turnsOf(id), uses: MONTHS.flatMap((_, place) => usesIn(id, place)) }));
  const owed = owedBy({ catalog: CATALOG, sims, months: MONTHS });
  const isSomething = (of: string) => Number(of) !== 0;
  expect(new Map([...billed].filter(([, net]) => isSomething(net)).sort())).toEqual(
    new Map(
      owed
        .filter((line) => isSomething(line.amount))
        .map((line) => [line.id, line.amount] as const)
        .sort(),
    ),
  );
  for (const name of ['data', 'sms'])
    expect(owed.filter(({ charge, amount: of }) => charge === name && isSomething(of)).length).toBeGreaterThan(2);
});
