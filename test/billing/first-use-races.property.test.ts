import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rateUsage } from '#shared/billing/use-cases/usage/rate-usage.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { subscriptionFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { statesOf } from '#shared/inventory/ready-state.ts';
import { OPEN_END } from '#shared/inventory/timeline.ts';
import { backOutFile } from '#shared/mediation/use-cases/back-out-file.ts';
import { findFiles } from '#shared/mediation/use-cases/find-file.ts';
import { isoInstant } from '#shared/time/local-date.ts';
import { scheduledDecisions } from './scheduled-decisions.ts';
import { type SmallOperator, smallOperator } from './small-operator.ts';
import { UNHURRIED } from './unhurried.ts';

const READY = {
  name: 'nine.csv',
  text: 'subscription,effectiveFrom,state,payer,plan,businessUnit,imsi\nS9,2026-10-05,ready,alpha,flex,east,262010000000009\n',
};
const FILES = ['07', '09', '12'].map((day) => ({
  name: `october-${day}.csv`,
  start: `2026-10-${day}T10:00:00Z`,
  body: Buffer.from(
    `record_id,imsi,start,service,network,bytes,count\nr${day},262010000000009,2026-10-${day}T10:00:00Z,data,DEUD1,1000,\n`,
  ),
}));

/** An operator to whom the files have come, of which none was rated yet; and what each of them is called. */
async function unrated(): Promise<{ operator: SmallOperator; files: string[] }> {
  const operator = await smallOperator();
  await operator.load([READY]);
  operator.lose(({ queue }) => queue === 'rating');
  for (const file of FILES) await operator.dropFile(file);
  operator.lose(() => false);
  const found = await Promise.all(FILES.map(({ name }) => findFiles(operator.world, name)));
  return { operator, files: found.map(([file]) => file?.file ?? '') };
}

async function activatedAt({ world }: SmallOperator): Promise<string[]> {
  const known = { position: await tail(world.decisions, 0), cutOff: OPEN_END };
  await projectFacts(world, known.position);
  const facts = await subscriptionFacts(world.projections, 'S9');
  return statesOf('S9', facts, known).activations.map(({ at }) => isoInstant(at));
}

test('a rating that is overtaken by a back-out, and by the rating of that, has its first use taken back in its turn', async () => {
  const { operator, files } = await unrated();
  const { world } = operator;
  const message = { file: files[0] ?? '', generation: 1, chunk: 0, position: await tail(world.decisions, 0) };
  let isOvertaken = false;
  const decisions: typeof world.decisions = {
    ...world.decisions,
    async putIfAbsent(key, value) {
      if (!isOvertaken) {
        isOvertaken = true;
        for (const file of files) {
          const done = await backOutFile(world, file, 1, 'wrong', 'anna');
          if (done.outcome === 'backed out')
            await rateUsage({ ...world, keepMonths: 12 }, [{ ...message, file, position: done.position }], UNHURRIED);
        }
        expect(await activatedAt(operator)).toEqual([]);
      }
      return world.decisions.putIfAbsent(key, value);
    },
  };
  await rateUsage({ ...world, decisions, keepMonths: 12 }, [message], UNHURRIED);
  expect(isOvertaken).toBe(true);
  expect(await activatedAt(operator)).toEqual([FILES[0]?.start]);
  // The back-outs are rated already: what is left to rate is the fact itself.
  const recorded = await tail(world.decisions, 0);
  await rateUsage(
    { ...world, keepMonths: 12 },
    [{ position: recorded, file: '', generation: 0, chunk: -1 }],
    UNHURRIED,
  );
  expect(await activatedAt(operator)).toEqual([]);
});

test('ratings that race with one another and with back-outs, and die, leave the first use that counts', async () => {
  const arbitraryAction = fc.oneof(
    fc.record({ kind: fc.constant('rate' as const), file: fc.nat(2), dies: fc.boolean() }),
    fc.record({ kind: fc.constant('back out' as const), file: fc.nat(2) }),
  );
  let moved = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(arbitraryAction, { minLength: 1, maxLength: 4 }),
      async (scheduler, others) => {
        // The first file always goes while it is rated: without another there is nothing to mend.
        const actions = [...others, { kind: 'back out' as const, file: 0 }];
        const { operator, files } = await unrated();
        const decisions = scheduledDecisions(scheduler, operator.world.decisions);
        const position = await tail(operator.world.decisions, 0);
        const message = (place: number) => ({ file: files[place] ?? '', generation: 1, chunk: 0, position });
        const gone = new Set<number>();
        const all = actions.map(async (action) => {
          if (action.kind === 'back out') {
            gone.add(action.file);
            const ports = { ...operator.world, decisions, keepMonths: 12 };
            const done = await backOutFile(ports, files[action.file] ?? '', 1, 'wrong', 'anna');
            // It is rated at once, while what was begun before may still be at work.
            if (done.outcome === 'backed out')
              await rateUsage(ports, [{ ...message(action.file), position: done.position }], UNHURRIED);
            return;
          }
          // One that dies after its decision has told nobody, and its message comes again.
          const queues = action.dies ? { send: () => Promise.reject(new Error('dies')) } : operator.world.queues;
          const ports = { ...operator.world, decisions, queues, keepMonths: 12 };
          await rateUsage(ports, [message(action.file)], UNHURRIED).catch(() => undefined);
        });
        await scheduler.waitFor(Promise.all(all));
        const raced = await activatedAt(operator);
        // What nobody rated, or was told of, is found by the sweep.
        await operator.settle();
        for (let sweeps = 0; sweeps < 3; sweeps++) {
          operator.setClock(`2026-11-0${sweeps + 5}T09:00:00+01:00`);
          await operator.sweep();
          await operator.settle();
        }
        const [first] = FILES.flatMap(({ start }, place) => (gone.has(place) ? [] : [start]));
        expect(await activatedAt(operator)).toEqual(first === undefined ? [] : [first]);
        if (raced.join() !== `${first ?? ''}`) moved++;
        const before = await tail(operator.world.decisions, 0);
        await rateUsage(
          { ...operator.world, keepMonths: 12 },
          FILES.map((_, place) => ({ ...message(place), position: before })),
          UNHURRIED,
        );
        expect(await tail(operator.world.decisions, 0)).toBe(before);
      },
    ),
    { numRuns: 60, seed: 60 },
  );
  expect(moved, 'races that left something to mend').toBeGreaterThan(5);
});
