import { expect, test } from 'vitest';
import type { Draft } from '#shared/billing/draft.ts';
import { isWaiting, leastOfRun } from '#shared/billing/minimum-amount.ts';
import type { DraftSummary } from '#shared/billing/run.ts';
import { isPosted } from '#shared/billing/use-cases/runs/left-by-posting.ts';

const SCOPE = { minimum: { EUR: '5.00' }, billedUntil: '2026-03-01', billingDay: 1, isLeaving: false };
/** What stands active in units when the next period begins. */
const next = (...active: readonly number[]) => ({
  period: { from: '2026-04-01', until: '2026-05-01' },
  overview: Object.fromEntries(active.map((subscriptions, unit) => [`${unit}`, { subscriptions }])),
});
/** A draft for March of documents with these nets. */
const draft = (nets: readonly string[], more: object = {}) => {
  const documents = nets.map((net) => ({ net }));
  const period = { from: '2026-03-01', until: '2026-04-01' };
  return {
    documents,
    period,
    account: { currency: 'EUR' },
    amendment: null,
    measured: [next(1)],
    ...more,
  } as unknown as Draft;
};

test.each<[string, Draft, Partial<typeof SCOPE>, boolean]>([
  ['waits below the least', draft(['4.99']), {}, true],
  ['does not wait at it', draft(['5.00']), {}, false],
  ['counts all its documents', draft(['3.00', '2.00']), {}, false],
  ['waits where documents are of nothing', draft(['0.00']), {}, true],
  ['does not wait without documents', draft([]), {}, false],
  ['does not wait where one gives back, though another does not', draft(['3.00', '-1.00']), {}, false],
  ['does not wait in another currency', draft(['1.00'], { account: { currency: 'CHF' } }), {}, false],
  ['does not wait as an amendment', draft(['1.00'], { amendment: { kind: 'adjustment' } }), {}, false],
  ['does not wait where the account leaves', draft(['1.00']), { isLeaving: true }, false],
  ['does not wait where nobody is active any more', draft(['1.00'], { measured: [next(0, 0)] }), {}, false],
  ['waits where anybody is', draft(['1.00'], { measured: [next(0, 1)] }), {}, true],
  [
    'waits where anybody is, though nobody was',
    draft(['1.00'], { measured: [{ ...next(0), period: { from: '2026-03-01', until: '2026-04-01' } }, next(1)] }),
    {},
    true,
  ],
  ['waits where the next period is not measured', draft(['1.00'], { measured: [] }), {}, true],
  ['waits where it was billed less than three months before', draft(['1.00']), { billedUntil: '2026-01-02' }, true],
  ['does not wait where that was three months before', draft(['1.00']), { billedUntil: '2026-01-01' }, false],
])('a draft %s', (_, of, more, waits) => {
  expect(isWaiting(of, { ...SCOPE, ...more })).toBe(waits);
});

test.each([
  ['those of its seller', '', {}, { EUR: '5', CHF: '6' }],
  ['but for currencies it says others of', '', { CHF: '8', USD: '7' }, { EUR: '5', CHF: '8', USD: '7' }],
  ['none where it says nothing', '', { EUR: '0', CHF: '0.00' }, {}],
  ['of one account only what it says', 'p', { USD: '7' }, { USD: '7' }],
])('the least amounts of a run are %s', (_, account, said, expected) => {
  const minimumInvoice = [
    { currency: 'EUR', amount: '5' },
    { currency: 'CHF', amount: '6' },
  ];
  expect(leastOfRun({ minimumInvoice }, account, said)).toEqual(expected);
});

test.each<[string, Partial<DraftSummary>, boolean]>([
  ['with a document is', { documents: 1 }, true],
  ['with nothing to bill is not', { documents: 0 }, false],
  ['that only writes something off is', { documents: 0, isLinked: true }, true],
  ['that waits is not', { documents: 1, isWaiting: true }, false],
])('a draft %s posted: a link of its own, or the base of before for the next run', (_, of, expected) => {
  expect(isPosted(of as DraftSummary)).toBe(expected);
});
