import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addsUp } from '#shared/billing/draft-usage.ts';
import { isNothing } from '#shared/billing/proof-row.ts';
import { loadInventory } from '#shared/billing/use-cases/load-inventory.ts';
import { approveRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { openAmendment } from '#shared/billing/use-cases/runs/open-amendment.ts';
import { openRun } from '#shared/billing/use-cases/runs/open-run.ts';
import { showRun } from '#shared/billing/use-cases/runs/show-run.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import type { RecordKind, SourceDefinition } from '#shared/catalog/source.ts';
import { listInvoices } from '#shared/invoicing/use-cases/list-invoices.ts';
import { reproduceInvoice } from '#shared/invoicing/use-cases/reproduce-invoice.ts';
import { addDays } from '#shared/time/local-date.ts';
import { monthsLater } from '#shared/time/period.ts';
import { backOut } from '../../../cli/usage/usage.ts';
import { told } from '../../cli/memory-session.ts';
import { FIRST_RELEASE, SECOND_RELEASE, SELLER } from '../../simulation/world.ts';
import { file } from '../all-fates.ts';
import { countingLate, type SmallOperator, smallOperator } from '../small-operator.ts';

const FIRST = '2026-10-01';
const SIMS = [1, 3, 5, 9] as const;

/** What happens on the 25th of a month, or on the day before the month is billed. */
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

const month = fc.record({
  within: fc.array(happening, { maxLength: 2 }),
  behind: fc.array(happening, { maxLength: 2 }),
});

test('whatever comes late, is taken back, changed or billed again: every draft says where all of its usage is, so does the proof, and every document can be made again', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(month, { minLength: 2, maxLength: 6 }),
      fc.subarray(['flex', 'sensor']),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom<RecordKind>('events', 'aggregates', 'counters'),
      async (months, counting, backBillingMonths, records) => {
        const operator = await smallOperator(backBillingMonths);
        const story: Story = {
          operator,
          files: [],
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
          await bill(operator, { cycle: 1, account: '', month: from.slice(0, 7) });
        }
        const { differences } = await operator.proof();
        expect(Object.values(differences).every(isNothing), JSON.stringify(differences)).toBe(true);
        const ports = { ...operator.world, backBillingMonths, pdfOf: async () => new Uint8Array() };
        for (const document of await listInvoices(operator.world, { account: '', month: '' }))
          expect((await reproduceInvoice(ports, document)).values, document.number).toEqual([]);
      },
    ),
    { numRuns: 15 },
  );
}, 600_000);

interface Story {
  readonly operator: SmallOperator;
  /** Files that were not backed out. */
  readonly files: string[];
  /** A catalogue as the story has it. */
  readonly released: (of: Catalog) => Catalog;
}

async function happen({ operator, files, released }: Story, what: Happening, month: string): Promise<void> {
  if (what.kind === 'file') {
    const name = `f${operator.world.identifiers.next()}.csv`;
    files.push(name);
    const rows = what.records.map(({ id, sim, ago, day, octets, network }) => {
      const date = addDays(monthsLater(month, -ago, 1), day);
      return `${id},26201000000000${sim},${date}T08:00:00Z,data,${network},${octets},`;
    });
    await operator.dropFile(file(name, rows));
  }
  if (what.kind === 'back out') {
    const [name] = files.splice(what.which % Math.max(files.length, 1), 1);
    if (name !== undefined) await told((output) => backOut(operator, `aero/${name}`, 'wrong', output));
    await operator.settle();
  }
  if (what.kind === 'alone') {
    const usageCutOff = addDays(month, what.day);
    await bill(operator, { cycle: 0, account: 'alpha', month: month.slice(0, 7), terms: { usageCutOff } });
  }
  if (what.kind === 'release') await operator.release(released(what.isFirst ? FIRST_RELEASE : SECOND_RELEASE));
  if (what.kind === 'change') {
    const from = addDays(monthsLater(month, -what.ago, 1), what.day);
    const text = `subscription,effectiveFrom,state,payer,plan,businessUnit\nS${what.sim},${from},${what.becomes}\n`;
    await loadInventory(operator.world, [{ name: 'change.csv', text }], 'ops');
    await operator.settle();
  }
  if (what.kind === 'cancel') await cancel(operator, what.which);
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
