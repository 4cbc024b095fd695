import { expect, test } from 'vitest';
import { catalogProblemText } from '#shared/catalog/catalog-problem.ts';
import { SAMPLE } from '../sample.ts';
import { ALLOWANCE, EU, problemsOf, VOICE } from './one-mistake.ts';

test('one mistake is one problem, not several', () => {
  expect(problemsOf(SAMPLE)).toEqual([]);
  for (const [from, to] of [
    ['price: 0.10', 'price: -1'],
    ['zoneModel: world', 'zoneModel: x'],
    ['upTo: 5 h', 'upTo: 5 x'],
    ['id: data-eu', 'id: "?"'],
    ['currency: EUR', 'currency: x'],
    ['format: tap3', 'format: x'],
  ] as const) {
    expect(
      problemsOf(SAMPLE.replace(from, to))
        .map(catalogProblemText)
        .slice(from === 'id: data-eu' ? 1 : 0),
    ).toHaveLength(1);
  }
});

test('all mistakes are listed, wherever they are', () => {
  const changes = [
    'price: 0.10>price: -1',
    'currency: EUR>currency: x',
    'upTo: 5 h>upTo: 1',
    'networks: USA>networks: DEU',
    'iban: DE02>iban: DE03',
    'kind: flexible>kind: fixed',
  ];
  const text = changes.reduce((before, change) => before.replace(...(change.split('>') as [string, string])), SAMPLE);
  expect(
    problemsOf(text)
      .map((problem) => problem.path)
      .sort(),
  ).toEqual([
    'plans[0].currency',
    `${ALLOWANCE}.kind`,
    `${EU}.price`,
    `${VOICE}.price.tiers[1].upTo`,
    'sellers[0].bank.iban',
    'zoneModels[0].zones[1].networks',
  ]);
});
