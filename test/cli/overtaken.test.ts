import { beforeAll, expect, test } from 'vitest';
import { showRun } from '#shared/billing/use-cases/runs/show-run.ts';
import { adjust, cancel, writeOff } from '../../cli/invoices/amend.ts';
import { issue } from '../../cli/invoices/issue.ts';
import { approve, post, show } from '../../cli/runs/run.ts';
import { remedyOf } from '../../cli/runs/run-head.ts';
import { runHtml } from '../../cli/runs/run-html.ts';
import type { CommandFailure } from '../../cli/terminal/failure.ts';
import { fleetSession } from './fleet.ts';
import { type MemorySession, type Told, told } from './memory-session.ts';

let session: MemorySession;
/** Runs of one account, each drafted beside the others: goodwill of October, a write-off of November, and a visit. */
const runs: Record<'goodwill' | 'writeOff' | 'visit', string> = { goodwill: '', writeOff: '', visit: '' };
const ASKED = { reason: 'outage on 3 October', wait: false };
const runOf = async (opening: Promise<Told>) => {
  const { run } = (await opening).data as { run: string };
  await session.settle();
  return run;
};

beforeAll(async () => {
  session = await fleetSession();
  const goodwill = { line: 2, amount: '1.00' };
  const invoiceDate = '';
  runs.goodwill = await runOf(
    told((output) => adjust(session, 'FC-2026-00001', goodwill, { ...ASKED, invoiceDate }, output)),
  );
  const insolvent = { reason: 'insolvent', amount: '2.00', date: '', takeBack: false, wait: false };
  runs.writeOff = await runOf(told((output) => writeOff(session, 'FC-2026-00004', insolvent, output)));
  const line = { line: 'Visit', quantity: '2', price: '149', reason: 'ordered by telephone', invoiceDate };
  runs.visit = await runOf(told((output) => issue(session, 'lakeside', line, output)));
});

const shown = (run: string) => told((output) => show(session, run, { all: false, usage: false }, output));
const shownRun = async (run: string) => {
  const shown = await showRun(session.world, run, 10);
  return { ...shown, documents: shown.documents.map((each) => ({ ...each, number: '' })) };
};
const page = async (run: string) => runHtml(await shownRun(run), '');

test.each([
  [
    'goodwill',
    'adjustment of FC-2026-00001, account lakeside of fernweh, 2026-10',
    '1.00 EUR of line 2 of FC-2026-00001 are given back',
    'outage on 3 October',
  ],
  [
    'writeOff',
    'write-off of FC-2026-00004, account lakeside of fernweh, 2026-11',
    '2.00 EUR, with tax, of FC-2026-00004 are not expected to be paid any more',
    'insolvent',
  ],
  ['visit', 'ad-hoc invoice, account lakeside of fernweh', '2 × Visit at 149.00', 'ordered by telephone'],
] as const)(
  'whoever approves sees what an amendment does and why, on the terminal and as a page: %s',
  async (name, scope, what, reason) => {
    const { text } = await shown(runs[name]);
    const html = await page(runs[name]);
    for (const said of [scope, what, reason]) {
      expect(text).toContain(said);
      expect(html).toContain(`<td>${said}`);
    }
    expect(text).toMatch(/^what +/m);
    expect(text).toMatch(/^reason +/m);
  },
);

test('a page says what a bill run is for, where it is cut off, how it is made, and its states', async () => {
  const run = await shownRun('fernweh-c01-2026-11-1');
  const terms = { minimum: { EUR: '5.00' }, taxes: 'posting' } as const;
  const html = runHtml({ ...run, request: { ...run.request, terms: { ...run.request.terms, ...terms } as never } }, '');
  expect(html).toContain('<td>for</td><td>cycle 1 of fernweh, 2026-11, invoice date 2026-12-02</td>');
  expect(html).toContain('<td>asked for</td><td>taxes when it is posted, nothing below 5.00 EUR</td>');
  expect(html).toContain('<td>cut-offs</td><td>usage before 2026-11-30 23:00Z, charges due by 2026-11-30 23:00Z</td>');
  expect(html).toMatch(/<td>approved<\/td><td>2026-12-02 \d\d:\d\dZ<\/td><td>anna<\/td>/);
});

test('a run that was overtaken fails to post, names whose place it lost and how it is asked for anew', async () => {
  const approved = async (run: string) => {
    await told((output) => approve(session, run, false, output));
    return told((output) => post(session, run, true, output));
  };
  await approved(runs.goodwill);
  const failed = (run: string): Promise<CommandFailure> =>
    approved(run).then(
      () => {
        throw new Error('was posted');
      },
      (error) => error,
    );
  expect(await failed(runs.visit)).toMatchObject({
    message: `run ${runs.visit} has lapsed: none of its accounts was posted`,
    remedy: expect.stringContaining('billing invoice issue lakeside --reason TEXT --wait, with the same lines'),
  });
  expect((await failed(runs.writeOff)).remedy).toContain(
    'billing invoice write-off FC-2026-00004 --amount 2.00 --reason TEXT --wait',
  );
  const { text, next, data } = await shown(runs.visit);
  expect(text).toContain('approved, but overtaken by another run: not posted');
  expect(text).toContain(`lakeside  run ${runs.goodwill} was posted first`);
  expect(text).not.toMatch(/^net /m);
  expect(text).not.toContain('rendered');
  expect(next).toContain('billing invoice issue lakeside');
  expect(data).toMatchObject({ overtaken: [{ payer: 'lakeside' }], documents: [] });
  expect(await page(runs.visit)).toContain(
    `<td>lakeside</td><td>approved, but overtaken: run ${runs.goodwill} was posted first</td>`,
  );
});

test('a cancellation says that all that is left is taken back', async () => {
  const invoiceDate = '';
  const run = await runOf(told((output) => cancel(session, 'FC-2026-00002', { ...ASKED, invoiceDate }, output)));
  expect((await shown(run)).text).toContain('all that is left of FC-2026-00002 is taken back');
});

test.each([
  [{ cycle: 3 }, 'billing run open --seller fernweh --cycle 3 --month 2026-11 --rest --wait'],
  [{ cycle: 0, group: 'g' }, 'billing run open --seller fernweh --group g --month 2026-11 --rest --wait'],
  [{ cycle: 0, account: 'a' }, 'billing run open --seller fernweh --account a --month 2026-11 --wait'],
])('whom the posting of a bill run has left is billed by another: %j', async (asked, command) => {
  const { request } = await showRun(session.world, 'fernweh-c01-2026-11-1', 1);
  expect(remedyOf({ ...request, account: '', ...asked })).toBe(command);
});
