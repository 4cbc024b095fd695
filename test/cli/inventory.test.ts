import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { InventoryHistory } from '#shared/commit-log/use-cases/inventory-history.ts';
import type { Change } from '#shared/inventory/change.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { changeOne, loadFiles, showInventory } from '../../cli/inventory.ts';
import { NO_CHANGE } from '../inventory/no-change.ts';
import { FLEET, loadedSession } from './fleet.ts';
import { type MemorySession, told } from './memory-session.ts';

const folder = mkdtempSync(join(tmpdir(), 'billing-inventory-'));
afterAll(() => rmSync(folder, { recursive: true }));

let session: MemorySession;
beforeEach(async () => {
  session = await loadedSession();
});

const change = (given: Partial<Change>) =>
  told((output) => changeOne(session, { ...NO_CHANGE, effectiveFrom: '2026-10-20', ...given }, output));

/** What is recorded of a subscription about one thing. */
async function recorded(subscription: string, about: string) {
  const { data } = await told((output) => showInventory(session, subscription, output));
  const [history] = data as InventoryHistory[];
  return (history?.entries ?? []).filter((entry) => entry.about === about);
}

describe('a change of one subscription', () => {
  test('a date is the local midnight of who pays, whose zone is looked up', async () => {
    expect((await change({ subscription: 'NW-016', state: 'suspended' })).text).toBe('Recorded 1 fact at position 3.');
    expect(await recorded('NW-016', 'state')).toMatchObject([
      { says: 'active', until: instantOf('2026-10-19T22:00:00Z', 'UTC'), position: 2, replacedAt: 0 },
      { says: 'suspended', from: instantOf('2026-10-19T22:00:00Z', 'UTC'), until: null, position: 3, replacedAt: 0 },
    ]);
  });

  test('of a subscription nobody ever paid for, it is the midnight of the operator', async () => {
    await change({ subscription: 'LONE-1', effectiveFrom: '2026-10-01T00:00:00Z', imsi: '001010000000999' });
    await change({ subscription: 'LONE-1', state: 'ready' });
    expect(await recorded('LONE-1', 'state')).toMatchObject([{ from: instantOf('2026-10-19T22:00:00Z', 'UTC') }]);
  });

  test('what is said again of the same instant takes the place of what was said before, which is still seen', async () => {
    await change({ subscription: 'NW-016', state: 'suspended' });
    await change({ subscription: 'NW-016', state: 'terminated' });
    const { text } = await told((output) => showInventory(session, 'NW-016', output));
    expect(text.split('\n').filter((line) => line.startsWith('state'))).toMatchInlineSnapshot(`
      [
        "state                                 active                          2026-10-01  2026-10-20   position 2",
        "state                                 suspended                       2026-10-20  open         position 3  replaced at position 4",
        "state                                 terminated                      2026-10-20  open         position 4",
      ]
    `);
  });

  test('an identifier that moves ends with one and begins with the other', async () => {
    await change({ subscription: 'NW-002', imsi: '001010000000001' });
    const imsi = 'identifier imsi#001010000000001';
    expect((await recorded('NW-001', imsi)).map((entry) => entry.says)).toEqual(['its own', 'that of NW-002']);
    expect((await recorded('NW-002', imsi)).map((entry) => entry.says)).toEqual(['that of NW-001', 'its own']);
  });
});

test('rows without a payer take the zone of who pays already', async () => {
  const path = join(folder, 'changes.csv');
  writeFileSync(path, 'subscription,effectiveFrom,state\nNW-016,2026-10-20,suspended\nLS-01,2026-10-21,terminated\n');
  const { text } = await told((output) => loadFiles(session, [path], output));
  expect(text).toBe('Recorded 2 facts at position 3.');
  expect((await recorded('LS-01', 'state')).at(-1)).toMatchObject({ from: instantOf('2026-10-20T22:00:00Z', 'UTC') });
});

describe('what is known already', () => {
  test('a command given again records nothing', async () => {
    const given = { subscription: 'NW-016', state: 'suspended' };
    await change(given);
    expect((await change(given)).text).toBe('1 fact is known already; there is nothing to do.');
    await change({ ...given, state: 'active' });
    expect((await change(given)).text).toBe('Recorded 1 fact at position 5.');
  });

  test('of files loaded again, only what is new is recorded', async () => {
    const files = ['accounts.yaml', 'subscriptions.csv'].map((name) => join(FLEET, 'inventory', name));
    const { text } = await told((output) => loadFiles(session, files, output));
    expect(text).toBe('1,006 facts are known already; there is nothing to do.');
    const path = join(folder, 'more.csv');
    const [header, first] = readFileSync(files[1] ?? '', 'utf8').split('\n');
    writeFileSync(path, `${header}\n${first}\n${first?.replace(/^[^,]+/, 'NEW-1').replace(/\d{15,}/g, '')}\n`);
    const again = await told((output) => loadFiles(session, [path], output));
    expect(again.text).toMatch(/^Recorded 2 facts at position 3; \d were known already\.$/);
  });
});

test('a file that says nothing records nothing', async () => {
  const path = join(folder, 'empty.csv');
  writeFileSync(path, 'subscription,effectiveFrom\n');
  const { text } = await told((output) => loadFiles(session, [path], output));
  expect(text).toBe('The files say nothing; there is nothing to do.');
});
