import { parentPort, workerData } from 'node:worker_threads';
import { memoryDecisions } from '#shared/memory/decisions.ts';
import { cleanRun, play } from './play.ts';

/** Plays some seeds in a thread of its own and sends word of each: one that fails, with what is wrong. */
const { seeds } = workerData as { seeds: number[] };
const reference = await cleanRun();
for (const seed of seeds) {
  const { problems, faults } = await play(seed, reference, memoryDecisions(), false);
  parentPort?.postMessage({ seed, problems, faults });
}
