import { type Amendment, type DocumentAmendment, documentAmendment } from '#shared/billing/amendment-request.ts';
import { type RunRequest, termsOf } from '#shared/billing/run.ts';
import type { BilledUpTo } from '#shared/billing/use-cases/runs/close-draft.ts';
import type { ShownRun } from '#shared/billing/use-cases/runs/show-run.ts';
import { grouped, minute, money, price } from '../terminal/figures.ts';

/** What whoever approves a run reads first: what it is for, what it does and why, how it is made. What there is nothing to say of is ''. */
export function runHead({ request, report, position }: ShownRun): readonly (readonly [name: string, value: string])[] {
  const { amendment, seller, month, invoiceDate } = request;
  const currency = report?.drafts[0]?.currency ?? '';
  return [
    ['run', request.run],
    ['for', `${scopeText(request)} of ${seller}, ${month}, invoice date ${invoiceDate}`],
    ['what', amendment === null ? '' : amendmentText(amendment, currency)],
    ['reason', amendment?.reason ?? ''],
    ['asked for', termsText(request)],
    ['cut-offs', cutOffsText(report?.billedUpTo ?? null)],
    ['as known at', position === 0 ? '' : `position ${position}`],
  ];
}

const AMENDMENT_WORDS: Readonly<Record<DocumentAmendment['kind'], string>> = {
  cancellation: 'cancellation',
  adjustment: 'adjustment',
  writeOff: 'write-off',
  'writeOff taken back': 'end of the write-off',
};

/** "cycle 1", "account nordwind", "group resellers", "write-off of FC-2026-00002, account nordwind". */
export function scopeText({ cycle, account, group, amendment }: RunRequest): string {
  const amends = documentAmendment(amendment);
  if (amends !== undefined) return `${AMENDMENT_WORDS[amends.kind]} of ${amends.number}, account ${account}`;
  if (amendment !== null) return `${amendment.kind}, account ${account}`;
  if (group) return `group ${group}`;
  return account === '' ? `cycle ${cycle}` : `account ${account}`;
}

/** Lines of an ad-hoc invoice that are named at most. */
const ITEMS_NAMED = 10;

function amendmentText(amendment: Amendment, currency: string): string {
  const asMoney = (value: string) => (currency === '' ? grouped(value) : money(value, currency));
  switch (amendment.kind) {
    case 'writeOff':
      return `${asMoney(amendment.amount)}, with tax, of ${amendment.number} are not expected to be paid any more`;
    case 'writeOff taken back':
      return `all that was written off of ${amendment.number} is expected to be paid again`;
    case 'cancellation':
      return `all that is left of ${amendment.number} is taken back`;
    case 'adjustment': {
      const of = amendment.line === 0 ? 'all lines' : `line ${amendment.line}`;
      return `${asMoney(amendment.amount)} of ${of} of ${amendment.number} are given back`;
    }
    case 'ad-hoc invoice': {
      const { items } = amendment;
      const named = items.slice(0, ITEMS_NAMED).map((item) => {
        const one = currency === '' ? item.price : price(item.price, currency);
        return `${grouped(item.quantity)} × ${item.text} at ${one}`;
      });
      const more = items.length > ITEMS_NAMED ? ` and ${items.length - ITEMS_NAMED} more` : '';
      return `${named.join('; ')}${more}`;
    }
  }
}

/** What of a run is not as usual, in words; '' = it is. */
function termsText(request: RunRequest): string {
  const { usageCutOff, chargeCutOff, taxes, approval, isRest, minimum } = termsOf(request);
  return [
    usageCutOff === '' ? '' : `usage before ${usageCutOff}`,
    chargeCutOff === '' ? '' : `charges due by ${chargeCutOff}`,
    taxes === 'draft' ? '' : 'taxes when it is posted',
    ...Object.entries(minimum).map(([currency, least]) => `nothing below ${money(least, currency)}`),
    approval === '' ? '' : `approved by a ${approval}`,
    isRest ? 'what the run before left out' : '',
    request.beforeEnd ? 'also a period that has not ended' : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** "usage before 2026-10-31 23:00Z, charges due by 2026-10-31 23:00Z"; of accounts in several time zones, from the first to the last. */
function cutOffsText(upTo: BilledUpTo | null): string {
  if (upTo === null) return '';
  const [usage, charges] = [upTo.usage, upTo.charges].map(([first, last]) =>
    first === last ? minute(first) : `${minute(first)} to ${minute(last)}`,
  );
  return `usage before ${usage}, charges due by ${charges}`;
}

/** How those whom the posting of a run has left are billed after all. */
export function remedyOf({ seller, cycle, account, group, month, amendment }: RunRequest): string {
  switch (amendment?.kind) {
    case undefined:
      if (group) return `billing run open --seller ${seller} --group ${group} --month ${month} --rest --wait`;
      if (account !== '') return `billing run open --seller ${seller} --account ${account} --month ${month} --wait`;
      return `billing run open --seller ${seller} --cycle ${cycle} --month ${month} --rest --wait`;
    case 'cancellation':
      return `billing invoice cancel ${amendment.number} --reason TEXT --wait`;
    case 'adjustment': {
      const line = amendment.line === 0 ? '' : ` --line ${amendment.line}`;
      return `billing invoice adjust ${amendment.number}${line} --amount ${amendment.amount} --reason TEXT --wait`;
    }
    case 'writeOff':
      return `billing invoice write-off ${amendment.number} --amount ${amendment.amount} --reason TEXT --wait`;
    case 'writeOff taken back':
      return `billing invoice write-off ${amendment.number} --take-back --reason TEXT --wait`;
    case 'ad-hoc invoice':
      return `billing invoice issue ${account} --reason TEXT --wait, with the same lines`;
  }
}
