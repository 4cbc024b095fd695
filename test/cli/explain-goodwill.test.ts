import { expect, test } from 'vitest';
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
