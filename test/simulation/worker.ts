import { parentPort, workerData } from 'node:worker_threads';
import { memoryDecisions } from '#shared/memory/decisions.ts';
import { cleanRun, play } from './play.ts';

/** Plays some seeds in a thread of its own and sends word of each. After its time, it stops: on a busy machine, fewer are played. */
const { seeds, atLeast, milliseconds } = workerData as { seeds: number[]; atLeast: number; milliseconds: number };
const started = Date.now();
const reference = await cleanRun();
for (const [place, seed] of seeds.entries()) {
  if (place >= atLeast && Date.now() - started > milliseconds) break;
  const { problems, faults } = await play(seed, reference, memoryDecisions(), false);
  parentPort?.postMessage({ seed, problems, faults });
}
