import { describe, expect, test } from 'vitest';
import { type FunctionName, functions } from '../../infra/functions.ts';
import { ofType, synthesise } from './synthesised.ts';

const { billing } = synthesise('prod');
const deployed = ofType(billing, 'AWS::Lambda::Function');

test('every entry point of the table is deployed once', () => {
  const descriptions = deployed.map(([, { Properties }]) => Properties.Description);
  const names = Object.keys(functions).map((name) => name.replace('/', ': ').replaceAll('-', ' '));
  expect(descriptions.sort()).toEqual(names.sort());
});

describe.each(Object.keys(functions) as FunctionName[])('%s', (name) => {
  const [capability, file] = name.split('/');
  const [, lambda] =
    deployed.find(([, { Properties }]) => Properties.Description === `${capability}: ${file?.replaceAll('-', ' ')}`) ??
    [];

  test('runs on Node 24 and arm64 with the size of the table', () => {
    expect(lambda?.Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: functions[name].seconds,
      MemorySize: functions[name].memory,
    });
  });

  test('writes JSON to a log of its own that does not grow for ever, and is traced', () => {
    const { LogFormat, LogGroup } = lambda?.Properties.LoggingConfig ?? {};
    expect(LogFormat).toBe('JSON');
    expect(billing.Resources[LogGroup.Ref]?.Properties.RetentionInDays).toBe(365);
    expect(lambda?.Properties.TracingConfig).toEqual({ Mode: 'Active' });
  });

  test('knows the settings and what to call itself', () => {
    const { SETTINGS, POWERTOOLS_SERVICE_NAME } = lambda?.Properties.Environment.Variables ?? {};
    expect(JSON.parse(SETTINGS)).toEqual({
      environment: 'prod',
      backBillingMonths: 6,
      usageRetentionMonths: 6,
      ratingDelayMinutes: 5,
      chunkRecords: 25_000,
      sliceSubscriptions: 5000,
      fourEyes: true,
      approval: 'person',
      viesUrl: 'https://ec.europa.eu/taxation_customs/vies/rest-api',
    });
    expect(POWERTOOLS_SERVICE_NAME).toBe(capability);
  });
});

test.each([
  { name: 'Sweep', every: 'rate(15 minutes)', seconds: 900 },
  { name: 'StartDueRuns', every: 'rate(1 hour)', seconds: 3600 },
])('$name runs by itself, and a run that failed is not repeated beside the next', ({ name, every, seconds }) => {
  const [, schedule] = ofType(billing, 'AWS::Scheduler::Schedule').find(([id]) => id.includes(name)) ?? [];
  const [, async] = ofType(billing, 'AWS::Lambda::EventInvokeConfig').find(([id]) => id.includes(name)) ?? [];
  expect(schedule?.Properties).toMatchObject({ ScheduleExpression: every, State: 'ENABLED' });
  expect(async?.Properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: seconds });
  const [, lambda] = deployed.find(([id]) => id.includes(`${name}Function`)) ?? [];
  expect(lambda?.Properties.Timeout).toBeLessThan(seconds);
});
