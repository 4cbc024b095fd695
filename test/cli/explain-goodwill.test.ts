import { expect, test } from 'vitest';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { explainLine, readInvoice } from '#shared/invoicing/use-cases/explain-line.ts';
import { explainText } from '../../cli/explain/explain.ts';
import { adjust, CATALOG, cancel, documentOf, january, open, world } from '../billing/amended.ts';
import { BERLIN, factsOf } from '../rating/fleet.ts';

test('what fell away of goodwill says how much of it stands; what was given, or is cancelled, does not', async () => {
  await open(CATALOG);
  const posted = await january();
  const credit = await adjust(posted, '2.00', 1);
  const [end] = factsOf('1', [{ at: '2026-01-11', state: 'terminated' }], BERLIN);
  await world.record([end!.fact]);
  world.setClock('2026-03-02');
  const february = await documentOf(await world.bill('2026-02'));
  const { lines } = await readInvoice(world.ports, february);
  const fell = lines.findIndex(({ kind }) => kind === 'adjustment') + 1;
  const told = async (document: typeof posted, place: number) =>
    explainText(await explainLine(world.ports, document, place), 5);
  const given = `Given back out of goodwill, of ${posted.number}: as agreed`;
  // 10 of 31 days of 3.00 are owed
  expect(await told(february, fell)).toContain(
    `${given}\nOf a line no more is given back than is owed of it: 0.97 of 2.00 stand by now`,
  );
  expect((await told(credit, 1)).endsWith(given)).toBe(true);
  expect(await told(await cancel(credit), 1)).not.toContain('stand by now');
});

/** Becomes known: the subscription ended on 21 January, so that 20 of 31 days of the fee are owed. */
const ended = async () => {
  const [end] = factsOf('1', [{ at: '2026-01-21', state: 'terminated' }], BERLIN);
  await world.record([end!.fact]);
};
const feeOf = async (document: PostedDocument) => {
  const { lines } = await readInvoice(world.ports, document);
  const place = lines.findIndex(({ reason }) => reason === 'backdated change') + 1;
  return explainText(await explainLine(world.ports, document, place), 5);
};
const comparedWith = async (document: PostedDocument) => (await readInvoice(world.ports, document)).usage.previousNet;

test('what bills no period is neither what an invoice is compared with, nor what was posted before', async () => {
  await open(CATALOG);
  const posted = await january();
  const note = await adjust(posted, '1.00', 2);
  expect(await comparedWith(note)).toBe('');
  await ended();
  world.setClock('2026-03-02');
  const february = await documentOf(await world.bill('2026-02'));
  expect(await comparedWith(february)).toBe('13.00');
  const told = await feeOf(february);
  expect(told).toMatch(new RegExp(`posted before +3.00 +${posted.number}, as known at position`));
  expect(told).toContain(`Posted before: ${posted.number}, as known at`);
  expect(told).not.toContain(note.number);
});

test('an invoice is compared with the last that was not cancelled', async () => {
  await open(CATALOG);
  await january();
  world.setClock('2026-03-02');
  await cancel(await documentOf(await world.bill('2026-02')));
  world.setClock('2026-04-02');
  expect(await comparedWith(await documentOf(await world.bill('2026-03')))).toBe('13.00');
});

test('what a run left as it was posted is said to be of the document that billed it', async () => {
  await open(CATALOG);
  const posted = await january();
  world.setClock('2026-03-02');
  const february = await documentOf(await world.bill('2026-02'));
  await ended();
  world.setClock('2026-04-02');
  const told = await feeOf(await documentOf(await world.bill('2026-03')));
  expect(told).toMatch(new RegExp(`posted before +3.00 +${posted.number}, as known at position`));
  expect(told).not.toContain(`Posted before: ${february.number}`);
});
