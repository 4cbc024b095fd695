import { examineSuspense, type SuspendedDetail } from '#shared/billing/use-cases/usage/examine-suspense.ts';
import { listSuspense } from '#shared/billing/use-cases/usage/list-suspense.ts';
import { type WriteOffCommand, writeOffUsage } from '#shared/billing/use-cases/usage/write-off-usage.ts';
import { addTotals } from '#shared/mediation/add-totals.ts';
import { listWriteOffs } from '#shared/mediation/use-cases/list-write-offs.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { SUSPENSE_REASONS, type SuspenseReason } from '#shared/rating/match-charge.ts';
import type { Session } from '../session.ts';
import { failure } from '../terminal/failure.ts';
import { counted, totalsText } from '../terminal/figures.ts';
import type { Output } from '../terminal/output.ts';
import { followFile } from './follow-file.ts';
import { detailsText, type Money, type SuspenseGroup, suspenseText, writeOffsText } from './suspense-text.ts';

/** What is listed of suspended usage; month '' = every month. */
export interface ListOptions {
  readonly month: string;
  readonly all: boolean;
  /** With what the carriers charge for it. */
  readonly money: boolean;
}

/** `usage suspense`: usage nobody is charged for, and why. */
export async function showSuspense(session: Session, month: string, all: boolean, output: Output): Promise<void> {
  const found = await listSuspense(session.world, month);
  output.result(found, found.length === 0 ? NOTHING : suspenseText(withoutMoney(found), all));
  hint(found, output);
}

const NOTHING = 'Nothing is suspended.';

/** `suspense list`: the same, with what it costs if that is asked for, and what was written off. */
export async function listSuspended(session: Session, options: ListOptions, output: Output): Promise<void> {
  const { month, all, money } = options;
  const suspended = money ? await groups(session, month) : withoutMoney(await listSuspense(session.world, month));
  const writtenOff = await listWriteOffs(session.world, month);
  const texts = [suspended.length === 0 ? NOTHING : suspenseText(suspended, all)];
  if (writtenOff.length > 0) texts.push(writeOffsText(writtenOff));
  output.result({ suspended, writtenOff }, texts.join('\n\n'));
  hint(suspended, output);
}

function hint(found: readonly { readonly reason: SuspenseReason }[], output: Output): void {
  if (!found.some(({ reason }) => reason === 'UNKNOWN_SUBSCRIBER' || reason === 'NO_ASSIGNMENT')) return;
  output.next('enter the subscription with `billing inventory load` or `change`; the usage is charged by the next run');
}

function withoutMoney(found: Awaited<ReturnType<typeof listSuspense>>): SuspenseGroup[] {
  return found.map(({ identifiers, ...each }) => ({
    ...each,
    money: {},
    identifiers: identifiers.map((identifier) => ({ ...identifier, money: {} })),
  }));
}

async function groups({ world }: Session, month: string): Promise<SuspenseGroup[]> {
  const { position, details } = await examineSuspense(world, { month, reason: '', identifier: '' }, true);
  const byReason = Map.groupBy(details, (detail) => `${detail.month} ${detail.reason}`);
  return [...byReason.values()].flatMap((of) => {
    const [first] = of;
    if (first === undefined) return [];
    const identifiers = of.map(({ identifier, totals, money }) => ({ identifier, totals, money, position }));
    const totals = addTotals(of.map((detail) => detail.totals));
    return [
      { month: first.month, reason: first.reason, totals, money: addMoney(of.map((each) => each.money)), identifiers },
    ];
  });
}

function addMoney(all: readonly Money[]): Money {
  const currencies = [...new Set(all.flatMap((money) => Object.keys(money)))].sort();
  return Object.fromEntries(
    currencies.map((currency) => [currency, sum(all.map((money) => amount(money[currency] ?? '0'))).toFixed()]),
  );
}

/** `suspense show REASON|IDENTIFIER`: record by record, as known now. */
export async function showSuspended(
  session: Session,
  asked: string,
  options: ListOptions,
  output: Output,
): Promise<void> {
  const { month, all, money } = options;
  const reason = SUSPENSE_REASONS.find((each) => each === asked.toUpperCase()) ?? '';
  const identifier = reason === '' ? asked : '';
  const { position, details } = await examineSuspense(session.world, { month, reason, identifier }, money);
  if (details.length === 0) {
    const when = month === '' ? '' : ` in ${month}`;
    throw failure(
      `nothing of ${asked} is suspended${when}`,
      `see what is with \`billing suspense list\`; reasons are ${SUSPENSE_REASONS.join(', ')}`,
    );
  }
  output.result({ position, details }, detailsText(details, all));
  output.next('mend the cause, or `billing suspense write-off` what will never be charged');
}

/** What is to be written off; no identifiers = everybody's. */
export interface WriteOffOptions extends Omit<WriteOffCommand, 'by'> {
  /** Without asking. */
  readonly yes: boolean;
}

/** Times a write-off is made anew when something comes before it can count. */
const TRIES = 5;

/** `suspense write-off`: what is suspended now is never charged; ends when that counts. */
export async function writeOff(session: Session, { yes, ...asked }: WriteOffOptions, output: Output): Promise<void> {
  const { month, reason } = asked;
  const found = await examineSuspense(session.world, { month, reason, identifier: '' }, false);
  const chosen = asked.identifiers.length === 0 ? found.details : asked.identifiers.flatMap(matching(found.details));
  const identifiers = asked.identifiers.length === 0 ? [] : chosen.map(({ identifier }) => identifier);
  const what = `${totalsText(addTotals(chosen.map(({ totals }) => totals)))} of ${counted(chosen.length, 'identifier', 'identifiers')}, ${reason} in ${month}`;
  const isMeant = yes || chosen.length === 0 || (await session.confirm(`Write off ${what}? It will never be charged.`));
  if (!isMeant) throw failure('nothing was written off', '');
  for (let tries = 0; tries < TRIES; tries++) {
    const begun = await writeOffUsage(session.world, { ...asked, identifiers, by: session.by });
    if (begun.outcome === 'refused') throw failure(begun.reason, 'see what is with `billing suspense list`');
    const { file, generation, totals } = begun;
    const { state, position } = await followFile(session, file, generation, output);
    if (state === 'overtaken') continue;
    output.result(
      { file, generation, position, totals },
      `Wrote off ${totalsText(totals)} at position ${position}, as file ${file}.`,
    );
    return output.next(`\`billing usage back-out ${file} --reason TEXT\` takes it back`);
  }
  throw failure(
    'the inventory or the catalogue changed each time before it could count',
    'give the command again when nothing is being loaded',
  );
}

/** The details an identifier names; one that names none is asked for as it is, to be refused by name. */
function matching(details: readonly SuspendedDetail[]): (asked: string) => SuspendedDetail[] {
  return (asked) => {
    const found = details.filter(({ identifier }) => identifier === asked || identifier.endsWith(`#${asked}`));
    if (found.length === 0)
      throw failure(
        `nothing of ${asked} is suspended for that reason in that month`,
        '`billing suspense show` says what is',
      );
    return found;
  };
}
