import { describe, expect, test } from 'vitest';
import { type Json, ofType, synthesise } from './synthesised.ts';

const { data, billing } = synthesise('prod');
const all = { Resources: { ...data.Resources, ...billing.Resources }, Outputs: {} };
const queues = ofType(all, 'AWS::SQS::Queue');
const sources = ofType(billing, 'AWS::Lambda::EventSourceMapping');

/** The queue that an event source reads, in this stack or, through its output, in the other. */
function queueOf(source: Json) {
  const text = JSON.stringify(source.Properties.EventSourceArn);
  const found = queues.find(([id]) => text.includes(id));
  if (!found) throw new Error(`No queue is named in ${text}`);
  return found[1];
}

test('five queues, each with its dead letters and one reader', () => {
  expect(queues.filter(([, { Properties }]) => Properties.RedrivePolicy)).toHaveLength(5);
  expect(queues).toHaveLength(10);
  expect(sources.map(([, source]) => queueOf(source)).map((queue) => queue.Properties.RedrivePolicy)).toHaveLength(5);
  expect(new Set(sources.map(([, source]) => queueOf(source))).size).toBe(5);
});

describe.each(sources)('the reader %s', (_, source) => {
  const reader = billing.Resources[source.Properties.FunctionName.Ref];
  const queue = queueOf(source);

  test('a message stays invisible for six timeouts of it', () => {
    expect(queue.Properties.VisibilityTimeout).toBe(6 * reader?.Properties.Timeout);
  });

  test('a message that fails does not fail its batch', () => {
    expect(source.Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
  });

  test('a message that fails five times is kept for 14 days, for a person to look at', () => {
    const { deadLetterTargetArn, maxReceiveCount } = queue.Properties.RedrivePolicy;
    expect(maxReceiveCount).toBe(5);
    const deadLetters = all.Resources[deadLetterTargetArn['Fn::GetAtt'][0]];
    expect(deadLetters?.Properties.MessageRetentionPeriod).toBe(14 * 24 * 3600);
    expect(deadLetters?.Properties.RedrivePolicy).toBeUndefined();
  });

  test('it has a limit to how many run at the same time', () => {
    expect(source.Properties.ScalingConfig.MaximumConcurrency).toBeGreaterThanOrEqual(2);
  });
});

test('no queue is FIFO: order is never what makes a result right', () => {
  expect(queues.filter(([, { Properties }]) => Properties.FifoQueue)).toEqual([]);
});

test('a long usage file and a chunk are a batch of their own', () => {
  const sizes = Object.fromEntries(sources.map(([id, { Properties }]) => [id.slice(0, -8), Properties.BatchSize]));
  expect(sizes).toEqual({
    MediationMediateUsageFileMessages: 1,
    MediationLoadUsageChunkMessages: 1,
    MediationCommitFilesMessages: 10,
    RatingRateUsageMessages: 100,
    RatingProjectFactsMessages: 10,
  });
});
