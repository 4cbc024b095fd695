import { expect, test } from 'vitest';
import { cutOffsOf, outsidePeriod } from '#shared/billing/cut-offs.ts';
import { USUAL_TERMS } from '#shared/billing/run.ts';
import { startOfDay } from '#shared/time/local-date.ts';
import { BERLIN } from '../../rating/fleet.ts';

const APRIL = { from: '2026-04-01', until: '2026-05-01' };
const at = (day: string) => startOfDay(day, BERLIN);
const usage = (usageCutOff: string) => ({ ...USUAL_TERMS, usageCutOff });

test.each([
  ['no day', '', ''],
  ['the first day', '2026-04-01', ''],
  ['the end', '2026-05-01', ''],
  [
    'a day before',
    '2026-03-31',
    'the cut-off of usage, 2026-03-31, is outside the period: write a day from 2026-04-01 to 2026-05-01',
  ],
  [
    'a day behind',
    '2026-05-02',
    'the cut-off of usage, 2026-05-02, is outside the period: write a day from 2026-04-01 to 2026-05-01',
  ],
])('a cut-off may be asked for in the period: %s', (_, day, reason) => {
  expect(outsidePeriod({ terms: usage(day) }, APRIL)).toBe(reason);
});

test.each([
  ['the end of its period, of one account that is billed later', 'p', '2026-05-10', '', '2026-05-01'],
  ['the start of today, of one that is billed before', 'p', '2026-04-20', '', '2026-04-20'],
  ['the end of its period, of a cycle', '', '2026-05-02', '', '2026-05-01'],
  ['the day that was asked for, and is what is billed already', 'p', '2026-05-10', '2026-04-10', '2026-04-10'],
])('a run takes usage up to %s', (_, account, today, asked, expected) => {
  const last = asked === '' ? undefined : { usageCutOff: at(asked), chargeCutOff: at(asked) };
  const request = { account, beforeEnd: false, at: at(today), terms: usage(asked) };
  expect(cutOffsOf(request, { zone: BERLIN, period: APRIL, last })).toMatchObject({ usageCutOff: at(expected) });
});

test.each([
  ['on the first day of the period', '2026-04-01', '', '2026-04-01'],
  ['behind what a run before took', '2026-04-20', '2026-04-25', '2026-04-25'],
])(
  'a run of one account takes usage up to the start of today, and never less than before: %s',
  (_, today, billed, expected) => {
    const last = billed === '' ? undefined : { usageCutOff: at(billed), chargeCutOff: at(billed) };
    const request = { account: 'p', beforeEnd: true, at: at(today), terms: USUAL_TERMS };
    expect(cutOffsOf(request, { zone: BERLIN, period: APRIL, last })).toEqual({
      usageCutOff: at(expected),
      chargeCutOff: at(expected),
    });
  },
);

test.each([
  ['the end of its period', '', usage(''), 'its period ends on 2026-05-01, Europe/Berlin'],
  ['a day that was asked for', 'p', usage('2026-04-28'), '2026-04-28 is still to come, Europe/Berlin'],
])('a run waits for %s, unless it may be made before', (_, account, terms, reason) => {
  const request = { account, beforeEnd: false, at: at('2026-04-20'), terms };
  expect(cutOffsOf(request, { zone: BERLIN, period: APRIL, last: undefined })).toEqual({ reason });
});

test('a cut-off that is asked for never goes back', () => {
  const last = { usageCutOff: at('2026-04-10'), chargeCutOff: at('2026-04-10') };
  const request = { account: 'p', beforeEnd: false, at: at('2026-05-10'), terms: usage('2026-04-09') };
  expect(cutOffsOf(request, { zone: BERLIN, period: APRIL, last })).toEqual({
    reason: 'what it owes of usage is billed up to 2026-04-09T22:00:00Z; a cut-off never goes back, to 2026-04-09',
  });
});
