import * as z from 'zod';
import { isoInstant } from '#shared/time/local-date.ts';
import { timeZonesOf } from './account-history.ts';
import { account, accountEntries } from './accounts-file.ts';
import type { InventoryReading, KnownAccount, KnownInventory, PlacesOfFacts, TimeZoneOf } from './change.ts';
import type { AccountFact, Fact, StateFact } from './fact.ts';
import { type InventoryProblem, MOST_PROBLEMS, shortened } from './inventory-problem.ts';
import { readChanges, readSubscriptions, type SubscriptionsReading } from './subscriptions-file.ts';
import { changesWritten, stepsTo, subscriptionChange } from './subscriptions-yaml.ts';
import { readYaml, type YamlReading } from './yaml-file.ts';

/** An inventory file as text; its name ends in .yaml (accounts, subscriptions) or .csv (subscriptions). */
export interface InventoryFile {
  readonly name: string;
  readonly text: string;
}

/** A YAML file of the inventory: accounts, subscriptions, or both. */
const inventorySchema = z
  .strictObject({ accounts: z.array(account).default([]), subscriptions: z.array(subscriptionChange).default([]) })
  .refine(({ accounts, subscriptions }) => accounts.length + subscriptions.length > 0, {
    error: 'accounts or subscriptions',
    params: { remedy: 'Write a list of either.' },
  });

/** A fact and where it was written. */
interface PlacedFact {
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
  const yaml = new Map(files.filter(isYaml).map((file) => [file, readYaml(file.name, file.text, inventorySchema)]));
  for (const [{ name }, reading] of yaml) {
    if ('problems' in reading) continue;
    const entries = accountEntries(reading.data.accounts, (path) => reading.placeOf(path).line);
    for (const entry of entries) placed.push({ file: name, ...entry });
  }
  const all = { ...known, accounts: withAccounts(known.accounts, placed) };
  for (const file of files) {
    const reading = subscriptionsIn(file, yaml.get(file), all, timeZoneOf);
    problems.push(...reading.problems);
    for (const entry of reading.entries) placed.push(entry);
  }
  const { facts, contradictions } = united(placed);
  problems.push(...contradictions);
  if (problems.length > 0) return { ok: false, problems: problems.slice(0, MOST_PROBLEMS) };
  return { ok: true, facts, ...placesOfTopUps(placed) };
}

function placesOfTopUps(placed: readonly PlacedFact[]): { readonly places?: PlacesOfFacts } {
  const bought = placed.filter(({ fact }) => fact.kind === 'topUp');
  if (bought.length === 0) return {};
  return { places: new Map(bought.map(({ file, line, fact }) => [fact, `${file}:${line} topUp: `])) };
}

function isYaml({ name }: InventoryFile): boolean {
  return /\.ya?ml$/.test(name);
}

/** What a file says of subscriptions, and what is wrong with it. */
function subscriptionsIn(
  file: InventoryFile,
  yaml: YamlReading<z.output<typeof inventorySchema>> | undefined,
  known: KnownInventory,
  timeZoneOf: TimeZoneOf,
): SubscriptionsReading {
  if (yaml === undefined) {
    if (!file.name.endsWith('.csv')) return { entries: [], problems: [unknownKind(file)] };
    return readSubscriptions(file.name, file.text, known, timeZoneOf);
  }
  if ('problems' in yaml) return { entries: [], problems: yaml.problems };
  const rows = changesWritten(yaml.data.subscriptions, (path) => yaml.placeOf(path).line);
  return readChanges(file.name, rows, known, timeZoneOf, (row, field) => {
    return yaml.placeOf(['subscriptions', rows.indexOf(row), ...stepsTo(field)]);
  });
}

/** The accounts known before and those of this load; what the load says of an account comes last and so holds for the checks. */
function withAccounts(
  known: ReadonlyMap<string, KnownAccount>,
  placed: readonly PlacedFact[],
): Map<string, KnownAccount> {
  const accounts = new Map(known);
  for (const { fact } of placed) {
    if (fact.kind !== 'account') continue;
    const { history, businessUnits } = accounts.get(fact.account) ?? { history: [], businessUnits: new Set() };
    accounts.set(fact.account, { ...withFact(history, fact), businessUnits });
  }
  for (const { fact } of placed) {
    const account = fact.kind === 'businessUnit' ? accounts.get(fact.account) : undefined;
    if (fact.kind !== 'businessUnit' || account === undefined) continue;
    accounts.set(fact.account, { ...account, businessUnits: new Set([...account.businessUnits, fact.businessUnit]) });
  }
  return accounts;
}

function withFact(history: KnownAccount['history'], fact: AccountFact): Pick<KnownAccount, 'history' | 'timeZone'> {
  const others = history.filter(({ effectiveFrom }) => effectiveFrom !== fact.effectiveFrom);
  const all = [...others, fact].sort((a, b) => a.effectiveFrom - b.effectiveFrom);
  return { history: all, timeZone: timeZonesOf(all) };
}

/** Facts without repetitions, and a problem for each that contradicts one before it. */
function united(placed: readonly PlacedFact[]): { facts: Fact[]; contradictions: InventoryProblem[] } {
  const facts: Fact[] = [];
  const contradictions: InventoryProblem[] = [];
  const first = new Map<string, PlacedFact>();
  for (const each of placed) {
    const key = `${subjectOf(each.fact)}@${each.fact.effectiveFrom}`;
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, each);
      facts.push(each.fact);
    } else if (statementOf(before.fact).says !== statementOf(each.fact).says) {
      contradictions.push(contradiction(before, each));
    }
  }
  return { facts, contradictions };
}

function contradiction(before: PlacedFact, after: PlacedFact): InventoryProblem {
  const { about, field, says } = statementOf(after.fact);
  const moment = isoInstant(after.fact.effectiveFrom);
  const expected = `${shortened(statementOf(before.fact).says)} for ${about} from ${moment} as in ${before.file}, line ${before.line}`;
  const remedy = 'Both begin at the same instant: take one out, or correct its effectiveFrom.';
  return { file: after.file, line: after.line, column: 0, field, found: shortened(says), expected, remedy };
}

/** What a fact is about: of one thing, one statement can hold from an instant on. */
function subjectOf(fact: Fact): string {
  switch (fact.kind) {
    case 'state':
      return `state#${fact.subscription}`;
    case 'firstUse':
      return `firstUse#${fact.subscription}`;
    case 'identifier':
      return fact.identifier;
    case 'assignments':
      return `payer#${fact.subscription}#${fact.seller}`;
    case 'account':
      return `account#${fact.account}`;
    case 'businessUnit':
      return `unit#${fact.account}#${fact.businessUnit}`;
    case 'addOn':
      return `addOn#${fact.subscription}#${fact.seller}#${fact.addOn}`;
    case 'topUp':
      return `topUp#${fact.subscription}#${fact.order}`;
    case 'vatIdCheck':
      return `vatId#${fact.account}#${fact.vatId}`;
    case 'adHoc':
      return `order#${fact.account}#${fact.order}`;
    case 'property':
      return `property#${fact.subscription}#${fact.name}`;
    case 'detail':
      return `detail#${fact.subscription}#${fact.detail}`;
  }
}

/** A fact in words: what it is about, in which field it is written, and what it says. */
function statementOf(fact: Fact): { about: string; field: string; says: string } {
  switch (fact.kind) {
    case 'state':
      return { about: `the state of ${fact.subscription}`, field: 'state', says: stateText(fact) };
    case 'firstUse':
      return { about: `the first use of ${fact.subscription}`, field: 'state', says: fact.used ? 'used' : 'not used' };
    case 'identifier': {
      const field = fact.identifier.slice(0, fact.identifier.indexOf('#'));
      return { about: fact.identifier, field, says: fact.subscription || 'nobody' };
    }
    case 'assignments': {
      const says = fact.assignments.map((each) => `${each.payer}/${each.plan}/${each.businessUnit}`).join(', ');
      return { about: `the payer of ${fact.subscription} to ${fact.seller}`, field: 'payer', says };
    }
    case 'account':
      return { about: `account ${fact.account}`, field: 'account', says: JSON.stringify(fact) };
    case 'businessUnit': {
      const about = `unit ${fact.businessUnit} of ${fact.account}`;
      return { about, field: 'businessUnit', says: JSON.stringify(fact) };
    }
    case 'addOn': {
      const about = `add-on ${fact.addOn} of ${fact.subscription} to ${fact.seller}`;
      return { about, field: 'addOn', says: fact.has ? fact.addOn : `-${fact.addOn}` };
    }
    case 'topUp': {
      const about = `top-up ${fact.order} of ${fact.subscription}`;
      return { about, field: 'topUp', says: `${fact.has ? '' : '-'}${fact.topUp}:${fact.order}` };
    }
    case 'vatIdCheck':
      return { about: `VAT id ${fact.vatId} of ${fact.account}`, field: 'vatId', says: JSON.stringify(fact) };
    case 'adHoc':
      return { about: `order ${fact.order} of ${fact.account}`, field: 'order', says: JSON.stringify(fact) };
    case 'property': {
      const field = `property.${fact.name}`;
      return { about: `${fact.name} of ${fact.subscription}`, field, says: fact.value || 'nothing' };
    }
    case 'detail': {
      const about = `the ${fact.detail} of ${fact.subscription}`;
      return { about, field: fact.detail, says: JSON.stringify(fact.value) };
    }
  }
}

/** A state as it is said, with the instant it ends by itself. */
function stateText({ state, activeFrom }: StateFact): string {
  return activeFrom === undefined ? state : `${state} until ${isoInstant(activeFrom)}`;
}

function unknownKind(file: InventoryFile): InventoryProblem {
  const remedy = 'Give accounts in a .yaml file, and subscriptions in a .yaml or .csv file.';
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
