import { MEMBER_STATES, NORTHERN_IRELAND } from './vat-ids/vat-id-rules.ts';

/** Whether a country (ISO 3166-1 alpha-2) is a member state of the European Union. */
export function isMemberState(country: string): boolean {
  return MEMBER_STATES.has(country);
}

/**
 * The member state a VAT id begins with, as ISO country; '' when it begins with none. Greece is EL in VAT ids (Directive 2006/112/EC, Article 215).
 */
export function memberStateOf(vatId: string): string {
  const prefix = vatId.slice(0, 2);
  if (prefix === 'EL') return 'GR';
  return prefix !== 'GR' && MEMBER_STATES.has(prefix) ? prefix : '';
}

/**
 * What is wrong with a VAT id, '' = nothing: of a member state and of Northern Ireland (XI) its form and check digits must be right. Ids of other countries
 * are taken as they are. That a right id was also given to somebody only the register of its state can say.
 */
export function vatIdProblem(vatId: string): string {
  if (vatId.startsWith('GR')) return 'the VAT ids of Greece begin with EL';
  const prefix = vatId.slice(0, 2);
  const state = memberStateOf(vatId) || prefix;
  const rules = prefix === 'XI' ? NORTHERN_IRELAND : MEMBER_STATES.get(state);
  if (rules === undefined) return '';
  const text = vatId.slice(2);
  if (!rules.form.test(text)) return `it has not the form of a VAT id of ${state}: ${prefix} and ${rules.written}`;
  return rules.isRight(text) ? '' : `its check digits are wrong for ${state}`;
}
