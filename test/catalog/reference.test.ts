import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { PRESETS } from '#shared/catalog/presets/presets.ts';
import { CATALOG_PARTS, catalogReference, catalogSchema } from '#shared/catalog/reference/catalog-schema.ts';
import { inventoryReference, inventorySchemaOf } from '#shared/inventory/inventory-schema.ts';
import { ROOT } from '../tidy/sources.ts';
import { SAMPLE } from './sample.ts';

/** Strict about the schema itself: what it does not know is a mistake of ours. */
function validator(schema: object): ValidateFunction {
  return new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, keywords: ['enumDescriptions'] }).compile(
    schema,
  );
}

const catalog = validator(catalogSchema());
const inventory = validator(inventorySchemaOf());
const FLEET = join(ROOT, 'examples/fleet-month');

/** What is wrong with a file by a schema: places and what was expected there. */
function faults(validate: ValidateFunction, text: string): string[] {
  validate(parse(text));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function yamlBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(folder, name));
}

describe('what is committed is what the code makes (vitest --update writes it anew)', () => {
  test.each([
    ['docs/schemas/catalogue.schema.json', () => `${JSON.stringify(catalogSchema(), undefined, 2)}\n`],
    ['docs/schemas/inventory.schema.json', () => `${JSON.stringify(inventorySchemaOf(), undefined, 2)}\n`],
    ['docs/catalogue-reference.md', catalogReference],
    ['docs/inventory-reference.md', inventoryReference],
  ])('%s', async (file, made) => {
    await expect(made()).toMatchFileSnapshot(join(ROOT, file));
  });
});

describe('the JSON Schema of the catalogue', () => {
  const files = yamlBelow(join(FLEET, 'catalog'));
  test.each(files)('takes %s, which names it in its first line', (file) => {
    const text = readFileSync(file, 'utf8');
    const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
    expect(join(file, '..', schema)).toBe(join(ROOT, 'docs/schemas/catalogue.schema.json'));
    expect(faults(catalog, text)).toEqual([]);
  });

  test('takes what the tests of reading start from', () => {
    expect(faults(catalog, SAMPLE)).toEqual([]);
  });

  test.each(Object.entries(PRESETS))('takes the preset %s written out', (_, { definition }) => {
    const sources = [{ ...definition, name: 'x', carrier: 'acme' }];
    catalog({ sources });
    expect(catalog.errors ?? []).toEqual([]);
  });

  // What an editor underlines while it is written: what stands in the sample, what instead, and where.
  test.each([
    ['an unknown field', 'measure: bytes', 'measure: bytes\n            pirce: 1', 'charges/1'],
    ['a missing field', '            name: Voice\n', '', 'charges/2'],
    ['a wrong choice', 'measure: bytes', 'measure: byte', 'charges/1/measure'],
    ['no date', 'from: 2026-01-01', 'from: 1.1.2026', 'versions/0/from'],
    ['no currency', 'currency: EUR', 'currency: euro', 'plans/0/currency'],
    ['no unit', 'unit: MB', 'unit: mb', 'charges/1/unit'],
    ['a negative price', 'price: 0.10', 'price: -0.10', 'charges/1/price'],
    ['a tier without price', '{ price: 0.01 }', '{ flat: 0.01 }', 'price/tiers/2'],
    ['a size without unit', 'size: 100 MB', 'size: 100', 'allowances/0/size'],
    ['an unknown list', 'taxProfiles:', 'taxprofiles:', ''],
  ])('refuses %s', (_, written, instead, place) => {
    const found = faults(catalog, SAMPLE.replace(written, instead));
    expect(found.join('\n')).toContain(`${place} `);
    expect(found.length).toBeGreaterThan(0);
  });
});

describe('the JSON Schema of the inventory', () => {
  test('takes the accounts of the fleet, which name it in their first line', () => {
    const text = readFileSync(join(FLEET, 'inventory/accounts.yaml'), 'utf8');
    expect(text).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/\.\.\/\.\.\/docs\/schemas\/inventory\.schema\.json\n/,
    );
    expect(faults(inventory, text)).toEqual([]);
  });

  test.each([
    ['a state there is not', '{ subscription: s, effectiveFrom: 2026-10-01, state: live }', 'state'],
    ['an unknown field', '{ subscription: s, effectiveFrom: 2026-10-01, colour: red }', ''],
    ['no subscription', '{ effectiveFrom: 2026-10-01 }', ''],
  ])('refuses %s', (_, entry, field) => {
    const found = faults(inventory, `subscriptions: [${entry}]`);
    expect(found.join('\n')).toContain(`/subscriptions/0${field === '' ? '' : `/${field}`} `);
  });
});

describe('the examples of the references', () => {
  const examples = (page: string) => [...page.matchAll(/```yaml\n([^`]*)```/g)].map(([, text]) => text ?? '');
  const catalogs = examples(catalogReference()).filter((text) => !text.startsWith('#'));

  test.each(catalogs.filter((text) => !/^(charges|allowances|topUps|price):/.test(text)))(
    'are files of the catalogue: %s',
    (text) => {
      expect(faults(catalog, text)).toEqual([]);
    },
  );

  test.each(catalogs.filter((text) => /^(charges|allowances|topUps|price):/.test(text)))(
    'are parts of a plan: %s',
    (text) => {
      const { charges = [], allowances = [], topUps = [], price } = parse(text);
      const priced = { kind: 'usage', id: 'p', name: 'P', measure: 'bytes', unit: 'MB', price };
      const all = price === undefined ? charges : [priced];
      const version = { from: '2026-01-01', charges: all, allowances, topUps };
      catalog({ plans: [{ id: 'p', name: 'P', currency: 'EUR', zoneModel: 'z', versions: [version] }] });
      expect(catalog.errors ?? []).toEqual([]);
    },
  );

  test('are read as one catalogue', () => {
    const files = CATALOG_PARTS.filter(
      ({ example }) => example !== '' && !/^(charges|allowances|topUps|price):/.test(example),
    );
    const result = readCatalog(files.map(({ name, example }) => ({ path: `${name}.yaml`, text: example })));
    expect('problems' in result ? result.problems : []).toEqual([]);
  });

  test.each(examples(inventoryReference()).filter((text) => !text.startsWith('#')))(
    'are files of the inventory: %s',
    (text) => {
      expect(faults(inventory, text)).toEqual([]);
    },
  );
});
