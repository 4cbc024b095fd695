import { beforeEach, describe, expect, test } from 'vitest';
import { linkOf } from '#shared/billing/draft.ts';
import { runKeys } from '#shared/billing/run.ts';
import { chainEnd, draftOfRun, postedDraft } from '#shared/billing/use-cases/runs/chain.ts';
import { writeContent } from '#shared/commit-log/use-cases/content.ts';
import { SELLER } from '../rating/fleet.ts';
import { adjust, alone, CATALOG, cancel, documentOf, january, open, use, world } from './amended.ts';

beforeEach(() => open(CATALOG));

/** What a run bills, what of its period it takes as billed before, and the periods it is compared with. */
async function compared(run: string) {
  const { documents, netSoFar, netsBefore } = await draftOfRun(world.ports, run, 'p');
  return [documents.map(({ net }) => net).join(' '), netSoFar, netsBefore];
}
/** February up to the 20th, with 7 MB. */
async function someOfFebruary() {
  await world.load('february', '1', [use('2026-02-10', 7)]);
  world.setClock('2026-02-20');
  return documentOf(await world.bill('', { cycle: 0, account: 'p' }));
}
const allOf = (month: string, today: string) => {
  world.setClock(today);
  return world.bill(month);
};

/** January bills 13.00; compared are whole periods, each with what it comes to by itself. */
describe('what was cancelled and is billed again', () => {
  test('is in the period it was billed for: the next one is compared without it, and with what it comes to otherwise', async () => {
    const first = await january();
    await world.load('late', '1', [use('2026-01-20', 5)]);
    await cancel(first);
    // 3.00 of February, 13.00 again and 5.00 that came late
    expect(await compared(await allOf('2026-02', '2026-03-02'))).toEqual(['21.00', '-13', ['13']]);
    expect(await compared(await allOf('2026-03', '2026-04-02'))).toEqual(['3.00', undefined, ['8', '13']]);
  });

  test('is no part of a period that is gone on with meanwhile', async () => {
    const first = await january();
    await someOfFebruary();
    await world.load('rest', '1', [use('2026-02-25', 2)]);
    await cancel(first);
    // 3.00 and 2.00 of February beside 7.00 that are billed, and 13.00 again
    expect(await compared(await allOf('2026-02', '2026-03-02'))).toEqual(['18.00', '-6', ['13']]);
    expect(await compared(await allOf('2026-03', '2026-04-02'))).toEqual(['3.00', undefined, ['12', '13']]);
  });

  test('is no part of a period that is over and billed', async () => {
    const first = await january();
    await allOf('2026-02', '2026-03-02');
    await cancel(first);
    const again = await alone('2026-02');
    expect(await compared(again.run)).toEqual(['13.00', '-10', ['13']]);
    expect(await compared(await allOf('2026-03', '2026-04-02'))).toEqual(['3.00', undefined, ['3', '13']]);
  });

  test('is the whole period where its own invoice was cancelled, also one that corrected an earlier period', async () => {
    await january();
    await world.load('late', '1', [use('2026-01-20', 5)]);
    await cancel(await documentOf(await allOf('2026-02', '2026-03-02')));
    await world.load('later', '1', [use('2026-02-20', 1)]);
    expect(await compared((await alone('2026-02')).run)).toEqual(['9.00', undefined, ['13']]);
    expect(await compared(await allOf('2026-03', '2026-04-02'))).toEqual(['3.00', undefined, ['9', '13']]);
  });

  test('is not known of a cancellation of before that was kept: it is billed again all the same', async () => {
    const first = await january();
    await cancel(first);
    const { decisions, objects } = world.ports;
    const { link } = (await chainEnd(decisions, SELLER, 'p'))!;
    const draft = await postedDraft(objects, link);
    const before = { ...draft, cancellations: draft.cancellations.map(({ net: _, ...each }) => each) };
    const reference = await writeContent(objects, `runs/${draft.run}/drafts/before`, before);
    await decisions.putIfAbsent(runKeys.link(SELLER, 'p', 3), linkOf(before, reference));
    expect(await compared(await allOf('2026-02', '2026-03-02'))).toEqual(['16.00', undefined, ['13']]);
  });

  test('is all that was owed, whatever was given back of it', async () => {
    const first = await january();
    await adjust(first, '4.00', 2);
    await cancel(first);
    // 3.00 of February and 13.00 again, of which 9.00 were left
    expect(await compared(await allOf('2026-02', '2026-03-02'))).toEqual(['16.00', '-13', ['13']]);
  });

  test('is a part of a period that was billed by several', async () => {
    await january();
    await cancel(await someOfFebruary());
    // 7.00 again and 3.00
    expect(await compared(await allOf('2026-02', '2026-03-02'))).toEqual(['10.00', undefined, ['13']]);
  });
});
