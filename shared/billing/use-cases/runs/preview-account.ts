import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { accountFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { accountAt } from '#shared/inventory/account-history.ts';
import { localDateOf } from '#shared/time/local-date.ts';
import { periodFrom, periodOf } from '#shared/time/period.ts';
import type { Clock } from '#shared/time/ports.ts';
import type { Draft } from '../../draft.ts';
import { chainEnd } from './chain.ts';
import { type ComputePorts, computeDraft } from './compute-draft.ts';

/** What a preview needs of the world. */
export interface PreviewPorts extends ComputePorts {
  readonly clock: Clock;
}

/**
 * What an account would be billed now: the computation of a bill run, without a run, for the month so far. Charges due later, in arrears at
 * its end, are not in it yet. @throws Error when the account is unknown.
 */
export async function previewAccount(ports: PreviewPorts, account: string): Promise<Draft> {
  const position = await tail(ports.decisions, 0);
  await projectFacts(ports, position);
  const now = ports.clock.now();
  const view = accountAt(await accountFacts(ports.projections, account), { position, cutOff: now }, now);
  if (view === undefined) throw new Error(`no account ${account} is known at position ${position}`);
  const { timeZone, billingDay } = view;
  const { seller } = view.account;
  const period = periodOf(localDateOf(now, timeZone), billingDay);
  const last = await chainEnd(ports.decisions, seller, account);
  const start = periodOf(localDateOf(view.since, timeZone), billingDay);
  const frozen = last?.link.frozenUntil ?? '';
  const first = frozen > start.from ? periodFrom(frozen, billingDay) : start;
  const cutOffs = {
    usageCutOff: Math.max(now, last?.link.usageCutOff ?? 0),
    chargeCutOff: Math.max(now, last?.link.chargeCutOff ?? 0),
  };
  const planned = {
    payer: account,
    predecessor: last?.n ?? 0,
    measureFrom: first.from,
    measureThrough: period.from,
    ...cutOffs,
  };
  const request = { run: 'preview', seller, invoiceDate: localDateOf(now, timeZone) };
  return computeDraft(ports, { request, planned, position, view, period });
}
