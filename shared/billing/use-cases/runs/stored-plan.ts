import type { ContentReference, Position } from '#shared/commit-log/entry.ts';
import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { readContent, writeContent } from '#shared/commit-log/use-cases/content.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { type LeftOut, type PlannedPayer, type RunPlan, runKeys, type Slice, type SliceReference } from '../../run.ts';

/**
 * A plan as it is kept: payers in parts, in order of their ids, and each slice by itself, so that a child reads of it what its own payers need,
 * however many the run has.
 */
interface StoredPlan {
  readonly position: Position;
  readonly catalog: ContentReference;
  /** As in the plan: what a draft holds what became of its payers against. */
  readonly accounts?: number;
  readonly payerCount: number;
  readonly payers: readonly PlanPart[];
  readonly leftOut: ContentReference;
  readonly slices: readonly SliceReference[];
}

/** Payers of a plan one behind the other, from the first on. */
interface PlanPart {
  readonly first: string;
  readonly content: ContentReference;
}

/** What of a plan does not grow with its payers, but by a line a slice. */
export interface PlanHead extends Pick<StoredPlan, 'position' | 'catalog' | 'payerCount'> {
  readonly slices: readonly (SliceReference | Slice)[];
}

/** What reading a plan needs of the world. */
export interface PlanStore {
  readonly decisions: Decisions;
  readonly objects: Objects;
}

/** What a child is told of the plan: the world it bills, and its own payers. */
export interface PlannedWorld extends Pick<RunPlan, 'position' | 'catalog'> {
  readonly payers: ReadonlyMap<string, PlannedPayer>;
}

/** Payers of a part. */
const PAYERS_A_PART = 1000;
const PARTS_AT_ONCE = 8;

/** Writes a plan, whose payers are in order of their ids, and answers what names it. The same plan always gets the same name. */
export async function writePlan({ objects }: PlanStore, run: string, plan: RunPlan): Promise<ContentReference> {
  const { position, catalog, accounts, payers, leftOut, slices } = plan;
  const folder = `runs/${run}/plan`;
  const parts: PlanPart[] = [];
  const firsts = payers.filter((_, place) => place % PAYERS_A_PART === 0);
  await inParallel(firsts.entries(), PARTS_AT_ONCE, async ([place, { payer }]) => {
    const from = place * PAYERS_A_PART;
    const content = await writeContent(objects, folder, payers.slice(from, from + PAYERS_A_PART));
    parts[place] = { first: payer, content };
  });
  const references: SliceReference[] = [];
  await inParallel(slices, PARTS_AT_ONCE, async (slice) => {
    references[slice.slice] = { slice: slice.slice, content: await writeContent(objects, folder, slice) };
  });
  const stored: StoredPlan = {
    position,
    catalog,
    ...(accounts === undefined ? {} : { accounts }),
    payerCount: payers.length,
    payers: parts,
    leftOut: await writeContent(objects, folder, leftOut),
    slices: references,
  };
  return writeContent(objects, folder, stored);
}

/** A plan as it is kept; those of runs before there were parts are kept whole. @throws Error when the run has none yet. */
async function readKept({ decisions, objects }: PlanStore, run: string): Promise<StoredPlan | RunPlan> {
  const reference = await decisions.get<ContentReference>(runKeys.plan(run));
  if (reference === undefined) throw new Error(`run ${run} has not been planned yet`);
  return (await readContent(objects, reference)) as StoredPlan | RunPlan;
}

/** What of the plan of a run does not grow with its payers. @throws Error when it has none yet. */
export async function readPlanHead(ports: PlanStore, run: string): Promise<PlanHead> {
  const kept = await readKept(ports, run);
  const { position, catalog, slices } = kept;
  return { position, catalog, slices, payerCount: 'payerCount' in kept ? kept.payerCount : kept.payers.length };
}

/** The whole plan a run was given: of all its payers. @throws Error when it has none yet. */
export async function readPlan(ports: PlanStore, run: string): Promise<RunPlan> {
  const kept = await readKept(ports, run);
  if (!('payerCount' in kept)) return kept;
  const { position, catalog, accounts, payers, leftOut, slices } = kept;
  return {
    position,
    catalog,
    ...(accounts === undefined ? {} : { accounts }),
    payers: (await readAll<PlannedPayer[]>(ports.objects, payers)).flat(),
    leftOut: (await readContent(ports.objects, leftOut)) as LeftOut[],
    slices: await readAll<Slice>(ports.objects, slices),
  };
}

/** What some payers of a run are told of its plan; of those that are not in the run, nothing. */
export async function readPlanOf(ports: PlanStore, run: string, payers: readonly string[]): Promise<PlannedWorld> {
  const kept = await readKept(ports, run);
  const { position, catalog } = kept;
  const wanted = new Set(payers);
  const planned = 'payerCount' in kept ? await readParts(ports.objects, kept.payers, payers) : kept.payers;
  const its = planned.filter(({ payer }) => wanted.has(payer));
  return { position, catalog, payers: new Map(its.map((each) => [each.payer, each])) };
}

/** The parts of a plan some payers are in. */
async function readParts(
  objects: Objects,
  parts: readonly PlanPart[],
  payers: readonly string[],
): Promise<PlannedPayer[]> {
  const holding = new Set(payers.map((payer) => parts.findLast(({ first }) => first <= payer)));
  const read = await readAll<PlannedPayer[]>(
    objects,
    [...holding].filter((part) => part !== undefined),
  );
  return read.flat();
}

/** A payer's part of the plan. @throws Error when it is not in the run. */
export function plannedPayer({ payers }: PlannedWorld, payer: string): PlannedPayer {
  const planned = payers.get(payer);
  if (planned === undefined) throw new Error(`account ${payer} is not in this run`);
  return planned;
}

/** A slice of a run, from what a child is told of it; slices of runs before there were references are told whole. */
export async function readSlice(objects: Objects, told: SliceReference | Slice): Promise<Slice> {
  return 'parts' in told ? told : ((await readContent(objects, told.content)) as Slice);
}

async function readAll<Value>(
  objects: Objects,
  parts: readonly { readonly content: ContentReference }[],
): Promise<Value[]> {
  const read: Value[] = [];
  await inParallel(parts.entries(), PARTS_AT_ONCE, async ([place, { content }]) => {
    read[place] = (await readContent(objects, content)) as Value;
  });
  return read;
}
