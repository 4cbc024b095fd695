import { describe, expect, test } from 'vitest';
import type { Draft } from '#shared/billing/draft.ts';
import { readTaxResponse, taxRequestOf } from '#shared/billing/taxes/tax-request.ts';
import { line, recorded } from './lines.ts';
import { accountFact } from './memory-world.ts';

const [fresh, billed] = [
  recorded(line('data', '2026-03', '1.50', { quantity: '15', taxIncluded: true }), 'r2'),
  recorded(line('sms', '2026-02', '1.00'), 'r1'),
];
const draft = (...lines: Draft['lines']) =>
  ({
    run: 'r2',
    seller: 'acme',
    invoiceDate: '2026-04-02',
    account: accountFact('p', { vatId: 'DE129273398' }),
    lines,
  }) as unknown as Draft;
const request = taxRequestOf(draft(fresh, billed))!;

describe('what a tax engine is asked', () => {
  test('are the lines no document billed before, with the days of their period', () => {
    expect(taxRequestOf(draft(fresh, billed))).toEqual({
      seller: 'acme',
      account: 'p',
      vatId: 'DE129273398',
      address: accountFact('p').address,
      invoiceDate: '2026-04-02',
      currency: 'EUR',
      lines: [
        {
          id: fresh.id,
          description: 'data – A',
          taxCategory: 'telecom',
          period: { from: '2026-03-01', to: '2026-03-31' },
          quantity: '15',
          amount: '1.50',
          taxIncluded: true,
        },
      ],
    });
  });

  test('is nothing where all was billed before', () => {
    expect(taxRequestOf(draft(billed))).toBeUndefined();
  });
});

describe('what it answers', () => {
  const answer = (...lines: unknown[]) => readTaxResponse(draft(fresh, billed), request, { lines });

  test('are treatments of those lines; its rates have no trailing zeros', () => {
    const taxes = [{ name: 'City', percent: '7.50' }];
    const treatments = answer({ id: fresh.id, category: 'S', taxes }, { id: 'other', category: 'S' });
    expect([...treatments]).toEqual([
      [
        fresh.id,
        {
          category: 'S',
          place: '',
          reason: '',
          basis: '',
          reasonCode: '',
          evidence: [],
          parts: [{ taxPoint: '2026-04-02', days: 31, taxes: [{ name: 'City', percent: '7.5', on: 'net' }] }],
        },
      ],
    ]);
  });

  test('may be why nothing is charged', () => {
    const why = { category: 'E', place: 'US-CA', reason: 'School', reasonCode: 'VATEX-EU-132' };
    expect(answer({ id: fresh.id, ...why }).get(fresh.id)).toMatchObject({ ...why, parts: [{ taxes: [] }] });
  });

  test('is refused with all that is wrong with it, as far as twenty go', () => {
    expect(() =>
      answer({ id: fresh.id, category: 'X' }, { id: 'b', category: 'S', taxes: [{ name: 'x', percent: '7,5' }] }),
    ).toThrow(
      /^the answer of the tax engine for account p is wrong: lines\.0\.category: .*; lines\.1\.taxes\.0\.percent: a percentage as text, such as "8\.875"$/,
    );
    const wrong = Array.from({ length: 30 }, () => ({ id: 1 }));
    expect(() => answer(...wrong)).toThrow(/lines\.9\.category: [^;]*$/);
  });

  test('must say something of every line: the first five that it leaves out are named', () => {
    const lines = [1, 2, 3, 4, 5, 6].map((n) => recorded(line(`c${n}`, '2026-03', '1.00'), 'r2'));
    const all = draft(...lines);
    const named = lines.slice(0, 5).map(({ id }) => id);
    expect(() => readTaxResponse(all, taxRequestOf(all)!, { lines: [] })).toThrow(
      `the tax engine says nothing of 6 lines of account p: ${named.join(', ')}`,
    );
    expect(() => readTaxResponse(all, taxRequestOf(all)!, { lines: [] })).not.toThrow('c6');
  });
});
