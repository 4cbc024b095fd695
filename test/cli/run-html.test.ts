import { beforeAll, expect, test } from 'vitest';
import { showRun } from '#shared/billing/use-cases/runs/show-run.ts';
import { runHtml } from '../../cli/runs/run-html.ts';
import { foundText } from '../../cli/runs/run-text.ts';
import { fleetSession } from './fleet.ts';
import type { MemorySession } from './memory-session.ts';

let session: MemorySession;
beforeAll(async () => {
  session = await fleetSession();
});
const shown = async () => {
  const run = await showRun(session.world, 'fernweh-c01-2026-11-1', 50);
  return { ...run, documents: run.documents.map((each) => ({ ...each, number: '' })) };
};

test('a draft as a page: checks, a bar for each period, documents, and what is missing', async () => {
  const page = runHtml(await shown(), 'numbers 4 to 6');
  expect(page).toContain(
    '<td class="amber">total EUR</td><td>660.73 EUR; median of the last periods 884.33, -25.3 %</td>',
  );
  const bars = [
    ...page.matchAll(
      /<rect [^>]*height="([\d.]+)"[^>]*\/><text [^>]*>([^<]*)<\/text><text class="when" [^>]*>([^<]*)</g,
    ),
  ];
  expect(bars.map(([, height, net, when]) => [height, net, when])).toEqual([
    ['100.0', '884.33 EUR', '1 period before'],
    ['74.7', '660.73 EUR', 'this run'],
  ]);
  expect(page).toContain('<td>nordwind</td><td>kuehlkette</td><td class="figure">254.57 EUR</td>');
  expect(page).toContain('<div><b>660.73 EUR</b><span>net</span></div>');
  expect(page).toContain('<td class="green">certificate expired</td><td>none</td>');
  expect(page).toContain('<pre>numbers 4 to 6</pre>');
  expect(page).not.toMatch(/<script|src=|href=/);
});

test('a document says why it stands apart, what it corrects and its number, as in the terminal', async () => {
  const run = await shown();
  const [first, ...rest] = run.documents;
  const documents = [
    { ...first!, apart: 'outside scope' as const, corrects: 'acme-c01-2026-10-1', number: 'FC-7' },
    ...rest,
  ];
  const page = runHtml({ ...run, documents }, '');
  expect(page).toContain('<th>apart</th><th>corrects</th><th>number</th><th class="figure">net</th>');
  expect(page).toContain('<td>outside scope</td><td>acme-c01-2026-10-1</td><td>FC-7</td><td class="figure">');
  expect(runHtml(run, '')).not.toContain('<th>apart</th>');
});

test('who waits is in no total, and is named with the reason', async () => {
  const run = await shown();
  const { report } = run;
  const drafts = report!.drafts.map((each) =>
    each.payer === 'nordwind' ? { ...each, isWaiting: true as const } : each,
  );
  const page = runHtml({ ...run, report: { ...report!, drafts, waiting: ['nordwind'] } }, '');
  const left = drafts
    .filter(({ payer }) => payer !== 'nordwind')
    .reduce((cents, { net }) => cents + Math.round(+net * 100), 0);
  expect(page).toContain(
    `>${(left / 100).toFixed(2)} EUR</text><text class="when" x="225" y="162" text-anchor="middle">this run<`,
  );
  expect(page).toContain('<td>nordwind</td><td>below the minimum: it waits for the next run</td>');
});

test('between two totals of a currency without decimals the median is shown without a half', () => {
  const check = { check: 'total', state: 'amber', payers: [], currency: 'JPY', net: '3300' } as const;
  expect(foundText({ ...check, median: '3208.5' })).toBe('3,300 JPY; median of the last periods 3,209, +2.9 %');
});

test('what an account is called runs nothing', async () => {
  const run = await shown();
  const [first] = run.documents;
  const hostile = `"><script>alert('&')</script>`;
  const page = runHtml({ ...run, documents: [{ ...first!, payer: hostile }] }, '');
  expect(page).not.toContain('<script');
  expect(page).toContain('&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;');
});

test('what is below zero hangs from the line, and both colour schemes and paper are provided for', async () => {
  const run = await shown();
  const { report } = run;
  const [first] = report!.drafts;
  const minus = { ...first!, currency: 'CHF', net: '-50', netsBefore: ['100'] };
  const page = runHtml({ ...run, report: { ...report!, drafts: [minus] } }, '');
  expect(page).toContain('<rect class="before" x="35" y="30.0" width="80" height="50.0"');
  expect(page).toContain('<rect class="minus" x="185" y="80.0" width="80" height="25.0"');
  expect(page).toMatch(/@media \(prefers-color-scheme:dark\)/);
  expect(page).toMatch(/@media print/);
});
