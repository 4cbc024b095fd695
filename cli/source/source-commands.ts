import type { Command } from 'commander';
import { example, instant, type Run, wholeNumber } from '../terminal/command-parts.ts';
import { listSources, presetNames, showSource, testSource } from './source.ts';

interface TestOptions {
  readonly source: string;
  readonly arrived: number;
  readonly records: number;
}

/** `billing source …` */
export function sourceCommands(program: Command, run: Run): void {
  const source = program
    .command('source')
    .description("what carriers' usage files look like: ready definitions, and trying one on a file");
  source
    .command('list')
    .description('definitions that are ready, by name')
    .addHelpText('after', example('billing source list'))
    .action(() => run(async (_, output) => listSources(output)));
  source
    .command('show <name>')
    .description('a ready definition as a catalogue writes it')
    .addHelpText('after', example('billing source show 1nce-json'))
    .action((name: string) => run(async (_, output) => showSource(name, output)));
  source
    .command('test <file>')
    .description(
      'read a usage file by a definition and show, value by value, what it is taken for; needs no deployment',
    )
    .requiredOption(
      '--source <source>',
      `a catalogue file (*.yaml) with the source, or one of ${presetNames().join(', ')}`,
    )
    .option('--arrived <time>', 'when it is taken to have arrived (default: now)', instant, 0)
    .option('--records <number>', 'records shown value by value', wholeNumber(0, 100), 1)
    .addHelpText(
      'after',
      example(
        'billing source test usage.csv --source plain-csv',
        'billing source test usage.json.gz --source catalog/carriers.yaml --records 3',
      ),
    )
    .action((path: string, { source: name, arrived, records }: TestOptions) =>
      run((_, output) => {
        const arrivedAt = arrived === 0 ? Math.floor(Date.now() / 1000) : arrived;
        return testSource({ path, source: name, arrivedAt, records }, output);
      }),
    );
}
