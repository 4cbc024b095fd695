import type { Command } from 'commander';
import * as books from './books.ts';
import { type Connected, date, example } from './command-parts.ts';

/** `billing books …` */
export function booksCommands(program: Command, connected: Connected): void {
  const command = program.command('books').description('book-keeping periods: closed ones take no more documents');
  const seller = ['--seller <seller>', 'whose books (default: the first seller of the catalogue)', ''] as const;
  command
    .command('close')
    .description('let no document be dated on or before a day; corrections of that time are dated later')
    .requiredOption('--until <date>', 'the last day that is closed', date)
    .option(...seller)
    .addHelpText('after', example('billing books close --until 2026-10-31'))
    .action((options: { until: string; seller: string }) =>
      connected((session, output) => books.close(session, options, output)),
    );
  command
    .command('show')
    .description('up to when books are closed, and who closed them')
    .option(...seller)
    .addHelpText('after', example('billing books show'))
    .action(({ seller: of }: { seller: string }) => connected((session, output) => books.show(session, of, output)));
}
