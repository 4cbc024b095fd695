import { parse } from 'csv-parse/sync';
import { csvFault } from '#shared/catalog/files/csv-fault.ts';
import type { TimeZones } from '#shared/time/local-date.ts';
import {
  type Change,
  factsOfChange,
  foundIn,
  type KnownInventory,
  namesIdentifier,
  type TimeZoneOf,
} from './change.ts';
import type { Fact } from './fact.ts';
import { type InventoryProblem, MOST_PROBLEMS, shortened } from './inventory-problem.ts';
import { DETAIL_COLUMNS, isSaidColumn } from './said-details.ts';

/** Largest subscriptions file taken, in characters: some two million rows. */
const MOST_CHARACTERS = 300_000_000;

const COLUMNS: readonly Exclude<keyof Change, 'said'>[] = [
  'subscription',
  'effectiveFrom',
  'state',
  'readyDays',
  'seller',
  'payer',
  'plan',
  'businessUnit',
  'addOn',
  'topUp',
  'imsi',
  'iccid',
  'msisdn',
  'eid',
  'device',
];
/** A change that says nothing. */
export const NOTHING = Object.fromEntries(COLUMNS.map((column) => [column, ''])) as unknown as Omit<Change, 'said'>;
/** Nothing said of details and properties. */
export const NOTHING_SAID: Change['said'] = {};

/** What a subscriptions file says, and what is wrong with it; entries count only when nothing is. */
export interface SubscriptionsReading {
  readonly entries: readonly { readonly file: string; readonly line: number; readonly fact: Fact }[];
  readonly problems: readonly InventoryProblem[];
}

/** A change, and the line it is written on. */
export interface Row {
  readonly line: number;
  readonly change: Change;
}

/** Where in its line a field of a change stands, for a message: column (0 = nowhere in particular) and line. */
export type PlaceOfField = (row: Row, field: string) => { readonly line: number; readonly column: number };

/**
 * Reads subscriptions from CSV (RFC 4180, comma, UTF-8) with a header line that names the columns in any order; only `subscription` and
 * `effectiveFrom` must be there. One row is one change; several rows of a subscription are its history, in any order.
 */
export function readSubscriptions(
  file: string,
  source: string,
  known: KnownInventory,
  timeZoneOf: TimeZoneOf,
): SubscriptionsReading {
  const { rows, header, problems } = readRows(file, source);
  const reading = readChanges(file, rows, known, timeZoneOf, ({ line }, field) => {
    return { line, column: header.indexOf(field) + 1 };
  });
  return { ...reading, problems: [...problems, ...reading.problems] };
}

/**
 * Facts of the changes a file says. A date without payer is midnight of who pays then by this file, else of who pays by what is known already,
 * else of the first payer the file names.
 */
export function readChanges(
  file: string,
  rows: readonly Row[],
  known: KnownInventory,
  timeZoneOf: TimeZoneOf,
  placeOf: PlaceOfField,
): SubscriptionsReading {
  const payers = payersBySubscription(rows, known);
  const introduced = new Set(rows.filter((row) => namesIdentifier(row.change)).map((row) => row.change.subscription));
  const entries: { file: string; line: number; fact: Fact }[] = [];
  const problems: InventoryProblem[] = [];
  for (const row of rows) {
    if (problems.length >= MOST_PROBLEMS) break;
    const { change, line } = row;
    const { subscription } = change;
    const zone =
      known.accounts.get(change.payer)?.timeZone ?? zoneOfChange(change, payers.get(subscription), timeZoneOf);
    const isKnown = zone !== undefined || introduced.has(subscription);
    const facts = factsOfChange(change, zone, isKnown, known, (field, expected, remedy) => {
      problems.push({
        file,
        ...placeOf(row, field),
        field,
        found: shortened(foundIn(change, field)),
        expected,
        remedy,
      });
    });
    for (const fact of facts) entries.push({ file, line, fact });
  }
  return { entries, problems };
}

/** A payer the file names, from when (compared as text), and its time zone (of one that does not exist, UTC: it is reported by itself). */
interface NamedPayer {
  readonly from: string;
  readonly zone: TimeZones;
}

function payersBySubscription(rows: readonly Row[], known: KnownInventory): Map<string, NamedPayer[]> {
  const payers = new Map<string, NamedPayer[]>();
  for (const { change } of rows) {
    if (change.payer === '') continue;
    const zone = known.accounts.get(change.payer)?.timeZone ?? 'UTC';
    const named = { from: change.effectiveFrom, zone };
    const list = payers.get(change.subscription);
    if (list === undefined) payers.set(change.subscription, [named]);
    else list.push(named);
  }
  for (const list of payers.values()) list.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  return payers;
}

function zoneOfChange(
  change: Change,
  payers: readonly NamedPayer[] | undefined,
  timeZoneOf: TimeZoneOf,
): TimeZones | undefined {
  const paying = payers?.findLast((payer) => payer.from <= change.effectiveFrom);
  return paying?.zone ?? timeZoneOf(change.subscription) ?? payers?.[0]?.zone;
}

/** The rows as changes; where the header or the quoting is wrong, no rows, since nothing in them can be told apart. */
function readRows(file: string, source: string): { rows: Row[]; header: string[]; problems: InventoryProblem[] } {
  const unreadable = (
    line: number,
    column: number,
    field: string,
    found: string,
    expected: string,
    remedy: string,
  ) => ({
    rows: [],
    header: [],
    problems: [{ file, line, column, field, found: shortened(found), expected, remedy }],
  });
  if (source.length > MOST_CHARACTERS) {
    return unreadable(
      0,
      0,
      '',
      'a larger file',
      `at most ${MOST_CHARACTERS} characters`,
      'Divide it into several files.',
    );
  }
  let records: { record: string[]; info: { lines: number } }[];
  try {
    const options = {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: 10_000,
    } as const;
    records = parse(source, options) as unknown as typeof records;
  } catch (error) {
    const { message, line } = csvFault(error, source);
    return unreadable(line, 0, '', '', 'lines of comma-separated values', `Mend the quotes: ${message}.`);
  }
  const [first, ...rest] = records;
  const header = first?.record ?? [];
  const problems = headerProblems(file, header);
  if (problems.length > 0) return { rows: [], header, problems };
  const rows: Row[] = [];
  for (const { record, info } of rest) {
    if (record.length === header.length) rows.push({ line: info.lines, change: changeOf(header, record) });
    else if (problems.length < MOST_PROBLEMS)
      problems.push(cellCountProblem(file, info.lines, record.length, header.length));
  }
  return { rows, header, problems };
}

function changeOf(header: readonly string[], cells: readonly string[]): Change {
  const change: Record<string, string> = { ...NOTHING };
  const said: Record<string, string> = {};
  for (const [place, name] of header.entries()) (isSaidColumn(name) ? said : change)[name] = cells[place] ?? '';
  const isSaid = Object.keys(said).length > 0;
  return { ...(change as unknown as Omit<Change, 'said'>), said: isSaid ? said : NOTHING_SAID };
}

function headerProblems(file: string, header: readonly string[]): InventoryProblem[] {
  const problem = (column: number, found: string, expected: string, remedy: string) => ({
    file,
    line: 1,
    column,
    field: '',
    found: shortened(found),
    expected,
    remedy,
  });
  if (header.length === 1 && /[;\t|]/.test(header[0] ?? '')) {
    return [problem(1, header[0] ?? '', 'columns separated by commas', 'Save the file as comma-separated values.')];
  }
  const problems = header.flatMap((name, place) => {
    if (!COLUMNS.some((column) => column === name) && !isSaidColumn(name)) {
      const expected = `a column of ${[...COLUMNS, ...DETAIL_COLUMNS, 'property.<name>'].join(', ')}`;
      return [problem(place + 1, name, expected, 'Correct its name or take the column out.')];
    }
    const isRepeated = header.indexOf(name) !== place;
    return isRepeated ? [problem(place + 1, name, 'every column once', 'Take one of the two columns out.')] : [];
  });
  const missing = ['subscription', 'effectiveFrom'].filter((name) => !header.includes(name));
  return [
    ...problems,
    ...missing.map((name) => problem(0, '', `a column ${name}`, 'Name the columns in the first line.')),
  ];
}

function cellCountProblem(file: string, line: number, found: number, expected: number): InventoryProblem {
  const remedy = 'Put values that hold a comma in double quotes, and leave no column out.';
  return {
    file,
    line,
    column: 0,
    field: '',
    found: `${found} values`,
    expected: `${expected} values, as in the header`,
    remedy,
  };
}
