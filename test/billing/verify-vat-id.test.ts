import { expect, test } from 'vitest';
import type { VatIdRegister } from '#shared/billing/ports.ts';
import { verifyVatId } from '#shared/billing/use-cases/runs/verify-vat-id.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { accountFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { accountAt } from '#shared/inventory/account-history.ts';
import { memoryVatIdRegister } from '#shared/memory/vat-id-register.ts';
import { catalogWith, planOf } from '../rating/fleet.ts';
import { accountFact, memoryWorld } from './memory-world.ts';

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, price: 3.00 }]'));
const answers = (isValid: boolean, reference: string) =>
  memoryVatIdRegister('VIES', new Map([['EE100931558', { isValid, reference }]]));

async function worldWith(vatId: string) {
  const world = await memoryWorld(CATALOG);
  await world.record([accountFact('p', { vatId })]);
  world.setClock('2026-03-03');
  const ask = (isValid: boolean, reference: string) => verifyVatId(world.ports, answers(isValid, reference), 'p', 'b');
  const known = async () => {
    await projectFacts(world.ports, await tail(world.ports.decisions, 0));
    const all = { position: 1_000, cutOff: Number.MAX_SAFE_INTEGER };
    return accountAt(await accountFacts(world.ports.projections, 'p'), all, world.ports.clock.now())?.vatIdCheck;
  };
  return { world, ask, known };
}

test('the last answer of the register is evidence from then on, whatever it says', async () => {
  const { world, ask, known } = await worldWith('EE100931558');
  expect(await known()).toBeUndefined();
  expect(await ask(true, 'W1')).toMatchObject({ outcome: 'recorded', check: { isValid: true, source: 'VIES' } });
  expect(await known()).toMatchObject({ vatId: 'EE100931558', isValid: true, reference: 'W1' });
  world.setClock('2026-06-03');
  await ask(false, 'W2');
  expect(await known()).toMatchObject({ isValid: false, reference: 'W2' });
});

test('evidence about another VAT id than the account has now is none', async () => {
  const { world, ask, known } = await worldWith('EE100931558');
  await ask(true, 'W1');
  await world.record([accountFact('p', { vatId: 'FR40303265045', effectiveFrom: world.ports.clock.now() })]);
  expect(await known()).toBeUndefined();
});

test.each([
  ['an account nobody knows', 'q', 'EE100931558', 'there is no account q'],
  ['an account without a VAT id', 'p', '', 'account p has no VAT id'],
  [
    'an id the register does not answer about',
    'p',
    'FR40303265045',
    'VIES does not answer about FR40303265045 (it has no answer)',
  ],
])('%s: refused, and nothing is recorded', async (_, account, vatId, words) => {
  const { world, known } = await worldWith(vatId);
  const result = await verifyVatId(world.ports, answers(true, 'W1'), account, 'b');
  expect(result).toMatchObject({ outcome: 'refused', reason: expect.stringContaining(words) });
  expect(await known()).toBeUndefined();
});

test('question and answer are kept as they were, under the id; a register that has none is believed without', async () => {
  const { world, ask, known } = await worldWith('EE100931558');
  await ask(true, 'W1');
  const { evidence } = (await known())!;
  expect(evidence?.key).toMatch(/^vat-ids\/EE100931558\//);
  expect(await readContent(world.ports.objects, evidence!)).toEqual({
    request: { vatId: 'EE100931558' },
    response: { isValid: true, reference: 'W1' },
  });
  world.setClock('2026-06-03');
  const spoken: VatIdRegister = {
    name: 'telephone',
    ask: async () => ({ outcome: 'answered', isValid: true, reference: 'T1', exchange: null }),
  };
  await verifyVatId(world.ports, spoken, 'p', 'b');
  expect(await known()).toMatchObject({ source: 'telephone' });
  expect(await known()).not.toHaveProperty('evidence');
});

test('asked twice in one second, the second answer is none of its own', async () => {
  const { ask } = await worldWith('EE100931558');
  await ask(true, 'W1');
  expect(await ask(true, 'W1')).toEqual({
    outcome: 'refused',
    reason: 'EE100931558 was verified this very second',
  });
});
