import type { LocalDate } from '#shared/time/local-date.ts';
import type { Catalog } from './catalog.ts';

/** Something a release would change. */
export interface CatalogChange {
  /** "plans iot › versions 2026-01-01 › charges data-eu › price › amount". */
  readonly what: string;
  /** From when it matters; '' = as soon as it is released, whatever the date. */
  readonly from: LocalDate | '';
  /** As it is, and as it would be; '' = nothing. Texts are cut. */
  readonly before: string;
  readonly after: string;
}

/** A thing of a list, told apart from the others by what it is called or from when it holds. */
interface Named {
  readonly key: string;
  readonly value: unknown;
}

/**
 * What a catalogue would change of another: by list, thing and field, in order of the lists. What is new or gone is one change, whatever it
 * holds. Of things that hold from a date, that date says from when it matters.
 */
export function catalogChanges(before: Catalog, after: Catalog): CatalogChange[] {
  return changesIn(before, after, [], '');
}

function changesIn(before: unknown, after: unknown, path: readonly string[], from: LocalDate | ''): CatalogChange[] {
  if (before === after) return [];
  const since = dateOf(after) || dateOf(before) || from;
  const change = { what: path.join(' › '), from: since, before: brief(before), after: brief(after) };
  if (!isTree(before) || !isTree(after) || Array.isArray(before) !== Array.isArray(after))
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [change];
  if (isScalars(before) && isScalars(after)) return change.before === change.after ? [] : [change];
  const [was, is] = [namedIn(before), namedIn(after)];
  const keys = [...new Set([...was.keys(), ...is.keys()])];
  const inside = keys.flatMap((key) => {
    const last = path.at(-1) ?? '';
    const step = Array.isArray(after) ? [...path.slice(0, -1), `${last} ${key}`.trim()] : [...path, key];
    return changesIn(was.get(key), is.get(key), step, since);
  });
  return Array.isArray(after) ? [...inside, ...orderChange(path, since, was, is)] : inside;
}

/** The order of charges and allowances decides which is first: it is a change of its own. */
function orderChange(
  path: readonly string[],
  from: LocalDate | '',
  was: ReadonlyMap<string, unknown>,
  is: ReadonlyMap<string, unknown>,
): CatalogChange[] {
  const before = [...was.keys()].filter((key) => is.has(key)).join(', ');
  const after = [...is.keys()].filter((key) => was.has(key)).join(', ');
  return before === after
    ? []
    : [{ what: `${path.join(' › ')} › order`, from, before: cut(before), after: cut(after) }];
}

function namedIn(tree: object): Map<string, unknown> {
  if (!Array.isArray(tree)) return new Map(Object.entries(tree));
  const named = tree.map((value, place): Named => ({ key: keyOf(value) || `${place + 1}`, value }));
  const isUnique = new Set(named.map(({ key }) => key)).size === named.length;
  return new Map(named.map(({ key, value }, place) => [isUnique ? key : `${key} (${place + 1})`, value]));
}

const NAMES = ['id', 'account', 'name', 'source', 'charge', 'allowance', 'season', 'country', 'plan', 'from', 'date'];

function keyOf(value: unknown): string {
  if (!isTree(value)) return String(value);
  const fields = value as Readonly<Record<string, unknown>>;
  const [first] = NAMES.filter((name) => typeof fields[name] === 'string' && fields[name] !== '');
  if (first === 'plan' && typeof fields.from === 'string') return `${fields.plan} from ${fields.from}`;
  return first === undefined ? '' : String(fields[first]);
}

function dateOf(value: unknown): LocalDate | '' {
  if (!isTree(value)) return '';
  const { from, date } = value as { from?: unknown; date?: unknown };
  const said = typeof date === 'string' ? date : from;
  return typeof said === 'string' && /^\d{4}-\d\d-\d\d$/.test(said) ? said : '';
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isScalars(value: object): boolean {
  return Array.isArray(value) && value.every((each) => !isTree(each));
}

/** A thing in a few words: a list of texts as it is, anything else as JSON without what is empty. */
function brief(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (!isTree(value)) return cut(String(value));
  if (Array.isArray(value) && isScalars(value)) return cut(value.join(', '));
  const isEmpty = (each: unknown) => each === '' || each === null || (Array.isArray(each) && each.length === 0);
  return cut(JSON.stringify(value, (_, each: unknown) => (isEmpty(each) ? undefined : each)).replaceAll('"', ''));
}

const LONGEST = 120;

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}
