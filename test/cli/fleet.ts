import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { releaseFolder } from '../../cli/catalog/catalog.ts';
import type { Expected } from '../../cli/demo/expected-run.ts';
import { readStory } from '../../cli/demo/story.ts';
import { loadFiles } from '../../cli/inventory.ts';
import { approve, open, post } from '../../cli/runs/run.ts';
import { uploadUsage } from '../../cli/usage/usage-upload.ts';
import { type MemorySession, memorySession, told } from './memory-session.ts';

/** The fleet of the example. */
export const FLEET = join(import.meta.dirname, '../../examples/fleet-month');

/** What is expected of a month's run. */
export function expectedRun(month: string): Expected {
  return JSON.parse(readFileSync(join(FLEET, `expected/${month}.json`), 'utf8')) as Expected;
}

/** A session in which the example's first catalogue and inventory are loaded, in the middle of October. */
export async function loadedSession(): Promise<MemorySession> {
  const session = memorySession('anna');
  session.setClock('2026-10-15T08:00:00+02:00');
  await told((output) => releaseFolder(session, join(FLEET, 'catalog'), output));
  const files = ['accounts.yaml', 'subscriptions.csv'].map((name) => join(FLEET, 'inventory', name));
  await told((output) => loadFiles(session, files, output));
  return session;
}

/** Plays the example's two months by commands alone, in memory. */
export async function fleetSession(): Promise<MemorySession> {
  const session = memorySession('anna');
  for (const step of await readStory(FLEET)) {
    session.setClock(step.at);
    if (step.catalog) await told((output) => releaseFolder(session, join(FLEET, step.catalog ?? ''), output));
    if (step.inventory) {
      const files = step.inventory.map((file) => join(FLEET, file));
      await told((output) => loadFiles(session, files, output));
    }
    for (const file of step.usage ?? []) {
      const [, carrier = ''] = file.split('/');
      await told((output) => uploadUsage(session, carrier, [join(FLEET, file)], output));
      await session.settle();
    }
    if (step.run) await billMonth(session, step.run.period, step.run.invoiceDate);
    await session.settle();
  }
  return session;
}

async function billMonth(session: MemorySession, month: string, invoiceDate: string): Promise<void> {
  const asked = { cycle: 1, account: '', month, invoiceDate, seller: '', beforeEnd: false, wait: true };
  await told((output) => open(session, asked, output));
  const run = `fernweh-c01-${month}-1`;
  await told((output) => approve(session, run, false, output));
  await told((output) => post(session, run, true, output));
}
