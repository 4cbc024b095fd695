import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ContentReference } from '#shared/commit-log/entry.ts';
import { PROJECTED_PARTS, rowKeys } from '#shared/commit-log/inventory-rows.ts';
import type { ProjectionRow, Projections } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { append } from '#shared/commit-log/use-cases/commit-log.ts';
import { writeContent } from '#shared/commit-log/use-cases/content.ts';
import { projectedPosition, projectFacts, projectInTime } from '#shared/commit-log/use-cases/project-facts.ts';
import type { Fact, RecordedFact } from '#shared/inventory/fact.ts';
import { memoryDecisions, memoryProjections } from '#shared/memory/decisions.ts';
import { memoryObjects } from '#shared/memory/objects.ts';

const DAY = 86_400;
const effectiveFrom = fc.nat(20).map((day) => 1_790_000_000 + day * DAY);
const subscription = fc.constantFrom('s1', 's2', 's3');
const arbitraryFact: fc.Arbitrary<Fact> = fc.oneof(
  fc.record({
    kind: fc.constant('identifier' as const),
    identifier: fc.constantFrom('imsi#1', 'imsi#2', 'iccid#3'),
    effectiveFrom,
    subscription: fc.oneof(subscription, fc.constant('')),
  }),
  fc.record({
    kind: fc.constant('state' as const),
    subscription,
    effectiveFrom,
    state: fc.constantFrom('active' as const, 'suspended' as const),
  }),
  fc.record({
    kind: fc.constant('assignments' as const),
    subscription,
    seller: fc.constantFrom('x', 'y'),
    effectiveFrom,
    assignments: fc.array(
      fc.record({ payer: fc.constantFrom('p1', 'p2'), plan: fc.constant('iot'), businessUnit: fc.constant('') }),
      { maxLength: 2 },
    ),
  }),
);
const arbitraryLog = fc.array(fc.array(arbitraryFact, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 });

/** Projections that remember which partitions there are, and die at the writes that are named, half of a batch written. */
function mortal(projections: Projections, partitions: Set<string>, diesAt: (write: number) => boolean): Projections {
  let writes = 0;
  return {
    ...projections,
    async put(rows) {
      for (const row of rows) partitions.add(row.partition);
      if (!diesAt(writes++)) return projections.put(rows);
      await projections.put(rows.filter((_, place) => place % 2 === 0));
      throw new Error('died');
    },
  };
}

async function rowsOf(projections: Projections, partitions: ReadonlySet<string>): Promise<ProjectionRow<unknown>[]> {
  const rows = await Promise.all([...partitions].sort().map((name) => projections.query(name, withPrefix(''))));
  return rows.flat();
}

/** A log of entries, each of parts of two facts: what a fleet is in parts of many. */
async function world(log: readonly (readonly Fact[])[]) {
  const decisions = memoryDecisions();
  const objects = memoryObjects({ now: () => 0 });
  for (const [place, facts] of log.entries()) {
    const parts: ContentReference[] = [];
    for (let at = 0; at < facts.length; at += 2)
      parts.push(await writeContent(objects, 'inventory', facts.slice(at, at + 2)));
    const body = { kind: 'facts recorded', parts, count: facts.length, earliest: 0 } as const;
    await append(decisions, { id: `command ${place}`, at: 0, by: 'test', body }, place);
  }
  return { decisions, objects, upTo: log.length };
}

test('projecting entry by entry, dying in between, and two at once give the rows of one go', async () => {
  const deaths = fc.array(fc.boolean(), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(arbitraryLog, deaths, deaths, async (log, first, second) => {
      const { upTo, ...ports } = await world(log);
      const partitions = new Set<string>();
      const once = memoryProjections();
      await projectFacts({ ...ports, projections: mortal(once, partitions, () => false) }, upTo);
      const expected = await rowsOf(once, partitions);

      const stepwise = memoryProjections();
      for (let position = 1; position <= upTo; position++)
        await projectFacts({ ...ports, projections: stepwise }, position);
      expect(await rowsOf(stepwise, partitions)).toEqual(expected);

      const shared = memoryProjections();
      const projector = async (dies: readonly boolean[]) => {
        const projections = mortal(shared, partitions, (write) => dies[write] ?? false);
        for (let done = false; !done; ) {
          done = await projectFacts({ ...ports, projections }, upTo).then(
            () => true,
            () => false,
          );
        }
      };
      await Promise.all([projector(first), projector(second)]);
      expect(await rowsOf(shared, partitions)).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

test('projecting what is projected already changes nothing and goes through no entry', async () => {
  const { upTo, ...ports } = await world([[{ kind: 'state', subscription: 's1', effectiveFrom: 1, state: 'active' }]]);
  const projections = memoryProjections();
  expect(await projectFacts({ ...ports, projections }, upTo)).toHaveLength(1);
  expect(await projectFacts({ ...ports, projections }, upTo)).toHaveLength(0);
});

describe('an entry of several parts', () => {
  const fleet = (count: number, of: number): Fact[] =>
    Array.from({ length: count }, (_, at) => ({
      kind: 'state',
      subscription: `s${of}-${at}`,
      effectiveFrom: 1,
      state: 'active',
    }));
  const threeParts = () => world([[1, 2, 3].flatMap((of) => fleet(2, of))]);
  const projectedOf = async (projections: Projections) => {
    const found: string[] = [];
    for (const [of, at] of [1, 2, 3].flatMap((of) => [0, 1].map((at) => [of, at] as const))) {
      const rows = await projections.query<RecordedFact>(rowKeys.subscription(`s${of}-${at}`), withPrefix(''));
      for (const { value } of rows) found.push(`s${of}-${at} ${value.index}`);
    }
    return found;
  };
  const ALL = ['s1-0 0', 's1-1 1', 's2-0 2', 's2-1 3', 's3-0 4', 's3-1 5'];

  test('is projected as long as there is time; the next projector goes on there', async () => {
    const { upTo, ...ports } = await threeParts();
    const inner = memoryProjections();
    let puts = 0;
    const put: Projections['put'] = (rows) => {
      puts += rows.length === 0 ? 0 : 1;
      return inner.put(rows);
    };
    const projections = { ...inner, put };
    let left = 2;
    expect(await projectInTime({ ...ports, projections }, upTo, () => left-- > 0)).toEqual({
      entries: [],
      isDone: false,
    });
    expect(await projectedOf(inner)).toEqual(ALL.slice(0, 4));
    expect(await projectedPosition(inner)).toBe(0);
    puts = 0;
    const { entries, isDone } = await projectInTime({ ...ports, projections }, upTo, () => true);
    expect([entries.length, isDone]).toEqual([1, true]);
    expect(puts, 'of the last part alone').toBe(1);
    expect(await projectedOf(inner)).toEqual(ALL);
    expect(await projectedPosition(inner)).toBe(upTo);
  });

  test('is not cut short by what was done of another entry', async () => {
    const { upTo, ...ports } = await threeParts();
    const projections = memoryProjections();
    await projections.putNewer({ ...PROJECTED_PARTS, position: upTo + 1, value: 2 });
    await projectFacts({ ...ports, projections }, upTo);
    expect(await projectedOf(projections)).toEqual(ALL);
  });
});
