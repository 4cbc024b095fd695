/** What a stack names, in the order it is drawn on: own allowances as "plan/allowance", pools by their keys ("name|unit"). */
export type Stack = readonly string[];

/** Whether something in a stack is shared by many: keys of pools have a bar, names of allowances never do. */
export function isPoolKey(step: string): boolean {
  return step.includes('|');
}

/** Own allowances, and pools by their names → their level, in an order in which nothing comes before what stands in front of it. */
export type Levels = ReadonlyMap<string, number>;

/**
 * The levels of all that stacks name (decision 61): 0 for own allowances that no pool stands in front of, one more behind a pool; a pool has the
 * highest level of what stands in front of it, whoever shares it.
 */
export function levelsOf(stacks: readonly Stack[]): Levels {
  const named = [...new Map(stacks.map((stack) => [stack.map(nameIn).join(' '), stack.map(nameIn)])).values()];
  const levels = new Map<string, number>();
  for (const name of inStackOrder(named)) {
    let level = 0;
    for (const stack of named) {
      const before = stack[stack.indexOf(name) - 1];
      if (before === undefined) continue;
      const isBehindPool = isOwn(name) && !isOwn(before);
      level = Math.max(level, (levels.get(before) ?? 0) + (isBehindPool ? 1 : 0));
    }
    levels.set(name, level);
  }
  return levels;
}

/** The level of what a stack names. */
export function levelIn(levels: Levels, step: string): number {
  return levels.get(nameIn(step)) ?? 0;
}

/** The name that pools of all units have in common; own allowances have their own. */
export function nameIn(step: string): string {
  return isPoolKey(step) ? step.slice(0, step.indexOf('|')) : step;
}

/** Whether a name is an own allowance's: names of pools never have a slash. */
export function isOwn(name: string): boolean {
  return name.includes('/');
}

/** Names such that every one comes before those behind it in any stack; where stacks contradict one another, by name. */
export function inStackOrder(routes: readonly (readonly string[])[]): string[] {
  const before = new Map<string, Set<string>>();
  for (const route of routes) {
    for (const [place, name] of route.entries()) {
      const earlier = before.get(name) ?? new Set<string>();
      for (const each of route.slice(0, place)) earlier.add(each);
      before.set(name, earlier);
    }
  }
  const ordered: string[] = [];
  const left = new Set([...before.keys()].sort());
  while (left.size > 0) {
    const free = [...left].find((name) => [...(before.get(name) ?? [])].every((each) => !left.has(each)));
    const next = free ?? ([...left][0] as string);
    left.delete(next);
    ordered.push(next);
  }
  return ordered;
}
