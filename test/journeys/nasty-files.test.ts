import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isNothing } from '#shared/billing/proof-row.ts';
import { approveRun, postRun } from '#shared/billing/use-cases/decide-run.ts';
import { loadInventory } from '#shared/billing/use-cases/load-inventory.ts';
import { openRun } from '#shared/billing/use-cases/open-run.ts';
import { proveUsage } from '#shared/billing/use-cases/prove-usage.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { listFiles } from '#shared/mediation/use-cases/list-files.ts';
import { synthesise } from '../../cli/embedded-cloud.ts';
import type { Session } from '../../cli/session.ts';
import { type Cloud, startCloud } from '../../local/cloud.ts';
import { smallOperator } from '../billing/small-operator.ts';
import { droppedTwice, NASTY_FILES, NASTY_RELEASE, nastyInventory } from '../nasty/nasty-files.ts';
import { INVENTORY, SELLER } from '../simulation/world.ts';
import { connectTo } from './fleet-example.ts';

const MORNING = '2026-11-04T09:00:00+01:00';
const directory = mkdtempSync(join(tmpdir(), 'nasty-'));
let cloud: Cloud;
let world: Session['world'];
beforeAll(async () => {
  const assemblyDirectory = join(directory, 'cdk.out');
  await synthesise(assemblyDirectory);
  const where = { assemblyDirectory, dataDirectory: directory, port: 0 };
  cloud = await startCloud({ ...where, schedules: false, log: () => undefined });
  cloud.clock.set(Date.parse(MORNING));
  world = await connectTo(directory, cloud.endpoint);
  await releaseCatalog(world, NASTY_RELEASE, 'ops');
  for (const files of [INVENTORY, [nastyInventory()]])
    expect(await loadInventory(world, files, 'ops')).toMatchObject({ outcome: 'recorded' });
  await cloud.idle();
}, 120_000);
afterAll(async () => {
  await cloud.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Bills the accounts of day 1, and answers what they owe. */
async function billed(): Promise<string[]> {
  const asked = { seller: SELLER, cycle: 1, account: '', month: '2026-10', invoiceDate: '', beforeEnd: false };
  const opened = await openRun(world, { ...asked, by: 'ops' });
  if (opened.outcome === 'refused') throw new Error(opened.reason);
  await cloud.idle();
  const ports = { ...world, fourEyes: world.settings.fourEyes };
  for (const decided of [await approveRun(ports, opened.run, 'ops', false), await postRun(ports, opened.run)])
    if (decided.outcome === 'refused') throw new Error(decided.reason);
  await cloud.idle();
  const documents = await allDocuments(world, opened.run);
  return documents.map(({ payer, businessUnit, net, kind }) => {
    return `${payer}/${businessUnit} ${kind === '381' ? '-' : ''}${net}`;
  });
}

/** What the same files come to in memory, one after the other, in another order. */
async function billedInMemory(): Promise<string[]> {
  const operator = await smallOperator();
  await operator.release(NASTY_RELEASE);
  await operator.load([nastyInventory()]);
  for (const { key, body } of droppedTwice(2)) {
    operator.drop(key, body);
    await operator.settle();
  }
  return operator.bill('2026-10');
}

test('every nasty file, twice, through everything that is deployed: each has its end, nothing is left over, the invoices are the same', async () => {
  for (const { key, body } of droppedTwice(1)) await world.objects.put('incoming', key, body, 'text/plain');
  await cloud.idle();
  for (let sweeps = 0; sweeps < 2; sweeps++) {
    await cloud.trigger('MediationSweep');
    await cloud.idle();
  }
  const files = await listFiles(world, { month: '', carrier: '' });
  expect(files).toHaveLength(2 * NASTY_FILES.length);
  const open = files.filter(({ state }) => ['waiting', 'mediating', 'loading'].includes(state));
  expect(open.map(({ key, state, detail }) => `${key} ${state} ${detail}`)).toEqual([]);
  expect(await billed()).toEqual(await billedInMemory());
  const { differences, parts } = await proveUsage(world, await tail(world.decisions, 0));
  expect(Object.values(differences).every(isNothing)).toBe(true);
  for (const { differences: left } of parts) expect(Object.values(left).every(isNothing)).toBe(true);
  expect(await cloud.deadLetters()).toEqual({});
}, 300_000);
