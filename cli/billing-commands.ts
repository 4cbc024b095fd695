import { type Command, Option } from 'commander';
import type { RunTerms } from '#shared/billing/run.ts';
import { previewMonth, showAccount } from './invoices/account.ts';
import { adjust, cancel, writeOff } from './invoices/amend.ts';
import { explain, listDocuments, type Renderings, showInvoice } from './invoices/invoice.ts';
import { type IssueFlags, issue } from './invoices/issue.ts';
import { showBalance } from './invoices/payment.ts';
import { reproduce } from './invoices/reproduce.ts';
import { verifyVat } from './invoices/vat-register.ts';
import * as runs from './runs/run.ts';
import { askWhatIf, type WhatIfOptions } from './runs/what-if.ts';
import {
  type Connected,
  date,
  decimal,
  example,
  instant,
  leastAmount,
  month,
  wholeNumber,
} from './terminal/command-parts.ts';

interface OpenFlags {
  readonly cycle: number | undefined;
  readonly account: string | undefined;
  readonly usageCutOff: string;
  readonly chargeCutOff: string;
  readonly approval: RunTerms['approval'] | undefined;
  readonly taxes: RunTerms['taxes'] | undefined;
  readonly rest: true | undefined;
  readonly minimum: Readonly<Record<string, string>>;
  readonly group: string | undefined;
  readonly month: string;
  readonly invoiceDate: string;
  readonly seller: string;
  readonly beforeEnd: true | undefined;
  readonly wait: true | undefined;
}

/** `billing run …` */
export function runCommands(program: Command, connected: Connected): void {
  const run = program.command('run').description('bill runs: drafted, approved, posted');
  const open = run
    .command('open')
    .description('open a run for a billing day (a cycle), one account or a group of them, and draft its documents')
    .option('--cycle <day>', 'everybody whose billing day it is', wholeNumber(1, 31))
    .option('--account <account>', 'one account instead')
    .option('--group <group>', 'the accounts of a group instead, whatever their billing day')
    .option(
      '--month <month>',
      'the month the period begins in, 2026-10 (default: of one account, the period yesterday was in, up to today)',
      month,
      '',
    )
    .option(
      '--usage-cut-off <date>',
      "usage before this day (default: the period's end; of one account today, if that is earlier)",
      date,
      '',
    )
    .option('--charge-cut-off <date>', 'charges due by the time this day begins (default: likewise)', date, '')
    .addOption(
      new Option('--approval <who>', 'who approves (default: as the environment has it)').choices(['person', 'rule']),
    )
    .addOption(
      new Option('--taxes <when>', 'when taxes are decided: with the draft, or when it is posted').choices([
        'draft',
        'posting',
      ]),
    )
    .option(
      '--minimum <amount>',
      'post nothing for an account whose documents come to less, without tax, as in 5.00EUR: it waits for the next run; once for each currency (default: of a cycle or group the minimumInvoice of its seller; 0EUR for none)',
      leastAmount,
      {},
    )
    .option('--rest', 'those a posted run of the cycle left out')
    .option('--invoice-date <date>', "date of the documents (default: today, in the seller's time zone)", date, '')
    .option('--seller <seller>', 'who bills (default: the first seller of the catalogue)', '')
    .option('--before-end', 'bill a period that has not ended')
    .option('--wait', 'wait until it is drafted, and show it')
    .addHelpText(
      'after',
      example(
        'billing run open --cycle 1 --month 2026-10 --wait',
        'billing run open --account nordwind --month 2026-10 --invoice-date 2026-11-02',
        'billing run open --account nordwind --wait',
        'billing run open --cycle 1 --month 2026-10 --usage-cut-off 2026-10-25 --charge-cut-off 2026-11-01',
        'billing run open --group resellers --month 2026-10 --wait',
        'billing run open --cycle 1 --month 2026-10 --minimum 5.00EUR --wait',
        'billing run open --cycle 1 --month 2026-10 --rest --wait',
      ),
    )
    .action((flags: OpenFlags) => {
      const { cycle = 0, account = '', group = '' } = flags;
      if ([cycle !== 0, account !== '', group !== ''].filter((said) => said).length !== 1)
        open.error('error: say one of --cycle, --account and --group', { exitCode: 2, code: 'billing.whoIsBilled' });
      if (flags.month === '' && account === '')
        open.error('error: say --month with --cycle and --group', { exitCode: 2, code: 'billing.monthOfCycle' });
      return connected((session, output) => runs.open(session, openOptions(flags), output));
    });
  run
    .command('list')
    .description('every run and the state it is in')
    .addHelpText('after', example('billing run list'))
    .action(() => connected(runs.list));
  run
    .command('show <run>')
    .description('its states, totals, who is left out or in error, its documents')
    .option('--all', 'the documents of every account, not only the first fifty')
    .option('--usage', 'add up where its usage went, also where that takes long')
    .addHelpText(
      'after',
      example('billing run show fernweh-c01-2026-10-1', 'billing run show fernweh-c01-2026-10-1 --usage'),
    )
    .action((id: string, { all, usage }: { all: true | undefined; usage: true | undefined }) =>
      connected((session, output) => runs.show(session, id, { all: all === true, usage: usage === true }, output)),
    );
  run
    .command('report <run>')
    .description('a draft as a page for whoever approves it: checks, totals beside the last periods, documents')
    .requiredOption('--html <file>', 'file to save it in')
    .option('--usage', 'add up where its usage went, also where that takes long')
    .addHelpText('after', example('billing run report fernweh-c01-2026-10-1 --html draft.html'))
    .action((id: string, { html, usage }: { html: string; usage: true | undefined }) =>
      connected((session, output) => runs.report(session, id, { html, usage: usage === true }, output)),
    );
  run
    .command('approve <run>')
    .description('let its drafts be posted')
    .option(
      '--accept-unexplained',
      'also if a check is red: lines moved though no fact did, or its usage or accounts do not add up',
    )
    .addHelpText('after', example('billing run approve fernweh-c01-2026-10-1 --as anna'))
    .action((id: string, { acceptUnexplained }: { acceptUnexplained: true | undefined }) =>
      connected((session, output) => runs.approve(session, id, acceptUnexplained === true, output)),
    );
  run
    .command('post <run>')
    .description('post an approved run: numbers and documents; or take up again what of it stands still')
    .option('--wait', 'wait until it is posted and its documents are rendered, and show it')
    .addHelpText('after', example('billing run post fernweh-c01-2026-10-1 --wait'))
    .action((id: string, { wait }: { wait: true | undefined }) =>
      connected((session, output) => runs.post(session, id, wait === true, output)),
    );
  run
    .command('discard <run>')
    .description('throw a run away that is not being posted; another may be opened then')
    .requiredOption('--reason <text>', 'why; recorded with it')
    .addHelpText('after', example('billing run discard fernweh-c01-2026-10-1 --reason "a price was wrong"'))
    .action((id: string, { reason }: { reason: string }) =>
      connected((session, output) => runs.discard(session, id, reason, output)),
    );
}

function openOptions(flags: OpenFlags): runs.OpenOptions {
  const { cycle = 0, account = '', group = '', month: of, invoiceDate, seller, usageCutOff, chargeCutOff } = flags;
  const { approval = '', taxes = 'draft' } = flags;
  const { minimum } = flags;
  const terms = { usageCutOff, chargeCutOff, approval, taxes, isRest: flags.rest === true, minimum };
  const isUsual =
    usageCutOff + chargeCutOff + approval === '' &&
    taxes === 'draft' &&
    !terms.isRest &&
    Object.keys(minimum).length === 0;
  const asked = { cycle, account, group, month: of, invoiceDate, seller, beforeEnd: flags.beforeEnd === true };
  return { ...asked, ...(isUsual ? {} : { terms }), wait: flags.wait === true };
}

interface WriteOffFlags {
  readonly amount: string;
  readonly reason: string;
  readonly date: string;
  readonly takeBack?: true;
  readonly wait?: true;
}

interface AmendFlags {
  readonly reason: string;
  readonly invoiceDate: string;
  readonly wait?: true;
}

const amendOptions = ({ reason, invoiceDate, wait }: AmendFlags) => ({ reason, invoiceDate, wait: wait === true });

/** `billing invoice …` */
export function invoiceCommands(program: Command, connected: Connected): void {
  const invoice = program
    .command('invoice')
    .description('posted invoices and credit notes, and how each amount came about');
  invoice
    .command('list')
    .description('posted documents')
    .option('--account <account>', 'of one account', '')
    .option('--month <month>', 'of the runs for a month', month, '')
    .addHelpText('after', example('billing invoice list --account nordwind --month 2026-10'))
    .action((query: { account: string; month: string }) =>
      connected((session, output) => listDocuments(session, query, output)),
    );
  invoice
    .command('show <number>')
    .description('an invoice; with --json the document as it was posted')
    .option('--pdf <file>', 'save the PDF', '')
    .option('--csv <file>', 'save its lines as CSV', '')
    .option('--usage <file>', 'save its itemised usage as CSV', '')
    .addHelpText(
      'after',
      example('billing invoice show FC-2026-00001', 'billing invoice show FC-2026-00001 --pdf invoice.pdf'),
    )
    .action((number: string, save: Renderings) =>
      connected((session, output) => showInvoice(session, number, save, output)),
    );
  invoice
    .command('explain <number>')
    .description('take the amount of a line apart, down to the subscriptions behind it')
    .requiredOption('--line <place>', 'place of the line on the invoice', wholeNumber(1, 1_000_000))
    .option('--all', 'every subscription behind it, not only the first twenty')
    .addHelpText('after', example('billing invoice explain FC-2026-00001 --line 3'))
    .action((number: string, { line, all }: { line: number; all: true | undefined }) =>
      connected((session, output) => explain(session, number, line, all === true, output)),
    );
  issueCommand(invoice, connected);
  amendCommands(invoice, connected);
  writeOffCommand(invoice, connected);
  invoice
    .command('reproduce [numbers...]')
    .description('make posted documents again from their position, cut-offs and release, and compare byte for byte')
    .addHelpText('after', example('billing invoice reproduce FC-2026-00001', 'billing invoice reproduce'))
    .action((numbers: string[]) => connected((session, output) => reproduce(session, numbers, output)));
}

/** What is billed without a cycle. */
function issueCommand(invoice: Command, connected: Connected): void {
  const command = invoice
    .command('issue <account>')
    .description('bill an account what you name, without a cycle: an ad-hoc invoice, or below zero a credit note')
    .option('--line <words>', 'what is billed, as the invoice says it')
    .option('--product <id>', 'a product of the catalogue instead: its name, price and tax category')
    .option('--quantity <number>', 'how many; below zero gives back')
    .option('--price <amount>', "of one, in the account's currency, without tax (default: the product's)")
    .option(
      '--tax-category <category>',
      "what it is to the tax law: telecom, service or goods (default: the product's, else service)",
    )
    .option('--reference <words>', "the customer's order reference")
    .option('--business-unit <unit>', 'for which business unit of the account')
    .option(
      '--file <file>',
      'YAML file of several lines instead: text or product, quantity, price, taxCategory, businessUnit, reference',
    )
    .requiredOption('--reason <text>', 'why; recorded with it')
    .option('--invoice-date <date>', "date of the document (default: today, in the seller's time zone)", date, '')
    .option('--wait', 'wait until it is drafted, and show it')
    .addHelpText(
      'after',
      example(
        'billing invoice issue nordwind --line "Installation on site" --quantity 2 --price 149.00 --reason "visit of 12 November" --wait',
        'billing invoice issue nordwind --product tracker --quantity 25 --reference PO-2026-118 --reason "order of 12 November"',
        'billing invoice issue nordwind --file lines.yaml --reason "visit of 12 November"',
      ),
    )
    .action((account: string, flags: IssueFlags) => {
      const { line, product, quantity, price, taxCategory, businessUnit, reference } = flags;
      const said = [line, product, quantity, price, taxCategory, businessUnit, reference];
      const hasLine = said.some((each) => each !== undefined);
      if (hasLine === (flags.file !== undefined))
        command.error('error: say either --line (or --product), --quantity and --price, or --file', {
          exitCode: 2,
          code: 'billing.lineOrFile',
        });
      return connected((session, output) => issue(session, account, flags, output));
    });
}

/** What takes back or gives back of a posted document. */
function amendCommands(invoice: Command, connected: Connected): void {
  invoice
    .command('cancel <number>')
    .description(
      'take a whole document back by a credit note; the next run bills again what is right then, but no ad-hoc invoice',
    )
    .requiredOption('--reason <text>', 'why')
    .option(
      '--invoice-date <date>',
      "date of the credit note (default: today, in the seller's time zone, or that of the document if it is later)",
      date,
      '',
    )
    .option('--wait', 'wait until it is drafted')
    .addHelpText('after', example('billing invoice cancel FC-2026-00002 --reason "wrong purchase order" --wait'))
    .action((number: string, options: AmendFlags) =>
      connected((session, output) => cancel(session, number, amendOptions(options), output)),
    );
  invoice
    .command('adjust <number>')
    .description('give back a part of a document or of one line out of goodwill, by a credit note')
    .requiredOption('--amount <net>', 'net amount, above zero', decimal)
    .option(
      '--line <place>',
      'place of the line on the document (default: all lines share it)',
      wholeNumber(1, 1_000_000),
    )
    .requiredOption('--reason <text>', 'why: it stands on the credit note')
    .option(
      '--invoice-date <date>',
      "date of the credit note (default: today, in the seller's time zone, or that of the document if it is later)",
      date,
      '',
    )
    .option('--wait', 'wait until it is drafted')
    .addHelpText(
      'after',
      example('billing invoice adjust FC-2026-00002 --line 3 --amount 5.00 --reason "outage on 3 May"'),
    )
    .action((number: string, { amount, line = 0, ...options }: AmendFlags & { amount: string; line?: number }) =>
      connected((session, output) => adjust(session, number, { line, amount }, amendOptions(options), output)),
    );
}

/** What is not expected to be paid any more. */
function writeOffCommand(invoice: Command, connected: Connected): void {
  invoice
    .command('write-off <number>')
    .description('write off what is open of a document: nobody expects it to be paid; no document comes of it')
    .option('--amount <gross>', 'a part of what is open (default: all of it)', decimal, '')
    .requiredOption('--reason <text>', 'why; recorded with it')
    .option('--date <date>', "date it is booked on (default: today, in the seller's time zone)", date, '')
    .option('--take-back', 'expect all of it to be paid again instead')
    .option('--wait', 'wait until it is drafted')
    .addHelpText('after', example('billing invoice write-off FC-2026-00002 --reason "insolvent, quota 0" --wait'))
    .action((number: string, { takeBack, wait, ...options }: WriteOffFlags) =>
      connected((session, output) =>
        writeOff(session, number, { ...options, takeBack: takeBack === true, wait: wait === true }, output),
      ),
    );
}

/** `billing account …` */
export function accountCommands(program: Command, connected: Connected): void {
  const account = program.command('account').description('the running month of an account');
  account
    .command('preview <account>')
    .description('what it would be billed now, by the computation of a bill run')
    .option('--at <time>', 'at this time instead, 2026-10-15T12:00:00+02:00 or 2026-10-15', instant)
    .addHelpText(
      'after',
      example('billing account preview nordwind', 'billing account preview nordwind --at 2026-10-15'),
    )
    .action((id: string, { at }: { at: number | undefined }) =>
      connected((session, output) => previewMonth(session, id, at, output)),
    );
  account
    .command('what-if <account>')
    .description('what a period comes to on other plans or another catalogue, line by line beside what it is')
    .option('--month <month>', 'the month the period begins in, 2026-10 (default: the running one)', month, '')
    .option('--plan <plan...>', 'the plan instead, of all its subscriptions; or OLD=NEW, of those on OLD', [])
    .option('--subscription <id>', 'only this subscription changes its plan', '')
    .option('--catalog <folder>', 'a catalogue instead of the one that counts', '')
    .addHelpText(
      'after',
      example(
        'billing account what-if nordwind --plan fleet-l --month 2026-10',
        'billing account what-if nordwind --plan fleet-s=fleet-l --subscription sim-0001',
        'billing account what-if nordwind --catalog catalog-2027/ --month 2026-10',
      ),
    )
    .action((id: string, options: WhatIfOptions) =>
      connected((session, output) => askWhatIf(session, id, options, output)),
    );
  account
    .command('show <account>')
    .description('net so far by business unit, and its pools, as rating keeps them')
    .addHelpText('after', example('billing account show nordwind'))
    .action((id: string) => connected((session, output) => showAccount(session, id, output)));
  account
    .command('balance <account>')
    .description('what is open of its documents: credited, paid, written off; and what it paid too much')
    .option('--at <date>', 'by what is dated up to a day, inclusive', date, '')
    .option('--seller <seller>', 'with whom (default: whose customer it is)', '')
    .addHelpText('after', example('billing account balance nordwind --at 2026-11-30'))
    .action((id: string, options: { at: string; seller: string }) =>
      connected((session, output) => showBalance(session, { account: id, ...options }, output)),
    );
  account
    .command('verify-vat <account>')
    .description('record what the register (VIES) said of its VAT id: the evidence that reverse charge rests on')
    .option('--answers <file>', 'JSON file of its answers (default: VIES is asked, where the environment says so)', '')
    .addHelpText(
      'after',
      example('billing account verify-vat nordwind', 'billing account verify-vat nordwind --answers vies.json'),
    )
    .action((id: string, { answers }: { answers: string }) =>
      connected((session, output) => verifyVat(session, id, answers, output)),
    );
}
