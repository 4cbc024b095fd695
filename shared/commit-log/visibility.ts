import type { ContentReference, Entry, LoadedFile, Position } from './entry.ts';

/** A loaded usage file as it stands in the world: since which position it counts. */
export interface VisibleFile {
  readonly position: Position;
  /** Since which what it says has counted: of a replay, since that of the load it replaces; absent = the same. */
  readonly firstLoaded?: Position;
  readonly attempts: readonly string[];
}

/** A release or a set of facts, and since which position it counts. */
export interface Recorded {
  readonly position: Position;
  readonly id: string;
}

/**
 * The world at a position: which usage counts, month by month, and which catalogue. Plain JSON: a checkpoint is this value. It follows from
 * the entries alone.
 */
export interface WorldState {
  readonly position: Position;
  /** UTC month → file#generation → since when and which attempts. */
  readonly months: Readonly<Record<string, Readonly<Record<string, VisibleFile>>>>;
  /** file#generation → position at which it was first backed out or replaced: a load that comes later no longer counts. */
  readonly ended: Readonly<Record<string, Position>>;
  /** The last catalogue release, if there is one. */
  readonly catalog: (Recorded & { readonly catalog: ContentReference }) | null;
}

/** The world before the first entry. */
export const EMPTY_WORLD: WorldState = { position: 0, months: {}, ended: {}, catalog: null };

/** Names a load of a file: the generation tells loads of the same content apart. */
export function generationKey(file: string, generation: number): string {
  return `${file}#${generation}`;
}

/** Reads what generationKey wrote. */
export function readGenerationKey(key: string): { file: string; generation: number } {
  const border = key.lastIndexOf('#');
  return { file: key.slice(0, border), generation: Number(key.slice(border + 1)) };
}

/**
 * The world after further entries, which must follow on from it. A usage item counts at W if and only if its file's generation was loaded at
 * a position ≤ W and neither backed out nor replaced at one ≤ W, and its attempt is the one its chunk's commit names.
 * @throws RangeError when an entry does not follow on, and Error when one only names the object that lists its attempts.
 */
export function worldAfter(world: WorldState, entries: readonly Entry[]): WorldState {
  const months = new Map(Object.entries(world.months).map(([month, files]) => [month, { ...files }]));
  const ended: Record<string, Position> = { ...world.ended };
  let { position, catalog } = world;
  for (const entry of entries) {
    if (entry.position !== position + 1) throw new RangeError(`position ${entry.position} does not follow ${position}`);
    position = entry.position;
    const body = entry.body;
    if (body.kind === 'catalog released') catalog = { position, id: entry.id, catalog: body.catalog };
    if (body.kind === 'files loaded') for (const file of body.files) load(months, ended, file, position);
    if (body.kind === 'file backed out') {
      const key = generationKey(body.file, body.generation);
      if (!isLoaded(months, body.months, key)) continue;
      end(months, ended, key, position);
    }
  }
  return { position, months: Object.fromEntries(months), ended, catalog };
}

type Months = Map<string, Record<string, VisibleFile>>;

function load(months: Months, ended: Record<string, Position>, file: LoadedFile, position: Position): void {
  const key = generationKey(file.file, file.generation);
  if (ended[key] !== undefined) return;
  const replaced = file.replaces > 0 ? generationKey(file.file, file.replaces) : '';
  const since = new Map([...months].map(([month, files]) => [month, files[replaced]]));
  if (replaced !== '') end(months, ended, replaced, position);
  for (const month of file.months) {
    const files = months.get(month) ?? {};
    const { firstLoaded = since.get(month)?.position ?? position } = since.get(month) ?? {};
    files[key] ??= { position, ...(firstLoaded !== position && { firstLoaded }), attempts: listed(file) };
    months.set(month, files);
  }
}

function listed({ file, attempts }: LoadedFile): readonly string[] {
  if ('sha256' in attempts) throw new Error(`the attempts of usage file ${file} have not been read`);
  return attempts;
}

function end(months: Months, ended: Record<string, Position>, key: string, position: Position): void {
  ended[key] ??= position;
  for (const files of months.values()) delete files[key];
}

function isLoaded(months: Months, of: readonly string[], key: string): boolean {
  return of.some((month) => months.get(month)?.[key] !== undefined);
}
