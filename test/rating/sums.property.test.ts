import fc from 'fast-check';
import { expect, test } from 'vitest';
import { owedLines } from '#shared/billing/lines/owed-lines.ts';
import { poolLines } from '#shared/billing/lines/pool-lines.ts';
import { settlePools } from '#shared/billing/lines/settle-pools.ts';
import { amount } from '#shared/money/amount.ts';
import { hasRecords, totalsIn } from '#shared/rating/charge-usage.ts';
import { classifyRecords } from '#shared/rating/classify-usage.ts';
import { NOTHING_HELD } from '#shared/rating/holdings/holdings.ts';
import { itemiseUsage } from '#shared/rating/itemise-usage.ts';
import { joinSums } from '#shared/rating/join-sums.ts';
import { createUsageMeter } from '#shared/rating/measure-usage.ts';
import type { PartialSums } from '#shared/rating/pools/partial-sums.ts';
import { segmentsOf } from '#shared/rating/segments.ts';
import { periodInstants } from '#shared/time/period.ts';
import { fold } from '#shared/usage/fold.ts';
import { prepared, sumsOf } from '../billing/chain.ts';
import { arbitraryFleet, CATALOG, MONTHS } from './arbitrary-fleet.ts';
import { BERLIN, historyOf, itemsOf, monthsOf, NO_EXCHANGE, scopeOf } from './fleet.ts';

const periods = monthsOf(...MONTHS);
const scope = scopeOf(CATALOG, periods, BERLIN);
const PRICING = {
  plans: scope.plans,
  currency: 'EUR',
  isOver: true,
  isDue: true,
  pools: scope.pools,
  agreementOn: () => undefined,
  billingDay: 1,
  exchange: NO_EXCHANGE,
};

test('sums of slices joined are the sums of the whole, in any cut', () => {
  fc.assert(
    fc.property(arbitraryFleet, fc.array(fc.nat(3), { maxLength: 8 }), (sims, places) => {
      const all = sims.map((sim) => prepared(sim, BERLIN));
      const slices = Map.groupBy(all, (_, at) => places[at] ?? 0);
      const cut = [...slices.values()].map((slice) => sumsOf(scope, slice));
      const whole = sumsOf(scope, all);
      for (const place of periods.keys())
        expect(joinSums(cut.map((sums) => JSON.parse(JSON.stringify(sums[place]))))).toEqual(whole[place]);
    }),
    { numRuns: 150 },
  );
});

test('subscriptions in any order, records in any order and repeated, files cut in any way: the same lines', () => {
  fc.assert(
    fc.property(arbitraryFleet, fc.infiniteStream(fc.nat(1000)), (sims, numbers) => {
      const random = numbers[Symbol.iterator]();
      const next = () => random.next().value as number;
      const shuffled = <Thing>(things: readonly Thing[]) =>
        things
          .map((thing) => ({ thing, at: next() }))
          .sort((a, b) => a.at - b.at)
          .map(({ thing }) => thing);
      const scattered = sims.map((sim) => {
        const uses = (sim.uses ?? []).map((use, place) => ({ ...use, event: `${sim.id} ${place}` }));
        const again = shuffled([...uses, ...uses.filter(() => next() % 3 === 0)]);
        const half = next() % (again.length + 1);
        const items = [
          ...itemsOf(again.slice(0, half), 'f1', 1),
          ...itemsOf(again.slice(half), 'f2', 2),
          ...itemsOf(again.slice(half), 'f3', 3),
        ];
        return { ...prepared({ ...sim, uses }, BERLIN), items: shuffled(items) };
      });
      const plain = sumsOf(
        scope,
        sims.map((sim) => prepared(sim, BERLIN)),
      );
      const other = sumsOf(scope, shuffled(scattered));
      for (const [place, period] of periods.entries()) {
        const pricing = { ...PRICING, period };
        expect(owedLines(pricing, other[place] as PartialSums)).toEqual(
          owedLines(pricing, plain[place] as PartialSums),
        );
      }
    }),
    { numRuns: 150 },
  );
});

test('what business units pay of a pool adds up to the pool, to the cent and the byte', () => {
  fc.assert(
    fc.property(arbitraryFleet, (sims) => {
      const sums = sumsOf(
        scope,
        sims.map((sim) => prepared(sim, BERLIN)),
      );
      for (const [place, period] of periods.entries()) {
        const pricing = { ...PRICING, period };
        const lines = poolLines(
          pricing,
          sums[place] as PartialSums,
          settlePools(pricing, sums[place] as PartialSums, NOTHING_HELD),
        );
        for (const [, shares] of Map.groupBy(lines, ({ id }) => id.slice(id.indexOf('|')))) {
          const { arithmetic } = shares[0]!;
          if (arithmetic.kind !== 'pool') throw new Error('a pool line says how the pool came to it');
          const total = shares.reduce((sum, line) => sum.plus(line.amount), amount(0));
          expect(total.toFixed(2)).toBe(arithmetic.rounded);
        }
      }
    }),
    { numRuns: 150 },
  );
});

test('itemised, measured and classified usage are the same usage, to the record and the byte', () => {
  fc.assert(
    fc.property(arbitraryFleet, (sims) => {
      for (const sim of sims) {
        const { id, facts, items } = prepared(sim, BERLIN);
        const history = historyOf(id, facts);
        const segments = segmentsOf(history, scope.plans);
        const spans = history.identifiers[0]?.spans ?? [];
        const measured = createUsageMeter(scope).measure(segments, [{ usage: fold(items), owned: spans }]);
        const itemised = itemiseUsage(scope, segments, [{ usage: fold(items), owned: spans }]);
        const view = { history, segments, frozenUntil: 0, zone: BERLIN, billingDay: 1 };
        const classified = [...classifyRecords(fold(items), spans, () => view)];
        for (const [place, period] of periods.entries()) {
          const { from, until } = periodInstants(period, BERLIN);
          const totals = measured.charged.map(({ counts }) => totalsIn(counts, place));
          const rows = itemised.filter((row) => row.period === place);
          const octets = rows.reduce((sum, row) => sum + row.bytesUp + row.bytesDown + row.bytesUnsplit, 0);
          expect(rows.length).toBe(totals.reduce((sum, each) => sum + each.records, 0));
          expect(octets).toBe(totals.reduce((sum, each) => sum + each.bytes, 0));
          const ours = classified.filter(({ at, payer }) => at >= from && at < until && payer === 'p');
          const verdicts = Map.groupBy(ours, ({ verdict }) => verdict);
          expect(verdicts.get('charge')?.length ?? 0).toBe(rows.length);
          const apart = measured.apart
            .filter((each) => hasRecords(each, place))
            .map(({ word, counts }) => [word, totalsIn(counts, place).records]);
          verdicts.delete('charge');
          expect(Object.fromEntries(apart)).toEqual(
            Object.fromEntries([...verdicts].map(([verdict, of]) => [verdict, of.length])),
          );
        }
      }
    }),
    { numRuns: 150 },
  );
});
