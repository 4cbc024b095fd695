import { describe, expect, test } from 'vitest';
import { accountAt } from '#shared/inventory/account-history.ts';
import type { AccountFact, RecordedFact, StateFact } from '#shared/inventory/fact.ts';
import { OPEN_END, timeline, valueAt } from '#shared/inventory/timeline.ts';

const said = (
  effectiveFrom: number,
  state: StateFact['state'],
  position: number,
  index = 0,
): RecordedFact<StateFact> => ({
  position,
  index,
  fact: { kind: 'state', subscription: 's1', effectiveFrom, state },
});
const spans = (facts: RecordedFact<StateFact>[], position = 99, cutOff = OPEN_END) =>
  timeline(facts, { position, cutOff }, (fact) => fact.state);

describe('a timeline', () => {
  test.each<[string, RecordedFact<StateFact>[], [number, number, string][]]>([
    ['of nothing is empty', [], []],
    ['of one fact has no end', [said(10, 'active', 1)], [[10, OPEN_END, 'active']]],
    [
      'the later effectiveFrom ends the span before',
      [said(10, 'active', 1), said(20, 'suspended', 1, 1)],
      [
        [10, 20, 'active'],
        [20, OPEN_END, 'suspended'],
      ],
    ],
    [
      'a backdated fact is put in its place',
      [said(10, 'active', 1), said(30, 'terminated', 2), said(20, 'suspended', 3)],
      [
        [10, 20, 'active'],
        [20, 30, 'suspended'],
        [30, OPEN_END, 'terminated'],
      ],
    ],
    [
      'of two from the same instant the later recorded holds',
      [said(10, 'active', 1), said(10, 'suspended', 2)],
      [[10, OPEN_END, 'suspended']],
    ],
    [
      'in one entry, the later in order',
      [said(10, 'active', 1, 0), said(10, 'suspended', 1, 1)],
      [[10, OPEN_END, 'suspended']],
    ],
    [
      'saying the same again cuts, and changes nothing',
      [said(10, 'active', 1), said(20, 'active', 2)],
      [
        [10, 20, 'active'],
        [20, OPEN_END, 'active'],
      ],
    ],
  ])('%s', (_, facts, expected) => {
    const told = (list: ReturnType<typeof spans>) => list.map(({ from, until, value }) => [from, until, value]);
    expect(told(spans(facts))).toEqual(expected);
    expect(told(spans(facts.toReversed()))).toEqual(expected);
  });

  test.each([
    ['facts recorded later', 1, OPEN_END, 'active', OPEN_END],
    ['facts that hold from after the cut-off', 99, 19, 'active', OPEN_END],
    ['but one that holds from the cut-off itself', 99, 20, 'active', 20],
  ])('leaves out %s', (_, position, cutOff, state, until) => {
    const [first] = spans([said(10, 'active', 1), said(20, 'suspended', 2)], position, cutOff);
    expect(first).toEqual({ from: 10, until, value: state });
  });

  test.each([
    [9, undefined],
    [10, 'active'],
    [19, 'active'],
    [20, 'suspended'],
    [OPEN_END - 1, 'suspended'],
  ])('at %i it says %s', (instant, value) => {
    expect(valueAt(spans([said(10, 'active', 1), said(20, 'suspended', 1, 1)]), instant)).toBe(value);
  });
});

describe('an account', () => {
  const address = { lines: ['1'], postalCode: '1', city: 'C', country: 'DE' };
  const named = (effectiveFrom: number, name: string, position: number): RecordedFact<AccountFact> => ({
    position,
    index: 0,
    fact: {
      kind: 'account',
      account: 'a',
      effectiveFrom,
      name,
      address,
      seller: 'x',
      vatId: '',
      email: '',
      language: 'en',
      currency: 'EUR',
      timeZone: 'UTC',
      billingDay: 1,
      taxProfile: 'de',
      paymentTermDays: 14,
      reference: '',
      pools: [],
      certificates: [],
    },
  });
  const unit = (effectiveFrom: number, businessUnit: string, name: string): RecordedFact => ({
    position: 1,
    index: 5,
    fact: { kind: 'businessUnit', account: 'a', businessUnit, effectiveFrom, name, address, reference: '' },
  });
  const facts = [named(10, 'Old', 1), named(20, 'New', 2), unit(10, 'north', 'North'), unit(30, 'south', 'South')];
  const known = { position: 99, cutOff: OPEN_END };

  test.each([
    [15, 'Old'],
    [20, 'New'],
    [5, 'Old'],
  ])('is at %i what it was then, and before its beginning what it began as', (instant, name) => {
    const view = accountAt(facts, known, instant);
    expect([view?.account.name, view?.since]).toEqual([name, 10]);
    expect([...(view?.businessUnits.values() ?? [])].map((each) => each.name)).toEqual(['North', 'South']);
  });

  test('nobody knows of is nothing, and so is one that is recorded later', () => {
    expect(accountAt([], known, 10)).toBeUndefined();
    expect(accountAt(facts, { position: 0, cutOff: OPEN_END }, 10)).toBeUndefined();
    expect(accountAt(facts, { position: 99, cutOff: 9 }, 10)).toBeUndefined();
  });
});
