import type { MeterReading } from '../../local/meter.ts';
import { thousands } from '../measure.ts';
import { type Costs, costsOf, getsOf, putsOf, requestsOf } from '../prices.ts';
import { allOf, type Measured, readMeasured, type Step } from './measured.ts';

/** A column of a table: what is counted, and how. */
type Column = readonly [name: string, count: (asked: MeterReading) => number];

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const kilobytes = (bytes: number) => bytes / 1000;

const COUNTS: readonly Column[] = [
  ['write units', ({ writeUnits }) => writeUnits],
  ['read units', ({ readUnits }) => readUnits],
  ['DynamoDB requests', ({ requests }) => requestsOf(requests, 'dynamodb')],
  ['kB of items written', ({ itemBytesWritten }) => kilobytes(itemBytesWritten)],
  ['kB read', ({ itemBytesRead }) => kilobytes(itemBytesRead)],
  ['S3 puts', putsOf],
  ['S3 gets', getsOf],
  ['kB of objects written', ({ objectBytesWritten }) => kilobytes(objectBytesWritten)],
  ['kB read', ({ objectBytesRead }) => kilobytes(objectBytesRead)],
  ['SQS requests', ({ requests }) => requestsOf(requests, 'sqs')],
  ['invocations', ({ invocations }) => total(Object.values(invocations))],
  ['state transitions', ({ transitions }) => transitions],
  ['map children', ({ children }) => children],
];

/** Names of the steps that are a bill run: what comes before them is there without it. */
const OF_THE_RUN = /draft|post/;

const TITLES: Readonly<Record<string, string>> = {
  account: 'One account',
  accounts: 'Accounts of one to five subscriptions',
  cycles: 'Twenty-eight cycles in a month',
};

/** The page of all that was measured and kept in a folder. */
export function page(folder: string): string {
  const all = readMeasured(folder);
  const shapes = Map.groupBy(
    all.filter(({ isWhole }) => isWhole),
    ({ shape }) => shape,
  );
  const largest = [...shapes.values()].map((of) => of.at(-1) as Measured);
  return [
    ...HEAD,
    ...largest.flatMap(countsOf),
    ...growthOf(all),
    ...memoryOf(all),
    ...costTable(largest.filter(({ shape }) => shape !== 'cycles')),
  ].join('\n');
}

const HEAD = [
  '# Bill runs at size',
  '',
  'Whole fleets on the embedded cloud: loaded, their usage mediated and rated, then billed for October: drafted, approved, posted, every document proved',
  'and rendered as PDF. What is counted is the same on every machine; seconds are not. Five records a subscription, in one file.',
  '',
  '```',
  'nice -n -5 taskset -c 1 node bench/scale.ts account 100000    # one account; a size of your own does as well',
  'nice -n -5 taskset -c 1 node bench/scale.ts accounts 20000    # accounts of one to five subscriptions, one cycle',
  'nice -n -5 taskset -c 1 node bench/scale.ts cycles 2800       # the same on 28 billing days, the clock moved from day to day, the schedule starting what is due',
  'node bench/scale.ts                                           # writes this page anew',
  '```',
  '',
  'Each keeps what it measured in `scale/measured/` after every step. Settings as `scale/settings/` has them: slices of 5,000 subscriptions as everywhere,',
  'one child of a run at a time, for tables, buckets and functions share one processor.',
  '',
];

/** Accounts and subscriptions a shape is to be measured with. */
const FULL: Readonly<Record<string, readonly [accounts: number, subscriptions: number]>> = {
  account: [1, 100_000],
  accounts: [20_000, 60_000],
  cycles: [2800, 8400],
};

/** That a shape was not measured in its full size, and what that leaves open; nothing when it was. */
function shortOf({ shape, accounts, subscriptions }: Measured): string[] {
  const [ofAccounts, ofSubscriptions] = FULL[shape] ?? [0, 0];
  if (accounts >= ofAccounts && subscriptions >= ofSubscriptions) return [];
  return [
    `Short of its full size, which is ${thousands(ofAccounts)} ${ofAccounts === 1 ? 'account' : 'accounts'} and ${thousands(ofSubscriptions)} subscriptions: this is the largest that was measured to its end here.`,
    '',
  ];
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [
    `| ${columns.join(' | ')} |`,
    `|---|${columns
      .slice(1)
      .map(() => '--:|')
      .join('')}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
  ];
}

function titleOf({ shape, accounts, subscriptions }: Measured): string {
  return `${TITLES[shape]}: ${thousands(accounts)} accounts, ${thousands(subscriptions)} subscriptions`;
}

function countsOf(measured: Measured): string[] {
  const rows = measured.phases.map(({ name, times, seconds, asked }) => [
    times === 1 ? name : `${name}, ${times} times`,
    ...COUNTS.map(([, count]) => aThousand(count(asked), measured)),
    thousands(seconds),
  ]);
  return [
    `## ${titleOf(measured).replace('1 accounts', '1 account')}`,
    '',
    `${measured.machine}${measured.isWhole ? '' : '. Not measured to its end'}. A thousand subscriptions, by step; the last column is the whole step here.`,
    '',
    ...shortOf(measured),
    ...table(['step', ...COUNTS.map(([name]) => name), 'seconds here'], rows),
  ];
}

/** Of what grows with a run: whether it grows faster than the run does, and what does not grow at all. */
function growthOf(all: readonly Measured[]): string[] {
  const rows = all.filter(hasRun).map((measured) => {
    const run = runOf(measured);
    const processor = total(Object.values(run.functions).map(({ processorSeconds }) => processorSeconds));
    return [
      `${measured.shape}${measured.isWhole ? '' : ' (not to its end)'}`,
      thousands(measured.accounts),
      thousands(measured.subscriptions),
      aThousand(requestsOf(run.requests, 'dynamodb', 's3'), measured),
      aThousand(run.readUnits, measured),
      aThousand(run.writeUnits, measured),
      aThousand(processor, measured),
      thousands(run.transitions),
      thousands(run.children),
      String(run.mostStates),
      thousands(run.largestState),
      thousands(run.largestHistory),
    ];
  });
  return [
    '## What grows, and what does not',
    '',
    'Drafting and posting alone. Requests, units and processor time of functions are a thousand subscriptions’, so that they stay where they are when the',
    'work is linear. State and history are those of the largest execution: bytes given to one state (262,144 are allowed), states entered (a history has',
    'room for 25,000 events, five a state), and bytes given to all states of an execution. A draft of up to 50,000 records adds up its usage as it is',
    'closed (decision 53), two requests a subscription, one for each month it has usage in and what its account takes: of the runs here those of 1,000 accounts and of',
    '1,000 subscriptions and the cycles. It reads the usage of the whole month, of whomever it is: of 28 runs a month each reads all of it, so that their requests grow with the number of runs.',
    '',
    ...table(
      [
        'shape',
        'accounts',
        'subscriptions',
        'requests',
        'read units',
        'write units',
        'processor seconds',
        'transitions in all',
        'map children in all',
        'most states',
        'largest state',
        'largest history',
      ],
      rows,
    ),
  ];
}

function memoryOf(all: readonly Measured[]): string[] {
  const sizes = all.filter(hasRun);
  const readings = sizes.map(({ phases }) => allOf(phases.map(({ asked }) => asked)));
  const names = [...new Set(readings.flatMap(({ functions }) => Object.keys(functions)))].sort();
  const rows = names.map((name) => [
    shortName(name),
    ...readings.map(({ functions }) => thousands(functions[name]?.largestMegabytes ?? 0)),
  ]);
  return [
    '## Memory',
    '',
    'The most memory a process of each function had, in MB, Node itself (about 75) among it. The accounts of 20,000 and of 100,000 subscriptions were measured',
    'before rating summed small payers as it goes along (RatingRateUsage) and itemised usage was written in several files (InvoicingRenderDocuments).',
    '',
    ...table(['function', ...sizes.map(({ shape, subscriptions }) => `${shape} ${thousands(subscriptions)}`)], rows),
  ];
}

const COST_COLUMNS: readonly (readonly [string, (costs: Costs) => number])[] = [
  ['DynamoDB', ({ dynamodb }) => dynamodb],
  ['S3', ({ s3 }) => s3],
  ['Step Functions', ({ stepFunctions }) => stepFunctions],
  ['EventBridge', ({ eventBridge }) => eventBridge],
  ['Lambda requests', ({ invocations }) => invocations],
  ['Lambda GB-seconds', ({ compute }) => compute],
];

/** What mediating a million records costs, by how many a subscription has in a chunk: as design and the benchmark of requests have it. */
const MEDIATED = [
  [1, 0.626],
  [5, 0.126],
  [50, 0.026],
] as const;
/** Records of a subscription in a month, for the comparison. */
const RECORDS_A_MONTH = 30;

function costTable(largest: readonly Measured[]): string[] {
  const rows = largest.flatMap((measured) =>
    [1, 10, 100].map((millions) => {
      const costs = costsOf(runOf(measured));
      const times = (millions * 1_000_000) / measured.subscriptions;
      const all = COST_COLUMNS.map(([, cost]) => cost(costs) * times);
      return [`${measured.shape}`, `${millions} million`, ...all.map(dollars), `**${dollars(total(all))}**`];
    }),
  );
  const mediated = [1, 10, 100].map((millions) => [
    `${millions} million`,
    ...MEDIATED.map(([, each]) => dollars(each * RECORDS_A_MONTH * millions)),
  ]);
  return [
    '## What a run costs',
    '',
    'From the counts above, in dollars at the list prices of us-east-1 (November 2026, from the price pages of each service): DynamoDB on demand 0.625 a',
    'million write units and 0.125 a million read units; S3 Standard 5 a million puts and 0.40 a million gets; Step Functions 25 a million standard transitions',
    'and 1 a million Express requests; EventBridge 1 a million events; Lambda 0.20 a million requests and 0.0000133334 a gigabyte-second on arm64. Gigabyte-seconds',
    'are processor time measured here by the memory a function is given; the time it waits for tables and buckets comes on top and is paid for as well. Storage',
    'is apart. One account was measured up to 100,000 subscriptions, accounts of one to five up to 20,000, and what is counted a thousand did not grow: larger runs are',
    'extrapolated as more children of the same map.',
    '',
    ...table(['shape', 'subscriptions', ...COST_COLUMNS.map(([name]) => name), 'in all'], rows),
    `Beside it, what it costs to mediate the usage of such a fleet until it is committed, ${RECORDS_A_MONTH} records a subscription and month, compute apart`,
    '(0.63, 0.13 and 0.03 dollars a million records, [measured](RESULTS.md); the design says 0.80, 0.18 and 0.05):',
    '',
    ...table(['subscriptions', ...MEDIATED.map(([each]) => `${each} a subscription and chunk`)], mediated),
  ];
}

function hasRun({ phases }: Measured): boolean {
  return phases.some(({ name }) => /post/.test(name));
}

function runOf({ phases }: Measured): MeterReading {
  return allOf(phases.filter(({ name }: Step) => OF_THE_RUN.test(name)).map(({ asked }) => asked));
}

/** "iot-billing-local-billing-BillingOpenRunFunction17030BAE" as "BillingOpenRun". */
function shortName(name: string): string {
  return name.replace(/^.*-local-billing-/, '').replace(/Fu[a-z]*-?[0-9A-Fa-f]*$/, '');
}

function aThousand(value: number, { subscriptions }: Measured): string {
  const each = (value * 1000) / subscriptions;
  return each === 0 ? '0' : each < 10 ? String(Number(each.toPrecision(2))) : thousands(each);
}

function dollars(value: number): string {
  return value === 0 ? '0' : value < 10 ? value.toPrecision(2) : thousands(value);
}
