import type { Command } from 'commander';
import * as books from './invoices/books.ts';
import * as payments from './invoices/payment.ts';
import { type Connected, date, decimal, example } from './terminal/command-parts.ts';

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

interface PaymentFlags {
  readonly id: string;
  readonly amount: string;
  readonly date: string;
  readonly invoice: string;
  readonly reference: string;
  readonly seller: string;
  readonly back?: true;
}

/** `billing payment …` */
export function paymentCommands(program: Command, connected: Connected): void {
  const command = program.command('payment').description('what accounts have paid, as banks and other systems tell it');
  command
    .command('record <account>')
    .description('a payment of an account: for one document, or for what is due first')
    .requiredOption('--id <id>', 'what it is known by at the bank; told twice, it counts once')
    .requiredOption('--amount <gross>', "in the account's currency, above zero", decimal)
    .requiredOption('--date <date>', 'the day it counts from', date)
    .option('--invoice <number>', 'the document it is for', '')
    .option('--reference <text>', 'what was written with it', '')
    .option('--seller <seller>', 'who was paid (default: whose customer it is)', '')
    .option('--back', 'money that went back: a returned debit (with --invoice), or what was paid too much')
    .addHelpText(
      'after',
      example(
        'billing payment record nordwind --id BANK-4711 --amount 119.00 --date 2026-11-20',
        'billing payment record nordwind --id BANK-4712 --amount 119.00 --date 2026-11-23 --invoice FC-2026-00001 --back',
      ),
    )
    .action((account: string, { back, ...options }: PaymentFlags) =>
      connected((session, output) => payments.recordOne(session, account, { ...options, back: back === true }, output)),
    );
  command
    .command('load <file>')
    .description(
      'payments of many accounts: CSV of id, account, date, amount, currency, invoice, kind, reference, seller',
    )
    .addHelpText('after', example('billing payment load payments.csv'))
    .action((file: string) => connected((session, output) => payments.loadPayments(session, file, output)));
}
