import { expect, test } from 'vitest';
import { dayTable } from '#shared/rating/day-table.ts';
import { itemiseUsage } from '#shared/rating/itemise-usage.ts';
import { segmentsOf } from '#shared/rating/segments.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { catalogWith, factsOf, foldOf, historyOf, monthsOf, planOf, scopeOf, type Use } from './fleet.ts';

const ZONE = 'America/New_York';
const DATA = '{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: B, price: 1 }';
const CATALOG = catalogWith(planOf('a', `[${DATA}]`));
const at = (text: string) => instantOf(text, ZONE);
const span = (from: string, until: string) => ({ from: at(from), until: at(until), value: 's' });

/** What of these records is itemised in March: in the two stretches in which the identifier is its own, before the 20th. */
function itemised(uses: readonly Use[], since = '2026-02-01', looked: readonly string[] = ['2026-02', '2026-03']) {
  const history = historyOf('s', factsOf('s', [{ at: since, state: 'active', plan: 'a' }], ZONE));
  const scope = {
    ...scopeOf(CATALOG, monthsOf('2026-03'), ZONE),
    usageCutOff: at('2026-03-20'),
    late: { billed: [], days: dayTable(monthsOf(...looked), ZONE) },
  };
  const owned = [span('2026-02-01', '2026-03-05'), span('2026-03-10', '2026-04-01')];
  return itemiseUsage(scope, segmentsOf(history, scope.plans), [{ usage: foldOf(uses), owned }]);
}

test.each<[string, Use, number]>([
  ['before its identifier was taken over', { at: '2026-03-05T04:59:59Z' }, 1],
  ['as it was', { at: '2026-03-05T05:00:00Z' }, 0],
  ['while it was another’s', { at: '2026-03-07T12:00:00Z' }, 0],
  ['as it was given back', { at: '2026-03-10T04:00:00Z' }, 1],
  ['before the cut-off', { at: '2026-03-20T03:59:59Z' }, 1],
  ['at the cut-off', { at: '2026-03-20T04:00:00Z' }, 0],
  ['of a period before', { at: '2026-02-20T12:00:00Z' }, 0],
  ['before all that is looked at', { at: '2026-01-20T12:00:00Z' }, 0],
  ['of the day it was given back, by its date', { at: '2026-03-10', precision: 'day', event: 'x' }, 1],
  ['of the day before', { at: '2026-03-09', precision: 'day', event: 'x' }, 0],
])('a record %s is itemised as it is measured: %s', (_, use, count) => {
  expect(itemised([{ ...use, bytes: 1 }])).toHaveLength(count);
});

test('on the first day of its period it is, without a time zone where its account has one alone', () => {
  const [first] = itemised([{ at: '2026-03-01T05:00:00Z', bytes: 1 }], '2026-02-01', ['2026-03']);
  expect(first).toMatchObject({ period: 0, startedAt: at('2026-03-01') });
  expect(first).not.toHaveProperty('timeZone');
});

test('before anything is known of its subscription it is not', () => {
  const uses = ['02', '03'].map((day): Use => ({ at: `2026-03-${day}T12:00:00Z`, bytes: 1 }));
  expect(itemised(uses, '2026-03-03')).toHaveLength(1);
});
