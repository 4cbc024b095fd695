import { describe, expect, test } from 'vitest';
import type { ReadyStretch } from '#shared/inventory/ready-state.ts';
import { decidingMonths, isFirstGone, newFirstUses, usesIn } from '#shared/rating/first-use.ts';
import { instantOf, isoInstant } from '#shared/time/local-date.ts';
import { BERLIN, factsOf, foldOf, historyOf, type Turn, type Use } from './fleet.ts';

const SUMMER = { from: instantOf('2026-03-01', BERLIN), until: instantOf('2026-10-01', BERLIN) };

/** When "s" was used in a stretch from 1 March to the end of September, having "imsi#1" as some turns say; `frozen`: what is behind the back-billing limit. */
function found(uses: readonly Use[], turns: readonly Turn[] = [], frozen = 0): string[] {
  const facts = factsOf('s', [{ at: '2020-01-01', has: 'imsi#1', payer: '' }, ...turns], BERLIN);
  const history = historyOf('s', facts);
  const owners = history.identifiers.flatMap(({ spans }) => spans);
  const viewOf = () => ({ history, segments: [], zone: BERLIN, billingDay: 1, frozenUntil: frozen });
  return usesIn(SUMMER, 's', foldOf(uses), owners, viewOf).map(isoInstant);
}

describe('a use of what is ready', () => {
  test.each<[string, Use[], string[]]>([
    ['is data', [{ at: '2026-03-05T10:00:00Z', bytes: 1 }], ['2026-03-05T10:00:00Z']],
    ['is data sent or received', [{ at: '2026-03-05T10:00:00Z', up: 1 }], ['2026-03-05T10:00:00Z']],
    ['is a message', [{ at: '2026-03-05T10:00:00Z', service: 'sms', count: 1 }], ['2026-03-05T10:00:00Z']],
    ['is a call', [{ at: '2026-03-05T10:00:00Z', service: 'voice', seconds: 1 }], ['2026-03-05T10:00:00Z']],
    ['is not a record of nothing', [{ at: '2026-03-05T10:00:00Z', bytes: 0 }], []],
    ['is not usage of before', [{ at: '2026-02-28T22:59:59Z', bytes: 1 }], []],
    ['is usage of its first moment', [{ at: '2026-02-28T23:00:00Z', bytes: 1 }], ['2026-02-28T23:00:00Z']],
    ['is not usage of after', [{ at: '2026-09-30T22:00:00Z', bytes: 1 }], []],
    ['is usage of its last moment', [{ at: '2026-09-30T21:59:59Z', bytes: 1 }], ['2026-09-30T21:59:59Z']],
    ['of a day is at local midnight', [{ at: '2026-03-05', precision: 'day', bytes: 1 }], ['2026-03-04T23:00:00Z']],
  ])('%s', (_, uses, expected) => {
    expect(found(uses)).toEqual(expected);
  });

  test('is its own: not that of who had the identifier before or after', () => {
    const uses = ['03-05', '03-10', '03-15'].map((date) => ({ at: `2026-${date}T10:00:00Z`, bytes: 1 }));
    const facts = [
      ...factsOf('s', [{ at: '2026-03-08', has: 'imsi#1', payer: '' }], BERLIN),
      ...factsOf('t', [{ at: '2026-03-12', has: 'imsi#1', payer: '' }], BERLIN, 2),
    ];
    const history = historyOf('s', facts);
    const owners = history.identifiers.flatMap(({ spans }) => spans);
    const view = { history, segments: [], zone: BERLIN, billingDay: 1, frozenUntil: 0 };
    expect(usesIn(SUMMER, 's', foldOf(uses), owners, () => view).map(isoInstant)).toEqual(['2026-03-10T10:00:00Z']);
    expect(usesIn(SUMMER, 'other', foldOf(uses), owners, () => view)).toEqual([]);
  });

  test('is not looked at behind the back-billing limit', () => {
    const uses = ['03-05', '03-10'].map((date) => ({ at: `2026-${date}T10:00:00Z`, bytes: 1 }));
    expect(found(uses, [], instantOf('2026-03-06', BERLIN))).toEqual(['2026-03-10T10:00:00Z']);
    expect(found(uses, [], instantOf('2026-03-10T10:00:00Z', BERLIN))).toEqual(['2026-03-10T10:00:00Z']);
  });
});

const at = (date: string) => instantOf(`${date}T12:00:00Z`, 'UTC');
const stretch = (...uses: readonly string[]): ReadyStretch => ({
  from: at('2026-03-10'),
  until: at('2026-08-10'),
  uses: uses.map(at),
});
const MONTHS = ['2026-02', '2026-03', '2026-04', '2026-05', '2026-06', '2026-07', '2026-08', '2026-09'];

describe('which months decide', () => {
  test.each<[string, ReadyStretch, string[], string[]]>([
    ['those of the stretch while nothing was used', stretch(), MONTHS, MONTHS.slice(1, 7)],
    ['none after the first use that is known', stretch('2026-05-20'), MONTHS, ['2026-03', '2026-04', '2026-05']],
    ['none, where all that is new is later', stretch('2026-05-20'), ['2026-06', '2026-07'], []],
    [
      'those of a stretch that begins with a month, and the one before',
      { ...stretch(), from: instantOf('2026-04-01', BERLIN), until: at('2026-04-20') },
      MONTHS,
      ['2026-03', '2026-04'],
    ],
    ['those beside a first use at the edge of a month', stretch('2026-05-01'), ['2026-05'], ['2026-04', '2026-05']],
  ])('%s', (_, ready, changed, expected) => {
    expect(decidingMonths(ready, changed)).toEqual(expected);
  });

  test('a first use is gone if its month was read and it was not there', () => {
    const ready = stretch('2026-05-20', '2026-06-20');
    expect(isFirstGone(ready, ['2026-05'], [at('2026-05-21')])).toBe(true);
    expect(isFirstGone(ready, ['2026-05'], [at('2026-05-20')])).toBe(false);
    expect(isFirstGone(ready, ['2026-04', '2026-05'], [])).toBe(true);
    expect(isFirstGone(ready, ['2026-04'], [])).toBe(false);
    expect(isFirstGone(stretch(), ['2026-05'], [])).toBe(false);
  });
});

describe('what is recorded', () => {
  const told = (ready: ReadyStretch, uses: readonly string[], isAll = false) =>
    newFirstUses('s', ready, uses.map(at), isAll).map(
      ({ effectiveFrom, used }) => `${used ? '' : 'not '}${isoInstant(effectiveFrom).slice(0, 10)}`,
    );

  test.each<[string, string[], string[]]>([
    ['the first use', told(stretch(), ['2026-05-20', '2026-05-03', '2026-06-01']), ['2026-05-03']],
    ['nothing, where nothing was used', told(stretch(), []), []],
    ['nothing, where it is known', told(stretch('2026-05-20'), ['2026-05-20', '2026-05-25']), []],
    ['an earlier one, beside the later', told(stretch('2026-05-20'), ['2026-05-03', '2026-05-20']), ['2026-05-03']],
    ['that it is gone', told(stretch('2026-05-20'), [], true), ['not 2026-05-20']],
    [
      'that it is gone, and the next',
      told(stretch('2026-05-20'), ['2026-06-02', '2026-06-01'], true),
      ['not 2026-05-20', '2026-06-01'],
    ],
    [
      'that it is gone, where the next is known',
      told(stretch('2026-05-20', '2026-06-01'), ['2026-06-01'], true),
      ['not 2026-05-20'],
    ],
    [
      'that all are gone',
      told(stretch('2026-05-20', '2026-06-01'), ['2026-07-01'], true),
      ['not 2026-05-20', 'not 2026-06-01', '2026-07-01'],
    ],
  ])('%s', (_, facts, expected) => {
    expect(facts).toEqual(expected);
  });
});
