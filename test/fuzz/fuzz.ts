import { seeded } from '../../bench/generate/random.ts';
import { type Mutation, mutated, type Random } from './mutate.ts';

/** Something that reads what others send, and the laws it keeps whatever that is. */
export interface FuzzTarget {
  readonly name: string;
  /** Inputs that are right, to begin with. */
  readonly seeds: readonly Buffer[];
  /** What may happen to its inputs beside what happens to all. */
  readonly mutations?: readonly Mutation[];
  /** Reads an input; throws if a law is broken. What is random in how it reads comes from `random`. */
  check(bytes: Buffer, random: Random): Promise<void> | void;
}

/** An input nothing should take longer for, in milliseconds of processor time. */
const LONGEST = 15_000;
/** What the process may hold at most, in bytes, beyond what it held before. */
const MOST_MEMORY = 600_000_000;

/** The input of a number: the same whenever it is asked for. */
export function inputOf({ seeds, mutations }: FuzzTarget, number: number): { bytes: Buffer; random: Random } {
  const random = seeded(number * 2_654_435_761 + 12_345);
  for (let i = 0; i < 8; i++) random(2);
  return { bytes: mutated(seeds[random(seeds.length)]!, seeds, random, mutations), random };
}

/** Checks the inputs of some numbers. @throws naming the number of the first that breaks a law, takes too long or too much memory. */
export async function fuzz(
  target: FuzzTarget,
  from: number,
  count: number,
  told: (number: number) => void,
): Promise<void> {
  const before = process.memoryUsage().rss;
  for (let number = from; number < from + count; number++) {
    const { bytes, random } = inputOf(target, number);
    const began = process.cpuUsage();
    try {
      await target.check(bytes, random);
    } catch (error) {
      throw new Error(`${target.name} breaks a law with input ${number} (${bytes.length} bytes)`, { cause: error });
    }
    const { user } = process.cpuUsage(began);
    if (user / 1000 > LONGEST) throw new Error(`${target.name} takes ${user / 1000} ms for input ${number}`);
    const grown = process.memoryUsage().rss - before;
    if (grown > MOST_MEMORY) throw new Error(`${target.name} holds ${grown} bytes more after input ${number}`);
    told(number);
  }
}
