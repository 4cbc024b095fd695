import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import { renderPdf } from '#shared/invoicing/use-cases/render-pdf.ts';
import { reproduceInvoice } from '#shared/invoicing/use-cases/reproduce-invoice.ts';
import { type ToldStep, tellStep } from '../../cli/demo/tell-step.ts';
import { synthesise } from '../../cli/embedded-cloud.ts';
import { type Cloud, startCloud } from '../../local/cloud.ts';
import { FONTS } from '../invoicing/fonts.ts';
import { commandLine } from './command-line.ts';
import { connectTo, EXAMPLE, expectedInvoices, postedInvoices, story } from './fleet-example.ts';

const directory = mkdtempSync(join(tmpdir(), 'journey-'));
const assemblyDirectory = join(directory, 'cdk.out');
let cloud: Cloud;
beforeAll(async () => {
  await synthesise(assemblyDirectory);
  cloud = await startCloud({
    assemblyDirectory,
    dataDirectory: directory,
    port: 0,
    schedules: false,
    metered: false,
    log: () => undefined,
  });
});
afterAll(async () => {
  await cloud.stop();
  rmSync(directory, { recursive: true, force: true });
});

test('two months of a fleet, through everything that is deployed: six invoices to the cent, and nothing lost', async () => {
  const told: ToldStep[] = [];
  for (const step of story) {
    cloud.clock.set(Date.parse(step.at));
    const world = await connectTo(directory, cloud.endpoint);
    const stage = {
      folder: EXAMPLE,
      invoices: join(directory, 'invoices'),
      world,
      idle: () => cloud.idle(),
      say: () => undefined,
    };
    const outcome = await tellStep(stage, step);
    told.push(outcome);
    if (step.run === undefined) continue;
    expect(await postedInvoices(world, outcome.invoices)).toEqual(expectedInvoices(step.run.expected));
    const nothing = { records: 0, bytes: 0, seconds: 0, count: 0 };
    expect(outcome.proof?.differences).toEqual({ read: nothing, accepted: nothing, invoices: nothing });
  }
  expect(told.flatMap((step) => step.invoices.map(({ number }) => number))).toEqual(
    [1, 2, 3, 4, 5, 6].map((number) => `FC-2026-0000${number}`),
  );
  expect(told.filter((step) => !step.right)).toEqual([]);
  const world = await connectTo(directory, cloud.endpoint);
  const ports = { ...world, backBillingMonths: 6, pdfOf: (invoice: Invoice) => renderPdf(invoice, FONTS) };
  for (const document of told.flatMap((step) => step.invoices)) {
    expect(await reproduceInvoice(ports, document)).toMatchObject({ isSame: true, values: [] });
  }
  expect(await cloud.deadLetters()).toEqual({});
}, 300_000);

/** What is open of documents, "number open", and what an account paid too much. */
interface Balance {
  readonly items: readonly { readonly document: { readonly number: string }; readonly open: string }[];
}

test('what follows, by the command line: payments, goodwill, an ad-hoc invoice, a cancellation and a write-off leave open what they should', async () => {
  cloud.clock.set(Date.parse('2026-12-20T09:00:00Z'));
  const billing = commandLine(directory, cloud.endpoint);
  const payments = join(directory, 'payments.csv');
  writeFileSync(
    payments,
    `id,account,date,amount,currency,invoice,kind,reference,seller
b1,lakeside,2026-12-05,40.00,EUR,FC-2026-00001,,,
b2,nordwind,2026-12-05,589.32,EUR,FC-2026-00002,,,
b3,nordwind,2026-12-06,400.00,EUR,,,,
`,
  );
  await billing('anna', 'payment', 'load', payments);
  const amendments = [
    ['adjust', 'FC-2026-00005', '--amount', '50', '--reason', 'late delivery'],
    ['issue', 'lakeside', '--line', 'Installation', '--quantity', '2', '--price', '149.00', '--reason', 'a visit'],
    ['cancel', 'FC-2026-00004', '--reason', 'sent to the wrong company'],
    ['write-off', 'FC-2026-00001', '--reason', 'insolvent'],
  ];
  for (const amendment of amendments) {
    const { request } = (await billing('anna', 'invoice', ...amendment, '--wait')) as { request: { run: string } };
    await billing('berta', 'run', 'approve', request.run);
    await billing('berta', 'run', 'post', request.run, '--wait');
  }
  // Paid 40.00 of 65.27, the rest written off; 00004 is cancelled; 2 × 149.00 and 19 % are open.
  // 400.00 pays 00003 (397.76), due first, and 2.24 of 00005 (384.45), which a credit note takes 59.50 off.
  expect(await openOf(billing, 'lakeside')).toEqual({ 'FC-2026-00007': '354.62' });
  expect(await openOf(billing, 'nordwind')).toEqual({ 'FC-2026-00005': '322.71', 'FC-2026-00006': '302.94' });
  const again = (await billing('anna', 'invoice', 'reproduce')) as { isSame: boolean }[];
  expect(again.map(({ isSame }) => isSame)).toEqual(Array.from({ length: 9 }, () => true));
  expect(await cloud.deadLetters()).toEqual({});
}, 300_000);

async function openOf(billing: ReturnType<typeof commandLine>, account: string): Promise<Record<string, string>> {
  const { items } = (await billing('anna', 'account', 'balance', account)) as Balance;
  return Object.fromEntries(
    items.filter(({ open }) => Number(open) !== 0).map(({ document, open }) => [document.number, open]),
  );
}
