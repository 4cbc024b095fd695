import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startedWith } from '../command-options.ts';
import { fuzz, inputOf } from './fuzz.ts';
import { BINARY_TARGETS } from './targets-binary.ts';
import { TEXT_TARGETS } from './targets-text.ts';

/**
 * Reads mutated inputs without end: `node test/fuzz/run.ts --target json --from 0 --count 100000`. An input that breaks a law is written to
 * the folder that `--save` names; with `--target` and its number it can be made again.
 */
const TARGETS = [...BINARY_TARGETS, ...TEXT_TARGETS];
const values = startedWith('npm run fuzz --', {
  target: { default: '', meaning: `what reads them: ${TARGETS.map(({ name }) => name).join(', ')}; else all` },
  from: { default: '0', meaning: 'number of the first input' },
  count: { default: '10000', meaning: 'how many inputs each is given' },
  save: { default: '', meaning: 'the folder an input that breaks a law is written to' },
});
const chosen = TARGETS.filter(({ name }) => values.target === '' || name === values.target);
if (chosen.length === 0)
  throw new Error(`there is no target ${values.target}; there are ${TARGETS.map(({ name }) => name).join(', ')}`);
const [from, count] = [Number(values.from), Number(values.count)];
for (const target of chosen) {
  const began = performance.now();
  let last = from;
  try {
    await fuzz(target, from, count, (number) => {
      last = number;
      if ((number + 1) % 10_000 === 0) tell(target.name, number + 1 - from, began);
    });
    tell(target.name, count, began);
  } catch (error) {
    const number = last === from ? from : last + 1;
    if (values.save !== '') {
      mkdirSync(values.save, { recursive: true });
      writeFileSync(join(values.save, `${target.name}-${number}`), inputOf(target, number).bytes);
    }
    throw error;
  }
}

function tell(name: string, done: number, began: number): void {
  const seconds = (performance.now() - began) / 1000;
  const megabytes = Math.round(process.memoryUsage().rss / 1e6);
  process.stdout.write(`${name}: ${done} inputs, ${Math.round(done / seconds)} a second, ${megabytes} MB\n`);
}
