import type { MeterReading } from '../../local/meter.ts';
import { thousands } from '../measure.ts';
import { costOf, getsOf, putsOf, requestsOf } from '../prices.ts';
import type { Customer } from './fleet.ts';
import type { Phase } from './stage.ts';

/** Columns of the table: what is counted, and how. */
const COLUMNS: readonly (readonly [string, (asked: MeterReading) => number])[] = [
  ['read units', ({ readUnits }) => readUnits],
  ['write units', ({ writeUnits }) => writeUnits],
  ['DynamoDB requests', ({ requests }) => requestsOf(requests, 'dynamodb')],
  ['S3 puts', putsOf],
  ['S3 gets', getsOf],
  ['SQS requests', ({ requests }) => requestsOf(requests, 'sqs')],
  ['invocations', ({ invocations }) => Object.values(invocations).reduce((sum, times) => sum + times, 0)],
  ['state transitions', ({ transitions }) => transitions],
  ['map children', ({ children }) => children],
  ['dollars', costOf],
];

/** What a shape came to, as a page: counts a thousand subscriptions by step, memory of functions, largest state. */
export function sections(
  shape: { readonly name: string; readonly customers: readonly Customer[] },
  phases: readonly Phase[],
  memory: Readonly<Record<string, number>>,
): string {
  const subscriptions = shape.customers.reduce((sum, each) => sum + each.subscriptions, 0);
  const each = (value: number) => (value === 0 ? '0' : figure((value * 1000) / subscriptions));
  const rows = [...Map.groupBy(phases, ({ name }) => name)].map(([name, steps]) => {
    const counts = COLUMNS.map(([, count]) => each(total(steps, count)));
    const seconds = steps.reduce((sum, step) => sum + step.seconds, 0);
    return `| ${name}${steps.length === 1 ? '' : `, ${steps.length} times`} | ${seconds.toFixed(0)} | ${counts.join(' | ')} |`;
  });
  const whole = phases.filter(({ name }) => /draft|post/.test(name));
  const functions = Object.entries(memory).map(([name, megabytes]) => `${shortName(name)} ${megabytes} MB`);
  return [
    `## ${shape.name}: ${thousands(shape.customers.length)} accounts, ${thousands(subscriptions)} subscriptions`,
    '',
    'A thousand subscriptions, by step; dollars at list price, compute and storage apart.',
    '',
    `| step | seconds here | ${COLUMNS.map(([name]) => name).join(' | ')} |`,
    `|---|--:|${COLUMNS.map(() => '--:|').join('')}`,
    ...rows,
    '',
    `Drafting and posting in all: ${COLUMNS.map(([name, count]) => `${thousandsOf(total(whole, count))} ${name}`).join(', ')}.`,
    `The largest state of an execution had ${thousands(phases.at(-1)?.asked.largestState ?? 0)} bytes (262,144 are allowed).`,
    `Largest memory: ${functions.sort().join(', ')}.`,
    '',
  ].join('\n');
}

/** "iot-billing-local-billing-BillingOpenRunFunction17030BAE" as "BillingOpenRun". */
function shortName(name: string): string {
  return name.replace(/^.*-local-billing-/, '').replace(/Fun[a-z]*-?[0-9A-Fa-f]*$/, '');
}

function total(phases: readonly Phase[], count: (asked: MeterReading) => number): number {
  return phases.reduce((sum, { asked }) => sum + count(asked), 0);
}

function figure(value: number): string {
  return value < 10 ? String(Number(value.toPrecision(2))) : thousands(value);
}

function thousandsOf(value: number): string {
  return value < 100 ? String(Number(value.toPrecision(3))) : thousands(value);
}
