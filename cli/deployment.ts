import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CommandFailure, failure } from './terminal/failure.ts';

/** Outputs of the stacks, by stack and key: what `cdk deploy --outputs-file` and the embedded cloud write. */
export type StackOutputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A deployment a command works on. */
export interface Deployment {
  /** Names of its resources, as connecting wants them. */
  readonly resources: Readonly<Record<string, string>>;
  readonly region: string;
  /** '' = AWS itself. */
  readonly endpoint: string;
  /** How far the embedded cloud's clock is ahead of the real one, milliseconds. */
  readonly clockOffset: number;
}

/** Which output names the resource an environment variable stands for. */
const RESOURCES: Readonly<Record<string, string>> = {
  UsageTable: 'USAGE_TABLE',
  DecisionTable: 'DECISION_TABLE',
  ProjectionTable: 'PROJECTION_TABLE',
  IncomingBucket: 'INCOMING_BUCKET',
  WorkBucket: 'WORK_BUCKET',
  InvoiceBucket: 'INVOICE_BUCKET',
  InboxQueueUrl: 'INBOX_QUEUE_URL',
  ChunkQueueUrl: 'CHUNK_QUEUE_URL',
  CompleteQueueUrl: 'COMPLETE_QUEUE_URL',
  RatingQueueUrl: 'RATING_QUEUE_URL',
  EntryQueueUrl: 'ENTRY_QUEUE_URL',
  EventBus: 'EVENT_BUS',
  DraftRunMachine: 'DRAFT_RUN_MACHINE',
  PostRunMachine: 'POST_RUN_MACHINE',
  Settings: 'SETTINGS',
};

const DEPLOY =
  'deploy with `npx cdk deploy --all --outputs-file outputs.json`, or start one here with `billing local up`';

/** The resources that outputs name, by environment variable. @throws CommandFailure when one is missing or named twice. */
export function resourcesOf(outputs: StackOutputs, file: string): Record<string, string> {
  const found = new Map<string, string>();
  for (const [stack, values] of Object.entries(outputs)) {
    for (const [key, value] of Object.entries(values)) {
      if (found.has(key) && found.get(key) !== value && key in RESOURCES) {
        throw failure(
          `${file} holds several deployments: ${key} of ${stack} is there twice`,
          'keep one file for each environment',
        );
      }
      found.set(key, value);
    }
  }
  const missing = Object.keys(RESOURCES).filter((key) => !found.has(key));
  if (missing.length > 0) {
    throw new CommandFailure(
      `${file} lacks ${missing.length} outputs of the stacks`,
      missing.map((key) => `missing: ${key}`),
      DEPLOY,
    );
  }
  return Object.fromEntries(Object.entries(RESOURCES).map(([key, variable]) => [variable, found.get(key) ?? '']));
}

/** The account every embedded cloud has, and nothing on AWS. */
const EMBEDDED_ACCOUNT = '000000000000';

/** What the options and the environment say about where the deployment is; '' = nothing. */
export interface Whereabouts {
  readonly outputs: string;
  readonly endpoint: string;
  readonly folder: string;
}

/**
 * Finds the deployment: the outputs named, else those of an embedded cloud that runs in `.local`, else `outputs.json` in the folder. Beside the
 * outputs of an embedded cloud lie its endpoint and its clock.
 */
export function findDeployment(where: Whereabouts): Deployment {
  const file = outputsFile(where);
  const resources = resourcesOf(readOutputs(file), file);
  const beside = dirname(file);
  const endpoint = where.endpoint || (isRunning(beside) ? readFileSync(join(beside, 'endpoint'), 'utf8').trim() : '');
  const [, , , region = '', account = ''] = resources.DRAFT_RUN_MACHINE?.split(':') ?? [];
  if (account === EMBEDDED_ACCOUNT && endpoint === '') {
    throw failure(`the embedded cloud of ${file} is not running`, 'start it with `billing local up`');
  }
  const clock = join(beside, 'clock.json');
  const clockOffset =
    existsSync(clock) && endpoint !== '' ? Number(JSON.parse(readFileSync(clock, 'utf8')).offsetMilliseconds) : 0;
  return { resources, region, endpoint, clockOffset };
}

function outputsFile({ outputs, folder }: Whereabouts): string {
  if (outputs !== '') return resolve(folder, outputs);
  const local = join(folder, '.local');
  if (isRunning(local)) return join(local, 'outputs.json');
  const deployed = join(folder, 'outputs.json');
  if (existsSync(deployed)) return deployed;
  if (existsSync(join(local, 'outputs.json'))) {
    throw failure(
      'the embedded cloud in .local is not running',
      'start it with `billing local up`, or name a deployment with --outputs FILE',
    );
  }
  throw failure(
    `there is no deployment: neither an embedded cloud in ${local} nor ${deployed}`,
    `${DEPLOY}; name another file with --outputs or BILLING_OUTPUTS`,
  );
}

/** Whether an embedded cloud runs on this data: it has said its endpoint, and its process is alive. */
function isRunning(directory: string): boolean {
  if (!existsSync(join(directory, 'endpoint')) || !existsSync(join(directory, 'lock'))) return false;
  try {
    return process.kill(Number(readFileSync(join(directory, 'lock'), 'utf8')), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readOutputs(file: string): StackOutputs {
  if (!existsSync(file)) throw failure(`there is no file ${file}`, DEPLOY);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as StackOutputs;
  } catch (error) {
    throw failure(
      `${file} is not JSON: ${(error as Error).message}`,
      'write it anew with `npx cdk deploy --all --outputs-file outputs.json`',
    );
  }
}
