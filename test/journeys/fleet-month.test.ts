import { mkdtempSync, rmSync } from 'node:fs';
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
