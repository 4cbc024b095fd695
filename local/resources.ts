import type { AsyncSettings } from './async-invocations.ts';
import type { EventSource } from './event-sources.ts';
import type { EventRule } from './events.ts';
import { checkPattern } from './events.ts';
import type { FunctionDefinition } from './lambda-runtime.ts';
import type { BucketNotification } from './notifications.ts';
import { nameOf } from './place.ts';
import type { Queues } from './queues.ts';
import type { Store } from './s3/store.ts';
import type { ScheduleDefinition } from './scheduler.ts';
import type { Tables } from './tables.ts';
import { isTarget } from './targets.ts';
import { ofType, type Resource } from './template-reader.ts';

/** Makes the tables that are not there; one whose keys or indexes differ from the template's is refused, not changed. */
export async function createTables(resources: Resource[], tables: Tables): Promise<void> {
  const existing = new Set((await tables.request('ListTables', {})).TableNames as string[]);
  const wanted = [...ofType(resources, 'AWS::DynamoDB::GlobalTable'), ...ofType(resources, 'AWS::DynamoDB::Table')];
  await Promise.all(
    wanted.map(async ({ name, properties }) => {
      const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, LocalSecondaryIndexes } = properties;
      const indexes = (list: typeof GlobalSecondaryIndexes) =>
        list?.map(({ IndexName, KeySchema: keys, Projection }) => ({ IndexName, KeySchema: keys, Projection }));
      const definition = {
        KeySchema,
        AttributeDefinitions,
        GlobalSecondaryIndexes: indexes(GlobalSecondaryIndexes),
        LocalSecondaryIndexes: indexes(LocalSecondaryIndexes),
      };
      if (!existing.has(name))
        return void (await tables.request('CreateTable', {
          TableName: name,
          BillingMode: 'PAY_PER_REQUEST',
          ...definition,
        }));
      const { Table } = await tables.request('DescribeTable', { TableName: name });
      const shape = (table: Record<string, unknown>) =>
        JSON.stringify([
          table.KeySchema,
          ...['GlobalSecondaryIndexes', 'LocalSecondaryIndexes'].map((field) =>
            ((table[field] ?? []) as { IndexName: string; KeySchema: unknown }[])
              .map((one) => [one.IndexName, one.KeySchema])
              .sort(),
          ),
        ]);
      if (shape(Table as Record<string, unknown>) !== shape(definition))
        throw new Error(
          `Table ${name} exists with other keys or indexes than the template gives it; start with an empty data directory`,
        );
    }),
  );
}

/** Makes the queues; their messages live in memory, so they are made anew at every start. */
export async function createQueues(resources: Resource[], queues: Queues): Promise<void> {
  for (const { name, properties } of ofType(resources, 'AWS::SQS::Queue')) {
    const {
      DelaySeconds,
      MaximumMessageSize,
      MessageRetentionPeriod,
      ReceiveMessageWaitTimeSeconds,
      VisibilityTimeout,
      RedrivePolicy,
    } = properties;
    const settings = {
      DelaySeconds,
      MaximumMessageSize,
      MessageRetentionPeriod,
      ReceiveMessageWaitTimeSeconds,
      VisibilityTimeout,
    };
    const given = Object.entries(settings).filter(([, value]) => value !== undefined);
    const Attributes = Object.fromEntries(given.map(([key, value]) => [key, String(value)]));
    if (RedrivePolicy) Attributes.RedrivePolicy = JSON.stringify(RedrivePolicy);
    await queues.request('CreateQueue', { QueueName: name, Attributes });
  }
}

/** Makes the buckets that are not there, and locks what is in them as their templates say. */
export function createBuckets(resources: Resource[], store: Store): void {
  for (const { name, properties } of ofType(resources, 'AWS::S3::Bucket')) {
    const bucket = store.ensureBucket(name, properties.VersioningConfiguration?.Status === 'Enabled');
    bucket.lockedDays = properties.ObjectLockConfiguration?.Rule.DefaultRetention.Days ?? 0;
  }
}

/** Which queues hear of which bucket's changes. */
export function notificationsOf(resources: Resource[]): Map<string, BucketNotification[]> {
  return new Map(
    ofType(resources, 'AWS::S3::Bucket').map(({ name, properties }) => [
      name,
      (properties.NotificationConfiguration?.QueueConfigurations ?? []).map(({ Event, Queue, Filter }) => {
        const rule = (kind: string) => Filter?.S3Key.Rules.find((one) => one.Name === kind)?.Value ?? '';
        return { event: Event, queueArn: Queue, prefix: rule('prefix'), suffix: rule('suffix') };
      }),
    ]),
  );
}

/** The functions, with their bundles' folders. */
export function functionsOf(resources: Resource[], assets: Map<string, string>): FunctionDefinition[] {
  return ofType(resources, 'AWS::Lambda::Function').map(({ name, attributes, logicalId, properties }) => {
    const directory = assets.get(properties.Code.S3Key);
    if (directory === undefined) throw new Error(`${logicalId}: the assembly has no asset ${properties.Code.S3Key}`);
    return {
      name,
      arn: attributes.Arn ?? '',
      roleArn: properties.Role,
      directory,
      handler: properties.Handler,
      timeoutSeconds: properties.Timeout,
      memoryMegabytes: properties.MemorySize,
      environment: properties.Environment?.Variables ?? {},
      reserved: properties.ReservedConcurrentExecutions,
    };
  });
}

/** What becomes of failed asynchronous invocations, by function. */
export function asyncSettingsOf(resources: Resource[]): Map<string, AsyncSettings> {
  const configs = ofType(resources, 'AWS::Lambda::EventInvokeConfig').map((config) => config.properties);
  return new Map(
    ofType(resources, 'AWS::Lambda::Function').map(({ name, properties }) => {
      const config = configs.find((one) => nameOf(one.FunctionName) === name);
      const onFailure = config?.DestinationConfig?.OnFailure?.Destination;
      return [
        name,
        { retries: config?.MaximumRetryAttempts ?? 2, onFailure, deadLetter: properties.DeadLetterConfig?.TargetArn },
      ];
    }),
  );
}

/** The queues that feed functions. */
export function eventSourcesOf(resources: Resource[]): EventSource[] {
  return ofType(resources, 'AWS::Lambda::EventSourceMapping')
    .filter(({ properties }) => properties.Enabled)
    .map(({ logicalId, properties }) => {
      if (!properties.EventSourceArn.startsWith('arn:aws:sqs:'))
        throw new Error(`${logicalId}: only queues feed functions here, not ${properties.EventSourceArn}`);
      return {
        queueArn: properties.EventSourceArn,
        functionName: nameOf(properties.FunctionName),
        batchSize: properties.BatchSize,
        windowSeconds: properties.MaximumBatchingWindowInSeconds,
        reportsBatchItemFailures: properties.FunctionResponseTypes.length > 0,
        maximumConcurrency: properties.ScalingConfig?.MaximumConcurrency ?? 10,
      };
    });
}

/** The schedules. */
export function schedulesOf(resources: Resource[]): ScheduleDefinition[] {
  return ofType(resources, 'AWS::Scheduler::Schedule').map(({ logicalId, attributes, properties }) => {
    if (!isTarget(properties.Target.Arn))
      throw new Error(`${logicalId}: ${properties.Target.Arn} is no target of a schedule known here`);
    return {
      logicalId,
      arn: attributes.Arn ?? '',
      expression: properties.ScheduleExpression,
      timeZone: properties.ScheduleExpressionTimezone,
      enabled: properties.State === 'ENABLED',
      targetArn: properties.Target.Arn,
      input: properties.Target.Input,
    };
  });
}

/** The rules that send events on. */
export function eventRulesOf(resources: Resource[]): EventRule[] {
  return ofType(resources, 'AWS::Events::Rule').flatMap(({ logicalId, properties }) => {
    const problems = [
      ...checkPattern(properties.EventPattern, `${logicalId}.EventPattern`),
      ...properties.Targets.filter((target) => !isTarget(target.Arn)).map(
        (target) => `${logicalId}.Targets: ${target.Arn} is no target known here`,
      ),
    ];
    if (problems.length > 0) throw new Error(problems.join('\n'));
    if (properties.State !== 'ENABLED') return [];
    return [
      {
        bus: nameOf(properties.EventBusName),
        pattern: properties.EventPattern,
        targetArns: properties.Targets.map((target) => target.Arn),
      },
    ];
  });
}

/** Names of the queues that others, or functions, send what they could not do to. */
export function deadLetterQueuesOf(resources: Resource[]): Set<string> {
  const redriven = ofType(resources, 'AWS::SQS::Queue').map(
    ({ properties }) => properties.RedrivePolicy?.deadLetterTargetArn,
  );
  const settings = [...asyncSettingsOf(resources).values()].flatMap(({ onFailure, deadLetter }) => [
    onFailure,
    deadLetter,
  ]);
  return new Set([...redriven, ...settings].filter((one) => one !== undefined).map(nameOf));
}
