import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { accountFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { accountAt } from '#shared/inventory/account-history.ts';
import { type Instant, localDateOf } from '#shared/time/local-date.ts';
import { periodFrom, periodOf } from '#shared/time/period.ts';
import type { Clock } from '#shared/time/ports.ts';
import type { Draft } from '../../draft.ts';
import { knownUntil } from '../../run.ts';
import { chainEnd } from './chain.ts';
import { type ComputePorts, computeDraft } from './compute-draft.ts';

/** What a preview needs of the world. */
export interface PreviewPorts extends ComputePorts {
  readonly clock: Clock;
}

/**
 * What an account would be billed at an instant, now unless it is said: the computation of a bill run, without a run. Charges due later, in arrears
 * at the period's end, are not in it yet. What is billed already stays so: an instant before the last link's cut-offs looks no further back.
 * @throws Error when the account is unknown.
 */
export async function previewAccount(ports: PreviewPorts, account: string, at = ports.clock.now()): Promise<Draft> {
  const { position, view, last, measureFrom } = await previewed(ports, account, at);
  const { timeZone, billingDay } = view;
  const { seller } = view.account;
  const cutOffs = {
    usageCutOff: Math.max(at, last?.link.usageCutOff ?? 0),
    chargeCutOff: Math.max(at, last?.link.chargeCutOff ?? 0),
  };
  const period = periodOf(localDateOf(at, timeZone), billingDay);
  const through = periodOf(localDateOf(knownUntil(cutOffs), timeZone), billingDay);
  const planned = {
    payer: account,
    predecessor: last?.n ?? 0,
    measureFrom,
    measureThrough: through.from,
    ...cutOffs,
  };
  const request = { run: 'preview', seller, invoiceDate: localDateOf(at, timeZone) };
  return computeDraft(ports, { request, planned, position, view, period });
}

/** An account as a preview sees it: at the tail of the log, behind its last link, from the first period that is not frozen on. */
export async function previewed(ports: PreviewPorts, account: string, at: Instant) {
  const position = await tail(ports.decisions, 0);
  await projectFacts(ports, position);
  const view = accountAt(await accountFacts(ports.projections, account), { position, cutOff: at }, at);
  if (view === undefined) throw new Error(`no account ${account} is known at position ${position}`);
  const { timeZone, billingDay } = view;
  const { seller } = view.account;
  const last = await chainEnd(ports.decisions, seller, account);
  const start = periodOf(localDateOf(view.since, timeZone), billingDay);
  const frozen = last?.link.frozenUntil ?? '';
  const first = frozen > start.from ? periodFrom(frozen, billingDay) : start;
  return { position, view, last, measureFrom: first.from };
}
