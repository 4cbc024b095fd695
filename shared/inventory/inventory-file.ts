import { isoInstant } from '#shared/time/local-date.ts';
import { readAccounts } from './accounts-file.ts';
import type { InventoryReading, KnownAccount, KnownInventory, TimeZoneOf } from './change.ts';
import type { Fact } from './fact.ts';
import { type InventoryProblem, MOST_PROBLEMS, shortened } from './inventory-problem.ts';
import { readSubscriptions } from './subscriptions-file.ts';

/** An inventory file as text; its name ends in .yaml (accounts) or .csv (subscriptions). */
export interface InventoryFile {
  readonly name: string;
  readonly text: string;
}

/** A fact and where it was written. */
export interface PlacedFact {
  readonly file: string;
  readonly line: number;
  readonly fact: Fact;
}

/**
 * Reads the files of one load into facts: accounts first, so that subscriptions may name accounts of the same load, then in file order.
 * The load is refused whole if anything in it is wrong, and everything wrong is listed (up to a thousand problems): values, unknown
 * accounts and plans, and two statements that contradict each other at the same instant. A statement made twice is one fact.
 */
export function readInventoryFiles(
  files: readonly InventoryFile[],
  known: KnownInventory,
  timeZoneOf: TimeZoneOf,
): InventoryReading {
  const problems: InventoryProblem[] = [];
  const placed: PlacedFact[] = [];
  const accountFiles = files.filter((file) => /\.ya?ml$/.test(file.name));
  const subscriptionFiles = files.filter((file) => file.name.endsWith('.csv'));
  for (const file of accountFiles) {
    const reading = readAccounts(file.name, file.text);
    problems.push(...reading.problems);
    for (const entry of reading.entries) placed.push({ file: file.name, ...entry });
  }
  const all = { accounts: withAccounts(known.accounts, placed), plans: known.plans };
  for (const file of subscriptionFiles) {
    const reading = readSubscriptions(file.name, file.text, all, timeZoneOf);
    problems.push(...reading.problems);
    for (const entry of reading.entries) placed.push(entry);
  }
  for (const file of files)
    if (!accountFiles.includes(file) && !subscriptionFiles.includes(file)) problems.push(unknownKind(file));
  const { facts, contradictions } = united(placed);
  problems.push(...contradictions);
  return problems.length === 0 ? { ok: true, facts } : { ok: false, problems: problems.slice(0, MOST_PROBLEMS) };
}

/** The accounts known before and those of this load; what the load says of an account comes last and so holds for the checks. */
function withAccounts(
  known: ReadonlyMap<string, KnownAccount>,
  placed: readonly PlacedFact[],
): Map<string, KnownAccount> {
  const accounts = new Map(known);
  const latest = new Map<string, number>();
  for (const { fact } of placed) {
    if (fact.kind !== 'account' || fact.effectiveFrom < (latest.get(fact.account) ?? Number.NEGATIVE_INFINITY))
      continue;
    latest.set(fact.account, fact.effectiveFrom);
    const businessUnits = accounts.get(fact.account)?.businessUnits ?? new Set();
    accounts.set(fact.account, { timeZone: fact.timeZone, seller: fact.seller, businessUnits });
  }
  for (const { fact } of placed) {
    const account = fact.kind === 'businessUnit' ? accounts.get(fact.account) : undefined;
    if (fact.kind !== 'businessUnit' || account === undefined) continue;
    accounts.set(fact.account, { ...account, businessUnits: new Set([...account.businessUnits, fact.businessUnit]) });
  }
  return accounts;
}

/** Facts without repetitions, and a problem for each that contradicts one before it. */
function united(placed: readonly PlacedFact[]): { facts: Fact[]; contradictions: InventoryProblem[] } {
  const facts: Fact[] = [];
  const contradictions: InventoryProblem[] = [];
  const first = new Map<string, PlacedFact & { statement: string }>();
  for (const each of placed) {
    const { about, field, statement } = statementOf(each.fact);
    const key = `${about} at ${each.fact.effectiveFrom}`;
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, { ...each, statement });
      facts.push(each.fact);
    } else if (before.statement !== statement) {
      const moment = isoInstant(each.fact.effectiveFrom);
      const expected = `${shortened(before.statement)} for ${about} from ${moment} as in ${before.file}, line ${before.line}`;
      const remedy = 'Both begin at the same instant: take one out, or correct its effectiveFrom.';
      contradictions.push({
        file: each.file,
        line: each.line,
        column: 0,
        field,
        found: shortened(statement),
        expected,
        remedy,
      });
    }
  }
  return { facts, contradictions };
}

/** What a fact is about, in which field it is written, and what it says: one thing has one statement at an instant. */
function statementOf(fact: Fact): { about: string; field: string; statement: string } {
  switch (fact.kind) {
    case 'state':
      return { about: `the state of ${fact.subscription}`, field: 'state', statement: fact.state };
    case 'identifier':
      return {
        about: fact.identifier,
        field: fact.identifier.slice(0, fact.identifier.indexOf('#')),
        statement: fact.subscription || 'nobody',
      };
    case 'assignments': {
      const statement = fact.assignments.map((each) => `${each.payer}/${each.plan}/${each.businessUnit}`).join(', ');
      return { about: `the payer of ${fact.subscription} to ${fact.seller}`, field: 'payer', statement };
    }
    case 'account':
      return { about: `account ${fact.account}`, field: 'account', statement: JSON.stringify(fact) };
    case 'businessUnit':
      return {
        about: `unit ${fact.businessUnit} of ${fact.account}`,
        field: 'businessUnit',
        statement: JSON.stringify(fact),
      };
  }
}

function unknownKind(file: InventoryFile): InventoryProblem {
  const remedy = 'Give accounts in a .yaml file and subscriptions in a .csv file.';
  return {
    file: file.name,
    line: 0,
    column: 0,
    field: '',
    found: shortened(file.name),
    expected: 'a .yaml or .csv file',
    remedy,
  };
}
