import { expect, test } from 'vitest';
import { ratedKeys, type SuspendedUsage } from '#shared/billing/rated-rows.ts';
import { type SuspenseRow, takeBackEnded, takeBackOvertaken } from '#shared/billing/use-cases/usage/note-suspense.ts';
import { type ProjectionRow, type Projections, withPrefix } from '#shared/commit-log/ports.ts';
import { memoryProjections } from '#shared/memory/decisions.ts';

const [SEPTEMBER, OCTOBER] = ['2026-09', '2026-10'];
const TOTALS = { records: 1, bytes: 1, seconds: 0, count: 0 };
const NONE: SuspendedUsage['reasons'] = {};
const rowOf = (
  month: string,
  position: number,
  reasons: SuspendedUsage['reasons'] = { NO_PLAN: TOTALS },
): SuspenseRow => ({
  partition: ratedKeys.suspense(month),
  sort: 'imsi#1',
  position,
  value: { identifier: 'imsi#1', month, reasons },
});
const stampOf = (month: string, position: number) => ({
  partition: ratedKeys.identifier('imsi#1'),
  sort: month,
  position,
  value: { identifier: 'imsi#1' },
});
/** "2026-10 NO_PLAN at 5" of the rows there are; without a reason where one is taken back. */
async function rowsIn({ query }: Projections): Promise<string[]> {
  const all = [SEPTEMBER, OCTOBER].map((month) => query<SuspendedUsage>(ratedKeys.suspense(month), withPrefix('')));
  return (await Promise.all(all)).flat().map(({ value, position }) => {
    return [value.month, ...Object.keys(value.reasons), 'at', position].join(' ');
  });
}
async function holding(rows: readonly ProjectionRow<unknown>[]): Promise<Projections> {
  const projections = memoryProjections();
  await projections.put(rows);
  return projections;
}

const [NOTED, BEFORE] = [rowOf(OCTOBER, 5), rowOf(SEPTEMBER, 5)];

test.each<[string, readonly ProjectionRow<unknown>[], string[]]>([
  ['nobody has rated it since: it stands', [NOTED], ['2026-10 NO_PLAN at 5']],
  ['it was rated before: it stands', [stampOf(OCTOBER, 4), NOTED], ['2026-10 NO_PLAN at 5']],
  ['it was rated later, and nothing was suspended', [stampOf(OCTOBER, 7), NOTED], ['2026-10 at 7']],
  ['another month of it was', [stampOf(SEPTEMBER, 7), NOTED], ['2026-10 NO_PLAN at 5']],
  [
    'it was rated later, and something is suspended still',
    [stampOf(OCTOBER, 7), rowOf(OCTOBER, 7)],
    ['2026-10 NO_PLAN at 7'],
  ],
])('of what one has noted that is overtaken: %s', async (_, rows, expected) => {
  const projections = await holding(rows);
  await takeBackOvertaken(projections, [NOTED]);
  expect(await rowsIn(projections)).toEqual(expected);
});

test.each<[string, SuspenseRow, string[]]>([
  ['older than its rating is taken back', rowOf(OCTOBER, 6), ['2026-09 NO_PLAN at 5', '2026-10 at 7']],
  ['of the rating itself stands', rowOf(OCTOBER, 7), ['2026-09 NO_PLAN at 5', '2026-10 NO_PLAN at 7']],
  ['of a later one stands', rowOf(OCTOBER, 8), ['2026-09 NO_PLAN at 5', '2026-10 NO_PLAN at 8']],
  ['taken back already stays as it is', rowOf(OCTOBER, 6, NONE), ['2026-09 NO_PLAN at 5', '2026-10 at 6']],
])('a row %s, and so does one of a month that was not rated', async (_, row, expected) => {
  const projections = await holding([BEFORE, row]);
  await takeBackEnded(projections, [stampOf(OCTOBER, 7)]);
  expect(await rowsIn(projections)).toEqual(expected);
});
