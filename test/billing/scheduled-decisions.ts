import type fc from 'fast-check';
import type { Decisions } from '#shared/commit-log/ports.ts';

/** Decisions each call of which is done when a scheduler says so: whoever works on them races in every way there is. */
export function scheduledDecisions(scheduler: fc.Scheduler, decisions: Decisions): Decisions {
  const turn = (label: string) => scheduler.schedule(Promise.resolve(), label);
  return {
    putIfAbsent: (key, value) => turn(`put ${key.sort}`).then(() => decisions.putIfAbsent(key, value)),
    get: (key) => turn(`get ${key.sort}`).then(() => decisions.get(key)),
    query: (partition, range) => turn(`query ${partition}`).then(() => decisions.query(partition, range)),
  };
}
