import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * The moved clock: real time plus an offset. It is what `Date` says inside Lambda children, what schedules follow, and
 * what objects, executions and events are stamped with. Epoch milliseconds throughout.
 */
export interface Clock {
  now(): number;
  /** Sets the instant it is now; time runs on from there. */
  set(epochMilliseconds: number): void;
  /** Milliseconds the moved clock is ahead of the real one. */
  offset(): number;
  /** Calls the listener after every `set`. */
  onSet(listener: () => void): void;
}

/** Opens the clock; the offset is kept in `file`, so that a restarted cloud does not fall back in time. */
export function openClock(file: string): Clock {
  let offset = existsSync(file) ? Number(JSON.parse(readFileSync(file, 'utf8')).offsetMilliseconds) : 0;
  const listeners: (() => void)[] = [];
  return {
    now: () => Date.now() + offset,
    offset: () => offset,
    set(epochMilliseconds) {
      if (!Number.isSafeInteger(epochMilliseconds))
        throw new Error(`The clock takes whole epoch milliseconds, not ${epochMilliseconds}`);
      offset = epochMilliseconds - Date.now();
      writeFileSync(file, JSON.stringify({ offsetMilliseconds: offset }));
      for (const listener of listeners) listener();
    },
    onSet: (listener) => void listeners.push(listener),
  };
}
