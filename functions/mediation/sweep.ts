import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { projectedPosition } from '#shared/commit-log/use-cases/project-facts.ts';
import { writeCheckpoints } from '#shared/commit-log/use-cases/world.ts';
import { sweep } from '#shared/mediation/use-cases/sweep.ts';
import { ratedPosition } from '#shared/mediation/use-cases/unrated-entries.ts';
import { world } from '../environment.ts';
import { logger, metrics } from '../logger.ts';
import { taskHandler } from '../task-handler.ts';

/** Every quarter of an hour: send on what stands still, write checkpoints that are due, wake the projector if it is behind. */
export const handler = taskHandler(async () => {
  const position = await tail(world.decisions, 0);
  const checkpoints = await writeCheckpoints(world, position);
  const projected = await projectedPosition(world.projections);
  const rated = await ratedPosition(world.projections);
  if (projected < position || rated < position) await world.queues.send([{ queue: 'entries', position }]);
  const found = await sweep(world);
  logger.info('sweep', { ...found, checkpoints, position, projected, rated });
  for (const [kind, count] of Object.entries(found)) metrics.addMetric(`Swept-${kind}`, MetricUnit.Count, count);
  return found;
});
