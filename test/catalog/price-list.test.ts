import { describe, expect, test } from 'vitest';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { SAMPLE } from './sample.ts';

const LIST = `priceLists:
  - id: extras
    charges:
      - { kind: recurring, id: support, name: Support, price: 5.00 }
      - { kind: usage, id: doors, name: Doors, match: { services: "event:door", zones: [eu] }, measure: count, price: 0.02 }
`;
const PLAN = `  - { id: second, name: Second, currency: EUR, zoneModel: world, versions: [{ from: 2026-01-01, priceLists: extras }] }\n`;
const NAMING = SAMPLE.replace('        allowances:', '        priceLists: [extras]\n        allowances:');

const read = (text: string) => readCatalog([{ path: 'c.yaml', text }]);

describe('a price list', () => {
  test('stands once, and its charges come after those of every plan that names it', () => {
    const result = read(NAMING + PLAN + LIST);
    const plans = 'catalog' in result ? result.catalog.plans : [];
    expect(plans.map(({ id, versions }) => [id, versions[0]?.charges.map((charge) => charge.id)])).toEqual([
      ['iot', ['fee', 'data-eu', 'voice', 'sms', 'support', 'doors']],
      ['second', ['support', 'doors']],
    ]);
  });

  test('makes the catalogue that writing its charges out would', () => {
    const charges = LIST.split('\n').slice(3).join('\n').replaceAll(/^ {6}/gm, '          ');
    const written = SAMPLE.replace('        allowances:', `${charges}        allowances:`);
    expect(read(NAMING + LIST)).toEqual(read(written));
  });

  test.each([
    ['one no plan names', SAMPLE + LIST, 'priceLists[0].id', 'Name it in the priceLists'],
    ['one there is not', NAMING.replace('[extras]', '[extra]') + PLAN + LIST, 'priceLists[0]', 'Did you mean extras?'],
    [
      'a charge that is wrong, once',
      NAMING + PLAN + LIST.replace('0.02', '"0,02"'),
      'priceLists[0].charges[1].price',
      'Write 0.02.',
    ],
    [
      'a charge of the plan again',
      NAMING + LIST.replace('id: support', 'id: fee'),
      'priceLists[0].charges[0].id',
      'Rename',
    ],
  ])('is refused: %s', (_, text, path, remedy) => {
    const result = read(text);
    const problems = 'problems' in result ? result.problems : [];
    expect(problems.map((problem) => problem.path.endsWith(path))).toEqual([true]);
    expect(problems[0]?.remedy).toContain(remedy);
  });
});
