import { App } from 'aws-cdk-lib';
import { Template as Assertions } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { BillingStack } from '../../infra/billing-stack.ts';
import { DataStack } from '../../infra/data-stack.ts';
import { readSettings } from '../../infra/settings.ts';
import { discard, type Json, ofType, synthesise, type Template, WITHOUT_CODE } from './synthesised.ts';

const { data, billing } = synthesise('prod');
const alarms = ofType(billing, 'AWS::CloudWatch::Alarm');

test.each(alarms)('%s names a chapter of the runbook', (_, { Properties }) => {
  expect(Properties.AlarmDescription).toMatch(/^\S.*\. What to do: docs\/runbook\.md#[a-z]+(-[a-z]+)*$/);
});

test('these chapters are there for alarms to name', () => {
  const chapters = alarms.map(([, { Properties }]) => Properties.AlarmDescription.split('#')[1]);
  expect([...new Set(chapters)].sort()).toMatchInlineSnapshot(`
    [
      "a-draft-run-failed",
      "a-function-fails",
      "a-post-run-failed",
      "a-queue-falls-behind",
      "a-schedule-is-silent",
      "a-usage-file-is-quarantined",
      "chunks-in-the-dead-letters",
      "complete-files-in-the-dead-letters",
      "entries-in-the-dead-letters",
      "ratings-in-the-dead-letters",
      "usage-files-in-the-dead-letters",
    ]
  `);
});

test('every dead letter raises an alarm', () => {
  const deadLetters = [data, billing].flatMap((stack) =>
    ofType(stack, 'AWS::SQS::Queue').filter(([id]) => id.includes('DeadLetters')),
  );
  const watched = alarms.filter(([, { Properties }]) => Properties.MetricName === 'ApproximateNumberOfMessagesVisible');
  expect(deadLetters).toHaveLength(5);
  for (const [id] of deadLetters) {
    const [, alarm] = watched.find(([, { Properties }]) => JSON.stringify(Properties.Dimensions).includes(id)) ?? [];
    expect(alarm?.Properties).toMatchObject({
      Threshold: 1,
      EvaluationPeriods: 1,
      Statistic: 'Maximum',
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  }
});

test('a quarantined file raises an alarm, by the metric the function counts', () => {
  const [, alarm] = alarms.find(([, { Properties }]) => Properties.MetricName === 'UsageFile-quarantined') ?? [];
  expect(alarm?.Properties).toMatchObject({
    Namespace: 'IotBilling',
    Dimensions: [{ Name: 'service', Value: 'mediation' }],
    Statistic: 'Sum',
    Threshold: 1,
    TreatMissingData: 'notBreaching',
  });
  const [, mediate] = ofType(billing, 'AWS::Lambda::Function').find(([id]) => id.includes('MediateUsageFile')) ?? [];
  expect(mediate?.Properties.Environment.Variables).toMatchObject({
    POWERTOOLS_SERVICE_NAME: 'mediation',
    POWERTOOLS_METRICS_NAMESPACE: 'IotBilling',
  });
});

test.each(['ExecutionsFailed', 'ExecutionsTimedOut'])('both state machines raise an alarm by %s', (metric) => {
  const watched = alarms.filter(([, { Properties }]) => Properties.MetricName === metric);
  expect(watched.map(([, { Properties }]) => Properties.Dimensions[0].Value.Ref.slice(0, -8)).sort()).toEqual([
    'BillingDraftRunMachine',
    'BillingPostRunMachine',
  ]);
});

describe('functions', () => {
  const errors = alarms.filter(([, { Properties }]) => Properties.MetricName === 'Errors');

  test('each raises an alarm by its errors: one that nobody repeats by the first', () => {
    expect(errors).toHaveLength(ofType(billing, 'AWS::Lambda::Function').length);
    const atOnce = errors.filter(([, { Properties }]) => Properties.Threshold === 1);
    expect(atOnce.map(([, { Properties }]) => Properties.Dimensions[0].Value.Ref.slice(0, -8)).sort()).toEqual([
      'BillingStartDueRunsFunction',
      'MediationSweepFunction',
    ]);
  });

  test('what should run by itself raises an alarm by its silence', () => {
    const silent = alarms.filter(([, { Properties }]) => Properties.MetricName === 'Invocations');
    expect(silent).toHaveLength(2);
    for (const [, { Properties }] of silent) {
      expect(Properties).toMatchObject({ ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' });
    }
  });
});

test('alarms are mailed to whom the settings name, over TLS', () => {
  const mailed = stackWith('billing@example.com');
  const [topic] = ofType(mailed, 'AWS::SNS::Topic')[0] ?? [];
  const [, subscription] = ofType(mailed, 'AWS::SNS::Subscription')[0] ?? [];
  expect(subscription?.Properties).toMatchObject({ Protocol: 'email', Endpoint: 'billing@example.com' });
  for (const [, { Properties }] of ofType(mailed, 'AWS::CloudWatch::Alarm')) {
    expect(Properties.AlarmActions).toEqual([{ Ref: topic }]);
  }
  expect(JSON.stringify(ofType(mailed, 'AWS::SNS::TopicPolicy'))).toContain('aws:SecureTransport');
});

function stackWith(alarmEmail: string): Template {
  const app = new App({ context: WITHOUT_CODE, builtinCloudFormationValidation: false });
  const settings = { ...readSettings('infra/settings', 'prod'), alarmEmail };
  const stack = new BillingStack(app, 'Billing', {
    settings,
    data: new DataStack(app, 'Data', { settings }),
    root: '.',
  });
  const template = Assertions.fromStack(stack).toJSON() as Json;
  discard(app);
  return template;
}
