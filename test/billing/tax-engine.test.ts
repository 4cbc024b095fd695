import { describe, expect, test } from 'vitest';
import type { TaxEngine } from '#shared/billing/ports.ts';
import { runKeys } from '#shared/billing/run.ts';
import { draftOfRun } from '#shared/billing/use-cases/runs/chain.ts';
import { draftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import { approveRun, discardRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { invoicePayers } from '#shared/billing/use-cases/runs/invoice-payers.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import type { ContentReference } from '#shared/commit-log/entry.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { BERLIN, catalogWith, factsOf, planOf } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld, UNPROVED } from './memory-world.ts';

const PLAIN = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 99.99 }]'));
const CATALOG: Catalog = {
  ...PLAIN,
  taxProfiles: [...PLAIN.taxProfiles, { kind: 'engine', id: 'outside', name: 'Outside' }],
};
async function invoicesOf({ ports }: MemoryWorld, run: string): Promise<Invoice[]> {
  const bodies = (await allDocuments(ports, run)).map(({ key }) => ports.objects.get('invoices', key));
  return (await Promise.all(bodies)).map((body) => JSON.parse(new TextDecoder().decode(body)) as Invoice);
}

describe('an outside tax engine behind files', () => {
  const answer = (request: { lines: { id: string }[] }) => ({
    lines: request.lines.map(({ id }) => ({
      id,
      category: 'S',
      place: 'US',
      taxes: [
        { name: 'Washington', percent: '6.50' },
        { name: 'Seattle', percent: '3.85' },
      ],
    })),
  });
  const outside = async () => {
    const world = await memoryWorld(CATALOG);
    for (const account of [accountFact('fine'), accountFact('seattle', { taxProfile: 'outside' })]) {
      const active = { at: '2026-01-31', state: 'active', payer: account.account, plan: 'a' } as const;
      await world.record([account, ...factsOf(`sim-${account.account}`, [active], BERLIN).map(({ fact }) => fact)]);
    }
    world.setClock('2026-03-03');
    const opened = await world.open('2026-02');
    await world.work();
    if (opened.outcome === 'refused') throw new Error(opened.reason);
    const { inError } = await draftReport(world.ports, opened.run);
    const place = /waited for at (\S+)\/response.json/.exec(inError[0]?.reason ?? '')?.[1] ?? '';
    const asked = JSON.parse(new TextDecoder().decode(await world.ports.objects.get('work', `${place}/request.json`)));
    const reply = (body: unknown) =>
      world.ports.objects.put(
        'work',
        `${place}/response.json`,
        typeof body === 'string' ? body : JSON.stringify(body),
        'application/json',
      );
    let last = '';
    const again = async (more: { invoiceDate?: string } = {}) => {
      if (last !== '') await discardRun(world.ports, last, 'b', 'no answer');
      const alone = await world.open('2026-02', { account: 'seattle', ...more });
      if (alone.outcome === 'refused') throw new Error(alone.reason);
      await world.work();
      last = alone.run;
      return alone.run;
    };
    return { world, inError, asked, reply, again };
  };

  test('is asked for what is billed for the first time; who waits for it holds up nobody', async () => {
    const { inError, asked } = await outside();
    expect(inError).toMatchObject([{ payer: 'seattle', reason: expect.stringContaining('has not answered') }]);
    expect(inError[0]?.reason).toMatch(
      /response\.json: when it is there, run the account alone with --invoice-date 2026-03-03, the date it is for$/,
    );
    expect(asked).toMatchObject({ seller: 'acme', account: 'seattle', invoiceDate: '2026-03-03', currency: 'EUR' });
    expect(asked.lines.map((line: { amount: string }) => line.amount)).toEqual(['3.23', '99.99']);
  });

  test('its answer is kept with the run, and what follows from it is on the document', async () => {
    const { world, asked, reply, again } = await outside();
    await reply(answer(asked));
    const run = await again();
    await reply({ lines: [] });
    await approveRun({ ...world.ports, fourEyes: false }, run, 'b', true);
    await postRun(world.ports, run);
    await world.work();
    const [invoice] = await invoicesOf(world, run);
    expect(invoice?.taxes.map((row) => `${row.name} ${row.percent} on ${row.net}: ${row.tax}`)).toEqual([
      'Washington 6.5 on 103.22: 6.71',
      'Seattle 3.85 on 103.22: 3.97',
    ]);
    const reference = await world.ports.decisions.get<ContentReference>(runKeys.taxAnswer(run, 'seattle'));
    expect(await readContent(world.ports.objects, reference!)).toEqual({ request: asked, response: answer(asked) });
  });

  test('its answer is found on a later day too, by the date it was asked for; by another it is another question', async () => {
    const { world, asked, reply, again } = await outside();
    await reply(answer(asked));
    world.setClock('2026-03-05');
    const today = (await draftReport(world.ports, await again())).inError;
    expect(today[0]?.reason).toContain('with --invoice-date 2026-03-05, the date it is for');
    const { inError, drafts } = await draftReport(world.ports, await again({ invoiceDate: '2026-03-03' }));
    expect([inError, drafts.map(({ payer }) => payer)]).toEqual([[], ['seattle']]);
  });

  test("one that does not answer at all is nobody's fault: it throws and is tried again", async () => {
    const { world, again } = await outside();
    const run = await again();
    const decide = async () => {
      throw new Error('the engine is out of reach');
    };
    const broken = { ...world.ports, taxEngine: { ...world.ports.taxEngine, decide } };
    await expect(invoicePayers(broken, run, ['seattle'], UNPROVED)).rejects.toThrow('out of reach');
  });

  test('a wrong answer is not kept: the run takes the right one, when it is there', async () => {
    const { world, asked, reply, again } = await outside();
    await reply({ lines: [] });
    const run = await again();
    await reply(answer(asked));
    expect(await invoicePayers(world.ports, run, ['seattle'], UNPROVED)).toEqual([]);
  });

  test('of two who ask at once and are answered otherwise, both go by the answer that was kept', async () => {
    const { world, again } = await outside();
    const run = await again();
    const percents = ['7', '8'];
    const decide: TaxEngine['decide'] = async ({ lines }) => {
      const percent = percents.shift()!;
      return {
        response: { lines: lines.map(({ id }) => ({ id, category: 'S', taxes: [{ name: 'City', percent }] })) },
      };
    };
    const ports = { ...world.ports, taxEngine: { ...world.ports.taxEngine, decide } };
    const draft = () => invoicePayers(ports, run, ['seattle'], UNPROVED);
    expect(await Promise.all([draft(), draft()])).toEqual([[], []]);
    const { documents } = await draftOfRun(ports, run, 'seattle');
    expect(documents[0]?.taxes.map(({ percent }) => percent)).toEqual(['7']);
  });

  test.each<[string, unknown, string]>([
    ['is no answer', { rows: [] }, 'the answer of the tax engine for account seattle is wrong: lines:'],
    ['is no JSON', '{ "lines": [', 'the answer of the tax engine for account seattle is wrong'],
    ['leaves lines out', { lines: [] }, 'the tax engine says nothing of 2 lines of account seattle'],
    [
      'has a rate that is none',
      { lines: [{ id: 'x', category: 'S', taxes: [{ name: 'X', percent: 'ten' }] }] },
      'a percentage as text',
    ],
  ])('an answer that %s is refused, with where it is and what to do', async (_, body, words) => {
    const { world, reply, again } = await outside();
    await reply(body);
    const { inError } = await draftReport(world.ports, await again());
    expect(inError[0]?.reason).toContain(words);
    expect(inError[0]?.reason).toMatch(
      /; it is at runs\/tax\/\w+\/response\.json: correct it, then run the account alone with --invoice-date 2026-03-03, /,
    );
  });

  const vat = (percent: string, name = 'VAT') => ({ name, percent });
  test.each<[string, object, string]>([
    ['charges without a tax', { category: 'S' }, 'lines.0.taxes: category S has at least one tax, if of 0 %'],
    ['has 900 %', { category: 'S', taxes: [vat('900')] }, 'lines.0.taxes.0.percent: 900 is more than 100'],
    [
      'has one tax twice',
      { category: 'S', taxes: [vat('19'), vat('7')] },
      'lines.0.taxes.1.name: the tax "VAT" stands',
    ],
    [
      'exempts and charges',
      { category: 'E', reason: 'x', taxes: [vat('7')] },
      'lines.0.taxes.0.percent: category E char',
    ],
    ['exempts without a reason', { category: 'E' }, 'lines.0.reason: say why category E charges no tax'],
    ['charges with a reason', { category: 'S', reason: 'x', taxes: [vat('7')] }, 'lines.0.reason: category S has none'],
  ])('an answer that %s is refused', async (_, of, words) => {
    const { world, asked, reply, again } = await outside();
    await reply({ lines: asked.lines.map(({ id }: { id: string }) => ({ id, ...of })) });
    const { inError } = await draftReport(world.ports, await again());
    expect(inError[0]?.reason).toContain(words);
  });

  test('an answer that tells a line twice is refused; a rate of 0 % is one', async () => {
    const { world, asked, reply, again } = await outside();
    const [one, other] = answer(asked).lines;
    await reply({ lines: [one, other, { ...one, taxes: [vat('7')] }] });
    const twice = await draftReport(world.ports, await again());
    expect(twice.inError[0]?.reason).toContain(`lines.2.id: line ${one!.id} stands twice`);
    await reply({ lines: asked.lines.map(({ id }: { id: string }) => ({ id, category: 'S', taxes: [vat('0')] })) });
    const nothing = await draftReport(world.ports, await again());
    expect([nothing.inError, nothing.drafts.map(({ net }) => net)]).toEqual([[], ['103.22']]);
  });
});
