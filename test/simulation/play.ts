import type { Decisions } from '#shared/commit-log/ports.ts';
import { memoryDecisions } from '#shared/memory/decisions.ts';
import { createCloud } from './cloud.ts';
import { billed, comparable, differences } from './documents.ts';
import { problemsOf } from './invariants.ts';
import { seededRandom } from './random.ts';
import { projectionProblems } from './rebuilt.ts';
import { createScheduler, type Profile } from './scheduler.ts';
import { type Course, tell } from './story.ts';

const KINDS = [
  'crash',
  'throttle',
  'lost',
  'twice',
  'part',
  'abandon',
  'duplicate',
  'eventLost',
  'stepTwice',
  'executionDies',
] as const;

/** How likely a kind of fault is in a story, at each occasion; some stories know only some kinds. */
const PER_CALL = [0, 0.001, 0.004, 0.015];
const PER_OCCASION = [0, 0.03, 0.1, 0.3];
/** Per step of an execution. */
const PER_STEP = [0, 0.01, 0.05];
const BUDGETS = [10, 30, 80, 200];

/** What a seed stands for: its faults and its course. Every tenth has no faults, and only the order changes. */
function fateOf(seed: number): { profile: Profile; course: Course } {
  const random = seededRandom(seed ^ 0x2545f491);
  const chances = KINDS.map((kind, at) => [
    kind,
    random.pick(kind === 'executionDies' ? PER_STEP : at < 6 ? PER_CALL : PER_OCCASION),
  ]);
  const budget = seed % 10 === 0 ? 0 : random.pick(BUDGETS);
  return {
    profile: { ...Object.fromEntries(chances), budget } as Profile,
    course: { billsEarly: random.chance(0.3), races: random.chance(0.5), taxesLate: random.chance(0.4) },
  };
}

/** What every course of things must come to. */
export interface Reference {
  readonly documents: ReadonlyMap<string, string>;
  readonly billed: ReadonlyMap<string, string>;
}

/** The story without a fault and without a race. @throws Error when even that goes wrong. */
export async function cleanRun(): Promise<Reference> {
  const none = Object.fromEntries(KINDS.map((kind) => [kind, 0]));
  const scheduler = createScheduler(0, { ...none, budget: 0 } as unknown as Profile, false);
  const cloud = createCloud(scheduler, memoryDecisions());
  const problems: string[] = [];
  await tell(scheduler, cloud, { billsEarly: false, races: false, taxesLate: false }, async () => {
    problems.push(...(await projectionProblems(cloud)));
  });
  problems.push(...(await problemsOf(cloud)));
  if (problems.length > 0) throw new Error(`the story goes wrong by itself:\n${problems.join('\n')}`);
  return { documents: await comparable(cloud), billed: await billed(cloud) };
}

/** A story, played. */
export interface Played {
  readonly seed: number;
  readonly problems: readonly string[];
  readonly trace: readonly string[];
  readonly errors: ReadonlyMap<string, number>;
  readonly steps: number;
  readonly faults: number;
}

/**
 * Plays a seed over a store of decisions and holds its end against the clean run: whole documents, or, where a run came before its files, what
 * all of them bill together.
 */
export async function play(
  seed: number,
  reference: Reference,
  decisions: Decisions,
  isTraced: boolean,
): Promise<Played> {
  const { profile, course } = fateOf(seed);
  const scheduler = createScheduler(seed, profile, isTraced);
  scheduler.note(`${JSON.stringify(course)} ${JSON.stringify(profile)}`);
  const cloud = createCloud(scheduler, decisions);
  const problems: string[] = [];
  const atRest = async (chapter: string) => {
    for (const problem of await projectionProblems(cloud)) problems.push(`after ${chapter}: ${problem}`);
  };
  try {
    await tell(scheduler, cloud, course, atRest);
    problems.push(...(await problemsOf(cloud)));
    if (!course.billsEarly) problems.push(...differences('document', await comparable(cloud), reference.documents));
    problems.push(...differences('billed', await billed(cloud), reference.billed));
  } catch (error) {
    problems.push((error as Error).stack ?? `${error}`);
  }
  const { steps, faults } = scheduler.counts();
  return { seed, problems, trace: scheduler.trace, errors: scheduler.errors, steps, faults };
}
