import { beforeEach, describe, expect, test } from 'vitest';
import { previewAccount } from '#shared/billing/use-cases/runs/preview-account.ts';
import { type WhatIf, whatIf } from '#shared/billing/use-cases/runs/what-if.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import type { AccountFact, AdHocFact, AssignmentsFact } from '#shared/inventory/fact.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf, SELLER } from '../../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from '../memory-world.ts';

const charges = (fee: string, price: string, allowance = '') =>
  `[{ kind: recurring, id: fee, name: Fee, due: arrears, price: ${fee} }, { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: ${price} }]${allowance}`;
const AHEAD = planOf('ahead', '[{ kind: recurring, id: fee, name: Fee, due: advance, price: 4.00 }]');
const FREE = planOf('free', charges('3.00', '0'));
const MORE = planOf('more', '[{ kind: recurring, id: extra, name: Extra, due: arrears, price: 1.00 }]');
const CATALOG = catalogWith(
  planOf('small', charges('3.00', '1')) +
    planOf('large', charges('10.00', '0.10')) +
    AHEAD +
    FREE +
    MORE.replace('id: more', 'id: more, kind: addOn'),
);
const CHEAPER = catalogWith(planOf('small', charges('3.00', '0.50')) + planOf('large', charges('10.00', '0.10')));
const MB = 1_000_000;
let world: MemoryWorld;

/** Two SIMs on "small": in February 20 MB and 2 MB, in March 5 MB up to the 20th. */
beforeEach(async () => {
  world = await memoryWorld(CATALOG);
  const sim = (id: string) =>
    factsOf(
      id,
      [
        { at: '2020-01-01', has: `imsi#${id}` },
        { at: '2026-02-01', state: 'active', plan: 'small' },
      ],
      BERLIN,
    );
  await world.record([accountFact('p'), ...['1', '2'].flatMap((id) => sim(id).map(({ fact }) => fact))]);
  await world.load('one', '1', [
    { at: '2026-02-10T12:00:00Z', bytes: 20 * MB },
    { at: '2026-03-10T12:00:00Z', bytes: 5 * MB },
  ]);
  await world.load('two', '2', [{ at: '2026-02-11T12:00:00Z', bytes: 2 * MB }]);
  world.setClock('2026-03-03');
  await world.bill('2026-02');
  world.setClock('2026-03-20');
});
const ask = async (more: Partial<WhatIf>) => {
  const before = await tail(world.ports.decisions, 0);
  const answer = await whatIf(world.ports, {
    account: 'p',
    month: '2026-02',
    plans: new Map(),
    subscription: '',
    catalog: null,
    ...more,
  });
  expect(await tail(world.ports.decisions, 0)).toBe(before);
  return answer;
};
/** "Data 22 22.00 → 22 2.20" of each line, and the totals. */
const told = async (more: Partial<WhatIf>) => {
  const answer = await ask(more);
  if (answer.outcome === 'refused') return [answer.reason];
  const lines = answer.lines.map(
    ({ charge, is, wouldBe }) => `${charge} ${is.quantity} ${is.amount} → ${wouldBe.quantity} ${wouldBe.amount}`,
  );
  return [...lines, `${answer.is} → ${answer.wouldBe}: ${answer.difference}`];
};

describe('what if', () => {
  test('all were on another plan: a posted month, by hand', async () => {
    // 22 MB at 1.00 and 2 × 3.00, against 22 MB at 0.10 and 2 × 10.00
    expect(await told({ plans: new Map([['', 'large']]) })).toEqual([
      'Data 22 22.00 → 22 2.20',
      'Fee 2 6.00 → 2 20.00',
      '28.00 → 22.20: -5.80',
    ]);
  });

  test('one of them were: its usage and fee stand under the other plan', async () => {
    // 2 MB at 1.00 and 3.00 stay; 20 MB at 0.10 and 10.00 are the other's
    expect(await told({ plans: new Map([['small', 'large']]), subscription: '1' })).toEqual([
      'Data 22 22.00 → 22 4.00',
      'Fee 2 6.00 → 2 13.00',
      '28.00 → 17.00: -11.00',
    ]);
  });

  test('one that the account does not pay for is refused', async () => {
    await other('small');
    const [fact] = factsOf('4', [{ at: '2026-02-01', plan: 'small' }], BERLIN).map((each) => each.fact);
    const extra = factsOf('3', [{ at: '2026-02-01', payer: '', addOn: 'more' }], BERLIN).map((each) => each.fact);
    await world.record([{ ...(fact as AssignmentsFact), seller: 'beta' }, ...extra]);
    for (const subscription of ['nope', '3', '4'])
      expect(await told({ plans: new Map([['small', 'large']]), subscription })).toEqual([
        `account p pays for no subscription ${subscription}`,
      ]);
  });

  test('one that has only just been taken up were', async () => {
    const facts = factsOf('5', [{ at: '2026-02-28', state: 'active', plan: 'small' }], BERLIN);
    await world.record(facts.map(({ fact }) => fact));
    // A day of 28 of 3.00, and of 10.00; both others stay
    expect(await told({ plans: new Map([['', 'large']]), subscription: '5' })).toContain(
      'Fee 2.035714 6.11 → 2.035714 6.36',
    );
  });

  test('each side names its plans, and each line the difference', async () => {
    const answer = await ask({ plans: new Map([['small', 'large']]), subscription: '1' });
    if (answer.outcome === 'refused') throw new Error(answer.reason);
    const plans = (of: string) => of.split(', ').sort();
    expect(answer.lines.map((line) => [plans(line.is.plan), plans(line.wouldBe.plan), line.difference])).toEqual([
      [['small'], ['large', 'small'], '-18.00'],
      [['small'], ['large', 'small'], '7.00'],
    ]);
    expect(answer).toMatchObject({ outcome: 'compared', account: 'p', currency: 'EUR' });
  });

  test('a plan that bills in advance and no usage: its fee of the month alone, and nothing beside the usage', async () => {
    expect(await told({ plans: new Map([['', 'ahead']]) })).toEqual([
      'Data 22 22.00 →  ',
      'Fee 2 6.00 → 2 8.00',
      '28.00 → 8.00: -20.00',
    ]);
  });

  test('an account that was never billed, and has nothing', async () => {
    await world.record([accountFact('new')]);
    expect(await told({ account: 'new' })).toEqual(['0.00 → 0.00: 0.00']);
  });

  /** A SIM of "q" on a plan since February: 3 MB in it. */
  async function other(plan: string, more: Partial<AccountFact> = {}): Promise<void> {
    const turns = [
      { at: '2020-01-01', has: 'imsi#3', payer: '' },
      { at: '2026-02-01', state: 'active', payer: 'q', plan },
    ] as const;
    await world.record([accountFact('q', more), ...factsOf('3', turns, BERLIN).map(({ fact }) => fact)]);
    await world.load('three', '3', [{ at: '2026-02-10T12:00:00Z', bytes: 3 * MB }]);
  }

  test('what is charged under another plan alone has an empty side, in its place among the others', async () => {
    await other('ahead');
    const asked = { account: 'q', plans: new Map([['', 'small']]) };
    expect(await told(asked)).toEqual(['Data   → 3 3.00', 'Fee 1 4.00 → 1 3.00', '4.00 → 6.00: 2.00']);
    const answer = await ask(asked);
    expect(answer).toMatchObject({ lines: [{ is: { plan: '', quantity: '', amount: '' } }, {}] });
  });

  test('what comes to nothing on both sides is left out', async () => {
    await other('free');
    expect(await told({ account: 'q' })).toEqual(['Fee 1 3.00 → 1 3.00', '3.00 → 3.00: 0.00']);
  });

  test('what is of no plan is on both sides, whatever the plans', async () => {
    const order: AdHocFact = {
      kind: 'adHoc',
      account: 'p',
      businessUnit: '',
      order: 'o1',
      effectiveFrom: instantOf('2026-02-12', BERLIN),
      product: 'Router',
      quantity: '1',
      price: '99.00',
      taxCategory: 'goods',
      reference: '',
    };
    await world.record([order]);
    expect(await told({ plans: new Map([['small', 'large']]) })).toEqual([
      'Data 22 22.00 → 22 2.20',
      'Fee 2 6.00 → 2 20.00',
      'Router 1 99.00 → 1 99.00',
      '127.00 → 121.20: -5.80',
    ]);
  });

  test('the period an account began in', async () => {
    expect(await told({ month: '2026-01' })).toEqual(['0.00 → 0.00: 0.00']);
  });

  // Of February, 28 days: 14 before the 15th and 14 from then on.
  test.each<[string, Partial<AccountFact>, Partial<AccountFact>, string, string[]]>([
    [
      'both that begin in a month in which the billing day moved',
      {},
      { billingDay: 15 },
      '2026-02',
      ['Data 3 3.00', 'Fee 1.5 4.50', '2026-02-01..2026-03-15'],
    ],
    ['the one that begins in the next', {}, { billingDay: 15 }, '2026-03', ['Fee 1 3.00', '2026-03-15..2026-04-15']],
    [
      'of the days since it became the customer',
      { seller: 'beta' },
      {},
      '2026-02',
      ['Fee 0.5 1.50', '2026-02-15..2026-03-01'],
    ],
  ])('the periods of who moved: %s', async (_, before, after, month, expected) => {
    await other('small', before);
    await world.record([accountFact('q', { effectiveFrom: instantOf('2026-02-15', BERLIN), ...after })]);
    const answer = await ask({ account: 'q', month });
    if (answer.outcome === 'refused') throw new Error(answer.reason);
    const { lines, period } = answer;
    const its = lines.map(({ charge, is }) => `${charge} ${is.quantity} ${is.amount}`);
    expect([...its, `${period.from}..${period.until}`]).toEqual(expected);
  });

  test('of the periods of a month those that have begun', async () => {
    await other('small');
    await world.record([accountFact('q', { effectiveFrom: instantOf('2026-03-10', BERLIN), billingDay: 25 })]);
    expect(await ask({ account: 'q', month: '2026-03' })).toMatchObject({
      period: { from: '2026-03-01', until: '2026-03-25' },
    });
  });

  test('a plan must be in the catalogue that is counted', async () => {
    expect(await told({ catalog: CHEAPER, plans: new Map([['', 'ahead']]) })).toEqual([
      'there is no plan ahead; the catalogue has large, small',
    ]);
    expect((await told({ catalog: CHEAPER, plans: new Map([['ahead', 'small']]) })).at(-1)).toBe(
      '28.00 → 17.00: -11.00',
    );
  });

  test('and so must those something is charged under, unless another is taken for them', async () => {
    await other('free');
    const asked = { account: 'q', catalog: CHEAPER };
    const lacks = ['the catalogue has no plan free, which q is charged by; say what is taken for it'];
    expect(await told(asked)).toEqual(lacks);
    const plans = new Map([['free', 'small']]);
    expect(await told({ ...asked, plans, subscription: '1' })).toEqual(lacks);
    expect((await told({ ...asked, plans: new Map([['', 'small']]) })).at(-1)).toBe('3.00 → 4.50: 1.50');
    expect(await told({ ...asked, plans })).toEqual([
      'Data 3 0.00 → 3 1.50',
      'Fee 1 3.00 → 1 3.00',
      '3.00 → 4.50: 1.50',
    ]);
  });

  test('an add-on is not replaced with the plan: the catalogue must have it', async () => {
    await other('free');
    const effectiveFrom = instantOf('2026-02-01', BERLIN);
    await world.record([{ kind: 'addOn', subscription: '3', seller: SELLER, effectiveFrom, addOn: 'more', has: true }]);
    const plans = new Map([['', 'small']]);
    expect((await told({ account: 'q', plans })).at(-1)).toBe('4.00 → 7.00: 3.00');
    expect(await told({ account: 'q', plans, catalog: CHEAPER })).toEqual([
      'the catalogue has no plan more, which q is charged by; say what is taken for it',
    ]);
  });

  test('a catalogue must have the seller, beside others', async () => {
    const [seller] = CHEAPER.sellers;
    const beta = { ...seller!, id: 'beta' };
    expect(await told({ catalog: { ...CHEAPER, sellers: [beta] } })).toEqual([
      'the catalogue has no seller acme, whose customer p is',
    ]);
    expect((await told({ catalog: { ...CHEAPER, sellers: [beta, seller!] } })).at(-1)).toBe('28.00 → 17.00: -11.00');
  });

  test('nobody is on the plan that is replaced: nothing changes', async () => {
    expect((await told({ plans: new Map([['large', 'small']]) })).at(-1)).toBe('28.00 → 28.00: 0.00');
  });

  test('another catalogue counted', async () => {
    expect((await told({ catalog: CHEAPER })).at(-1)).toBe('28.00 → 17.00: -11.00');
  });

  test('the running month ended with what is known: fees of all of it, usage so far', async () => {
    expect(await told({ month: '', plans: new Map([['', 'large']]) })).toEqual([
      'Data 5 5.00 → 5 0.50',
      'Fee 2 6.00 → 2 20.00',
      '11.00 → 20.50: 9.50',
    ]);
  });

  test.each<[string, Partial<WhatIf>, string]>([
    [
      'an unknown plan',
      { plans: new Map([['', 'huge']]) },
      'there is no plan huge; the catalogue has ahead, free, large, more, small',
    ],
    ['an unknown one that is to be replaced', { plans: new Map([['huge', 'small']]) }, 'there is no plan huge;'],
    ['a month to come', { month: '2026-04' }, 'begins on 2026-04-01, which is still to come'],
    [
      'a month before an account that was never billed',
      { account: 'new', month: '2025-12' },
      'the period of 2025-12 is before the account began; ask for one from 2026-01 on',
    ],
    ['a month before the account', { month: '2025-12' }, 'is before the account began; ask for one from 2026-01 on'],
  ])('%s is refused', async (_, more, words) => {
    await world.record([accountFact('new'), accountFact('later', { effectiveFrom: instantOf('2026-05-01', BERLIN) })]);
    expect(await ask(more)).toMatchObject({ outcome: 'refused', reason: expect.stringContaining(words) });
  });

  test('a frozen month is refused', async () => {
    const limited = await memoryWorld(CATALOG, { backBillingMonths: 1 });
    await limited.record([accountFact('p')]);
    await limited.record(
      factsOf('1', [{ at: '2026-01-10', state: 'active', plan: 'small' }], BERLIN).map(({ fact }) => fact),
    );
    for (const [month, now] of [
      ['2026-01', '2026-02-02'],
      ['2026-02', '2026-03-02'],
      ['2026-03', '2026-04-02'],
    ] as const) {
      limited.setClock(now);
      await limited.bill(month);
    }
    const asked = { account: 'p', month: '2026-01', plans: new Map(), subscription: '', catalog: null };
    expect(await whatIf(limited.ports, asked)).toMatchObject({ reason: expect.stringContaining('2026-01 is frozen') });
  });

  test('an unknown account says so', async () => {
    await expect(ask({ account: 'nobody' })).rejects.toThrow('no account nobody');
  });
});

describe('a preview', () => {
  const nets = async (at: string) => {
    const { documents } = await previewAccount(world.ports, 'p', instantOf(at, BERLIN));
    return documents.flatMap(({ lines }) => lines.map(({ line, net }) => `${line.charge} ${net}`));
  };
  test('at an instant has what was used before it, and what is due by it', async () => {
    expect(await nets('2026-03-09')).toEqual([]);
    expect(await nets('2026-03-20')).toEqual(['data 5.00']);
    expect(await nets('2026-04-01')).toEqual(['fee 6.00', 'data 5.00']);
  });
});
