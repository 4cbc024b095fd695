import fc from 'fast-check';
import { expect } from 'vitest';
import { addsUp } from '#shared/billing/draft-usage.ts';
import { loadInventory } from '#shared/billing/use-cases/load-inventory.ts';
import { approveRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { openAmendment } from '#shared/billing/use-cases/runs/open-amendment.ts';
import { openRun } from '#shared/billing/use-cases/runs/open-run.ts';
import { showRun } from '#shared/billing/use-cases/runs/show-run.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import type { RecordKind, SourceDefinition } from '#shared/catalog/source.ts';
import { listInvoices } from '#shared/invoicing/use-cases/list-invoices.ts';
import { addDays } from '#shared/time/local-date.ts';
import { monthsLater } from '#shared/time/period.ts';
import { backOut } from '../../../cli/usage/usage.ts';
import { told } from '../../cli/memory-session.ts';
import { FIRST_RELEASE, SECOND_RELEASE, SELLER } from '../../simulation/world.ts';
import { file } from '../all-fates.ts';
import { countingLate, type SmallOperator, smallOperator } from '../small-operator.ts';

const FIRST = '2026-10-01';
/** The last is not in the inventory unless the story says so. */
const SIMS = [1, 3, 5, 9] as const;
const imsi = (sim: number) => `26201000000000${sim}`;

const happening = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('file' as const),
      records: fc.array(
        fc.record({
          id: fc.nat(30),
          sim: fc.constantFrom(...SIMS),
          ago: fc.constantFrom(0, 0, 1, 2, 3),
          day: fc.integer({ min: 0, max: 23 }),
          octets: fc.constantFrom(0, 1000, 20_000, 300_000, 4_000_000),
          network: fc.constantFrom('DEUD1', 'DEUD1', 'FRAF1', 'ANDAN'),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('back out' as const), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('alone' as const), day: fc.integer({ min: 1, max: 24 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), isFirst: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      sim: fc.constantFrom(...SIMS),
      ago: fc.constantFrom(0, 0, 1, 2),
      day: fc.integer({ min: 0, max: 23 }),
      becomes: fc.constantFrom(
        'suspended,,,',
        'active,,,',
        'ready,alpha,flex,east',
        'active,beta,sensor,',
        'terminated,,,',
        ',beta,sensor,',
        ',alpha,flex,east',
        ',alpha,sensor,',
        ',gamma,flex,',
      ),
    }),
  },
);
type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

/** What happens in a month, on its 25th, and on the third of the next, the day before it is billed. */
export const arbitraryMonth = fc.record({
  within: fc.array(happening, { maxLength: 2 }),
  behind: fc.array(happening, { maxLength: 2 }),
});

type Month = typeof arbitraryMonth extends fc.Arbitrary<infer Value> ? Value : never;

/** How a story is told. */
interface Telling {
  readonly backBillingMonths: number;
  /** Plans that count late usage as current. */
  readonly counting: readonly string[];
  /** What the carriers' records are. */
  readonly records: RecordKind;
  /** Whether nobody is billed before the end of the last month. */
  readonly isBilledOnce?: true;
}

/** What becomes of a small operator in some months from October on: each is billed on the fourth of the next, and of every draft the usage adds up. */
export async function play(months: readonly Month[], telling: Telling): Promise<SmallOperator> {
  const { backBillingMonths, counting, records, isBilledOnce } = telling;
  const operator = await smallOperator(backBillingMonths);
  const story: Story = {
    operator,
    files: [],
    isBilledOnce: isBilledOnce === true,
    released: (of) => {
      const sources = of.sources.map((source) => ({ ...source, records }) as SourceDefinition);
      return countingLate({ ...of, sources }, (plan) => counting.includes(plan));
    },
  };
  await operator.release(story.released(FIRST_RELEASE));
  for (const [at, { within, behind }] of months.entries()) {
    const from = monthsLater(FIRST, at, 1);
    const next = monthsLater(FIRST, at + 1, 1);
    for (const [today, its] of [
      [addDays(from, 24), within],
      [addDays(next, 2), behind],
    ] as const) {
      if (its.length > 0) operator.setClock(`${today}T09:00:00Z`);
      for (const each of its) await happen(story, each, from);
    }
    operator.setClock(`${addDays(next, 3)}T09:00:00Z`);
    if (isBilledOnce === undefined || at === months.length - 1)
      await bill(operator, { cycle: 1, account: '', month: from.slice(0, 7) });
  }
  return operator;
}

interface Story {
  readonly operator: SmallOperator;
  /** Files that were not backed out. */
  readonly files: string[];
  readonly isBilledOnce: boolean;
  /** A catalogue as the story has it. */
  readonly released: (of: Catalog) => Catalog;
}

async function happen(
  { operator, files, isBilledOnce, released }: Story,
  what: Happening,
  month: string,
): Promise<void> {
  if (what.kind === 'file') {
    const name = `f${operator.world.identifiers.next()}.csv`;
    files.push(name);
    const rows = what.records.map(({ id, sim, ago, day, octets, network }) => {
      const date = addDays(monthsLater(month, -ago, 1), day);
      return `${id},${imsi(sim)},${date}T08:00:00Z,data,${network},${octets},`;
    });
    await operator.dropFile(file(name, rows));
  }
  if (what.kind === 'back out') {
    const [name] = files.splice(what.which % Math.max(files.length, 1), 1);
    if (name !== undefined) await told((output) => backOut(operator, `aero/${name}`, 'wrong', output));
    await operator.settle();
  }
  if (what.kind === 'alone' && !isBilledOnce) {
    const usageCutOff = addDays(month, what.day);
    await bill(operator, { cycle: 0, account: 'alpha', month: month.slice(0, 7), terms: { usageCutOff } });
  }
  if (what.kind === 'release') await operator.release(released(what.isFirst ? FIRST_RELEASE : SECOND_RELEASE));
  if (what.kind === 'change') {
    const from = addDays(monthsLater(month, -what.ago, 1), what.day);
    const isNew = what.sim === 9 && /^(ready|active),\w/.test(what.becomes);
    const text = `subscription,effectiveFrom,state,payer,plan,businessUnit,imsi\nS${what.sim},${from},${what.becomes},${isNew ? imsi(what.sim) : ''}\n`;
    await loadInventory(operator.world, [{ name: 'change.csv', text }], 'ops');
    await operator.settle();
  }
  if (what.kind === 'cancel' && !isBilledOnce) await cancel(operator, what.which);
}

async function bill(
  { world, settle }: SmallOperator,
  asked: Pick<Parameters<typeof openRun>[1], 'cycle' | 'account' | 'month' | 'terms'>,
): Promise<void> {
  const opened = await openRun(world, { seller: SELLER, invoiceDate: '', beforeEnd: false, by: 'ops', ...asked });
  if (opened.outcome === 'refused') return;
  await settle();
  const usage = (await showRun(world, opened.run, 10)).report?.usage;
  if (usage) expect(addsUp(usage), JSON.stringify(usage)).toBe(true);
  await post({ world, settle }, opened.run);
}

async function cancel({ world, settle }: SmallOperator, which: number): Promise<void> {
  const invoices = (await listInvoices(world, { account: '', month: '' })).filter(({ kind }) => kind !== '381');
  const one = invoices[which % Math.max(invoices.length, 1)];
  if (one === undefined) return;
  const { number, run, businessUnit, payer } = one;
  const amendment = { kind: 'cancellation', number, run, businessUnit, reason: 'wrong' } as const;
  const asked = await openAmendment(world, { seller: SELLER, account: payer, amendment, invoiceDate: '', by: 'ops' });
  if (asked.outcome === 'refused') return;
  await settle();
  await post({ world, settle }, asked.run);
}

async function post({ world, settle }: Pick<SmallOperator, 'world' | 'settle'>, run: string): Promise<void> {
  const ports = { ...world, fourEyes: false };
  await approveRun(ports, run, 'ops', false);
  await postRun(ports, run);
  await settle();
}
