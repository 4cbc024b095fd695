import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newsOf } from '#shared/billing/lines/reason.ts';
import { newsSince } from '#shared/billing/use-cases/runs/news-since.ts';
import type { EntryBody } from '#shared/commit-log/entry.ts';
import { append, readEntries } from '#shared/commit-log/use-cases/commit-log.ts';
import { memoryDecisions } from '#shared/memory/decisions.ts';
import { NO_CONTENT } from '../commit-log/entries.ts';

const month = fc.constantFrom('2026-01', '2026-02', '2026-03');
const arbitraryBody: fc.Arbitrary<EntryBody> = fc.oneof(
  fc.tuple(month, fc.nat(1)).map(([each, replaces]): EntryBody => {
    const file = { file: 'f', generation: 1 + replaces, replaces, months: [each], attempts: [] };
    return { kind: 'files loaded', files: [file], manifest: NO_CONTENT };
  }),
  month.map((each): EntryBody => ({ kind: 'file backed out', file: 'f', generation: 1, months: [each], reason: 'x' })),
  fc.nat(1000).map((earliest): EntryBody => ({ kind: 'facts recorded', parts: [], count: 1, earliest })),
  fc.constant<EntryBody>({ kind: 'catalog released', catalog: NO_CONTENT }),
  fc.constant<EntryBody>({ kind: 'run posted', run: 'r', manifest: NO_CONTENT }),
);

test('what became known after many positions, read once, is what reading each of them says', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(arbitraryBody, { minLength: 1, maxLength: 12 }),
      fc.array(fc.nat(12)),
      async (bodies, positions) => {
        const decisions = memoryDecisions();
        for (const [at, body] of bodies.entries()) await append(decisions, { id: `${at}`, at, by: 'x', body }, at);
        const known = positions.map((position) => Math.min(position, bodies.length));
        const found = await newsSince(decisions, known, bodies.length);
        expect([...found.keys()].sort()).toEqual([...new Set(known)].sort());
        for (const [after, news] of found)
          expect(news).toEqual(newsOf(await readEntries(decisions, after, bodies.length)));
      },
    ),
  );
});
