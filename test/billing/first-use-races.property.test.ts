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

test('ratings that race with one another and with back-outs, and die, leave the first use that counts', async () => {
  const arbitraryAction = fc.oneof(
    fc.record({ kind: fc.constant('rate' as const), file: fc.nat(2), dies: fc.boolean() }),
    fc.record({ kind: fc.constant('back out' as const), file: fc.nat(2) }),
  );
  let moved = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(arbitraryAction, { minLength: 2, maxLength: 5 }),
      async (scheduler, actions) => {
        const { operator, files } = await unrated();
        const decisions = scheduledDecisions(scheduler, operator.world.decisions);
        const position = await tail(operator.world.decisions, 0);
        const message = (place: number) => ({ file: files[place] ?? '', generation: 1, chunk: 0, position });
        const gone = new Set<number>();
        const all = actions.map(async (action) => {
          if (action.kind === 'back out') {
            gone.add(action.file);
            await backOutFile({ ...operator.world, decisions }, files[action.file] ?? '', 1, 'wrong', 'anna');
            return;
          }
          // One that dies after its decision has told nobody, and its message comes again.
          const queues = action.dies ? { send: () => Promise.reject(new Error('dies')) } : operator.world.queues;
          const ports = { ...operator.world, decisions, queues, keepMonths: 12 };
          await rateUsage(ports, [message(action.file)]).catch(() => undefined);
        });
        await scheduler.waitFor(Promise.all(all));
        const raced = await activatedAt(operator);
        // Every file is rated once at least, as the queues see to, and what stands still is found.
        await rateUsage(
          { ...operator.world, keepMonths: 12 },
          FILES.map((_, place) => message(place)),
        );
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
        );
        expect(await tail(operator.world.decisions, 0)).toBe(before);
      },
    ),
    { numRuns: 60 },
  );
  expect(moved, 'races that left something to mend').toBeGreaterThan(5);
});
