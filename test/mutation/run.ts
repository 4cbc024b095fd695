import { fork } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Job, Mutant, Said } from './worker.ts';

/** Mutates the code of a capability, or of single files of it, and says which mutants its tests let live. */

/** The tests near a capability: those of its rules, and of what is reckoned from it; without laws, which take long. */
const NEAR: Readonly<Record<string, readonly string[]>> = {
  money: ['test/money'],
  rating: ['test/rating', 'test/billing', 'test/oracle'],
  billing: ['test/billing', 'test/oracle'],
  invoicing: ['test/invoicing'],
};
const LAWS = ['**/*.property.test.ts', '**/laws/**'];

/** Milliseconds a test may take, and all tests of one mutant, where none are named. */
const QUICK = { longest: 300, budget: 1000 };

/** Milliseconds a process may be silent (at first it loads all tests and runs them unbroken): beyond, its mutant runs for ever. */
const PATIENCE = { loading: 600_000, trying: 60_000 };

const root = join(import.meta.dirname, '../..');
process.chdir(root);
const [capability = '', ...files] = process.argv.slice(2);
const near = NEAR[capability];
if (near === undefined) {
  console.error('npm run mutate -- money|rating|billing|invoicing [shared/…/file.ts[:from-to] …]');
  process.exit(2);
}
const named = process.env.TESTS?.split(',');
const whole = `shared/${capability}/**/*.ts`;
const job: Job = {
  mutated: (files.length > 0 ? files : globSync(whole, { exclude: ['**/ports.ts'] }).sort()).map(mutatedPart),
  files: named ?? near.flatMap((folder) => globSync(`${folder}/**/*.test.ts`, { exclude: LAWS }).sort()),
  ...(named === undefined ? QUICK : { longest: Number.MAX_VALUE, budget: Number.MAX_VALUE }),
  tried: [],
};

const { mutants, tests, found, living } = await tryTogether();
for (const mutant of mutants.filter(({ id }) => !found.has(id) && !living.has(id)))
  if (await isFoundAlone(mutant)) found.add(mutant.id);
  else console.log(shown(mutant));
for (const file of new Set(mutants.map((mutant) => mutant.file))) {
  const those = mutants.filter((mutant) => mutant.file === file);
  const lives = those.filter(({ id }) => !found.has(id)).length;
  console.log(`${relative(root, file)}: ${lives} of ${those.length} live`);
}

function mutatedPart(name: string): Job['mutated'][number] {
  const [file = '', lines] = name.split(':');
  const [from = 1, to = from] = lines?.split('-').map(Number) ?? [];
  return lines === undefined ? { file } : { file, lines: [from, to] };
}

/**
 * Tries all mutants that tests run through, in one process until it is spoiled or ended by one, then in the next: which were found, and which
 * surely live.
 */
async function tryTogether() {
  let all: Extract<Said, { tests: unknown }> | undefined;
  const [tried, found, living] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (let isThrough = false; !isThrough; ) {
    const names = all?.tests.map(({ name }) => name);
    const again = { ...job, tried: [...tried], names, known: all?.mutants };
    const running = await converse(again, (said) => {
      if ('isThrough' in said) isThrough = true;
      if ('tried' in said) {
        tried.add(said.tried);
        if (said.isFound) found.add(said.tried);
        else if (said.isSure) living.add(said.tried);
        if (living.has(said.tried)) console.log(shown(all!.mutants.find(({ id }) => id === said.tried)!));
      }
      if (!('tests' in said) || all !== undefined) return;
      all = said;
      console.log(`${said.mutants.length} mutants, ${said.tests.length} tests`);
      for (const { name } of said.leftOut)
        console.log(`left out, too long or failing unbroken: ${relative(root, name)}`);
    });
    if (running !== undefined) for (const set of [tried, found]) set.add(running);
    if (all === undefined) throw new Error('No mutants were made: see what stands above.');
  }
  return { ...all!, found, living };
}

/**
 * Tries a mutant of which it is not sure that it lives in a process of its own, at work from the loading of the code on: it may be reached there alone, or what it would
 * change have been kept from before.
 */
async function isFoundAlone({ id, tests: places, isReachedOnLoading }: Mutant): Promise<boolean> {
  if (places.length === 0 && !isReachedOnLoading) return false;
  const those = isReachedOnLoading ? tests : places.map((place) => tests[place]!);
  const names = those.map(({ name }) => name);
  let isFound = true;
  await converse({ ...job, files: [...new Set(those.map(({ file }) => file))], names, only: id }, (said) => {
    if ('tried' in said) isFound = said.isFound;
  });
  return isFound;
}

/** Has a process try what it is asked, and gives back the mutant that ended it or ran for ever. */
function converse(asked: Job, hear: (said: Said) => void): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const silent = asked.only === undefined ? 'inherit' : 'ignore';
  const child = fork(join(import.meta.dirname, 'worker.ts'), { stdio: ['ignore', 'ignore', silent, 'ipc'] });
  const wait = (milliseconds: number) => setTimeout(() => child.kill('SIGKILL'), milliseconds);
  let patience = wait(PATIENCE.loading);
  let running: string | undefined;
  child.on('message', (said: Said) => {
    clearTimeout(patience);
    running = 'begun' in said ? said.begun : undefined;
    patience = wait(PATIENCE.trying);
    hear(said);
  });
  child.on('exit', () => {
    clearTimeout(patience);
    resolve(running);
  });
  child.send(asked);
  return promise;
}

/** A mutant as a reader finds it: file, line, what stands there between brackets, and what stands there instead. */
function shown({ file, start, end, instead }: Mutant): string {
  const lines = readFileSync(file, 'utf8').split('\n');
  const [first = '', last = ''] = [lines[start.line], lines[end.line]];
  const within = start.line === end.line ? first.slice(start.column, end.column) : `${first.slice(start.column)} …`;
  const place = `${first.slice(0, start.column).trimStart()}⟦${within}⟧${last.slice(end.column)}`;
  return `${relative(root, file)}:${start.line + 1}  ${place}  →  ${instead.replaceAll(/\s+/g, ' ')}`;
}
