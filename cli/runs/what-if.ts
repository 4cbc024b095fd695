import { type ComparedLine, type WhatIfResult, whatIf } from '#shared/billing/use-cases/runs/what-if.ts';
import { addDays } from '#shared/time/local-date.ts';
import { catalogIn, todayBy } from '../catalog/catalog.ts';
import type { Session } from '../session.ts';
import { failure } from '../terminal/failure.ts';
import { exactText, money } from '../terminal/figures.ts';
import type { Output } from '../terminal/output.ts';
import { figures, table, words } from '../terminal/table.ts';

/** What `account what-if` is asked for; '' = not said. A plan is "NEW" or "OLD=NEW". */
export interface WhatIfOptions {
  readonly month: string;
  readonly plan: readonly string[];
  readonly subscription: string;
  readonly catalog: string;
}

/** `account what-if ACCOUNT`: a period on other plans or another catalogue, beside what it is. */
export async function askWhatIf(
  session: Session,
  account: string,
  { month, plan, subscription, catalog: folder }: WhatIfOptions,
  output: Output,
): Promise<void> {
  if (plan.length === 0 && folder === '')
    throw failure('nothing would be otherwise', 'say --plan NEW, --plan OLD=NEW or --catalog FOLDER');
  const plans = new Map(plan.map((each) => (each.includes('=') ? split(each) : ['', each])));
  const catalog = folder === '' ? null : await catalogIn(folder, todayBy(session.world.clock.now()));
  const { backBillingMonths } = session.world.settings;
  const ports = { ...session.world, backBillingMonths };
  const answer = await whatIf(ports, { account, month, plans, subscription, catalog });
  if (answer.outcome === 'refused') throw failure(answer.reason, 'nothing was computed');
  output.result(answer, whatIfText(answer));
}

function split(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}

function whatIfText({ account, period, currency, lines, is, wouldBe, difference }: WhatIfResult): string {
  const head = `${account}, ${period.from} to ${addDays(period.until, -1)}: ${money(is, currency)} would be ${money(wouldBe, currency)}, ${signed(difference)}`;
  if (lines.length === 0) return `${head}\n\nThere is nothing in this period.`;
  const total: ComparedLine = {
    businessUnit: '',
    charge: 'together',
    zone: '',
    tier: 0,
    unit: '',
    is: { plan: '', quantity: '', amount: is },
    wouldBe: { plan: '', quantity: '', amount: wouldBe },
    difference,
  };
  return `${head}\n\n${table(
    [...lines, total],
    [
      words('business unit', (each) => each.businessUnit),
      words('charge', (each) => (each.tier === 0 ? each.charge : `${each.charge}, tier ${each.tier}`)),
      words('zone', (each) => each.zone),
      words('plan', (each) => each.is.plan),
      figures('quantity', (each) => quantity(each.is.quantity)),
      figures(`is, ${currency}`, (each) => each.is.amount),
      words('plan instead', (each) => each.wouldBe.plan),
      figures('quantity', (each) => quantity(each.wouldBe.quantity)),
      figures('would be', (each) => each.wouldBe.amount),
      figures('difference', (each) => signed(each.difference)),
    ],
  )}`;
}

function quantity(value: string): string {
  return value === '' ? '' : exactText(value);
}

function signed(value: string): string {
  return value.startsWith('-') ? value : `+${value}`;
}
