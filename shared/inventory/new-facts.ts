import type { Fact, RecordedFact } from './fact.ts';

/**
 * Those of some facts that say anything new: left out is what the fact recorded last about the same thing and instant says already. Facts that
 * contradict one another stay as they are, since the last of them replaces the others.
 */
export function newFacts(facts: readonly Fact[], recorded: readonly RecordedFact[]): Fact[] {
  const last = new Map<string, RecordedFact>();
  for (const each of recorded) {
    const place = placeOf(each.fact);
    const before = last.get(place);
    if (before === undefined || isLater(each, before)) last.set(place, each);
  }
  const said = Map.groupBy(facts, placeOf);
  const isKnown = (place: string) => {
    const known = last.get(place);
    return known !== undefined && (said.get(place) ?? []).every((fact) => isSame(fact, known.fact));
  };
  return facts.filter((fact) => !isKnown(placeOf(fact)));
}

/** What a fact is about, and from when: a later one of the same place replaces it. */
function placeOf(fact: Fact): string {
  const { kind, effectiveFrom } = fact;
  switch (fact.kind) {
    case 'account':
      return JSON.stringify([kind, fact.account, effectiveFrom]);
    case 'businessUnit':
      return JSON.stringify([kind, fact.account, fact.businessUnit, effectiveFrom]);
    case 'vatIdCheck':
      return JSON.stringify([kind, fact.account, fact.vatId, effectiveFrom]);
    case 'adHoc':
      return JSON.stringify([kind, fact.account, fact.order, effectiveFrom]);
    case 'property':
      return JSON.stringify([kind, fact.subscription, fact.name, effectiveFrom]);
    case 'detail':
      return JSON.stringify([kind, fact.subscription, fact.detail, effectiveFrom]);
    case 'identifier':
      return JSON.stringify([kind, fact.identifier, effectiveFrom]);
    case 'state':
    case 'firstUse':
      return JSON.stringify([kind, fact.subscription, effectiveFrom]);
    case 'assignments':
      return JSON.stringify([kind, fact.subscription, fact.seller, effectiveFrom]);
    case 'addOn':
      return JSON.stringify([kind, fact.subscription, fact.seller, fact.addOn, effectiveFrom]);
    case 'topUp':
      return JSON.stringify([kind, fact.subscription, fact.order, effectiveFrom]);
  }
}

function isLater(a: RecordedFact, b: RecordedFact): boolean {
  return a.position === b.position ? a.index > b.index : a.position > b.position;
}

/** Facts are plain data, written in one order by whoever reads them: alike is alike to the letter. */
function isSame(a: Fact, b: Fact): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
