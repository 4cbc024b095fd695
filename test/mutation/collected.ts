import { expect } from 'vitest';

/** Stands in for `vitest` where mutants are tried: the test files of a run, loaded once, leave their tests here, to be run for each mutant. */

type Body = () => unknown;

/** A test as its file says it, named by its place there as well; its body does what stands before and after each test as well. */
export interface Collected {
  readonly file: string;
  readonly name: string;
  readonly body: () => Promise<void>;
}

/** What a file, or a group of its tests (`describe`), has of its own. */
interface Group {
  readonly name: string;
  readonly before: Body[];
  readonly after: Body[];
}

let tests: Collected[] = [];
let times = 0;
const once: Body[] = [];
let groups: readonly Group[] = [];

/**
 * The tests of the files, which are loaded one after the other, anew where they were before; what a file does once before its tests is done.
 * Nothing is done once after them, for their process ends.
 */
export async function collect(files: readonly string[]): Promise<readonly Collected[]> {
  tests = [];
  times += 1;
  for (const file of files) {
    groups = [{ name: file, before: [], after: [] }];
    await import(`${file}?${times}`);
    for (const body of once.splice(0)) await body();
  }
  return tests;
}

function add(name: string, body: Body): void {
  const around = groups;
  const place = tests.filter(({ file }) => file === around[0]!.name).length;
  tests.push({
    file: around[0]!.name,
    name: [...around.map((group) => group.name), `${name} (${place})`].join(' > '),
    body: async () => {
      for (const { before } of around) for (const first of before) await first();
      await body();
      for (const { after } of around) for (const last of after) await last();
    },
  });
}

function group(name: string, body: Body): void {
  groups = [...groups, { name, before: [], after: [] }];
  body();
  groups = groups.slice(0, -1);
}

/** A row of `each` is what the body takes: a list of values, or one. What else a test is told (its time) says nothing here. */
const named = (put: typeof add) => {
  const said = (rest: readonly unknown[]) =>
    rest.find((part) => typeof part === 'function') as (...row: unknown[]) => unknown;
  const each =
    (rows: readonly unknown[]) =>
    (name: string, ...rest: unknown[]) =>
      rows.forEach((row, index) => {
        put(`${name} #${index + 1}`, () => said(rest)(...(Array.isArray(row) ? row : [row])));
      });
  return Object.assign((name: string, ...rest: unknown[]) => put(name, said(rest)), { each });
};

export const test = named(add);
export const describe = named(group);
export const beforeAll = (body: Body): number => once.push(body);
export const beforeEach = (body: Body): number => groups.at(-1)!.before.push(body);
export const afterEach = (body: Body): number => groups.at(-1)!.after.push(body);
export const afterAll = (): undefined => undefined;
export { expect };
