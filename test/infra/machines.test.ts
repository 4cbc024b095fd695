import { describe, expect, test } from 'vitest';
import { type Json, ofType, referent, synthesise } from './synthesised.ts';

type State = [name: string, state: Json];

const { billing } = synthesise('prod');
const draftRun = definition('DraftRun');
const postRun = definition('PostRun');

/** What children of maps do. */
const CHILDREN = new Set(
  [draftRun, postRun].flatMap(mapsOf).flatMap(([, map]) => statesOf(map.ItemProcessor).map(([name]) => name)),
);

/** What AWS gives an Express execution to live, in seconds. */
const EXPRESS_LIFE = 300;

/** The fields we use of the Amazon States Language: what can be run and checked off AWS, and no more. */
const SUBSET: Record<string, string[]> = {
  Task: [
    'Type',
    'Resource',
    'Parameters',
    'ResultPath',
    'OutputPath',
    'TimeoutSeconds',
    'Retry',
    'Catch',
    'Next',
    'End',
  ],
  Choice: ['Type', 'Choices', 'Default'],
  Pass: ['Type', 'End', 'Next'],
  Map: ['Type', 'ItemReader', 'ItemSelector', 'ItemProcessor', 'MaxConcurrency', 'ResultWriter', 'ResultPath', 'Next'],
};

describe.each([
  ['DraftRun', draftRun],
  ['PostRun', postRun],
])('%s', (id, machine) => {
  const states = [...statesOf(machine), ...mapsOf(machine).flatMap(([, map]) => statesOf(map.ItemProcessor))];
  const tasks = states.filter(([, { Type }]) => Type === 'Task');

  test('uses the subset of the language that runs off AWS', () => {
    for (const [name, state] of states) {
      expect([name, Object.keys(state).filter((field) => !SUBSET[state.Type]?.includes(field))]).toEqual([name, []]);
    }
    expect(Object.keys(machine).sort()).toEqual(['Comment', 'StartAt', 'States', 'TimeoutSeconds']);
  });

  test.each(tasks)(
    '%s waits a little longer than its function or, a child, than a minute, and tries again with jitter',
    (name, task) => {
      const timeout = functionOf(task).Properties.Timeout;
      const longest = CHILDREN.has(name) ? Math.min(timeout, 60) : timeout;
      expect(task.Resource).toBe('arn:aws:states:::lambda:invoke');
      expect(task.TimeoutSeconds).toBeGreaterThan(longest);
      expect(task.TimeoutSeconds).toBeLessThanOrEqual(longest + 10);
      expect(task.Retry).toHaveLength(1);
      expect(task.Retry[0]).toMatchObject({ ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL', BackoffRate: 2 });
      expect(task.Retry[0].MaxAttempts).toBeGreaterThanOrEqual(2);
    },
  );

  test.each(mapsOf(machine))('a child of %s ends, with all its tries, before AWS ends it', (_, { ItemProcessor }) => {
    const longest = statesOf(ItemProcessor).reduce((seconds, [, task]) => seconds + longestOf(task), 0);
    expect(ItemProcessor.ProcessorConfig).toEqual({ Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' });
    expect(longest).toBeLessThan(EXPRESS_LIFE);
  });

  test.each(mapsOf(machine))('%s reads its batches from S3 and leaves nothing in the state', (_, map) => {
    expect(map.ItemReader).toMatchObject({
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType: 'JSON' },
      Parameters: { 'Key.$': expect.stringMatching(/^\$\.\w+Key$/) },
    });
    expect(map.ItemSelector).toEqual({ 'runId.$': '$.runId', 'item.$': '$$.Map.Item.Value' });
    expect(map.ResultWriter.Parameters.Prefix).toBe('map-results');
    expect(map.ResultPath).toBeNull();
    expect(map.MaxConcurrency).toBe(200);
  });

  test('a run of one batch uses no map, and one of none does nothing', () => {
    for (const [name, choice] of states.filter(([, { Type }]) => Type === 'Choice')) {
      const [none, one] = choice.Choices;
      const step = name.replace(/Count$/, '');
      expect(none.NumericEquals).toBe(0);
      expect(one).toMatchObject({ NumericEquals: 1, Next: `${step}Alone` });
      expect(choice.Default).toBe(`${step}Each`);
      const after = machine.States[choice.Default].Next;
      expect([none.Next, machine.States[`${step}Alone`].Next]).toEqual([after, after]);
    }
  });

  test('the one batch is done as a child would do it, with all the time of its function', () => {
    for (const [name, map] of mapsOf(machine)) {
      const [[, child] = [], [, failed] = []] = statesOf(map.ItemProcessor);
      const step = name.replace(/Each$/, '');
      expect(essence(machine.States[`${step}Alone`])).toEqual(essence(child));
      expect(essence(machine.States[`${step}AloneFailed`])).toEqual(essence(failed));
    }
  });

  test('may invoke the functions it names, and no others', () => {
    const [, policy] =
      ofType(billing, 'AWS::IAM::Policy').find(([each]) => each.startsWith(`Billing${id}RoleDefaultPolicy`)) ?? [];
    const statement = policy?.Properties.PolicyDocument.Statement.find(
      (each: Json) => each.Action === 'lambda:InvokeFunction',
    );
    const named = tasks.map(([, task]) => referent(task.Parameters.FunctionName));
    expect(statement.Resource.map(referent).sort()).toEqual([...new Set(named)].sort());
  });

  test('is a standard one, keeps a log without data of customers, and ends within a day', () => {
    const [, { Properties }] = machineOf(id);
    expect(Properties.StateMachineType).toBe('STANDARD');
    expect(Properties.LoggingConfiguration).toMatchObject({ Level: 'ALL', IncludeExecutionData: false });
    expect(machine.TimeoutSeconds).toBe(24 * 3600);
  });
});

test('a draft run projects, opens, measures, invoices, closes', () => {
  expect(steps(draftRun)).toEqual(['ProjectFacts', 'OpenRun', 'MeasureSliceEach', 'InvoicePayerEach', 'CloseDraft']);
});

test('a post run prepares, links, numbers, writes, commits, and renders last of all', () => {
  expect(steps(postRun)).toEqual([
    ...['PreparePosting', 'LinkPayersEach', 'NumberDocuments', 'WriteDocumentsEach'],
    ...['CommitPosting', 'RenderDocumentsEach', 'Posted'],
  ]);
});

test('a batch of a draft run that fails for good is recorded, and the others go on', () => {
  for (const scope of [draftRun, ...mapsOf(draftRun).map(([, map]) => map.ItemProcessor)]) {
    const batches = statesOf(scope).filter(([name]) => /^(MeasureSlice|InvoicePayer)(Alone)?$/.test(name));
    expect(batches.length).toBeGreaterThan(0);
    for (const [name, task] of batches) {
      expect(task.Catch).toEqual([{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: `${name}Failed` }]);
      const failed = scope.States[`${name}Failed`];
      expect(referent(failed.Parameters.FunctionName)).toBe('RecordFailure');
      expect(failed.Parameters.Payload).toEqual({ ...task.Parameters.Payload, 'error.$': '$.error' });
    }
  }
});

test('who is invoiced or rendered alone has a quarter of an hour', () => {
  const alone = [draftRun.States.InvoicePayerAlone, postRun.States.RenderDocumentsAlone];
  expect(alone.map(({ TimeoutSeconds }) => TimeoutSeconds)).toEqual([905, 905]);
});

test('posting swallows no failure', () => {
  expect(JSON.stringify(postRun)).not.toContain('"Catch"');
});

function machineOf(id: string) {
  const found = ofType(billing, 'AWS::StepFunctions::StateMachine').find(([each]) => each.startsWith(`Billing${id}`));
  if (!found) throw new Error(`There is no state machine ${id}`);
  return found;
}

/** The definition as a machine has it, with references left as `{"Fn::GetAtt":…}`. */
function definition(id: string): Json {
  const [, { Properties }] = machineOf(id);
  const parts: Json[] = Properties.DefinitionString['Fn::Join'][1];
  const text = parts.map((part) => {
    if (typeof part === 'string') return part;
    return part.Ref === 'AWS::Partition' ? 'aws' : JSON.stringify(JSON.stringify(part)).slice(1, -1);
  });
  return JSON.parse(text.join(''));
}

function statesOf(machine: Json): State[] {
  return Object.entries(machine.States);
}

function mapsOf(machine: Json): State[] {
  return statesOf(machine).filter(([, { Type }]) => Type === 'Map');
}

/** The way of a large run: from the start, by the default of every choice. */
function steps(machine: Json): string[] {
  const way: string[] = [];
  for (let name = machine.StartAt; name !== undefined; ) {
    const state = machine.States[name];
    if (state.Type !== 'Choice') way.push(name);
    name = state.Next ?? state.Default;
  }
  return way;
}

/** What a task does, apart from where it finds its batch and where it goes. */
function essence(task: Json) {
  if (!task) return undefined;
  const { FunctionName, Payload } = task.Parameters;
  return { FunctionName, told: Object.keys(Payload), Retry: task.Retry };
}

function functionOf(task: Json) {
  const [id] = JSON.parse(task.Parameters.FunctionName)['Fn::GetAtt'];
  const found = billing.Resources[id];
  if (!found) throw new Error(`There is no function ${id}`);
  return found;
}

/** Seconds that a task can take: every try until its time-out, and every pause at its longest. */
function longestOf({ TimeoutSeconds, Retry: [{ IntervalSeconds, MaxAttempts, BackoffRate }] }: Json): number {
  const pauses = Array.from({ length: MaxAttempts }, (_, attempt) => IntervalSeconds * BackoffRate ** attempt);
  return TimeoutSeconds * (MaxAttempts + 1) + pauses.reduce((sum, pause) => sum + pause, 0);
}
