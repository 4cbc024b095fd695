import { beforeEach, describe, expect, test } from 'vitest';
import { approveRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { linkPayers, preparePosting } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import type { Numbering, NumberingSeries } from '#shared/catalog/numbering.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import { documentKeys } from '#shared/invoicing/posted-document.ts';
import { findInvoice } from '#shared/invoicing/use-cases/list-invoices.ts';
import { numberDocuments } from '#shared/invoicing/use-cases/number-documents.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { writeDocuments } from '#shared/invoicing/use-cases/write-documents.ts';
import { catalogWith, planOf, SELLER } from '../../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from '../memory-world.ts';
import { simOf } from '../sim.ts';

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]'));
const series = (prefix: string, more: Partial<NumberingSeries> = {}): NumberingSeries => {
  return { prefix, width: 4, start: 1, ...more };
};
const numbered = (numbering: Numbering): Catalog => {
  return { ...CATALOG, sellers: CATALOG.sellers.map((seller) => ({ ...seller, numbering })) };
};
const FIRST: Numbering = { invoice: series('INV-{year}-'), creditNote: series('CN-{year}-') };

let world: MemoryWorld;
const release = (numbering: Numbering) => releaseCatalog(world.ports, numbered(numbering), 'test');
const numbersOf = async (run: string) => (await allDocuments(world.ports, run)).map(({ number }) => number);
/** Bills p for a month and cancels what it billed, so that the next run of the same month bills it again: an invoice and a credit note. */
const bill = async (month: string) => {
  const run = await world.bill(month, { cycle: 0, account: 'p' });
  const [number] = await numbersOf(run);
  const about = { number: number!, run, businessUnit: '', reason: 'wrong address' };
  return [number, ...(await numbersOf(await world.amend('p', { kind: 'cancellation', ...about })))];
};

beforeEach(async () => {
  world = await memoryWorld(numbered(FIRST));
  await world.record(['p', 'q'].flatMap((payer) => [accountFact(payer), ...simOf(payer)]));
  world.setClock('2026-03-03');
});

describe('a release that could give a number again is refused', () => {
  test.each<[string, Partial<Numbering>, string, string]>([
    [
      'a counter that never begins again, behind one that does',
      { invoice: series('INV-{year}-', { reset: 'never' }) },
      'invoice.reset',
      'reset: year, by which they are numbered since run acme-a-p-2026-02-1',
    ],
    [
      'the prefix of another kind',
      { creditNote: series('INV-{year}-'), invoice: series('X-') },
      'creditNote.prefix',
      '',
    ],
    ['a year that is written out', { invoice: series('INV-2026-') }, 'invoice.prefix', 'invoices are numbered'],
    ['digits behind the prefix', { invoice: series('INV-{year}-0') }, 'invoice.prefix', '"INV-{year}-"'],
    ['a kind that was not there', { debitNote: series('CN-2026-'), creditNote: series('K-') }, 'debitNote.prefix', ''],
  ])('%s', async (_, numbering, field, expected) => {
    await bill('2026-02');
    const refused = await release({ ...FIRST, ...numbering });
    expect(refused).toEqual({
      outcome: 'refused',
      problems: [expect.objectContaining({ seller: SELLER, field: ['numbering', ...field.split('.')] })],
    });
    expect(JSON.stringify(refused)).toContain(JSON.stringify(expected).slice(1, -1));
  });

  test('prefixes that change places over two releases', async () => {
    expect(await bill('2026-02')).toEqual(['INV-2026-0001', 'CN-2026-0001']);
    expect((await release({ invoice: series('RE-{year}-'), creditNote: series('CN-{year}-') })).outcome).toBe(
      'released',
    );
    const swapped = await release({ invoice: series('RE-{year}-'), creditNote: series('INV-{year}-') });
    expect(swapped).toMatchObject({ outcome: 'refused', problems: [{ field: ['numbering', 'creditNote', 'prefix'] }] });
    expect(await bill('2026-02')).toEqual(['RE-2026-0002', 'CN-2026-0002']);
  });
});

describe('a release that gives none again is taken', () => {
  test.each<[string, Partial<Numbering>, string[]]>([
    ['another prefix goes on counting', { invoice: series('RE-{year}-') }, ['RE-2026-0002', 'CN-2026-0002']],
    ['more digits', { invoice: series('INV-{year}-', { width: 6 }) }, ['INV-2026-000002', 'CN-2026-0002']],
    ['a higher start', { invoice: series('INV-{year}-', { start: 5000 }) }, ['INV-2026-0002', 'CN-2026-0002']],
    ['another counter behind another prefix', { invoice: series('R', { start: 70 }) }, ['R0070', 'CN-2026-0002']],
  ])('%s', async (_, numbering, numbers) => {
    await bill('2026-02');
    expect((await release({ ...FIRST, ...numbering })).outcome).toBe('released');
    expect(await bill('2026-02')).toEqual(numbers);
    expect((await release(FIRST)).outcome).toBe('released');
    expect((await bill('2026-02'))[1]).toBe('CN-2026-0003');
  });

  test('a mistake before anything is posted', async () => {
    expect((await release({ ...FIRST, invoice: series('INV-', { reset: 'never' }) })).outcome).toBe('released');
    expect((await release({ invoice: series('CN-{year}-'), creditNote: series('INV-') })).outcome).toBe('released');
    expect(await bill('2026-02')).toEqual(['CN-2026-0001', 'INV-0001']);
  });

  test('a lower start, in the year it is released and in the next', async () => {
    world = await memoryWorld(numbered({ ...FIRST, invoice: series('INV-{year}-', { start: 500 }) }));
    await world.record([accountFact('p'), ...simOf('p')]);
    world.setClock('2026-03-03');
    expect((await bill('2026-02'))[0]).toBe('INV-2026-0500');
    await release({ ...FIRST, invoice: series('INV-{year}-', { start: 20 }) });
    expect((await bill('2026-02'))[0]).toBe('INV-2026-0501');
    world.setClock('2027-01-03');
    expect((await bill('2026-03'))[0]).toBe('INV-2027-0020');
  });
});

describe('runs drafted by two releases, of which neither was posted', () => {
  const drafted = async (account: string) => {
    const opened = await world.open('2026-02', { cycle: 0, account });
    if (opened.outcome === 'refused') throw new Error(opened.reason);
    await world.work();
    await approveRun(world.ports, opened.run, 'b', false);
    return opened.run;
  };
  const prepared = async (run: string) => {
    const { payers } = await preparePosting(world.ports, run);
    await linkPayers(world.ports, run, payers!);
  };
  const written = async (run: string) => {
    const { batch } = await numberDocuments(world.ports, run);
    return (await writeDocuments(world.ports, run, batch!)).map(({ number }) => number);
  };

  test('the one that posts second is refused, and nothing of it is posted', async () => {
    const first = await drafted('p');
    await release({ invoice: series('INV-{year}-', { reset: 'never' }), creditNote: series('CN-{year}-') });
    const second = await drafted('q');
    expect(await postRun(world.ports, second)).toEqual({ outcome: 'done' });
    await world.work();
    expect(await numbersOf(second)).toEqual(['INV-2026-0001']);
    expect(await postRun(world.ports, first)).toEqual({
      outcome: 'refused',
      reason: `numbering.invoice.reset of seller acme is reset: year for invoices "INV-{year}-", expected reset: never, by which they are numbered since run ${second}: a counter that began anew would give their numbers again. Keep reset: never, or begin with a prefix that was never used. Discard it with \`billing run discard ${first} --reason …\` and open it again`,
    });
  });

  test('with two starts begin where the first of them begins, without a gap', async () => {
    const first = await drafted('p');
    await release({ ...FIRST, invoice: series('INV-{year}-', { start: 100 }) });
    const second = await drafted('q');
    for (const run of [first, second]) await prepared(run);
    const { decisions } = world.ports;
    const dying: typeof decisions = {
      ...decisions,
      putIfAbsent: async (key, value) => {
        if (key.partition.startsWith('series#')) throw new Error('died');
        return decisions.putIfAbsent(key, value);
      },
    };
    await expect(numberDocuments({ ...world.ports, decisions: dying }, first)).rejects.toThrow('died');
    expect(await written(second)).toEqual(['INV-2026-0001']);
    expect(await written(first)).toEqual(['INV-2026-0002']);
  });

  test('a number that another document has stops the posting; the same document again does not', async () => {
    const run = await drafted('p');
    await prepared(run);
    const { decisions } = world.ports;
    const other = { seller: SELLER, payer: 'z', run: 'acme-a-z-2025-01-1', businessUnit: '', number: 'INV-2026-0001' };
    expect(await written(run)).toEqual(['INV-2026-0001']);
    expect(await written(run)).toEqual(['INV-2026-0001']);
    const taken: typeof decisions = {
      ...decisions,
      putIfAbsent: async (key, value) =>
        key.partition === documentKeys.numbers(SELLER)
          ? { won: false, value: other as typeof value }
          : decisions.putIfAbsent(key, value),
    };
    const { batch } = await numberDocuments(world.ports, run);
    await expect(writeDocuments({ ...world.ports, decisions: taken }, run, batch!)).rejects.toThrow(
      `number INV-2026-0001 of acme is that of a document of z in run acme-a-z-2025-01-1 and is not given again to p in run ${run}`,
    );
    expect((await findInvoice(world.ports, 'INV-2026-0001'))?.payer).toBe('p');
  });
});
