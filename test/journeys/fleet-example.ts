import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { type Expected, lineId } from '../../cli/demo/expected-run.ts';
import { readStory, type StoryStep } from '../../cli/demo/story.ts';
import { findDeployment } from '../../cli/deployment.ts';
import { openSession, type Session } from '../../cli/session.ts';

export const EXAMPLE = join(import.meta.dirname, '../../examples/fleet-month');
export const story: readonly StoryStep[] = await readStory(EXAMPLE);

/** Connects to an embedded cloud by the data beside it. Again after each move of its clock. */
export async function connectTo(dataDirectory: string, endpoint: string): Promise<Session['world']> {
  const deployment = findDeployment({ outputs: join(dataDirectory, 'outputs.json'), endpoint, folder: EXAMPLE });
  return (await openSession(deployment, 'journey')).world;
}

/** What the example expects of the invoices of a month: parties, totals, and every line that is not zero. */
export function expectedInvoices(path: string): object[] {
  const { invoices } = JSON.parse(readFileSync(join(EXAMPLE, path), 'utf8')) as Expected;
  return invoices.map(({ account, businessUnit, net, tax, gross, lines }) => ({
    account,
    businessUnit,
    totals: { net, tax, gross },
    lines: Object.fromEntries(
      lines
        .filter((line) => line.net !== '0.00')
        .map((line): [string, string] => [lineId(businessUnit, line), line.net])
        .sort(),
    ),
  }));
}

/** The same of documents as they lie in the invoice store. */
export async function postedInvoices(world: Session['world'], documents: readonly PostedDocument[]): Promise<object[]> {
  const read = await Promise.all(
    documents.map(async ({ key }) => {
      const { buyer, totals, lines } = JSON.parse(
        new TextDecoder().decode(await world.objects.get('invoices', key)),
      ) as Invoice;
      return {
        account: buyer.account,
        businessUnit: buyer.businessUnit,
        totals: { net: totals.net, tax: totals.tax, gross: totals.gross },
        lines: Object.fromEntries(
          lines
            .filter((line) => line.net !== '0.00')
            .map((line): [string, string] => [line.id, line.net])
            .sort(),
        ),
      };
    }),
  );
  return read;
}
