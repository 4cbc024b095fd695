import { describe, expect, test } from 'vitest';
import type { RecordedLine } from '#shared/billing/draft.ts';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { difference } from '#shared/billing/lines/difference.ts';
import { catalogWith, planOf } from '../rating/fleet.ts';
import { owedBy } from './chain.ts';
import { fee, line, recorded, STANDARD, standardTax } from './lines.ts';

const SCOPE = {
  run: 'r2',
  currency: 'EUR',
  periodFrom: '2026-04-01',
  taxOf: () => STANDARD,
  bookRate: null,
  corrections: 'netted' as const,
  reasonOf: (_: ChargeLine, posted: RecordedLine | undefined) =>
    posted === undefined ? ('' as const) : ('late usage' as const),
};
const moved = (owed: ChargeLine[], posted: RecordedLine[]) =>
  difference(SCOPE, owed, posted).documents.map(({ businessUnit, net, lines }) => [
    `${businessUnit}: ${net}`,
    ...lines.map(
      (each) =>
        `${each.line.charge} ${each.line.period.from.slice(0, 7)} ${each.net}${each.reason && ` ${each.reason}`}`,
    ),
  ]);
const march = (amount: string) => line('data', '2026-03', amount);

describe('an invoice is what is owed less what was posted (pricing rules §10)', () => {
  test.each<[string, ChargeLine[], RecordedLine[], string[][]]>([
    ['nothing owed, nothing posted', [], [], []],
    ['billed for the first time', [march('5.00')], [], [[': 5.00', 'data 2026-03 5.00']]],
    ['owed as posted: no document', [march('5.00')], [recorded(march('5.00'), 'r1')], []],
    ['risen', [march('1.21')], [recorded(march('0.60'), 'r1')], [[': 0.61', 'data 2026-03 0.61 late usage']]],
    ['fallen', [march('1.00')], [recorded(march('3.50'), 'r1')], [[': -2.50', 'data 2026-03 -2.50 late usage']]],
    ['vanished', [], [recorded(march('0.60'), 'r1')], [[': -0.60', 'data 2026-03 -0.60 late usage']]],
    [
      'a quantity that moved and an amount that did not is told',
      [line('data', '2026-03', '0.00', { quantity: '2' })],
      [recorded(line('data', '2026-03', '0.00', { quantity: '1' }), 'r1')],
      [[': 0.00', 'data 2026-03 0.00 late usage']],
    ],
    [
      'an amount that moved and a quantity that did not: another price',
      [line('data', '2026-03', '3.00', { quantity: '2' })],
      [recorded(line('data', '2026-03', '1.00', { quantity: '2' }), 'r1')],
      [[': 2.00', 'data 2026-03 2.00 late usage']],
    ],
    [
      'fees before usage, then by period',
      [line('data', '2026-04', '1.00'), fee('zone-fee', '2026-04', '2.00', 'arrears'), march('3.00')],
      [],
      [[': 6.00', 'zone-fee 2026-04 2.00', 'data 2026-03 3.00', 'data 2026-04 1.00']],
    ],
    [
      'the price of a pool, what is due once and orders are fees',
      [
        line('a', '2026-04', '1.00'),
        ...(['poolPrice', 'oneTime', 'adHoc'] as const).map((kind) =>
          line(kind, '2026-04', '2.00', { arithmetic: { kind } as ChargeLine['arithmetic'] }),
        ),
      ],
      [],
      [[': 7.00', 'adHoc 2026-04 2.00', 'oneTime 2026-04 2.00', 'poolPrice 2026-04 2.00', 'a 2026-04 1.00']],
    ],
    [
      'what amends comes last',
      [line('data', '2026-04', '1.00'), march('3.00')],
      [recorded(march('1.00'), 'r1')],
      [[': 3.00', 'data 2026-04 1.00', 'data 2026-03 2.00 late usage']],
    ],
    [
      'a document a unit, in order of their ids, none for one that did not move',
      [line('y/data', '2026-04', '1.00'), line('x/data', '2026-04', '2.00'), line('z/data', '2026-04', '4.00')],
      [recorded(line('z/data', '2026-04', '4.00'), 'r1')],
      [
        ['x: 2.00', 'data 2026-04 2.00'],
        ['y: 1.00', 'data 2026-04 1.00'],
      ],
    ],
    [
      'moved between units: a credit here, a charge there',
      [line('y/data', '2026-03', '5.00')],
      [recorded(line('x/data', '2026-03', '5.00'), 'r1')],
      [
        ['x: -5.00', 'data 2026-03 -5.00 late usage'],
        ['y: 5.00', 'data 2026-03 5.00'],
      ],
    ],
  ])('%s', (_, owed, posted, expected) => {
    expect(moved(owed, posted)).toEqual(expected);
    expect(moved(owed.toReversed(), posted)).toEqual(expected);
  });

  test('0.604 owed bills 0.60; 1.208 owed then bills 0.61', () => {
    const catalog = catalogWith(
      planOf(
        'a',
        '[{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 0.02 }]',
      ),
    );
    const owed = (bytes: number) =>
      owedBy({
        catalog,
        months: ['2026-03'],
        sims: [
          {
            id: '1',
            turns: [{ at: '2026-01-01', state: 'active', plan: 'a' }],
            uses: [{ at: '2026-03-10T12:00:00Z', bytes }],
          },
        ],
      });
    const first = difference({ ...SCOPE, run: 'r1' }, owed(30_200_000), []);
    expect(first.documents[0]?.net).toBe('0.60');
    const second = difference(SCOPE, owed(60_400_000), first.lines);
    expect(second.documents[0]?.net).toBe('0.61');
    expect(second.documents[0]?.lines[0]).toMatchObject({ quantity: '30.2', net: '0.61' });
    expect(second.lines[0]?.amount).toBe('1.21');
  });
});

test('where corrections have documents of their own, there is one for each run they amend, behind what is new', () => {
  const owed = [
    march('5.00'),
    line('data', '2026-02', '3.00'),
    line('sms', '2026-02', '2.00'),
    line('data', '2026-04', '1.00'),
  ];
  const posted = [
    recorded(march('4.00'), 'r1'),
    recorded(line('data', '2026-02', '1.00'), 'r0'),
    recorded(line('sms', '2026-02', '1.00'), 'r0'),
  ];
  const of = (corrections: 'netted' | 'ownDocument') =>
    difference({ ...SCOPE, corrections }, owed, posted).documents.map(({ net, corrects = '' }) =>
      `${net} ${corrects}`.trim(),
    );
  expect([of('netted'), of('ownDocument')]).toEqual([['5.00'], ['1.00', '3.00 r0', '1.00 r1']]);
});

test('what is owed is kept in order of the ids of its lines', () => {
  const owed = ['c', 'a', 'd', 'b'].map((id) => line(id, '2026-03', '1.00'));
  const ids = difference(SCOPE, owed, []).lines.map(({ id }) => id);
  expect(ids).toEqual([...ids].sort());
  expect(ids).toHaveLength(4);
});

test('what costs nothing and is there is billed, what is not there is not', () => {
  const billedBy = (quantity: string) =>
    difference(SCOPE, [line('data', '2026-03', '0.00', { quantity })], []).lines.map((each) => each.billedBy);
  expect([billedBy('2'), billedBy('0')]).toEqual([['r2'], ['']]);
});

test('a line that was nothing so far is billed by the run that finds something', () => {
  const nothing = difference(SCOPE, [march('0')], []);
  expect(nothing.documents).toEqual([]);
  const { documents, lines } = difference({ ...SCOPE, run: 'r3' }, [march('5.00')], nothing.lines);
  expect(documents[0]?.lines[0]).toMatchObject({ net: '5.00', reason: '', line: { billedBy: 'r3' } });
  expect(difference({ ...SCOPE, run: 'r4' }, [march('0')], lines).lines[0]).toMatchObject({ billedBy: 'r3' });
});

describe('what a line refers to (decision 68)', () => {
  const told = (name: string, version: string, run: string, more: Partial<RecordedLine> = {}) => {
    const of = line(name, '2026-03', '4.00', { version, id: `|a|${version}|${name}||0|2026-03-01` });
    return { ...recorded(of, run), ...more };
  };
  const first = told('data', '2020-01-01', 'r0');
  const other = told('data', '2026-01-01', 'r1');
  const anew = line('data', '2026-03', '0.00', { id: '|a|2026-03-01|data||0|2026-03-01', version: '2026-03-01' });
  const why = { ...SCOPE, reasonOf: () => 'late usage' as const };

  test.each<[string, ChargeLine[], RecordedLine[], (string | undefined)[]]>([
    ['the document that first billed it', [first, { ...other, amount: '5.00' }], [first, other], ['r0', 'r1']],
    [
      'what it amends, however often it moves',
      [first, { ...other, amount: '5.00' }],
      [first, { ...other, amends: 'r9' }],
      ['r0', 'r1 r9'],
    ],
    ['and where it does not move', [other], [{ ...other, amends: 'r9' }], ['r1 r9']],
    [
      'nothing, since it was cancelled and has not moved',
      [first, other],
      [first, { ...other, billedBy: '' }],
      ['r0', ''],
    ],
    [
      'what its period was billed by, once it moves',
      [first, { ...other, amount: '5.00' }],
      [first, { ...other, billedBy: '' }],
      ['r0', 'r2 r0'],
    ],
    ['nothing, while it is nothing', [first, { ...anew, quantity: '0' }], [first], ['r0', '']],
    [
      'what its period was billed by, when it is something',
      [first, { ...anew, amount: '1.00' }],
      [first],
      ['r0', 'r2 r0'],
    ],
  ])('%s', (_, owed, posted, expected) => {
    const { lines } = difference(why, owed as ChargeLine[], posted);
    expect(lines.map(({ billedBy, amends = '' }) => `${billedBy} ${amends}`.trim())).toEqual(expected);
  });
});

describe('goodwill that moves with its line', () => {
  const of = march('5.00');
  const arithmetic = { kind: 'adjustment', of: of.id, part: 0, run: 'r1', reason: 'sorry', exact: '-3.00' } as const;
  const given = recorded(line('goodwill', '2026-03', '-3.00', { quantity: '1', arithmetic }), 'r1');
  // Of a line that was told and is told now its own move is the cause; what is asked of anything else would have another.
  const reasonOf = (line: ChargeLine, posted: RecordedLine | undefined) =>
    line.id === of.id && posted?.id === of.id ? ('late usage' as const) : ('computation changed' as const);

  const back = (exact: string) => ({ ...given, arithmetic: { ...arithmetic, exact } });
  test.each<[string, RecordedLine[], string[]]>([
    ['all of both', [back('-1.00'), back('-3.00')], ['-1.00', '-3.00']],
    ['of the second what the first leaves', [back('-3.00'), back('-3.00')], ['-3.00', '-2.00']],
    ['of the second nothing', [back('-5.00'), back('-3.00')], ['-5.00', '0.00']],
  ])('of 5.00, of which some was given back twice, there stands %s', (_, both, expected) => {
    expect(difference(SCOPE, [of], [recorded(of, 'r1')], both).given.map(({ amount }) => amount)).toEqual(expected);
  });

  test('of a line that others share: their shares are of no line', () => {
    const shares = [{ businessUnit: '', days: 31, amount: '5.00' }];
    const fees = fee('fee', '2026-03', '5.00', 'arrears');
    const shared = { ...fees, arithmetic: { ...fees.arithmetic, shares } as ChargeLine['arithmetic'] };
    const its = { ...given, arithmetic: { ...arithmetic, of: fees.id } };
    expect(difference(SCOPE, [shared], [], [its]).given.map(({ amount }) => amount)).toEqual(['-3.00']);
  });

  test('what an ad-hoc invoice billed stands as it is', () => {
    const adHoc = recorded(
      line('order o', '2026-03', '7.00', { arithmetic: { kind: 'adHoc' } as ChargeLine['arithmetic'] }),
      'r1',
    );
    expect(difference(SCOPE, [], [], [adHoc])).toMatchObject({ given: [adHoc], documents: [] });
  });

  test.each<[string, ChargeLine[], string[]]>([
    ['stands as it is where enough is left of it', [march('4.00')], ['data -1.00 late usage']],
    ['to what is left of it', [march('1.00')], ['data -4.00 late usage', 'goodwill 2.00 late usage']],
    ['to nothing, where nothing is', [], ['data -5.00 late usage', 'goodwill 3.00 late usage']],
  ])('%s, and for the same reason', (_, owed, expected) => {
    const { documents } = difference({ ...SCOPE, reasonOf }, owed, [recorded(of, 'r1')], [given]);
    const told = documents.flatMap(({ lines }) =>
      lines.map((each) => `${each.line.charge} ${each.amount} ${each.reason}`),
    );
    expect(told).toEqual(expected);
  });
});

describe('what is not refunded', () => {
  const paid = recorded(fee('fee', '2026-03', '10.00', 'advance', { refund: 'none' }), 'r1');
  test.each<[string, ChargeLine[], string[][], string]>([
    ['stays when it falls', [fee('fee', '2026-03', '4.00', 'advance', { refund: 'none' })], [], '10.00'],
    ['stays when it vanishes', [], [], '10.00'],
    [
      'rises when it rises',
      [fee('fee', '2026-03', '12.00', 'advance', { refund: 'none' })],
      [[': 2.00', 'fee 2026-03 2.00 late usage']],
      '12.00',
    ],
  ])('%s', (_, owed, documents, recordedAmount) => {
    expect(moved(owed, [paid])).toEqual(documents);
    expect(difference(SCOPE, owed, [paid]).lines[0]?.amount).toBe(recordedAmount);
  });

  test('after it stayed, a rise is counted from what was paid', () => {
    const kept = difference(SCOPE, [fee('fee', '2026-03', '4.00', 'advance', { refund: 'none' })], [paid]).lines;
    expect(moved([fee('fee', '2026-03', '11.00', 'advance', { refund: 'none' })], [...kept])).toEqual([
      [': 1.00', 'fee 2026-03 1.00 late usage'],
    ]);
  });
});

describe('tax', () => {
  const old = standardTax('16');
  test('of a line that was billed before is that of its first document, for more and for credits', () => {
    const posted = [recorded(march('5.00'), 'r1', old)];
    for (const owed of [[march('7.00')], []]) {
      const { documents } = difference(SCOPE, owed, posted);
      expect(documents[0]?.lines[0]?.line).toMatchObject({ tax: old, billedBy: 'r1' });
    }
  });

  test("of a new line is today's, and this run bills it", () => {
    const { lines } = difference(SCOPE, [march('7.00')], []);
    expect(lines[0]).toMatchObject({ tax: STANDARD, billedBy: 'r2' });
  });

  test("of a line that vanished and came again is today's: it was credited whole", () => {
    const gone = difference(SCOPE, [], [recorded(march('5.00'), 'r1', old)]);
    expect(gone.lines).toEqual([]);
    expect(difference({ ...SCOPE, run: 'r3' }, [march('5.00')], gone.lines).lines[0]).toMatchObject({
      tax: STANDARD,
      billedBy: 'r3',
    });
  });

  test('of a part of a line at 0 % is of category Z, of the parts beside it S (EN 16931, BR-S-05 and BR-Z-05)', () => {
    const part = (days: number, percent: string) => ({
      ...old.parts[0]!,
      days,
      taxes: [{ name: '', on: 'net' as const, percent }],
    });
    const split = { ...old, place: 'DE', parts: [part(10, '19'), part(21, '0')] };
    const rows = (owed: ChargeLine[], posted: RecordedLine[]) =>
      difference({ ...SCOPE, taxOf: () => split }, owed, posted).documents[0]?.taxes.map(
        ({ category, percent, net, tax }) => `${category} ${percent} % of ${net}: ${tax}`,
      );
    expect(rows([march('31.00')], [])).toEqual(['S 19 % of 10.00: 1.90', 'Z 0 % of 21.00: 0.00']);
    expect(rows([], [recorded(march('31.00'), 'r1', split)])).toEqual([
      'S 19 % of -10.00: -1.90',
      'Z 0 % of -21.00: 0.00',
    ]);
  });

  const outside = { ...STANDARD, category: 'O' as const, parts: [{ ...STANDARD.parts[0]!, taxes: [] }] };
  test.each<[string, string[], [string, string][]]>([
    [
      'beside other tax, on a document of its own behind',
      ['out', 'in'],
      [
        ['1.00', ''],
        ['2.00', 'outside scope'],
      ],
    ],
    ['alone, on the document', ['out'], [['2.00', '']]],
    ['not there, on none', ['in'], [['1.00', '']]],
  ])('what is outside its scope is, %s (EN 16931, BR-O-11 to 14)', (_, charges, documents) => {
    const taxOf = ({ charge }: ChargeLine) => (charge === 'out' ? outside : STANDARD);
    const owed = charges.map((charge) => line(charge, '2026-04', charge === 'out' ? '2.00' : '1.00'));
    expect(difference({ ...SCOPE, taxOf }, owed, []).documents.map(({ net, apart = '' }) => [net, apart])).toEqual(
      documents,
    );
  });

  test('a part that did not move is on no document: of a cent more over 10 and 21 days, it is the second’s', () => {
    const split = {
      ...old,
      parts: [
        { ...old.parts[0]!, days: 10 },
        { ...old.parts[0]!, days: 21 },
      ],
    };
    const posted = [recorded({ ...march('31.00'), quantity: '31' }, 'r1', split)];
    const [document] = difference(SCOPE, [{ ...march('31.01'), quantity: '31' }], posted).documents;
    expect(document?.lines.map(({ part, quantity, amount }) => ({ part, quantity, amount }))).toEqual([
      { part: 1, quantity: '0', amount: '0.01' },
    ]);
  });

  test('of a line that did not move is as it was recorded, though its days are others by now: 10 and 21 at 16 %', () => {
    const parts = [
      { ...old.parts[0]!, taxPoint: '2026-03-10', weight: '10' },
      { ...old.parts[0]!, taxPoint: '2026-03-31', weight: '21' },
    ];
    const [before] = [fee('fee', '2026-03', '31.00', 'advance')];
    const arithmetic = { ...before.arithmetic, byDay: { '2026-03-05': 31 } } as ChargeLine['arithmetic'];
    const weights = (owed: ChargeLine) =>
      difference(SCOPE, [owed], [recorded(before, 'r1', { ...old, parts })]).lines[0]?.tax.parts.map(
        (part) => part.weight,
      );
    expect(weights({ ...before, arithmetic })).toEqual(['10', '21']);
    expect(weights({ ...before, amount: '30.00', arithmetic })).toEqual(['31', '0']);
  });

  test('is in the currency of the books by the rate of the document that first billed the line', () => {
    const rate = (dividedBy: string) => ({
      from: 'EUR',
      to: 'CHF',
      times: '1',
      dividedBy,
      date: '2026-03-31',
      source: 'ECB',
    });
    const book = (bookRate: ReturnType<typeof rate> | null, posted: RecordedLine[] = []) =>
      difference({ ...SCOPE, bookRate }, [march('10.00')], posted).documents[0]?.book;
    // 10.00 and 19 % of it × 1 ÷ 0.5; then 5.00 more at the 0.8 of its first document
    expect(book(rate('0.5'))).toMatchObject({ currency: 'CHF', net: '20.00', tax: '3.80', gross: '23.80' });
    const posted = { ...recorded(march('5.00'), 'r1'), bookRate: rate('0.8') };
    expect(book(rate('0.5'), [posted])).toMatchObject({ net: '6.25', tax: '1.19' });
    expect(book(null)).toBeNull();
  });
});
