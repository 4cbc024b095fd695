import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import { type FunctionName, functions } from '../functions.ts';

/** The code of every function; what was made for it is removed at the end, once the stack has its copy. */
export type Bundles = Disposable & { codeOf: (name: FunctionName) => Code };

/** Files that a bundle reads at run time, from beside itself. */
type Companion = { function: FunctionName; from: string; extension: string; to: string };

/** Documents are rendered when they are posted, and tried out when they are drafted, or when their taxes are decided at posting. */
const rendering: FunctionName[] = ['invoicing/render-documents', 'billing/invoice-payer', 'billing/link-payers'];

const companions: Companion[] = rendering.flatMap((name) => [
  // pdfkit looks for its colour profile, which PDF/A asks for, in `data/` beside the code.
  { function: name, from: 'node_modules/pdfkit/js/data', extension: '.icc', to: 'data' },
  { function: name, from: 'shared/invoicing/fonts', extension: '.ttf', to: 'fonts' },
]);

/** No code at all: for reading templates only. */
export const unbundled: Bundles = {
  codeOf: () => Code.fromInline('throw new Error("This template was made without code.");'),
  [Symbol.dispose]: () => {},
};

/**
 * Bundles all functions in one go: half a second each is what starting a bundler for every one of them costs.
 *
 * @param root the folder that holds `functions/`, `shared/` and `node_modules/`
 * @throws Error that names every entry point and every folder that is missing
 */
export function bundleFunctions(root: string): Bundles {
  const names = Object.keys(functions) as FunctionName[];
  const missing = [...names.map((name) => `functions/${name}.ts`), ...companions.map(({ from }) => from)].filter(
    (path) => !existsSync(join(root, path)),
  );
  if (missing.length > 0) {
    throw new Error(
      `Functions cannot be bundled, these are missing below ${root}:\n${missing.join('\n')}\n` +
        'Write them, or take them out of infra/functions.ts and infra/constructs/bundles.ts. ' +
        `To see the templates without code: CDK_CONTEXT_JSON='{"aws:cdk:bundling-stacks":[]}' node infra/app.ts`,
    );
  }

  const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
  buildSync({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(names.map((name) => [`${name}/index`, `functions/${name}.ts`])),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    // Some packages are CommonJS and require Node's own modules.
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
    logLevel: 'error',
  });
  for (const companion of companions) copyCompanions(root, folder, companion);
  return {
    codeOf: (name) => Code.fromAsset(join(folder, name)),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

function copyCompanions(root: string, folder: string, { function: name, from, extension, to }: Companion) {
  const files = readdirSync(join(root, from)).filter((file) => extname(file) === extension);
  if (files.length === 0)
    throw new Error(`${join(root, from)} has no ${extension} file, but functions/${name}.ts needs one.`);
  for (const file of files) {
    const target = join(folder, name, to, file);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(root, from, file), target);
  }
}
