import { expect, test } from 'vitest';
import { failureReason } from '#shared/billing/failure-reason.ts';

test.each<[string, Parameters<typeof failureReason>, string]>([
  ['as it was caught', [{ Error: 'TypeError', Cause: 'no' }, 'measuring'], 'TypeError: no'],
  ['without a cause', [{ Error: 'TypeError' }, 'invoicing'], 'TypeError: '],
  ['cut, where it is long', [{ Error: 'E', Cause: 'x'.repeat(1001) }, 'invoicing'], `E: ${'x'.repeat(1000)}`],
  [
    'a slice that took too long',
    [{ Error: 'Sandbox.Timedout', Cause: 'Task timed out after 60.00 seconds' }, 'measuring'],
    'measuring took longer than the minute a part of a run has; deploy with a smaller `sliceSubscriptions`',
  ],
  [
    'an account that took too long',
    [{ Error: 'States.Timeout', Cause: '' }, 'invoicing'],
    'invoicing took longer than the minute a part of a run has; open a run of the account alone, which has a quarter of an hour for it',
  ],
])('why an account is in error: %s', (_, [error, step], reason) => {
  expect(failureReason(error, step)).toBe(reason);
});
