import { describe, expect, test } from 'vitest';
import { itemisedPrefix } from '#shared/billing/run.ts';
import { postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { rowWriter } from '#shared/billing/use-cases/runs/row-parts.ts';
import { runStates } from '#shared/billing/use-cases/runs/run-state.ts';
import { showRun } from '#shared/billing/use-cases/runs/show-run.ts';
import { documentFolder, usageFileName } from '#shared/invoicing/posted-document.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { itemisedCsv, itemisedFiles, renderDocuments } from '#shared/invoicing/use-cases/render-documents.ts';
import { renderPdf } from '#shared/invoicing/use-cases/render-pdf.ts';
import { memoryObjects } from '#shared/memory/objects.ts';
import { accountFact, type MemoryWorld, memoryWorld } from '../../billing/memory-world.ts';
import { countingWorld } from '../../billing/reading-world.ts';
import { simOf } from '../../billing/sim.ts';
import { catalogWith, planOf } from '../../rating/fleet.ts';
import { FONTS } from '../fonts.ts';

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]'));
const PAYERS = Array.from({ length: 23 }, (_, at) => `p${at}`);
const RUN = 'acme-c01-2026-02-1';

/** A world with an account each, in which February can be billed; `works` says whether the printer does. */
async function opening(printer: { works: boolean }): Promise<MemoryWorld> {
  const world = await memoryWorld(CATALOG, {
    pdfOf: async ({ number }) => {
      if (!printer.works) throw new Error(`the printer is broken at ${number}`);
      return new TextEncoder().encode(number);
    },
  });
  await world.record(PAYERS.flatMap((payer) => [accountFact(payer), ...simOf(payer)]));
  world.setClock('2026-03-03');
  return world;
}

async function renderings(world: MemoryWorld): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of world.ports.objects.list('invoices', 'documents/'))
    if (!key.endsWith('.json')) keys.push(key.split('/').at(-1) ?? '');
  return keys;
}
const announced = (world: MemoryWorld) => world.published.filter(({ type }) => type === 'InvoicePosted');
const state = async ({ ports }: MemoryWorld) => (await runStates(ports.decisions, RUN)).at(-1)?.state;
const progress = async ({ ports }: MemoryWorld) => (await showRun(ports, RUN, 0)).posting;

test('a batch reads and renders its own documents, and no others', async () => {
  const world = await opening({ works: false });
  await expect(world.bill('2026-02')).rejects.toThrow('the printer is broken');
  const { ports, times } = countingWorld(world);
  const pdfOf: Parameters<typeof renderDocuments>[0]['pdfOf'] = (invoice) => renderPdf(invoice, FONTS);
  await renderDocuments({ ...ports, pdfOf }, RUN, { batch: 1, from: 20, count: 20 });
  expect(times(/^documents#/)).toBe(3);
  const documents = await allDocuments(world.ports, RUN);
  expect(documents.length).toBe(PAYERS.length);
  expect(await renderings(world)).toEqual(
    documents.slice(20).flatMap(({ number }) => [`${number}-lines.csv`, `${number}-usage.csv`, `${number}.pdf`]),
  );
});

describe('a posting that died after its entry is finished by posting again', () => {
  test('documents that were not rendered are', async () => {
    const printer = { works: true };
    const world = await opening(printer);
    const { putIfAbsent } = world.ports.objects;
    world.ports.objects.putIfAbsent = async (store, key, body, type) => {
      if (key.endsWith('.pdf') && (await renderings(world)).length >= 63) printer.works = false;
      return putIfAbsent(store, key, body, type);
    };
    await expect(world.bill('2026-02')).rejects.toThrow('the printer is broken');
    expect(await state(world)).toBe('posted');
    expect(await progress(world)).toEqual({ documents: 23, rendered: 20 });
    const numbers = (await allDocuments(world.ports, RUN)).map(({ number }) => number);
    printer.works = true;
    world.ports.objects.putIfAbsent = putIfAbsent;
    world.setClock('2026-03-04');
    expect(await postRun(world.ports, RUN)).toEqual({ outcome: 'taken up again' });
    await world.work();
    expect(await progress(world)).toEqual({ documents: 23, rendered: 23 });
    expect(await renderings(world)).toHaveLength(3 * 23);
    expect((await allDocuments(world.ports, RUN)).map(({ number }) => number)).toEqual(numbers);
    expect(announced(world)).toHaveLength(23);
    expect((await runStates(world.ports.decisions, RUN)).filter((each) => each.state === 'posted')).toHaveLength(1);
    expect(await postRun(world.ports, RUN)).toEqual({ outcome: 'was so already' });
  });

  test('those who were not told are', async () => {
    const world = await opening({ works: true });
    const { publish } = world.ports.events;
    world.ports.events.publish = async (events) => {
      if (events.some(({ type }) => type === 'InvoicePosted')) throw new Error('the bus is full');
      return publish(events);
    };
    await expect(world.bill('2026-02')).rejects.toThrow('the bus is full');
    expect(await state(world)).toBe('posted');
    expect(await progress(world)).toEqual({ documents: null, rendered: 0 });
    world.ports.events.publish = publish;
    world.setClock('2026-03-04');
    expect(await postRun(world.ports, RUN)).toEqual({ outcome: 'taken up again' });
    await world.work();
    expect(announced(world).map(({ id }) => id)).toEqual(
      (await allDocuments(world.ports, RUN)).map(({ number }) => `acme ${number}`),
    );
    expect(await progress(world)).toEqual({ documents: 23, rendered: 23 });
  });
});

describe('itemised usage of a document', () => {
  const document = { run: RUN, payer: 'p0', businessUnit: '' };
  const rows = Array.from({ length: 9 }, (_, at) => ({
    ...{ subscription: `s${at}`, identifier: 'imsi#1', businessUnit: at === 3 ? 'east' : '' },
    ...{ startedAt: 1_770_000_000 + at, service: 'data', direction: '', network: '', zone: '', apn: '' },
    ...{ bytesUp: 0, bytesDown: 0, bytesUnsplit: at, seconds: 0, count: 0, charge: 'Data' },
  }));
  /** What three slices kept: s0 to s2; s3 of another unit, s4 and s5; s6 to s8. */
  async function kept() {
    const objects = memoryObjects({ now: () => 0 });
    for (const [slice, some] of [rows.slice(0, 3), rows.slice(3, 6), rows.slice(6)].entries()) {
      const { write, close } = rowWriter(objects, `${slice}`);
      for (const row of some) await write(itemisedPrefix(RUN, 'p0', row.businessUnit), row);
      await close();
    }
    return objects;
  }

  const ROW_BYTES = Buffer.byteLength(`${JSON.stringify(rows[0])}\n`);

  test.each<[string, number, { businessUnit?: string; corrects?: string }, string[][]]>([
    ['in one file', 8, {}, [['s0', 's1', 's2', 's4', 's5', 's6', 's7', 's8']]],
    [
      'in as many as hold it, part by part',
      7,
      {},
      [
        ['s0', 's1', 's2', 's4', 's5'],
        ['s6', 's7', 's8'],
      ],
    ],
    [
      'a part that is more than a file by itself',
      2,
      {},
      [
        ['s0', 's1', 's2'],
        ['s4', 's5'],
        ['s6', 's7', 's8'],
      ],
    ],
    ['of its business unit alone', 8, { businessUnit: 'east' }, [['s3']]],
    ['that there is none of', 8, { businessUnit: 'west' }, [[]]],
    ['of what corrects another document: none', 8, { corrects: 'INV-1' }, [[]]],
  ])('%s', async (_, rowsAFile, of, expected) => {
    const objects = await kept();
    const found: string[][] = [];
    for (const parts of await itemisedFiles(objects, { ...document, ...of }, rowsAFile * ROW_BYTES)) {
      const [header, ...lines] = (await itemisedCsv(objects, parts, 'Europe/Berlin')).split('\r\n');
      expect(header).toMatch(/^\uFEFFsubscription,/);
      expect(lines.pop()).toBe('');
      found.push(lines.map((line) => line.split(',')[0] ?? ''));
    }
    expect(found).toEqual(expected);
  });

  test('that was written in part is gone on with: files that are there are not made again', async () => {
    const world = await opening({ works: false });
    await expect(world.bill('2026-02')).rejects.toThrow('the printer is broken');
    const { objects } = world.ports;
    for (const [name, many, charge] of [
      ['x', 20_000, 'Data'.repeat(1450)],
      ['y', 1, 'Data'.repeat(1_000_000)],
    ] as const) {
      const { write, close } = rowWriter(objects, name);
      for (let row = 0; row < many; row++) await write(itemisedPrefix(RUN, 'p0', ''), { ...rows[0], charge });
      await close();
    }
    const [first] = await allDocuments(world.ports, RUN);
    const folder = documentFolder('acme', first!.number);
    await objects.putIfAbsent('invoices', `${folder}/${first!.number}-usage.csv`, 'as it was written', 'text/csv');
    const read: string[] = [];
    const get: typeof objects.get = (store, key) => {
      read.push(key);
      return objects.get(store, key);
    };
    const ports = { ...world.ports, objects: { ...objects, get }, pdfOf: async () => new Uint8Array([37]) };
    await renderDocuments(ports, RUN, { batch: 0, from: 0, count: 1 });
    expect(read.filter((key) => key.includes('/itemised/'))).toHaveLength(1);
    const body = async (place: number) =>
      new TextDecoder().decode(await objects.get('invoices', `${folder}/${usageFileName(first!.number, place)}`));
    expect(await body(1)).toBe('as it was written');
    expect((await body(2)).split('\r\n')).toHaveLength(3);
  });

  test('is found by a name for each of its files', () => {
    expect([1, 2, 13].map((place) => usageFileName('INV-7', place))).toEqual([
      'INV-7-usage.csv',
      'INV-7-usage-2.csv',
      'INV-7-usage-13.csv',
    ]);
  });
});
