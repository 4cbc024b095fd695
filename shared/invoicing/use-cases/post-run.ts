import { sellerOf } from '#shared/billing/seller-of.ts';
import { type DecideRunPorts, postRun, type RunDecision } from '#shared/billing/use-cases/runs/decide-run.ts';
import { runDrafts } from '#shared/billing/use-cases/runs/run-drafts.ts';
import { runRequest, stateOf } from '#shared/billing/use-cases/runs/run-state.ts';
import { readPlanHead } from '#shared/billing/use-cases/runs/stored-plan.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import { seriesName } from '../posted-document.ts';
import { ratesBetween } from '../rates-between.ts';
import { lastBlock, later } from './number-documents.ts';

/**
 * Starts posting an approved run, as `postRun` does; unless its documents would be dated later than they were drafted for, behind others of their series,
 * and a rate or a tax would be another: then the run is drafted again.
 */
export async function postDatedRun(ports: DecideRunPorts, run: string): Promise<RunDecision> {
  const { seller, invoiceDate } = await runRequest(ports.decisions, run);
  if ((await stateOf(ports.decisions, run)) === 'approved') {
    const catalog = (await readContent(ports.objects, (await readPlanHead(ports, run)).catalog)) as Catalog;
    const date = await dateInSeries(ports, catalog, seller, invoiceDate);
    const drafts = date === invoiceDate ? [] : await runDrafts(ports, run);
    const change = ratesBetween(catalog, seller, drafts, invoiceDate, date);
    if (change !== '')
      return {
        outcome: 'refused',
        reason: `the documents of run ${run} would be dated ${date}, as those before them in their series, and no more ${invoiceDate}; ${change}. Discard it with \`billing run discard ${run} --reason …\` and open it again`,
      };
  }
  return postRun(ports, run);
}

/** The date documents get now: no earlier than the last one of any series of the seller they may stand in. */
async function dateInSeries(
  { decisions }: Pick<DecideRunPorts, 'decisions'>,
  catalog: Catalog,
  seller: string,
  date: LocalDate,
): Promise<LocalDate> {
  const { numbering } = sellerOf(catalog, seller);
  let latest = date;
  for (const kind of ['invoice', 'creditNote', 'debitNote'] as const) {
    const series = numbering[kind];
    const last = series && (await lastBlock(decisions, seriesName(seller, kind, series, date)));
    latest = later(latest, last?.invoiceDate);
  }
  return latest;
}
