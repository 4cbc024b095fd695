import { describe, expect, test } from 'vitest';
import { type Draft, linkOf } from '#shared/billing/draft.ts';
import { type DraftCheck, draftChecks, isUnremarkable, netsBefore, obstacleIn } from '#shared/billing/draft-checks.ts';
import { type FilesOfDraft, measuredBetween, measuredIn, type UsageOfDraft } from '#shared/billing/draft-usage.ts';
import { addRows, differencesOf, type ProofRow, subtractTotals } from '#shared/billing/proof-row.ts';
import type { DraftSummary } from '#shared/billing/run.ts';
import { periodOfMonth } from '#shared/time/period.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';

test('what a draft measured is added up of its own period, or of those that begin on a day or later and before another', () => {
  const sums = [1, 10, 100].map((records, place): Draft['measured'][number] => {
    const totals = (of: number) => ({ records: of, bytes: of, seconds: of, count: of });
    const overview = {
      a: { subscriptions: 1, services: { data: totals(records), sms: totals(records) }, bytesByDay: {}, covered: {} },
    };
    return { period: periodOfMonth(`2026-0${place + 1}`, 1), overview, apart: {}, pools: [] };
  });
  const draft = { measured: sums, period: periodOfMonth('2026-02', 1) } as unknown as Draft;
  expect(measuredIn(draft)).toEqual({ records: 20, bytes: 20, seconds: 20, count: 20 });
  expect(measuredBetween(draft, '2026-01-01', '2026-02-01').records).toBe(2);
  expect(measuredBetween(draft, '2026-02-01', '2026-03-15').records).toBe(220);
  expect(measuredBetween(draft, '2026-01-15', '2026-03-01').records).toBe(20);
});

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
const SCOPE = { drafts: [], inError: [], leftOut: [], usage: undefined, files: undefined };
const found = (drafts: readonly DraftSummary[], failed: readonly string[] = []) => {
  const inError = failed.map((payer) => ({ payer, reason: 'r' }));
  const accounts = drafts.length + failed.length;
  const checks = draftChecks({ accounts, drafts, inError, leftOut: [], usage: undefined, files: undefined });
  const told = checks
    .filter(({ state }) => state !== 'green')
    .map(({ check, state, payers }) => `${state} ${check} ${payers}`.trim());
  return { told, mayPass: isUnremarkable(checks) };
};

test('totals are told for each currency, with what is usual; other checks tell of accounts alone', () => {
  const drafts = [
    draft('a', '100', ['90', '110']),
    draft('b', '50', [], { currency: 'CHF' }),
    draft('c', '5', ['5', '5']),
  ];
  const checks = draftChecks({ ...SCOPE, accounts: 3, drafts });
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

test('who waits is in no total and in no median: it is not posted', () => {
  const waits = { isWaiting: true } as const;
  const drafts = [
    draft('a', '100', ['100', '98']),
    draft('b', '4', ['60', '60'], waits),
    draft('c', '2', ['9'], { ...waits, currency: 'CHF' }),
  ];
  const checks = draftChecks({ ...SCOPE, accounts: 3, drafts });
  expect(checks.filter(({ check }) => check === 'total')).toEqual([
    { check: 'total', state: 'green', payers: [], currency: 'EUR', net: '100', median: '99' },
  ]);
  expect(checks.find(({ check }) => check === 'unusual accounts')?.payers).toEqual(['b', 'c']);
});

describe('what stands against approving a draft until it is accepted', () => {
  const of = (check: DraftCheck['check'], state: DraftCheck['state'], ...payers: string[]): DraftCheck => ({
    check,
    state,
    payers,
    currency: '',
    net: '',
    median: '',
  });
  const shown = 'look at `billing run show r`, then say --accept-unexplained';
  test.each<[string, readonly DraftCheck[], string]>([
    ['nothing', [of('accounts', 'green'), of('below zero', 'amber', 'p'), of('VAT id missing', 'amber', 'p')], ''],
    ['not accounts in error, which hold up nobody else', [of('accounts in error', 'red', 'p')], ''],
    ['accounts', [of('accounts', 'red')], `the accounts of run r do not add up; ${shown}`],
    ['usage', [of('usage', 'red')], `the usage of run r does not add up; ${shown}`],
    [
      'lines',
      [of('moved without a fact', 'red', 'p', 'q')],
      'lines of p, q moved though no fact did (computation changed); look at them, then say --accept-unexplained',
    ],
    ['whatever is red', [of('files missing', 'red')], `the check "files missing" of run r is red; ${shown}`],
    [
      'all of it',
      [of('accounts', 'red'), of('usage', 'red'), of('moved without a fact', 'red', 'p')],
      `the accounts of run r do not add up; the usage of run r does not add up; lines of p moved though no fact did (computation changed); ${shown}`,
    ],
  ])('%s', (_, checks, obstacle) => {
    expect(obstacleIn('r', checks)).toBe(obstacle);
  });

  test('an account that is in none of the lists', () => {
    const checks = draftChecks({ ...SCOPE, accounts: 2, drafts: [draft('a', '1', [])] });
    expect(obstacleIn('r', checks)).toBe(`the accounts of run r do not add up; ${shown}`);
  });
});

test('an account that began later had nothing in the periods before', () => {
  const before = netsBefore([draft('a', '1', ['100', '90', '80']), draft('b', '1', ['10'])]);
  expect(before.map((net) => net.toFixed())).toEqual(['110', '90', '80']);
});

test.each<[string, object, string[]]>([
  ['a period comes before the last three, of which it keeps two', {}, ['4', '3', '2']],
  ['one that was billed in part counts whole', { netSoFar: '12' }, ['16', '3', '2']],
  ['an amendment is no period', { amendment: { kind: 'cancellation' } }, ['3', '2', '1']],
])('what the next draft is compared with: %s', (_, more, expected) => {
  const documents = [{ net: '5.00' }, { net: '-1.00' }];
  const posted = { documents, cancellations: [], amendment: null, netsBefore: ['3', '2', '1'], ...more };
  expect(linkOf(posted as unknown as Draft, { key: 'k', sha256: 's' }).nets).toEqual(expected);
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
    [
      'a reverse charge that ended',
      [draft('a', '104', ['100'], { taxNotes: ['reverse charge ended'] })],
      [],
      ['amber reverse charge ended a'],
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

describe('accounts of the cycle = drafted + nothing to bill + in error + left out', () => {
  const drafts = [draft('a', '1', ['1']), draft('b', '0', [], { documents: 0 })];
  const one = [{ payer: 'c', reason: 'r' }];
  test.each([
    ['all there', 4, { ...SCOPE, drafts, inError: one, leftOut: one }, 'green', 0],
    ['one lost', 5, { ...SCOPE, drafts, inError: one, leftOut: one }, 'red', 1],
    ['one drafted that does not belong to it', 1, { ...SCOPE, drafts }, 'red', -1],
    [
      'a write-off makes no document, and is something all the same',
      1,
      { ...SCOPE, drafts: [draft('a', '0', [], { documents: 0, isLinked: true })] },
      'green',
      0,
    ],
  ] as const)('%s', (_, accounts, scope, state, rest) => {
    const check = draftChecks({ ...scope, accounts }).find((each) => each.check === 'accounts');
    expect(check?.state).toBe(state);
    expect(check?.terms?.['left over']).toBe(rest);
  });

  test('who is linked without a document is drafted, who waits is below the minimum, and the others have nothing', () => {
    const without = { documents: 0 };
    const its = [
      draft('linked', '0', [], { ...without, isLinked: true }),
      draft('waiting', '1', [], { isWaiting: true }),
      ...['one', 'two'].map((payer) => draft(payer, '0', [], without)),
    ];
    const [check] = draftChecks({ ...SCOPE, accounts: 4, drafts: its });
    const parts = { drafted: 1, 'nothing to bill': 2, 'below the minimum': 1, 'in error': 0, 'left out': 0 };
    expect(check?.terms).toEqual({ accounts: 4, ...parts, 'left over': 0 });
  });
});

describe('usage read = billed + not yet due + suspended + rejected + …', () => {
  const of = (records: number, bytes = 0): UsageTotals => ({ records, bytes, seconds: 0, count: 0 });
  const row: ProofRow = {
    ...addRows([]),
    read: of(9, 90),
    accepted: of(7, 70),
    rejected: of(2, 20),
    billed: of(4, 40),
  };
  const full: ProofRow = {
    ...row,
    notYetDue: of(1, 10),
    suspended: { NO_PRICE: of(1, 10), UNKNOWN_NETWORK: of(1, 10) },
  };
  const usage = (counted: ProofRow, onDrafts: UsageTotals): UsageOfDraft => {
    const drafts = { ...counted.billed };
    subtractTotals(drafts, onDrafts);
    const differences = { ...differencesOf(counted), drafts };
    return { months: ['2026-10'], row: counted, onDrafts, differences };
  };
  const statesOf = (of: UsageOfDraft | null) => {
    const checks = draftChecks({ ...SCOPE, accounts: 0, usage: of });
    return checks.filter(({ check }) => check === 'usage').map(({ state }) => state);
  };
  test('it adds up', () => {
    const checks = draftChecks({ ...SCOPE, accounts: 0, usage: usage(full, of(4, 40)) });
    expect(checks.find(({ check }) => check === 'usage')?.terms).toMatchObject({
      ...{ read: 9, billed: 4, 'not yet due': 1, suspended: 2, rejected: 2, 'said again': 0, 'left over': 0 },
    });
    expect(statesOf(usage(full, of(4, 40)))).toEqual(['green']);
  });
  test('what was said again, in the same part of a file or in another, is one term', () => {
    const again = { ...full, read: of(12, 120), repeated: of(1, 10), duplicate: of(2, 20) };
    const checks = draftChecks({ ...SCOPE, accounts: 0, usage: usage(again, of(4, 40)) });
    expect(checks.find(({ check }) => check === 'usage')?.terms).toMatchObject({ 'said again': 3, 'left over': 0 });
  });
  test.each([
    ['a record is nowhere', usage({ ...full, notYetDue: of(0) }, of(4, 40))],
    ['octets are nowhere, though every record is somewhere', usage({ ...full, notYetDue: of(1, 9) }, of(4, 40))],
    ['the drafts say they billed less', usage(full, of(3, 40))],
    ['the drafts say they billed other octets', usage(full, of(4, 41))],
  ])('red: %s', (_, off) => {
    expect(statesOf(off)[0]).toBe('red');
  });
  test('amber: it was too much to add up', () => {
    expect(statesOf(null)).toEqual(['amber']);
  });
});

describe('files that are not in a draft though they may be meant to', () => {
  const NONE: FilesOfDraft = { notLoaded: [], filesNotLoaded: 0, notCome: [], filesNotCome: 0 };
  const waiting = { carrier: 'aero', name: 'x.csv', state: 'waiting' } as const;
  const numbered = { carrier: 'hub', files: 'DEUD2>UTOIO C 45 to 49', count: 5 };
  test.each<[string, FilesOfDraft, ...(readonly [string, readonly string[], files: number, named: number])[]]>([
    ['none', NONE, ['green', [], 0, 0], ['green', [], 0, 0]],
    [
      'arrived and not loaded; the first are named',
      { ...NONE, notLoaded: [waiting], filesNotLoaded: 3 },
      ['amber', ['aero/x.csv waiting'], 3, 1],
      ['green', [], 0, 0],
    ],
    [
      'expected by sequence or schedule, and not arrived',
      {
        ...NONE,
        notCome: [numbered, { carrier: 'aero', files: 'source tap: 1 due hourly', count: 1 }],
        filesNotCome: 7,
      },
      ['green', [], 0, 0],
      ['amber', ['hub DEUD2>UTOIO C 45 to 49', 'aero source tap: 1 due hourly'], 7, 6],
    ],
  ])('%s', (_, files, ...expected) => {
    const found = draftChecks({ ...SCOPE, accounts: 0, files }).filter(({ check }) => check.startsWith('files '));
    expect(found.map(({ check }) => check)).toEqual(['files not loaded', 'files missing']);
    expect(found.map(({ state, files, terms }) => [state, files, terms?.files, terms?.named])).toEqual(expected);
  });
});
