import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine, Running } from './asl.ts';
import type { Ending } from './asl-world.ts';
import { awsError } from './aws-error.ts';
import { arn, nameOf } from './place.ts';

/** A state machine as the API sees it. */
export interface RegisteredMachine {
  name: string;
  machine: Machine;
}

interface ExecutionRecord {
  executionArn: string;
  stateMachineArn: string;
  name: string;
  status: 'RUNNING' | Ending['status'];
  /** Seconds since the epoch, moved clock. */
  startDate: number;
  stopDate?: number;
  input: string;
  output?: string;
  error?: string;
  cause?: string;
}

/** The Step Functions API, and the executions under way. */
export interface Executions {
  /** Answers one operation with JSON; throws the AWS error. */
  answer(operation: string, input: Record<string, unknown>): object;
  /** Names of the executions under way. */
  busy(): string[];
  stop(): Promise<void>;
}

const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;

/**
 * Opens the executions in a folder. A name that was used stays refused, also after a restart; an execution that a kill cut
 * off is found again as ABORTED.
 */
export function openExecutions(
  directory: string,
  machines: RegisteredMachine[],
  now: () => number,
  log: (line: string) => void,
): Executions {
  const running = new Map<string, Running>();
  const byName = new Map(machines.map((one) => [one.name, one.machine]));
  const file = (machine: string, name: string) => join(directory, machine, `${encodeURIComponent(name)}.json`);
  const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as ExecutionRecord;
  const write = (record: ExecutionRecord) => {
    const path = file(nameOf(record.stateMachineArn), record.name);
    writeFileSync(`${path}.new`, JSON.stringify(record));
    renameSync(`${path}.new`, path);
  };
  const all = (machine: string) =>
    readdirSync(join(directory, machine))
      .filter((name) => name.endsWith('.json'))
      .map((name) => read(join(directory, machine, name)));

  for (const { name } of machines) {
    mkdirSync(join(directory, name), { recursive: true });
    for (const record of all(name)) {
      if (record.status !== 'RUNNING') continue;
      write({
        ...record,
        status: 'ABORTED',
        stopDate: now() / 1000,
        error: 'States.Runtime',
        cause: 'The embedded cloud ended while this execution ran',
      });
    }
  }

  function machineOf(stateMachineArn: unknown): { name: string; machine: Machine } {
    const name = nameOf(String(stateMachineArn));
    const machine = byName.get(name);
    if (!machine) throw awsError(400, 'StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
    return { name, machine };
  }

  function recordOf(executionArn: unknown): ExecutionRecord {
    const [machine = '', name = ''] = String(executionArn).split(':').slice(-2);
    if (!byName.has(machine) || !existsSync(file(machine, name)))
      throw awsError(400, 'ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
    return read(file(machine, name));
  }

  function parse(input: string): unknown {
    try {
      return JSON.parse(input);
    } catch {
      throw awsError(400, 'InvalidExecutionInput', "Invalid State Machine Execution Input: 'The input is not JSON'");
    }
  }

  function start(request: Record<string, unknown>): object {
    const { name: machineName, machine } = machineOf(request.stateMachineArn);
    const name = String(request.name ?? randomUUID());
    const input = String(request.input ?? '{}');
    if (!NAME.test(name)) throw awsError(400, 'InvalidName', `Invalid Name: '${name}'`);
    const value = parse(input);
    const executionArn = arn('states', `execution:${machineName}:${name}`);
    if (existsSync(file(machineName, name))) {
      const before = read(file(machineName, name));
      if (before.status === 'RUNNING' && before.input === input) return { executionArn, startDate: before.startDate };
      throw awsError(400, 'ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
    }
    const record: ExecutionRecord = {
      executionArn,
      stateMachineArn: arn('states', `stateMachine:${machineName}`),
      name,
      status: 'RUNNING',
      startDate: now() / 1000,
      input,
    };
    write(record);
    const run = machine.run(name, value);
    running.set(executionArn, run);
    void run.ended.then((ending) => {
      running.delete(executionArn);
      const stopped = read(file(machineName, name));
      const { status, ...outcome } = ending;
      const details =
        'output' in outcome ? { output: JSON.stringify(outcome.output) } : stopped.error === undefined ? outcome : {};
      write({ ...stopped, status, stopDate: now() / 1000, ...details });
      if (ending.status !== 'SUCCEEDED')
        log(`${executionArn}: ${ending.status} ${ending.error} ${ending.cause.slice(0, 500)}`);
    });
    return { executionArn, startDate: record.startDate };
  }

  function stopExecution(request: Record<string, unknown>): object {
    const record = recordOf(request.executionArn);
    const run = running.get(record.executionArn);
    if (run) {
      write({ ...record, error: String(request.error ?? ''), cause: String(request.cause ?? '') });
      run.abort();
    }
    return { stopDate: record.stopDate ?? now() / 1000 };
  }

  function list(request: Record<string, unknown>): object {
    const { name } = machineOf(request.stateMachineArn);
    const from = Number(request.nextToken ?? 0);
    const most = Number(request.maxResults ?? 0) || 100;
    const found = all(name)
      .filter((record) => request.statusFilter === undefined || record.status === request.statusFilter)
      .sort((a, b) => b.startDate - a.startDate)
      .map(({ input: _, output: __, error: ___, cause: ____, ...rest }) => rest);
    return {
      executions: found.slice(from, from + most),
      ...(found.length > from + most ? { nextToken: String(from + most) } : {}),
    };
  }

  const operations: Record<string, (request: Record<string, unknown>) => object> = {
    StartExecution: start,
    DescribeExecution: (request) => recordOf(request.executionArn),
    StopExecution: stopExecution,
    ListExecutions: list,
  };
  const taken: Record<string, string[]> = {
    StartExecution: ['stateMachineArn', 'name', 'input'],
    DescribeExecution: ['executionArn', 'includedData'],
    StopExecution: ['executionArn', 'error', 'cause'],
    ListExecutions: ['stateMachineArn', 'statusFilter', 'maxResults', 'nextToken'],
  };

  return {
    answer(operation, input) {
      const perform = operations[operation];
      if (!perform)
        throw awsError(
          400,
          'UnknownOperationException',
          `Step Functions ${operation} is not part of the embedded cloud`,
        );
      for (const field of Object.keys(input))
        if (!taken[operation]?.includes(field))
          throw awsError(400, 'ValidationException', `${operation}: the field ${field} is not known here`);
      return perform(input);
    },
    busy: () => [...running.keys()].map(nameOf),
    async stop() {
      const ends = [...running.values()].map((run) => run.ended);
      for (const run of running.values()) run.abort();
      await Promise.all(ends);
    },
  };
}
