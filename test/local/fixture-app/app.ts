import { join } from 'node:path';
import { App, CfnOutput, Duration, Fn, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as eventTargets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as schedulerTargets from 'aws-cdk-lib/aws-scheduler-targets';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { buildSync } from 'esbuild';

const flags = {
  '@aws-cdk/core:defaultCrossStackReferences': 'weak',
  '@aws-cdk/aws-stepfunctions:useDistributedMapResultWriterV2': true,
};

/** Synthesises a small app of two stacks that uses every kind of resource the embedded cloud runs. */
export function synthesise(directory: string): string {
  const bundle = join(directory, 'bundle');
  buildSync({
    entryPoints: [join(import.meta.dirname, 'handlers.ts')],
    outfile: join(bundle, 'index.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const outdir = join(directory, 'cdk.out');
  const app = new App({ outdir, context: flags, analyticsReporting: false });
  const data = dataStack(app);
  appStack(app, data, lambda.Code.fromAsset(bundle));
  app.synth();
  return outdir;
}

function dataStack(app: App): { bucket: s3.Bucket; table: dynamodb.TableV2; inbox: sqs.Queue } {
  const stack = new Stack(app, 'Data');
  const dead = new sqs.Queue(stack, 'InboxDead');
  const inbox = new sqs.Queue(stack, 'Inbox', {
    visibilityTimeout: Duration.seconds(60),
    deadLetterQueue: { queue: dead, maxReceiveCount: 2 },
  });
  const bucket = new s3.Bucket(stack, 'Files', { versioned: true, blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL });
  inbox.grantSendMessages(new iam.ServicePrincipal('s3.amazonaws.com'));
  (bucket.node.defaultChild as s3.CfnBucket).notificationConfiguration = {
    queueConfigurations: [
      {
        event: 's3:ObjectCreated:*',
        queue: inbox.queueArn,
        filter: { s3Key: { rules: [{ name: 'prefix', value: 'incoming/' }] } },
      },
    ],
  };
  const table = new dynamodb.TableV2(stack, 'Facts', {
    partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
    timeToLiveAttribute: 'expires',
    globalSecondaryIndexes: [{ indexName: 'bySk', partitionKey: { name: 'sk', type: dynamodb.AttributeType.STRING } }],
  });
  new CfnOutput(stack, 'BucketName', { value: bucket.bucketName, exportName: 'files-bucket' });
  return { bucket, table, inbox };
}

function appStack(app: App, data: ReturnType<typeof dataStack>, code: lambda.Code): void {
  const stack = new Stack(app, 'App');
  const functionOf = (name: string, settings: Partial<lambda.FunctionProps>) =>
    new lambda.Function(stack, name, {
      code,
      handler: `index.${name.toLowerCase()}`,
      runtime: lambda.Runtime.NODEJS_24_X,
      timeout: Duration.seconds(10),
      memorySize: 256,
      environment: { TABLE: data.table.tableName, BUCKET: Fn.importValue('files-bucket') },
      ...settings,
    });
  functionOf('Ingest', {}).addEventSource(
    new SqsEventSource(data.inbox, { batchSize: 10, reportBatchItemFailures: true, maxConcurrency: 2 }),
  );

  const refusedDead = new sqs.Queue(stack, 'RefusedDead');
  const refused = new sqs.Queue(stack, 'Refused', { deadLetterQueue: { queue: refusedDead, maxReceiveCount: 1 } });
  const failures = new sqs.Queue(stack, 'Failures');
  functionOf('Refuse', { onFailure: new SqsDestination(failures), retryAttempts: 1 }).addEventSource(
    new SqsEventSource(refused, { batchSize: 50, maxBatchingWindow: Duration.seconds(1) }),
  );

  const witness = functionOf('Witness', {});
  const double = functionOf('Double', {});
  functionOf('Describe', {});
  functionOf('Sleep', { timeout: Duration.seconds(1) });
  functionOf('Exit', {});
  functionOf('Missing', { handler: 'index.nothing' });

  const doubled = new tasks.LambdaInvoke(stack, 'DoubleOne', {
    lambdaFunction: double,
    payloadResponseOnly: true,
    retryOnServiceExceptions: false,
  });
  doubled.addRetry({
    errors: ['Unlucky'],
    maxAttempts: 1,
    interval: Duration.seconds(1),
    jitterStrategy: sfn.JitterType.FULL,
  });
  doubled.addCatch(new sfn.Pass(stack, 'Caught', { parameters: { 'failed.$': '$.Error' } }), { errors: ['Unlucky'] });
  const map = new sfn.DistributedMap(stack, 'DoubleAll', {
    itemReader: new sfn.S3JsonItemReader({ bucket: data.bucket, key: sfn.JsonPath.stringAt('$.key') }),
    itemSelector: { 'n.$': '$$.Map.Item.Value.n', 'run.$': '$.run' },
    maxConcurrency: 4,
    mapExecutionType: sfn.StateMachineType.EXPRESS,
    resultWriterV2: new sfn.ResultWriterV2({ bucket: data.bucket, prefix: sfn.JsonPath.stringAt('$.run') }),
    resultPath: '$.map',
  });
  map.itemProcessor(doubled);
  const machine = new sfn.StateMachine(stack, 'Run', {
    definitionBody: sfn.DefinitionBody.fromChainable(
      map.next(
        new sfn.Choice(stack, 'Loud')
          .when(sfn.Condition.isPresent('$.loud'), new sfn.Fail(stack, 'TooLoud', { error: 'Loud' }))
          .otherwise(new sfn.Succeed(stack, 'Done')),
      ),
    ),
    timeout: Duration.minutes(5),
  });

  new scheduler.Schedule(stack, 'Nightly', {
    schedule: scheduler.ScheduleExpression.cron({ hour: '3', minute: '0' }),
    target: new schedulerTargets.LambdaInvoke(witness, {
      input: scheduler.ScheduleTargetInput.fromObject({ at: scheduler.ContextAttribute.scheduledTime }),
    }),
  });
  const bus = new events.EventBus(stack, 'Bus');
  bus.archive('Kept', { eventPattern: { account: [stack.account] } });
  new events.Rule(stack, 'Loads', {
    eventBus: bus,
    eventPattern: { detailType: ['usage file loaded'] },
    targets: [new eventTargets.LambdaFunction(witness)],
  });
  new CfnOutput(stack, 'MachineArn', { value: machine.stateMachineArn });
  new CfnOutput(stack, 'BusName', { value: bus.eventBusName });
  new CfnOutput(stack, 'TableName', { value: data.table.tableName });
  new CfnOutput(stack, 'InboxUrl', { value: data.inbox.queueUrl });
  new CfnOutput(stack, 'RefusedUrl', { value: refused.queueUrl });
  for (const name of ['Ingest', 'Refuse', 'Witness', 'Double', 'Describe', 'Sleep', 'Exit', 'Missing'])
    new CfnOutput(stack, `${name}Function`, { value: (stack.node.findChild(name) as lambda.Function).functionName });
}
