import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fleetFiles } from '../files.ts';
import type { FleetRecord } from '../fleet.ts';
import { instant, MONTHS, type Month } from './calendar.ts';
import { readInventory } from './inventory.ts';
import { type Line, type Owed, owedAt, rounded } from './owed.ts';
import { sortRecords } from './records.ts';
import { TAX_PERCENT } from './terms.ts';

/**
 * The invoices this example must end in, computed a second time and by other means than the product: from the records before they are
 * encoded, the inventory files split at their commas, and terms said again by hand. Nothing of the product is used. Run as
 * `node examples/fleet-month/expected/compute.ts` it writes 2026-10.json and 2026-11.json beside itself.
 */

const INVOICED = [
  ['lakeside', ''],
  ['nordwind', 'fuhrpark'],
  ['nordwind', 'kuehlkette'],
] as const;

function money(cents: bigint): string {
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Lines owed now less lines posted before, by what they are for. */
function differences(now: Owed, before: Owed | undefined): Line[] {
  const keys = new Set([...now.lines.keys(), ...(before?.lines.keys() ?? [])]);
  return [...keys].sort().flatMap((key) => {
    const [owed, posted] = [now.lines.get(key), before?.lines.get(key)];
    const quantity = (owed?.quantity ?? 0n) - (posted?.quantity ?? 0n);
    const cents = (owed?.cents ?? 0n) - (posted?.cents ?? 0n);
    return quantity === 0n && cents === 0n ? [] : [{ ...(owed ?? posted)!, quantity, cents }];
  });
}

function invoice(account: string, businessUnit: string, lines: readonly Line[], owed: Owed) {
  const own = lines.filter((line) => line.account === account && line.businessUnit === businessUnit);
  const net = own.reduce((sum, line) => sum + line.cents, 0n);
  const tax = net < 0n ? -rounded(-net * TAX_PERCENT, 100n) : rounded(net * TAX_PERCENT, 100n);
  const usage = [...owed.usage.values()].filter((row) => row.account === account && row.businessUnit === businessUnit);
  return {
    account,
    businessUnit,
    net: money(net),
    tax: money(tax),
    gross: money(net + tax),
    lines: own.map(({ account: _, businessUnit: __, cents, quantity, ...line }) => ({
      ...line,
      quantity: String(quantity),
      net: money(cents),
    })),
    usage: usage.map(({ account: _, businessUnit: __, quantity, ...row }) => ({ ...row, quantity: String(quantity) })),
  };
}

interface Run {
  readonly month: string;
  readonly cutOff: string;
  readonly inventory: readonly string[];
  /** Files that have not come by then. */
  readonly missing: RegExp;
}

const NOVEMBER_FILES = /0004[6789]|FRAF1UTOIO00008|2026-11/;
const RUNS: readonly Run[] = [
  {
    month: '2026-10',
    cutOff: '2026-11-01',
    inventory: ['subscriptions.csv', 'forgotten.csv'],
    missing: NOVEMBER_FILES,
  },
  {
    month: '2026-11',
    cutOff: '2026-12-01',
    inventory: ['subscriptions.csv', 'forgotten.csv', 'november.csv'],
    missing: /^$/,
  },
];

/** The files of this folder by name, as they should be. */
export function expectedFiles(): Map<string, string> {
  const files = new Map<string, string>();
  let posted: Owed | undefined;
  for (const run of RUNS) {
    const cutOff = instant(run.cutOff);
    const inventory = readInventory(run.inventory, cutOff);
    const arrived = fleetFiles().filter((file) => !run.missing.test(file.name));
    const owed = owedAt(arrived, inventory, cutOff);
    const lines = differences(owed, posted);
    const proofOf = (isCounted: (record: FleetRecord) => boolean) =>
      sortRecords(arrived, inventory, cutOff, isCounted).proof;
    const within = (period: Month) => (record: FleetRecord) =>
      record.startedAt >= period.days[0]!.from && record.startedAt < period.days.at(-1)!.until;
    const expected = {
      run: run.month,
      cutOff: new Date(cutOff * 1000).toISOString().replace('.000Z', 'Z'),
      files: Object.fromEntries(
        ['loaded', 'copy', 'quarantined'].map((fate) => [fate, arrived.filter((file) => file.fate === fate).length]),
      ),
      proof: {
        total: proofOf(() => true),
        '2026-10': proofOf(within(MONTHS[0]!)),
        '2026-11': proofOf(within(MONTHS[1]!)),
      },
      pools: owed.pools,
      invoices: INVOICED.map(([account, businessUnit]) => invoice(account, businessUnit, lines, owed)),
    };
    const text = JSON.stringify(expected, (_, value) => (typeof value === 'bigint' ? String(value) : value), 1);
    files.set(`${run.month}.json`, `${text}\n`);
    posted = owed;
  }
  return files;
}

if (import.meta.main) {
  for (const [name, text] of expectedFiles()) writeFileSync(join(import.meta.dirname, name), text);
}
