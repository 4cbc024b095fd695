import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { logger, metrics } from './logger.ts';
import { timeLeft } from './time-left.ts';

/**
 * A function that a workflow or a schedule calls: input in, answer out; what it throws, the workflow tries again. `isTimeLeft` says whether it may begin
 * more before its invocation has to end.
 */
export function taskHandler<Input, Answer>(handle: (input: Input, isTimeLeft: () => boolean) => Promise<Answer>) {
  return middy<Input, Answer>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .handler(async (input: Input, context) => {
      const answer = await handle(input, timeLeft(context));
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
      return answer;
    });
}
