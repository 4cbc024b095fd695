import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { runStates } from '#shared/billing/use-cases/runs/run-state.ts';
import { LAST_SORT } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { tellStep } from '../../cli/demo/tell-step.ts';
import { synthesise } from '../../cli/embedded-cloud.ts';
import type { Session } from '../../cli/session.ts';
import { connectTo, EXAMPLE, expectedInvoices, postedInvoices, story } from './fleet-example.ts';
import { type KillableCloud, startKillableCloud } from './killable-cloud.ts';

type World = Session['world'];
const SWEEP = 'MediationSweep';

const directory = mkdtempSync(join(tmpdir(), 'killed-'));
const assemblyDirectory = join(directory, 'cdk.out');
const kills: string[] = [];
let cloud: KillableCloud;
beforeAll(async () => {
  await synthesise(assemblyDirectory);
  cloud = await startKillableCloud(assemblyDirectory, directory);
});
afterAll(async () => {
  await cloud.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Waits until something is so, looking often: what follows meets the cloud in the middle of its work. */
async function until(is: () => Promise<boolean>): Promise<void> {
  for (const began = performance.now(); performance.now() - began < 30_000; await sleep(50)) if (await is()) return;
  throw new Error('it has not come to that in half a minute');
}

async function killAndRestart(when: string): Promise<void> {
  await cloud.killAndRestart();
  kills.push(when);
}

/** When usage is killed on its way, one after the other; behind the last, the first again. */
const STAGES = ['files are dropped', 'a chunk is cut', 'a file is loaded'] as const;
let stage = 0;

/**
 * Usage under way: kills as soon as its files are dropped, the first chunk of them is cut, or one of them is loaded. Queues are lost with the
 * process; the sweep finds what stands still.
 */
async function killDuringUsage(world: World, before: number): Promise<void> {
  const when = STAGES[stage++ % STAGES.length]!;
  const cut = async () => {
    for await (const { key, storedAt } of world.objects.list('work', 'usage/'))
      if (key.includes('/chunk-') && storedAt >= world.clock.now() - 60) return true;
    return false;
  };
  const isLoaded = async () => (await tail(world.decisions, 0)) > before;
  if (when !== 'files are dropped')
    await until(async () => (await isLoaded()) || (when === 'a chunk is cut' && (await cut())));
  await killAndRestart(when);
  await cloud.trigger(SWEEP);
  await cloud.idle();
}

/** A link stands, the entry `run posted` does not: whoever posts again goes on. */
async function killDuringPosting(world: World, run: string, account: string): Promise<void> {
  const chain = { from: '', until: LAST_SORT, descending: true, limit: 1 };
  await until(async () => {
    const [last] = await world.decisions.query<{ run: string }>(`link#fernweh#${account}`, chain);
    return last?.value.run === run;
  });
  expect((await runStates(world.decisions, run)).at(-1)?.state).toBe('posting');
  await killAndRestart(`posting of ${run}`);
  await sleep(1_000);
  expect(await postRun({ ...world, fourEyes: false }, run)).toEqual({ outcome: 'taken up again' });
  await cloud.idle();
}

test('a cloud that is killed during usage and during posting comes to the same six invoices', async () => {
  const numbers: string[] = [];
  for (const step of story) {
    await cloud.setClock(step.at);
    const world = await connectTo(directory, cloud.endpoint);
    const before = await tail(world.decisions, 0);
    let waits = 0;
    const idle = async () => {
      waits++;
      if (step.usage !== undefined) await killDuringUsage(world, before);
      else if (step.run !== undefined && waits === 3)
        await killDuringPosting(world, `fernweh-c01-${step.run.period}-1`, 'lakeside');
      else await cloud.idle();
    };
    const invoices = join(directory, 'invoices');
    const told = await tellStep({ folder: EXAMPLE, invoices, world, idle, say: () => undefined }, step);
    numbers.push(...told.invoices.map(({ number }) => number));
    if (step.run === undefined) continue;
    expect(await postedInvoices(world, told.invoices)).toEqual(expectedInvoices(step.run.expected));
    expect(told.right).toBe(true);
  }
  expect(kills).toHaveLength(5);
  expect(numbers).toEqual([1, 2, 3, 4, 5, 6].map((number) => `FC-2026-0000${number}`));
  expect(await cloud.deadLetters()).toEqual({});
}, 300_000);
