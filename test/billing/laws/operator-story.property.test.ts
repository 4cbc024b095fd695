import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isNothing } from '#shared/billing/proof-row.ts';
import type { RecordKind } from '#shared/catalog/source.ts';
import { listInvoices } from '#shared/invoicing/use-cases/list-invoices.ts';
import { reproduceInvoice } from '#shared/invoicing/use-cases/reproduce-invoice.ts';
import { SELLER } from '../../simulation/world.ts';
import { billedInAll } from './billed.ts';
import { arbitraryMonth, play } from './operator-story.ts';

const months = fc.array(arbitraryMonth, { minLength: 2, maxLength: 6 });
const records = fc.constantFrom<RecordKind>('events', 'aggregates', 'counters');
/** OPERATOR_STORIES=300 for more of them, OPERATOR_SEED=random for others each time. */
const STORIES = Number(process.env.OPERATOR_STORIES ?? 12);
const { OPERATOR_SEED = '7' } = process.env;
const SEED = OPERATOR_SEED === 'random' ? {} : { seed: Number(OPERATOR_SEED) };
const TIME_LIMIT_MS = 60_000 + STORIES * 5_000;

test(
  'whatever comes late, is taken back, changed or billed again: every draft says where all of its usage is, so does the proof, and every document can be made again',
  async () => {
    const counting = fc.subarray(['flex', 'sensor']);
    await fc.assert(
      fc.asyncProperty(months, counting, fc.integer({ min: 1, max: 3 }), records, async (of, late, frozen, kind) => {
        const { world, proof } = await play(of, { backBillingMonths: frozen, counting: late, records: kind });
        const { differences } = await proof();
        expect(Object.values(differences).every(isNothing), JSON.stringify(differences)).toBe(true);
        const ports = { ...world, backBillingMonths: frozen, pdfOf: async () => new Uint8Array() };
        for (const document of await listInvoices(world, { account: '', month: '' }))
          expect((await reproduceInvoice(ports, document)).values, document.number).toEqual([]);
      }),
      { numRuns: STORIES, ...SEED },
    );
  },
  TIME_LIMIT_MS,
);

// Nothing freezes, and late usage is of its own period: what a plan counts as current depends on when it came.
test(
  'and what is billed in all is what one run at the end bills',
  async () => {
    await fc.assert(
      fc.asyncProperty(months, records, async (of, kind) => {
        const telling = { backBillingMonths: 24, counting: [], records: kind };
        const monthly = { ports: (await play(of, telling)).world };
        const once = { ports: (await play(of, { ...telling, isBilledOnce: true })).world };
        for (const payer of ['alpha', 'beta'])
          expect(await billedInAll(monthly, SELLER, payer)).toEqual(await billedInAll(once, SELLER, payer));
      }),
      { numRuns: STORIES, ...SEED },
    );
  },
  TIME_LIMIT_MS,
);
