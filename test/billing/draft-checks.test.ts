import { describe, expect, test } from 'vitest';
import { draftChecks, isUnremarkable, netsBefore } from '#shared/billing/draft-checks.ts';
import type { DraftSummary } from '#shared/billing/run.ts';

const draft = (
  payer: string,
  net: string,
  before: readonly string[],
  more: Partial<DraftSummary> = {},
): DraftSummary => ({
  draft: { key: 'k', sha256: 's' },
  payer,
  currency: 'EUR',
  net,
  netsBefore: before,
  documents: 1,
  belowZero: 0,
  unexplained: 0,
  ...more,
});
const found = (drafts: readonly DraftSummary[], failed: readonly string[] = []) => {
  const checks = draftChecks(
    drafts,
    failed.map((payer) => ({ payer, reason: 'r' })),
  );
  const told = checks
    .filter(({ state }) => state !== 'green')
    .map(({ check, state, payers }) => `${state} ${check} ${payers}`.trim());
  return { told, mayPass: isUnremarkable(checks) };
};

test('totals are told for each currency, with what is usual; other checks tell of accounts alone', () => {
  const checks = draftChecks(
    [draft('a', '100', ['90', '110']), draft('b', '50', [], { currency: 'CHF' }), draft('c', '5', ['5', '5'])],
    [],
  );
  const nothing = { currency: '', net: '', median: '' };
  expect(checks.filter(({ check }) => check === 'total')).toEqual([
    { check: 'total', state: 'green', payers: [], currency: 'EUR', net: '105', median: '105' },
    { check: 'total', state: 'amber', payers: [], currency: 'CHF', net: '50', median: '' },
  ]);
  expect(checks.find(({ check }) => check === 'below zero')).toEqual({
    check: 'below zero',
    state: 'green',
    payers: [],
    ...nothing,
  });
});

test('an account that began later had nothing in the periods before', () => {
  const before = netsBefore([draft('a', '1', ['100', '90', '80']), draft('b', '1', ['10'])]);
  expect(before.map((net) => net.toFixed())).toEqual(['110', '90', '80']);
});

describe('a draft is looked over', () => {
  test.each<[string, DraftSummary[], string[], string[], boolean]>([
    ['as usual', [draft('a', '104', ['100', '90', '110'])], [], [], true],
    [
      'a certificate that ran out',
      [draft('a', '104', ['100'], { taxNotes: ['certificate expired', 'VAT id missing'] })],
      [],
      ['amber VAT id missing a', 'amber certificate expired a'],
      true,
    ],
    ['10 % off, no more', [draft('a', '110', ['100', '100', '100'])], [], [], true],
    ['more than 10 % off', [draft('a', '110.01', ['100', '100', '100'])], [], ['amber total'], false],
    ['less than usual', [draft('a', '89', ['100', '100', '100'])], [], ['amber total'], false],
    ['the median, not the mean', [draft('a', '100', ['100', '1000', '90'])], [], [], true],
    ['two periods before: what lies between', [draft('a', '150', ['100', '200'])], [], [], true],
    ['nothing to compare with', [draft('a', '100', [])], [], ['amber total'], false],
    [
      'an account of its own kind',
      [draft('a', '1000', ['1000', '1000', '1000']), draft('b', '151', ['100', '100', '100'])],
      [],
      ['amber unusual accounts b'],
      true,
    ],
    ['an account in error', [draft('a', '100', ['100'])], ['b'], ['red accounts in error b'], false],
    [
      'moved without a fact',
      [draft('a', '100', ['100'], { unexplained: 2 })],
      [],
      ['red moved without a fact a'],
      false,
    ],
    [
      'below zero',
      [draft('a', '-5', ['-5'], { belowZero: 1 }), draft('b', '100', ['100'])],
      [],
      ['amber below zero a'],
      true,
    ],
    [
      'each currency by itself',
      [draft('a', '100', ['100']), draft('b', '50', ['100'], { currency: 'CHF' })],
      [],
      ['amber total'],
      false,
    ],
    ['nobody to bill', [], [], [], false],
  ])('%s', (_, drafts, failed, told, mayPass) => {
    expect(found(drafts, failed)).toEqual({ told, mayPass });
  });
});
