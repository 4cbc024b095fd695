import { Duration } from 'aws-cdk-lib';

type Size = {
  /** The time-out. What reads a queue hides its messages for six of these. */
  seconds: number;
  /** In MB; the share of a processor grows with it. */
  memory: number;
};

/** From this size on a function has one whole processor, which is all that one thread can use. */
const ONE_PROCESSOR = 1769;

/** The longest Lambda allows. */
const QUARTER_OF_AN_HOUR = 900;

/** A child of a map is an Express execution: all its tries must fit into the five minutes that one may live. */
export const CHILD = 60;

/**
 * Every function, by the file of its entry point below `functions/`, with its size.
 *
 * Half a processor is enough where the time goes into waiting for tables, queues and buckets.
 */
export const functions = {
  // Decodes as a stream and computes all the time; a longer file goes on in the next invocation.
  'mediation/mediate-usage-file': { seconds: QUARTER_OF_AN_HOUR, memory: ONE_PROCESSOR },
  // Writes one chunk in seconds; minutes are for a table that is still growing to the load.
  'mediation/load-usage-chunk': { seconds: 300, memory: ONE_PROCESSOR },
  // A few keyed reads and one put for a whole batch of files.
  'mediation/commit-files': { seconds: 60, memory: 512 },
  // Looks through everything unfinished, and ends before the next one starts.
  'mediation/sweep': { seconds: 600, memory: 1024 },
  // Folds and prices what commits touched, and hands on what it has no time for.
  'rating/rate-usage': { seconds: QUARTER_OF_AN_HOUR, memory: ONE_PROCESSOR },
  // One entry may be the import of a million subscriptions: it hands on what it has no time for.
  'rating/project-facts': { seconds: QUARTER_OF_AN_HOUR, memory: ONE_PROCESSOR },
  // Reads the cycles and starts what is due.
  'billing/start-due-runs': { seconds: 300, memory: 512 },
  // Lists the payers and subscriptions of a whole cycle.
  'billing/open-run': { seconds: QUARTER_OF_AN_HOUR, memory: ONE_PROCESSOR },
  'billing/measure-slice': { seconds: CHILD, memory: ONE_PROCESSOR },
  // As a child it has a minute. One account alone, which may have millions of subscriptions, has longer.
  'billing/invoice-payer': { seconds: QUARTER_OF_AN_HOUR, memory: ONE_PROCESSOR },
  // Sums over all drafts of a run, and compares with the last periods.
  'billing/close-draft': { seconds: QUARTER_OF_AN_HOUR, memory: ONE_PROCESSOR },
  // One put. Short, for it has to fit behind all the tries of the child that failed.
  'billing/record-failure': { seconds: 10, memory: 256 },
  'billing/prepare-posting': { seconds: QUARTER_OF_AN_HOUR, memory: 1024 },
  // Half the time of other children and twice their tries: posting has no other way than forwards.
  // Where taxes are decided at posting it drafts as well; what is decided stays so, and the next try goes on behind it.
  'billing/link-payers': { seconds: 30, memory: ONE_PROCESSOR },
  // Sorts the list of all documents of a run.
  'billing/number-documents': { seconds: QUARTER_OF_AN_HOUR, memory: 1024 },
  'billing/write-documents': { seconds: 30, memory: 1024 },
  'billing/commit-posting': { seconds: QUARTER_OF_AN_HOUR, memory: 1024 },
  // Computes all the time, and holds fonts, a document and its itemised usage. It has as long as what invoices.
  'invoicing/render-documents': { seconds: QUARTER_OF_AN_HOUR, memory: 3008 },
} satisfies Record<string, Size>;

/** The file of an entry point below `functions/`, without `.ts`. */
export type FunctionName = keyof typeof functions;

/** The time-out of a function. What reads a queue hides its messages for six of these. */
export function timeoutOf(name: FunctionName): Duration {
  return Duration.seconds(functions[name].seconds);
}
