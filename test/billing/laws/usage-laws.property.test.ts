import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChargeLine, PoolArithmetic } from '#shared/billing/lines/charge-line.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { daysBetween, instantOf, isoInstant } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, planOf, type Use } from '../../rating/fleet.ts';
import { owedBy, type Sim } from '../chain.ts';

const RUNS = 120;
const SEED = 4;

const usage = (id: string, service: string, rest: string) =>
  `{ kind: usage, id: ${id}, name: ${id}, match: { services: "${service}" }, ${rest} }`;
/** Every model whose price never falls as usage grows (volume prices do), with and without allowances. */
const MONOTONE = `[
  { kind: recurring, id: fee, name: Fee, due: arrears, price: 2.00 },
  ${usage('unit', 'data', 'measure: bytes, unit: kB, increment: 100 B, price: 0.13')},
  ${usage('graduated', 'sms', 'measure: count, count: account, price: { tiers: [{ upTo: 4, price: 0.07 }, { upTo: 9, price: 0.05, flat: 1 }, { price: 0.01 }] }')},
  ${usage('package', 'voice', 'measure: seconds, unit: minute, increment: 60/30 s, rounding: day, price: { model: package, size: 3, free: 1, amount: 0.90 }')},
  ${usage('steps', 'event:door', 'measure: records, price: { model: stairStep, tiers: [{ upTo: 2, amount: 1 }, { upTo: 6, amount: 2.5 }, { amount: 4 }] }')},
  ${usage('flat', 'event:alarm', 'measure: records, price: { model: flat, amount: 3.30 }')}
]`;
const ALLOWANCES = `[{ id: own, name: Own, kind: individual, size: 400 B, covers: [unit] }, { id: pool, name: Pool, kind: flexible, pool: shared, size: 900 B, share: byExcess, covers: [unit] }]`;
const CATALOG = catalogWith(planOf('a', MONOTONE.replaceAll('\n', ' '), ALLOWANCES));

const FROM = instantOf('2026-03-01', BERLIN);
const UNTIL = instantOf('2026-05-01', BERLIN);
const MONTHS = ['2026-03', '2026-04'];
const arbitraryUse: fc.Arbitrary<Use> = fc.record({
  at: fc.integer({ min: FROM, max: UNTIL - 1 }).map(isoInstant),
  service: fc.constantFrom(
    'data' as const,
    'data' as const,
    'sms' as const,
    'voice' as const,
    'event:door' as const,
    'event:alarm' as const,
  ),
  network: fc.constantFrom('DEU01', 'FRA02'),
  bytes: fc.nat(900),
  seconds: fc.nat(200),
  count: fc.nat(4),
});
const arbitrarySims: fc.Arbitrary<Sim[]> = fc
  .array(
    fc.record({
      uses: fc.array(arbitraryUse, { maxLength: 8 }),
      unit: fc.constantFrom('', 'north', 'south'),
      from: fc.constantFrom('2026-03-01', '2026-03-17', '2026-04-02'),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((sims) =>
    sims.map(({ uses, unit, from }, n) => ({
      id: `s${n}`,
      turns: [{ at: from, state: 'active', plan: 'a', unit }],
      uses,
    })),
  );

const owed = (sims: readonly Sim[]) => owedBy({ catalog: CATALOG, sims, months: MONTHS });
const total = (lines: readonly ChargeLine[]) => sum(lines.map((line) => amount(line.amount)));
const isOfUsage = ({ arithmetic: { kind } }: ChargeLine) => kind === 'usage' || kind === 'pool';
/** Overage of the pool in a period, by its lines: one piece of arithmetic for each charge, zone and tier. */
function overIn(lines: readonly ChargeLine[], from: string): bigint {
  const pieces = new Map<string, bigint>();
  for (const { arithmetic, charge, zone, tier, period } of lines) {
    if (arithmetic.kind !== 'pool' || arithmetic.pool === '' || period.from !== from) continue;
    pieces.set(`${charge}|${zone}|${tier}`, BigInt(arithmetic.over));
  }
  return [...pieces.values()].reduce((total, over) => total + over, 0n);
}

/** The same by hand: what members used above their own allowances, less what they put into the pool, each by the days it was active. */
function overByHand(sims: readonly Sim[], from: string, until: string): { used: number; over: number } {
  const [start, end] = [instantOf(from, BERLIN), instantOf(until, BERLIN)];
  const length = daysBetween(from, until);
  let [used, size] = [0, 0];
  for (const { turns, uses = [] } of sims) {
    const since = turns[0]!.at;
    const days = Math.max(0, daysBetween(since > from ? since : from, until));
    const records = uses.filter(({ at, service }) => {
      const instant = Date.parse(at) / 1000;
      return service === 'data' && instant >= Math.max(start, instantOf(since, BERLIN)) && instant < end;
    });
    const octets = records.reduce((total, { bytes = 0 }) => total + Math.ceil(bytes / 100) * 100, 0);
    used += Math.max(0, octets - Math.floor((400 * days) / length));
    size += Math.floor((900 * days) / length);
  }
  return { used, over: Math.max(0, used - size) };
}

describe('whatever is used', () => {
  test('more usage never costs less, where the model says so', () => {
    fc.assert(
      fc.property(arbitrarySims, fc.nat(3), arbitraryUse, (sims, which, more) => {
        const longer = sims.map((sim, n) =>
          n === which % sims.length ? { ...sim, uses: [...(sim.uses ?? []), more] } : sim,
        );
        expect(total(owed(longer)).greaterThanOrEqualTo(total(owed(sims)))).toBe(true);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  test('there is no charge for usage without usage', () => {
    fc.assert(
      fc.property(
        arbitrarySims,
        fc.constantFrom('data', 'sms', 'voice', 'event:door', 'event:alarm'),
        (sims, service) => {
          const without = sims.map((sim) => ({
            ...sim,
            uses: (sim.uses ?? []).filter((use) => use.service !== service),
          }));
          const charge = {
            data: 'unit',
            sms: 'graduated',
            voice: 'package',
            'event:door': 'steps',
            'event:alarm': 'flat',
          }[service];
          expect(owed(without).filter((line) => line.charge === charge)).toEqual([]);
          const silent = sims.map((sim) => ({ ...sim, uses: [] }));
          expect(owed(silent).filter(isOfUsage)).toEqual([]);
          expect(owed(silent).length).toBeGreaterThan(0);
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
  });

  test('no more is covered than an allowance has, and less only where less was used', () => {
    let covered = 0;
    fc.assert(
      fc.property(arbitrarySims, (sims) => {
        for (const [from, until] of [
          ['2026-03-01', '2026-04-01'],
          ['2026-04-01', '2026-05-01'],
        ] as const) {
          const { used, over } = overByHand(sims, from, until);
          expect(overIn(owed(sims), from)).toBe(BigInt(over));
          if (used > over && over > 0) covered++;
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
    expect(covered).toBeGreaterThan(5);
  });

  test('the shares of a pool add up to it, to the cent and the octet', () => {
    let shared = 0;
    fc.assert(
      fc.property(arbitrarySims, (sims) => {
        const lines = owed(sims).filter(({ arithmetic }) => arithmetic.kind === 'pool');
        for (const of of Map.groupBy(lines, (line) =>
          [line.charge, line.zone, line.tier, line.period.from].join('|'),
        ).values()) {
          const { rounded, shares } = of[0]!.arithmetic as PoolArithmetic;
          expect(total(of).toFixed(2)).toBe(rounded);
          expect(sum(shares.map((each) => amount(each.amount))).toFixed(2)).toBe(rounded);
          if (shares.length > 1) shared++;
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
    expect(shared).toBeGreaterThan(10);
  });
});
