import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findDeployment, resourcesOf } from '../../cli/deployment.ts';
import { CommandFailure } from '../../cli/terminal/failure.ts';

const DATA = {
  UsageTable: 'usage',
  DecisionTable: 'decisions',
  ProjectionTable: 'projections',
  IncomingBucket: 'incoming',
  WorkBucket: 'work',
  InvoiceBucket: 'invoices',
  InboxQueueUrl: 'https://sqs/inbox',
};
const BILLING = {
  ChunkQueueUrl: 'https://sqs/chunks',
  CompleteQueueUrl: 'https://sqs/complete',
  RatingQueueUrl: 'https://sqs/rating',
  EntryQueueUrl: 'https://sqs/entries',
  EventBus: 'bus',
  DraftRunMachine: 'arn:aws:states:eu-west-1:123456789012:stateMachine:draft',
  PostRunMachine: 'arn:aws:states:eu-west-1:123456789012:stateMachine:post',
  Settings: '{"environment":"dev"}',
};
const OUTPUTS = { data: DATA, billing: BILLING };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'billing-deployment-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (path: string, content: unknown) => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
};
const find = (outputs = '', endpoint = '') => findDeployment({ outputs, endpoint, folder });

/** The message and remedy a call fails with. */
function failing(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof CommandFailure)
      return [error.message, ...error.details, error.remedy].join('\n').replaceAll(folder, '…');
    throw error;
  }
  return 'did not fail';
}

describe('where the deployment is', () => {
  test('outputs.json of the folder, with the region its machines are in', () => {
    write('outputs.json', OUTPUTS);
    const { region, endpoint, resources, clockOffset } = find();
    expect({ region, endpoint, clockOffset }).toEqual({ region: 'eu-west-1', endpoint: '', clockOffset: 0 });
    expect(resources).toMatchObject({ DECISION_TABLE: 'decisions', POST_RUN_MACHINE: BILLING.PostRunMachine });
    expect(Object.keys(resources)).toHaveLength(15);
  });

  test('an embedded cloud that runs comes first, with its endpoint and clock', () => {
    write('outputs.json', OUTPUTS);
    write('.local/outputs.json', OUTPUTS);
    write('.local/endpoint', 'http://127.0.0.1:4600\n');
    write('.local/lock', String(process.pid));
    write('.local/clock.json', { offsetMilliseconds: -5000 });
    expect(find()).toMatchObject({ endpoint: 'http://127.0.0.1:4600', clockOffset: -5000 });
    expect(find('outputs.json')).toMatchObject({ endpoint: '', clockOffset: 0 });
    expect(find('', 'http://127.0.0.1:1')).toMatchObject({ endpoint: 'http://127.0.0.1:1' });
  });

  test('one that has died does not', () => {
    write('outputs.json', OUTPUTS);
    write('.local/outputs.json', { ...OUTPUTS, data: { ...DATA, WorkBucket: 'other' } });
    write('.local/endpoint', 'http://127.0.0.1:4600\n');
    write('.local/lock', '999999999');
    expect(find().resources.WORK_BUCKET).toBe('work');
  });

  test('what cannot be found says what to do', () => {
    expect(failing(() => find())).toMatchInlineSnapshot(`
      "there is no deployment: neither an embedded cloud in …/.local nor …/outputs.json
      deploy with \`npx cdk deploy --all --outputs-file outputs.json\`, or start one here with \`billing local up\`; name another file with --outputs or BILLING_OUTPUTS"
    `);
    expect(failing(() => find('nowhere.json'))).toMatchInlineSnapshot(`
      "there is no file …/nowhere.json
      deploy with \`npx cdk deploy --all --outputs-file outputs.json\`, or start one here with \`billing local up\`"
    `);
    write('outputs.json', '{');
    expect(failing(() => find())).toMatchInlineSnapshot(`
      "…/outputs.json is not JSON: Expected property name or '}' in JSON at position 1 (line 1 column 2)
      write it anew with \`npx cdk deploy --all --outputs-file outputs.json\`"
    `);
    rmSync(join(folder, 'outputs.json'));
    write('.local/outputs.json', OUTPUTS);
    expect(failing(() => find())).toMatchInlineSnapshot(`
      "the embedded cloud in .local is not running
      start it with \`billing local up\`, or name a deployment with --outputs FILE"
    `);
  });

  test('outputs that are not those of one deployment are refused', () => {
    const { EventBus: _, Settings: __, ...rest } = BILLING;
    expect(failing(() => resourcesOf({ data: DATA, billing: rest }, 'outputs.json'))).toMatchInlineSnapshot(`
      "outputs.json lacks 2 outputs of the stacks
      missing: EventBus
      missing: Settings
      deploy with \`npx cdk deploy --all --outputs-file outputs.json\`, or start one here with \`billing local up\`"
    `);
    const two = { ...OUTPUTS, prod: { ...DATA, WorkBucket: 'prod-work' } };
    expect(failing(() => resourcesOf(two, 'outputs.json'))).toMatchInlineSnapshot(`
      "outputs.json holds several deployments: WorkBucket of prod is there twice
      keep one file for each environment"
    `);
    const embedded = { ...BILLING, DraftRunMachine: 'arn:aws:states:eu-central-1:000000000000:stateMachine:d' };
    write('outputs.json', { data: DATA, billing: embedded });
    expect(failing(() => find())).toMatchInlineSnapshot(`
      "the embedded cloud of …/outputs.json is not running
      start it with \`billing local up\`"
    `);
  });
});
