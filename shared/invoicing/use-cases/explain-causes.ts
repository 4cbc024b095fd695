import type { DifferenceReason, DocumentLine, Draft } from '#shared/billing/draft.ts';
import type { Entry, FactsRecorded, Position } from '#shared/commit-log/entry.ts';
import { readEntries } from '#shared/commit-log/use-cases/commit-log.ts';
import { type Claim, fileKeys, readIncomingKey } from '#shared/mediation/usage-file.ts';
import { readManifest } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import { type Instant, localDateOf, type TimeZones } from '#shared/time/local-date.ts';
import { periodInstants, utcMonths } from '#shared/time/period.ts';
import type { DocumentPorts } from './list-invoices.ts';

/** Something that became known between the document before and this one, and can have moved the line. */
export interface Cause {
  readonly position: Position;
  readonly at: Instant;
  readonly by: string;
  readonly what:
    | 'file loaded'
    | 'file read anew'
    | 'file backed out'
    | 'facts recorded'
    | 'first use recorded'
    | 'catalog released';
  /** Name of the usage file, and why it was backed out; number of facts or first uses; '' for a release. */
  readonly detail: string;
}

/** Causes listed at most; the newest are left out. */
const MOST_CAUSES = 50;

/** What became known between two drafts and fits the reason a line moved for. */
export async function causesOf(
  ports: DocumentPorts,
  after: Position,
  draft: Draft,
  { line, reason }: DocumentLine,
  zones: TimeZones,
): Promise<Cause[]> {
  const instants = periodInstants(line.period, zones);
  const months = new Set(utcMonths(instants.from, instants.until));
  const causes: Cause[] = [];
  for (const entry of await readEntries(ports.decisions, after, draft.position)) {
    for (const cause of await causesIn(ports, entry, months, instants.until, zones)) {
      if (fits(reason, cause) && causes.length < MOST_CAUSES) causes.push(cause);
    }
  }
  return causes;
}

/** What can have moved a line for a reason. */
const CAUSE_OF: Readonly<Partial<Record<DifferenceReason, Cause['what']>>> = {
  'late usage': 'file loaded',
  'backed-out file': 'file backed out',
  'file read anew': 'file read anew',
  'price correction': 'catalog released',
  'backdated change': 'facts recorded',
  'change after billing in advance': 'facts recorded',
  'first use': 'first use recorded',
};

function fits(reason: DocumentLine['reason'], { what }: Cause): boolean {
  return reason !== '' && CAUSE_OF[reason] === what;
}

async function causesIn(
  ports: DocumentPorts,
  entry: Entry,
  months: ReadonlySet<string>,
  until: Instant,
  zones: TimeZones,
): Promise<Cause[]> {
  const { position, at, by, body } = entry;
  const cause = (what: Cause['what'], detail: string): Cause => ({ position, at, by, what, detail });
  const inMonths = (of: readonly string[]) => of.some((month) => months.has(month));
  switch (body.kind) {
    case 'files loaded': {
      const files = body.files.filter((file) => inMonths(file.months));
      const named = await Promise.all(
        files.map(async (each) => {
          const what = each.replaces > 0 ? 'file read anew' : 'file loaded';
          return { what, ...(await nameOf(ports, each.file, each.generation)) } as const;
        }),
      );
      return named.filter(({ isWriteOff }) => !isWriteOff).map(({ what, name }) => cause(what, name));
    }
    case 'file backed out':
      if (!inMonths(body.months)) return [];
      return [cause('file backed out', `${(await nameOf(ports, body.file, body.generation)).name} (${body.reason})`)];
    case 'facts recorded':
      return body.earliest < until ? [cause(...factsText(body, zones))] : [];
    case 'catalog released':
      return [cause('catalog released', '')];
    case 'run posted':
    case 'payments recorded':
      return [];
  }
}

/** How many facts they are, and from when they hold. */
function factsText({ count, earliest, firstUses }: FactsRecorded, zones: TimeZones): [Cause['what'], string] {
  const since = `from ${localDateOf(earliest, zones)} on`;
  return firstUses
    ? ['first use recorded', `${count} found or taken back, ${since}`]
    : ['facts recorded', `${count} facts, ${since}`];
}

/** What a usage file is called. A write-off has no claim, and moves no line by being loaded. */
async function nameOf(ports: DocumentPorts, file: string, generation: number) {
  const claim = await ports.decisions.get<Claim>(fileKeys.claim(file, generation));
  if (claim === undefined) return { name: (await readManifest(ports, file, generation)).name, isWriteOff: true };
  const named = readIncomingKey(claim.key);
  return { name: named === undefined ? file : `${named.carrier}/${named.name}`, isWriteOff: false };
}
