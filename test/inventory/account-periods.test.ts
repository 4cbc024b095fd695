import { expect, test } from 'vitest';
import { accountOfSeller } from '#shared/inventory/account-history.ts';
import type { AccountFact } from '#shared/inventory/fact.ts';
import { instantOf, zoneName } from '#shared/time/local-date.ts';
import { periodFrom, periodOf } from '#shared/time/period.ts';
import { accountFact } from '../billing/memory-world.ts';
import { BERLIN, SELLER } from '../rating/fleet.ts';

const EVERYTHING = { position: 99, cutOff: Number.MAX_SAFE_INTEGER };

/** An account since 2026, billed on day 1, of which some more is said. */
function viewOf(said: readonly (Partial<AccountFact> & { readonly at: string })[]) {
  const first = accountFact('p', { effectiveFrom: instantOf('2026-01-01', BERLIN) });
  const facts = said.map(({ at, ...more }, n) => {
    return { position: n + 2, index: 0, fact: { ...first, ...more, effectiveFrom: instantOf(at, BERLIN) } };
  });
  const all = [{ position: 1, index: 0, fact: first }, ...facts];
  return accountOfSeller(all, EVERYTHING, instantOf('2026-06-01', BERLIN), SELLER)!;
}

const MARCH_AND_APRIL = ['03-01', '04-01', '05-01'];
test.each<[string, Parameters<typeof viewOf>[0], string[]]>([
  ['billing day 15 from 10 March on: a short one', [{ at: '2026-03-10', billingDay: 15 }], ['03-01', '03-15', '04-15']],
  [
    'billing day 15 said on the 10th and taken back on the 12th: never held',
    [
      { at: '2026-03-10', billingDay: 15 },
      { at: '2026-03-12', billingDay: 1 },
    ],
    MARCH_AND_APRIL,
  ],
  [
    'said on the 10th, and 20 instead on the 12th: one short period',
    [
      { at: '2026-03-10', billingDay: 15 },
      { at: '2026-03-12', billingDay: 20 },
    ],
    ['03-01', '03-20', '04-20'],
  ],
  [
    'said on the 10th and taken back on the 15th, when it has begun: two short periods',
    [
      { at: '2026-03-10', billingDay: 15 },
      { at: '2026-03-15', billingDay: 1 },
    ],
    ['03-01', '03-15', '04-01', '05-01'],
  ],
  [
    'said at noon of the 14th for the 15th, and taken back before that: never held',
    [
      { at: '2026-03-14T11:00:00Z', billingDay: 15 },
      { at: '2026-03-14T12:00:00Z', billingDay: 1 },
    ],
    MARCH_AND_APRIL,
  ],
  [
    'said on the 10th, and something else of the account on the 12th: it comes all the same',
    [
      { at: '2026-03-10', billingDay: 15 },
      { at: '2026-03-12', billingDay: 15, email: 'p@example.com' },
    ],
    ['03-01', '03-15', '04-15'],
  ],
  [
    'said on the 10th, and another seller on the 12th: it comes all the same',
    [
      { at: '2026-03-10', billingDay: 15 },
      { at: '2026-03-12', billingDay: 15, seller: 'beta' },
    ],
    ['03-01', '03-12', '03-15', '04-15'],
  ],
  [
    'another seller from 11:00 to 12:00: never',
    [
      { at: '2026-03-10T10:00:00Z', seller: 'beta' },
      { at: '2026-03-10T11:00:00Z', seller: SELLER },
    ],
    MARCH_AND_APRIL,
  ],
  [
    'another seller for a day: a period of one day',
    [
      { at: '2026-03-10', seller: 'beta' },
      { at: '2026-03-11', seller: SELLER },
    ],
    ['03-01', '03-10', '03-11', '04-01'],
  ],
  [
    'of two sellers said for one day, the later: one cut',
    [
      { at: '2026-03-10T10:00:00Z', seller: 'beta' },
      { at: '2026-03-10T11:00:00Z', seller: 'gamma' },
    ],
    ['03-01', '03-11', '04-01'],
  ],
])('the periods of an account (pricing rules §1, decision 42): %s', (_, said, borders) => {
  const { billingDay } = viewOf(said);
  const found = [periodOf('2026-03-01', billingDay)];
  while (found.length < borders.length) found.push(periodFrom(found.at(-1)!.until, billingDay));
  expect(found.map(({ from }) => from.slice(5))).toEqual(borders);
});

test.each<[string, Parameters<typeof viewOf>[0], string]>([
  ['of one it moved to', [{ at: '2026-03-10', timeZone: 'America/New_York' }], `${BERLIN} 2026-03-10 America/New_York`],
  [
    'not of one taken back before its first day began',
    [
      { at: '2026-03-10T22:00:00Z', timeZone: 'America/New_York' },
      { at: '2026-03-10T23:30:00Z', timeZone: BERLIN },
    ],
    BERLIN,
  ],
  [
    'of one taken back on its first day, for that',
    [
      { at: '2026-03-10T22:00:00Z', timeZone: 'America/New_York' },
      { at: '2026-03-11T12:00:00Z', timeZone: BERLIN },
    ],
    `${BERLIN} 2026-03-11 America/New_York 2026-03-12 ${BERLIN}`,
  ],
])('the time zones its days go by: %s', (_, said, expected) => {
  expect(zoneName(viewOf(said).timeZone)).toBe(expected);
});
