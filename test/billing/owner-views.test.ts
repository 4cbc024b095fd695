import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Link } from '#shared/billing/draft.ts';
import { runKeys } from '#shared/billing/run.ts';
import { ownerLookup } from '#shared/billing/use-cases/usage/owner-views.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import type { AssignmentsFact } from '#shared/inventory/fact.ts';
import { OPEN_END } from '#shared/inventory/timeline.ts';
import { classifyRecords } from '#shared/rating/classify-usage.ts';
import { dayTable } from '#shared/rating/day-table.ts';
import { itemiseUsage } from '#shared/rating/itemise-usage.ts';
import { planBook } from '#shared/rating/plan-terms.ts';
import { segmentsOf } from '#shared/rating/segments.ts';
import { isoInstant } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, foldOf, historyOf, monthsOf, SELLER, type Use } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

/** A plan that begins in March, by the clock of who pays. */
const CATALOG = catalogWith(
  '  - { id: a, name: A, currency: EUR, zoneModel: zones, versions: [{ from: 2026-03-01, charges: [{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }] }] }\n',
);
const ZONES = { berlin: BERLIN, auckland: 'Pacific/Auckland', honolulu: 'Pacific/Honolulu' } as const;
type Payer = keyof typeof ZONES;
/** Who pays from when: a date is the payer's. */
type Handover = readonly [payer: Payer, from: string];

const factsBy = (handovers: readonly Handover[]) => [
  ...factsOf(
    's',
    [
      { at: '2026-01-01', has: 'imsi#1', payer: '' },
      { at: '2026-01-01', state: 'active', payer: '' },
    ],
    BERLIN,
  ),
  ...handovers.flatMap(([payer, from]) => factsOf('s', [{ at: from, payer, plan: 'a' }], ZONES[payer])),
];

async function worldWith(handovers: readonly Handover[]): Promise<MemoryWorld> {
  const world = await memoryWorld(CATALOG);
  const accounts = Object.entries(ZONES).map(([payer, timeZone]) => accountFact(payer, { timeZone }));
  await world.record([...accounts, ...factsBy(handovers).map(({ fact }) => fact)]);
  return world;
}

/** What becomes of each record: "verdict payer". */
async function classified({ ports }: MemoryWorld, uses: readonly Use[]): Promise<string[]> {
  const known = { position: await tail(ports.decisions, 0), cutOff: OPEN_END };
  const { owners, viewOf } = await ownerLookup(ports, CATALOG, known).of('imsi#1');
  const records = [...classifyRecords(foldOf(uses), owners, viewOf)];
  return records.map(({ verdict, payer }) => `${verdict} ${payer}`.trim());
}

/** Records each payer is charged for when it is billed. */
function billed(handovers: readonly Handover[], uses: readonly Use[]): Record<string, number> {
  const usage = foldOf(uses);
  const history = historyOf('s', factsBy(handovers));
  const owned = history.identifiers.map(({ spans }) => ({ usage, owned: spans }));
  const count = (payer: Payer) => {
    const zone = ZONES[payer];
    const days = dayTable(monthsOf('2026-01', '2026-02', '2026-03', '2026-04'), zone);
    return itemiseUsage({ payer, days, usageCutOff: OPEN_END }, segmentsOf(history, planBook(CATALOG, zone, '')), owned)
      .length;
  };
  return Object.fromEntries((Object.keys(ZONES) as Payer[]).map((payer) => [payer, count(payer)]));
}

const instant = (at: string): Use => ({ at, bytes: 1 });
const day = (at: string): Use => ({ at, bytes: 1, precision: 'day' });

describe('where payers of different time zones follow one another, each instant is judged by its own', () => {
  test.each<[string, Handover[], Use, string]>([
    [
      'the plan has begun there',
      [
        ['auckland', '2026-02-10'],
        ['berlin', '2026-03-10'],
      ],
      instant('2026-02-28T12:00:00Z'),
      'charge auckland',
    ],
    [
      'the plan has not begun there',
      [
        ['berlin', '2026-02-10'],
        ['auckland', '2026-03-10'],
      ],
      instant('2026-02-28T12:00:00Z'),
      'NO_PLAN berlin',
    ],
    [
      'the later payer',
      [
        ['auckland', '2026-02-10'],
        ['berlin', '2026-03-10'],
      ],
      instant('2026-03-09T23:00:00Z'),
      'charge berlin',
    ],
    [
      'a day that begins earlier with the first',
      [
        ['auckland', '2026-02-10'],
        ['berlin', '2026-03-10'],
      ],
      day('2026-03-10'),
      'charge auckland',
    ],
    [
      'the day after',
      [
        ['auckland', '2026-02-10'],
        ['berlin', '2026-03-10'],
      ],
      day('2026-03-11'),
      'charge berlin',
    ],
    [
      'the last day of the first',
      [
        ['berlin', '2026-02-10'],
        ['auckland', '2026-03-10'],
      ],
      day('2026-03-09'),
      'charge berlin',
    ],
    [
      'the first day of the second',
      [
        ['berlin', '2026-02-10'],
        ['auckland', '2026-03-10'],
      ],
      day('2026-03-10'),
      'charge auckland',
    ],
    [
      'a day that begins while neither pays',
      [
        ['berlin', '2026-02-10'],
        ['auckland', '2026-03-10T00:00:00+01:00'],
      ],
      day('2026-03-10'),
      'NO_ASSIGNMENT',
    ],
    ['before anybody pays', [['auckland', '2026-03-10']], instant('2026-03-05T12:00:00Z'), 'NO_ASSIGNMENT'],
    ['before anybody has it', [['auckland', '2026-03-10']], instant('2025-12-31T22:59:59Z'), 'UNKNOWN_SUBSCRIBER'],
  ])('%s', async (_, handovers, use, expected) => {
    expect(await classified(await worldWith(handovers), [use])).toEqual([expected]);
    const [verdict, payer = ''] = expected.split(' ');
    if (verdict === 'charge') expect(billed(handovers, [use])[payer]).toBe(1);
    else expect(Object.values(billed(handovers, [use]))).toEqual([0, 0, 0]);
  });

  test.each<[string, Handover[], string]>([
    [
      'who has frozen it',
      [
        ['berlin', '2026-02-10'],
        ['auckland', '2026-03-20'],
      ],
      'FROZEN berlin',
    ],
    [
      'another, who has not',
      [
        ['auckland', '2026-02-10'],
        ['berlin', '2026-03-20'],
      ],
      'charge auckland',
    ],
  ])('usage is frozen by the payer it had: %s', async (_, handovers, expected) => {
    const world = await worldWith(handovers);
    const link = { frozenUntil: '2026-03-15' } as Link;
    await world.ports.decisions.putIfAbsent(runKeys.link(SELLER, 'berlin', 1), link);
    expect(await classified(world, [instant('2026-03-12T12:00:00Z')])).toEqual([expected]);
  });

  test('the proof charges every record to whom a bill run does', async () => {
    // From the first second on in which nothing else is told: of two facts of one instant, the order of recording decides.
    const moment = fc.integer({ min: 1_767_222_001, max: 1_775_000_000 }).map(isoInstant);
    const handovers = fc.array(fc.tuple(fc.constantFrom<Payer>('berlin', 'auckland', 'honolulu'), moment), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(handovers, fc.array(moment, { minLength: 1, maxLength: 20 }), async (turns, moments) => {
        const uses = moments.map(instant);
        const charged = (await classified(await worldWith(turns), uses)).flatMap((each) =>
          each.startsWith('charge ') ? [each.slice('charge '.length)] : [],
        );
        const counts = Object.keys(ZONES).map((payer) => [payer, charged.filter((each) => each === payer).length]);
        expect(Object.fromEntries(counts)).toEqual(billed(turns, uses));
      }),
      { numRuns: 60 },
    );
  });
});

test('payers are all whom the operator was ever told of, those a correction took away among them, and nobody else’s', async () => {
  const at = '2026-02-10T00:00:00Z';
  const world = await worldWith([
    ['berlin', at],
    ['auckland', at],
  ]);
  const [paid] = factsOf('s', [{ at, payer: 'honolulu', plan: 'a' }], BERLIN).map(({ fact }) => fact);
  await world.record([{ ...(paid as AssignmentsFact), seller: 'other' }]);
  const known = { position: await tail(world.ports.decisions, 0), cutOff: OPEN_END };
  const { payers } = await ownerLookup(world.ports, CATALOG, known).of('imsi#1');
  expect(payers.map(({ seller, payer, subscription }) => `${seller} ${payer} ${subscription}`)).toEqual([
    'acme berlin s',
    'acme auckland s',
  ]);
});
