import { describe, expect, test } from 'vitest';
import { prepareMachine } from '../../local/asl.ts';
import { type Asl, checkDefinition, LAMBDA_INVOKE } from '../../local/asl-check.ts';
import type { AslWorld, Ending } from '../../local/asl-world.ts';

const FUNCTION = 'arn:aws:lambda:eu-central-1:000000000000:function:f';

/** A world in memory: functions are plain, objects a map. */
function worldOf(functions: (payload: never) => unknown, objects: Map<string, string>): AslWorld & { calls: number } {
  const world = {
    calls: 0,
    async invoke(_: string, payload: string) {
      world.calls++;
      try {
        return { payload: JSON.stringify((await functions(JSON.parse(payload) as never)) ?? null), failed: false };
      } catch (thrown) {
        const { name, message } = thrown as Error;
        return { payload: JSON.stringify({ errorType: name, errorMessage: message }), failed: true };
      }
    },
    invokeEvent: () => undefined,
    getObject: async (_: string, key: string) => {
      const text = objects.get(key);
      if (text === undefined) throw new Error('there is no such object');
      return text;
    },
    putObject: async (_: string, key: string, body: string) => void objects.set(key, body),
    now: () => Date.parse('2026-03-01T00:00:00Z'),
    entered: () => undefined,
  };
  return world;
}

function run(
  definition: Asl,
  input: unknown,
  functions: (payload: never) => unknown = (payload) => payload,
  objects = new Map<string, string>(),
): Promise<Ending> {
  return prepareMachine(definition, 'm', 'role', worldOf(functions, objects)).run('run-1', input).ended;
}

const task = (more: object) => ({ Type: 'Task', Resource: FUNCTION, End: true, ...more });
const one = (state: object, more: object = {}): Asl => ({ StartAt: 'A', States: { A: state, ...more } });
const pass = { Type: 'Pass', End: true };
const distributed = (more: object, states: object = { Child: task({}) }, config: object = {}) =>
  one({
    Type: 'Map',
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD', ...config },
      StartAt: 'Child',
      States: states,
    },
    End: true,
    ...more,
  });

describe('states', () => {
  test.each<[string, Asl, unknown, unknown]>([
    [
      'a pass with parameters',
      one({ ...pass, Parameters: { 'a.$': '$.x.y[1]', b: 2 } }),
      { x: { y: [0, 5] } },
      { a: 5, b: 2 },
    ],
    [
      'falsy values on a path',
      one({ ...pass, Parameters: { 'a.$': '$.zero', 'b.$': '$.no', 'c.$': '$.empty', 'd.$': '$.nothing' } }),
      { zero: 0, no: false, empty: '', nothing: null },
      { a: 0, b: false, c: '', d: null },
    ],
    [
      'a result below the input',
      one({ ...pass, Result: { done: true }, ResultPath: '$.out.deep' }),
      { a: 1 },
      { a: 1, out: { deep: { done: true } } },
    ],
    ['ResultPath $ replaces the input', one(task({ ResultPath: '$' })), { a: 1 }, { a: 1 }],
    ['ResultPath null drops the result', one(task({ ResultPath: null })), { a: 1 }, { a: 1 }],
    [
      'the optimised integration wraps the answer',
      one(
        task({
          Resource: LAMBDA_INVOKE,
          Parameters: { FunctionName: FUNCTION, 'Payload.$': '$' },
          ResultSelector: { 'p.$': '$.Payload', 's.$': '$.StatusCode' },
        }),
      ),
      { n: 1 },
      { p: { n: 1 }, s: 200 },
    ],
    [
      'what the context object says',
      one({
        ...pass,
        Parameters: {
          'n.$': '$$.Execution.Name',
          't.$': '$$.Execution.StartTime',
          'i.$': '$$.Execution.Input.a',
          'm.$': '$$.StateMachine.Name',
          'f.$': "States.Format('{}!', $$.Execution.Input.a)",
        },
      }),
      { a: 1 },
      { n: 'run-1', t: '2026-03-01T00:00:00.000Z', i: 1, m: 'm', f: '1!' },
    ],
    [
      'an inline map over inputs of its own',
      one({
        Type: 'Map',
        ItemsPath: '$.list',
        ItemSelector: { 'v.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index', 'k.$': '$.k' },
        ItemProcessor: {
          StartAt: 'Child',
          States: { Child: { ...pass, Parameters: { 'got.$': '$', 'of.$': '$$.Execution.Input.k' } } },
        },
        End: true,
      }),
      { list: ['x', 'y'], k: 9 },
      [
        { got: { v: 'x', i: 0, k: 9 }, of: 9 },
        { got: { v: 'y', i: 1, k: 9 }, of: 9 },
      ],
    ],
  ])('%s', async (_, definition, input, output) => {
    expect(await run(definition, input)).toEqual({ status: 'SUCCEEDED', output });
  });

  const choose = (rule: object) =>
    one(
      { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
      { Yes: { ...pass, Result: 'yes' }, No: { ...pass, Result: 'no' } },
    );
  test.each<[object, unknown, string]>([
    [{ Variable: '$.a', IsPresent: true }, { a: null }, 'yes'],
    [{ Variable: '$.a', IsPresent: true }, {}, 'no'],
    [{ Variable: '$.a', IsPresent: false }, {}, 'yes'],
    [{ Variable: '$.a', IsPresent: false }, { a: 1 }, 'no'],
    [{ Variable: '$.a', IsNull: false }, { a: 1 }, 'yes'],
    [{ Variable: '$.a', NumericGreaterThan: 1 }, { a: 2 }, 'yes'],
    [{ Variable: '$.a', NumericEquals: 0 }, { a: 0 }, 'yes'],
    [{ Variable: '$.a', BooleanEquals: false }, { a: false }, 'yes'],
    [{ Variable: '$.a', StringMatches: 'in*' }, { a: 'inbox' }, 'yes'],
    [{ Variable: '$.a', NumericEqualsPath: '$.b' }, { a: 2, b: 3 }, 'no'],
    [
      {
        And: [
          { Variable: '$.a', IsPresent: true },
          { Variable: '$.a', NumericEquals: 1 },
        ],
      },
      {},
      'no',
    ],
    [{ Not: { Variable: '$.a', IsPresent: false } }, { a: 1 }, 'yes'],
  ])('choice %j of %j is %s', async (rule, input, output) => {
    expect(await run(choose(rule), input)).toEqual({ status: 'SUCCEEDED', output });
  });
});

describe('failures', () => {
  const boom = () => {
    throw Object.assign(new Error('no'), { name: 'Boom' });
  };
  test('a failed task ends the execution under the name of its error', async () => {
    expect(await run(one(task({})), {}, boom)).toMatchObject({
      status: 'FAILED',
      error: 'Boom',
      cause: expect.stringContaining('"errorMessage":"no"'),
    });
  });

  test('a retrier tries again, then a catcher takes over', async () => {
    const Retry = [
      {
        ErrorEquals: ['States.TaskFailed'],
        IntervalSeconds: 1,
        MaxAttempts: 2,
        BackoffRate: 1,
        JitterStrategy: 'FULL',
      },
    ];
    const Catch = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'B' }];
    const world = worldOf(boom, new Map());
    const machine = prepareMachine(one(task({ Retry, Catch }), { B: pass }), 'm', 'role', world);
    expect(await machine.run('r', { a: 1 }).ended).toMatchObject({
      status: 'SUCCEEDED',
      output: { a: 1, error: { Error: 'Boom' } },
    });
    expect(world.calls).toBe(3);
  });

  test('a Fail state names its error', async () => {
    expect(await run(one({ Type: 'Fail', Error: 'Mine', CausePath: '$.why' }), { why: 'because' })).toEqual({
      status: 'FAILED',
      error: 'Mine',
      cause: 'because',
    });
  });

  test('a task that takes too long', async () => {
    const slow = () => new Promise((resolve) => setTimeout(resolve, 3000).unref());
    expect(await run(one(task({ TimeoutSeconds: 1 })), {}, slow)).toMatchObject({
      status: 'FAILED',
      error: 'States.Timeout',
    });
  });

  test('an execution that takes too long, and one that is stopped', async () => {
    const wait = { ...one({ Type: 'Wait', Seconds: 60, End: true }), TimeoutSeconds: 1 };
    expect(await run(wait, {})).toMatchObject({ status: 'TIMED_OUT' });
    const running = prepareMachine(wait, 'm', 'role', worldOf(String, new Map())).run('r', {});
    running.abort();
    expect(await running.ended).toMatchObject({ status: 'ABORTED' });
  });

  const long = 'x'.repeat(150 * 1024);
  test.each<[string, Asl, unknown]>([
    ['in the input', one(pass), { long, more: long }],
    ['in the result of a task', one(task({})), {}],
    [
      'grown on the way',
      one(
        { ...pass, Next: 'B', Parameters: { 'a.$': '$.long', 'b.$': '$.long' }, End: undefined },
        { B: { Type: 'Wait', Seconds: 1, End: true } },
      ),
      { long },
    ],
    ['in a map without result writer', distributed({ ItemsPath: '$' }), [1, 2]],
  ])('more than 256 KiB %s', async (_, definition, input) => {
    const catchAll = [{ ErrorEquals: ['States.ALL'], Next: 'C' }];
    const states = definition.States as Record<string, Asl>;
    const caught =
      states.A?.Type === 'Task' || states.A?.Type === 'Map'
        ? one({ ...states.A, Catch: catchAll }, { C: pass })
        : definition;
    const answer = (item: unknown) => (item === 1 || item === 2 ? long : long + long);
    expect(await run(JSON.parse(JSON.stringify(caught)), input, answer as never)).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
    });
  });
});

describe('Distributed Map', () => {
  const reader = {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig: { InputType: 'JSON' },
    Parameters: { Bucket: 'b', 'Key.$': '$.key' },
  };
  const writer = { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'b', 'Prefix.$': '$.run' } };

  test('reads its items, runs a child each, writes what they came to', async () => {
    const objects = new Map([['items.json', JSON.stringify(Array.from({ length: 300 }, (_, n) => ({ n })))]]);
    const ItemSelector = { 'n.$': '$$.Map.Item.Value.n', 'i.$': '$$.Map.Item.Index', 'run.$': '$.run' };
    let atOnce = 0;
    let most = 0;
    const work = async ({ n, i, run: name }: { n: number; i: number; run: string }) => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, 1));
      atOnce--;
      return { doubled: 2 * n, i, name };
    };
    const definition = distributed({
      ItemReader: reader,
      ResultWriter: writer,
      ItemSelector,
      MaxConcurrency: 7,
      ResultPath: '$.map',
    });
    const ending = await run(definition, { key: 'items.json', run: 'r7' }, work, objects);
    const { map } = (ending as { output: { map: { ResultWriterDetails: { Bucket: string; Key: string } } } }).output;
    expect(map.ResultWriterDetails.Key).toMatch(/^r7\/[0-9a-f-]{36}\/manifest.json$/);
    const manifest = JSON.parse(objects.get(map.ResultWriterDetails.Key) ?? '');
    expect(manifest).toMatchObject({ DestinationBucket: 'b', ResultFiles: { FAILED: [], PENDING: [] } });
    const [file] = manifest.ResultFiles.SUCCEEDED;
    const text = objects.get(file.Key) ?? '';
    expect(file.Size).toBe(Buffer.byteLength(text));
    const children = JSON.parse(text) as { Name: string; Input: string; Output: string; Status: string }[];
    expect(children.map((child) => JSON.parse(child.Output))).toEqual(
      Array.from({ length: 300 }, (_, n) => ({ doubled: 2 * n, i: n, name: 'r7' })),
    );
    expect(new Set(children.map((child) => child.Name)).size).toBe(300);
    expect(most).toBe(7);
  });

  test('children have a name of their own', async () => {
    const states = {
      Child: { ...pass, Parameters: { 'name.$': '$$.Execution.Name', 'input.$': '$$.Execution.Input' } },
    };
    const { output } = (await run(distributed({ ItemsPath: '$.list' }, states), { list: [1] })) as {
      output: { name: string; input: number }[];
    };
    expect(output).toEqual([{ name: expect.stringMatching(/^[0-9a-f-]{36}$/), input: 1 }]);
  });

  test('one child that fails for good fails the map; a child that caught its failure does not', async () => {
    const unlucky = ({ n }: { n: number }) => {
      if (n === 2) throw Object.assign(new Error('two'), { name: 'Unlucky' });
      return n;
    };
    const list = [1, 2, 3].map((n) => ({ n }));
    const objects = new Map<string, string>();
    const failed = await run(
      distributed({ ItemsPath: '$.list', ResultWriter: writer }),
      { list, run: 'r' },
      unlucky,
      objects,
    );
    expect(failed).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
      cause: expect.stringContaining('Unlucky'),
    });
    expect([...objects.keys()].some((key) => key.endsWith('FAILED_0.json'))).toBe(true);
    const caught = {
      Child: task({ Catch: [{ ErrorEquals: ['Unlucky'], Next: 'Noted' }] }),
      Noted: { ...pass, Result: 'noted' },
    };
    expect(await run(distributed({ ItemsPath: '$.list' }, caught), { list }, unlucky)).toEqual({
      status: 'SUCCEEDED',
      output: [1, 'noted', 3],
    });
  });

  test.each([
    ['is not there', new Map<string, string>()],
    ['is no array', new Map([['k', '{}']])],
    ['is no JSON', new Map([['k', 'x']])],
  ])('an object of items that %s', async (_, objects) => {
    expect(await run(distributed({ ItemReader: reader }), { key: 'k' }, String, objects)).toMatchObject({
      status: 'FAILED',
      error: 'States.ItemReaderFailed',
    });
  });

  test('no items are no work', async () => {
    expect(await run(distributed({ ItemsPath: '$.list' }), { list: [] })).toEqual({ status: 'SUCCEEDED', output: [] });
  });
});

describe('what is not in the subset is refused, with its place', () => {
  const choices = (rule: object) => one({ Type: 'Choice', Choices: [{ ...rule, Next: 'B' }] }, { B: pass });
  test.each<[string, Asl, string]>([
    ['JSONata', { ...one(pass), QueryLanguage: 'JSONata' }, 'definition.QueryLanguage'],
    ['Assign', one({ ...pass, Assign: {} }), 'definition.States.A.Assign: this field is not known here'],
    ['Parallel', one({ Type: 'Parallel', Branches: [], End: true }), 'A.Type: Parallel is not a state known here'],
    ['a misspelt field', one(task({ TimeOutSeconds: 1 })), 'A.TimeOutSeconds: this field'],
    ['another integration', one(task({ Resource: 'arn:aws:states:::sqs:sendMessage' })), 'A.Resource'],
    ['a callback', one(task({ Resource: `${LAMBDA_INVOKE}.waitForTaskToken` })), 'A.Resource'],
    [
      'a parameter of the integration',
      one(task({ Resource: LAMBDA_INVOKE, Parameters: { FunctionName: 'f', Qualifier: '1' } })),
      'A.Parameters.Qualifier',
    ],
    ['a path to many', one({ ...pass, Parameters: { 'a.$': '$.x[*]' } }), 'A.Parameters.a.$: $.x[*] is not a path'],
    ['a recursive path', one({ ...pass, InputPath: '$..x' }), 'A.InputPath'],
    ['the state in the context', one({ ...pass, Parameters: { 'a.$': '$$.State.EnteredTime' } }), 'A.Parameters.a.$'],
    ['the item outside a selector', one({ ...pass, Parameters: { 'a.$': '$$.Map.Item.Value' } }), 'A.Parameters.a.$'],
    ['an intrinsic function', one({ ...pass, Parameters: { 'a.$': 'States.Hash($.x, $.y)' } }), 'A.Parameters.a.$'],
    [
      'a path inside one',
      one({ ...pass, Parameters: { 'a.$': "States.Format('{}', $.x[*])" } }),
      'A.Parameters.a.$: $.x[*]',
    ],
    ['a wait until', one({ Type: 'Wait', Timestamp: '2026-01-01T00:00:00Z', End: true }), 'A.Timestamp'],
    ['a comparison', choices({ Variable: '$.a', TimestampEquals: '' }), 'A.Choices[0]: TimestampEquals'],
    ['two comparisons', choices({ Variable: '$.a', IsNull: true, IsString: true }), 'A.Choices[0]: IsNull, IsString'],
    ['a state that is not there', one({ Type: 'Pass', Next: 'Nowhere' }), 'A: there is no state Nowhere'],
    ['neither Next nor End', one({ Type: 'Pass' }), 'A: needs either Next or End'],
    ['batches of a map', distributed({ ItemBatcher: {} }), 'A.ItemBatcher: this field'],
    ['tolerated failures', distributed({ ToleratedFailurePercentage: 1 }), 'A.ToleratedFailurePercentage: this field'],
    [
      'CSV items',
      distributed({
        ItemReader: { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'CSV' }, Parameters: {} },
      }),
      'ReaderConfig.InputType',
    ],
    [
      'a misspelt reader setting',
      distributed({
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'JSON', MaxItem: 1 },
          Parameters: {},
        },
      }),
      'ReaderConfig.MaxItem: this field',
    ],
    [
      'a listing',
      distributed({
        ItemReader: {
          Resource: 'arn:aws:states:::s3:listObjectsV2',
          ReaderConfig: { InputType: 'JSON' },
          Parameters: {},
        },
      }),
      'ItemReader.Resource',
    ],
    [
      'flattened results',
      distributed({
        ResultWriter: {
          Resource: 'arn:aws:states:::s3:putObject',
          Parameters: {},
          WriterConfig: { Transformation: 'FLATTEN' },
        },
      }),
      'WriterConfig: only Transformation NONE',
    ],
    [
      'trouble in a child',
      distributed({}, { Child: task({ HeartbeatSeconds: 1 }) }),
      'A.ItemProcessor.States.Child.HeartbeatSeconds',
    ],
    [
      'two states of one name',
      distributed({}, { Child: { ...pass, End: undefined, Next: 'A' }, A: pass }),
      'two states have the name A',
    ],
  ])('%s', (_, definition, message) => {
    expect(checkDefinition(JSON.parse(JSON.stringify(definition))).join('\n')).toContain(message);
    expect(() => prepareMachine(JSON.parse(JSON.stringify(definition)), 'm', 'r', worldOf(String, new Map()))).toThrow(
      message,
    );
  });
});
