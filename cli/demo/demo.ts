import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cloud } from '../../local/cloud.ts';
import { findDeployment } from '../deployment.ts';
import { startEmbeddedCloud } from '../embedded-cloud.ts';
import { openSession } from '../session.ts';
import { readStory } from './story.ts';
import { type ToldStep, tellStep } from './tell-step.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const EXAMPLE = join(ROOT, 'examples/fleet-month');

/** How the demonstration is run: whether the cloud stays up at its end, and whether its result is printed as JSON. */
export interface DemoOptions {
  readonly keep: boolean;
  readonly json: boolean;
}

/**
 * Two months of the example's fleet, from nothing: the app is synthesised, the embedded cloud started, and the story played through the
 * deployed artefacts. Answers whether every invoice and the proof came out as computed by hand, and nothing lies in dead letters.
 */
export async function demo({ keep, json }: DemoOptions): Promise<boolean> {
  const dataDirectory = join(ROOT, '.local');
  rmSync(dataDirectory, { recursive: true, force: true });
  const began = performance.now();
  const write = (stream: NodeJS.WriteStream) => (line: string) => stream.write(`${line}\n`);
  const say = json ? () => {} : write(process.stdout);
  const progress = process.stderr.isTTY ? write(process.stderr) : () => {};
  const { cloud, stop } = await startEmbeddedCloud(dataDirectory, 0, false, progress);
  try {
    say(`the embedded cloud is up at ${cloud.endpoint} after ${secondsSince(began)} s`);
    const told = await tellStory(cloud, dataDirectory, say);
    const dead = await cloud.deadLetters();
    const right = told.every((step) => step.right) && Object.keys(dead).length === 0;
    if (json) process.stdout.write(`${JSON.stringify({ right, deadLetters: dead, steps: told }, undefined, 2)}\n`);
    say(`\n${verdict(told, right, dead)} (${secondsSince(began)} s)`);
    if (keep) await stayUp(say);
    return right;
  } finally {
    await stop();
  }
}

async function tellStory(cloud: Cloud, dataDirectory: string, say: (line: string) => void): Promise<ToldStep[]> {
  const told: ToldStep[] = [];
  for (const step of await readStory(EXAMPLE)) {
    cloud.clock.set(Date.parse(step.at));
    say(`\n${step.at.slice(0, 16).replace('T', ' ')}  ${step.does}`);
    const deployment = findDeployment({
      outputs: join(dataDirectory, 'outputs.json'),
      endpoint: cloud.endpoint,
      folder: ROOT,
    });
    const { world } = await openSession(deployment, 'demo');
    told.push(
      await tellStep(
        { folder: EXAMPLE, invoices: join(dataDirectory, 'invoices'), world, idle: () => cloud.idle(), say },
        step,
      ),
    );
  }
  return told;
}

function verdict(told: readonly ToldStep[], right: boolean, dead: Record<string, number>): string {
  if (!right)
    return `not as expected: see the lines marked ✘${Object.keys(dead).length > 0 ? ` and the dead letters ${JSON.stringify(dead)}` : ''}`;
  const invoices = told.reduce((count, step) => count + step.invoices.length, 0);
  return `✔ ${invoices} invoices posted, each line as computed independently; every record accounted for`;
}

async function stayUp(say: (line: string) => void): Promise<void> {
  say('\nThe cloud stays up until Ctrl-C. In another terminal:');
  for (const command of [
    'invoice list',
    'invoice show FC-2026-00005',
    'invoice explain FC-2026-00005 --line 1',
    'usage suspense',
    'account preview lakeside',
  ]) {
    say(`  npx billing ${command}`);
  }
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  await sleep(2 ** 31 - 1, undefined, { signal: ended.signal }).catch(() => {});
}

function secondsSince(began: number): string {
  return ((performance.now() - began) / 1000).toFixed(1);
}
