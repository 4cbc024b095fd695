import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Change } from '#shared/inventory/change.ts';
import { checkCatalog, releaseFolder, showCatalog } from '../../cli/catalog/catalog.ts';
import { changeOne, loadFiles, showInventory } from '../../cli/inventory.ts';
import { previewMonth, showAccount } from '../../cli/invoices/account.ts';
import { explain, listDocuments, showInvoice } from '../../cli/invoices/invoice.ts';
import { approve, list, open, post, show } from '../../cli/runs/run.ts';
import { CommandFailure, failureOf } from '../../cli/terminal/failure.ts';
import type { Output } from '../../cli/terminal/output.ts';
import { showSuspense } from '../../cli/usage/suspense.ts';
import { backOut, showFile, showFiles } from '../../cli/usage/usage.ts';
import { proveAll } from '../../cli/usage/usage-proof.ts';
import { uploadUsage } from '../../cli/usage/usage-upload.ts';
import { NO_CHANGE } from '../inventory/no-change.ts';
import { FLEET, loadedSession } from './fleet.ts';
import { type MemorySession, memorySession, told } from './memory-session.ts';

const folder = mkdtempSync(join(tmpdir(), 'billing-failures-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

let empty: MemorySession;
let session: MemorySession;
beforeAll(async () => {
  empty = memorySession('anna');
  session = await loadedSession();
  await session.settle();
});

/** Everything a command fails with, as it is shown. */
async function failing(command: (output: Output) => Promise<void>): Promise<string> {
  try {
    await told(command);
  } catch (error) {
    const { message, details, remedy } = failureOf(error);
    const lines = [message, ...details.map((detail) => `  ${detail}`), ...(remedy === '' ? [] : [`next: ${remedy}`])];
    return lines.join('\n').replaceAll(folder, '…').replaceAll(FLEET, 'fleet');
  }
  return 'did not fail';
}

const CHANGE: Change = { ...NO_CHANGE, subscription: 'NW-016', effectiveFrom: '2026-10-20' };
const OPEN = { cycle: 1, account: '', month: '2026-10', invoiceDate: '', seller: '', beforeEnd: false, wait: false };
const NOWHERE = { pdf: '', csv: '', usage: '' };

describe('what fails says what is wrong and what to do', () => {
  test.each<[name: string, command: (output: Output) => Promise<void>]>([
    ['a folder that is not there', (output) => checkCatalog(join(folder, 'nowhere'), output)],
    ['a folder without a catalogue', (output) => checkCatalog(folder, output)],
    ['a catalogue that is a file', (output) => checkCatalog(file('a.txt', ''), output)],
    ['nothing released', (output) => showCatalog(empty, output)],
    ['a proof before a release', (output) => proveAll(empty, '', output)],
    ['uploading before a release', (output) => uploadUsage(empty, 'roamhub', [file('CD1', 'x')], output)],
    ['a carrier nobody knows', (output) => uploadUsage(session, 'nobody', [file('CD1', 'x')], output)],
    [
      'a file no source reads',
      (output) => uploadUsage(session, 'roamhub', [file('X1', 'x'), file('CD1', 'x')], output),
    ],
    ['a carrier that is none', (output) => uploadUsage(session, '../x', [file('CD1', 'x')], output)],
    ['a file that is not there', (output) => uploadUsage(session, 'roamhub', [join(folder, 'CD9')], output)],
    ['a folder for a file', (output) => uploadUsage(session, 'roamhub', [folder], output)],
    ['an inventory file that is not there', (output) => loadFiles(session, [join(folder, 'no.csv')], output)],
    [
      'an inventory with several problems',
      (output) =>
        loadFiles(
          session,
          [
            file(
              'bad.csv',
              'subscription,effectiveFrom,state,payer,plan\nA,2026-10-01,on,nobody,sensor\nB,2026-13-01,active,,\n',
            ),
          ],
          output,
        ),
    ],
    ['an account of a seller the catalogue lacks', (output) => loadFiles(session, [file('bad.yaml', ACCOUNT)], output)],
    ['a change that says nothing', (output) => changeOne(session, CHANGE, output)],
    ['a change with a payer alone', (output) => changeOne(session, { ...CHANGE, payer: 'nordwind' }, output)],
    [
      'a change of an unknown subscription',
      (output) => changeOne(session, { ...CHANGE, subscription: 'X', state: 'active' }, output),
    ],
    ['an id nobody has', (output) => showInventory(session, 'nobody', output)],
    ['a usage file nobody dropped', (output) => showFile(session, 'CD0', 0, output)],
    ['backing out what is not there', (output) => backOut(session, 'CD0', 'x', output)],
    ['a month that has not ended', (output) => open(session, OPEN, output)],
    ['a cycle without accounts', (output) => open(session, { ...OPEN, cycle: 17, month: '2026-09' }, output)],
    ['a seller there is not', (output) => open(session, { ...OPEN, seller: 'nobody' }, output)],
    ['an account there is not', (output) => open(session, { ...OPEN, cycle: 0, account: 'nobody' }, output)],
    ['a run there is not', (output) => show(session, 'nothing', { all: false, usage: false }, output)],
    ['approving a run there is not', (output) => approve(session, 'nothing', false, output)],
    ['posting a run there is not', (output) => post(session, 'nothing', false, output)],
    ['an invoice there is not', (output) => showInvoice(session, 'FC-1', NOWHERE, output)],
    ['explaining an invoice there is not', (output) => explain(session, 'FC-1', 1, false, output)],
    ['the month of an account there is not', (output) => showAccount(session, 'nobody', output)],
    ['the preview of an account there is not', (output) => previewMonth(session, 'nobody', undefined, output)],
  ])('%s', async (_, command) => {
    expect(await failing(command)).toMatchSnapshot();
  });

  test.each<[name: string, command: (output: Output) => Promise<void>, text: string]>([
    ['files', (output) => showFiles(session, { month: '', carrier: '' }, output), 'There are no such files.'],
    ['suspense', (output) => showSuspense(session, '', false, output), 'Nothing is suspended.'],
    ['runs', (output) => list(session, output), 'There is no run yet.'],
    ['invoices', (output) => listDocuments(session, { account: '', month: '' }, output), 'There is no such invoice.'],
  ])('where there are no %s, it says so', async (_, command, text) => {
    expect(await told(command)).toMatchObject({ data: [], text });
  });

  test('a release that counts already, and a run that is approved already, are nothing to do', async () => {
    const { text } = await told((output) => releaseFolder(session, join(FLEET, 'catalog'), output));
    expect(text).toMatch(/^Release [0-9a-f]{12} counts already, since position 1; there is nothing to do\.$/);
  });

  test('one whom four eyes are asked for does not approve alone', async () => {
    const strict = { ...session, world: { ...session.world, settings: { ...session.world.settings, fourEyes: true } } };
    await told((output) => open(strict, { ...OPEN, beforeEnd: true, wait: true }, output));
    const run = 'fernweh-c01-2026-10-1';
    expect(await failing((output) => approve(strict, run, false, output))).toBe(
      `run ${run} was opened by anna; four eyes are asked for, so another must approve it`,
    );
    const { text } = await told((output) => approve({ ...strict, by: 'ben' }, run, false, output));
    expect(text).toBe(`Run ${run} is approved.`);
  });
});

const ACCOUNT = `accounts:
  - account: stranger
    effectiveFrom: 2026-10-01
    seller: nobody
    name: Stranger
    address: { lines: [Street 1], postalCode: "1", city: Town, country: DE }
    language: en
    currency: EUR
    timeZone: Europe/Berlin
    billingDay: 1
    taxProfile: none
    paymentTermDays: 14
`;

describe('errors of the world around', () => {
  const coded = (code: string, message: string) => Object.assign(new Error(message), { code });
  const named = (name: string, message: string) => Object.assign(new Error(message), { name });
  test.each<[name: string, error: unknown, message: string, remedy: RegExp]>([
    ['a refused connection', coded('ECONNREFUSED', 'connect'), 'nobody answers at the endpoint (connect)', /local up/],
    [
      'a refused connection on both addresses',
      new AggregateError([coded('ECONNREFUSED', 'connect ::1')]),
      'nobody answers at the endpoint',
      /local up/,
    ],
    ['no credentials', named('CredentialsProviderError', ''), 'there are no AWS credentials', /aws sso login/],
    ['expired credentials', named('ExpiredTokenException', 'old'), 'the AWS credentials have expired (old)', /sign in/],
    ['no permission', named('AccessDeniedException', 'no'), 'AWS refuses these credentials (no)', /permissions/],
    [
      'another deployment',
      named('ResourceNotFoundException', 'gone'),
      'the outputs name a resource that is not there (gone)',
      /--outputs/,
    ],
    ['anything else', new Error('something'), 'something', /^$/],
    ['no error at all', 'text', 'text', /^$/],
    ['a failure of ours', new CommandFailure('ours', [], 'do'), 'ours', /^do$/],
  ])('%s', (_, error, message, remedy) => {
    const found = failureOf(error);
    expect(found.message).toBe(message);
    expect(found.remedy).toMatch(remedy);
  });
});
