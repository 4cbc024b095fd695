import { amendmentScope, type RunTerms, runKeys, runScope } from '#shared/billing/run.ts';
import { loadInventory } from '#shared/billing/use-cases/load-inventory.ts';
import { chainEnd } from '#shared/billing/use-cases/runs/chain.ts';
import { draftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import { approveRun, discardRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { openAdHocInvoice } from '#shared/billing/use-cases/runs/open-ad-hoc-invoice.ts';
import { type OpenRunCommand, openRun } from '#shared/billing/use-cases/runs/open-run.ts';
import { isFinished, postingProgress } from '#shared/billing/use-cases/runs/posting-progress.ts';
import { runStates } from '#shared/billing/use-cases/runs/run-state.ts';
import { startDueRuns } from '#shared/billing/use-cases/runs/start-due-runs.ts';
import { writeOffUsage } from '#shared/billing/use-cases/usage/write-off-usage.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { currentCatalog } from '#shared/commit-log/use-cases/current-catalog.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import { sinceLastDrop, standingOf } from '#shared/mediation/generation.ts';
import { backOutFile } from '#shared/mediation/use-cases/back-out-file.ts';
import { readGenerations } from '#shared/mediation/use-cases/file-status.ts';
import { findFiles } from '#shared/mediation/use-cases/find-file.ts';
import { replayFile } from '#shared/mediation/use-cases/replay-file.ts';
import { startOfDay } from '#shared/time/local-date.ts';
import type { Cloud } from './cloud.ts';
import { DECODER_SETTINGS, sweepOnce } from './handlers.ts';
import type { Ports } from './ports.ts';
import type { Scheduler } from './scheduler.ts';
import {
  AD_HOC,
  CARRIER,
  CHANGES,
  FILES,
  FIRST_RELEASE,
  INVENTORY,
  PAYERS,
  READY_FILE,
  READY_LATE_FILE,
  SECOND_RELEASE,
  SELLER,
  STRAY,
} from './world.ts';

/** What a story may leave to chance beside the faults. */
export interface Course {
  /** October is billed while its files are still on their way. */
  readonly billsEarly: boolean;
  /** Single accounts are run beside their cycles, and the schedule opens runs beside the operator. */
  readonly races: boolean;
  /** Taxes are decided when runs are posted. */
  readonly taxesLate: boolean;
}

/** A command that asks for seventy things is given up only where something hangs: in the worst weather one try in forty gets through. */
const TRIES_MAX = 250;
/** Nine o'clock in Berlin, on a day without a change of the clocks. */
const morningOf = (day: string) => startOfDay(day, 'Europe/Berlin') + 9 * 3600;
type File = (typeof FILES)[keyof typeof FILES];

/**
 * Two months of a small operator. What is told side by side happens in any order; between chapters the world comes to rest, so that both months
 * see the same facts, whatever went wrong on the way.
 */
export async function tell(
  scheduler: Scheduler,
  cloud: Cloud,
  course: Course,
  atRest: (chapter: string) => Promise<void>,
): Promise<void> {
  const play = (...parts: Promise<void>[]) => finish(scheduler, parts);
  const rest = async (chapter: string) => {
    scheduler.faults(false);
    await settle(scheduler, cloud);
    if (chapter !== '') await atRest(chapter);
    scheduler.faults(true);
  };
  const drop = (file: File) => cloud.drop(CARRIER, file.name, file.body);

  scheduler.setClock(morningOf('2026-10-20'));
  drop(FILES.early);
  await play(
    command(scheduler, cloud, 'release', async (ports) => {
      await releaseCatalog(ports, FIRST_RELEASE, 'ops');
    }).then(() => load(scheduler, cloud, INVENTORY)),
  );
  await rest('');
  await play(load(scheduler, cloud, [READY_FILE]));
  await rest('');

  scheduler.setClock(morningOf('2026-11-04'));
  for (const file of [FILES.first, FILES.copy, FILES.second, FILES.wrong, FILES.twice, FILES.odd]) drop(file);
  if (!course.billsEarly) await rest('');
  await play(...month(scheduler, cloud, course, '2026-10', '2026-11-04'));
  await play(...(await leftOut(scheduler, cloud, '2026-10', '2026-11-04')));
  await rest('');

  scheduler.setClock(morningOf('2026-11-20'));
  drop(FILES.late);
  drop(FILES.hasty);
  await play(
    backOutSoon(scheduler, cloud, FILES.hasty),
    backOut(scheduler, cloud, FILES.wrong),
    writeOff(scheduler, cloud),
    backOut(scheduler, cloud, FILES.twice).then(() => drop(FILES.again)),
    Promise.resolve(drop(FILES.corrected)),
    replay(scheduler, cloud, FILES.hasty),
    command(scheduler, cloud, 'release', async (ports) => {
      await releaseCatalog(ports, SECOND_RELEASE, 'ops');
    }).then(async () => {
      await Promise.all([replay(scheduler, cloud, FILES.odd), replay(scheduler, cloud, FILES.odd)]);
    }),
    ...[...CHANGES, READY_LATE_FILE].map((file) => load(scheduler, cloud, [file])),
  );
  await rest('');
  await play(backOut(scheduler, cloud, FILES.hasty), writeOff(scheduler, cloud), billAdHoc(scheduler, cloud));
  await rest('');
  await play(discardUnasked(scheduler, cloud));
  await rest('the changes');

  scheduler.setClock(morningOf('2026-12-04'));
  drop(FILES.november);
  await rest('');
  await play(...month(scheduler, cloud, course, '2026-11', '2026-12-04'));
  await play(...(await leftOut(scheduler, cloud, '2026-11', '2026-12-04')));
  await rest('November');
}

/** The runs of a month: both cycles, and, where they race, every account alone and the schedule. */
function month(scheduler: Scheduler, cloud: Cloud, { races, taxesLate }: Course, of: string, invoiceDate: string) {
  const terms: Partial<RunTerms> = taxesLate ? { taxes: 'posting' } : {};
  const one = { seller: SELLER, month: of, invoiceDate, beforeEnd: false, terms };
  const runs = [1, 3].map((cycle) => ({ ...one, cycle, account: '', by: 'ops' }));
  if (!races) return runs.map((run) => bill(scheduler, cloud, run));
  const alone = ['alpha', 'gamma'].map((account) => ({ ...one, cycle: 0, account, by: 'sales' }));
  const schedule = command(scheduler, cloud, 'schedule', async (ports) => {
    await startDueRuns(asPerson(ports));
  });
  return [...[...runs, ...alone].map((run) => bill(scheduler, cloud, run)), schedule];
}

/** Accounts that could not be drafted when their cycle was billed, each in a run of its own. */
async function leftOut(scheduler: Scheduler, cloud: Cloud, of: string, invoiceDate: string): Promise<Promise<void>[]> {
  const left: string[] = [];
  for (const payer of PAYERS) {
    const last = await chainEnd(cloud.stores.decisions, SELLER, payer);
    if (!last?.link.period.from.startsWith(of)) left.push(payer);
  }
  return left.map((account) =>
    bill(scheduler, cloud, { seller: SELLER, month: of, invoiceDate, beforeEnd: false, cycle: 0, account, by: 'ops' }),
  );
}

/** Opens a run and brings it to its end; discards and begins anew what failed, until the month is posted and none is left half way. */
async function bill(scheduler: Scheduler, cloud: Cloud, wanted: OpenRunCommand): Promise<void> {
  const { seller, cycle, account, month } = wanted;
  const sequence = runKeys.sequence(seller, runScope(cycle, account, ''), month);
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const opened = await command(scheduler, cloud, 'open', (ports) => openRun(asPerson(ports), wanted));
    const runs = await cloud.stores.decisions.query<{ run: string }>(sequence, withPrefix(''));
    const ended: boolean[] = [];
    for (const { value } of runs) ended.push(await carryOn(scheduler, cloud, value.run));
    const isPosted = opened.outcome === 'refused' && /is posted already/.test(opened.reason);
    if (isPosted && !ended.includes(false)) return;
    await scheduler.pause('operator waits');
  }
  throw new Error(`${account || `cycle ${cycle}`} could not be billed for ${month}`);
}

const AD_HOC_RUNS = runKeys.sequence(SELLER, amendmentScope(AD_HOC.account), AD_HOC.date.slice(0, 7));

/** A command that was taken for dead and went on may have opened the same a second time: nobody approves that. */
async function discardUnasked(scheduler: Scheduler, cloud: Cloud): Promise<void> {
  for (const { value } of await cloud.stores.decisions.query<{ run: string }>(AD_HOC_RUNS, withPrefix(''))) {
    const state = (await runStates(cloud.stores.decisions, value.run)).at(-1)?.state;
    if (state === 'posted' || state === 'discarded' || state === 'lapsed') continue;
    await command(scheduler, cloud, `discard ${value.run}`, (ports) =>
      discardRun(decide(ports), value.run, 'sales', 'opened twice'),
    );
  }
}

/** Bills an account what it asked for beside its months, once: opened again only where what was opened has been discarded. */
async function billAdHoc(scheduler: Scheduler, cloud: Cloud): Promise<void> {
  const items = [
    { text: 'Installation', quantity: '2', price: '149.00', taxCategory: 'service', businessUnit: '' },
  ] as const;
  const wanted = { account: AD_HOC.account, items, reason: AD_HOC.reason, invoiceDate: AD_HOC.date, by: 'sales' };
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const [last] = (await cloud.stores.decisions.query<{ run: string }>(AD_HOC_RUNS, withPrefix(''))).slice(-1);
    const isEnded = last !== undefined && (await carryOn(scheduler, cloud, last.value.run));
    const state = last && (await runStates(cloud.stores.decisions, last.value.run)).at(-1)?.state;
    if (isEnded && state === 'posted') return;
    if (last === undefined || state === 'discarded' || state === 'lapsed' || state === undefined)
      await command(scheduler, cloud, 'issue', (ports) => openAdHocInvoice(ports, wanted));
    await scheduler.pause('sales waits');
  }
  throw new Error(`${AD_HOC.account} could not be billed ad hoc`);
}

/** Brings a run on by whatever comes next; answers whether it has come to its end. */
async function carryOn(scheduler: Scheduler, cloud: Cloud, run: string): Promise<boolean> {
  while (cloud.executionsOf(run) > 0) await scheduler.pause(`operator waits for ${run}`);
  const state = (await runStates(cloud.stores.decisions, run)).at(-1)?.state ?? '';
  const discard = (reason: string) =>
    command(scheduler, cloud, `discard ${run}`, (ports) => discardRun(decide(ports), run, 'ops', reason));
  // Without a state, whoever opened it died at once, and the next to open it goes on; unless the month is posted by then.
  if (state === 'discarded' || state === 'lapsed' || state === '') return true;
  if (state === 'posted' && isFinished(await postingProgress(cloud.stores.decisions, run))) return true;
  if (state === 'opened' || state === 'failed') await discard('its draft died');
  if (state === 'drafted') {
    const { inError } = await draftReport(cloud.stores, run);
    if (inError.length > 0 && scheduler.random.chance(0.5)) await discard('not everybody is drafted');
    else await command(scheduler, cloud, `approve ${run}`, (ports) => approveRun(decide(ports), run, 'ops', false));
  }
  if (state === 'approved' || state === 'posting' || state === 'posted') {
    await command(scheduler, cloud, `post ${run}`, (ports) => postRun(decide(ports), run));
  }
  return false;
}

function decide(ports: Ports) {
  return { ...ports, fourEyes: false };
}

function asPerson(ports: Ports) {
  return { ...ports, settings: { fourEyes: false, approval: 'person' } as const };
}

async function load(scheduler: Scheduler, cloud: Cloud, files: readonly { name: string; text: string }[]) {
  const result = await command(scheduler, cloud, 'load', (ports) => loadInventory(ports, files, 'ops'));
  if (result.outcome !== 'recorded' && result.outcome !== 'known already') throw new Error(JSON.stringify(result));
}

async function backOut(scheduler: Scheduler, cloud: Cloud, file: File): Promise<void> {
  const result = await tryBackOut(scheduler, cloud, file);
  if (result.outcome === 'refused' && !/already/.test(result.reason)) throw new Error(result.reason);
}

/** Takes a file back at the moment it is loaded, while whoever loads it may still be at work. */
async function backOutSoon(scheduler: Scheduler, cloud: Cloud, file: File): Promise<void> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const result = await tryBackOut(scheduler, cloud, file);
    if (result.outcome === 'backed out' || /already/.test(result.reason)) return;
    await scheduler.pause('operator waits for a file');
  }
}

/** Looks at a file, and backs out the load that counts by then: an operator who tries again means the same one. */
async function tryBackOut(scheduler: Scheduler, cloud: Cloud, { name }: File) {
  const { file, generation } = await command(scheduler, cloud, `look at ${name}`, async (ports) => {
    const [found] = await findFiles(ports, name);
    const file = found?.file ?? '';
    const load = standingOf(sinceLastDrop(await readGenerations(ports.decisions, file)));
    return { file, generation: load?.generation ?? 1 };
  });
  return command(scheduler, cloud, `back out ${name}`, (ports) => backOutFile(ports, file, generation, 'wrong', 'ops'));
}

/** Reads a file anew, unless it is not there yet, or no more. */
async function replay(scheduler: Scheduler, cloud: Cloud, { name }: File): Promise<void> {
  const result = await command(scheduler, cloud, `replay ${name}`, async (ports) => {
    const { sources } = (await currentCatalog(ports)).catalog;
    const [found] = await findFiles(ports, name);
    return replayFile({ ...ports, settings: DECODER_SETTINGS }, sources, found?.file ?? '', 'ops');
  });
  const isUnderWay = result.outcome === 'begun' || /there is no|still being read|was backed out/.test(result.reason);
  if (!isUnderWay || (result.outcome === 'refused' && name === FILES.odd.name)) throw new Error(JSON.stringify(result));
}

/** Writes off what was sent for a SIM nobody has, unless that is done; what happens meanwhile may overtake it. */
async function writeOff(scheduler: Scheduler, cloud: Cloud): Promise<void> {
  const wanted = {
    month: '2026-10',
    reason: 'UNKNOWN_SUBSCRIBER',
    identifiers: [STRAY],
    note: 'stray',
    by: 'ops',
  } as const;
  const result = await command(scheduler, cloud, 'write off', (ports) => writeOffUsage(ports, wanted));
  if (result.outcome === 'refused' && !/^nothing of/.test(result.reason)) throw new Error(result.reason);
}

/** A command of the operator, given again until it is answered. */
async function command<Value>(
  scheduler: Scheduler,
  cloud: Cloud,
  name: string,
  work: (ports: Ports) => Promise<Value>,
): Promise<Value> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const outcome = await cloud.invoke(name, work);
    if (outcome.ok) return outcome.value;
    scheduler.note(`  ${name}: ${outcome.error.message}`);
    await scheduler.pause('operator tries again');
  }
  throw new Error(`${name} never came to an end`);
}

async function finish(scheduler: Scheduler, parts: readonly Promise<void>[]): Promise<void> {
  let left = parts.length;
  let failure: Error | undefined;
  for (const part of parts) {
    part.then(
      () => left--,
      (error: Error) => {
        failure ??= error;
      },
    );
  }
  await scheduler.driveUntil(() => left === 0 || failure !== undefined);
  if (failure) throw failure;
}

const SWEEPS_MAX = 12;

/** Lets everything come to its end, and sweeps until the sweep finds nothing. */
async function settle(scheduler: Scheduler, cloud: Cloud): Promise<void> {
  for (let sweeps = 0; sweeps < SWEEPS_MAX; sweeps++) {
    await scheduler.drain();
    let found = true;
    const swept = cloud.invoke('sweep', sweepOnce).then((outcome) => {
      if (!outcome.ok) throw outcome.error;
      found = outcome.value;
    });
    await finish(scheduler, [swept]);
    await scheduler.drain();
    if (!found) return;
  }
  throw new Error('the sweep finds something again and again');
}
