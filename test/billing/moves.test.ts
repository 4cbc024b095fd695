import { describe, expect, test } from 'vitest';
import { draftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import type { Fact } from '#shared/inventory/fact.ts';
import { documentFolder } from '#shared/invoicing/posted-document.ts';
import { explainLine } from '#shared/invoicing/use-cases/explain-line.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, planOf, SELLER } from '../rating/fleet.ts';
import { accountFact } from './memory-world.ts';
import { billed, draftIn, FEES, linesOf, MEGABYTE, moved, NEW_YORK, opening, sim } from './moved-account.ts';

const OWN = '[{ id: own, name: Own, kind: individual, size: 310 MB, covers: [data] }]';

describe('a billing day that moves makes one short period, prorated by the days of the whole one (pricing rules §1)', () => {
  const opened = () => opening(planOf('a', FEES, OWN), sim([{ at: '2026-01-01', state: 'active', plan: 'a' }]));

  test('from 1 to 15 on 10 March: 14 of 31 days, then from the 15th on', async () => {
    const world = await opened();
    world.setClock('2026-03-02');
    expect(await billed(world, '2026-02')).toEqual(
      expect.arrayContaining(['fee 02-01..03-01 31.00', 'rent 03-01..04-01 62.00']),
    );
    await world.record([moved('2026-03-10', { billingDay: 15 })]);
    await world.load('f', '1', [
      { at: '2026-03-14T12:00:00Z', bytes: 200 * MEGABYTE },
      { at: '2026-03-15T12:00:00Z', bytes: 300 * MEGABYTE },
    ]);
    world.setClock('2026-03-16');
    // 310 MB × 14/31 = 140 MB, so that 60 MB of 200 are over. The rent of March falls back to 62.00 × 14/31 = 28.00; what comes after it is due.
    expect(await billed(world, '2026-02', { cycle: 15 })).toEqual([
      'fee 03-01..03-15 14.00',
      'once 03-01..03-15 5.00',
      'rent 03-15..04-15 62.00',
      'data 03-01..03-15 0.60',
      'rent 03-01..03-15 -34.00 (change after billing in advance)',
    ]);
    world.setClock('2026-04-02');
    const run = await world.bill('2026-03');
    expect((await draftReport(world.ports, run)).leftOut).toEqual([{ payer: 'p', reason: 'is billed on day 15' }]);
    world.setClock('2026-04-16');
    expect(await billed(world, '2026-03', { cycle: 15 })).toEqual([
      'fee 03-15..04-15 31.00',
      'once 03-15..04-15 5.00',
      'rent 04-15..05-15 62.00',
    ]);
  });

  test('from 15 to 1: the period from 15 March ends on 1 April, 17 of 31 days', async () => {
    const world = await opening(planOf('a', FEES), [
      accountFact('p', { effectiveFrom: instantOf('2026-01-01', BERLIN), billingDay: 15 }),
      moved('2026-04-01', { billingDay: 1 }),
      ...sim([{ at: '2026-03-15', state: 'active', plan: 'a' }]),
    ]);
    world.setClock('2026-04-02');
    expect(await billed(world, '2026-03')).toEqual([
      'fee 03-15..04-01 17.00',
      'once 03-15..04-01 5.00',
      'rent 03-15..04-01 34.00',
      'rent 04-01..05-01 62.00',
    ]);
  });

  test('a run of the account alone bills the periods that begin in a month one after the other', async () => {
    const world = await opened();
    await world.record([moved('2026-03-10', { billingDay: 15 })]);
    world.setClock('2026-03-02');
    await world.bill('2026-02');
    world.setClock('2026-03-16');
    const alone = { cycle: 0, account: 'p' };
    expect(await billed(world, '2026-03', alone)).toContain('fee 03-01..03-15 14.00');
    expect(await world.open('2026-03', alone)).toMatchObject({ reason: expect.stringContaining('ends on 2026-04-15') });
    world.setClock('2026-04-16');
    expect(await billed(world, '2026-03', alone)).toContain('fee 03-15..04-15 31.00');
    expect(await world.open('2026-03', alone)).toMatchObject({ reason: expect.stringContaining('posted already') });
  });

  test('a run up to now is of the period that has begun last, and dated no earlier', async () => {
    const world = await opened();
    await world.record([moved('2026-03-10', { billingDay: 15 })]);
    world.setClock('2026-03-20');
    const upToNow = { cycle: 0, account: 'p', invoiceDate: '2026-03-14' };
    expect(await world.open('', upToNow)).toMatchObject({ reason: expect.stringContaining('begins on 2026-03-15') });
    expect(await world.open('', { ...upToNow, invoiceDate: '2026-03-15' })).toMatchObject({ outcome: 'opened' });
  });

  test('on the very day up to which a run of the account alone has billed, what was paid ahead of it falls back', async () => {
    const world = await opening(planOf('a', FEES), sim([{ at: '2026-03-01', state: 'active', plan: 'a' }]));
    world.setClock('2026-03-15');
    const alone = { cycle: 0, account: 'p' };
    expect(await billed(world, '2026-03', { ...alone, beforeEnd: true })).toEqual(['rent 03-01..04-01 62.00']);
    await world.record([moved('2026-03-15', { billingDay: 15 })]);
    world.setClock('2026-04-16');
    const run = await world.bill('2026-03', alone);
    expect(await linesOf(world, run)).toEqual([
      'fee 03-15..04-15 31.00',
      'once 03-15..04-15 5.00',
      'rent 03-15..04-15 62.00',
      'rent 04-15..05-15 62.00',
      'fee 03-01..03-15 14.00 (backdated change)',
      'once 03-01..03-15 5.00 (backdated change)',
      'rent 03-01..03-15 -34.00 (change after billing in advance)',
    ]);
    const [document] = await allDocuments(world.ports, run);
    const { causes } = await explainLine(world.ports, document!, 5);
    expect(causes.map(({ detail }) => detail)).toEqual(['1 facts, from 2026-03-15 on']);
  });

  test('what is priced as a whole is prorated as a whole: steps, peaks, pools, commitments', async () => {
    const stair = `{ kind: recurring, id: stair, name: Stair, due: arrears, price: { model: stairStep, tiers: [{ upTo: 5, amount: 31.00 }, { amount: 62.00 }] } }`;
    const peak = `{ kind: recurring, id: peak, name: Peak, due: arrears, quantity: peak, price: 6.20 }`;
    const pool = `[{ id: share, name: Share, kind: static, pool: share, size: 31 MB, price: 3.10, proration: day, covers: [data] }]`;
    const data = `{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 0.01 }`;
    const agreed = `agreements:\n  - { account: p, currency: EUR, commitments: [{ id: least, name: Least, from: 2026-03-01, minimum: 310.00 }] }\n`;
    const world = await opening(planOf('a', `[${stair}, ${peak}, ${data}]`, pool) + agreed, [
      moved('2026-03-10', { billingDay: 15 }),
      ...sim([{ at: '2026-03-01', state: 'active', plan: 'a' }]),
    ]);
    await world.load('f', '1', [{ at: '2026-03-14T12:00:00Z', bytes: 15 * MEGABYTE }]);
    world.setClock('2026-03-16');
    // 31.00 and 6.20 × 14/31; 14 of 31 MB, so that 1 MB is over; 310.00 × 14/31 = 140.00 less 14.00 + 2.80 + 1.40 + 0.01.
    expect(await billed(world, '2026-02', { cycle: 15 })).toEqual([
      'peak 03-01..03-15 2.80',
      'pool:share 03-01..03-15 1.40',
      'stair 03-01..03-15 14.00',
      'data 03-01..03-15 0.01',
      'least 03-01..03-15 121.79',
    ]);
  });

  test('what was charged in advance before a move, though it was known, is for a period of then, and is kept whole where nothing is refunded', async () => {
    const fee = '{ kind: recurring, id: fee, name: Fee, due: arrears, price: 31.00 }';
    const rent = '{ kind: recurring, id: rent, name: Rent, refund: none, price: 62.00 }';
    const world = await opening(planOf('a', `[${fee}, ${rent}]`), [
      moved('2026-03-10', { billingDay: 15 }),
      ...sim([{ at: '2026-03-01', state: 'active', plan: 'a' }]),
    ]);
    world.setClock('2026-03-02');
    expect(await billed(world, '2026-02')).toEqual(['rent 03-01..04-01 62.00']);
    await releaseCatalog(world.ports, catalogWith(planOf('a', `[${fee}]`)), 'test');
    world.setClock('2026-03-16');
    expect(await billed(world, '2026-03', { cycle: 0, account: 'p' })).toEqual(['fee 03-01..03-15 14.00']);
  });

  test('a year that was begun goes on as it began', async () => {
    const year = '[{ kind: recurring, id: fee, name: Year, months: 12, price: 365.00 }]';
    const world = await opening(planOf('a', year), [
      moved('2026-03-10', { billingDay: 15 }),
      ...sim([
        { at: '2026-01-01', state: 'active', plan: 'a' },
        { at: '2026-04-11', state: 'terminated', plan: 'a' },
      ]),
    ]);
    world.setClock('2026-02-02');
    expect(await billed(world, '2026-01')).toEqual(['fee 01-01..01-01 365.00']);
    world.setClock('2026-04-16');
    expect(await billed(world, '2026-03', { cycle: 15 })).toEqual([
      'fee 01-01..01-01 -265.00 (change after billing in advance)',
    ]);
  });
});

describe('a time zone that moves makes one day longer or shorter, and leaves no gap', () => {
  const RECORDS = [
    // The clocks of Berlin went forward at 01:00Z; 29 March begins in New York at 04:00Z.
    { at: '2026-03-28T12:00:00Z', service: 'voice', seconds: 30 },
    { at: '2026-03-29T03:59:59Z', service: 'voice', seconds: 30 },
    { at: '2026-03-29T04:00:00Z', service: 'voice', seconds: 30 },
    // March ends in New York at 04:00Z.
    { at: '2026-04-01T03:59:59Z', service: 'voice', seconds: 120 },
    { at: '2026-04-01T04:00:00Z', service: 'voice', seconds: 600 },
  ] as const;
  const VOICE = `[{ kind: usage, id: voice, name: Voice, match: { services: voice }, measure: seconds, unit: minute, increment: 60/60 s, rounding: day, price: 1.00 },
    { kind: recurring, id: fee, name: Fee, due: arrears, price: 31.00 }]`;

  test('from Berlin to New York in the night the clocks of Berlin go forward: 28 March has 29 hours', async () => {
    const world = await opening(planOf('a', VOICE), [
      moved('2026-03-29', { timeZone: NEW_YORK }),
      ...sim([{ at: '2026-03-01', state: 'active', plan: 'a' }]),
    ]);
    await world.load('f', '1', RECORDS);
    world.setClock('2026-04-01T03:59:59Z');
    expect(await world.open('2026-03', { cycle: 0, account: 'p' })).toMatchObject({ outcome: 'refused' });
    world.setClock('2026-04-01T04:00:00Z');
    // 28 March: 30 + 30 s = 1 min; 29 March: 1 min; 31 March: 2 min.
    expect(await billed(world, '2026-03')).toEqual(['fee 03-01..04-01 31.00', 'voice 03-01..04-01 4.00']);
    world.setClock('2026-05-02');
    expect(await billed(world, '2026-04')).toEqual(['fee 04-01..05-01 31.00', 'voice 04-01..05-01 10.00']);
  });

  test('its usage is itemised, and what moved its lines is told, by the clocks of then', async () => {
    const charges = `[{ kind: usage, id: night, name: Night, match: { services: voice, bands: night }, measure: seconds, unit: second, price: 0.01 },
    { kind: usage, id: other, name: Other, match: { services: voice }, measure: seconds, unit: second, price: 0.02 },
    { kind: recurring, id: fee, name: Fee, due: arrears, price: 31.00 }]`;
    const world = await opening(planOf('a', charges), [
      moved('2026-03-29', { timeZone: NEW_YORK }),
      ...sim([{ at: '2026-03-01', state: 'active', plan: 'a' }]),
    ]);
    await world.load('f', '1', [
      // Nights are from 22:00 to 06:00: in Berlin until the day of the move begins in New York.
      { at: '2026-03-28T05:30:00Z', service: 'voice', seconds: 1 },
      { at: '2026-03-29T03:59:59Z', service: 'voice', seconds: 2 },
      { at: '2026-03-29T04:00:00Z', service: 'voice', seconds: 3 },
      { at: '2026-03-29T09:30:00Z', service: 'voice', seconds: 4 },
      { at: '2026-03-29T10:00:00Z', service: 'voice', seconds: 5 },
    ]);
    world.setClock('2026-04-02');
    const run = await world.bill('2026-03');
    const [invoice] = await allDocuments(world.ports, run);
    const folder = documentFolder(SELLER, invoice!.number);
    const csv = await world.ports.objects.get('invoices', `${folder}/${invoice!.number}-usage.csv`);
    const rows = new TextDecoder().decode(csv).trim().split('\r\n').slice(1);
    expect(rows.map((row) => row.split(',')).map((cells) => `${cells[3]} ${cells[13]} ${cells[15]}`)).toEqual([
      '2026-03-28T06:30:00+01:00 1 Other',
      '2026-03-29T05:59:59+02:00 2 Night',
      '2026-03-29T00:00:00-04:00 3 Night',
      '2026-03-29T05:30:00-04:00 4 Night',
      '2026-03-29T06:00:00-04:00 5 Other',
    ]);
    // Backdated to a day that began in Berlin; it was the evening before in New York.
    await world.record(sim([{ at: '2026-03-11', state: 'suspended' }]).slice(-1));
    world.setClock('2026-05-02');
    const next = await world.bill('2026-04');
    const [document] = await allDocuments(world.ports, next);
    const [lines] = (await draftIn(world, next)).documents.map((each) => each.lines);
    const place = lines!.findIndex(({ reason }) => reason === 'backdated change') + 1;
    const { causes, timeZone } = await explainLine(world.ports, document!, place);
    expect(causes.map(({ detail }) => detail)).toEqual(['1 facts, from 2026-03-11 on']);
    expect(timeZone).toBe(NEW_YORK);
  });

  test('and to Tokyo, whose days begin before: 28 March has 16 hours', async () => {
    const world = await opening(planOf('a', VOICE), [
      moved('2026-03-29', { timeZone: 'Asia/Tokyo' }),
      ...sim([{ at: '2026-03-01', state: 'active', plan: 'a' }]),
    ]);
    await world.load('f', '1', [
      { at: '2026-03-28T14:59:59Z', service: 'voice', seconds: 30 },
      { at: '2026-03-28T15:00:00Z', service: 'voice', seconds: 30 },
      { at: '2026-03-31T15:00:00Z', service: 'voice', seconds: 30 },
    ]);
    world.setClock('2026-05-02');
    expect(await billed(world, '2026-04')).toEqual([
      'fee 03-01..04-01 31.00',
      'fee 04-01..05-01 31.00',
      'voice 03-01..04-01 2.00',
      'voice 04-01..05-01 1.00',
    ]);
  });
});

describe('an account that moves to another seller', () => {
  const AGREED = `agreements:\n  - { account: p, currency: EUR, commitments: [{ id: least, name: Least, from: 2026-02-01, minimum: 310.00 }] }\n`;
  const fee = (price: string) => `[{ kind: recurring, id: fee, name: Fee, due: arrears, price: ${price} },
    { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1.00 }]`;
  const PLANS = planOf('a', fee('31.00')) + planOf('b', fee('62.00'));
  const assigned = (at: string, seller: string, plan: string): Fact => ({
    kind: 'assignments',
    subscription: '1',
    seller,
    effectiveFrom: instantOf(at, BERLIN),
    assignments: plan === '' ? [] : [{ payer: 'p', plan, businessUnit: '' }],
  });
  const order: Fact = {
    kind: 'adHoc',
    account: 'p',
    businessUnit: '',
    order: 'o1',
    effectiveFrom: instantOf('2026-03-12', BERLIN),
    product: 'Router',
    quantity: '1',
    price: '99.00',
    taxCategory: 'goods',
    reference: '',
  };

  test('is billed by each for its own days, once, and late usage by whose customer it was', async () => {
    const world = await opening(PLANS + AGREED, [
      moved('2026-03-10', { seller: 'beta' }),
      ...sim([{ at: '2026-02-01', state: 'active', plan: 'a' }]),
      assigned('2026-03-10', SELLER, ''),
      assigned('2026-03-10', 'beta', 'b'),
      order,
    ]);
    world.setClock('2026-03-02');
    expect(await billed(world, '2026-02')).toEqual(['fee 02-01..03-01 31.00', 'least 02-01..03-01 279.00']);
    world.setClock('2026-04-02');
    // 31.00 × 9/31 of 310.00 × 9/31 = 90.00; and 62.00 × 22/31 and the order of 220.00.
    expect(await billed(world, '2026-03')).toEqual(['fee 03-01..03-10 9.00', 'least 03-01..03-10 81.00']);
    expect(await billed(world, '2026-03', { seller: 'beta' })).toEqual([
      'fee 03-10..04-01 44.00',
      'order o1 03-10..04-01 99.00',
      'least 03-10..04-01 77.00',
    ]);
    await world.load('late', '1', [
      { at: '2026-03-09T12:00:00Z', bytes: 2 * MEGABYTE },
      { at: '2026-03-10T12:00:00Z', bytes: 3 * MEGABYTE },
    ]);
    world.setClock('2026-05-02');
    expect(await billed(world, '2026-04')).toEqual([
      'data 03-01..03-10 2.00 (late usage)',
      'least 03-01..03-10 -2.00 (late usage)',
    ]);
    expect(await billed(world, '2026-04', { seller: 'beta' })).toEqual([
      'fee 04-01..05-01 62.00',
      'least 04-01..05-01 248.00',
      'data 03-10..04-01 3.00 (late usage)',
      'least 03-10..04-01 -3.00 (late usage)',
    ]);
  });

  test('keeps the pools it names to their days: one of days with the next seller only does not stand before', async () => {
    const pools = [{ pool: 'fleet', plan: 'a', from: '2026-03-20', until: '' as const }];
    const POOL = `[{ id: fleet, name: Fleet, kind: flexible, pool: fleet, size: 310 MB, covers: [data] }]`;
    const data =
      '[{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1.00 }]';
    const world = await opening(planOf('a', data, POOL), [
      moved('2026-01-01', { pools }),
      ...sim([{ at: '2026-02-01', state: 'active', plan: 'a' }]),
      moved('2026-03-10', { seller: 'beta', pools }),
      assigned('2026-03-10', SELLER, ''),
      assigned('2026-03-10', 'beta', 'a'),
    ]);
    await world.load('f', '1', [
      { at: '2026-03-05T12:00:00Z', bytes: 2 * MEGABYTE },
      { at: '2026-03-15T12:00:00Z', bytes: 3 * MEGABYTE },
      { at: '2026-03-25T12:00:00Z', bytes: 125 * MEGABYTE },
    ]);
    world.setClock('2026-04-02');
    expect(await billed(world, '2026-02')).toEqual([]);
    expect(await billed(world, '2026-03')).toEqual(['data 03-01..03-10 2.00']);
    // Of the pool 310 MB × 12/31 = 120 MB, and 5 over; 3 of before it.
    expect(await billed(world, '2026-03', { seller: 'beta' })).toEqual(['data 03-10..04-01 8.00']);
  });

  test('has a pool of its own from each for the days it was their customer: 9 and 22 of 31', async () => {
    const pools = [{ pool: 'site', plan: 'a', from: '2026-02-01', until: '' as const }];
    const POOL =
      '[{ id: site, name: Site, kind: static, pool: site, size: 310 MB, price: 31.00, proration: day, covers: [data] }]';
    const data =
      '[{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1.00 }]';
    const world = await opening(planOf('a', data, POOL), [
      moved('2026-01-01', { pools }),
      moved('2026-03-10', { seller: 'beta', pools }),
    ]);
    world.setClock('2026-03-02');
    expect(await billed(world, '2026-02')).toEqual(['pool:site 02-01..03-01 31.00']);
    world.setClock('2026-04-02');
    expect(await billed(world, '2026-03')).toEqual(['pool:site 03-01..03-10 9.00']);
    expect(await billed(world, '2026-03', { seller: 'beta' })).toEqual(['pool:site 03-10..04-01 22.00']);
    world.setClock('2026-05-02');
    expect(await billed(world, '2026-04')).toEqual([]);
  });

  test.each([
    ['the one it leaves', SELLER, '2026-04', 'begins after the period', false],
    ['the one it is to join', 'beta', '2026-02', 'begins after the period', true],
  ])('is no concern of %s beyond its days', async (_, seller, month, reason, isLeftOut) => {
    const world = await opening(PLANS, [moved('2026-03-10', { seller: 'beta' })]);
    world.setClock('2026-05-02');
    const run = await world.bill(month, { seller });
    const { leftOut, nothingToBill } = await draftReport(world.ports, run);
    expect(leftOut).toEqual(isLeftOut ? [{ payer: 'p', reason }] : []);
    expect(nothingToBill).toBe(isLeftOut ? 0 : 1);
  });

  test.each([
    ['in the middle of a period', '2026-02-10', []],
    ['when a period has ended', '2026-03-01', []],
    ['a day later, which is one more period', '2026-03-02', ['p']],
  ])(
    '%s, is billed at once what is below the least amount, if it is the last of that seller',
    async (_, day, waiting) => {
      const world = await opening(planOf('a', FEES), [
        ...sim([{ at: '2026-02-01', state: 'active', plan: 'a' }]),
        moved(day, { seller: 'beta' }),
      ]);
      world.setClock('2026-03-05');
      const run = await world.bill('2026-02', { terms: { minimum: { EUR: '100000' } } });
      expect((await draftReport(world.ports, run)).waiting).toEqual(waiting);
    },
  );

  test('is unknown to all others', async () => {
    const world = await opening(PLANS, [moved('2026-03-10', { seller: 'beta' })]);
    const other = accountFact('q');
    await world.record([other]);
    world.setClock('2026-02-02');
    expect(await world.open('2026-01', { cycle: 0, account: 'q', seller: 'beta' })).toMatchObject({
      reason: 'account q is a customer of acme, not of beta',
    });
    expect(await world.open('2026-01', { seller: 'gamma' })).toMatchObject({
      reason: 'there is no seller gamma; the catalogue has acme, beta',
    });
  });
});
