import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { accountFacts, accountsInCycle, accountsInGroup } from '#shared/commit-log/use-cases/read-inventory.ts';
import { catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { accountAt, accountOfSeller } from '#shared/inventory/account-history.ts';
import { type Instant, isoInstant, type LocalDate, localDateOf, startOfDay } from '#shared/time/local-date.ts';
import { type Period, periodOfMonth } from '#shared/time/period.ts';
import type { Clock, Identifiers } from '#shared/time/ports.ts';
import { type ApprovalSettings, ruleRefused } from '../../approval.ts';
import { cutOffsOf, outsidePeriod, periodUpToNow } from '../../cut-offs.ts';
import { datedAhead, datedBefore } from '../../invoice-dates.ts';
import { leastOfRun } from '../../minimum-amount.ts';
import type { Workflows } from '../../ports.ts';
import { type RunTerms, runScope, termsOf, USUAL_TERMS } from '../../run.ts';
import { hasBilled, onlyBillsAgain, runPeriod } from '../../run-period.ts';
import { closedPeriod } from '../books/closed-books.ts';
import { billingRun, chainEnd } from './chain.ts';
import { besideAnother, enterSequence, lastInSequence, type OpenRunResult, type RunBefore } from './run-sequence.ts';
import { stateOf } from './run-state.ts';

/** What opening a run needs of the world. */
export interface OpenRunPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
  readonly workflows: Workflows;
  readonly clock: Clock;
  readonly identifiers: Identifiers;
  readonly settings: ApprovalSettings;
}

/**
 * What an operator asks for: a cycle by its billing day, or (cycle 0) one account. `invoiceDate` '' = today, in the seller's time zone; `month` ''
 * = of one account, the period yesterday was in. `terms`: what is not as usual.
 */
export interface OpenRunCommand {
  readonly seller: string;
  readonly cycle: number;
  readonly account: string;
  /** Instead, the accounts of a group, whatever their billing day; '' or absent = not. */
  readonly group?: string;
  readonly month: string;
  readonly invoiceDate: LocalDate | '';
  /** Whether a period that has not ended may be billed. */
  readonly beforeEnd: boolean;
  readonly terms?: Partial<RunTerms>;
  /** Whether nobody asks for it but the schedule: what a person discarded then stays so until a person opens it again. Absent = a person asks. */
  readonly isDue?: true;
  readonly by: string;
}

/** Where a day begins first (UTC+14): before that, a period has ended nowhere. */
const EARLIEST_ZONE = 'Etc/GMT-14';

const refused = (reason: string): OpenRunResult => ({ outcome: 'refused', reason });

/**
 * Opens a run and starts its draft. Refused are: an unknown seller or account, a cycle with nobody in it, a period that has not ended, one
 * that is posted already or being posted, cut-offs outside it or behind what is billed, documents dated far ahead, before the period or into
 * books that are closed, approval by a rule where a person is asked for, and a second run beside one that is not posted or discarded yet.
 */
export async function openRun(ports: OpenRunPorts, command: OpenRunCommand): Promise<OpenRunResult> {
  const { seller, cycle, account, group = '', by } = command;
  const isUpToNow = command.month === '' && account !== '';
  if (!isUpToNow && !/^\d{4}-(0[1-9]|1[0-2])$/.test(command.month))
    return refused(`"${command.month}" is no month; write it like 2026-10`);
  const unapproved = ruleRefused(command, ports.settings);
  if (unapproved !== '') return refused(unapproved);
  const position = await tail(ports.decisions, 0);
  const { catalog } = await catalogOf(ports, await worldAt(ports, position, () => false));
  const selling = catalog.sellers.find((each) => each.id === seller);
  if (selling === undefined)
    return refused(`there is no seller ${seller}; the catalogue has ${catalog.sellers.map((s) => s.id).join(', ')}`);
  const now = ports.clock.now();
  const asked =
    group !== ''
      ? await groupMonth(ports, command, group, now)
      : account === ''
        ? await cycleMonth(ports, command, now)
        : await accountMonth(ports, command, position, now);
  if ('reason' in asked) return refused(asked.reason);
  const { month } = asked;
  const today = localDateOf(now, selling.timeZone);
  const invoiceDate = command.invoiceDate || today;
  const undatable =
    datedAhead(invoiceDate, today) ||
    datedBefore(invoiceDate, asked.period) ||
    (await closedPeriod(ports.decisions, seller, invoiceDate));
  if (undatable !== '') return refused(undatable);
  const scope = runScope(cycle, account, group);
  const last = await lastInSequence(ports, seller, scope, month);
  const beside = last === undefined ? '' : await besideLast(ports, last, { ...command, month });
  if (beside !== '') return refused(beside);
  const minimum = leastOfRun(selling, account, command.terms?.minimum ?? {});
  const isUsual = command.terms === undefined && Object.keys(minimum).length === 0;
  const request = {
    seller,
    cycle,
    account,
    ...(group !== '' && { group }),
    month,
    invoiceDate,
    beforeEnd: command.beforeEnd || isUpToNow,
    ...(isUsual ? {} : { terms: { ...USUAL_TERMS, ...command.terms, minimum } }),
    amendment: null,
    by,
    at: now,
    command: ports.identifiers.next(),
  };
  return enterSequence(ports, request, scope, (last?.n ?? 0) + 1);
}

/**
 * Why no run follows the last one of its sequence; '' = one may. Of a single account, its chain says whether the month is billed: a run that had
 * nothing to bill, or whose documents were cancelled, is followed by another. A cycle's posted run is followed by one for those it left out. The
 * schedule follows a discarded run only where that was opened before the period had ended.
 */
async function besideLast(ports: OpenRunPorts, last: RunBefore, command: OpenRunCommand): Promise<string> {
  const { state, request } = last;
  const { account, month, terms, isDue } = command;
  if (state === 'discarded' && isDue && !request.beforeEnd)
    return `run ${request.run} was discarded; once its cause is mended, open it again with \`billing run open\``;
  if (state === 'discarded' || state === 'lapsed' || (state === 'posted' && (account !== '' || terms?.isRest === true)))
    return '';
  if (state !== 'posted' && state !== 'posting') return besideAnother(last);
  const hint = state === 'posted' ? '; those it left out are billed by another with --rest' : '';
  return `${await billedAlready(ports, month, request.run)}${hint}`;
}

/** The month a run is for, and the period of it that begins first; or why there is none. */
type Asked = { readonly month: string; readonly period: Period } | { readonly reason: string };

async function cycleMonth(ports: OpenRunPorts, command: OpenRunCommand, now: Instant): Promise<Asked> {
  const { seller, cycle, month, beforeEnd, terms } = command;
  if (!(cycle >= 1 && cycle <= 31)) return { reason: `there is no cycle ${cycle}; a cycle is a billing day, 1 to 31` };
  const accounts = await accountsInCycle(ports.projections, seller, cycle);
  if (accounts.length === 0) return { reason: `no account of ${seller} has billing day ${cycle}` };
  const period = periodOfMonth(month, cycle);
  const outside = outsidePeriod(request(command), period);
  if (outside !== '') return { reason: outside };
  const last = [terms?.usageCutOff || period.until, terms?.chargeCutOff || period.until].sort()[1] as LocalDate;
  if (beforeEnd || now >= startOfDay(last, EARLIEST_ZONE)) return { month, period };
  return { reason: last === period.until ? notEnded(month, last) : `the cut-off ${last} is still to come` };
}

/** The month of a group: each account is billed the period of its own that begins in it, which must have ended for one of billing day 1 at least. */
async function groupMonth(ports: OpenRunPorts, command: OpenRunCommand, group: string, now: Instant): Promise<Asked> {
  const { seller, month, beforeEnd } = command;
  const accounts = await accountsInGroup(ports.projections, seller, group);
  if (accounts.length === 0)
    return { reason: `no account of ${seller} is in a group ${group}; an account's entry names its group` };
  const period = periodOfMonth(month, 1);
  const { until } = period;
  return beforeEnd || now >= startOfDay(until, EARLIEST_ZONE) ? { month, period } : { reason: notEnded(month, until) };
}

async function accountMonth(
  ports: OpenRunPorts,
  command: OpenRunCommand,
  position: number,
  now: Instant,
): Promise<Asked> {
  const { seller, account, beforeEnd } = command;
  const known = { position, cutOff: Number.MAX_SAFE_INTEGER };
  const facts = await accountFacts(ports.projections, account);
  const view = accountOfSeller(facts, known, now, seller);
  if (view === undefined) {
    const other = accountAt(facts, known, now)?.account.seller;
    return {
      reason:
        other === undefined
          ? `there is no account ${account}; load it with \`billing inventory load\``
          : `account ${account} is a customer of ${other}, not of ${seller}`,
    };
  }
  const { timeZone: zone, billingDay } = view;
  const last = await chainEnd(ports.decisions, seller, account);
  const month = command.month || periodUpToNow(now, zone, billingDay).from.slice(0, 7);
  const asked = { ...request(command), cycle: 0, month, beforeEnd: beforeEnd || command.month === '', at: now };
  const period = runPeriod(view, asked, last?.link) as Period;
  const end = startOfDay(period.until, zone);
  if (last !== undefined && hasBilled(last.link, period, end)) {
    const by = await billingRun(ports.decisions, { seller, payer: account }, last, period);
    return { reason: await billedAlready(ports, `${month} for ${account}`, by) };
  }
  const onlyAgain = onlyBillsAgain({ cycle: 0, month }, period);
  const cutOffs = cutOffsOf({ ...request(command), at: now }, { zone, period, last: last?.link, onlyAgain });
  if ('reason' in cutOffs) return { reason: `account ${account}: ${cutOffs.reason}` };
  const { usageCutOff, chargeCutOff } = termsOf(request(command));
  const isAsked = beforeEnd || onlyAgain || command.month === '' || usageCutOff !== '' || chargeCutOff !== '';
  if (!isAsked && now < end) return { reason: notEnded(month, `${period.until} (${isoInstant(end)})`) };
  return { month, period };
}

/** What cut-offs are decided by. */
function request({ account, beforeEnd, terms }: OpenRunCommand) {
  return { account, beforeEnd, ...(terms === undefined ? {} : { terms: { ...USUAL_TERMS, ...terms } }) };
}

/** Why what a run has posted, or has begun to post, is not billed again. */
async function billedAlready({ decisions }: OpenRunPorts, what: string, run: string): Promise<string> {
  const state = await stateOf(decisions, run);
  return state === 'posted'
    ? `${what} is posted already, by run ${run}; what became known since comes with the next period's run`
    : `${what} is being posted, by run ${run}; see how far it is with \`billing run show ${run}\``;
}

function notEnded(month: string, end: string): string {
  return `the period of ${month} ends on ${end}, which is still to come; say --before-end to bill it all the same`;
}
