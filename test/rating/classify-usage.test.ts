import { describe, expect, test } from 'vitest';
import { OPEN_END, type Span } from '#shared/inventory/timeline.ts';
import { classifyRecords, type OwnerView, suspendedUsage } from '#shared/rating/classify-usage.ts';
import { planBook } from '#shared/rating/plan-terms.ts';
import { segmentsOf } from '#shared/rating/segments.ts';
import { instantOf, isoInstant } from '#shared/time/local-date.ts';
import type { BillingDays } from '#shared/time/period.ts';
import { BERLIN, catalogWith, factsOf, foldOf, historyOf, planOf, type Turn, type Use } from './fleet.ts';

const CHARGES =
  '[{ kind: usage, id: data, name: Data, match: { services: data, zones: [de, eu] }, measure: bytes, unit: B, price: 1 }, { kind: usage, id: sms, name: Sms, match: { services: sms, bands: weekend }, measure: count, price: 1 }]';
const catalog = catalogWith(planOf('a', CHARGES), '');

interface Case {
  readonly lives: Readonly<Record<string, readonly Turn[]>>;
  readonly owners: readonly Span<string>[];
  readonly zone?: string;
  readonly frozenUntil?: string;
  readonly billingDay?: BillingDays;
}
const span = (from: string, until: string, value: string, zone: string): Span<string> => ({
  from: instantOf(from, zone),
  until: until === '' ? OPEN_END : instantOf(until, zone),
  value,
});

function viewsOf({
  lives,
  zone = BERLIN,
  frozenUntil = '1970-01-01',
  billingDay = 1,
}: Case): (subscription: string) => OwnerView {
  const facts = Object.entries(lives).flatMap(([id, turns]) => factsOf(id, turns, zone));
  const plans = planBook(catalog, zone, '');
  return (subscription) => {
    const history = historyOf(subscription, facts);
    return {
      history,
      segments: segmentsOf(history, plans),
      frozenUntil: instantOf(frozenUntil, zone),
      zone,
      billingDay,
    };
  };
}

function classified(uses: readonly Use[], given: Case): string[] {
  const { owners } = given;
  const viewOf = viewsOf(given);
  const usage = foldOf(uses);
  const records = [...classifyRecords(usage, owners, viewOf)];
  const suspended = suspendedUsage(usage, owners, viewOf);
  const inTotals = Object.values(suspended).reduce((sum, { records: count }) => sum + count, 0);
  expect(inTotals).toBe(records.filter(({ verdict }) => verdict !== 'charge' && verdict !== 'free').length);
  return records.map(({ verdict, payer, at: when }) => `${verdict} ${payer} ${isoInstant(when)}`);
}

const at = '2026-10-10T12:00:00Z';
const ACTIVE: Turn[] = [{ at: '2026-01-01', state: 'active', plan: 'a' }];
const mine = [span('2026-01-01', '', 's', BERLIN)];

describe('every record has its place', () => {
  test.each<[string, Use, Case, string]>([
    ['charged', { at }, { lives: { s: ACTIVE }, owners: mine }, `charge p ${at}`],
    ['nobody has the identifier', { at }, { lives: {}, owners: [] }, `UNKNOWN_SUBSCRIBER  ${at}`],
    [
      'nobody has it then',
      { at },
      { lives: { s: ACTIVE }, owners: [span('2026-10-11', '', 's', BERLIN)] },
      `UNKNOWN_SUBSCRIBER  ${at}`,
    ],
    [
      'it was given up',
      { at },
      { lives: { s: ACTIVE }, owners: [span('2026-10-01', '', '', BERLIN)] },
      `UNKNOWN_SUBSCRIBER  ${at}`,
    ],
    [
      'nobody pays',
      { at },
      { lives: { s: [{ at: '2026-01-01', state: 'active', payer: '' }] }, owners: mine },
      `NO_ASSIGNMENT  ${at}`,
    ],
    [
      'nothing is known of it then',
      { at },
      { lives: { s: [{ at: '2026-11-01', state: 'active', plan: 'a' }] }, owners: mine },
      `NO_ASSIGNMENT  ${at}`,
    ],
    [
      'no such plan',
      { at },
      { lives: { s: [{ at: '2026-01-01', state: 'active', plan: 'z' }] }, owners: mine },
      `NO_PLAN p ${at}`,
    ],
    [
      'not active',
      { at },
      { lives: { s: [...ACTIVE, { at: '2026-10-01', state: 'terminated' }] }, owners: mine },
      `NOT_ACTIVE p ${at}`,
    ],
    [
      'in test',
      { at },
      { lives: { s: [...ACTIVE, { at: '2026-10-01', state: 'test' }] }, owners: mine },
      `free p ${at}`,
    ],
    [
      'no zone names the network',
      { at, network: 'JPN99' },
      { lives: { s: ACTIVE }, owners: mine },
      `UNKNOWN_NETWORK p ${at}`,
    ],
    ['no charge fits', { at, network: 'USA01' }, { lives: { s: ACTIVE }, owners: mine }, `NO_PRICE p ${at}`],
    ['frozen', { at }, { lives: { s: ACTIVE }, owners: mine, frozenUntil: '2026-11-01' }, `FROZEN p ${at}`],
    ['no longer frozen', { at }, { lives: { s: ACTIVE }, owners: mine, frozenUntil: at }, `charge p ${at}`],
    [
      'the very second it is had',
      { at },
      { lives: { s: ACTIVE }, owners: [span(at, '', 's', BERLIN)] },
      `charge p ${at}`,
    ],
    [
      'the very second its payer changes',
      { at },
      { lives: { s: [...ACTIVE, { at, payer: 'q', plan: 'a' }] }, owners: mine },
      `charge q ${at}`,
    ],
    [
      'in a time band by the clock of the payer',
      { at, service: 'sms' },
      { lives: { s: ACTIVE }, owners: mine },
      `charge p ${at}`,
    ],
    [
      'outside it',
      { at: '2026-10-12T12:00:00Z', service: 'sms' },
      { lives: { s: ACTIVE }, owners: mine },
      'NO_PRICE p 2026-10-12T12:00:00Z',
    ],
    [
      "the day's aggregate of who has it only since that morning",
      { at: '2026-10-10T00:00:00Z', precision: 'day' },
      { lives: { s: ACTIVE }, owners: [span('2026-10-10T06:00:00Z', '', 's', BERLIN)] },
      'UNKNOWN_SUBSCRIBER  2026-10-10T00:00:00Z',
    ],
    [
      "a month's aggregate of a payer with billing day 1",
      { at: '2026-10-01T00:00:00Z', precision: 'month' },
      { lives: { s: ACTIVE }, owners: mine },
      'charge p 2026-09-30T22:00:00Z',
    ],
    [
      "a month's aggregate of a payer with another",
      { at: '2026-10-01T00:00:00Z', precision: 'month' },
      { lives: { s: ACTIVE }, owners: mine, billingDay: 15 },
      'MONTHLY_AGGREGATE p 2026-09-30T22:00:00Z',
    ],
    [
      "a day's aggregate of that payer",
      { at: '2026-10-01T00:00:00Z', precision: 'day' },
      { lives: { s: ACTIVE }, owners: mine, billingDay: 15 },
      'charge p 2026-09-30T22:00:00Z',
    ],
    [
      "a month's aggregate of who moves from billing day 15 to 1 on that day",
      { at: '2026-10-01T00:00:00Z', precision: 'month' },
      {
        lives: { s: ACTIVE },
        owners: mine,
        billingDay: { first: 15, moves: [{ from: '2026-10-01', billingDay: 1 }], cuts: [] },
      },
      'charge p 2026-09-30T22:00:00Z',
    ],
    [
      "a month's aggregate of who becomes the customer of another seller in it",
      { at: '2026-10-01T00:00:00Z', precision: 'month' },
      { lives: { s: ACTIVE }, owners: mine, billingDay: { first: 1, moves: [], cuts: ['2026-10-20'] } },
      'MONTHLY_AGGREGATE p 2026-09-30T22:00:00Z',
    ],
  ])('%s', (_, use, given, expected) => {
    expect(classified([{ bytes: 1, ...use }], given)).toEqual([expected]);
  });
});

test('what waits is counted by its reason', () => {
  const view = viewsOf({ lives: { s: ACTIVE }, owners: mine });
  const uses: Use[] = [
    { at, network: 'USA01', up: 3, down: 4, seconds: 5, count: 1 },
    { at, network: 'USA01', bytes: 10, seconds: 20, count: 30 },
    { at, network: 'JPN99', bytes: 100 },
    { at, bytes: 1_000 },
  ];
  expect(suspendedUsage(foldOf(uses), mine, view)).toEqual({
    NO_PRICE: { records: 2, bytes: 17, seconds: 25, count: 31 },
    UNKNOWN_NETWORK: { records: 1, bytes: 100, seconds: 0, count: 0 },
  });
});

describe('an aggregate of a day belongs to who has the identifier as that day begins where the payer is', () => {
  const use: Use = { at: '2026-10-10T00:00:00Z', precision: 'day', bytes: 1 };
  test.each([
    ['America/New_York', '2026-10-10T04:00:00Z'],
    ['Pacific/Auckland', '2026-10-09T11:00:00Z'],
    [BERLIN, '2026-10-09T22:00:00Z'],
    ['UTC', '2026-10-10T00:00:00Z'],
  ])('%s', (zone, start) => {
    const owners = [span('2026-01-01', '2026-10-10', 'old', zone), span('2026-10-10', '', 's', zone)];
    const lives = { s: ACTIVE, old: [{ at: '2026-01-01', state: 'active', payer: 'q', plan: 'a' } as const] };
    expect(classified([use], { lives, owners, zone })).toEqual([`charge p ${start}`]);
    const day = { ...use, at: '2026-10-09T00:00:00Z' };
    expect(classified([day], { lives, owners, zone })[0]).toMatch(/^charge q/);
  });
});
