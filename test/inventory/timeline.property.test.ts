import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordedFact, StateFact } from '#shared/inventory/fact.ts';
import { OPEN_END, timeline, valueAt } from '#shared/inventory/timeline.ts';

/** Facts at distinct places of the log. */
const arbitraryFacts = fc
  .uniqueArray(
    fc.record({
      position: fc.integer({ min: 1, max: 6 }),
      index: fc.nat(3),
      effectiveFrom: fc.nat(12),
      state: fc.constantFrom<StateFact['state'][]>('active', 'suspended', 'terminated'),
    }),
    { selector: ({ position, index }) => `${position}/${index}`, maxLength: 12 },
  )
  .map((all) =>
    all.map(
      ({ position, index, ...fact }): RecordedFact<StateFact> => ({
        position,
        index,
        fact: { kind: 'state', subscription: 's', ...fact },
      }),
    ),
  );
const arbitraryKnowledge = fc.record({ position: fc.nat(7), cutOff: fc.nat(14) });

/** The definition: of what is known and holds by then, the latest effectiveFrom, of equals the one recorded last. */
function heldAt(
  facts: readonly RecordedFact<StateFact>[],
  known: { position: number; cutOff: number },
  instant: number,
) {
  let held: RecordedFact<StateFact> | undefined;
  for (const each of facts) {
    if (each.position > known.position || each.fact.effectiveFrom > Math.min(known.cutOff, instant)) continue;
    const order = (fact: RecordedFact<StateFact>) =>
      fact.fact.effectiveFrom * 10_000 + fact.position * 100 + fact.index;
    if (held === undefined || order(each) > order(held)) held = each;
  }
  return held?.fact.state;
}

test('a timeline says at every instant what the definition says, in whatever order the facts come', () => {
  fc.assert(
    fc.property(arbitraryFacts, arbitraryKnowledge, (facts, known) => {
      const spans = timeline(facts, known, (fact) => fact.state);
      for (let instant = 0; instant < 16; instant++)
        expect(valueAt(spans, instant)).toBe(heldAt(facts, known, instant));
    }),
    { numRuns: 500 },
  );
});

test('spans follow one another without a gap, and the last is open', () => {
  fc.assert(
    fc.property(arbitraryFacts, arbitraryKnowledge, (facts, known) => {
      const spans = timeline(facts, known, (fact) => fact.state);
      for (const [place, span] of spans.entries()) {
        expect(span.from).toBeLessThan(span.until);
        expect(span.until).toBe(spans[place + 1]?.from ?? OPEN_END);
      }
    }),
  );
});
