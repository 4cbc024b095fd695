import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import type { FileClaimed, UsageFileArrived } from '#shared/mediation/ports.ts';
import { mediateClaimed, mediateUsageFile } from '#shared/mediation/use-cases/mediate-usage-file.ts';
import { decoderSettings, world } from '../environment.ts';
import { logger, metrics } from '../logger.ts';
import { queueHandler } from '../queue-handler.ts';
import { type S3Notification, usageFilesOf } from './s3-notification.ts';

/** Counted by what they came to: an alarm watches those that are quarantined. */
const count = (came: string) => metrics.addMetric(`UsageFile-${came}`, MetricUnit.Count, 1);

/** A carrier dropped a usage file (S3's event), the sweep found one, or a load of one is claimed: mediate it. */
export const handler = queueHandler<S3Notification | UsageFileArrived | FileClaimed>(async (message) => {
  if ('file' in message) {
    const { file, generation, range } = message;
    const status = await mediateClaimed(world, file, generation, range);
    logger.info('usage file', { file, generation, range, status });
    count(status);
    return;
  }
  const state = await worldAt(world, await tail(world.decisions, 0), () => false);
  const sources = state.catalog === null ? [] : (await catalogOf(world, state)).catalog.sources;
  for (const { key, versionId } of usageFilesOf(message)) {
    const result = await mediateUsageFile({ ...world, settings: decoderSettings }, sources, key, versionId);
    const found = 'reason' in result ? { reason: result.reason } : result.arrival;
    logger.info('usage file', { key, outcome: result.outcome, ...found });
    count(result.outcome === 'mediated' ? result.status : result.outcome);
  }
});
