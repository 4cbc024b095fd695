import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { currentCatalog } from '#shared/commit-log/use-cases/current-catalog.ts';
import { ALL_MONTHS, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import { backOutFile } from '#shared/mediation/use-cases/back-out-file.ts';
import { commitFiles } from '#shared/mediation/use-cases/commit-files.ts';
import { readGenerations } from '#shared/mediation/use-cases/file-status.ts';
import { findFiles } from '#shared/mediation/use-cases/find-file.ts';
import { loadUsageChunk } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import { mediateClaimed } from '#shared/mediation/use-cases/mediate-usage-file.ts';
import { replayFile } from '#shared/mediation/use-cases/replay-file.ts';
import { FIRST_RELEASE } from '../simulation/world.ts';
import { BY_ICCID, FILE, IN_KILOBYTES } from './readings.ts';
import { scheduledDecisions } from './scheduled-decisions.ts';
import { type SmallOperator, smallOperator } from './small-operator.ts';

const QUIET = { send: async () => {} };

/** A file that counts, and two replays of it that are loaded and have only to be committed. */
async function prepared(): Promise<{ operator: SmallOperator; file: string }> {
  const operator = await smallOperator();
  const world = { ...operator.world, queues: QUIET };
  await operator.release(IN_KILOBYTES);
  await operator.dropFile(FILE);
  const file = (await findFiles(world, FILE.name))[0]?.file ?? '';
  for (const [at, release] of [BY_ICCID, FIRST_RELEASE].entries()) {
    await operator.release(release);
    const { sources } = (await currentCatalog(world)).catalog;
    await replayFile({ ...world, settings: DEFAULT_DECODER_SETTINGS }, sources, file, 'anna');
    await mediateClaimed(world, file, at + 2, -1);
    await loadUsageChunk({ ...world, keepMonths: 12 }, file, at + 2, 0, 1);
  }
  return { operator, file };
}

async function countingAt(operator: SmallOperator, file: string, position: number): Promise<number[]> {
  const { months } = await worldAt(operator.world, position, ALL_MONTHS);
  const keys = Object.values(months).flatMap((files) => Object.keys(files).filter((key) => key.startsWith(file)));
  return [...new Set(keys)].map((key) => Number(key.slice(file.length + 1)));
}

test('replays and back-outs that race leave one reading or none, and what they answered is so', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.constantFrom(2, 3, -1, -2), { minLength: 2, maxLength: 4 }),
      async (scheduler, actions) => {
        const { operator, file } = await prepared();
        const world = {
          ...operator.world,
          queues: QUIET,
          decisions: scheduledDecisions(scheduler, operator.world.decisions),
        };
        const backedOut: { generation: number; position: number }[] = [];
        const all = actions.map(async (action) => {
          if (action > 0) return commitFiles(world, [{ file, generation: action }]);
          const result = await backOutFile(world, file, -action, 'wrong', 'anna');
          if (result.outcome === 'backed out') backedOut.push({ generation: -action, position: result.position });
        });
        await scheduler.waitFor(Promise.all(all));

        const last = await tail(operator.world.decisions, 0);
        const start = (await readGenerations(operator.world.decisions, file))[0]?.loadedAt ?? 0;
        for (let position = start; position <= last; position++) {
          const counting = await countingAt(operator, file, position);
          const isBackedOut = backedOut.some((each) => each.position <= position);
          expect(counting).toHaveLength(isBackedOut ? 0 : 1);
        }
        const loads = await readGenerations(operator.world.decisions, file);
        const noted = loads.filter(({ state }) => state === 'loaded').map(({ generation }) => generation);
        expect(noted).toEqual(await countingAt(operator, file, last));
        for (const { generation } of backedOut) expect(loads[generation - 1]?.state).toBe('backed out');
        if (actions.includes(3) && backedOut.length === 0) expect(noted).toEqual([3]);
      },
    ),
    { numRuns: 150 },
  );
});
