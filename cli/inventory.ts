import { readFile } from 'node:fs/promises';
import {
  changeSubscription,
  type LoadResult,
  loadInventory,
  sellOnce,
} from '#shared/billing/use-cases/load-inventory.ts';
import {
  type HistoryEntry,
  type InventoryHistory,
  inventoryHistory,
} from '#shared/commit-log/use-cases/inventory-history.ts';
import type { Change } from '#shared/inventory/change.ts';
import { problemText } from '#shared/inventory/inventory-problem.ts';
import type { Order } from '#shared/inventory/order.ts';
import { DETAIL_COLUMNS, isSaidColumn, type SaidColumn } from '#shared/inventory/said-details.ts';
import { type Instant, localDateOf, startOfDay, type TimeZone } from '#shared/time/local-date.ts';
import type { Session } from './session.ts';
import { CommandFailure, failure } from './terminal/failure.ts';
import { counted } from './terminal/figures.ts';
import type { Output } from './terminal/output.ts';
import { figures, table, words } from './terminal/table.ts';

/** `inventory load FILE…`: accounts and subscriptions, recorded whole or refused whole with everything that is wrong. */
export async function loadFiles(session: Session, paths: readonly string[], output: Output): Promise<void> {
  const files = await Promise.all(paths.map(async (name) => ({ name, text: await inventoryText(name) })));
  const result = await loadInventory(session.world, files, session.by);
  tellLoad(result, output);
  output.next('billing usage upload CARRIER FILE…');
}

/** `inventory change SUBSCRIPTION --from DATE …`: what becomes true of one subscription from then on. */
export async function changeOne(session: Session, change: Change, output: Output): Promise<void> {
  tellLoad(await changeSubscription(session.world, change, session.by), output);
  output.next(`billing inventory show ${change.subscription}`);
}

/** `inventory order ACCOUNT --order ID …`: something sold once, for the next invoice. */
export async function orderOne(session: Session, order: Order, output: Output): Promise<void> {
  tellLoad(await sellOnce(session.world, order, session.by), output);
  output.next(`billing account preview ${order.account}`);
}

/** What options name=value say of details or properties, by column. */
export function saidOf(options: readonly string[], prefix: '' | 'property.'): Change['said'] {
  const said: Partial<Record<SaidColumn, string>> = {};
  for (const option of options) {
    const [name = '', ...rest] = option.split('=');
    const [column, value] = [`${prefix}${name}`, rest.join('=')];
    if (value === '' || !isSaidColumn(column)) {
      const names = prefix === '' ? `one of ${DETAIL_COLUMNS.join(', ')}` : 'letters, digits, ".", "-" and "_"';
      throw failure(`"${option}" is no name=value`, `write name=value, the name ${names}; name=- takes it away`);
    }
    said[column] = value;
  }
  return said;
}

/** `inventory show ID`: everything ever said of an account or a subscription. */
export async function showInventory(session: Session, id: string, output: Output): Promise<void> {
  const found = await inventoryHistory(session.world, id);
  if (found.length === 0)
    throw failure(
      `there is no account and no subscription ${id}`,
      'check the id, or load it with `billing inventory load`',
    );
  output.result(found, found.map(historyText).join('\n\n'));
}

/** A file's text. @throws a failure when it cannot be read. */
export async function inventoryText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw failure(`${path} cannot be read (${error.code ?? error.message})`, 'check the name');
  });
}

function tellLoad(result: LoadResult, output: Output): void {
  switch (result.outcome) {
    case 'recorded':
      output.result(result, recordedText(result));
      return;
    case 'known already':
      output.result(result, `${counted(result.known, 'fact is', 'facts are')} known already; there is nothing to do.`);
      return;
    case 'nothing to record':
      output.result(result, 'The files say nothing; there is nothing to do.');
      return;
    case 'refused':
      throw new CommandFailure('nothing is recorded, since it was refused', result.reasons, '');
    case 'problems': {
      const message = `nothing is recorded: ${counted(result.problems.length, 'problem', 'problems')}`;
      throw new CommandFailure(message, result.problems.map(problemText), 'mend them all, then give the command again');
    }
  }
}

function recordedText({ facts, known, position }: Extract<LoadResult, { outcome: 'recorded' }>): string {
  const already = known === 0 ? '' : `; ${counted(known, 'was', 'were')} known already`;
  return `Recorded ${counted(facts, 'fact', 'facts')} at position ${position}${already}.`;
}

function historyText({ kind, id, name, timeZone, entries }: InventoryHistory): string {
  const time = (instant: Instant) => localTime(instant, timeZone);
  const columns = [
    words<HistoryEntry>('what', (entry) => entry.about),
    words<HistoryEntry>('says', (entry) => entry.says),
    words<HistoryEntry>('from', (entry) => time(entry.from)),
    words<HistoryEntry>('until', (entry) => (entry.until === null ? 'open' : time(entry.until))),
    figures<HistoryEntry>('known since', (entry) => `position ${entry.position}`),
    words<HistoryEntry>('', (entry) => (entry.replacedAt === 0 ? '' : `replaced at position ${entry.replacedAt}`)),
  ];
  return `${kind} ${id}${name === '' ? '' : ` (${name})`}, times in ${timeZone}\n${table(entries, columns)}`;
}

/** "2026-10-01" for a local midnight, else "2026-11-12 10:15 +01:00". */
function localTime(instant: Instant, zone: TimeZone): string {
  const date = localDateOf(instant, zone);
  if (startOfDay(date, zone) === instant) return date;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  });
  const parts = new Map(format.formatToParts(instant * 1000).map((part) => [part.type, part.value]));
  const offset = (parts.get('timeZoneName') ?? '').replace('GMT', '') || '+00:00';
  const seconds = parts.get('second') === '00' ? '' : `:${parts.get('second')}`;
  return `${date} ${parts.get('hour')}:${parts.get('minute')}${seconds} ${offset}`;
}
