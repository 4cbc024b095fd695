import fc from 'fast-check';
import { expect, test } from 'vitest';
import { approveRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { openAdHocInvoice } from '#shared/billing/use-cases/runs/open-ad-hoc-invoice.ts';
import { canMeet, type Numbering, type NumberingSeries } from '#shared/catalog/numbering.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import type { NumberBlock } from '#shared/invoicing/posted-document.ts';
import { addDays } from '#shared/time/local-date.ts';
import { catalogWith, planOf } from '../../rating/fleet.ts';
import { accountFact, memoryWorld } from '../memory-world.ts';

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]'));
const [SELLER] = CATALOG.sellers;
const catalogBy = (numbering: Numbering) => ({ ...CATALOG, sellers: [{ ...SELLER!, numbering }] });

const series: fc.Arbitrary<NumberingSeries> = fc
  .record({
    prefix: fc.constantFrom('A', 'A{year}', 'A-{year}-', 'A-2026-', 'A1', 'B', 'B{year}', 'B2'),
    width: fc.integer({ min: 1, max: 4 }),
    start: fc.constantFrom(1, 2, 9, 2026),
    reset: fc.constantFrom('year', 'never'),
  })
  .map((each) => (each.prefix.includes('{year}') ? each : { ...each, reset: 'never' }));
const numbering: fc.Arbitrary<Numbering> = fc
  .record({ invoice: series, creditNote: series })
  .filter(({ invoice, creditNote }) => !canMeet(invoice.prefix, creditNote.prefix));
/** A release; or a document, posted at once or after what comes next. */
const step = fc.oneof(
  fc.record({ release: numbering }),
  fc.record({ quantity: fc.constantFrom('1', '-1'), waits: fc.boolean() }),
);

test('whatever is released between drafts and postings, no number is given twice and no series has a gap', async () => {
  const told = { released: 0, refusedReleases: 0, posted: 0, refusedRuns: 0 };
  await fc.assert(
    fc.asyncProperty(numbering, fc.array(step, { minLength: 4, maxLength: 12 }), async (first, steps) => {
      const world = await memoryWorld(catalogBy(first));
      let day = '2026-11-03';
      let waiting: string[] = [];
      const post = async (run: string) => {
        const { outcome } = await postRun(world.ports, run);
        told[outcome === 'refused' ? 'refusedRuns' : 'posted']++;
        await world.work();
      };
      for (const [at, each] of steps.entries()) {
        world.setClock(day);
        day = addDays(day, 12);
        if ('release' in each) {
          const { outcome } = await releaseCatalog(world.ports, catalogBy(each.release), 'test');
          told[outcome === 'refused' ? 'refusedReleases' : 'released']++;
          continue;
        }
        const account = `p${at}`;
        await world.record([accountFact(account)]);
        const item = {
          text: 'Visit',
          quantity: each.quantity,
          price: '9',
          taxCategory: 'service',
          businessUnit: '',
        } as const;
        const asked = { account, items: [item], reason: 'as agreed', invoiceDate: '', by: 'opener' } as const;
        const opened = await openAdHocInvoice(world.ports, asked);
        if (opened.outcome === 'refused') throw new Error(opened.reason);
        await world.work();
        await approveRun(world.ports, opened.run, 'b', true);
        for (const run of each.waits ? [] : [opened.run, ...waiting]) await post(run);
        waiting = each.waits ? [...waiting, opened.run] : [];
      }
      for (const run of waiting) await post(run);
      const posted = world.published.filter(({ type }) => type === 'InvoicePosted');
      const numbers = posted.map(({ detail }) => String(detail.number));
      expect(new Set(numbers).size).toBe(numbers.length);
      for (const kind of ['invoice', 'creditNote'])
        for (const year of ['2026', '2027', 'all']) {
          const blocks = await world.ports.decisions.query<NumberBlock>(`series#acme#${kind}#${year}`, withPrefix(''));
          for (const [at, { value }] of blocks.slice(1).entries())
            expect(value.from).toBe(blocks[at]!.value.from + blocks[at]!.value.count);
        }
    }),
    { numRuns: 60 },
  );
  expect(Math.min(...Object.values(told))).toBeGreaterThan(5);
});
