import { expect, test } from 'vitest';
import type { DifferenceReason, RecordedLine } from '#shared/billing/draft.ts';
import { billedPeriod } from '#shared/billing/lines/billed-period.ts';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { fee, line, recorded, STANDARD } from './lines.ts';

/** Data of March on the version from 2026, which nobody billed before. */
const data = (more: Partial<ChargeLine> = {}) =>
  line('data', '2026-03', '1.00', { id: 'new', version: '2026-01-01', ...more });
const NEW = recorded(data(), '');
/** What was billed: charges "aaa" in advance, "abc" and "abd" by usage, data on the version from 2020. */
const of = (charge: string, run: string, more: Partial<ChargeLine> = {}) =>
  recorded(line(charge, '2026-03', '1.00', more), run);
const AAA = recorded(fee('aaa', '2026-03', '1.00', 'advance'), 'r-aaa');
const ABC = of('abc', 'r-abc');
const DATA = of('data', 'r-data');
const period = (from: string, until: string) => ({ period: { from, until } });
const outside = (of: RecordedLine): RecordedLine => ({ ...of, tax: { ...STANDARD, category: 'O' } });

test.each<[string, RecordedLine[], string, line?: RecordedLine, reason?: DifferenceReason | '']>([
  ['that of its charge', [AAA, ABC, DATA], 'r-data'],
  ['of its charge in a season', [ABC, DATA], 'r-data', recorded(data({ charge: 'data@spring' }), '')],
  ['not of another plan’s by that name', [of('data', 'r-b', { plan: 'b', id: '|b' }), ABC], 'r-abc'],
  ['else what is due as it is', [AAA, ABC], 'r-abc'],
  ['of a fee in advance another', [ABC, AAA], 'r-aaa', recorded(fee('new', '2026-03', '1.00', 'advance'), '')],
  ['the first of those by id', [of('abd', 'r-abd'), ABC], 'r-abc'],
  ['else anything of its period', [AAA], 'r-aaa'],
  ['nothing where nothing was billed', [], ''],
  ['nor where that was nothing', [recorded(line('data', '2026-03', '0', { quantity: '0' }), '')], ''],
  ['else, where that refers to none since it was cancelled', [of('data', ''), ABC], 'r-abc'],
  ['what that amends itself', [{ ...DATA, amends: 'r-first' }], 'r-first'],
  ['its charge on other days that overlap', [of('data', 'r-data', period('2026-02-16', '2026-03-16')), ABC], 'r-data'],
  [
    'first on the same days',
    [of('data', 'r-other', { ...period('2026-02-16', '2026-03-16'), id: '' }), DATA],
    'r-data',
  ],
  ['not on days before it', [of('data', 'r-data', period('2026-02-01', '2026-03-01'))], ''],
  ['nor after it', [of('data', 'r-data', period('2026-04-01', '2026-05-01'))], ''],
  ['nothing else of a period that begins alike', [of('abc', 'r-abc', period('2026-03-01', '2027-03-01'))], ''],
  ['nor of one that ends alike', [of('abc', 'r-abc', period('2026-02-16', '2026-04-01'))], ''],
  ['nothing of another business unit', [of('x/data', 'r-data')], ''],
  ['of what is outside the scope of tax nothing that is inside', [DATA], '', outside(NEW)],
  ['but what is outside', [outside(DATA)], 'r-data', outside(NEW)],
  ['and the other way round', [outside(DATA)], ''],
  ['billed again: its charge', [ABC, DATA], 'r-data', NEW, 'billed again'],
  ['on other days too', [of('data', 'r-data', period('2026-02-16', '2026-03-16'))], 'r-data', NEW, 'billed again'],
  ['and nothing else', [ABC], '', NEW, 'billed again'],
  ['without a reason it amends nothing', [DATA], '', NEW, ''],
])(
  'a line that nobody billed amends the document that billed its period (decision 68): %s',
  (_, posted, expected, of = NEW, reason = 'late usage') => {
    expect(billedPeriod(posted)(of, reason)).toBe(expected);
  },
);
