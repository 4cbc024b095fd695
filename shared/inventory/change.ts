import type { SubscriptionState } from '#shared/catalog/catalog.ts';
import type { IdentifierKind } from '#shared/catalog/source.ts';
import { id } from '#shared/catalog/written.ts';
import { addDays, type Instant, instantOf, localDateOf, startOfDay, type TimeZones } from '#shared/time/local-date.ts';
import type { AccountFact, Fact } from './fact.ts';
import { type InventoryProblem, shortened } from './inventory-problem.ts';
import { type SaidColumn, saidFacts } from './said-details.ts';

/**
 * What becomes true of one subscription from one instant on, as a person writes it: text in every field, '' = unchanged. A row of a
 * subscriptions file is a change, and so is the command `inventory change`.
 */
export interface Change {
  readonly subscription: string;
  /** A date (local midnight of the payer, pricing rules §1) or an instant with its offset, "2026-10-17T13:37:00+02:00". */
  readonly effectiveFrom: string;
  readonly state: string;
  /** With the state ready: after so many local days it is active, though nothing was used. */
  readonly readyDays: string;
  /** '' = the seller whose customer the payer is. */
  readonly seller: string;
  /** Payer and plan come together; the business unit '' is then the account itself. */
  readonly payer: string;
  readonly plan: string;
  readonly businessUnit: string;
  /** An add-on: from then on the subscription has it beside its plan, until its payer changes. With a minus before it: it no longer has it. */
  readonly addOn: string;
  /** A top-up of its plan or an add-on, and the id of the purchase: "boost:A-4711". With a minus before it: it was not bought after all. */
  readonly topUp: string;
  /** Digits: from then on the subscription has the identifier, besides those it has. With a minus before them: it no longer has it. */
  readonly imsi: string;
  readonly iccid: string;
  readonly msisdn: string;
  readonly eid: string;
  /** The id a platform or carrier has for it, as its usage files say it. */
  readonly device: string;
  /** Details and properties by their columns ("salesperson", "property.colour"); "-" = it has that no more. */
  readonly said: Readonly<Partial<Record<SaidColumn, string>>>;
}

/** A field of a change, as problems name it. */
export type ChangeField = Exclude<keyof Change, 'said'> | SaidColumn;

/** What a change says in a field. */
export function foundIn(change: Change, field: ChangeField): string {
  if (field in change.said) return change.said[field as SaidColumn] ?? '';
  const value = change[field as keyof Change];
  return typeof value === 'string' ? value : '';
}

/** An account that changes may name, as far as they are checked against it. */
export interface KnownAccount {
  /** What is said of it, in order of time. */
  readonly history: readonly Pick<AccountFact, 'effectiveFrom' | 'seller' | 'timeZone'>[];
  readonly timeZone: TimeZones;
  readonly businessUnits: ReadonlySet<string>;
}

/** Whose customer an account is at an instant, or becomes first; '' of one that is not known. */
function sellerOn(account: KnownAccount | undefined, at: Instant): string {
  const history = account?.history ?? [];
  return (history.findLast(({ effectiveFrom }) => effectiveFrom <= at) ?? history[0])?.seller ?? '';
}

/** Accounts and plans there are. */
export interface KnownInventory {
  readonly accounts: ReadonlyMap<string, KnownAccount>;
  readonly plans: ReadonlySet<string>;
  readonly addOns: ReadonlySet<string>;
  /** Ids of what can be bought for a subscription, of any plan. */
  readonly topUps: ReadonlySet<string>;
}

/** The time zone of the payer of a subscription that is known already (of its seller while nobody pays); undefined = no such subscription. */
export type TimeZoneOf = (subscription: string) => TimeZones | undefined;

/** All facts, or everything that is wrong: what has a problem is refused whole. */
export type InventoryReading =
  | { readonly ok: true; readonly facts: readonly Fact[]; readonly places?: PlacesOfFacts }
  | { readonly ok: false; readonly problems: readonly InventoryProblem[] };

/** Where purchases of top-ups are written, as messages begin with it ("f.csv:3 topUp: "): whether they are offered is known only beside what is recorded. */
export type PlacesOfFacts = ReadonlyMap<Fact, string>;

/** Takes note of what is wrong with one field of a change: what was expected, and what to do. */
export type ReportField = (field: ChangeField, expected: string, remedy: string) => void;

/** Identifiers a subscription may have: those usage files name it by. */
const KINDS = ['imsi', 'iccid', 'msisdn', 'eid', 'device'] as const satisfies readonly IdentifierKind[];

const ID_WORDS = 'an id of letters, digits, ".", "-" and "_", at most 60';
const isId = (text: string) => id.safeParse(text).success;

/** States a subscription may be put in. */
export const STATES: readonly SubscriptionState[] = ['inventory', 'test', 'ready', 'active', 'suspended', 'terminated'];
const OPTIONS: Readonly<Record<string, string>> = {
  subscription: 'SUBSCRIPTION',
  effectiveFrom: '--from',
  state: '--state',
  readyDays: '--ready-days',
  seller: '--seller',
  payer: '--payer',
  plan: '--plan',
  businessUnit: '--unit',
  addOn: '--add-on',
  topUp: '--top-up',
  imsi: '--imsi',
  iccid: '--iccid',
  msisdn: '--msisdn',
  eid: '--eid',
  device: '--device',
};

/**
 * Reads one change given on the command line, with the checks a row of a file gets; a problem names the option it is about.
 * Example: from 2026-11-15, state terminated → one state fact at local midnight of the payer's 15 November.
 */
export function readChange(change: Change, known: KnownInventory, timeZoneOf: TimeZoneOf): InventoryReading {
  const problems: InventoryProblem[] = [];
  const report: ReportField = (field, expected, remedy) => {
    const found = shortened(foundIn(change, field));
    const option = field.startsWith('property.') ? '--property' : '--detail';
    const name = OPTIONS[field] ?? `${option} ${field.replace('property.', '')}`;
    problems.push({ file: 'command line', line: 0, column: 0, field: name, found, expected, remedy });
  };
  const zone = known.accounts.get(change.payer)?.timeZone ?? timeZoneOf(change.subscription);
  const isKnown = zone !== undefined || namesIdentifier(change);
  const facts = factsOfChange(change, zone, isKnown, known, report);
  if (problems.length > 0) return { ok: false, problems };
  if (change.topUp === '') return { ok: true, facts };
  return { ok: true, facts, places: new Map(facts.map((fact) => [fact, `${OPTIONS.topUp}: `])) };
}

/** Whether the change gives the subscription an identifier: how a subscription nobody pays for yet becomes known. */
export function namesIdentifier(change: Change): boolean {
  return KINDS.some((kind) => change[kind] !== '');
}

/** Facts of one change, and reports of everything wrong with it; facts count only when nothing was reported. */
export function factsOfChange(
  change: Change,
  zone: TimeZones | undefined,
  isKnownSubscription: boolean,
  known: KnownInventory,
  report: ReportField,
): Fact[] {
  checkSubscription(change, isKnownSubscription, report);
  const effectiveFrom = readEffectiveFrom(change, zone, isKnownSubscription, report);
  const facts = [
    ...stateFacts(change, effectiveFrom, zone, report),
    ...assignmentFacts(change, effectiveFrom, known, report),
    ...addOnFacts(change, effectiveFrom, known, report),
    ...topUpFacts(change, effectiveFrom, known, report),
    ...identifierFacts(change, effectiveFrom, report),
    ...saidFacts(change.subscription, change.said, effectiveFrom, report),
  ];
  const saysDetail = Object.values(change.said).some((text) => text !== '');
  const saysAny = [change.state, change.payer, change.plan, change.addOn, change.topUp].some((text) => text !== '');
  if (!saysAny && !namesIdentifier(change) && !saysDetail) {
    const expected = 'at least one of state, payer and plan, addOn, topUp, imsi, iccid, msisdn, a detail or a property';
    report('state', expected, 'Say what changes, or leave it out.');
  }
  return facts;
}

function checkSubscription(change: Change, isKnown: boolean, report: ReportField): void {
  if (!isId(change.subscription)) {
    report('subscription', ID_WORDS, 'Give every subscription an id of its own.');
  } else if (!isKnown && change.payer === '') {
    const remedy = 'Correct the id, or, if it is new, say its payer and plan or an identifier.';
    report('subscription', 'a subscription that exists', remedy);
  }
}

const DATE = /^(19|20)\d\d-\d\d-\d\d$/;
const INSTANT = /^(19|20)\d\d-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/;

function readEffectiveFrom(
  change: Change,
  zone: TimeZones | undefined,
  isKnown: boolean,
  report: ReportField,
): Instant {
  const text = change.effectiveFrom;
  const isDate = DATE.test(text);
  if (isDate && zone === undefined) {
    const remedy = 'Write an instant with its offset, e.g. 2026-10-17T13:37:00+02:00, or say the payer.';
    if (isKnown) report('effectiveFrom', "a payer, in whose time zone a date's midnight is", remedy);
    return 0;
  }
  try {
    if (isDate || INSTANT.test(text)) return instantOf(text, zone ?? 'UTC');
  } catch {
    // A day or hour the calendar does not have is reported like any other text that is no date.
  }
  const remedy = 'Write 2026-10-17, or with time and offset 2026-10-17T13:37:00+02:00 or …T11:37:00Z.';
  report('effectiveFrom', 'a date of the calendar, or an instant with its offset', remedy);
  return 0;
}

function stateFacts(change: Change, effectiveFrom: Instant, zone: TimeZones | undefined, report: ReportField): Fact[] {
  const { subscription, readyDays } = change;
  if (readyDays !== '' && change.state !== 'ready')
    report('readyDays', 'nothing without the state ready', 'Say state ready as well, also if it stays.');
  if (change.state === '') return [];
  const state = STATES.find((each) => each === change.state);
  if (state === undefined) {
    report('state', `one of ${STATES.join(', ')}`, 'Write the state in lower case, or leave it empty if unchanged.');
    return [];
  }
  const fact = { kind: 'state', subscription, effectiveFrom, state } as const;
  if (state !== 'ready' || readyDays === '') return [fact];
  return [{ ...fact, activeFrom: endOfReady(readyDays, effectiveFrom, zone, report) }];
}

const MOST_READY_DAYS = 3_650;

/** The local midnight after so many days: ready from some time of 10 March for 5 days → 15 March 00:00. */
function endOfReady(text: string, from: Instant, zone: TimeZones | undefined, report: ReportField): Instant {
  const days = /^[1-9]\d{0,3}$/.test(text) ? Number(text) : 0;
  if (days === 0 || days > MOST_READY_DAYS) {
    const remedy = 'Write the number alone, such as 90, or leave it empty: then its first use ends it.';
    report('readyDays', `whole days from 1 to ${MOST_READY_DAYS}`, remedy);
    return from;
  }
  if (zone === undefined) {
    report('readyDays', 'a payer, in whose time zone days are counted', 'Say the payer, or leave it empty.');
    return from;
  }
  return startOfDay(addDays(localDateOf(from, zone), days), zone);
}

function assignmentFacts(change: Change, effectiveFrom: Instant, known: KnownInventory, report: ReportField): Fact[] {
  const { payer, plan, businessUnit, subscription } = change;
  if (payer === '' && plan === '') {
    if (change.seller !== '' && change.addOn === '' && change.topUp === '')
      report('seller', 'nothing without payer and plan', 'Say payer and plan as well.');
    if (businessUnit !== '') report('businessUnit', 'nothing without payer and plan', 'Say payer and plan as well.');
    return [];
  }
  const account = checkPayer(change, known, report);
  if (plan === '') report('plan', 'a plan beside the payer', 'Say payer and plan together, also if one stays.');
  else if (!known.plans.has(plan)) {
    report('plan', 'a plan of the catalogue', 'Correct the id, or release the catalogue that has the plan first.');
  }
  const seller = change.seller === '' ? sellerOn(account, effectiveFrom) : change.seller;
  if (change.seller !== '' && !isId(seller)) report('seller', ID_WORDS, 'Write the id of the seller.');
  const assignments = [{ payer, plan, businessUnit }];
  return [{ kind: 'assignments', subscription, seller, effectiveFrom, assignments }];
}

function addOnFacts(change: Change, effectiveFrom: Instant, known: KnownInventory, report: ReportField): Fact[] {
  if (change.addOn === '') return [];
  const has = !change.addOn.startsWith('-');
  const addOn = has ? change.addOn : change.addOn.slice(1);
  if (!known.addOns.has(addOn)) {
    const remedy = 'Correct the id, or release the catalogue that has the add-on first.';
    report('addOn', 'a plan of the catalogue of kind addOn', remedy);
  }
  const seller = sellerNamed(change, effectiveFrom, known);
  if (seller === '') report('seller', 'the seller whose add-on it is', 'Say the seller: accounts have several.');
  return [{ kind: 'addOn', subscription: change.subscription, seller, effectiveFrom, addOn, has }];
}

/** The seller that is named, else that of the payer, else the only one there is. */
function sellerNamed({ seller, payer }: Change, effectiveFrom: Instant, { accounts }: KnownInventory): string {
  const sellers = new Set([...accounts.values()].flatMap(({ history }) => history.map((each) => each.seller)));
  const only = sellers.size === 1 ? ([...sellers][0] as string) : '';
  return seller || sellerOn(accounts.get(payer), effectiveFrom) || only;
}

function topUpFacts(change: Change, effectiveFrom: Instant, known: KnownInventory, report: ReportField): Fact[] {
  if (change.topUp === '') return [];
  const has = !change.topUp.startsWith('-');
  const [topUp = '', order = '', ...more] = (has ? change.topUp : change.topUp.slice(1)).split(':');
  if (more.length > 0 || !isId(topUp) || !isId(order)) {
    const expected = 'a top-up and the id of its purchase, such as boost:A-4711';
    report('topUp', expected, 'Give every purchase an id of its own; it keeps its date.');
  } else if (!known.topUps.has(topUp)) {
    report('topUp', 'a top-up of a plan or add-on', 'Correct its id, or release the catalogue that has it first.');
  }
  const seller = sellerNamed(change, effectiveFrom, known);
  if (seller === '') report('seller', 'the seller whose top-up it is', 'Say the seller: accounts have several.');
  return [{ kind: 'topUp', subscription: change.subscription, seller, effectiveFrom, topUp, order, has }];
}

function checkPayer(change: Change, known: KnownInventory, report: ReportField): KnownAccount | undefined {
  const { payer, businessUnit } = change;
  const account = known.accounts.get(payer);
  if (payer === '') {
    report('payer', 'a payer beside the plan', 'Say payer and plan together, also if one stays.');
  } else if (account === undefined) {
    report('payer', 'an account that exists', 'Correct the id, or add the account to the accounts file.');
  } else if (businessUnit !== '' && !account.businessUnits.has(businessUnit)) {
    const units = [...account.businessUnits].join(', ');
    const expected = units === '' ? `nothing: ${payer} has no business units` : `a business unit of ${payer}`;
    const remedy =
      units === '' ? 'Leave it empty.' : `It has ${shortened(units)}; leave it empty for the account itself.`;
    report('businessUnit', expected, remedy);
  }
  return account;
}

function identifierFacts(change: Change, effectiveFrom: Instant, report: ReportField): Fact[] {
  const facts: Fact[] = [];
  for (const kind of KINDS) {
    if (change[kind] === '') continue;
    const isGivenUp = change[kind].startsWith('-');
    const said = isGivenUp ? change[kind].slice(1) : change[kind];
    const text = kind === 'msisdn' ? said.replace(/^\+/, '') : said;
    const wrong = kind === 'device' ? wrongDevice(text) : wrongIdentifier(kind, text);
    if (wrong !== undefined) report(kind, wrong.expected, wrong.remedy);
    const subscription = isGivenUp ? '' : change.subscription;
    facts.push({ kind: 'identifier', identifier: `${kind}#${text}`, effectiveFrom, subscription });
  }
  return facts;
}

const LENGTHS = { imsi: [6, 15], iccid: [18, 22], msisdn: [3, 15], eid: [32, 32] } as const;
const DEVICE_LONGEST = 128;

/** What a platform calls a device is its own: only what no file could say is refused. */
function wrongDevice(text: string): { expected: string; remedy: string } | undefined {
  if (text.length > 0 && text.length <= DEVICE_LONGEST && !/\p{C}|^\s|\s$/u.test(text)) return undefined;
  return {
    expected: `at most ${DEVICE_LONGEST} characters`,
    remedy: 'Write it as the usage files say it.',
  };
}

/**
 * IMSI: ITU-T E.212, at most 15 digits. ICCID: E.118, begins with 89; of 19 digits, the last is Luhn's. MSISDN: E.164, at most 15. EID: GSMA SGP.02,
 * §2.2.2, 32 digits that leave 1 when divided by 97.
 */
function wrongIdentifier(kind: keyof typeof LENGTHS, digits: string): { expected: string; remedy: string } | undefined {
  const [least, most] = LENGTHS[kind];
  const lengths = least === most ? `${most} digits` : `${least} to ${most} digits`;
  if (/^[\d.,]+[eE]\+?\d+$/.test(digits)) {
    return { expected: lengths, remedy: 'A spreadsheet shortened it: format the column as text.' };
  }
  if (!/^\d+$/.test(digits) || digits.length < least || digits.length > most) {
    return { expected: lengths, remedy: `Write the ${kind.toUpperCase()} as digits only.` };
  }
  if (kind === 'eid' && BigInt(digits) % 97n !== 1n)
    return { expected: 'right check digits (the last two)', remedy: 'Compare it with the chip: a digit is wrong.' };
  if (kind !== 'iccid') return undefined;
  if (!digits.startsWith('89')) {
    return { expected: 'an ICCID, which begins with 89', remedy: 'Check that the columns are not interchanged.' };
  }
  if (digits.length === 19 && !passesLuhn(digits)) {
    return { expected: 'a right check digit (the last of 19)', remedy: 'Compare it with the card: a digit is wrong.' };
  }
  return undefined;
}

/** Luhn's check (ISO/IEC 7812-1, annex B) over digits of which the last is the check digit. */
function passesLuhn(digits: string): boolean {
  let total = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place]) * (place % 2 === 0 ? 1 : 2);
    total += digit > 9 ? digit - 9 : digit;
  }
  return total % 10 === 0;
}
