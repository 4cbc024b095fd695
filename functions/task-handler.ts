import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { logger, metrics } from './logger.ts';

/** A function that a workflow or a schedule calls: input in, answer out; what it throws, the workflow tries again. */
export function taskHandler<Input, Answer>(handle: (input: Input) => Promise<Answer>) {
  return middy<Input, Answer>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .handler(async (input: Input) => {
      const answer = await handle(input);
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
      return answer;
    });
}
