import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App } from 'aws-cdk-lib';
import { afterAll, describe, expect, test } from 'vitest';
import { BillingStack } from '../../infra/billing-stack.ts';
import { bundleFunctions } from '../../infra/constructs/bundles.ts';
import { DataStack } from '../../infra/data-stack.ts';
import { type FunctionName, functions } from '../../infra/functions.ts';
import { readSettings } from '../../infra/settings.ts';
import { ofType, type Template } from './synthesised.ts';

const names = Object.keys(functions) as FunctionName[];
const root = mkdtempSync(join(tmpdir(), 'bundles-test-'));
afterAll(() => rmSync(root, { recursive: true }));

test('what is missing is named, all of it', () => {
  const empty = join(root, 'empty');
  const missing = [...names.map((name) => `functions/${name}.ts`), 'shared/invoicing/fonts'];
  for (const path of missing) expect(() => bundleFunctions(empty)).toThrow(path);
});

describe('real functions', () => {
  const { template, folders } = (() => {
    for (const name of names) {
      const sdk = `export { SQSClient } from '@aws-sdk/client-sqs';`;
      write(`functions/${name}.ts`, `${sdk}\nexport const handler = async () => '${name}';\n`);
    }
    write('shared/invoicing/fonts/Plain.ttf', 'a font');
    write('shared/invoicing/fonts/LICENCE.txt', 'not a font');
    symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));
    return synthesiseInto(join(root, 'once'));
  })();

  test('become one module each, with the AWS SDK inside', async () => {
    for (const [, { Properties }] of ofType(template, 'AWS::Lambda::Function')) {
      const folder = join(root, 'once', `asset.${Properties.Code.S3Key.replace('.zip', '')}`);
      const module = await import(pathToFileURL(join(folder, 'index.mjs')).href);
      const name = (await module.handler()) as string;
      expect(Properties.Description).toBe(name.replace('/', ': ').replaceAll('-', ' '));
      expect(module.SQSClient.name).toBe('SQSClient');
      expect(readFileSync(join(folder, 'index.mjs'), 'utf8')).not.toContain('from"@aws-sdk');
    }
    expect(folders).toHaveLength(names.length);
  });

  test('bring along the files they read', () => {
    const whole = folders.filter((folder) => readdirSync(folder).length > 1);
    expect(whole).toHaveLength(3);
    for (const folder of whole) {
      expect(readdirSync(folder, { recursive: true }).sort()).toEqual([
        ...['data', 'data/sRGB_IEC61966_2_1.icc', 'fonts', 'fonts/Plain.ttf', 'index.mjs'],
      ]);
    }
  });

  test('are the same bytes whenever they are made', () => {
    expect(synthesiseInto(join(root, 'again')).template).toEqual(template);
  });
});

function write(path: string, text: string) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function synthesiseInto(outdir: string) {
  const app = new App({ outdir, builtinCloudFormationValidation: false });
  const settings = readSettings('infra/settings', 'local');
  new BillingStack(app, 'Billing', { settings, data: new DataStack(app, 'Data', { settings }), root });
  const template = app.synth().getStackArtifact('Billing').template as Template;
  const folders = readdirSync(outdir).flatMap((name) => (/^asset\.\w+$/.test(name) ? [join(outdir, name)] : []));
  return { template, folders };
}
