import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { billingProgram } from '../cli/program.ts';
import { FLOATING_POINT, isExcepted, LONG_FILES, LONG_FUNCTIONS } from './tidy/exceptions.ts';
import { CAPABILITIES, EXCEPTIONS, importProblem, type Layer, placeOf } from './tidy/layers.ts';
import { codeOf, functionsOf, importsOf, ROOT, type SourceFile, sourceFiles } from './tidy/sources.ts';

const code = sourceFiles(/\.(ts|mjs)$/);
const documents = sourceFiles(/\.md$/);
const product = code.filter(({ path }) => /^(shared|functions|infra|local|cli)\//.test(path));
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Fails with every place that breaks the rule, and what the rule is good for. */
function hold(lesson: string, problems: readonly string[]) {
  expect.soft(problems, `\n${lesson}\n${problems.map((problem) => `  ${problem}`).join('\n')}\n`).toEqual([]);
}

/** Lines of a file's code (comments and texts blanked) that match, as "path:line: code". */
function linesWith(files: readonly SourceFile[], pattern: RegExp): { path: string; place: string }[] {
  return files.flatMap((file) =>
    codeOf(file)
      .split('\n')
      .flatMap((line, at) =>
        pattern.test(line)
          ? [{ path: file.path, place: `${file.path}:${at + 1}: ${(file.lines[at] ?? '').trim().slice(0, 100)}` }]
          : [],
      ),
  );
}

const places = (found: readonly { place: string }[]) => found.map(({ place }) => place);
const layer = (...layers: Layer[]) => product.filter(({ path }) => layers.includes(placeOf(path).layer));
const documentOf = (path: string) => documents.find((each) => each.path === path)?.text ?? '';

describe('the house', () => {
  const layers: Layer[] = [
    'plain',
    'ports',
    'use-cases',
    'aws',
    'memory',
    'http',
    'functions',
    'infra',
    'local',
    'cli',
  ];
  test.each(layers)('the layer %s has files', (name) => {
    expect(layer(name).length, 'a rule about files that are not there holds nothing').toBeGreaterThan(0);
  });

  test.each(CAPABILITIES)('the capability %s has files', (capability) => {
    expect(layer('plain').some(({ path }) => placeOf(path).capability === capability)).toBe(true);
  });

  test('holds no capability outside the order of imports', () => {
    const folders = new Set(
      product.filter(({ path }) => path.startsWith('shared/')).map(({ path }) => path.split('/')[1]),
    );
    const known = new Set([...CAPABILITIES, 'aws', 'memory', 'http']);
    hold(
      'Give a new capability its place in test/tidy/layers.ts.',
      [...folders].filter((name) => !known.has(name ?? '')) as string[],
    );
  });

  test('is entered by names that say what is inside', () => {
    const vague = /(^|\/)(utils?|helpers?|common|misc|lib)(\/|\.ts$)|(^|\/)(types|index|constants)\.ts$/;
    hold(
      'A folder or file is named after what it is about. There are no barrels: import the file that has the thing.',
      code.filter(({ path }) => vague.test(path)).map(({ path }) => path),
    );
  });

  test('hands nothing on from file to file', () => {
    hold('Import from the file that declares it.', places(linesWith(code, /^export (type )?(\*|\{.*\}) from/)));
  });
});

describe('imports', () => {
  test('go the way of the layers', () => {
    hold(
      'The domain is pure and knows nothing around it; see docs/decisions/0001-functional-core.md.',
      product.concat(code.filter(({ path }) => path.startsWith('examples/'))).flatMap((file) =>
        importsOf(file).flatMap((each) => {
          const problem = importProblem(file.path, each);
          return problem === '' ? [] : [`${file.path}:${each.line} imports ${each.target}: ${problem}`];
        }),
      ),
    );
  });

  test('lead to files that are there', () => {
    const missing = code.flatMap((file) =>
      importsOf(file)
        .filter(({ target, isPackage }) => !isPackage && !existsSync(join(ROOT, target)))
        .map(({ line, target }) => `${file.path}:${line} imports ${target}`),
    );
    hold('A relative import stays inside the repository.', missing);
  });

  test('break the rule only where it says why', () => {
    const unused = EXCEPTIONS.filter(({ path, target }) => {
      const file = product.find((each) => each.path === path);
      return file === undefined || !importsOf(file).some((each) => each.target === target);
    });
    hold(
      'An exception nobody needs any more goes away.',
      unused.map(({ path, target }) => `${path} → ${target}`),
    );
  });
});

describe('the domain', () => {
  test('waits for nothing outside ports and use cases', () => {
    hold(
      'Plain files take values and give values. What has to wait is a use case.',
      places(linesWith(layer('plain'), /\b(async|await|Promise)\b/)),
    );
  });

  test('asks no clock and throws no dice', () => {
    hold(
      'The same values always give the same result. Time and names come in by the ports Clock and Identifiers.',
      places(
        linesWith(
          layer('plain', 'ports', 'use-cases'),
          /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b|\brandomUUID\b/,
        ),
      ),
    );
  });

  test('reads no environment and prints nothing', () => {
    hold(
      'Settings come in as values; results go out as values.',
      places(linesWith(layer('plain', 'ports', 'use-cases'), /\bprocess\.|\bconsole\./)),
    );
  });

  test('keeps floating point away from money', () => {
    const capabilities = product.filter(({ path }) => /^shared\/(money|rating|billing|invoicing)\//.test(path));
    const found = linesWith(capabilities, /\bNumber\(|\bparseFloat\b|\.toNumber\(/);
    hold(
      'Amounts are decimal.js or bigint from the first step to the last. What is no money stands in test/tidy/exceptions.ts, with its reason.',
      places(found.filter(({ path }) => !isExcepted(FLOATING_POINT, path, ''))),
    );
    hold(
      'An exception nobody needs any more goes away.',
      FLOATING_POINT.filter((each) => !found.some(({ path }) => path === each.path)).map(({ path }) => path),
    );
  });

  test('is never replaced by a mock in a test', () => {
    const mocks = linesWith(
      code.filter(({ path }) => path !== 'test/tidy.test.ts'),
      /\bvi\.(mock|spyOn|fn)\b/,
    );
    hold('Use the ports in shared/memory/: they behave, a mock only answers.', places(mocks));
  });
});

describe('functions', () => {
  const entries = product.filter(({ path }) => placeOf(path).capability !== '' && path.startsWith('functions/'));

  test('are declarations', () => {
    const long = entries.filter(
      (file) =>
        codeOf(file)
          .split('\n')
          .filter((line) => line.trim() !== '').length > 30,
    );
    hold(
      'A handler says what it needs and calls one use case: at most 30 lines of code.',
      long.map(({ path }) => path),
    );
  });

  test('are each deployed', () => {
    const known = readFileSync(join(ROOT, 'infra/functions.ts'), 'utf8');
    const handlers = entries.filter(({ text }) => text.includes('export const handler'));
    hold(
      'Every entry point stands in infra/functions.ts with its size.',
      handlers
        .map(({ path }) => path.slice('functions/'.length, -'.ts'.length))
        .filter((name) => !known.includes(`'${name}'`)),
    );
  });
});

describe('what is written', () => {
  test('has at most 400 lines a file', () => {
    const long = code.filter(({ lines }) => lines.length > 400).map(({ path }) => path);
    hold(
      'Near 150 is better. Cut along a word of the domain.',
      long.filter((path) => !isExcepted(LONG_FILES, path, '')),
    );
    hold(
      'An exception nobody needs any more goes away.',
      LONG_FILES.filter((each) => !long.includes(each.path)).map(({ path }) => path),
    );
  });

  test('has at most 60 lines a function', () => {
    const long = product.flatMap((file) =>
      functionsOf(file)
        .filter(({ ownLines }) => ownLines > 60)
        .map((each) => ({ path: file.path, ...each })),
    );
    hold(
      'Near 30 is better. Ifs up, fors down; what has a name of its own is a function of its own.',
      long
        .filter(({ path, name }) => !isExcepted(LONG_FUNCTIONS, path, name))
        .map(({ path, line, name, ownLines }) => `${path}:${line} ${name}: ${ownLines} lines`),
    );
    hold(
      'An exception nobody needs any more goes away.',
      LONG_FUNCTIONS.filter((each) => !long.some(({ path, name }) => path === each.path && name === each.name)).map(
        ({ path, name }) => `${path} ${name}`,
      ),
    );
  });

  test('says of everything exported what it means', () => {
    const declaration = /^export (default )?(async |abstract )?(function|const|let|class|interface|type)\b/;
    const bare = product.flatMap(({ path, lines }) =>
      lines.flatMap((line, at) =>
        declaration.test(line) && !/\*\/$/.test(lines[at - 1] ?? '') ? [`${path}:${at + 1}: ${line.slice(0, 80)}`] : [],
      ),
    );
    // An entry point is described by its use case.
    hold(
      'A docstring says what it means to the business: units, ranges, errors.',
      bare.filter((each) => !each.includes('export const handler')),
    );
  });

  test('is finished', () => {
    const leftovers = /\b(TODO|FIXME|XXX|HACK|WIP)\b|\b[Ff]or now\b|\b[Nn]ot (yet )?implemented\b|\blorem ipsum\b/;
    const files = [...code, ...documents].filter(({ path }) => !path.startsWith('test/tidy'));
    hold(
      'What cannot be done is said to users in the README; the rest is done or an issue.',
      files.flatMap(({ path, lines }) =>
        lines.flatMap((line, at) => (leftovers.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : [])),
      ),
    );
  });

  test('names no machine', () => {
    const machine = /(^|[\s'"`(=])(\/home\/|\/Users\/|\/root\/|\/work\/|\/workspace|[A-Z]:\\)/;
    const files = [...code, ...documents, ...sourceFiles(/\.(json|ya?ml|sh|run)$/)].filter(
      ({ path }) => !path.startsWith('test/tidy') && path !== 'package-lock.json',
    );
    hold(
      'Paths start at the repository or at a folder that was named.',
      files.flatMap(({ path, lines }) =>
        lines.flatMap((line, at) => (machine.test(line) ? [`${path}:${at + 1}: ${line.trim().slice(0, 100)}`] : [])),
      ),
    );
  });
});

describe('documents', () => {
  test.each([...CAPABILITIES, 'aws', 'memory', 'http'])('shared/%s says what it owns and what holds', (capability) => {
    const text = documentOf(`shared/${capability}/README.md`);
    const headings = ['Owns', 'Does not own', 'Time', 'Failure', 'Invariants'];
    hold(
      'A reader finds the same five headings everywhere.',
      headings.filter((heading) => !new RegExp(`^## ${heading}$`, 'm').test(text)),
    );
  });

  const runbook = documentOf('docs/runbook.md');
  const chapters = new Set(
    product
      .filter(({ path }) => path.startsWith('infra/'))
      .flatMap(({ text }) =>
        [...text.matchAll(/'([a-z]+(?:-[a-z]+){2,})'/g)].flatMap(([, name = '']) =>
          /^an?-|-in-the-dead-letters$/.test(name) ? [name] : [],
        ),
      ),
  );

  test('there are chapters for alarms', () => {
    expect(chapters.size).toBeGreaterThanOrEqual(10);
  });

  test.each([...chapters])('the runbook has the chapter an alarm names: %s', (chapter) => {
    const sections = runbook.split(/^## /m).find((text) => anchorOf(text.split('\n')[0] ?? '') === chapter) ?? '';
    hold(
      'Whoever is woken needs to know what it means, how to find out more, and what to do.',
      ['Description', 'Investigation', 'Resolution'].filter((heading) => !sections.includes(`\n### ${heading}\n`)),
    );
  });

  test('give a reason for every dependency', () => {
    const reasons = documents
      .filter(({ path }) => path.startsWith('docs/decisions/'))
      .map(({ text }) => text)
      .join('\n');
    const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    const isGiven = (name: string) =>
      reasons.includes(`\`${name}\``) || reasons.includes(`\`${name.split('/')[0]}/*\``);
    hold(
      'docs/decisions says why we carry it, and what would have been the other way.',
      names.filter((name) => !isGiven(name)),
    );
  });

  test('name npm scripts that are there', () => {
    const scripts = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/\bnpm run ([a-z:-]+)|\bnpm (start|test)\b/g)].map(([, run, own]) => ({
        path,
        script: run ?? own ?? '',
      })),
    );
    hold(
      'A newcomer types what the documents say.',
      scripts
        .filter(({ script }) => !(script in manifest.scripts))
        .map(({ path, script }) => `${path}: npm run ${script}`),
    );
  });

  test('name commands and options that are there', () => {
    const program = billingProgram({ run: async () => {} });
    const lines = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/(?:[`$] ?|npx )billing ((?:[a-z][a-z-]*|--[a-z])[^`\n]*)/gm)].map(([, words = '']) => ({
        path,
        words,
      })),
    );
    expect(lines.length).toBeGreaterThan(20);
    hold(
      'A newcomer types what the documents say.',
      lines.flatMap(({ path, words }) =>
        commandProblem(program, words).map((problem) => `${path}: billing ${words}: ${problem}`),
      ),
    );
  });

  test('link to what is there', () => {
    const dead = documents.flatMap((file) =>
      [...file.text.matchAll(/\]\((?!https?:|mailto:)([^)\s]*)\)/g)].flatMap(([, link = '']) => {
        const [path = '', anchor = ''] = link.split('#');
        const target = path === '' ? file.path : posix.normalize(posix.join(dirname(file.path), path));
        if (!existsSync(join(ROOT, target))) return [`${file.path}: ${link} is not there`];
        const anchors = [...documentOf(target).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
        return anchor === '' || anchors.includes(anchor) ? [] : [`${file.path}: ${link} has no such heading`];
      }),
    );
    hold('A link that leads nowhere costs more trust than none.', dead);
  });
});

/** How a heading is linked to. */
function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');
}

/** What is wrong with a command line of a document: a command or an option that the program does not know. */
function commandProblem(program: Command, words: string): string[] {
  const [line = ''] = words.split(/ {2,}#| #|\)|,|;|…| \|/);
  let command = program;
  const known: string[] = program.options.map((option) => option.long ?? '');
  const problems: string[] = [];
  for (const word of line.trim().split(/\s+/)) {
    if (word.startsWith('--')) {
      const [name = ''] = word.split('=');
      known.push(...command.options.map((option) => option.long ?? ''), '--help');
      if (!known.includes(name)) problems.push(`there is no option ${name}`);
      continue;
    }
    if (command.commands.length === 0) continue;
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) return /^[a-z-]+$/.test(word) ? [`there is no command ${word}`] : problems;
    command = next;
  }
  return problems;
}
