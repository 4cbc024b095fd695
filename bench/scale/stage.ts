import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findDeployment } from '../../cli/deployment.ts';
import { synthesise } from '../../cli/embedded-cloud.ts';
import { openSession, type Session } from '../../cli/session.ts';
import { type Cloud, startCloud } from '../../local/cloud.ts';
import type { MeterReading } from '../../local/meter.ts';

/** What a step of a benchmark asked the cloud for, and how long it took here. */
export interface Phase {
  readonly name: string;
  readonly seconds: number;
  readonly asked: MeterReading;
}

/** An embedded cloud from nothing, and what is measured on it. */
export interface Stage {
  readonly cloud: Cloud;
  /** Connected anew: the clock may have been moved. */
  world(): Promise<Session['world']>;
  /** Does a step, waits until the cloud is still, and notes what it was asked for. */
  phase(name: string, work: (world: Session['world']) => Promise<void>): Promise<void>;
  readonly phases: readonly Phase[];
  /** Largest memory of each function's processes so far, by function, in MB. */
  memory(): Record<string, number>;
  stop(): Promise<void>;
}

/** Starts a stage whose clock stands at an instant. */
export async function openStage(at: string): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), 'scale-'));
  const assemblyDirectory = join(directory, 'cdk.out');
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
    phases,
    memory: memoryOfFunctions,
    async phase(name, work) {
      const before = cloud.meter();
      const began = performance.now();
      await work(await world());
      await patiently(() => cloud.idle());
      const seconds = (performance.now() - began) / 1000;
      phases.push({ name, seconds, asked: since(before, cloud.meter()) });
      process.stderr.write(`${name}: ${seconds.toFixed(0)} s\n`);
    },
    async stop() {
      await cloud.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A function at work on a large slice ends nothing for minutes. */
async function patiently(idle: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await idle();
    } catch (thrown) {
      if (tries === 14) throw thrown;
    }
  }
}

function since(before: MeterReading, after: MeterReading): MeterReading {
  const rise = (of: Readonly<Record<string, number>>, from: Readonly<Record<string, number>>) =>
    Object.fromEntries(
      Object.entries(of)
        .map(([name, times]) => [name, times - (from[name] ?? 0)] as const)
        .filter(([, times]) => times > 0),
    );
  return {
    requests: rise(after.requests, before.requests),
    invocations: rise(after.invocations, before.invocations),
    writeUnits: after.writeUnits - before.writeUnits,
    readUnits: after.readUnits - before.readUnits,
    transitions: after.transitions - before.transitions,
    children: after.children - before.children,
    largestState: after.largestState,
  };
}

/** The high-water mark of the processes that are children of this one, by the function they serve. */
function memoryOfFunctions(): Record<string, number> {
  const largest: Record<string, number> = {};
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${id}/status`, 'utf8');
      if (Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]) !== process.pid) continue;
      const name = /AWS_LAMBDA_FUNCTION_NAME=([^\0]+)/.exec(readFileSync(`/proc/${id}/environ`, 'utf8'))?.[1];
      const megabytes = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024;
      if (name !== undefined) largest[name] = Math.max(largest[name] ?? 0, Math.round(megabytes));
    } catch {}
  }
  return largest;
}
