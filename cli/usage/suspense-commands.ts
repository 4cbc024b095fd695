import { type Command, InvalidArgumentError } from 'commander';
import { SUSPENSE_REASONS, type SuspenseReason } from '#shared/rating/match-charge.ts';
import { type Connected, example, month } from '../terminal/command-parts.ts';
import { listSuspended, showSuspended, writeOff } from './suspense.ts';

interface ListFlags {
  readonly month: string;
  readonly all: true | undefined;
  readonly money: true | undefined;
}

interface WriteOffFlags {
  readonly month: string;
  readonly reason: SuspenseReason;
  readonly identifier: readonly string[];
  readonly note: string;
  readonly yes: true | undefined;
}

const MONTH = 'usage of one UTC month (default: every month)';
const MONEY = 'also what the carriers charge for it, by currency; reads the records of the files it came from';

/** `billing suspense …` */
export function suspenseCommands(program: Command, connected: Connected): void {
  const suspense = program.command('suspense').description('usage that nobody is charged for, and why');
  suspense
    .command('list')
    .description('by month and reason, and whose it is; and what was written off')
    .option('--month <month>', MONTH, month, '')
    .option('--all', 'every identifier, not only the first ten of each reason')
    .option('--money', MONEY)
    .addHelpText('after', example('billing suspense list', 'billing suspense list --month 2026-10 --money'))
    .action((flags: ListFlags) => connected((session, output) => listSuspended(session, optionsOf(flags), output)));
  suspense
    .command('show <reason-or-identifier>')
    .description('identifiers, totals, first and last start, and the files it came from, as known now')
    .option('--month <month>', MONTH, month, '')
    .option('--all', 'every identifier, not only the first fifty')
    .option('--money', MONEY)
    .addHelpText(
      'after',
      example('billing suspense show UNKNOWN_SUBSCRIBER --month 2026-10', 'billing suspense show imsi#901990000000159'),
    )
    .action((asked: string, flags: ListFlags) =>
      connected((session, output) => showSuspended(session, asked, optionsOf(flags), output)),
    );
  writeOffCommand(suspense, connected);
}

function writeOffCommand(suspense: Command, connected: Connected): void {
  suspense
    .command('write-off')
    .description('what is suspended now is never charged, whatever is mended later; ends when that counts')
    .requiredOption('--month <month>', 'usage of this UTC month', month)
    .requiredOption('--reason <reason>', `what is suspended for this reason: ${SUSPENSE_REASONS.join(', ')}`, reason)
    .requiredOption('--note <text>', 'why; recorded with it, and who decided it (--as)')
    .option('--identifier <identifier...>', 'of these identifiers alone (default: of all)', [])
    .option('--yes', 'without asking')
    .addHelpText(
      'after',
      example(
        'billing suspense write-off --month 2026-10 --reason NOT_ACTIVE --note "less than asking costs"',
        'billing suspense write-off --month 2026-10 --reason UNKNOWN_SUBSCRIBER --identifier imsi#901990000000159 --note test',
      ),
    )
    .action(({ identifier, yes, ...asked }: WriteOffFlags) => {
      const options = { ...asked, identifiers: identifier, yes: yes === true };
      return connected((session, output) => writeOff(session, options, output));
    });
}

function optionsOf({ month: of, all, money }: ListFlags) {
  return { month: of, all: all === true, money: money === true };
}

function reason(text: string): SuspenseReason {
  const found = SUSPENSE_REASONS.find((each) => each === text.toUpperCase());
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`It is one of ${SUSPENSE_REASONS.join(', ')}.`);
}
