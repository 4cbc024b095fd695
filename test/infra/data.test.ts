import { App } from 'aws-cdk-lib';
import { Template as Assertions } from 'aws-cdk-lib/assertions';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DataStack } from '../../infra/data-stack.ts';
import { readSettings } from '../../infra/settings.ts';
import { discard, type Json, ofType, synthesise, type Template } from './synthesised.ts';

const prod = synthesise('prod');

describe('what is stateful', () => {
  test('keeps its logical ids: another id is another, empty table', () => {
    const stateful = Object.entries(prod.data.Resources)
      .filter(([, { Type }]) => /GlobalTable|S3::Bucket$|SQS::Queue$/.test(Type))
      .map(([id, { Type }]) => `${Type} ${id}`);
    expect(stateful.sort()).toMatchInlineSnapshot(`
      [
        "AWS::DynamoDB::GlobalTable DecisionsTable1F852C44",
        "AWS::DynamoDB::GlobalTable ProjectionsTable3B96B033",
        "AWS::DynamoDB::GlobalTable UsageTableADB4B05A",
        "AWS::S3::Bucket AccessLogs8B620ECA",
        "AWS::S3::Bucket IncomingBucketBE273DCD",
        "AWS::S3::Bucket InvoicesBucketB61C805D",
        "AWS::S3::Bucket WorkBucket6D724B36",
        "AWS::SQS::Queue InboxDeadLettersFE4330BC",
        "AWS::SQS::Queue InboxQueue96F60793",
      ]
    `);
  });

  test('lives in the data stack alone', () => {
    const types = Object.values(prod.billing.Resources).map(({ Type }) => Type);
    expect(types.filter((type) => /DynamoDB|S3::Bucket/.test(type))).toEqual([]);
  });

  test('is in a stack that refuses to be deleted', () => {
    expect(prod.isProtected).toBe(true);
  });

  test('can be removed where that was asked for', () => {
    const dev = synthesise('dev');
    expect(dev.isProtected).toBe(false);
    for (const [id, { DeletionPolicy }] of [...tables(dev.data), ...ofType(dev.data, 'AWS::S3::Bucket')]) {
      expect([id, DeletionPolicy]).toEqual([id, 'Delete']);
    }
    for (const [, { Properties }] of tables(dev.data))
      expect(Properties.Replicas[0].DeletionProtectionEnabled).toBe(false);
  });
});

describe.each(['Usage', 'Decisions', 'Projections'])('the table %s', (name) => {
  const [, table] = tables(prod.data).find(([id]) => id.startsWith(name)) ?? [];

  test('outlives its stack', () => {
    expect(table?.DeletionPolicy).toBe('Retain');
    expect(table?.UpdateReplacePolicy).toBe('Retain');
    expect(table?.Properties.Replicas).toHaveLength(1);
    expect(table?.Properties.Replicas[0].DeletionProtectionEnabled).toBe(true);
  });

  test('can be restored to any second', () => {
    expect(table?.Properties.Replicas[0].PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled).toBe(true);
  });

  test('has no index between a fact and money, and the keys that every item has', () => {
    expect(table?.Properties.GlobalSecondaryIndexes).toBeUndefined();
    expect(table?.Properties.LocalSecondaryIndexes).toBeUndefined();
    expect(table?.Properties.KeySchema).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
    expect(table?.Properties.AttributeDefinitions.map((each: Json) => each.AttributeType)).toEqual(['S', 'S']);
  });

  test(name === 'Usage' ? 'lets usage go after its time' : 'keeps every item for ever', () => {
    expect(table?.Properties.TimeToLiveSpecification).toEqual(
      name === 'Usage' ? { AttributeName: 'expiresAt', Enabled: true } : undefined,
    );
  });
});

describe.each(['Incoming', 'Work', 'Invoices', 'AccessLogs'])('the bucket %s', (name) => {
  const [id, bucket] = ofType(prod.data, 'AWS::S3::Bucket').find(([each]) => each.startsWith(name)) ?? [];

  test('outlives its stack', () => {
    expect([bucket?.DeletionPolicy, bucket?.UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
  });

  test('is closed to the public and encrypted', () => {
    expect(Object.values(bucket?.Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    expect(bucket?.Properties.BucketEncryption.ServerSideEncryptionConfiguration).toHaveLength(1);
  });

  test('refuses what comes without TLS', () => {
    const [, policy] =
      ofType(prod.data, 'AWS::S3::BucketPolicy').find(([, { Properties }]) => Properties.Bucket.Ref === id) ?? [];
    expect(policy?.Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: 's3:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  });

  test(
    name === 'AccessLogs' ? 'holds what was written down' : 'keeps what was overwritten and writes down who used it',
    () => {
      const isLog = name === 'AccessLogs';
      expect(bucket?.Properties.VersioningConfiguration).toEqual(isLog ? undefined : { Status: 'Enabled' });
      expect(bucket?.Properties.LoggingConfiguration?.LogFilePrefix).toBe(isLog ? undefined : `${name.toLowerCase()}/`);
    },
  );
});

test('nothing goes by itself but results of maps, overwritten work, parts of broken uploads, and access logs', () => {
  const rules = ofType(prod.data, 'AWS::S3::Bucket').flatMap(([id, { Properties }]) =>
    Properties.LifecycleConfiguration.Rules.map(
      ({ Status, ...rule }: Json) => `${id.slice(0, -8)} ${JSON.stringify(rule)}`,
    ),
  );
  expect(rules).toMatchInlineSnapshot(`
    [
      "AccessLogs {"ExpirationInDays":365}",
      "IncomingBucket {"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":7}}",
      "WorkBucket {"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":7}}",
      "WorkBucket {"ExpirationInDays":30,"Prefix":"map-results/"}",
      "WorkBucket {"NoncurrentVersionExpiration":{"NoncurrentDays":35}}",
      "InvoicesBucket {"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":7}}",
    ]
  `);
});

describe('a usage file that is dropped', () => {
  const [, incoming] = ofType(prod.data, 'AWS::S3::Bucket').find(([id]) => id.startsWith('Incoming')) ?? [];
  const [inboxId] = ofType(prod.data, 'AWS::SQS::Queue').find(([id]) => id.startsWith('InboxQueue')) ?? [];
  const [policyId, policy] =
    ofType(prod.data, 'AWS::SQS::QueuePolicy').find(([id]) => id.startsWith('InboxQueue')) ?? [];

  test('is announced to the inbox, however it was put', () => {
    expect(incoming?.Properties.NotificationConfiguration.QueueConfigurations).toEqual([
      {
        Event: 's3:ObjectCreated:*',
        Queue: { 'Fn::GetAtt': [inboxId, 'Arn'] },
        Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'incoming/' }] } },
      },
    ]);
  });

  test('is announced by this account only, and the inbox knows that before the bucket is made', () => {
    expect(policy?.Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    );
    expect(incoming?.DependsOn).toContain(policyId);
  });
});

test.each([
  { mode: 'governance', years: 10, days: 3653 },
  { mode: 'compliance', years: 1, days: 366 },
] as const)('posted documents can be locked for $years years in $mode mode', ({ mode, years, days }) => {
  const settings = { ...readSettings('infra/settings', 'prod'), invoiceLock: { mode, years } };
  const app = new App({ builtinCloudFormationValidation: false });
  onTestFinished(() => discard(app));
  const template = Assertions.fromStack(new DataStack(app, 'Data', { settings }));
  const locked = Object.values(template.findResources('AWS::S3::Bucket')).filter(
    (each) => each.Properties.ObjectLockEnabled,
  );
  expect(locked).toHaveLength(1);
  expect(locked[0]?.Properties.ObjectLockConfiguration.Rule.DefaultRetention).toEqual({
    Mode: mode.toUpperCase(),
    Days: days,
  });
});

test('everything that the command line asks for is told by the stacks, with a description', () => {
  const told = Object.entries({ ...prod.data.Outputs, ...prod.billing.Outputs }).filter(
    ([, { Description }]) => Description,
  );
  expect(told.map(([key]) => key)).toEqual([
    ...['UsageTable', 'DecisionTable', 'ProjectionTable', 'IncomingBucket', 'WorkBucket', 'InvoiceBucket'],
    ...['InboxQueueUrl', 'ChunkQueueUrl', 'CompleteQueueUrl', 'RatingQueueUrl', 'EntryQueueUrl', 'EventBus'],
    ...['DraftRunMachine', 'PostRunMachine', 'Settings'],
  ]);
});

function tables(template: Template) {
  return ofType(template, 'AWS::DynamoDB::GlobalTable');
}
