/** A piece of a state machine's definition. */
export type Asl = { [field: string]: unknown };

const common = ['Type', 'Comment', 'InputPath', 'OutputPath', 'Next', 'End'];
const parameters = ['Parameters', 'ResultPath', 'ResultSelector'];
const errors = ['Retry', 'Catch'];
const mapFields = ['ItemProcessor', 'ItemsPath', 'ItemSelector', 'MaxConcurrency'];
const stateFields: Record<string, string[]> = {
  Task: [...common, ...parameters, ...errors, 'Resource', 'TimeoutSeconds'],
  Pass: [...common, 'Parameters', 'ResultPath', 'Result'],
  Wait: [...common, 'Seconds', 'SecondsPath'],
  Choice: ['Type', 'Comment', 'InputPath', 'OutputPath', 'Choices', 'Default'],
  Succeed: ['Type', 'Comment', 'InputPath', 'OutputPath'],
  Fail: ['Type', 'Comment', 'Error', 'ErrorPath', 'Cause', 'CausePath'],
  Map: [...common, ...errors, ...mapFields, 'ResultPath', 'ResultSelector', 'ItemReader', 'ResultWriter', 'Label'],
};
const comparison =
  /^(String(Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)(Path)?|StringMatches|Numeric(Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)(Path)?|BooleanEquals(Path)?|Is(Null|Present|Numeric|String|Boolean))$/;
const intrinsics =
  /^States\.(Format|StringToJson|JsonToString|Array|ArrayPartition|ArrayContains|ArrayRange|ArrayGetItem|ArrayLength|ArrayUnique|MathAdd|StringSplit|UUID)\(.*\)$/s;
const referencePath = /^\$((\.[A-Za-z_][A-Za-z0-9_-]*)|(\[\d+\])|(\['[^'\]]+'\]))*$/;
const contextPath = /^\$\$\.(Execution\.(Id|Name|StartTime|RoleArn|Input((\.[A-Za-z_]\w*)*))|StateMachine\.(Id|Name))$/;
const itemPath = /^\$\$\.Map\.Item\.(Index|Value((\.[A-Za-z_]\w*)|(\[\d+\]))*)$/;

/** ARN of the optimised Lambda integration. */
export const LAMBDA_INVOKE = 'arn:aws:states:::lambda:invoke';
const functionArn = /^arn:aws:lambda:[^:]+:\d{12}:function:[A-Za-z0-9_-]+(:\$LATEST)?$/;

/** An intrinsic function's text without its quoted arguments. */
function withoutText(expression: string): string {
  return expression.replace(/'(\\.|[^'\\])*'/gs, '');
}

function isObject(value: unknown): value is Asl {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Checks a definition field by field against the subset of the Amazon States Language that runs here as it does on AWS.
 * Returns every problem, with the state and the field.
 */
export function checkDefinition(definition: Asl): string[] {
  const problems: string[] = [];
  const names = new Set<string>();
  const fields = (value: unknown, allowed: string[], at: string): Asl => {
    if (!isObject(value)) {
      problems.push(`${at}: must be an object`);
      return {};
    }
    for (const field of Object.keys(value))
      if (!allowed.includes(field)) problems.push(`${at}.${field}: this field is not known here`);
    return value;
  };

  function path(value: unknown, at: string, inItemSelector: boolean): void {
    if (value === undefined || value === null) return;
    const text = String(value);
    if (referencePath.test(text) || contextPath.test(text) || (inItemSelector && itemPath.test(text))) return;
    problems.push(`${at}: ${text} is not a path that names exactly one value known here`);
  }

  function template(value: unknown, at: string, inItemSelector: boolean): void {
    if (Array.isArray(value)) return void value.forEach((one, i) => void template(one, `${at}[${i}]`, inItemSelector));
    if (!isObject(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      if (!key.endsWith('.$')) template(inner, `${at}.${key}`, inItemSelector);
      else if (String(inner).startsWith('$')) path(inner, `${at}.${key}`, inItemSelector);
      else if (!intrinsics.test(String(inner)))
        problems.push(`${at}.${key}: ${inner} is no intrinsic function known here`);
      else
        for (const [argument] of withoutText(String(inner)).matchAll(/\$[^,()\s]*/g))
          path(argument, `${at}.${key}`, inItemSelector);
    }
  }

  function choice(value: unknown, at: string, top: boolean): void {
    const rule = isObject(value) ? value : {};
    const rest = Object.keys(rule).filter((field) => field !== 'Comment' && !(top && field === 'Next'));
    if (top && typeof rule.Next !== 'string') problems.push(`${at}: a choice needs Next`);
    const [combinator] = rest;
    if (rest.length === 1 && (combinator === 'And' || combinator === 'Or'))
      return void (rule[combinator] as unknown[]).forEach(
        (one, i) => void choice(one, `${at}.${combinator}[${i}]`, false),
      );
    if (rest.length === 1 && combinator === 'Not') {
      choice(rule.Not, `${at}.Not`, false);
      return;
    }
    const operators = rest.filter((field) => field !== 'Variable');
    if (operators.length !== 1 || !comparison.test(operators[0] ?? ''))
      problems.push(`${at}: ${operators.join(', ') || 'nothing'} is not one comparison known here`);
    path(rule.Variable, `${at}.Variable`, false);
  }

  function retriers(state: Asl, at: string): void {
    const check = (list: unknown, allowed: string[], name: string) => {
      for (const [i, one] of ((list as unknown[] | undefined) ?? []).entries()) {
        const entry = fields(one, allowed, `${at}.${name}[${i}]`);
        if (!Array.isArray(entry.ErrorEquals) || entry.ErrorEquals.length === 0)
          problems.push(`${at}.${name}[${i}].ErrorEquals: must name errors`);
        path(entry.ResultPath, `${at}.${name}[${i}].ResultPath`, false);
      }
    };
    check(
      state.Retry,
      ['Comment', 'ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds', 'JitterStrategy'],
      'Retry',
    );
    check(state.Catch, ['Comment', 'ErrorEquals', 'Next', 'ResultPath'], 'Catch');
  }

  function task(state: Asl, at: string): void {
    if (state.Resource === LAMBDA_INVOKE) {
      fields(
        state.Parameters,
        ['FunctionName', 'FunctionName.$', 'Payload', 'Payload.$', 'InvocationType'],
        `${at}.Parameters`,
      );
    } else if (!functionArn.test(String(state.Resource)))
      problems.push(`${at}.Resource: ${state.Resource} is not an integration known here`);
  }

  function map(state: Asl, at: string): void {
    const processor = isObject(state.ItemProcessor) ? state.ItemProcessor : {};
    const config = fields(
      processor.ProcessorConfig ?? {},
      ['Mode', 'ExecutionType'],
      `${at}.ItemProcessor.ProcessorConfig`,
    );
    const distributed = config.Mode === 'DISTRIBUTED';
    if (!distributed && config.Mode !== undefined && config.Mode !== 'INLINE')
      problems.push(`${at}: Mode ${config.Mode} is not known here`);
    if (distributed && config.ExecutionType !== 'EXPRESS' && config.ExecutionType !== 'STANDARD')
      problems.push(`${at}: a Distributed Map needs an ExecutionType`);
    template(state.ItemSelector, `${at}.ItemSelector`, true);
    path(state.ItemsPath, `${at}.ItemsPath`, false);
    if (state.ItemReader !== undefined) {
      const reader = fields(state.ItemReader, ['Resource', 'ReaderConfig', 'Parameters'], `${at}.ItemReader`);
      if (reader.Resource !== 'arn:aws:states:::s3:getObject')
        problems.push(`${at}.ItemReader.Resource: only s3:getObject is known here`);
      const settings = fields(reader.ReaderConfig, ['InputType', 'MaxItems'], `${at}.ItemReader.ReaderConfig`);
      if (settings.InputType !== 'JSON')
        problems.push(`${at}.ItemReader.ReaderConfig.InputType: only JSON is known here`);
      fields(reader.Parameters, ['Bucket', 'Bucket.$', 'Key', 'Key.$'], `${at}.ItemReader.Parameters`);
      template(reader.Parameters, `${at}.ItemReader.Parameters`, false);
      if (!distributed) problems.push(`${at}.ItemReader: only a Distributed Map has one`);
    }
    if (state.ResultWriter !== undefined) {
      const writer = fields(state.ResultWriter, ['Resource', 'Parameters', 'WriterConfig'], `${at}.ResultWriter`);
      if (writer.Resource !== 'arn:aws:states:::s3:putObject')
        problems.push(`${at}.ResultWriter.Resource: only s3:putObject is known here`);
      fields(writer.Parameters, ['Bucket', 'Bucket.$', 'Prefix', 'Prefix.$'], `${at}.ResultWriter.Parameters`);
      template(writer.Parameters, `${at}.ResultWriter.Parameters`, false);
      const config = fields(
        writer.WriterConfig ?? {},
        ['Transformation', 'OutputType'],
        `${at}.ResultWriter.WriterConfig`,
      );
      if ((config.Transformation ?? 'NONE') !== 'NONE' || (config.OutputType ?? 'JSON') !== 'JSON')
        problems.push(`${at}.ResultWriter.WriterConfig: only Transformation NONE and OutputType JSON are known here`);
      if (!distributed) problems.push(`${at}.ResultWriter: only a Distributed Map has one`);
    }
    const { ProcessorConfig: _, ...child } = processor;
    machine(child, `${at}.ItemProcessor`, ['Comment', 'StartAt', 'States']);
  }

  function state(name: string, value: unknown, at: string, siblings: string[]): void {
    if (names.has(name)) problems.push(`${at}: two states have the name ${name}`);
    names.add(name);
    const type = isObject(value) ? String(value.Type) : '';
    const allowed = stateFields[type];
    if (!allowed) return void problems.push(`${at}.Type: ${type} is not a state known here`);
    const checked = fields(value, allowed, at);
    for (const field of ['InputPath', 'OutputPath', 'ResultPath', 'SecondsPath', 'ErrorPath', 'CausePath'])
      path(checked[field], `${at}.${field}`, false);
    template(checked.Parameters, `${at}.Parameters`, false);
    template(checked.ResultSelector, `${at}.ResultSelector`, false);
    retriers(checked, at);
    const choices = (checked.Choices as unknown[] | undefined) ?? [];
    choices.forEach((one, i) => void choice(one, `${at}.Choices[${i}]`, true));
    if (type === 'Task') task(checked, at);
    if (type === 'Map') map(checked, at);
    if (type === 'Pass' && 'Result' in checked && !checked.Result)
      problems.push(`${at}.Result: an empty result is not known here`);
    const catches = ((checked.Catch as unknown[] | undefined) ?? []).filter(isObject);
    const targets = [
      checked.Next,
      checked.Default,
      ...choices.filter(isObject).map((one) => one.Next),
      ...catches.map((one) => one.Next),
    ];
    for (const target of targets)
      if (target !== undefined && !siblings.includes(String(target)))
        problems.push(`${at}: there is no state ${target}`);
    if (!['Choice', 'Succeed', 'Fail'].includes(type) && (checked.Next === undefined) === (checked.End !== true))
      problems.push(`${at}: needs either Next or End`);
  }

  function machine(value: unknown, at: string, allowed: string[]): void {
    const checked = fields(value, allowed, at);
    const states = isObject(checked.States) ? checked.States : {};
    const siblings = Object.keys(states);
    if (!siblings.includes(String(checked.StartAt)))
      problems.push(`${at}.StartAt: there is no state ${checked.StartAt}`);
    for (const [name, one] of Object.entries(states)) state(name, one, `${at}.States.${name}`, siblings);
  }

  machine(definition, 'definition', ['Comment', 'StartAt', 'States', 'TimeoutSeconds', 'Version', 'QueryLanguage']);
  if ((definition.QueryLanguage ?? 'JSONPath') !== 'JSONPath')
    problems.push('definition.QueryLanguage: only JSONPath is known here');
  return problems;
}
