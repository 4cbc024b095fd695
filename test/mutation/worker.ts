import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import type { Collected } from './collected.ts';

/** A process that tries mutants: it loads the broken code and the tests once, and runs for each mutant the tests that reach it. */

/** What a process is asked: of which files mutants are made, and by which tests they are to be found. */
export interface Job {
  readonly mutated: readonly { readonly file: string; readonly lines?: readonly [from: number, to: number] }[];
  readonly files: readonly string[];
  /** The tests of these files that are run, in this order; all of them where it is not known yet which are quick. */
  readonly names?: readonly string[] | undefined;
  /** A test that takes more milliseconds than this while nothing is broken is left out. */
  readonly longest: number;
  /** Milliseconds of tests, the quickest first, in which a mutant is found or lives. */
  readonly budget: number;
  readonly tried: readonly string[];
  /** What a process before found out of the mutants: the tests need not be run unbroken again. */
  readonly known?: readonly Mutant[] | undefined;
  /** The only mutant to try, at work from the loading of the code on; without it each is at work only while its tests run. */
  readonly only?: string;
}

/** A mutant: a place in the code (lines and columns from 0), and what stands there instead. */
export interface Mutant {
  readonly id: string;
  readonly file: string;
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
  readonly instead: string;
  /** The tests that run through it, as far as the budget goes, by their place among all, and how often they do while nothing is broken. */
  readonly tests: readonly number[];
  readonly times: number;
  /** It is reached as the code is loaded: only a process in which it is at work from there on says whether it lives. */
  readonly isReachedOnLoading: boolean;
}

/**
 * What a process says: first which mutants and tests there are, then of each mutant it tries that it begins, and whether a test found it. It is
 * not sure that one lives which was reached less often than unbroken, or as the code was loaded: what it would change may have been kept.
 */
export type Said =
  | { readonly mutants: readonly Mutant[]; readonly tests: readonly Named[]; readonly leftOut: readonly Named[] }
  | { readonly begun: string }
  | { readonly tried: string; readonly isFound: boolean; readonly isSure: boolean }
  | { readonly isThrough: true };

type Named = Pick<Collected, 'file' | 'name'>;

/** A test, and the milliseconds it takes while nothing is broken. */
interface Timed extends Collected {
  readonly milliseconds: number;
}

/** What Stryker's broken code asks of the process it runs in, and counts there. */
const switches = {
  activeMutant: undefined as string | undefined,
  currentTestId: undefined as string | undefined,
  hitCount: undefined as number | undefined,
  hitLimit: 0,
  mutantCoverage: { static: {}, perTest: {} } as { static: Counts; perTest: Record<string, Counts | undefined> },
};
type Counts = Record<string, number>;
Object.assign(globalThis, { __stryker__: switches });

const root = join(import.meta.dirname, '../..');
const collected = pathToFileURL(join(import.meta.dirname, 'collected.ts')).href;
const say = (said: Said) => new Promise((done) => process.send!(said, done));

process.once('message', async (job: Job) => {
  await work(job);
  process.exit(0);
});

async function work(job: Job): Promise<void> {
  const { files, mutants } = await broken(job);
  readInstead(new Map(files.map((file) => [pathToFileURL(file.name).href, file.content])));
  switches.activeMutant = job.only;
  const { collect } = (await import(collected)) as typeof import('./collected.ts');
  const all = new Map((await collect(job.files.map((file) => resolve(root, file)))).map((test) => [test.name, test]));
  const asked = job.names?.map((name) => all.get(name)!) ?? [...all.values()];
  if (job.only !== undefined) {
    await say({ tried: job.only, isFound: (await failing(asked)) !== undefined, isSure: true });
    return;
  }
  const [told, tests] = job.known === undefined ? await tell(job, mutants, asked) : [job.known, asked];
  const bench = { tests: [...tests] };
  for (const mutant of told)
    if (mutant.times > 0 && !job.tried.includes(mutant.id) && (await spoils(mutant, bench))) return;
  await say({ isThrough: true });
}

/** Runs all tests while nothing is broken, and says which of them are near which mutant. */
async function tell(job: Job, mutants: Awaited<ReturnType<typeof broken>>['mutants'], asked: readonly Collected[]) {
  const tests = await unbroken(asked, job.longest);
  const places = new Map(tests.map((test, place) => [test, place]));
  const told = mutants.map(({ id, fileName: file, location, replacement: instead }): Mutant => {
    const near = within(
      job,
      tests.filter((test) => timesReached(id, test) > 0),
    );
    const times = near.reduce((sum, test) => sum + timesReached(id, test), 0);
    const isReachedOnLoading = switches.mutantCoverage.static[id] !== undefined;
    return { id, file, ...location, instead, tests: near.map((test) => places.get(test)!), times, isReachedOnLoading };
  });
  const named = (those: readonly Named[]) => those.map(({ file, name }) => ({ file, name }));
  const kept = new Set(tests.map(({ name }) => name));
  await say({ mutants: told, tests: named(tests), leftOut: named(asked.filter(({ name }) => !kept.has(name))) });
  return [told, tests] as const;
}

/** As many of the tests as the budget pays for. */
function within({ budget }: Job, tests: readonly Timed[]): readonly Timed[] {
  let spent = 0;
  return tests.filter(({ milliseconds }) => (spent += milliseconds) <= budget);
}

/** Stryker's mutants of the files, and the files with all of them in, each behind its switch. */
function broken({ mutated }: Job) {
  const sources = [...Map.groupBy(mutated, ({ file }) => file)].map(([file, parts]) => ({
    name: resolve(root, file),
    content: readFileSync(file, 'utf8'),
    mutate:
      parts.some(({ lines }) => lines === undefined) || parts.map(({ lines: [from, to] = [1, 1] }) => range(from, to)),
  }));
  const quiet = new Proxy({} as ConstructorParameters<typeof Instrumenter>[0], { get: () => () => false });
  return new Instrumenter(quiet).instrument(sources, { ignorers: [], plugins: null, excludedMutations: [] });
}

/** Lines of a file, as Stryker counts them. */
const range = (from: number, to: number) => ({ start: { line: from - 1, column: 0 }, end: { line: to, column: 0 } });

/** From here on the broken files are loaded in place of those on disk, and what collects tests in place of `vitest`. */
function readInstead(files: ReadonlyMap<string, string>): void {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'vitest' && context.parentURL !== collected
        ? { url: collected, shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) =>
      files.has(url)
        ? { format: 'module-typescript', source: files.get(url)!, shortCircuit: true }
        : next(url, context),
  });
}

/** Runs every test while nothing is broken: the quickest first, without those too long and those that fail (snapshots are vitest's own). */
async function unbroken(tests: readonly Collected[], longest: number): Promise<readonly Timed[]> {
  const timed: Timed[] = [];
  for (const test of tests) {
    switches.currentTestId = test.name;
    const began = performance.now();
    if ((await failing([test])) === undefined) timed.push({ ...test, milliseconds: performance.now() - began });
  }
  switches.currentTestId = undefined;
  const kept = timed.filter(({ milliseconds }) => milliseconds <= longest);
  return kept.toSorted((a, b) => a.milliseconds - b.milliseconds);
}

const timesReached = (mutant: string, { name }: Timed) => switches.mutantCoverage.perTest[name]?.[mutant] ?? 0;

/**
 * Tries a mutant, and says whether it was found. Code that runs a hundred times as often as unbroken is taken to run for ever. Where the test that
 * found it fails with nothing broken as well, something was kept, by this mutant or one before: its file is loaded anew, and the mutant tried
 * again. True where the test fails even so: this process says nothing more.
 */
async function spoils(mutant: Mutant, bench: { tests: Collected[] }, isAnew = false): Promise<boolean> {
  const { id, times } = mutant;
  if (!isAnew) await say({ begun: id });
  switches.hitCount = 0;
  switches.hitLimit = 1000 + 100 * times;
  switches.activeMutant = id;
  const finder = await failing(mutant.tests.map((place) => bench.tests[place]!));
  const isSure = switches.hitCount >= times && !mutant.isReachedOnLoading;
  switches.activeMutant = switches.hitCount = undefined;
  const hasKept = finder !== undefined && (await failing([finder])) !== undefined;
  const isSpoiled = hasKept && !(await isMendedAnew(finder, bench));
  if (hasKept && !isSpoiled && !isAnew) return spoils(mutant, bench, true);
  await say({ tried: id, isFound: finder !== undefined && (!isSpoiled || isAnew), isSure: isSure && !isSpoiled });
  return isSpoiled;
}

/** Loads the file of a test anew, with what it keeps for its tests; whether the test passes then. */
async function isMendedAnew({ file, name }: Collected, bench: { tests: Collected[] }): Promise<boolean> {
  const { collect } = (await import(collected)) as typeof import('./collected.ts');
  const anew = new Map((await collect([file])).map((test) => [test.name, test]));
  bench.tests = bench.tests.map((test) => anew.get(test.name) ?? test);
  return (await failing([anew.get(name)!])) === undefined;
}

/** The first of the tests that fails. */
async function failing<T extends Collected>(tests: readonly T[]): Promise<T | undefined> {
  for (const test of tests) {
    try {
      await test.body();
    } catch {
      return test;
    }
  }
  return undefined;
}
