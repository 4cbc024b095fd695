import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { owedLines } from '#shared/billing/lines/owed-lines.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import type { KnownAccount } from '#shared/inventory/change.ts';
import type { RecordedFact } from '#shared/inventory/fact.ts';
import { readInventoryFiles } from '#shared/inventory/inventory-file.ts';
import { subscriptionHistory } from '#shared/inventory/subscription-history.ts';
import { openChunkedDecoder } from '#shared/mediation/chunks/chunked-decoder.ts';
import { readItems } from '#shared/mediation/chunks/items-object.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import { amount } from '#shared/money/amount.ts';
import { dayTable } from '#shared/rating/day-table.ts';
import { NOTHING_HELD } from '#shared/rating/holdings/holdings.ts';
import { createMeter } from '#shared/rating/measure-subscription.ts';
import { planBook } from '#shared/rating/plan-terms.ts';
import { NO_ACCOUNT_POOLS } from '#shared/rating/pools/account-pools.ts';
import { pricePeriod } from '#shared/rating/price-subscription.ts';
import { openSums } from '#shared/rating/sum-slice.ts';
import { instantOf, startOfDay } from '#shared/time/local-date.ts';
import { fold } from '#shared/usage/fold.ts';
import type { VisibleItem } from '#shared/usage/visible-item.ts';
import { type Expected, lineId } from '../../cli/demo/expected-run.ts';
import { expectedFiles } from '../../examples/fleet-month/expected/compute.ts';
import { fleetFiles } from '../../examples/fleet-month/files.ts';
import { NO_EXCHANGE } from '../rating/fleet.ts';

const EXAMPLE = join(import.meta.dirname, '../../examples/fleet-month');
const ZONE = 'Europe/Berlin';
const SELLER = 'fernweh';

interface Step {
  readonly at: string;
  readonly inventory?: readonly string[];
  readonly usage?: readonly string[];
  readonly run?: { readonly period: string; readonly expected: string };
}

const text = (path: string) => readFileSync(join(EXAMPLE, path), 'utf8');
const timeline: Step[] = parse(text('timeline.yaml')).steps;
const PERIODS = ['10', '11', '12'].map((month) => ({
  from: `2026-${month}-01`,
  until: month === '12' ? '2027-01-01' : `2026-${Number(month) + 1}-01`,
}));

function catalogOfExample(): Catalog {
  const paths = readdirSync(join(EXAMPLE, 'catalog'), { recursive: true, encoding: 'utf8' });
  const yamls = paths.filter((path) => path.endsWith('.yaml'));
  const reading = readCatalog(yamls.map((path) => ({ path, text: text(join('catalog', path)) })));
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  return reading.catalog;
}
const catalog = catalogOfExample();

/** Facts of the loads of the timeline, each load at a position of its own. */
function factsOfExample(): { position: number; at: string; facts: RecordedFact[] }[] {
  const accounts = new Map<string, KnownAccount>();
  const plans = new Set(catalog.plans.map((plan) => plan.id));
  const loads = timeline.filter((step) => step.inventory !== undefined);
  return loads.map((step, i) => {
    const files = (step.inventory ?? []).map((name) => ({ name, text: text(name) }));
    const reading = readInventoryFiles(files, { accounts, plans, addOns: new Set(), topUps: new Set() }, () =>
      i === 0 ? undefined : ZONE,
    );
    if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
    for (const fact of reading.facts) {
      if (fact.kind === 'account')
        accounts.set(fact.account, { history: [fact], timeZone: fact.timeZone, businessUnits: new Set() });
      else if (fact.kind === 'businessUnit') {
        const account = accounts.get(fact.account)!;
        accounts.set(fact.account, {
          ...account,
          businessUnits: new Set([...account.businessUnits, fact.businessUnit]),
        });
      }
    }
    return {
      position: i + 1,
      at: step.at,
      facts: reading.facts.map((fact, index) => ({ position: i + 1, index, fact })),
    };
  });
}

/** A usage file as mediation decodes it when it arrives. */
function decode(path: string, at: string, position: number) {
  const [, carrier = '', file = ''] = path.split('/');
  const source = catalog.sources.find((each) => each.carrier === carrier)!;
  const stored = readFileSync(join(EXAMPLE, path));
  const name = file.replace(/\.gz$/, '');
  const decoder = openChunkedDecoder(
    source,
    { name, carrier, arrivedAt: instantOf(at, ZONE) },
    DEFAULT_DECODER_SETTINGS,
  );
  const chunks = decoder.push('', path.endsWith('.gz') ? gunzipSync(stored) : stored);
  const { chunks: last, outcome } = decoder.end();
  const items = [...chunks, ...last].flatMap((chunk) =>
    readItems(chunk.items).map(({ identifier, part, packed }) => ({
      identifier,
      item: { packed, position, file, chunk: chunk.index, part },
    })),
  );
  return { file, outcome, items: outcome.status === 'accepted' ? items : [] };
}

const loads = factsOfExample();
const isCopy = (path: string) => path.includes('resent');
const decoded = timeline.flatMap((step) =>
  (step.usage ?? []).filter((path) => !isCopy(path)).map((path) => ({ at: step.at, ...decode(path, step.at, 1) })),
);
/** Files whose content came before: every record of them is a duplicate. */
const copies = timeline.flatMap((step) =>
  (step.usage ?? []).filter(isCopy).map((path) => ({ at: step.at, ...decode(path, step.at, 1) })),
);
const runs = timeline.flatMap(({ at, run }) => (run === undefined ? [] : [{ at, ...run }]));

/** Everything owed at a run, by account and line, and what the fold left out. */
function owedAt(at: string, cutOff: number): { lines: Map<string, ChargeLine>; duplicates: number } {
  const known = { position: loads.filter((load) => load.at < at).length, cutOff };
  const facts = loads.flatMap((load) => load.facts);
  const items = Map.groupBy(
    decoded.filter((file) => file.at < at).flatMap((file) => file.items),
    (each) => each.identifier,
  );
  const usage = new Map(
    [...items].map(([identifier, of]) => [identifier, fold(of.map((each): VisibleItem => each.item))]),
  );
  const days = dayTable(PERIODS, ZONE);
  const plans = planBook(catalog, ZONE, '');
  const lines = new Map<string, ChargeLine>();
  for (const payer of ['nordwind', 'lakeside']) {
    const scope = {
      payer,
      plans,
      days,
      billingDay: 1,
      billedFrom: '',
      isCommitted: false,
      pools: NO_ACCOUNT_POOLS,
      usageCutOff: cutOff,
      chargeCutOff: cutOff,
    };
    const open = PERIODS.map((_, place) => openSums(days, place));
    const meter = createMeter(scope);
    for (const subscription of new Set(
      facts.flatMap(({ fact }) => ('subscription' in fact ? fact.subscription : [])),
    )) {
      const own = facts.filter(({ fact }) => 'subscription' in fact && fact.subscription === subscription);
      const identifiers = new Set(own.flatMap(({ fact }) => (fact.kind === 'identifier' ? fact.identifier : [])));
      const others = facts.filter(
        ({ fact }) =>
          fact.kind === 'identifier' && identifiers.has(fact.identifier) && fact.subscription !== subscription,
      );
      const history = subscriptionHistory(subscription, SELLER, [...own, ...others], known);
      const its = new Map([...usage].filter(([identifier]) => identifiers.has(identifier)));
      for (const [place, measured] of meter.measure(history, its).entries()) {
        open[place]!.add(measured, pricePeriod(measured, days, NOTHING_HELD));
      }
    }
    const pricing = {
      plans,
      currency: 'EUR',
      isOver: true,
      isDue: true,
      pools: NO_ACCOUNT_POOLS,
      agreementOn: () => undefined,
      billingDay: 1,
      exchange: NO_EXCHANGE,
    };
    for (const [place, period] of PERIODS.entries()) {
      for (const line of owedLines({ ...pricing, period }, open[place]!.close()))
        lines.set(`${payer}|${line.id}`, line);
    }
  }
  const duplicates = [...usage.values()].reduce((total, { duplicates: { records } }) => total + records, 0);
  return { lines, duplicates };
}

function expectedLines(expected: Expected): Map<string, string> {
  const lines = expected.invoices.flatMap(({ account, businessUnit, lines: own }) =>
    own.map((line): [string, string] => [`${account}|${lineId(businessUnit, line)}`, line.net]),
  );
  return new Map(lines.filter(([, net]) => net !== '0.00').sort());
}

describe('the fleet of the example', () => {
  test('its expected invoices are those the independent computation comes to', () => {
    for (const [name, content] of expectedFiles()) expect(content).toBe(text(join('expected', name)));
  });

  test.each(fleetFiles())('$carrier/$name holds the records it was made of', ({ carrier, name, fate, entries }) => {
    const step = timeline.find((each) => each.usage?.includes(`usage/${carrier}/${name}`))!;
    const { outcome } = decode(`usage/${carrier}/${name}`, step.at, 1);
    const garbled = entries.filter((entry) => entry.garbled !== '').length;
    expect(outcome.status).toBe(fate === 'quarantined' ? 'quarantined' : 'accepted');
    if (fate === 'quarantined') return;
    const once = new Map(
      entries.filter((entry) => entry.garbled === '').map(({ record }) => [record.identity, record]),
    );
    const octets = [...once.values()].reduce((sum, record) => sum + record.up + record.down, 0);
    expect([outcome.read, outcome.accepted.records, outcome.rejected]).toEqual([entries.length, once.size, garbled]);
    expect(outcome.accepted.bytes).toBe(octets);
  });

  test('the invoices of both months are the expected ones, to the cent and line by line', () => {
    let posted = new Map<string, ChargeLine>();
    for (const { at, period, expected: path } of runs) {
      const expected: Expected = JSON.parse(text(path));
      const cutOff = startOfDay(PERIODS.find(({ from }) => from === `${period}-01`)!.until, ZONE);
      const { lines: owed, duplicates } = owedAt(at, cutOff);
      const moved = [...new Set([...owed.keys(), ...posted.keys()])].map((id): [string, string] => [
        id,
        amount(owed.get(id)?.amount ?? '0')
          .minus(posted.get(id)?.amount ?? '0')
          .toFixed(2),
      ]);
      expect(new Map(moved.filter(([, net]) => net !== '0.00').sort())).toEqual(expectedLines(expected));
      const arrived = decoded.filter((file) => file.at < at && file.outcome.status === 'accepted');
      const inFiles = arrived.reduce((total, { outcome }) => total + outcome.duplicate.records, 0);
      const copied = copies.filter((copy) => copy.at < at).reduce((total, { outcome }) => total + outcome.read, 0);
      expect(inFiles + duplicates + copied).toBe(expected.proof.total.duplicate.records);
      expect(arrived.reduce((total, { outcome }) => total + outcome.rejected, 0)).toBe(
        expected.proof.total.rejected.records,
      );
      posted = owed;
    }
  });
});
