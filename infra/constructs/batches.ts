import { Duration } from 'aws-cdk-lib';
import {
  Choice,
  Condition,
  DistributedMap,
  JitterType,
  JsonPath,
  ResultWriterV2,
  S3JsonItemReader,
  type State,
  StateMachineType,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { CHILD, timeoutOf } from '../functions.ts';
import type { PrivateBucket } from './private-bucket.ts';
import { pascalCase, type ServiceFunction } from './service-function.ts';

/** Where maps write what became of their children, below the work bucket. */
export const MAP_RESULTS = 'map-results';

/** How much longer than its function a task waits. */
const GRACE = Duration.seconds(5);

type Step = {
  invokes: ServiceFunction;
  /** What the function is told: name → path into the state. */
  payload: Record<string, string>;
  /** `state`: the answer becomes the state. `nothing`: the state stays as it was. */
  answer: 'state' | 'nothing';
  /** Tries after the first, with pauses of up to 2, 4, 8 … seconds. */
  retries: number;
};

/** A task that calls one function, and waits for it as long as it may run. */
export function step(scope: Construct, id: string, props: Step): LambdaInvoke {
  return task(scope, id, props, timeoutOf(props.invokes.name));
}

function task(scope: Construct, id: string, props: Step, longest: Duration): LambdaInvoke {
  const { invokes, payload, answer, retries } = props;
  const paths = Object.entries(payload).map(([name, path]) => [name, JsonPath.stringAt(path)]);
  const invoke = LambdaInvoke.jsonPath(scope, id, {
    lambdaFunction: invokes.function,
    payload: TaskInput.fromObject(Object.fromEntries(paths)),
    taskTimeout: Timeout.duration(longest.plus(GRACE)),
    retryOnServiceExceptions: false,
    ...(answer === 'state' ? { outputPath: '$.Payload' } : { resultPath: JsonPath.DISCARD }),
  });
  invoke.addRetry({
    errors: ['States.ALL'],
    interval: Duration.seconds(2),
    backoffRate: 2,
    maxAttempts: retries,
    jitterStrategy: JitterType.FULL,
  });
  return invoke;
}

type Batches = {
  /** The function that does one batch; it is told `{ runId, item }`. */
  invokes: ServiceFunction;
  retries: number;
  /** Paths to the number of batches, to the key of the JSON array of them, and to the batch when it is the only one. */
  count: string;
  key: string;
  only: string;
  work: PrivateBucket;
  maxConcurrency: number;
  /** Who writes down that a batch failed for good, so that the run goes on without it; or the run fails. */
  failure: { recordedBy: ServiceFunction } | 'fails-the-run';
  /** What comes after all batches. */
  next: State;
};

/** Does every batch of a run: none, the only one directly, with all the time its function has, or many as children of a map. */
export function eachBatch(scope: Construct, batches: Batches): State {
  const name = pascalCase(batches.invokes.name.split('/')[1] ?? '');
  const { work, maxConcurrency, next } = batches;

  const longest = timeoutOf(batches.invokes.name);
  const alone = batch(scope, `${name}Alone`, batches, batches.only, longest);
  for (const last of alone.ends) last.next(next);

  const each = DistributedMap.jsonPath(scope, `${name}Each`, {
    itemReader: new S3JsonItemReader({ bucket: work.bucket, key: JsonPath.stringAt(batches.key) }),
    itemSelector: { runId: JsonPath.stringAt('$.runId'), item: JsonPath.stringAt('$$.Map.Item.Value') },
    mapExecutionType: StateMachineType.EXPRESS,
    maxConcurrency,
    resultWriterV2: new ResultWriterV2({ bucket: work.bucket, prefix: MAP_RESULTS }),
    resultPath: JsonPath.DISCARD,
  });
  const asChild = Duration.seconds(Math.min(longest.toSeconds(), CHILD));
  each.itemProcessor(batch(scope, name, batches, '$.item', asChild).start).next(next);

  return new Choice(scope, `${name}Count`)
    .when(Condition.numberEquals(batches.count, 0), next)
    .when(Condition.numberEquals(batches.count, 1), alone.start)
    .otherwise(each);
}

/** One batch, and its failure if that is recorded. */
function batch(scope: Construct, id: string, { invokes, retries, failure }: Batches, item: string, longest: Duration) {
  const payload = { runId: '$.runId', item };
  const start = task(scope, id, { invokes, payload, answer: 'nothing', retries }, longest);
  if (failure === 'fails-the-run') return { start, ends: [start] };
  const failed = step(scope, `${id}Failed`, {
    invokes: failure.recordedBy,
    payload: { ...payload, error: '$.error' },
    answer: 'nothing',
    retries: 3,
  });
  start.addCatch(failed, { resultPath: '$.error' });
  return { start, ends: [start, failed] };
}
