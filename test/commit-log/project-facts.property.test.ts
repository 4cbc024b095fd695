import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ProjectionRow, Projections } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { recordFacts } from '#shared/commit-log/use-cases/record-facts.ts';
import type { Fact } from '#shared/inventory/fact.ts';
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

async function world(log: readonly (readonly Fact[])[]) {
  const decisions = memoryDecisions();
  const objects = memoryObjects({ now: () => 0 });
  const entryQueue = { send: async () => undefined };
  const ports = { decisions, objects, entryQueue, clock: { now: () => 0 } };
  for (const [place, facts] of log.entries()) await recordFacts(ports, facts, 'test', `command ${place}`);
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
