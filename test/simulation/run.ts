import { writeFileSync } from 'node:fs';
import { memoryDecisions } from '#shared/memory/decisions.ts';
import { startedWith } from '../command-options.ts';
import { cleanRun, play } from './play.ts';

/** Plays seeds and says which fail: `npm run simulate -- --seeds 1000 --from 1 --trace trace.txt` */

const values = startedWith('npm run simulate --', {
  seeds: { default: '100', meaning: 'how many seeds are played' },
  from: { default: '1', meaning: 'the first of them' },
  trace: { default: '', meaning: 'the file the decisions of the first seed that fails are written to' },
});
const from = Number(values.from);
const count = Number(values.seeds);
const started = Date.now();
const reference = await cleanRun();
const failed: number[] = [];
const errors = new Map<string, number>();
const totals = { steps: 0, faults: 0 };
for (let seed = from; seed < from + count; seed++) {
  const played = await play(seed, reference, memoryDecisions(), false);
  totals.steps += played.steps;
  totals.faults += played.faults;
  for (const [message, times] of played.errors) errors.set(message, (errors.get(message) ?? 0) + times);
  if (played.problems.length > 0) {
    console.log(`seed ${seed} fails:\n  ${played.problems.slice(0, 5).join('\n  ').slice(0, 3000)}`);
    if (failed.length === 0 && values.trace !== '') {
      const { trace, problems } = await play(seed, reference, memoryDecisions(), true);
      writeFileSync(values.trace, [...trace, ...problems].join('\n'));
    }
    failed.push(seed);
  }
  if ((seed - from + 1) % 100 === 0) console.log(`${seed - from + 1} seeds, ${failed.length} failed`);
}
const seconds = (Date.now() - started) / 1000;
console.log(
  `${count} seeds from ${from}, ${totals.steps} decisions, ${totals.faults} faults, ${seconds.toFixed(1)} s; failed: ${failed.join(' ') || 'none'}`,
);
for (const [message, times] of errors) console.log(`  ${times} × ${message}`);
process.exitCode = failed.length > 0 ? 1 : 0;
