import { expect, test } from 'vitest';
import { canonicalJson } from '#shared/invoicing/canonical-json.ts';
import { storedInvoice } from '#shared/invoicing/stored-invoice.ts';
import { CREDIT_NOTE } from './fixtures.ts';

test.each<[string, object[] | string[], object[]]>([
  ['as it is written', [...CREDIT_NOTE.amends], [...CREDIT_NOTE.amends]],
  [
    'from before dates were named',
    ['INV-1', 'INV-2'],
    [
      { number: 'INV-1', issueDate: '' },
      { number: 'INV-2', issueDate: '' },
    ],
  ],
])('a stored document is read: %s', (_, amends, expected) => {
  expect(storedInvoice(canonicalJson({ ...CREDIT_NOTE, amends }))).toEqual({ ...CREDIT_NOTE, amends: expected });
});
