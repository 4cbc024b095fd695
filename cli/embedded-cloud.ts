import { execFile } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Cloud, startCloud } from '../local/cloud.ts';
import { CommandFailure } from './terminal/failure.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** What the templates and bundles of the embedded cloud are made from. */
const SOURCES = ['infra', 'functions', 'shared', 'package-lock.json'];

/** An embedded cloud that commands find by its endpoint. */
export interface EmbeddedCloud {
  readonly cloud: Cloud;
  /** Takes the endpoint away and ends the cloud; its data stays. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded cloud on its data and writes its endpoint beside them, where every command looks for it. The app is synthesised when it
 * is not there or older than what it is made from. `schedules` says whether sweeps and due runs set off by themselves.
 */
export async function startEmbeddedCloud(
  dataDirectory: string,
  port: number,
  schedules: boolean,
  progress: (line: string) => void,
): Promise<EmbeddedCloud> {
  const assemblyDirectory = join(dataDirectory, 'cdk.out');
  if (isStale(assemblyDirectory)) {
    progress('synthesising the app');
    await synthesise(assemblyDirectory);
  }
  progress('starting the embedded cloud');
  const cloud = await startCloud({ assemblyDirectory, dataDirectory, port, schedules, metered: false, log: () => {} });
  const endpoint = join(dataDirectory, 'endpoint');
  writeFileSync(endpoint, `${cloud.endpoint}\n`);
  return {
    cloud,
    async stop() {
      rmSync(endpoint, { force: true });
      await cloud.stop();
    },
  };
}

/** Synthesises the app for the environment `local`. @throws CommandFailure with what synthesis said. */
export async function synthesise(assemblyDirectory: string): Promise<void> {
  const environment = { ...process.env, ENV: 'local', CDK_OUTDIR: resolve(assemblyDirectory) };
  rmSync(assemblyDirectory, { recursive: true, force: true });
  try {
    await promisify(execFile)(process.execPath, [join(ROOT, 'infra/app.ts')], { cwd: ROOT, env: environment });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr ?? String(error);
    throw new CommandFailure(
      'the app cannot be synthesised',
      said.trim().split('\n').slice(0, 20),
      'mend infra/ or its settings',
    );
  }
}

function isStale(assemblyDirectory: string): boolean {
  const manifest = join(assemblyDirectory, 'manifest.json');
  if (!existsSync(manifest)) return true;
  const made = statSync(manifest).mtimeMs;
  return SOURCES.some((source) => newest(join(ROOT, source)) > made);
}

function newest(path: string): number {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  const inside = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return inside.reduce((latest, name) => Math.max(latest, statSync(join(path, name)).mtimeMs), mtimeMs);
}
