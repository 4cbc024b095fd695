import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Cloud } from '../local/cloud.ts';
import type { Connection } from '../shared/aws/connect.ts';
import { approveRun, postRun } from '../shared/billing/use-cases/decide-run.ts';
import { changeInventory, knownInventory } from '../shared/billing/use-cases/change-inventory.ts';
import { draftReport } from '../shared/billing/use-cases/close-draft.ts';
import { openRun } from '../shared/billing/use-cases/open-run.ts';
import { readPlan } from '../shared/billing/use-cases/plan-run.ts';
import { proveUsage } from '../shared/billing/use-cases/prove-usage.ts';
import { runStates } from '../shared/billing/use-cases/run-state.ts';
import { readCatalog } from '../shared/catalog/read-catalog.ts';
import { releaseCatalog } from '../shared/commit-log/use-cases/release-catalog.ts';
import { readInventoryFiles } from '../shared/inventory/inventory-file.ts';
import { postedDocuments } from '../shared/invoicing/use-cases/commit-posting.ts';
import type { StoryStep } from './story.ts';

export function storyteller(folder: string, cloud: Cloud, world: Connection, say: (line: string) => void) {
  const entryQueue = { send: (position: number) => world.queues.send([{ queue: 'entries', position }]) };
  const ports = { ...world, entryQueue };
  const yaml = (directory: string): { path: string; text: string }[] =>
    readdirSync(join(folder, directory), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.yaml'))
      .sort()
      .map((path) => ({ path, text: readFileSync(join(folder, directory, path), 'utf8') }));
  const results: unknown[] = [];
  return {
    async tell(step: StoryStep) {
      cloud.clock.set(Date.parse(step.at));
      say(`${new Date().toISOString()} ${step.at}  ${step.does}`);
      if (step.catalog) {
        const read = readCatalog(yaml(step.catalog));
        if ('problems' in read) throw new Error(JSON.stringify(read.problems));
        say(JSON.stringify(await releaseCatalog(ports, read.catalog, 'demo')));
      }
      if (step.inventory) {
        const files = step.inventory.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
        const read = readInventoryFiles(files, await knownInventory(ports), () => 'Europe/Berlin');
        if (!read.ok) throw new Error(JSON.stringify(read.problems));
        say(JSON.stringify(await changeInventory(ports, read.facts, 'demo')));
      }
      for (const file of step.usage ?? []) {
        const [, carrier = '', name = ''] = file.split('/');
        await world.objects.put('incoming', `incoming/${carrier}/${basename(name)}`, readFileSync(join(folder, file)), 'application/octet-stream');
      }
      await cloud.idle();
      if (step.run) {
        const opened = await openRun(ports, { seller: 'fernweh', cycle: 1, account: '', month: step.run.period, invoiceDate: step.run.invoiceDate, beforeEnd: false, by: 'demo' });
        say(JSON.stringify(opened));
        if (opened.outcome !== 'opened') throw new Error(opened.reason);
        await cloud.idle();
        const report = await draftReport(world, opened.run);
        say(JSON.stringify(report, null, 1));
        say(JSON.stringify(await approveRun({ ...ports, fourEyes: false }, opened.run, 'demo', false)));
        say(JSON.stringify(await postRun({ ...ports, fourEyes: false }, opened.run)));
        await cloud.idle();
        say(JSON.stringify((await runStates(world.decisions, opened.run)).at(-1)));
        const docs = await postedDocuments(world, opened.run);
        for (const doc of docs) say(`${doc.number} ${doc.payer} ${doc.businessUnit} ${doc.net} ${doc.gross} ${doc.currency}`);
        const proof = await proveUsage(world, (await readPlan(world, opened.run)).position);
        say(JSON.stringify(proof, null, 1));
        results.push(docs);
      }
      const dead = await cloud.deadLetters();
      if (Object.keys(dead).length > 0) say(`dead letters: ${JSON.stringify(dead)}`);
    },
    async conclude(_json: boolean) {
      return results.length === 2;
    },
  };
}
