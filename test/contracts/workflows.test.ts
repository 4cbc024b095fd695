import { setTimeout as sleep } from 'node:timers/promises';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stepFunctionsWorkflows } from '#shared/aws/step-functions-workflows.ts';
import type { Workflows } from '#shared/billing/ports.ts';
import { type CloudParts, startParts } from './cloud-parts.ts';

let parts: CloudParts;
let workflows: Workflows;
beforeAll(async () => {
  parts = await startParts([]);
  workflows = stepFunctionsWorkflows(parts.stepFunctions, {
    'draft-run': parts.machine('at-once'),
    'post-run': parts.machine('slow'),
  });
});
afterAll(() => parts.stop());

async function executions(machine: 'at-once' | 'slow') {
  const listed = await parts.stepFunctions.send(new ListExecutionsCommand({ stateMachineArn: parts.machine(machine) }));
  return (listed.executions ?? []).map(({ name, status }) => ({ name, status }));
}

describe('workflows on Step Functions', () => {
  test('a name is started once: while its run is under way', async () => {
    await Promise.all(Array.from({ length: 10 }, () => workflows.start('post-run', 'run-1', { runId: 'run-1' })));
    expect(await executions('slow')).toEqual([{ name: 'run-1', status: 'RUNNING' }]);
  });

  test('a name is started once: after its run has ended, and the answer says so', async () => {
    expect(await workflows.start('draft-run', 'run-2', { runId: 'run-2' })).toBe(true);
    for (let tries = 0; (await executions('at-once'))[0]?.status === 'RUNNING' && tries < 100; tries++) await sleep(20);
    expect(await executions('at-once')).toEqual([{ name: 'run-2', status: 'SUCCEEDED' }]);
    expect(await workflows.start('draft-run', 'run-2', { runId: 'run-2' })).toBe(false);
    expect(await executions('at-once')).toHaveLength(1);
  });

  test('a name that is under way with other input is not started again', async () => {
    expect(await workflows.start('post-run', 'run-3', { runId: 'run-3' })).toBe(true);
    expect(await workflows.start('post-run', 'run-3', { runId: 'other' })).toBe(false);
  });

  test('the same name may be used by both workflows', async () => {
    expect(await workflows.start('draft-run', 'run-3', { runId: 'run-3' })).toBe(true);
  });
});
