import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeOffUsage } from '#shared/billing/use-cases/usage/write-off-usage.ts';
import type { Position } from '#shared/commit-log/entry.ts';
import { readEntries, tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { recordFacts } from '#shared/commit-log/use-cases/record-facts.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import type { WriteOff } from '#shared/mediation/usage-file.ts';
import { commitFiles } from '#shared/mediation/use-cases/commit-files.ts';
import { fileStatuses } from '#shared/mediation/use-cases/file-status.ts';
import { loadUsageChunk } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import { overtakesWriteOff } from '#shared/mediation/write-off.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { FILES, SECOND_RELEASE } from '../simulation/world.ts';
import { scheduledDecisions } from './scheduled-decisions.ts';
import { smallOperator } from './small-operator.ts';

const QUIET = { send: async () => {} };
const COMMAND = {
  month: '2026-10',
  reason: 'UNKNOWN_SUBSCRIBER',
  identifiers: [],
  note: 'test',
  by: 'anna',
} as const;

/** A write-off that is loaded and has only to be committed. */
async function prepared() {
  const operator = await smallOperator();
  const world = { ...operator.world, queues: QUIET };
  await operator.dropFile(FILES.first);
  const begun = await writeOffUsage(world, COMMAND);
  if (begun.outcome === 'refused') throw new Error(begun.reason);
  await loadUsageChunk({ ...world, keepMonths: 12 }, begun.file, 1, 0, 1);
  return { operator, world, file: begun.file };
}

test('whatever races with it, nothing that lets its usage be charged stands between a write-off and what it was made on', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.constantFrom('commit', 'release', 'early fact', 'late fact'), { minLength: 2, maxLength: 5 }),
      async (scheduler, actions) => {
        const { operator, world, file } = await prepared();
        const decisions = scheduledDecisions(scheduler, operator.world.decisions);
        const ports = { ...world, decisions, entryQueue: QUIET };
        const fact = (from: string) => {
          const effectiveFrom = instantOf(from, 'UTC');
          return { kind: 'state', subscription: 'S1', effectiveFrom, state: 'active' } as const;
        };
        const all = actions.map(async (action, at): Promise<unknown> => {
          if (action === 'commit') return commitFiles(ports, [{ file, generation: 1 }]);
          if (action === 'release') return releaseCatalog(ports, SECOND_RELEASE, 'ops');
          return recordFacts(ports, [fact(action === 'early fact' ? '2026-10-20' : '2026-11-20')], 'ops', `${at}`);
        });
        await scheduler.waitFor(Promise.all(all));

        const [status] = await fileStatuses(operator.world, file);
        const writeOff = status?.manifest?.writeOff as WriteOff;
        const last: Position = await tail(operator.world.decisions, 0);
        const since = await readEntries(operator.world.decisions, writeOff.asOf, last);
        const own =
          since.find(({ body }) => body.kind === 'files loaded' && body.files[0]?.file === file)?.position ?? 0;
        const overtaken = since.find((entry) => overtakesWriteOff(writeOff, entry))?.position ?? 0;
        if (own > 0) expect(overtaken === 0 || overtaken > own).toBe(true);
        if (!actions.includes('commit')) expect(status?.state).toBe('loading');
        else expect(status?.state).toBe(own > 0 ? 'loaded' : 'overtaken');
        if (own === 0 && actions.includes('commit')) expect(overtaken).toBeGreaterThan(0);
      },
    ),
    { numRuns: 100 },
  );
});
