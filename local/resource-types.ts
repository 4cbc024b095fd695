import * as z from 'zod';
import { ACCOUNT, arn, REGION } from './place.ts';

/** Known to AWS, read here, and without effect in the embedded cloud. */
const noted = z.unknown().optional();
const text = z.string();
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]);
const wholeNumber = z.coerce.number().int();

const keySchema = z.array(z.strictObject({ AttributeName: text, KeyType: z.enum(['HASH', 'RANGE']) }));
const projection = z.strictObject({ ProjectionType: text, NonKeyAttributes: z.array(text).optional() });
const index = z.strictObject({
  IndexName: text,
  KeySchema: keySchema,
  Projection: projection,
  WarmThroughput: noted,
  OnDemandThroughput: noted,
  WriteOnDemandThroughputSettings: noted,
  ContributorInsightsSpecification: noted,
});
const tableKeys = {
  TableName: text.optional(),
  KeySchema: keySchema,
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: text, AttributeType: z.enum(['S', 'N', 'B']) })),
  GlobalSecondaryIndexes: z.array(index).optional(),
  LocalSecondaryIndexes: z.array(index).optional(),
  BillingMode: z.literal('PAY_PER_REQUEST'),
  TimeToLiveSpecification: noted,
  SSESpecification: noted,
  WarmThroughput: noted,
  Tags: noted,
};

const deadLetter = z.strictObject({ deadLetterTargetArn: text, maxReceiveCount: wholeNumber });
const retryPolicy = z.strictObject({ MaximumEventAgeInSeconds: noted, MaximumRetryAttempts: wholeNumber.optional() });

const schemas = {
  'AWS::CDK::Metadata': z.unknown(),
  'AWS::CloudWatch::Alarm': z.unknown(),
  'AWS::CloudWatch::Dashboard': z.unknown(),
  'AWS::DynamoDB::GlobalTable': z.strictObject({
    ...tableKeys,
    Replicas: z
      .array(
        z.strictObject({
          Region: z.literal(REGION),
          PointInTimeRecoverySpecification: noted,
          DeletionProtectionEnabled: noted,
          ContributorInsightsSpecification: noted,
          TableClass: noted,
          GlobalSecondaryIndexes: noted,
          OnDemandThroughput: noted,
          ReadOnDemandThroughputSettings: noted,
          SSESpecification: noted,
          ResourcePolicy: noted,
          Tags: noted,
        }),
      )
      .length(1),
    WriteOnDemandThroughputSettings: noted,
  }),
  'AWS::DynamoDB::Table': z.strictObject({
    ...tableKeys,
    PointInTimeRecoverySpecification: noted,
    DeletionProtectionEnabled: noted,
    ContributorInsightsSpecification: noted,
    TableClass: noted,
    OnDemandThroughput: noted,
  }),
  'AWS::Events::Archive': z.unknown(),
  'AWS::Events::EventBus': z.strictObject({
    Name: text,
    Description: noted,
    KmsKeyIdentifier: noted,
    LogConfig: noted,
    DeadLetterConfig: noted,
    Tags: noted,
  }),
  'AWS::Events::Rule': z.strictObject({
    Name: text.optional(),
    Description: noted,
    EventBusName: text.default('default'),
    EventPattern: z.record(text, z.unknown()),
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    Targets: z.array(
      z.strictObject({
        Arn: text,
        Id: text,
        RoleArn: noted,
        RetryPolicy: retryPolicy.optional(),
        DeadLetterConfig: noted,
      }),
    ),
    Tags: noted,
  }),
  'AWS::IAM::ManagedPolicy': z.unknown(),
  'AWS::IAM::Policy': z.unknown(),
  'AWS::IAM::Role': z.unknown(),
  'AWS::KMS::Alias': z.unknown(),
  'AWS::KMS::Key': z.unknown(),
  'AWS::Lambda::EventInvokeConfig': z.strictObject({
    FunctionName: text,
    Qualifier: z.literal('$LATEST'),
    MaximumRetryAttempts: wholeNumber.min(0).max(2).optional(),
    MaximumEventAgeInSeconds: noted,
    DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: text }).optional() }).optional(),
  }),
  'AWS::Lambda::EventSourceMapping': z.strictObject({
    EventSourceArn: text,
    FunctionName: text,
    BatchSize: wholeNumber.min(1).max(10_000).default(10),
    MaximumBatchingWindowInSeconds: wholeNumber.min(0).max(300).default(0),
    FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
    ScalingConfig: z.strictObject({ MaximumConcurrency: wholeNumber.min(2).max(1000) }).optional(),
    Enabled: flag.default(true),
    MetricsConfig: noted,
    Tags: noted,
  }),
  'AWS::Lambda::Function': z.strictObject({
    FunctionName: text.optional(),
    Code: z.strictObject({ S3Bucket: text, S3Key: text }),
    Handler: text,
    Runtime: z.literal('nodejs24.x'),
    Role: text,
    Timeout: wholeNumber.min(1).max(900).default(3),
    MemorySize: wholeNumber.min(128).max(10_240).default(128),
    Environment: z.strictObject({ Variables: z.record(text, z.coerce.string()) }).optional(),
    ReservedConcurrentExecutions: wholeNumber.optional(),
    DeadLetterConfig: z.strictObject({ TargetArn: text }).optional(),
    Architectures: noted,
    Description: noted,
    EphemeralStorage: noted,
    KmsKeyArn: noted,
    LoggingConfig: noted,
    RecursiveLoop: noted,
    RuntimeManagementConfig: noted,
    Tags: noted,
    TracingConfig: noted,
  }),
  'AWS::Lambda::Permission': z.unknown(),
  'AWS::Logs::LogGroup': z.unknown(),
  'AWS::Logs::MetricFilter': z.unknown(),
  'AWS::S3::Bucket': z.strictObject({
    BucketName: text.optional(),
    VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }).optional(),
    NotificationConfiguration: z
      .strictObject({
        QueueConfigurations: z.array(
          z.strictObject({
            Event: text,
            Queue: text,
            Filter: z
              .strictObject({
                S3Key: z.strictObject({
                  Rules: z.array(
                    z.strictObject({
                      Name: z
                        .string()
                        .toLowerCase()
                        .pipe(z.enum(['prefix', 'suffix'])),
                      Value: text,
                    }),
                  ),
                }),
              })
              .optional(),
          }),
        ),
      })
      .optional(),
    AbacStatus: noted,
    BucketEncryption: noted,
    IntelligentTieringConfigurations: noted,
    LifecycleConfiguration: noted,
    LoggingConfiguration: noted,
    ObjectLockConfiguration: z
      .strictObject({
        ObjectLockEnabled: z.literal('Enabled'),
        Rule: z.strictObject({
          DefaultRetention: z.strictObject({ Mode: z.enum(['GOVERNANCE', 'COMPLIANCE']), Days: z.int().min(1) }),
        }),
      })
      .optional(),
    ObjectLockEnabled: z.literal(true).optional(),
    OwnershipControls: noted,
    PublicAccessBlockConfiguration: noted,
    Tags: noted,
  }),
  'AWS::S3::BucketPolicy': z.unknown(),
  'AWS::SNS::Subscription': z.unknown(),
  'AWS::SNS::Topic': z.unknown(),
  'AWS::SNS::TopicPolicy': z.unknown(),
  'AWS::SQS::Queue': z.strictObject({
    QueueName: text.optional(),
    DelaySeconds: wholeNumber.optional(),
    MaximumMessageSize: wholeNumber.optional(),
    MessageRetentionPeriod: wholeNumber.optional(),
    ReceiveMessageWaitTimeSeconds: wholeNumber.optional(),
    VisibilityTimeout: wholeNumber.optional(),
    RedrivePolicy: deadLetter.optional(),
    RedriveAllowPolicy: noted,
    KmsMasterKeyId: noted,
    KmsDataKeyReusePeriodSeconds: noted,
    SqsManagedSseEnabled: noted,
    Tags: noted,
  }),
  'AWS::SQS::QueuePolicy': z.unknown(),
  'AWS::Scheduler::Schedule': z.strictObject({
    Name: text.optional(),
    Description: noted,
    GroupName: text.default('default'),
    FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF') }),
    ScheduleExpression: text,
    ScheduleExpressionTimezone: text.default('UTC'),
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    Target: z.strictObject({
      Arn: text,
      RoleArn: text,
      Input: text.optional(),
      RetryPolicy: retryPolicy.optional(),
      DeadLetterConfig: noted,
    }),
    KmsKeyArn: noted,
  }),
  'AWS::Scheduler::ScheduleGroup': z.unknown(),
  'AWS::StepFunctions::StateMachine': z.strictObject({
    StateMachineName: text.optional(),
    StateMachineType: z.enum(['STANDARD', 'EXPRESS']).default('STANDARD'),
    DefinitionString: text,
    RoleArn: text,
    EncryptionConfiguration: noted,
    LoggingConfiguration: noted,
    Tags: noted,
    TracingConfiguration: noted,
  }),
} as const;

/** The resource types the embedded cloud knows. */
export type ResourceType = keyof typeof schemas;

/** The properties of a resource type, checked. */
export type PropertiesOf<T extends ResourceType> = z.output<(typeof schemas)[T]>;

/** What a resource is to others: its physical name, what `Ref` gives, and its attributes. */
export interface Identity {
  name: string;
  ref: string;
  attributes: Record<string, string>;
}

interface Naming {
  /** The property that sets the physical name, where there is one. */
  property: string | undefined;
  /** Longest physical name. */
  longest: number;
  identify(name: string, queueUrl: (name: string) => string): Omit<Identity, 'name'>;
}

function named(property: string | undefined, longest: number, arnOf: (name: string) => string): Naming {
  return { property, longest, identify: (name) => ({ ref: name, attributes: { Arn: arnOf(name) } }) };
}

const anonymous: Naming = {
  property: undefined,
  longest: 128,
  identify: (name) => ({ ref: name, attributes: { Id: name } }),
};

const naming: Partial<Record<ResourceType, Naming>> = {
  'AWS::CloudWatch::Alarm': named('AlarmName', 255, (name) => arn('cloudwatch', `alarm:${name}`)),
  'AWS::DynamoDB::GlobalTable': named('TableName', 255, (name) => arn('dynamodb', `table/${name}`)),
  'AWS::DynamoDB::Table': named('TableName', 255, (name) => arn('dynamodb', `table/${name}`)),
  'AWS::Events::Archive': named('ArchiveName', 48, (name) => arn('events', `archive/${name}`)),
  'AWS::Events::EventBus': {
    property: 'Name',
    longest: 256,
    identify: (name) => ({ ref: name, attributes: { Arn: arn('events', `event-bus/${name}`), Name: name } }),
  },
  'AWS::Events::Rule': named('Name', 64, (name) => arn('events', `rule/${name}`)),
  'AWS::IAM::Role': {
    property: 'RoleName',
    longest: 64,
    identify: (name) => ({
      ref: name,
      attributes: { Arn: `arn:aws:iam::${ACCOUNT}:role/${name}`, RoleId: `AROA${name}` },
    }),
  },
  'AWS::KMS::Key': {
    property: undefined,
    longest: 64,
    identify: (name) => ({ ref: name, attributes: { Arn: arn('kms', `key/${name}`), KeyId: name } }),
  },
  'AWS::KMS::Alias': named('AliasName', 256, (name) => arn('kms', name)),
  'AWS::Lambda::Function': named('FunctionName', 64, (name) => arn('lambda', `function:${name}`)),
  'AWS::Logs::LogGroup': named('LogGroupName', 512, (name) => arn('logs', `log-group:${name}:*`)),
  'AWS::S3::Bucket': {
    property: 'BucketName',
    longest: 63,
    identify: (name) => ({
      ref: name,
      attributes: {
        Arn: `arn:aws:s3:::${name}`,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${REGION}.amazonaws.com`,
      },
    }),
  },
  'AWS::SNS::Topic': {
    property: 'TopicName',
    longest: 256,
    identify: (name) => ({ ref: arn('sns', name), attributes: { TopicArn: arn('sns', name), TopicName: name } }),
  },
  'AWS::SQS::Queue': {
    property: 'QueueName',
    longest: 80,
    identify: (name, queueUrl) => ({
      ref: queueUrl(name),
      attributes: { Arn: arn('sqs', name), QueueName: name, QueueUrl: queueUrl(name) },
    }),
  },
  'AWS::Scheduler::Schedule': named('Name', 64, (name) => arn('scheduler', `schedule/default/${name}`)),
  'AWS::Scheduler::ScheduleGroup': named('Name', 64, (name) => arn('scheduler', `schedule-group/${name}`)),
  'AWS::StepFunctions::StateMachine': {
    property: 'StateMachineName',
    longest: 80,
    identify: (name) => ({
      ref: arn('states', `stateMachine:${name}`),
      attributes: { Arn: arn('states', `stateMachine:${name}`), Name: name },
    }),
  },
};

/** Is this a resource type the embedded cloud knows? */
export function isKnownType(type: string): type is ResourceType {
  return type in schemas;
}

/** How resources of a type are named. */
export function namingOf(type: ResourceType): Naming {
  return naming[type] ?? anonymous;
}

/** Checks the resolved properties of a resource: what is neither applied nor noted is a problem, with its path. */
export function checkProperties(type: ResourceType, properties: unknown): { value: unknown; problems: string[] } {
  const result = (schemas[type] as z.ZodType).safeParse(properties);
  if (result.success) return { value: result.data, problems: [] };
  return { value: undefined, problems: result.error.issues.flatMap(describe) };
}

function describe(issue: z.core.$ZodIssue): string[] {
  const at = issue.path.map(String).join('.');
  if (issue.code !== 'unrecognized_keys') return [`${at}: ${issue.message}`];
  return issue.keys.map((key) => `${at === '' ? '' : `${at}.`}${key}: this property is not known here`);
}
