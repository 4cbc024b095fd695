import { expect, test } from 'vitest';
import { draftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import { proveDraft } from '#shared/invoicing/use-cases/prove-draft.ts';
import { accountFact, memoryWorld } from '../../billing/memory-world.ts';
import { simOf } from '../../billing/sim.ts';
import { catalogWith, planOf } from '../../rating/fleet.ts';
import { FONTS } from '../fonts.ts';

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]'));

test('an account whose name the fonts cannot draw is held, and told the text and the characters', async () => {
  const world = await memoryWorld(CATALOG, { prove: (draft, seller) => proveDraft(draft, seller, FONTS) });
  const names = { berlin: 'Müller & Söhne', athens: 'Αθήνα AE', tokyo: '日本 GmbH 日' };
  for (const [payer, name] of Object.entries(names)) {
    await world.record([accountFact(payer, { name }), ...simOf(payer)]);
  }
  world.setClock('2026-03-03');
  await world.open('2026-02');
  await world.work();
  const report = await draftReport(world.ports, 'acme-c01-2026-02-1');
  expect(report.drafts.map(({ payer }) => payer)).toEqual(['athens', 'berlin']);
  expect(report.inError).toEqual([
    {
      payer: 'tokyo',
      reason:
        'the fonts of documents lack 日 (U+65E5), 本 (U+672C) of buyer.name "日本 GmbH 日". Write it in Latin, Greek or Cyrillic characters',
    },
  ]);
});
