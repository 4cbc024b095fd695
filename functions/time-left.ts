import type { Context } from 'aws-lambda';

/** Milliseconds an invocation keeps for ending what it has begun: a third of the longest there is. */
const TO_END = 300_000;

/** Says whether an invocation may begin more before it has to end. */
export function timeLeft(context: Pick<Context, 'getRemainingTimeInMillis'>): () => boolean {
  return () => context.getRemainingTimeInMillis() > TO_END;
}
