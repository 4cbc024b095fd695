import type { PoolStatus } from '#shared/billing/lines/pool-status.ts';
import { isUndecided } from '#shared/billing/taxes/line-tax.ts';
import { type AccountStatus, runningMonth } from '#shared/billing/use-cases/usage/running-month.ts';
import { inUnit } from '#shared/catalog/unit.ts';
import { previewInvoices } from '#shared/invoicing/use-cases/preview-invoices.ts';
import { addDays, type Instant } from '#shared/time/local-date.ts';
import { heldText } from '../explain/held-text.ts';
import type { Session } from '../session.ts';
import { failure } from '../terminal/failure.ts';
import { bar, grouped, minute, money, price, total } from '../terminal/figures.ts';
import type { Output } from '../terminal/output.ts';
import { figures, pairs, table, words } from '../terminal/table.ts';
import { invoiceText } from './invoice-text.ts';

/** `account preview ACCOUNT [--at TIME]`: what it would be billed now, or then, by the computation of a bill run. */
export async function previewMonth(
  session: Session,
  account: string,
  at: Instant | undefined,
  output: Output,
): Promise<void> {
  await statusOf(session, account);
  const { backBillingMonths } = session.world.settings;
  const { draft, invoices } = await previewInvoices(
    { ...session.world, backBillingMonths },
    account,
    at ?? session.world.clock.now(),
  );
  const { currency } = draft.account;
  const net = total(
    draft.documents.map((document) => document.net),
    currency,
  );
  const head = `${account}, ${draft.period.from} to ${addDays(draft.period.until, -1)} ${at === undefined ? 'so far' : `up to ${minute(at)}`}, as known at position ${draft.position}: net ${money(net, currency)}`;
  const nothing = 'There is nothing to bill so far; charges in arrears come at the end of the period.';
  const measured = draft.measured.find(({ period }) => period.from === draft.period.from);
  const pools = (measured?.pools ?? []).filter(({ left }) => left !== undefined);
  const held = measured?.held ?? [];
  const bodies = invoices.length === 0 ? [nothing] : invoices.map(invoiceText);
  const isTaxOpen = draft.lines.some(({ tax }) => isUndecided(tax));
  const note = isTaxOpen ? 'Without the tax that an outside engine decides when it is billed.' : '';
  const text = [head, ...bodies, note, heldText(held), poolsText(pools)].filter((part) => part !== '').join('\n\n');
  output.result(
    { account, period: draft.period, position: draft.position, net, isTaxOpen, invoices, held, pools },
    text,
  );
}

/** `account show ACCOUNT`: its running month as rating keeps it. */
export async function showAccount(session: Session, account: string, output: Output): Promise<void> {
  const status = await statusOf(session, account);
  output.result(status, statusText(status));
  output.next(`billing account preview ${account}`);
}

async function statusOf(session: Session, account: string): Promise<AccountStatus> {
  const status = await runningMonth(session.world, account);
  if (status === undefined)
    throw failure(`there is no account ${account}`, 'check the id, or load it with `billing inventory load`');
  return status;
}

function statusText({ account, businessUnits, running, asOf, tail }: AccountStatus): string {
  const head = pairs([
    ['account', `${account.account}, ${account.name}`],
    ['customer of', account.seller],
    [
      'billed',
      `on day ${account.billingDay} (${account.timeZone}), in ${account.currency}, ${account.paymentTermDays} days to pay`,
    ],
    ['business units', businessUnits.map((unit) => `${unit.businessUnit} (${unit.name})`).join(', ')],
    [
      'running month',
      running === null ? 'nothing rated yet' : `${running.period.from} to ${addDays(running.period.until, -1)}`,
    ],
    [
      'as of',
      running === null
        ? ''
        : `position ${asOf}${asOf === tail ? '' : ` (the log is at ${tail}; what came since does not touch it, or is being rated)`}`,
    ],
    ['subscriptions', running === null ? '' : grouped(running.subscriptions)],
  ]);
  if (running === null) return head;
  const units = Object.entries(running.net).sort(([a], [b]) => (a < b ? -1 : 1));
  const together = total(
    units.map(([, net]) => net),
    running.currency,
  );
  const rows = [
    ...units.map(([unit, net]) => ({ unit: unit || '(the account)', net })),
    ...(units.length > 1 ? [{ unit: 'together', net: together }] : []),
  ];
  const net = table(rows, [
    words('business unit', (row) => row.unit),
    figures(`net so far, ${running.currency}`, (row) => price(row.net, running.currency)),
  ]);
  return [head, rows.length === 0 ? '' : net, poolsText(running.pools)].filter((part) => part !== '').join('\n\n');
}

const BAR_WIDTH = 20;

function poolsText(pools: readonly PoolStatus[]): string {
  if (pools.length === 0) return '';
  const shown = (pool: Pick<PoolStatus, 'unit'>, base: string) =>
    `${grouped(inUnit(BigInt(base), pool.unit).toDecimalPlaces(3).toFixed())} ${pool.unit}`;
  return table(pools, [
    words('pool', (pool) => (pool.businessUnit === '' ? pool.name : `${pool.name}, ${pool.businessUnit}`)),
    words('', (pool) => bar(pool.used, pool.size, BAR_WIDTH)),
    figures('used', (pool) => shown(pool, pool.used)),
    figures('size', (pool) => shown(pool, pool.size)),
    ...(pools.some(({ carried }) => carried !== undefined)
      ? [
          figures('carried in', ({ carried = '', ...pool }: PoolStatus) =>
            carried === '' ? '' : shown(pool, carried),
          ),
          figures('left', ({ left = '', ...pool }: PoolStatus) => (left === '' ? '' : shown(pool, left))),
        ]
      : []),
    figures('over', (pool) => (pool.over === '0' ? '' : shown(pool, pool.over))),
    figures('members', (pool) => grouped(pool.members)),
  ]);
}
