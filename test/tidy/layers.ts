import type { Import } from './sources.ts';

/** Capabilities in the order of their imports: a later one may import an earlier one, never the reverse. */
export const CAPABILITIES = [
  'money',
  'time',
  'usage',
  'catalog',
  'inventory',
  'commit-log',
  'mediation',
  'rating',
  'billing',
  'invoicing',
];

/** Which layer of the house a file belongs to. */
export type Layer =
  | 'plain'
  | 'ports'
  | 'use-cases'
  | 'aws'
  | 'memory'
  | 'http'
  | 'functions'
  | 'infra'
  | 'local'
  | 'cli'
  | 'expected'
  | 'outside';

/** Where a file stands: its layer, and its capability (of `shared/` and `functions/`; '' for others). */
export function placeOf(path: string): { layer: Layer; capability: string } {
  const [top = '', second = '', third = ''] = path.split('/');
  if (top === 'shared' && (second === 'aws' || second === 'memory' || second === 'http'))
    return { layer: second, capability: '' };
  if (top === 'shared') {
    const layer = third === 'use-cases' ? 'use-cases' : third === 'ports.ts' ? 'ports' : 'plain';
    return { layer, capability: second };
  }
  if (top === 'functions') return { layer: 'functions', capability: path.split('/').length > 2 ? second : '' };
  if (top === 'infra' || top === 'local' || top === 'cli') return { layer: top, capability: '' };
  if (top === 'examples' && third === 'expected') return { layer: 'expected', capability: '' };
  return { layer: 'outside', capability: '' };
}

const PARSERS = ['decimal.js', 'zod', 'yaml', 'csv-parse', 'temporal-polyfill', 'node:crypto'];

/** Packages a layer may import: a name, a beginning (ending in * or /), or '*' for all. */
const PACKAGES: Readonly<Record<Layer, readonly string[]>> = {
  plain: PARSERS,
  ports: [],
  'use-cases': PARSERS,
  aws: ['@aws-sdk/*', 'node:*'],
  memory: [],
  http: ['zod'],
  functions: ['@middy/core', '@aws-lambda-powertools/*', 'aws-lambda', 'node:fs'],
  infra: ['aws-cdk-lib', 'constructs', 'cdk-nag', 'esbuild', 'yaml', 'zod', 'node:*'],
  local: ['dynalite', 'fauxqs', 'aws-local-stepfunctions', '@aws-sdk/*', 'temporal-polyfill', 'zod', 'node:*'],
  cli: ['commander', 'yaml', 'zod', 'node:*'],
  expected: ['decimal.js', 'csv-parse', 'temporal-polyfill', 'yaml', 'zod', 'node:*'],
  outside: ['*'],
};

/** Imports that break a rule on purpose: who imports what, and why that is better than keeping the rule. */
export const EXCEPTIONS: readonly { readonly path: string; readonly target: string; readonly reason: string }[] = [
  {
    path: 'shared/mediation/use-cases/decompress.ts',
    target: 'node:zlib',
    reason: 'usage files come compressed; nothing outside Node is as fast',
  },
  {
    path: 'shared/mediation/use-cases/compress-records.ts',
    target: 'node:zlib',
    reason: 'records of chunks are kept compressed; nothing outside Node is as fast',
  },
  {
    path: 'shared/mediation/use-cases/unzip.ts',
    target: 'node:zlib',
    reason: 'checksums of archives; nothing outside Node is as fast',
  },
  {
    path: 'shared/invoicing/use-cases/render-pdf.ts',
    target: 'pdfkit',
    reason: 'a PDF is written as a stream; this one file knows the library, and decides nothing',
  },
  {
    path: 'shared/invoicing/use-cases/parsed-font.ts',
    target: 'fontkit',
    reason: 'what pdfkit draws fonts with: read once for all documents, not anew for each',
  },
  {
    path: 'shared/invoicing/use-cases/render-pdf.ts',
    target: 'uqr',
    reason: 'the modules of the payment code are drawn where the PDF is',
  },
];

/** Why a file may not import something; '' when it may. */
export function importProblem(path: string, { target, isPackage, typesOnly, names }: Import): string {
  const exception = EXCEPTIONS.find((each) => each.path === path && each.target === target);
  if (exception !== undefined) return '';
  const from = placeOf(path);
  if (isPackage) return packageProblem(from.layer, path, target, names);
  const to = placeOf(target);
  switch (from.layer) {
    case 'plain':
    case 'ports':
    case 'use-cases':
      return capabilityProblem(from, to, typesOnly);
    case 'aws':
    case 'memory':
    case 'http':
      return target.startsWith('shared/') && (to.layer === 'plain' || to.layer === 'ports' || to.layer === from.layer)
        ? ''
        : `shared/${from.layer} implements ports: it imports ports and plain files of capabilities, and its own`;
    case 'functions':
      if (target.startsWith('shared/') && to.layer !== 'memory') return '';
      if (to.layer === 'functions' && (to.capability === '' || to.capability === from.capability)) return '';
      return 'a function imports shared/, the shapes in functions/, and files of its own capability';
    case 'infra':
      return to.layer === 'infra' ? '' : 'infra/ names files of functions/ and shared/, it never imports them';
    case 'local':
      return to.layer === 'local' ? '' : 'the embedded cloud knows templates and bundles, never the application';
    case 'cli':
      return to.layer === 'cli' || to.layer === 'local' || (target.startsWith('shared/') && to.layer !== 'memory')
        ? ''
        : 'the command line imports shared/ and local/';
    case 'expected':
      return target.startsWith('examples/')
        ? ''
        : 'expected invoices are computed apart from the product they are to judge';
    default:
      return '';
  }
}

function packageProblem(layer: Layer, path: string, target: string, names: string): string {
  const allowed = PACKAGES[layer].some(
    (each) => target === each || (each.endsWith('*') && target.startsWith(each.slice(0, -1))),
  );
  if (!allowed) return `${layer === 'plain' ? 'a plain file' : `the layer ${layer}`} imports ${list(PACKAGES[layer])}`;
  const isHashing = target !== 'node:crypto' || layer === 'aws' || !path.startsWith('shared/');
  const streams = path === 'shared/mediation/use-cases/usage-bytes.ts' && names === '{ createHash }';
  return isHashing || streams || names === '{ hash }' ? '' : 'of node:crypto only { hash } is pure';
}

function list(packages: readonly string[]): string {
  return packages.length === 0 ? 'no package' : `of packages only ${packages.join(', ')}`;
}

type Place = ReturnType<typeof placeOf>;

function capabilityProblem(from: Place, to: Place, typesOnly: boolean): string {
  const [own, other] = [CAPABILITIES.indexOf(from.capability), CAPABILITIES.indexOf(to.capability)];
  if (other < 0) return 'a capability imports capabilities, never what is built around them';
  if (other > own) return `${from.capability} comes before ${to.capability} in ${CAPABILITIES.join(' ← ')}`;
  if (to.layer === 'use-cases' && from.layer !== 'use-cases')
    return 'plain files and ports never import use cases: values in, values out';
  if (to.layer === 'ports' && from.layer === 'plain' && !typesOnly) return 'a plain file imports only types of ports';
  return '';
}
