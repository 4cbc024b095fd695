import { beforeAll, expect, test } from 'vitest';
import { showRun } from '#shared/billing/use-cases/runs/show-run.ts';
import { runHtml } from '../../cli/run-html.ts';
import { fleetSession } from './fleet.ts';
import type { MemorySession } from './memory-session.ts';

let session: MemorySession;
beforeAll(async () => {
  session = await fleetSession();
});
const shown = () => showRun(session.world, 'fernweh-c01-2026-11-1', 50);

test('a draft as a page: checks, a bar for each period, documents, and what is missing', async () => {
  const page = runHtml(await shown(), 'numbers 4 to 6');
  expect(page).toContain(
    '<td class="amber">total EUR</td><td>660.73 EUR; median of the last periods 884.33, -25.3 %</td>',
  );
  const bars = [
    ...page.matchAll(/<rect [^>]*height="([\d.]+)"[^>]*\/><text [^>]*>([^<]*)<\/text><text [^>]*>([^<]*)</g),
  ];
  expect(bars.map(([, height, net, when]) => [height, net, when])).toEqual([
    ['90.0', '884.33 EUR', 'before'],
    ['67.2', '660.73 EUR', 'this run'],
  ]);
  expect(page).toContain('<td>nordwind</td><td>kuehlkette</td><td class="figure">254.57 EUR</td>');
  expect(page).toContain('<pre>numbers 4 to 6</pre>');
  expect(page).not.toMatch(/<script|src=|href=/);
});

test('what an account is called runs nothing', async () => {
  const run = await shown();
  const [first] = run.documents;
  const hostile = `"><script>alert('&')</script>`;
  const page = runHtml({ ...run, documents: [{ ...first!, payer: hostile }] }, '');
  expect(page).not.toContain('<script');
  expect(page).toContain('&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;');
});
