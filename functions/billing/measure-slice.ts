import type { SliceReference } from '#shared/billing/run.ts';
import { measureSlice } from '#shared/billing/use-cases/runs/measure-slice.ts';
import { world } from '../environment.ts';
import { taskHandler } from '../task-handler.ts';

/** A child of the first map: measure some thousand subscriptions. */
export const handler = taskHandler(async ({ runId, item }: { runId: string; item: SliceReference }) => {
  await measureSlice(world, runId, item);
  return { slice: item.slice };
});
