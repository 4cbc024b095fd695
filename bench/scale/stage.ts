import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findDeployment } from '../../cli/deployment.ts';
import { synthesise } from '../../cli/embedded-cloud.ts';
import { openSession, type Session } from '../../cli/session.ts';
import { type Cloud, startCloud } from '../../local/cloud.ts';
import type { FunctionReading, MeterReading } from '../../local/meter.ts';
import { cpuSeconds } from '../measure.ts';

/** What a step of a benchmark asked the cloud for, and how long it took here. */
export interface Phase {
  readonly name: string;
  readonly seconds: number;
  /** Processor time of the cloud itself, its stores and its gateway, and of whoever gave the command. */
  readonly cloudSeconds: number;
  readonly asked: MeterReading;
}

/** An embedded cloud from nothing, and what is measured on it. */
export interface Stage {
  readonly cloud: Cloud;
  /** Connected anew: the clock may have been moved. */
  world(): Promise<Session['world']>;
  /** Waits until the cloud is still, however long a function is at work. */
  idle(): Promise<void>;
  /** Does a step, waits until the cloud is still, and notes what it was asked for. */
  phase(name: string, work: (world: Session['world']) => Promise<void>): Promise<void>;
  readonly phases: readonly Phase[];
  stop(): Promise<void>;
}

/** Starts a stage whose clock stands at an instant; `noted` hears of the steps after each one. */
export async function openStage(at: string, noted: (phases: readonly Phase[]) => void): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), 'scale-'));
  const assemblyDirectory = join(directory, 'cdk.out');
  process.env.CDK_CONTEXT_JSON = JSON.stringify({ settings: join(import.meta.dirname, 'settings') });
  await synthesise(assemblyDirectory);
  const settings = {
    port: 0,
    schedules: false,
    metered: true,
    log: (line: string) => process.stderr.write(`${line}\n`),
  };
  const cloud = await startCloud({ assemblyDirectory, dataDirectory: directory, ...settings });
  cloud.clock.set(Date.parse(at));
  const phases: Phase[] = [];
  const world = async () => {
    const place = { outputs: join(directory, 'outputs.json'), endpoint: cloud.endpoint, folder: resolve('.') };
    return (await openSession(findDeployment(place), 'bench')).world;
  };
  return {
    cloud,
    world,
    idle: () => patiently(cloud.idle),
    phases,
    async phase(name, work) {
      const before = cloud.meter();
      const began = performance.now();
      const worked = cpuSeconds();
      await work(await world());
      await patiently(cloud.idle);
      const seconds = (performance.now() - began) / 1000;
      const cloudSeconds = cpuSeconds() - worked;
      phases.push({ name, seconds, cloudSeconds, asked: since(before, cloud.meter()) });
      process.stderr.write(`${name}: ${seconds.toFixed(0)} s, ${cloudSeconds.toFixed(0)} s of the cloud's processor\n`);
      noted(phases);
    },
    async stop() {
      await cloud.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Minutes in which a function may end nothing: it is given a quarter of an hour, and several may follow one another on a busy machine. */
const MOST_MINUTES = 90;

/** A function at work on a large slice ends nothing for minutes. */
async function patiently(idle: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await idle();
    } catch (thrown) {
      if (tries === MOST_MINUTES) throw thrown;
    }
  }
}

/** Adds up by name, or takes off. */
function rise(of: Readonly<Record<string, number>>, from: Readonly<Record<string, number>>): Record<string, number> {
  const rises = Object.entries(of).map(([name, value]) => [name, value - (from[name] ?? 0)] as const);
  return Object.fromEntries(rises.filter(([, value]) => value > 0));
}

/** What was asked for between two readings; what is the largest of anything is so since the cloud started. */
function since(before: MeterReading, after: MeterReading): MeterReading {
  const { requests, invocations, functions, ...figures } = after;
  const { requests: _, invocations: __, functions: ___, ...earlier } = before;
  const { largestState, mostStates, largestHistory } = after;
  const risen = Object.entries(figures).map(([name, value]) => [
    name,
    value - (earlier as typeof figures)[name as keyof typeof figures],
  ]);
  return {
    ...(Object.fromEntries(risen) as typeof figures),
    requests: rise(requests, before.requests),
    invocations: rise(invocations, before.invocations),
    functions: Object.fromEntries(
      Object.entries(functions).map(([name, used]) => [name, usedSince(before.functions[name], used)]),
    ),
    ...{ largestState, mostStates, largestHistory },
  };
}

function usedSince(before: FunctionReading | undefined, after: FunctionReading): FunctionReading {
  if (before === undefined) return after;
  return {
    ...after,
    seconds: after.seconds - before.seconds,
    processorSeconds: after.processorSeconds - before.processorSeconds,
    gigabyteSeconds: after.gigabyteSeconds - before.gigabyteSeconds,
  };
}
