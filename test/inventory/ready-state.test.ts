import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SubscriptionState } from '#shared/catalog/catalog.ts';
import type { Fact, RecordedFact } from '#shared/inventory/fact.ts';
import { readyStretches, statesOf } from '#shared/inventory/ready-state.ts';
import { OPEN_END, valueAt } from '#shared/inventory/timeline.ts';

const KNOWN = { position: 99, cutOff: OPEN_END };

const said = (effectiveFrom: number, state: SubscriptionState, activeFrom?: number): Fact => {
  return { kind: 'state', subscription: 's', effectiveFrom, state, ...(activeFrom !== undefined && { activeFrom }) };
};
const used = (effectiveFrom: number, isUsed = true): Fact => {
  return { kind: 'firstUse', subscription: 's', effectiveFrom, used: isUsed };
};
const recorded = (facts: readonly Fact[]): RecordedFact[] => facts.map((fact, index) => ({ position: 1, index, fact }));
const told = (facts: readonly Fact[], known = KNOWN) =>
  statesOf('s', recorded(facts), known).states.map(({ from, value }) => `${value} ${from}`);

describe('what is ready', () => {
  test.each<[string, Fact[], string[]]>([
    ['stays ready while it is not used', [said(10, 'ready')], ['ready 10']],
    ['is active from its first use on', [said(10, 'ready'), used(15)], ['ready 10', 'active 15']],
    [
      'by the earliest use, whenever it was recorded',
      [said(10, 'ready'), used(15), used(12)],
      ['ready 10', 'active 12'],
    ],
    ['not by a use that was taken back', [said(10, 'ready'), used(15), used(15, false)], ['ready 10']],
    [
      'by the next use, where the first was taken back',
      [said(10, 'ready'), used(12), used(15), used(12, false)],
      ['ready 10', 'active 15'],
    ],
    [
      'by a use that was taken back and came again',
      [said(10, 'ready'), used(15), used(15, false), used(15)],
      ['ready 10', 'active 15'],
    ],
    ['at once, if it is used in its first second', [said(10, 'ready'), used(10)], ['active 10']],
    ['not by a use before', [said(10, 'ready'), used(9)], ['ready 10']],
    ['after its days without use', [said(10, 'ready', 30)], ['ready 10', 'active 30']],
    ['by a use before its days are over', [said(10, 'ready', 30), used(15)], ['ready 10', 'active 15']],
    ['by its days, where the use comes later', [said(10, 'ready', 30), used(31)], ['ready 10', 'active 30']],
    ['by what a person says first', [said(10, 'ready', 30), said(14, 'active'), used(15)], ['ready 10', 'active 14']],
    [
      'not in the time it is suspended',
      [said(10, 'ready', 30), said(14, 'suspended'), used(15)],
      ['ready 10', 'suspended 14'],
    ],
    [
      'and is what is said next, from then on',
      [said(10, 'ready'), used(12), said(20, 'suspended')],
      ['ready 10', 'active 12', 'suspended 20'],
    ],
    [
      'anew, where it is said to be ready again',
      [said(10, 'ready', 18), used(12), said(20, 'ready', 50), used(25)],
      ['ready 10', 'active 12', 'ready 20', 'active 25'],
    ],
    ['as any other correction says', [said(10, 'ready', 30), said(10, 'ready')], ['ready 10']],
  ])('%s', (_, facts, states) => {
    expect(told(facts)).toEqual(states);
  });

  test('a use in test, in inventory, suspended or terminated changes nothing', () => {
    for (const state of ['test', 'inventory', 'suspended', 'terminated'] as const)
      expect(told([said(10, state), used(12)])).toEqual([`${state} 10`]);
  });

  test('what comes after the cut-off, or is not known yet, is not looked at', () => {
    const facts = [said(10, 'ready', 30), used(20)];
    expect(told(facts, { position: 99, cutOff: 19 })).toEqual(['ready 10']);
    expect(told(facts, { position: 99, cutOff: 20 })).toEqual(['ready 10', 'active 20']);
    expect(told([said(10, 'ready', 30)], { position: 99, cutOff: 29 })).toEqual(['ready 10']);
    const later = [...recorded([said(10, 'ready')]), { position: 7, index: 0, fact: used(20) }];
    expect(statesOf('s', later, { position: 6, cutOff: OPEN_END }).states).toHaveLength(1);
    expect(statesOf('s', later, { position: 7, cutOff: OPEN_END }).states).toHaveLength(2);
  });
});

test('where it became active by itself is known, and why', () => {
  const facts = [
    said(10, 'ready', 18),
    used(12),
    said(20, 'ready', 30),
    used(31),
    said(40, 'ready', 50),
    said(45, 'active'),
  ];
  expect(statesOf('s', recorded(facts), KNOWN).activations).toEqual([
    { at: 12, by: 'use' },
    { at: 30, by: 'days' },
  ]);
  expect(statesOf('s', recorded([said(10, 'active'), used(12)]), KNOWN).activations).toEqual([]);
});

test('a stretch of being ready ends where its days do, and knows its uses in order', () => {
  const facts = recorded([
    said(10, 'ready', 30),
    used(25),
    used(12),
    used(40),
    said(50, 'ready'),
    used(60),
    said(70, 'active'),
  ]);
  expect(readyStretches('s', facts, KNOWN)).toEqual([
    { from: 10, until: 30, uses: [12, 25] },
    { from: 50, until: 70, uses: [60] },
  ]);
  expect(readyStretches('s', recorded([said(10, 'active'), used(12)]), KNOWN)).toEqual([]);
});

const arbitraryFact = fc.oneof(
  fc
    .tuple(
      fc.nat(20),
      fc.constantFrom<SubscriptionState>('ready', 'ready', 'active', 'suspended', 'test'),
      fc.option(fc.integer({ min: 1, max: 9 })),
    )
    .map(([at, state, days]) => said(at, state, state === 'ready' && days !== null ? at + days : undefined)),
  fc.tuple(fc.nat(24), fc.boolean()).map(([at, isUsed]) => used(at, isUsed)),
);

/** The definition, an instant at a time: ready unless used, or its days are over, since that was said. */
function stateAt(facts: readonly RecordedFact[], at: number): SubscriptionState | undefined {
  const last = (of: readonly RecordedFact[]) =>
    [...of].sort((a, b) => a.fact.effectiveFrom - b.fact.effectiveFrom || a.index - b.index).at(-1)?.fact;
  const state = last(facts.filter(({ fact }) => fact.kind === 'state' && fact.effectiveFrom <= at));
  if (state?.kind !== 'state' || state.state !== 'ready') return state?.kind === 'state' ? state.state : undefined;
  if (state.activeFrom !== undefined && state.activeFrom <= at) return 'active';
  for (let instant = state.effectiveFrom; instant <= at; instant++) {
    const use = last(facts.filter(({ fact }) => fact.kind === 'firstUse' && fact.effectiveFrom === instant));
    if (use?.kind === 'firstUse' && use.used) return 'active';
  }
  return 'ready';
}

test('states are what the definition says at every instant, in whatever order facts are given', () => {
  fc.assert(
    fc.property(fc.array(arbitraryFact, { maxLength: 8 }), fc.infiniteStream(fc.nat()), (all, numbers) => {
      const facts = recorded(all);
      const keys = new Map(facts.map((each) => [each, numbers.next().value as number]));
      const shuffled = [...facts].sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
      const { states, activations } = statesOf('s', shuffled, KNOWN);
      for (let at = 0; at < 32; at++) expect(valueAt(states, at)).toBe(stateAt(facts, at));
      for (const [place, span] of states.entries()) {
        expect(span.from).toBeLessThan(span.until);
        expect(span.until).toBe(states[place + 1]?.from ?? OPEN_END);
      }
      expect(activations.map(({ at }) => valueAt(states, at))).toEqual(activations.map(() => 'active'));
    }),
    { numRuns: 500 },
  );
});
