/** A line of the result table. */
export interface Result {
  readonly what: string;
  /** What was counted: the same on every machine. */
  readonly counted: string;
  /** Measured value in `unit`, and the target it is held against (''= none). */
  readonly value: number;
  readonly unit: string;
  readonly target: string;
  readonly isMet: boolean;
}

/** Processor time (user + system) of this process so far, in seconds: what a core has worked, however many others were busy. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Runs some work several times and answers the processor time of the best run, in seconds. */
export async function bestOf(times: number, work: () => Promise<void> | void): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i++) {
    const before = cpuSeconds();
    await work();
    best = Math.min(best, cpuSeconds() - before);
  }
  return best;
}

/** A rate held against a least one. */
export function rate(what: string, counted: string, records: number, seconds: number, atLeast: number): Result {
  const value = records / seconds;
  return {
    what,
    counted,
    value,
    unit: 'records/s',
    target: atLeast === 0 ? '' : `≥ ${thousands(atLeast)}`,
    isMet: value >= atLeast,
  };
}

/** 1234567 as "1,234,567". */
export function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}

/** Says the results to whoever started this benchmark. */
export function report(results: readonly Result[]): void {
  for (const result of results) process.stdout.write(`${JSON.stringify(result)}\n`);
}
