import type { LineTax } from '#shared/billing/draft.ts';
import { grouped } from '../terminal/figures.ts';

/** How a line is taxed: "taxed at 19 % (S, DE), on the sum of the document's lines of this rate, rounded once". */
export function taxText({ category, place, reason, basis, parts }: LineTax): string {
  const where = [category, place].filter((part) => part !== '').join(', ');
  const rates = parts.map(({ taxes, days, taxPoint }) => {
    const percent = taxes
      .map(({ name, percent: of }) => `${grouped(of)} %${name === '' ? '' : ` ${name}`}`)
      .join(' + ');
    const part = parts.length === 1 ? '' : ` for ${days} days until ${taxPoint}`;
    return `${percent || '0 %'}${part}`;
  });
  if (category !== 'S') {
    const why = [reason, basis].filter((part) => part !== '').join(', ');
    return `No tax (${where})${why === '' ? '' : `: ${why}`}`;
  }
  return `Taxed at ${rates.join(', ')} (${where}), on the sum of the document's lines of this rate, rounded once`;
}
