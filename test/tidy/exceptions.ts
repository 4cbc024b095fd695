/** A file or function that breaks a rule on purpose, and why that is better than keeping it. */
export interface Exception {
  readonly path: string;
  /** The function it is about, '' = the file. */
  readonly name: string;
  readonly reason: string;
}

/** Files longer than a file should be. */
export const LONG_FILES: readonly Exception[] = [
  { path: 'test/local/asl.test.ts', name: '', reason: 'one table a state of the language, read side by side' },
  { path: 'test/local/cloud.test.ts', name: '', reason: 'one cloud is started for all its tests' },
  { path: 'test/local/s3.test.ts', name: '', reason: 'one server is held against the whole protocol' },
];

/** Functions longer than a function should be. */
export const LONG_FUNCTIONS: readonly Exception[] = [
  { path: 'cli/billing-commands.ts', name: 'runCommands', reason: 'a declaration: one command after the other' },
  { path: 'infra/billing.ts', name: '#postRun', reason: 'a declaration: the steps of posting, in their order' },
  {
    path: 'shared/mediation/json/json-row.ts',
    name: 'read',
    reason: 'one loop over every byte of a file: calls would cost',
  },
  { path: 'shared/usage/fold.ts', name: 'unite', reason: 'one loop over every record of a payer: calls would cost' },
  { path: 'local/cloud.ts', name: 'build', reason: 'a declaration: the parts of the cloud, wired once' },
];

/** Files of money's capabilities that turn something into a floating-point number, which is no money. */
export const FLOATING_POINT: readonly Exception[] = [
  { path: 'shared/money/allocate.ts', name: '', reason: 'how many remainders are left: fewer than there are shares' },
  { path: 'shared/rating/allowance.ts', name: '', reason: 'the sign of a difference of quantities, to sort by' },
  { path: 'shared/rating/increment.ts', name: '', reason: 'a quantity of one record, in whole base units' },
  { path: 'shared/rating/rounding-scope.ts', name: '', reason: 'quantities of one day, in whole base units' },
  { path: 'shared/rating/calendar.ts', name: '', reason: 'hours and minutes of the clock' },
  { path: 'shared/rating/match-charge.ts', name: '', reason: 'how many pieces a property says' },
  { path: 'shared/rating/tier-parts.ts', name: '', reason: 'how many packages are begun' },
  { path: 'shared/rating/usage-tally.ts', name: '', reason: 'increments, in whole base units' },
  { path: 'shared/rating/holdings/bought.ts', name: '', reason: 'how many periods a top-up lasts' },
  {
    path: 'shared/rating/recurring/recurring-days.ts',
    name: '',
    reason: 'how many a property of a subscription says there are',
  },
  { path: 'shared/billing/lines/owed-lines.ts', name: '', reason: 'the place of a tier' },
  { path: 'shared/billing/lines/settle-pools.ts', name: '', reason: 'the place of an allowance in its stack' },
  { path: 'shared/billing/lines/recurring-lines.ts', name: '', reason: 'days, each as often as it counts' },
  { path: 'shared/billing/lines/one-time-lines.ts', name: '', reason: 'the place of a tier' },
  { path: 'shared/billing/simulate-month.ts', name: '', reason: 'quantities of usage records, as the fold has them' },
  { path: 'shared/invoicing/pdf/day-chart.ts', name: '', reason: 'lengths of bars on paper' },
  { path: 'shared/invoicing/pdf/pool-bars.ts', name: '', reason: 'lengths of bars on paper' },
  { path: 'shared/invoicing/pdf/usage-overview.ts', name: '', reason: 'lengths of bars on paper' },
];

/** Whether a file or function is among those that may. */
export function isExcepted(exceptions: readonly Exception[], path: string, name: string): boolean {
  return exceptions.some((each) => each.path === path && each.name === name);
}
