import { expect, test } from 'vitest';
import { approveRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import type { AccountFact, Fact } from '#shared/inventory/fact.ts';
import { postDatedRun } from '#shared/invoicing/use-cases/post-run.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, factsOf } from '../rating/fleet.ts';
import { accountFact, memoryWorld } from './memory-world.ts';

/** Rates of 1 April, and nothing else in the catalogue that changes between 31 March and 3 April. */
const CATALOG = `
sellers:
  - id: acme
    name: Acme
    address: { lines: [Hauptstr. 1], postalCode: "01099", city: Dresden, country: DE }
    vatId: DE136695976
    timeZone: Europe/Berlin
    numbering: { invoice: { prefix: "INV-{year}-" }, creditNote: { prefix: "CN-{year}-" } }
zoneModels: [{ id: z, zones: [{ id: de, name: Germany, networks: [DEU] }] }]
sources: [{ name: demo, carrier: demo, format: tap3 }]
taxProfiles:
  - { id: de, name: VAT, category: S, rates: [{ from: 2007-01-01, percent: 19 }] }
  - { id: eu, name: VAT, kind: vat }
  - { id: verified, name: VAT, kind: vat, verifiedWithinDays: 30 }
taxJurisdictions: [{ country: EE, rates: [{ from: 2007-01-01, percent: 24 }] }, { country: DE, rates: [{ from: 2007-01-01, percent: 19 }] }]
exchangeRates:
  - { source: ECB, base: EUR, days: { 2026-03-02: { CHF: 0.95 }, 2026-04-01: { CHF: 0.90 } } }
plans:
  - { id: a, name: A, currency: EUR, zoneModel: z, versions: [{ from: 2020-01-01, charges: [{ kind: recurring, id: fee, name: Fee, due: arrears, price: 100.00 }] }] }
`;
const reading = readCatalog([{ path: 'catalog.yaml', text: CATALOG }]);
if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
const { catalog } = reading;

const ESTONIAN = { vatId: 'EE100931558', address: { ...accountFact('p').address, country: 'EE' } };
const from = (day: string, more: Partial<AccountFact> = {}) =>
  accountFact('p', { ...more, effectiveFrom: instantOf(day, BERLIN) });
const exempt = (begins: string, until: string): Partial<AccountFact> => {
  const law = { basis: '§ 4 UStG', reasonCode: 'VATEX-EU-132' };
  const certificate = { kind: 'exemption', number: 'E-1', country: 'DE', from: begins, until, ...law } as const;
  return { taxProfile: 'eu', certificates: [certificate] };
};
const asked = (day: string): Fact => {
  const about = { kind: 'vatIdCheck', account: 'p', vatId: ESTONIAN.vatId } as const;
  return { ...about, effectiveFrom: instantOf(day, 'UTC'), isValid: true, source: 'VIES', reference: 'W1' };
};
const otherwise = (day: string) => `account p may be taxed otherwise from ${day} on`;

// Account p is drafted for 31 March; meanwhile q's documents are posted, dated 3 April, so that p's would be dated 3 April as well.
test.each<[string, Fact[], string]>([
  ['in the currency of the price list', [from('2026-01-10')], ''],
  [
    'in another one: 95.00 francs would be 90.00',
    [from('2026-01-10', { currency: 'CHF' })],
    'exchange rates are known of 2026-04-01',
  ],
  ['that moves on 1 April', [from('2026-01-10'), from('2026-04-01', ESTONIAN)], otherwise('2026-04-01')],
  ['that moved on 31 March', [from('2026-01-10'), from('2026-03-31', ESTONIAN)], ''],
  [
    'exempt from 2 April on, that moves on 3 April',
    [from('2026-01-10', exempt('2026-04-02', '')), from('2026-04-03', { ...ESTONIAN, taxProfile: 'eu' })],
    otherwise('2026-04-02'),
  ],
  ['that moves on 3 April', [from('2026-01-10'), from('2026-04-03', ESTONIAN)], otherwise('2026-04-03')],
  ['that moves on 4 April', [from('2026-01-10'), from('2026-04-04', ESTONIAN)], ''],
  ['exempt from 2 April on', [from('2026-01-10', exempt('2026-04-02', ''))], otherwise('2026-04-02')],
  ['exempt until 2 April', [from('2026-01-10', exempt('2026-01-01', '2026-04-02'))], otherwise('2026-04-02')],
  ['exempt before and after', [from('2026-01-10', exempt('2026-01-01', '2026-05-01'))], ''],
  [
    'asked for 30 days before 1 April',
    [from('2026-01-10', { ...ESTONIAN, taxProfile: 'verified' }), asked('2026-03-02')],
    otherwise('2026-04-02'),
  ],
  ['asked for on 31 March, of whom it is not asked', [from('2026-01-10', ESTONIAN), asked('2026-03-31')], ''],
  [
    'asked for on 31 March, where no answer is too old',
    [from('2026-01-10', { ...ESTONIAN, taxProfile: 'eu' }), asked('2026-03-31')],
    '',
  ],
  ['at home, of whom the register was never asked', [from('2026-01-10', { taxProfile: 'verified' })], ''],
  [
    'asked for 30 days before 3 April',
    [from('2026-01-10', { ...ESTONIAN, taxProfile: 'verified' }), asked('2026-03-04')],
    '',
  ],
])('a document of an account %s', async (_, facts, reason) => {
  const world = await memoryWorld(catalog);
  await world.record([...facts, accountFact('q')]);
  for (const payer of ['p', 'q']) {
    const active = { at: '2026-03-01', state: 'active', payer, plan: 'a' } as const;
    await world.record(factsOf(`s${payer}`, [active], BERLIN).map(({ fact }) => fact));
  }
  world.setClock('2026-04-03');
  const opened = await world.open('2026-03', { account: 'p', cycle: 0, invoiceDate: '2026-03-31' });
  if (opened.outcome === 'refused') throw new Error(opened.reason);
  await world.work();
  await world.bill('2026-03', { account: 'q', cycle: 0 });
  await approveRun(world.ports, opened.run, 'a', true);
  const decision = await postDatedRun(world.ports, opened.run);
  if (reason === '') expect(decision).toEqual({ outcome: 'done' });
  else
    expect(decision).toEqual({ outcome: 'refused', reason: expect.stringContaining(`no more 2026-03-31; ${reason}.`) });
});
