import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  EventSourceMapping,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { type FunctionName, functions, timeoutOf } from '../functions.ts';
import { runtimeSettings, type Settings } from '../settings.ts';
import type { Access } from './access.ts';
import type { Bundles } from './bundles.ts';
import type { QueueWithDeadLetters } from './queue-with-dead-letters.ts';

/** What all functions of the service share. */
export type Service = { settings: Settings; bundles: Bundles };

/** A function that has the variables and the permissions of what it may do, and no others. */
export class ServiceFunction extends Construct {
  readonly function: LambdaFunction;
  readonly name: FunctionName;
  /** Its name as an id: `RateUsage`. */
  readonly id: string;

  constructor(scope: Construct, service: Service, name: FunctionName, may: Access[]) {
    const [capability, file] = name.split('/') as [string, string];
    super(scope, pascalCase(file));
    this.name = name;
    this.id = this.node.id;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: service.settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    for (const statement of may.flatMap(({ statements }) => statements)) role.addToPolicy(statement);
    this.function = new LambdaFunction(this, 'Function', {
      description: `${capability}: ${file.replaceAll('-', ' ')}`,
      code: service.bundles.codeOf(name),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: timeoutOf(name),
      memorySize: functions[name].memory,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      environment: {
        ...Object.assign({}, ...may.map(({ variables }) => variables)),
        SETTINGS: runtimeSettings(service.settings),
        POWERTOOLS_SERVICE_NAME: capability,
        POWERTOOLS_METRICS_NAMESPACE: 'IotBilling',
      },
    });
  }

  /** Reads the messages of a queue, `waitSeconds` after the first of them came if they are to be done as one. Those that failed come back alone. */
  consume(source: QueueWithDeadLetters, batch: { size: number; waitSeconds: number; maxConcurrency: number }) {
    const { queueArn } = source.queue;
    this.function.addToRolePolicy(
      new PolicyStatement({
        actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
        resources: [queueArn],
      }),
    );
    new EventSourceMapping(this, 'Messages', {
      target: this.function,
      eventSourceArn: queueArn,
      batchSize: batch.size,
      ...(batch.waitSeconds > 0 ? { maxBatchingWindow: Duration.seconds(batch.waitSeconds) } : {}),
      maxConcurrency: batch.maxConcurrency,
      reportBatchItemFailures: true,
    });
  }

  /** Runs again and again. A run that fails is not repeated: the next one does the same. */
  every(interval: Duration) {
    const role = new Role(this, 'ScheduleRole', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.function.functionArn] }),
    );
    this.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: interval });
    new Schedule(this, 'Schedule', {
      description: `Runs ${this.name} every ${interval.toHumanString()}`,
      schedule: ScheduleExpression.rate(interval),
      target: new LambdaInvoke(this.function, {
        role: role.withoutPolicyUpdates(),
        retryAttempts: 2,
        maxEventAge: interval,
      }),
    });
  }
}

/** `rate-usage` → `RateUsage`. */
export function pascalCase(file: string): string {
  return file.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
