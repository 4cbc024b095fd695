// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub writes its variables so
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ofType, readAssembly } from '../../local/template-reader.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'assembly-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Writes an assembly of these templates; a later stack depends on those before it. */
function read(templates: Record<string, object>) {
  const names = Object.keys(templates);
  const artifacts = names.map((name, i) => [
    name,
    { type: 'aws:cloudformation:stack', properties: { templateFile: `${name}.json` }, dependencies: names.slice(0, i) },
  ]);
  writeFileSync(
    join(directory, 'manifest.json'),
    JSON.stringify({ artifacts: Object.fromEntries(artifacts.reverse()) }),
  );
  for (const name of names) writeFileSync(join(directory, `${name}.json`), JSON.stringify(templates[name]));
  return readAssembly(directory, (name) => `http://127.0.0.1:1/000000000000/${name}`);
}

const queue = (Properties: object, more: object = {}) => ({
  Resources: { Q: { Type: 'AWS::SQS::Queue', Properties, ...more } },
});
const topic = (EventPattern: unknown) => ({ EventPattern, EventBusName: 'default', Targets: [] });

describe('intrinsic functions', () => {
  const lambda = (value: unknown) => ({
    S: {
      Resources: {
        Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'named' } },
        Bucket: { Type: 'AWS::S3::Bucket', Properties: {} },
        Rule: { Type: 'AWS::Events::Rule', Properties: topic({ value: [value] }) },
      },
    },
  });
  test.each<[string, unknown, unknown]>([
    ['Ref of a queue', { Ref: 'Queue' }, 'http://127.0.0.1:1/000000000000/named'],
    ['Ref of a bucket', { Ref: 'Bucket' }, 's-bucket'],
    ['GetAtt', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:eu-central-1:000000000000:named'],
    ['GetAtt as text', { 'Fn::GetAtt': 'Bucket.Arn' }, 'arn:aws:s3:::s-bucket'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }, 'b']] }, 'a-eu-central-1-b'],
    ['Sub', { 'Fn::Sub': '${Queue.QueueName}/${AWS::AccountId}/${!left}' }, 'named/000000000000/${left}'],
    ['Sub with variables', { 'Fn::Sub': ['${x}-${Bucket}', { x: { Ref: 'AWS::Partition' } }] }, 'aws-s-bucket'],
    ['Select and Split', { 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
  ])('%s', (_, value, expected) => {
    const [rule] = ofType(read(lambda(value)).resources, 'AWS::Events::Rule');
    expect(rule?.properties.EventPattern).toEqual({ value: [expected] });
  });

  test('NoValue takes a property or an element away', () => {
    const noValue = { Ref: 'AWS::NoValue' };
    const { resources } = read({ S: queue({ QueueName: noValue, Tags: [noValue, 1] }) });
    expect(resources[0]).toMatchObject({ name: 'S-Q', properties: { Tags: [1] } });
    expect(Object.keys(resources[0]?.properties as object)).toEqual(['Tags']);
  });

  test('one stack reads another, by export and by output', () => {
    const producer = {
      ...queue({ QueueName: 'shared' }),
      Outputs: { Url: { Value: { Ref: 'Q' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}-url' } } } },
    };
    const consumer = {
      Resources: {},
      Outputs: {
        Imported: { Value: { 'Fn::ImportValue': 'Producer-url' } },
        Fetched: {
          Value: { 'Fn::GetStackOutput': { StackName: 'Producer', OutputName: 'Url', Region: { Ref: 'AWS::Region' } } },
        },
      },
    };
    const Url = 'http://127.0.0.1:1/000000000000/shared';
    expect(read({ Producer: producer, Consumer: consumer }).outputs).toEqual({
      Producer: { Url },
      Consumer: { Imported: Url, Fetched: Url },
    });
  });
});

describe('what is not known is refused, with its place', () => {
  test.each<[string, object, string]>([
    [
      'a type',
      { Resources: { X: { Type: 'AWS::EC2::Instance' } } },
      'S/X: the resource type AWS::EC2::Instance is not known here',
    ],
    ['a property', queue({ FifoQueue: true }), 'S/Q.FifoQueue: this property is not known here (AWS::SQS::Queue)'],
    [
      'a nested property',
      queue({ RedrivePolicy: { deadLetterTargetArn: 'a', maxReceiveCount: 1, more: 1 } }),
      'S/Q.RedrivePolicy.more: this property',
    ],
    ['a value', queue({ VisibilityTimeout: 'soon' }), 'S/Q.VisibilityTimeout: Invalid input'],
    ['a field of a resource', queue({}, { Condition: 'C' }), 'S/Q: the field Condition is not known here'],
    [
      'an intrinsic function',
      queue({ QueueName: { 'Fn::FindInMap': ['a', 'b', 'c'] } }),
      'S/Q.QueueName: the intrinsic function Fn::FindInMap',
    ],
    ['an If', queue({ DelaySeconds: { 'Fn::If': ['a', 1, 2] } }), 'S/Q.DelaySeconds: the intrinsic function Fn::If'],
    [
      'an attribute',
      queue({ Tags: { 'Fn::GetAtt': ['Q', 'Colour'] } }),
      'S/Q.Tags: the attribute Q.Colour is not known here',
    ],
    ['a reference', queue({ Tags: { Ref: 'Nobody' } }), 'S/Q.Tags: refers to Nobody'],
    ['an export', queue({ Tags: { 'Fn::ImportValue': 'nobody' } }), 'S/Q.Tags: no stack exports nobody'],
    [
      'an output',
      queue({ Tags: { 'Fn::GetStackOutput': { StackName: 'T', OutputName: 'O' } } }),
      'S/Q.Tags: stack T has no output O',
    ],
    [
      'another region',
      queue({ Tags: { 'Fn::GetStackOutput': { StackName: 'S', OutputName: 'O', Region: 'us-east-1' } } }),
      'S/Q.Tags: the intrinsic function Fn::GetStackOutput',
    ],
    ['a parameter', { ...queue({}), Parameters: { Size: {} } }, 'S: the parameter Size is not known here'],
    ['a condition', { ...queue({}), Conditions: { Big: {} } }, 'S: the condition Big is not known here'],
    [
      'a section',
      { ...queue({}), Transform: 'AWS::Serverless' },
      'S: the template section Transform is not known here',
    ],
    [
      'code in the template',
      {
        Resources: {
          F: {
            Type: 'AWS::Lambda::Function',
            Properties: { Code: { ZipFile: '' }, Handler: 'i.h', Role: 'r', Runtime: 'nodejs24.x' },
          },
        },
      },
      'S/F.Code.ZipFile: this property',
    ],
    [
      'another runtime',
      {
        Resources: {
          F: {
            Type: 'AWS::Lambda::Function',
            Properties: { Code: { S3Bucket: 'b', S3Key: 'k' }, Handler: 'i.h', Role: 'r', Runtime: 'python3.13' },
          },
        },
      },
      'S/F.Runtime: Invalid input',
    ],
    [
      'streams of a table',
      {
        Resources: {
          T: {
            Type: 'AWS::DynamoDB::Table',
            Properties: {
              KeySchema: [],
              AttributeDefinitions: [],
              BillingMode: 'PAY_PER_REQUEST',
              StreamSpecification: {},
            },
          },
        },
      },
      'S/T.StreamSpecification: this property',
    ],
    [
      'notifications to functions',
      {
        Resources: {
          B: { Type: 'AWS::S3::Bucket', Properties: { NotificationConfiguration: { LambdaConfigurations: [] } } },
        },
      },
      'S/B.NotificationConfiguration.LambdaConfigurations: this property',
    ],
  ])('%s', (_, template, message) => {
    expect(() => read({ S: template })).toThrow(message);
  });

  test('all problems are told at once', () => {
    const Properties = { One: 1, Two: { 'Fn::Cidr': [] } };
    const lines = (() => {
      try {
        read({ S: queue(Properties), T: { Resources: { X: { Type: 'Custom::Thing' } } } });
      } catch (thrown) {
        return (thrown as Error).message.split('\n').slice(1);
      }
      return [];
    })();
    expect(lines).toHaveLength(4);
  });

  test('no assembly', () => {
    expect(() => readAssembly(join(directory, 'none'), String)).toThrow(/Synthesise the app first/);
  });
});

describe('names', () => {
  test('are short enough for AWS, and differ', () => {
    const long = 'X'.repeat(100);
    const { resources } = read({
      Stack: {
        Resources: {
          [`${long}1`]: { Type: 'AWS::S3::Bucket', Properties: {} },
          [`${long}2`]: { Type: 'AWS::S3::Bucket', Properties: {} },
        },
      },
    });
    const [one = '', two = ''] = resources.map(({ name }) => name);
    expect(one).toMatch(/^stack-x+-[0-9a-f]{10}$/);
    expect([one.length, one === two]).toEqual([63, false]);
  });
});
