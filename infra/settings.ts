import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';

/** CloudWatch keeps logs only for these numbers of days. */
const LOG_RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2557, 3653];

const concurrency = z.strictObject({
  /** Usage files mediated at the same time. */
  mediateUsageFile: z.int().min(2).max(1000),
  /** Chunks loaded at the same time: this is what bounds the writes a second on the usage table. */
  loadUsageChunk: z.int().min(2).max(1000),
  /** Batches of complete files committed at the same time. They meet at the tail of the commit log, so few are faster. */
  commitFiles: z.int().min(2).max(1000),
  /** Batches of touched usage rated at the same time. */
  rateUsage: z.int().min(2).max(1000),
  /** Projectors at work at the same time; the second one finds little to do. */
  projectFacts: z.int().min(2).max(1000),
  /** Children of one step of a bill run at the same time. */
  billRunChildren: z.int().min(1).max(10_000),
});

const schema = z.strictObject({
  /** What happens to tables and buckets when the stack is deleted: `retain` keeps them and refuses the deletion. */
  removal: z.enum(['destroy', 'retain']),
  /** Object Lock on the posted documents, or null. Can only be decided when the bucket is made. */
  invoiceLock: z.strictObject({ mode: z.enum(['governance', 'compliance']), years: z.int().min(1).max(30) }).nullable(),
  /** A posted period that ended this many months ago freezes. */
  backBillingMonths: z.int().min(1).max(60),
  /** Months that usage is kept beyond the back-billing limit. */
  usageRetentionMonths: z.int().min(1).max(120),
  /** What a commit touched is rated at most once in this many minutes. A queue can hold a message back no longer than 15. */
  ratingDelayMinutes: z.int().min(0).max(15),
  /** Records in a chunk of a usage file. */
  chunkRecords: z.int().min(100).max(250_000),
  /** Subscriptions measured by one child of a bill run, an account counted as five more. */
  sliceSubscriptions: z.int().min(1).max(50_000),
  /** A run is posted by someone other than who drafted it. */
  fourEyes: z.boolean(),
  /** Who approves a draft: a person, or a rule in its place where no check is red and every total is within 10 % of the median. */
  approval: z.enum(['person', 'rule']),
  /** The REST service of VIES, which is asked about VAT ids (`billing account verify-vat`), or null: it is not. */
  viesUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null),
  /** Days that logs are kept. */
  logRetentionDays: z
    .int()
    .refine((days) => LOG_RETENTION_DAYS.includes(days), `expected one of ${LOG_RETENTION_DAYS.join(', ')}`),
  /** Who is told of alarms, or null: then the alarms are seen in the console only. */
  alarmEmail: z.email().nullable(),
  concurrency,
});

/** How one environment is built and behaves; `environment` is the name of its file. */
export type Settings = z.infer<typeof schema> & { environment: string };

/** What the functions need to know: the value of their variable SETTINGS, as JSON. */
export function runtimeSettings(settings: Settings): string {
  const { environment, backBillingMonths, usageRetentionMonths, ratingDelayMinutes } = settings;
  const { chunkRecords, sliceSubscriptions, fourEyes, approval, viesUrl } = settings;
  return JSON.stringify({
    environment,
    backBillingMonths,
    usageRetentionMonths,
    ratingDelayMinutes,
    chunkRecords,
    sliceSubscriptions,
    fourEyes,
    approval,
    viesUrl,
  });
}

/**
 * Reads `<folder>/<environment>.yaml`.
 *
 * @throws Error that lists every problem with its line and field, or the environments there are when the name is unknown.
 */
export function readSettings(folder: string, environment: string): Settings {
  const file = join(folder, `${environment}.yaml`);
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(environment) || !existsSync(file)) {
    const known = readdirSync(folder).flatMap((name) => (name.endsWith('.yaml') ? [name.slice(0, -5)] : []));
    throw new Error(
      `No settings for the environment "${environment}": expected one of ${known.join(', ')}. ` +
        `Choose one with ENV=<name> or -c env=<name>, or add ${file} (a to z, 0 to 9 and "-", at most 20 characters).`,
    );
  }
  return { ...parseSettings(file, readFileSync(file, 'utf8')), environment };
}

function parseSettings(file: string, text: string): z.infer<typeof schema> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const syntax = document.errors.map((error) => `${file}:${error.linePos?.[0].line ?? 1}: ${error.message}`);
  if (syntax.length > 0) throw new Error(`The settings cannot be read:\n${syntax.join('\n')}`);

  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const path = issue.path.map(String);
    return `${file}:${lineOf(path)}: ${path.join('.') || '(file)'}: ${issue.message}`;
  });
  throw new Error(`The settings are wrong:\n${problems.join('\n')}`);

  /** The line of a field; of the block it is missing from, if it is missing. */
  function lineOf(path: string[]): number {
    const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
    return path.length === 0 ? 1 : lineOf(path.slice(0, -1));
  }
}
