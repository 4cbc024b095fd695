import { expect, test } from 'vitest';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { recordFacts } from '#shared/commit-log/use-cases/record-facts.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import { previewMonth } from '../../cli/invoices/account.ts';
import { accountFact } from '../billing/memory-world.ts';
import { SAMPLE } from '../catalog/sample.ts';
import { BERLIN, factsOf } from '../rating/fleet.ts';
import { memorySession, told } from './memory-session.ts';

const NOTE = 'Without the tax that an outside engine decides when it is billed.';

test.each([
  ['outside', true],
  ['de', false],
])('the preview of an account of tax profile %s says whether its tax is still open', async (taxProfile, isTaxOpen) => {
  const text = SAMPLE.replace('taxProfiles:\n', 'taxProfiles:\n  - { id: outside, name: Outside, kind: engine }\n');
  const reading = readCatalog([{ path: 'catalog.yaml', text }]);
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  const session = memorySession('anna');
  session.setClock('2026-03-20T10:00:00+01:00');
  await releaseCatalog(session.world, reading.catalog, 'anna');
  const active = { at: '2026-03-01', state: 'active', payer: 'p', plan: 'iot' } as const;
  const facts = [accountFact('p', { taxProfile }), ...factsOf('1', [active], BERLIN).map(({ fact }) => fact)];
  await recordFacts(session.world, facts, 'anna', 'c1');
  const { text: shown, data } = await told((output) => previewMonth(session, 'p', undefined, output));
  expect([shown.includes(NOTE), data]).toEqual([isTaxOpen, expect.objectContaining({ isTaxOpen, net: '2.00' })]);
});
