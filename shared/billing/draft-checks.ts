import { type Amount, amount, sum } from '#shared/money/amount.ts';
import type { Currency } from '#shared/money/currency.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import type { FilesOfDraft, UsageOfDraft } from './draft-usage.ts';
import { isNothing } from './proof-row.ts';
import type { DraftSummary, LeftOut } from './run.ts';
import type { TaxNote } from './taxes/tax-notes.ts';

/** Red must be mended or accepted before a draft is approved, but for accounts in error, which hold up nobody else; amber is worth a look; green is as it should be. */
export type CheckState = 'green' | 'amber' | 'red';

/** What was looked at before anyone approves a draft, and what was found. */
export interface DraftCheck {
  readonly check:
    | 'accounts'
    | 'usage'
    | 'files not loaded'
    | 'files missing'
    | 'accounts in error'
    | 'moved without a fact'
    | 'below zero'
    | 'total'
    | 'unusual accounts'
    | TaxNote;
  readonly state: CheckState;
  /** Accounts it is about, in order of their ids. */
  readonly payers: readonly string[];
  /** Of a total: its currency; '' of all others. */
  readonly currency: Currency | '';
  /** Of a total: net of all documents that are posted, and the median of the last three periods' of their accounts, '' where there was none before. */
  readonly net: string;
  readonly median: string;
  /**
   * Of an equation: its terms, the first the sum of the others, and `left over`, what they do not explain; none where it was not added up. Of
   * files: how many, and how many of them are `named`.
   */
  readonly terms?: Readonly<Record<string, number>>;
  /** Of files: the first of them, and what each waits for. */
  readonly files?: readonly string[];
}

/** A total may be off the median of the last three periods by so much, percent, and is still as usual. */
const USUAL_TOTAL = 10;
/** An account may be off its own median by so much, percent, before it is named. */
const USUAL_ACCOUNT = 50;

const TAX_NOTES: readonly TaxNote[] = ['VAT id missing', 'certificate expired', 'reverse charge ended'];

/** What is looked over before anyone approves. */
export interface DraftScope {
  /** Accounts that belong to what is billed. */
  readonly accounts: number;
  readonly drafts: readonly DraftSummary[];
  readonly inError: readonly LeftOut[];
  readonly leftOut: readonly LeftOut[];
  /** How its usage adds up; null where it was not added up, undefined where it measures none. */
  readonly usage: UsageOfDraft | null | undefined;
  /** Which usage files it is without; undefined where it measures no usage. */
  readonly files: FilesOfDraft | undefined;
}

/** Looks a draft over. */
export function draftChecks(scope: DraftScope): DraftCheck[] {
  const { drafts, inError } = scope;
  const of = (check: DraftCheck['check'], payers: readonly string[], state: CheckState): DraftCheck => {
    return { ...NOTHING_FOUND, check, state: payers.length === 0 ? 'green' : state, payers };
  };
  const named = (is: (draft: DraftSummary) => boolean) => drafts.filter(is).map(({ payer }) => payer);
  const failed = inError.map(({ payer }) => payer);
  const byCurrency = Map.groupBy(postedOf(drafts), ({ currency }) => currency);
  return [
    accountsCheck(scope),
    ...usageChecks(scope.usage),
    ...filesChecks(scope.files),
    of('accounts in error', failed, 'red'),
    of(
      'moved without a fact',
      named(({ unexplained }) => unexplained > 0),
      'red',
    ),
    ...[...byCurrency].map(([currency, its]) => totalCheck(currency, its)),
    of('unusual accounts', named(isUnusual), 'amber'),
    of(
      'below zero',
      named(({ belowZero }) => belowZero > 0),
      'amber',
    ),
    ...TAX_NOTES.map((note) =>
      of(
        note,
        named(({ taxNotes = [] }) => taxNotes.includes(note)),
        'amber',
      ),
    ),
  ];
}

/** Whether a rule may approve in a person's place: nothing is red, and every total is within 10 % of the median of the last three periods. */
export function isUnremarkable(checks: readonly DraftCheck[]): boolean {
  const totals = checks.filter(({ check }) => check === 'total');
  return (
    totals.length > 0 && totals.every(({ state }) => state === 'green') && checks.every(({ state }) => state !== 'red')
  );
}

/**
 * What stands against approving a draft until a person accepts it, in words: every check that is red, but accounts in error. These are left out and listed,
 * can be run alone, and the others are not held back. '' = nothing.
 */
export function obstacleIn(run: string, checks: readonly DraftCheck[]): string {
  const red = checks.filter(({ check, state }) => state === 'red' && check !== 'accounts in error');
  if (red.length === 0) return '';
  const found = red.map(({ check, payers }) => {
    if (check === 'moved without a fact')
      return `lines of ${payers.join(', ')} moved though no fact did (computation changed)`;
    if (check === 'usage' || check === 'accounts')
      return `the ${check} of run ${run} ${check === 'usage' ? 'does' : 'do'} not add up`;
    return `the check "${check}" of run ${run} is red`;
  });
  const isOfLines = red.every(({ check }) => check === 'moved without a fact');
  const where = isOfLines ? 'look at them' : `look at \`billing run show ${run}\``;
  return `${found.join('; ')}; ${where}, then say --accept-unexplained`;
}

/** The drafts that are posted: those below the least wait for the next run, and are in no total (decision 55). */
export function postedOf(drafts: readonly DraftSummary[]): DraftSummary[] {
  return drafts.filter(({ isWaiting }) => isWaiting !== true);
}

/** Net of all drafts of one currency: of each period before, the latest first. */
export function netsBefore(drafts: readonly DraftSummary[]): Amount[] {
  const periods = Math.max(...drafts.map((draft) => draft.netsBefore.length));
  return Array.from({ length: periods }, (_, ago) => sum(drafts.map((draft) => amount(draft.netsBefore[ago] ?? '0'))));
}

/** Accounts = drafted + nothing to bill + in error + left out (billed already, of another day, not yet begun). */
function accountsCheck({ accounts, drafts, inError, leftOut }: DraftScope): DraftCheck {
  const nothing = drafts.filter(({ documents, isLinked }) => documents === 0 && isLinked !== true).length;
  const waiting = drafts.length - postedOf(drafts).length;
  const parts = {
    drafted: drafts.length - nothing - waiting,
    'nothing to bill': nothing,
    'below the minimum': waiting,
    'in error': inError.length,
    'left out': leftOut.length,
  };
  return equation('accounts', { accounts, ...parts }, []);
}

function usageChecks(usage: DraftScope['usage']): DraftCheck[] {
  if (usage === undefined) return [];
  if (usage === null) return [{ ...NOTHING_FOUND, check: 'usage', state: 'amber', terms: {} }];
  const { row, differences, earlier } = usage;
  const terms = {
    read: row.read.records,
    billed: row.billed.records,
    'billed of earlier periods': earlier?.billed.records ?? 0,
    'billed of them before': earlier?.billedBefore.records ?? 0,
    'not yet due': row.notYetDue.records,
    suspended: Object.values(row.suspended).reduce((sum, { records }) => sum + records, 0),
    rejected: row.rejected.records,
    'said again': row.repeated.records + row.duplicate.records,
    'of other accounts or periods': row.elsewhere.records,
    free: row.free.records,
    'without usage': row.zero.records,
    'written off': row.writtenOff.records,
    quarantined: row.quarantined.records,
    'for trial': row.test.records,
  };
  return [equation('usage', terms, Object.values(differences))];
}

/** Files that have arrived and do not count, and files expected by sequence or schedule that have not arrived. */
function filesChecks(files: DraftScope['files']): DraftCheck[] {
  if (files === undefined) return [];
  const { notLoaded, filesNotLoaded, notCome, filesNotCome } = files;
  const of = (check: DraftCheck['check'], named: readonly string[], terms: { files: number; named: number }) => {
    const state: CheckState = terms.files === 0 ? 'green' : 'amber';
    return { ...NOTHING_FOUND, check, state, files: named, terms };
  };
  return [
    of(
      'files not loaded',
      notLoaded.map(({ carrier, name, state }) => `${carrier}/${name} ${state}`),
      { files: filesNotLoaded, named: notLoaded.length },
    ),
    of(
      'files missing',
      notCome.map(({ carrier, files }) => `${carrier} ${files}`),
      { files: filesNotCome, named: notCome.reduce((sum, { count }) => sum + count, 0) },
    ),
  ];
}

const NOTHING_FOUND = { payers: [], currency: '', net: '', median: '' } as const;

/** Red unless the first term is the sum of the others, and nothing else is left over in any unit. */
function equation(
  check: DraftCheck['check'],
  terms: Readonly<Record<string, number>>,
  leftOver: readonly UsageTotals[],
): DraftCheck {
  const [whole = 0, ...parts] = Object.values(terms);
  const rest = whole - parts.reduce((sum, part) => sum + part, 0);
  const state = rest === 0 && leftOver.every(isNothing) ? 'green' : 'red';
  return { ...NOTHING_FOUND, check, state, terms: { ...terms, 'left over': rest } };
}

function totalCheck(currency: Currency, drafts: readonly DraftSummary[]): DraftCheck {
  const net = sum(drafts.map(netOfPeriod));
  const median = medianOf(netsBefore(drafts));
  const state = median === undefined || isOff(net, median, USUAL_TOTAL) ? 'amber' : 'green';
  return { check: 'total', state, payers: [], currency, net: net.toFixed(), median: median?.toFixed() ?? '' };
}

function isUnusual(draft: DraftSummary): boolean {
  const median = medianOf(draft.netsBefore.map((each) => amount(each)));
  return median !== undefined && isOff(netOfPeriod(draft), median, USUAL_ACCOUNT);
}

/** What the period comes to with this draft: what runs before it billed of it too. */
export function netOfPeriod({ net, netSoFar = '0' }: DraftSummary): Amount {
  return amount(net).plus(netSoFar);
}

function isOff(net: Amount, median: Amount, percent: number): boolean {
  return net.minus(median).abs().times(100).greaterThan(median.abs().times(percent));
}

/** The middle one; of two, what lies between them. */
function medianOf(values: readonly Amount[]): Amount | undefined {
  const sorted = [...values].sort((a, b) => a.comparedTo(b));
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : low.plus(high).div(2);
}
