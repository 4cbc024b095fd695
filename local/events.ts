import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { awsError } from './aws-error.ts';
import { ACCOUNT, nameOf, REGION } from './place.ts';
import type { Targets } from './targets.ts';

/** A rule on an event bus. */
export interface EventRule {
  bus: string;
  pattern: Record<string, unknown>;
  targetArns: string[];
}

type Envelope = Record<string, unknown>;

const matchers = ['prefix', 'suffix', 'exists', 'anything-but'];

function matchesOne(condition: unknown, value: unknown): boolean {
  if (typeof condition !== 'object' || condition === null) return condition === value;
  const test = condition as Record<string, unknown>;
  if ('exists' in test) return (value !== undefined) === test.exists;
  if ('prefix' in test) return typeof value === 'string' && value.startsWith(String(test.prefix));
  if ('suffix' in test) return typeof value === 'string' && value.endsWith(String(test.suffix));
  return value !== undefined && ![test['anything-but']].flat().includes(value);
}

/** Does an event match a pattern: every field named, one of its conditions; an array in the event counts by its elements. */
function matchesPattern(pattern: Record<string, unknown>, event: unknown): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const value = (event as Envelope | undefined)?.[field];
    if (!Array.isArray(wanted)) return matchesPattern(wanted as Record<string, unknown>, value);
    const values = Array.isArray(value) ? value : [value];
    return wanted.some((condition) => values.some((one) => matchesOne(condition, one)));
  });
}

/** What of a pattern is not understood here. */
export function checkPattern(pattern: Record<string, unknown>, at: string): string[] {
  return Object.entries(pattern).flatMap(([field, wanted]) => {
    if (!Array.isArray(wanted))
      return typeof wanted === 'object' && wanted !== null
        ? checkPattern(wanted as never, `${at}.${field}`)
        : [`${at}.${field}: must be an array`];
    return wanted.flatMap((condition) => {
      if (typeof condition !== 'object' || condition === null) return [];
      const [name = '', ...others] = Object.keys(condition);
      return others.length === 0 && matchers.includes(name)
        ? []
        : [`${at}.${field}: ${name} is not a comparison known here`];
    });
  });
}

/** The EventBridge API: events are appended to a file, and sent to the targets of the rules they match. */
export interface EventBuses {
  answer(operation: string, input: Record<string, unknown>): Promise<object>;
}

const taken = ['Source', 'DetailType', 'Detail', 'EventBusName', 'Resources', 'Time', 'TraceHeader'];
const LONGEST_REQUEST = 1024 * 1024;

/** Opens the buses; `file` gets one JSON line an event. */
export function openEventBuses(
  file: string,
  buses: ReadonlySet<string>,
  rules: EventRule[],
  targets: Targets,
  now: () => number,
  log: (line: string) => void,
): EventBuses {
  function put(entry: Record<string, unknown>): object {
    const bus = nameOf(String(entry.EventBusName ?? 'default'));
    for (const field of Object.keys(entry))
      if (!taken.includes(field))
        throw awsError(400, 'ValidationException', `PutEvents: the field ${field} is not known here`);
    if (!buses.has(bus)) throw awsError(400, 'ResourceNotFoundException', `Event bus ${bus} does not exist.`);
    for (const field of ['Source', 'DetailType', 'Detail'])
      if (typeof entry[field] !== 'string')
        return {
          ErrorCode: 'InvalidArgument',
          ErrorMessage: `Parameter ${field} is not valid. Reason: ${field} is a required argument.`,
        };
    let detail: unknown;
    try {
      detail = JSON.parse(String(entry.Detail));
    } catch {
      return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    }
    const event = {
      version: '0',
      id: randomUUID(),
      'detail-type': entry.DetailType,
      source: entry.Source,
      account: ACCOUNT,
      time: new Date(typeof entry.Time === 'number' ? entry.Time * 1000 : now()).toISOString().replace(/\.\d+Z$/, 'Z'),
      region: REGION,
      resources: entry.Resources ?? [],
      detail,
    };
    appendFileSync(file, `${JSON.stringify({ eventBus: bus, ...event })}\n`);
    for (const rule of rules.filter((one) => one.bus === bus && matchesPattern(one.pattern, event)))
      for (const target of rule.targetArns)
        targets.send(target, JSON.stringify(event)).catch((thrown: Error) => log(`${target}: ${thrown.message}`));
    return { EventId: event.id };
  }

  return {
    async answer(operation, input) {
      if (operation !== 'PutEvents')
        throw awsError(400, 'UnknownOperationException', `EventBridge ${operation} is not part of the embedded cloud`);
      const entries = (input.Entries ?? []) as Record<string, unknown>[];
      if (entries.length < 1 || entries.length > 10)
        throw awsError(400, 'ValidationException', '1 validation error detected: 1 to 10 entries are put at once');
      if (Buffer.byteLength(JSON.stringify(entries)) > LONGEST_REQUEST)
        throw awsError(400, 'ValidationException', 'Total size of the entries in the request is over the limit.');
      const Entries = entries.map(put);
      return { FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length, Entries };
    },
  };
}
