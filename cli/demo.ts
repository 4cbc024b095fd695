import { execFile } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startCloud } from '../local/cloud.ts';
import { connect } from '../shared/aws/connect.ts';
import { environmentOf } from './demo-environment.ts';
import { storyteller } from './demo-steps.ts';
import { readStory } from './story.ts';

const ROOT = resolve(import.meta.dirname, '..');
const LOCAL = join(ROOT, '.local');
const EXAMPLE = join(ROOT, 'examples/fleet-month');

/** How the demonstration is run: whether the cloud stays up at its end, and whether its result is printed as JSON. */
export interface DemoOptions {
  readonly keep: boolean;
  readonly json: boolean;
}

/** Runs the example's two months through the deployed artefacts on the embedded cloud, from nothing, and prints invoices and proof. */
export async function demo(options: DemoOptions): Promise<boolean> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  rmSync(LOCAL, { recursive: true, force: true });
  const began = Date.now();
  const assembly = join(LOCAL, 'cdk.out');
  await promisify(execFile)(process.execPath, [join(ROOT, 'infra/app.ts')], { cwd: ROOT, env: { ...process.env, ENV: 'local', CDK_OUTDIR: assembly } });
  say(`synthesised ${readdirSync(assembly).length} files in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  const cloud = await startCloud({ assemblyDirectory: assembly, dataDirectory: join(LOCAL, 'cloud'), port: 0, schedules: false, log: () => {} });
  try {
    Object.assign(process.env, cloud.environment);
    const connection = connect(environmentOf(cloud.outputs));
    const teller = storyteller(EXAMPLE, cloud, { ...connection, clock: { now: () => Math.floor(cloud.clock.now() / 1000) } }, say);
    for (const step of await readStory(EXAMPLE)) await teller.tell(step);
    return await teller.conclude(options.json);
  } finally {
    await cloud.stop();
    say(`${((Date.now() - began) / 1000).toFixed(1)} s in all`);
  }
}
