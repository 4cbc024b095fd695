import { describe, expect, test } from 'vitest';
import { type Change, type InventoryReading, readChange } from '#shared/inventory/change.ts';
import { problemText } from '#shared/inventory/inventory-problem.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { knownAccount, NO_CHANGE } from './no-change.ts';

const CHANGE: Change = { ...NO_CHANGE, subscription: 'NW-0001', effectiveFrom: '2026-10-17' };
const KNOWN = {
  accounts: new Map([
    ['nordwind', knownAccount('fernweh', 'Europe/Berlin', ['fleet'])],
    ['tokio', knownAccount('fernweh', 'Asia/Tokyo')],
  ]),
  plans: new Set(['fleet-s']),
  addOns: new Set(['extra']),
  topUps: new Set(['boost']),
};

function read(change: Partial<Change>, zone: string | undefined = 'Europe/Berlin'): InventoryReading {
  return readChange({ ...CHANGE, ...change }, KNOWN, () => zone);
}

/** 2026-10-17T00:00:00+02:00 */
const BERLIN_17_OCTOBER = 1_792_188_000;

describe('a change becomes facts', () => {
  test.each<[string, Partial<Change>, object[]]>([
    [
      'a state, from local midnight',
      { state: 'suspended' },
      [{ kind: 'state', subscription: 'NW-0001', effectiveFrom: BERLIN_17_OCTOBER, state: 'suspended' }],
    ],
    [
      'ready for days that are counted as local days, over the end of summer time',
      { state: 'ready', readyDays: '10' },
      [
        {
          kind: 'state',
          subscription: 'NW-0001',
          effectiveFrom: BERLIN_17_OCTOBER,
          state: 'ready',
          activeFrom: instantOf('2026-10-27T00:00:00+01:00', 'UTC'),
        },
      ],
    ],
    [
      'ready for days from some time of a day on: its last ends at midnight',
      { state: 'ready', readyDays: '1', effectiveFrom: '2026-10-17T13:37:00+02:00' },
      [
        {
          kind: 'state',
          subscription: 'NW-0001',
          effectiveFrom: instantOf('2026-10-17T13:37:00+02:00', 'UTC'),
          state: 'ready',
          activeFrom: instantOf('2026-10-18T00:00:00+02:00', 'UTC'),
        },
      ],
    ],
    [
      'payer and plan, to the seller whose customer the payer is',
      { payer: 'nordwind', plan: 'fleet-s' },
      [
        {
          kind: 'assignments',
          subscription: 'NW-0001',
          seller: 'fernweh',
          effectiveFrom: BERLIN_17_OCTOBER,
          assignments: [{ payer: 'nordwind', plan: 'fleet-s', businessUnit: '' }],
        },
      ],
    ],
    [
      'a seller that is named, a unit, the midnight of the new payer',
      { payer: 'tokio', plan: 'fleet-s', seller: 'nordwind', state: 'active' },
      [
        { kind: 'state', subscription: 'NW-0001', effectiveFrom: BERLIN_17_OCTOBER - 7 * 3600, state: 'active' },
        {
          kind: 'assignments',
          subscription: 'NW-0001',
          seller: 'nordwind',
          effectiveFrom: BERLIN_17_OCTOBER - 7 * 3600,
          assignments: [{ payer: 'tokio', plan: 'fleet-s', businessUnit: '' }],
        },
      ],
    ],
    [
      'identifiers, one of them given up',
      { imsi: '001010000000101', iccid: '-8999010000000003007', msisdn: '+4915112345678' },
      [
        {
          kind: 'identifier',
          identifier: 'imsi#001010000000101',
          effectiveFrom: BERLIN_17_OCTOBER,
          subscription: 'NW-0001',
        },
        {
          kind: 'identifier',
          identifier: 'iccid#8999010000000003007',
          effectiveFrom: BERLIN_17_OCTOBER,
          subscription: '',
        },
        {
          kind: 'identifier',
          identifier: 'msisdn#4915112345678',
          effectiveFrom: BERLIN_17_OCTOBER,
          subscription: 'NW-0001',
        },
      ],
    ],
    [
      'an eSIM by its EID, and what a platform calls it',
      { eid: '89049032123451234512345678901235', device: '-HS0ad6bc/7 #2' },
      [
        {
          kind: 'identifier',
          identifier: 'eid#89049032123451234512345678901235',
          effectiveFrom: BERLIN_17_OCTOBER,
          subscription: 'NW-0001',
        },
        { kind: 'identifier', identifier: 'device#HS0ad6bc/7 #2', effectiveFrom: BERLIN_17_OCTOBER, subscription: '' },
      ],
    ],
    [
      'an instant with its offset',
      { state: 'active', effectiveFrom: '2026-10-17T13:37:00+05:45' },
      [{ kind: 'state', subscription: 'NW-0001', effectiveFrom: 1_792_223_520, state: 'active' }],
    ],
    [
      'the 25-hour day in Berlin begins in summer time',
      { state: 'active', effectiveFrom: '2026-10-25' },
      [{ kind: 'state', subscription: 'NW-0001', effectiveFrom: 1_792_879_200, state: 'active' }],
    ],
  ])('%s', (_, change, facts) => {
    expect(read(change)).toEqual({ ok: true, facts });
  });

  test('a new subscription may begin with an identifier alone, at an instant', () => {
    const reading = readChange(
      { ...CHANGE, imsi: '001010000000101', effectiveFrom: '2026-10-17T00:00:00Z' },
      KNOWN,
      () => undefined,
    );
    expect(reading.ok && reading.facts.map((fact) => fact.effectiveFrom)).toEqual([1_792_195_200]);
  });
});

describe('what is wrong with a change is said by option', () => {
  test.each<[string, Partial<Change>, object[]]>([
    ['a property', { said: { 'property.sensors': '12' } }, [{ kind: 'property', name: 'sensors', value: '12' }]],
    ['no property any more', { said: { 'property.sensors': '-' } }, [{ kind: 'property', name: 'sensors', value: '' }]],
    [
      'a detail',
      { said: { salesperson: 'Kim', category: '' } },
      [{ kind: 'detail', detail: 'salesperson', value: 'Kim' }],
    ],
    [
      'the start of a contract',
      { said: { start: '2026-10-01' } },
      [{ kind: 'detail', detail: 'start', value: '2026-10-01' }],
    ],
    ['tags, each once', { said: { tags: 'pilot, north pilot' } }, [{ detail: 'tags', value: ['north', 'pilot'] }]],
    ['no tags any more', { said: { tags: '-' } }, [{ detail: 'tags', value: [] }]],
    [
      'an address',
      { said: { serviceAddress: 'Halle 3; Hafenstr. 9; 20457; Hamburg; DE' } },
      [{ value: { lines: ['Halle 3', 'Hafenstr. 9'], postalCode: '20457', city: 'Hamburg', country: 'DE' } }],
    ],
  ])('%s is a fact of its own', (_, change, expected) => {
    const reading = read(change);
    expect(reading.ok && reading.facts).toMatchObject(
      expected.map((fact) => ({
        subscription: 'NW-0001',
        effectiveFrom: instantOf('2026-10-17', 'Europe/Berlin'),
        ...fact,
      })),
    );
  });

  test.each<[string, Partial<Change>, string]>([
    [
      'an address without a country',
      { said: { serviceAddress: 'Hafenstr. 9; 20457; Hamburg' } },
      '--detail serviceAddress',
    ],
    ['a start that is no date', { said: { start: '1.10.2026' } }, '--detail start'],
    ['a tag of signs', { said: { tags: 'a|b' } }, '--detail tags'],
    ['a value of two lines', { said: { 'property.note': 'a\nb' } }, '--property note'],

    [
      'nothing changes',
      {},
      'command line --state: found nothing, expected at least one of state, payer and plan, addOn, topUp, imsi',
    ],
    [
      'a state there is not',
      { state: 'Active' },
      '--state: found "Active", expected one of inventory, test, ready, active',
    ],
    [
      'days without the state ready',
      { state: 'active', readyDays: '90' },
      '--ready-days: found "90", expected nothing without the state ready',
    ],
    [
      'no days',
      { state: 'ready', readyDays: '0' },
      '--ready-days: found "0", expected whole days from 1 to 3650. Write the number alone',
    ],
    [
      'more days than ten years have',
      { state: 'ready', readyDays: '3651' },
      '--ready-days: found "3651", expected whole',
    ],
    ['days in words', { state: 'ready', readyDays: '90 days' }, '--ready-days: found "90 days", expected whole days'],
    ['payer without plan', { payer: 'nordwind' }, '--plan: found nothing, expected a plan beside the payer'],
    ['plan without payer', { plan: 'fleet-s' }, '--payer: found nothing, expected a payer beside the plan'],
    [
      'an unknown payer',
      { payer: 'nordwnd', plan: 'fleet-s' },
      '--payer: found "nordwnd", expected an account that exists',
    ],
    [
      'an unknown plan',
      { payer: 'nordwind', plan: 'fleet-x' },
      '--plan: found "fleet-x", expected a plan of the catalogue',
    ],
    [
      'a unit of another account',
      { payer: 'nordwind', plan: 'fleet-s', businessUnit: 'cold' },
      '--unit: found "cold", expected a business unit of nordwind. It has fleet;',
    ],
    [
      'a unit where there are none',
      { payer: 'tokio', plan: 'fleet-s', businessUnit: 'x' },
      '--unit: found "x", expected nothing: tokio has no business units. Leave it empty.',
    ],
    [
      'a unit alone',
      { state: 'active', businessUnit: 'fleet' },
      '--unit: found "fleet", expected nothing without payer',
    ],
    ['a seller alone', { state: 'active', seller: 'x' }, '--seller: found "x", expected nothing without payer'],
    [
      'a seller that is no id',
      { payer: 'tokio', plan: 'fleet-s', seller: '#' },
      '--seller: found "#", expected an id of letters',
    ],
    [
      'an id with a space',
      { subscription: 'NW 1', state: 'active' },
      'SUBSCRIPTION: found "NW 1", expected an id of letters',
    ],
    ['letters in an IMSI', { imsi: '26201x' }, '--imsi: found "26201x", expected 6 to 15 digits'],
    ['an IMSI too long', { imsi: '0010100000001012' }, '--imsi: found "0010100000001012", expected 6 to 15 digits'],
    ['a number shortened by a spreadsheet', { iccid: '8.94901E+18' }, 'A spreadsheet shortened it'],
    [
      'a wrong check digit',
      { iccid: '8999010000000003008' },
      '--iccid: found "8999010000000003008", expected a right check digit',
    ],
    ['columns interchanged', { iccid: '001010000000101000' }, 'expected an ICCID, which begins with 89'],
    [
      'an MSISDN too long',
      { msisdn: '+1234567890123456' },
      '--msisdn: found "+1234567890123456", expected 3 to 15 digits',
    ],
    ['an EID too short', { eid: '8904903212345' }, '--eid: found "8904903212345", expected 32 digits'],
    [
      'wrong check digits of an EID',
      { eid: '89049032123451234512345678901236' },
      '--eid: found "89049032123451234512345678901236", expected right check digits (the last two)',
    ],
    ['a device without a name', { device: '-' }, '--device: found "-", expected at most 128 characters'],
    ['a device of more than one line', { device: 'a\tb' }, 'expected at most 128 characters'],
    [
      'a day the calendar lacks',
      { state: 'active', effectiveFrom: '2026-02-30' },
      '--from: found "2026-02-30", expected a date',
    ],
    [
      'a time without offset',
      { state: 'active', effectiveFrom: '2026-10-17T10:00' },
      '--from: found "2026-10-17T10:00"',
    ],
    ['no date', { state: 'active', effectiveFrom: '' }, '--from: found nothing, expected a date'],
  ])('%s', (_, change, text) => {
    const reading = read(change);
    expect(reading.ok ? [] : reading.problems.map(problemText)).toEqual([expect.stringContaining(text)]);
  });

  test('a subscription nobody knows', () => {
    const reading = readChange({ ...CHANGE, state: 'terminated' }, KNOWN, () => undefined);
    expect(reading.ok ? [] : reading.problems.map(problemText)).toEqual([
      'command line SUBSCRIPTION: found "NW-0001", expected a subscription that exists. Correct the id, or, if it is new, say its payer and plan or an identifier.',
    ]);
  });

  test('a date for a subscription nobody pays for', () => {
    const reading = readChange({ ...CHANGE, imsi: '001010000000101' }, KNOWN, () => undefined);
    expect(reading.ok ? [] : reading.problems.map((problem) => problem.field)).toEqual(['--from']);
  });

  test('everything wrong is listed', () => {
    const reading = read({
      subscription: '',
      effectiveFrom: 'x',
      state: 'x',
      payer: 'x',
      plan: 'x',
      imsi: 'x',
      msisdn: 'x',
    });
    const fields = reading.ok ? [] : reading.problems.map((problem) => problem.field);
    expect(fields).toEqual(['SUBSCRIPTION', '--from', '--state', '--payer', '--plan', '--imsi', '--msisdn']);
  });
});
