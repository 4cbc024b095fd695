import { describe, expect, test } from 'vitest';
import type { Fact, IdentifierFact, RecordedFact, StateFact } from '#shared/inventory/fact.ts';
import { newFacts } from '#shared/inventory/new-facts.ts';

const state = (name: StateFact['state'], at = 100, subscription = 's'): Fact => ({
  kind: 'state',
  subscription,
  effectiveFrom: at,
  state: name,
});
const identifier = (subscription: string, at = 100): IdentifierFact => ({
  kind: 'identifier',
  identifier: 'imsi#1',
  effectiveFrom: at,
  subscription,
});
const paid = (seller: string, payer: string): Fact => ({
  kind: 'assignments',
  subscription: 's',
  seller,
  effectiveFrom: 100,
  assignments: [{ payer, plan: 'p', businessUnit: '' }],
});
const unit = (name: string, businessUnit = 'u'): Fact => ({
  kind: 'businessUnit',
  account: 'a',
  businessUnit,
  effectiveFrom: 100,
  name,
  address: { lines: [], postalCode: '', city: '', country: 'DE' },
  reference: '',
});
/** Facts recorded one after the other, as they are read back. */
const recorded = (...facts: Fact[]): RecordedFact[] =>
  facts.map((fact, at) => ({ position: at + 1, index: 0, fact: JSON.parse(JSON.stringify(fact)) as Fact }));

describe('facts that say anything new', () => {
  test.each<[string, Fact[], RecordedFact[], Fact[]]>([
    ['nothing is known', [state('active')], [], [state('active')]],
    ['the same is known', [state('active')], recorded(state('active')), []],
    ['of another instant', [state('active', 200)], recorded(state('active')), [state('active', 200)]],
    ['of another subscription', [state('active', 100, 't')], recorded(state('active')), [state('active', 100, 't')]],
    ['another state is known', [state('suspended')], recorded(state('active')), [state('suspended')]],
    [
      'it was said once, and replaced since',
      [state('active')],
      recorded(state('active'), state('suspended')),
      [state('active')],
    ],
    ['it was replaced, and said again', [state('active')], recorded(state('ready'), state('active')), []],
    [
      'two that contradict one another',
      [state('ready'), state('active')],
      recorded(state('active')),
      [state('ready'), state('active')],
    ],
    [
      'an identifier that went to another since',
      [identifier('s')],
      recorded(identifier('s'), identifier('t')),
      [identifier('s')],
    ],
    ['an identifier given up', [identifier('')], recorded(identifier('s'), identifier('', 100)), []],
    ['the payer of another seller', [paid('x', 'p')], recorded(paid('y', 'p')), [paid('x', 'p')]],
    ['the same payer', [paid('x', 'p')], recorded(paid('x', 'p')), []],
    ['a unit by its new name', [unit('New'), unit('Old', 'v')], recorded(unit('Old'), unit('Old', 'v')), [unit('New')]],
  ])('%s', (_, facts, known, expected) => {
    expect(newFacts(facts, known)).toEqual(expected);
    expect(newFacts(facts, [...known].reverse())).toEqual(expected);
  });

  test('of one entry, the place within it counts', () => {
    const known = [state('active'), state('suspended')].map((fact, index) => ({ position: 1, index, fact }));
    expect(newFacts([state('suspended')], known)).toEqual([]);
    expect(newFacts([state('active')], known)).toEqual([state('active')]);
  });
});
