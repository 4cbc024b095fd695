import type { Position } from '#shared/commit-log/entry.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { ALL_MONTHS, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { readGenerationKey, type WorldState } from '#shared/commit-log/visibility.ts';
import type { Manifest } from '#shared/mediation/usage-file.ts';
import { readManifest } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import { addRecord, type RunningTotals } from '#shared/rating/classify-usage.ts';
import { SUSPENSE_REASONS, type SuspenseReason } from '#shared/rating/match-charge.ts';
import type { Instant } from '#shared/time/local-date.ts';
import { fingerprintText } from '#shared/usage/fingerprint.ts';
import type { ItemOrigin, TracedUsage, UsageTotals } from '#shared/usage/folded-usage.ts';
import { ratedKeys, type SuspendedUsage } from '../../rated-rows.ts';
import { addCharges, type OpenCharges, type WantedCharges, wantCharge } from './carrier-charges.ts';
import { type SuspendedPorts, suspendedRows } from './suspended-rows.ts';

/** Which suspended usage is looked at; '' = any. An identifier is "imsi#262…", or what is behind its "#". */
export interface SuspenseQuery {
  readonly month: string;
  readonly reason: SuspenseReason | '';
  readonly identifier: string;
}

/** Suspended usage of an identifier in a UTC month for one reason, as the fold sees it. */
export interface SuspendedDetail {
  readonly month: string;
  readonly reason: SuspenseReason;
  readonly identifier: string;
  readonly totals: UsageTotals;
  /** When the first and the last of its records started. */
  readonly first: Instant;
  readonly last: Instant;
  readonly files: readonly { readonly file: string; readonly carrier: string; readonly name: string }[];
  /** Currency → what the carriers charge for it, as far as they say; empty unless asked for. */
  readonly money: Readonly<Record<string, string>>;
}

/** Suspended usage as it stood at a position. */
export interface ExaminedSuspense {
  readonly position: Position;
  readonly details: readonly SuspendedDetail[];
}

/**
 * Looks at suspended usage record by record, at the tail of the log: whose it is, since when, from which files and, `withMoney`, what the carriers
 * charge for it; that is read from the kept records of the chunks it came from. Where to look, rating has noted.
 */
export async function examineSuspense(
  ports: SuspendedPorts,
  query: SuspenseQuery,
  withMoney: boolean,
): Promise<ExaminedSuspense> {
  const position = await tail(ports.decisions, 0);
  await projectFacts(ports, position);
  const world = await worldAt(ports, position, ALL_MONTHS);
  const details: SuspendedDetail[] = [];
  const months = Object.keys(world.months).filter((month) => query.month === '' || month === query.month);
  for (const month of months.sort()) details.push(...(await examineMonth(ports, world, month, query, withMoney)));
  return { position, details };
}

/** A detail that is being gathered. */
interface OpenDetail extends Omit<SuspendedDetail, 'files' | 'money'> {
  readonly totals: RunningTotals;
  first: Instant;
  last: Instant;
  readonly files: Set<string>;
  readonly charges: OpenCharges;
}

async function examineMonth(
  ports: SuspendedPorts,
  world: WorldState,
  month: string,
  query: SuspenseQuery,
  withMoney: boolean,
): Promise<SuspendedDetail[]> {
  const open: OpenDetail[] = [];
  const wanted: WantedCharges = new Map();
  const identifiers = await identifiersOf(ports, month, query);
  await suspendedRows(ports, world, month, identifiers, ({ identifier, usage, rows }) => {
    for (const [reason, its] of rows) {
      if (query.reason === '' || reason === query.reason)
        open.push(gather({ month, reason, identifier }, usage, its, withMoney ? wanted : undefined));
    }
  });
  const manifests = await manifestsOf(ports, world, month, new Set(open.flatMap(({ files }) => [...files])));
  await addCharges(ports.objects, manifests, wanted, month);
  const nameOf = (file: string) => {
    const { carrier = '', name = '' } = manifests.get(file) ?? {};
    return { file, carrier, name };
  };
  return open
    .map(({ files, charges, ...detail }): SuspendedDetail => {
      const money = [...charges].sort().map(([currency, sum]) => [currency, sum.toFixed()]);
      return { ...detail, files: [...files].map(nameOf), money: Object.fromEntries(money) };
    })
    .sort(byReasonAndRecords);
}

/** Those it leaves together stay in order of their identifiers. */
function byReasonAndRecords(a: SuspendedDetail, b: SuspendedDetail): number {
  const byReason = SUSPENSE_REASONS.indexOf(a.reason) - SUSPENSE_REASONS.indexOf(b.reason);
  return byReason || b.totals.records - a.totals.records;
}

async function identifiersOf({ projections }: SuspendedPorts, month: string, query: SuspenseQuery): Promise<string[]> {
  const rows = await projections.query<SuspendedUsage>(ratedKeys.suspense(month), withPrefix(''));
  const { reason, identifier } = query;
  return rows.flatMap(({ value }) => {
    const isAsked = identifier === '' || value.identifier === identifier || value.identifier.endsWith(`#${identifier}`);
    return isAsked && (reason === '' || value.reasons[reason] !== undefined) ? [value.identifier] : [];
  });
}

function gather(
  of: Pick<SuspendedDetail, 'month' | 'reason' | 'identifier'>,
  usage: TracedUsage,
  rows: readonly number[],
  wanted: WantedCharges | undefined,
): OpenDetail {
  const totals = { records: 0, bytes: 0, seconds: 0, count: 0 };
  const charges: OpenCharges = new Map();
  const files = new Set<string>();
  let first = Number.MAX_SAFE_INTEGER;
  let last = 0;
  for (const row of rows) {
    addRecord(totals, usage, row);
    const startedAt = usage.startedAt[row] as number;
    first = Math.min(first, startedAt);
    last = Math.max(last, startedAt);
    const { file, chunk } = usage.items[usage.itemOf[row] as number] as ItemOrigin;
    files.add(file);
    if (wanted !== undefined) wantCharge(wanted, file, chunk, fingerprintText(usage, row), charges);
  }
  return { ...of, totals, first, last, files, charges };
}

/** Manifests of files, of their loads that count. */
async function manifestsOf(
  ports: SuspendedPorts,
  world: WorldState,
  month: string,
  files: ReadonlySet<string>,
): Promise<Map<string, Manifest>> {
  const manifests = new Map<string, Manifest>();
  for (const key of Object.keys(world.months[month] ?? {})) {
    const { file, generation } = readGenerationKey(key);
    if (files.has(file)) manifests.set(file, await readManifest(ports, file, generation));
  }
  return manifests;
}
