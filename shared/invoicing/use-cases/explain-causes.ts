import type { DifferenceReason, DocumentLine, Draft } from '#shared/billing/draft.ts';
import type { Entry, FactsRecorded, Position } from '#shared/commit-log/entry.ts';
import { readEntries } from '#shared/commit-log/use-cases/commit-log.ts';
import { recordedFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { type AccountView, movedOn } from '#shared/inventory/account-history.ts';
import { isOfAccount } from '#shared/inventory/fact.ts';
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

/** What an account's periods follow from. */
export type Calendar = Pick<AccountView, 'billingDay' | 'timeZone'>;

/** Whose facts can have moved a line: the account's, and those of subscriptions behind it; none = nobody knows any more which they are. */
interface Explained extends Calendar {
  readonly names: ReadonlySet<string>;
}

/**
 * What became known between two drafts and fits the reason a line moved for. Of facts, only those about the account and the subscriptions behind the line;
 * where there are none, since what moved it is not told by their names, those of everybody.
 */
export async function causesOf(
  ports: DocumentPorts,
  after: Position,
  draft: Draft,
  { line, reason }: DocumentLine,
  calendar: Explained,
): Promise<Cause[]> {
  const { timeZone: zones, names } = calendar;
  const instants = periodInstants(line.period, zones);
  // The fact of the move that a period ends by holds from its end.
  const factsUntil = instants.until + (movedOn(calendar).has(line.period.until) ? 1 : 0);
  const months = new Set(utcMonths(instants.from, instants.until));
  const causes: Cause[] = [];
  const others: Cause[] = [];
  for (const entry of await readEntries(ports.decisions, after, draft.position)) {
    for (const cause of await causesIn(ports, entry, months, factsUntil, zones)) {
      if (!fits(reason, cause)) continue;
      const own = await ownFacts(ports, entry, cause, { names, payer: draft.payer, until: factsUntil, zones });
      if (own !== undefined) causes.push(own);
      else others.push(cause);
    }
    if (causes.length >= MOST_CAUSES) break;
  }
  return (causes.length === 0 ? others : causes).slice(0, MOST_CAUSES);
}

/** The cause as far as it is about the account or subscriptions behind a line; nothing where it is not. What is no fact is about whom it is about. */
async function ownFacts(
  { objects }: DocumentPorts,
  { position, body }: Entry,
  cause: Cause,
  { names, payer, until, zones }: { names: ReadonlySet<string>; payer: string; until: Instant; zones: TimeZones },
): Promise<Cause | undefined> {
  if (body.kind !== 'facts recorded') return cause;
  const own: FactsOfLine = { count: 0, earliest: until };
  for await (const facts of recordedFacts(objects, position, body)) {
    for (const { fact } of facts) {
      if (!(isOfAccount(fact) ? fact.account === payer : names.has(fact.subscription))) continue;
      own.count++;
      own.earliest = Math.min(own.earliest, fact.effectiveFrom);
    }
  }
  if (own.earliest >= until) return undefined;
  const [what, detail] = factsText({ ...body, ...own }, zones);
  return { ...cause, what, detail };
}

interface FactsOfLine {
  count: number;
  earliest: Instant;
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
  factsUntil: Instant,
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
      return body.earliest < factsUntil ? [cause(...factsText(body, zones))] : [];
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
