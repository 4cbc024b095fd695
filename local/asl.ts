import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ExecutionAbortedError,
  ExecutionError,
  ExecutionTimeoutError,
  StateMachine,
  type StateMachineDefinition,
} from 'aws-local-stepfunctions';
import { type Asl, checkDefinition, LAMBDA_INVOKE } from './asl-check.ts';
import { type Child, writeResults } from './asl-results.ts';
import type { AslWorld, Ending, History } from './asl-world.ts';
import { arn } from './place.ts';

/** An execution under way. */
export interface Running {
  ended: Promise<Ending>;
  abort(): void;
}

/** A definition made ready to run, any number of times. */
export interface Machine {
  run(name: string, input: unknown): Running;
}

type Handler = (input: unknown) => Promise<unknown>;
interface Scope {
  execution: { Id: string; Name: string; RoleArn: string; StartTime: string; Input: unknown };
  machine: { Id: string; Name: string };
  signal: AbortSignal;
}

const LONGEST_STATE = 256 * 1024;
const NEVER_SECONDS = 2_000_000;
const EXPRESS_SECONDS = 300;
const CONCURRENCY = 40;

/** How many times shorter the pauses of retriers are here: nobody waits minutes for a test. */
const HASTE = 10;

/** An error with the name a retrier or catcher matches. */
function stateError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** Answers the bytes of a state. More than 256 KiB ends an execution; no retrier and no `States.ALL` catches it. */
function guard(value: unknown, what: string): number {
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? '');
  if (bytes <= LONGEST_STATE) return bytes;
  const message = `${what} has ${bytes} bytes; the state of an execution holds at most ${LONGEST_STATE}`;
  throw Object.assign(stateError('States.DataLimitExceeded', message), { isRetryable: false, isCatchable: false });
}

/** Puts right, in a checked definition, what the library reads otherwise than AWS does. Distributed Maps become tasks. */
function normalise(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalise);
  if (typeof value !== 'object' || value === null) {
    const expression = typeof value === 'string' && /^(\$\$\.|States\.)/.test(value);
    return expression ? value.replace(/\$\$\.Execution\.(StartTime|Input)/g, '$$$$.Started.$1') : value;
  }
  const { Comment: _, ...rest } = value as Asl;
  for (const type of ['IsNull', 'IsPresent', 'IsNumeric', 'IsString', 'IsBoolean']) {
    if (rest[type] !== false) continue;
    const { Next, [type]: __, ...test } = rest;
    return { Not: { ...test, [type]: true }, ...(Next === undefined ? {} : { Next }) };
  }
  const plain = Object.fromEntries(
    Object.entries(rest).map(([key, inner]) => [key, key === 'Result' ? inner : normalise(inner)]),
  );
  if (plain.ResultPath === '$') delete plain.ResultPath;
  if (plain.Type === 'Task') plain.TimeoutSeconds ??= NEVER_SECONDS;
  if (Array.isArray(plain.Retry)) plain.Retry = plain.Retry.map(hasten);
  return plain;
}

/** A retrier whose pauses are shorter than on AWS by {@link HASTE}. */
function hasten(retrier: Asl): Asl {
  const { IntervalSeconds, MaxDelaySeconds } = retrier as { IntervalSeconds?: number; MaxDelaySeconds?: number };
  const longest = MaxDelaySeconds === undefined ? {} : { MaxDelaySeconds: MaxDelaySeconds / HASTE };
  return { ...retrier, ...longest, IntervalSeconds: (IntervalSeconds ?? 1) / HASTE };
}

function statesOf(definition: Asl): [string, Asl][] {
  return Object.entries(definition.States as Record<string, Asl>);
}

function isDistributed(state: Asl): boolean {
  const processor = state.ItemProcessor as { ProcessorConfig?: { Mode?: string } } | undefined;
  return state.Type === 'Map' && processor?.ProcessorConfig?.Mode === 'DISTRIBUTED';
}

/** A Distributed Map as a task: the library evaluates its paths, the handler does the rest. */
function mapAsTask(state: Asl): Asl {
  const { ItemProcessor, ItemSelector, ItemReader, ResultWriter, ItemsPath, MaxConcurrency, Label, ...rest } = state;
  const reader = ItemReader as Asl | undefined;
  const writer = ResultWriter as Asl | undefined;
  return {
    ...rest,
    Type: 'Task',
    Resource: 'distributed-map',
    TimeoutSeconds: NEVER_SECONDS,
    Parameters: {
      'input.$': '$',
      'started.$': '$$.Started',
      'execution.$': '$$.Execution',
      'machine.$': '$$.StateMachine',
      ...(reader ? { reader: reader.Parameters } : { 'items.$': ItemsPath ?? '$' }),
      ...(writer ? { writer: writer.Parameters } : {}),
    },
  };
}

function errorOf(thrown: unknown): { error: string; cause: string } {
  const error = thrown instanceof ExecutionError ? (thrown.cause as Error) : (thrown as Error);
  return { error: error.name, cause: error.message };
}

/** Prepares a definition; throws all that is not understood. `machineName` and `roleArn` are what the context object says. */
export function prepareMachine(definition: Asl, machineName: string, roleArn: string, world: AslWorld): Machine {
  const problems = checkDefinition(definition);
  if (problems.length > 0)
    throw new Error(`State machine ${machineName}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  const machine = { Id: arn('states', `stateMachine:${machineName}`), Name: machineName };
  return compile(definition, machine, roleArn, world, false);
}

function compile(
  definition: Asl,
  machine: Scope['machine'],
  roleArn: string,
  world: AslWorld,
  isChild: boolean,
): Machine {
  const handlers = new Map<string, (scope: Scope) => Handler>();
  const rewrite = (part: Asl): Asl => {
    const states = statesOf(part).map(([name, state]): [string, Asl] => {
      if (isDistributed(state)) {
        const run = distributedMap(state, machine, roleArn, world);
        handlers.set(name, (scope) => (input) => run(input as MapInput, scope.signal));
        return [name, normalise(mapAsTask(state)) as Asl];
      }
      if (state.Type === 'Map')
        return [name, { ...(normalise(state) as Asl), ItemProcessor: rewrite(state.ItemProcessor as Asl) }];
      if (state.Type === 'Task') handlers.set(name, () => (input) => runTask(state, input, world));
      return [name, normalise(state) as Asl];
    });
    return { ...part, States: Object.fromEntries(states) };
  };
  const machineDefinition = rewrite(definition) as unknown as StateMachineDefinition;
  const runner = new StateMachine(machineDefinition, { validationOptions: { noValidate: true } });

  return {
    run(name, input) {
      const controller = new AbortController();
      const execution = { Id: arn('states', `execution:${machine.Name}:${name}`), Name: name, RoleArn: roleArn };
      const started = { StartTime: new Date(world.now()).toISOString(), Input: input };
      const scope: Scope = { execution: { ...execution, ...started }, machine, signal: controller.signal };
      const taskResourceLocalHandlers = Object.fromEntries([...handlers].map(([state, make]) => [state, make(scope)]));
      const context = { Execution: execution, StateMachine: machine, Started: started };
      const run = runner.run(input as never, {
        overrides: { taskResourceLocalHandlers: taskResourceLocalHandlers as never },
        context,
      });
      controller.signal.addEventListener('abort', () => run.abort());
      const entered = (bytes: number, soFar: History) => world.entered(isChild, bytes, soFar);
      return { ended: ending(run, input, entered), abort: () => controller.abort() };
    },
  };
}

/** Waits for the end of a run, and ends it when its state outgrows what AWS carries. */
async function ending(
  run: ReturnType<StateMachine['run']>,
  input: unknown,
  entered: (bytes: number, soFar: History) => void,
): Promise<Ending> {
  let tooLong: Error | undefined;
  let soFar: History = { states: 0, bytes: 0 };
  const watch = async () => {
    for await (const event of run.eventLogs) {
      if (event.type !== 'StateEntered' || tooLong) continue;
      try {
        const bytes = guard(event.state.input, `The input of state ${event.state.name}`);
        soFar = { states: soFar.states + 1, bytes: soFar.bytes + bytes };
        entered(bytes, soFar);
      } catch (thrown) {
        tooLong = thrown as Error;
        run.abort();
      }
    }
  };
  try {
    guard(input, 'The input of the execution');
    void watch();
    const output = await run.result;
    guard(output, 'The output of the execution');
    return { status: 'SUCCEEDED', output };
  } catch (thrown) {
    run.result.catch(() => undefined);
    run.abort();
    if (tooLong) return { status: 'FAILED', ...errorOf(tooLong) };
    if (thrown instanceof ExecutionAbortedError) return { status: 'ABORTED', error: '', cause: '' };
    if (thrown instanceof ExecutionTimeoutError) return { status: 'TIMED_OUT', error: 'States.Timeout', cause: '' };
    return { status: 'FAILED', ...errorOf(thrown) };
  }
}

/** A Lambda task: the optimised integration wraps the answer in `Payload`, the direct one gives it as it is. */
async function runTask(state: Asl, input: unknown, world: AslWorld): Promise<unknown> {
  guard(input, 'The input of a task');
  const optimised = state.Resource === LAMBDA_INVOKE;
  const call = optimised
    ? (input as { FunctionName: string; Payload?: unknown; InvocationType?: string })
    : { FunctionName: String(state.Resource), Payload: input };
  const payload = JSON.stringify(call.Payload ?? {});
  if ('InvocationType' in call && call.InvocationType === 'Event') {
    world.invokeEvent(call.FunctionName, payload);
    return { StatusCode: 202 };
  }
  const result = await world.invoke(call.FunctionName, payload).catch((thrown: Error) => {
    throw stateError(`Lambda.${thrown.name}`, thrown.message);
  });
  const answer = JSON.parse(result.payload);
  if (result.failed) throw stateError(answer.errorType ?? 'Lambda.Unknown', result.payload);
  guard(answer, 'The result of a task');
  return optimised ? { ExecutedVersion: '$LATEST', Payload: answer, StatusCode: 200 } : answer;
}

interface MapInput {
  input: unknown;
  items?: unknown[];
  reader?: { Bucket: string; Key: string };
  writer?: { Bucket: string; Prefix: string };
  started: { StartTime: string; Input: unknown };
  execution: { Id: string; Name: string };
  machine: { Id: string; Name: string };
}

/** Runs a Distributed Map: every item an execution of the child definition, under a name of its own, as on AWS. */
function distributedMap(
  state: Asl,
  machine: Scope['machine'],
  roleArn: string,
  world: AslWorld,
): (input: MapInput, signal: AbortSignal) => Promise<unknown> {
  const { ProcessorConfig, ...definition } = state.ItemProcessor as Asl;
  const express = (ProcessorConfig as Asl).ExecutionType === 'EXPRESS';
  const child = compile(
    express ? { TimeoutSeconds: EXPRESS_SECONDS, ...definition } : definition,
    machine,
    roleArn,
    world,
    true,
  );
  const selector = itemSelector(state.ItemSelector);
  const maxItems = (state.ItemReader as { ReaderConfig?: { MaxItems?: number } } | undefined)?.ReaderConfig?.MaxItems;
  const concurrency = Number(state.MaxConcurrency ?? 0) || CONCURRENCY;

  return async (map, signal) => {
    const items = (map.reader ? await readItems(world, map.reader) : (map.items ?? [])).slice(0, maxItems);
    if (!Array.isArray(items)) throw stateError('States.ItemReaderFailed', 'The items of a Map are an array');
    const children: Child[] = [];
    const queue = items.entries();
    let broken = false;
    const worker = async () => {
      for (const [index, value] of queue) {
        if (signal.aborted || broken) return;
        const name = randomUUID();
        const input = await selector(map, index, value);
        const running = child.run(name, input);
        const stop = () => running.abort();
        signal.addEventListener('abort', stop);
        const startDate = new Date(world.now()).toISOString();
        const end = await running.ended;
        signal.removeEventListener('abort', stop);
        children[index] = { name, input, startDate, stopDate: new Date(world.now()).toISOString(), ending: end };
        if (end.status !== 'SUCCEEDED') broken = true;
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
    if (signal.aborted) await sleep(0);
    const details = map.writer && (await writeResults(world, map.writer, machine, children.filter(Boolean)));
    if (broken) throw stateError('States.ExceedToleratedFailureThreshold', describeFailure(children.filter(Boolean)));
    const outputs = children.map((one) => (one.ending.status === 'SUCCEEDED' ? one.ending.output : null));
    const result = details ?? outputs;
    guard(result, 'The result of a Map without ResultWriter');
    return result;
  };
}

function describeFailure(children: Child[]): string {
  const failed = children.find((child) => child.ending.status !== 'SUCCEEDED');
  const first = failed && 'error' in failed.ending ? ` The first: ${failed.ending.error}: ${failed.ending.cause}` : '';
  return `The specified tolerated failure threshold was exceeded.${first}`;
}

/** Evaluates an ItemSelector for one item, with the library's own rules. */
function itemSelector(template: unknown): (map: MapInput, index: number, value: unknown) => Promise<unknown> {
  if (template === undefined) return async (_, __, value) => value;
  const definition = {
    StartAt: 'Select',
    States: { Select: { Type: 'Pass', Parameters: normalise(template), End: true } },
  };
  const runner = new StateMachine(definition as unknown as StateMachineDefinition, {
    validationOptions: { noValidate: true },
  });
  return async (map, index, value) => {
    const context = {
      Execution: map.execution,
      StateMachine: map.machine,
      Started: map.started,
      Map: { Item: { Index: index, Value: value } },
    };
    try {
      return await runner.run(map.input as never, { context }).result;
    } catch (thrown) {
      throw thrown instanceof ExecutionError ? thrown.cause : thrown;
    }
  };
}

async function readItems(world: AslWorld, reader: { Bucket: string; Key: string }): Promise<unknown[]> {
  try {
    const items = JSON.parse(await world.getObject(reader.Bucket, reader.Key));
    if (Array.isArray(items)) return items;
    throw new Error('it is not a JSON array');
  } catch (thrown) {
    throw stateError('States.ItemReaderFailed', `s3://${reader.Bucket}/${reader.Key}: ${(thrown as Error).message}`);
  }
}
