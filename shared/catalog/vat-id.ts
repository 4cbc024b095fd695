import {
  austria,
  belgium,
  bulgaria,
  checkVAT,
  croatia,
  cyprus,
  czechRepublic,
  denmark,
  estonia,
  finland,
  france,
  germany,
  greece,
  hungary,
  ireland,
  italy,
  latvia,
  lithuania,
  luxembourg,
  malta,
  netherlands,
  poland,
  portugal,
  romania,
  slovakiaRepublic,
  slovenia,
  spain,
  sweden,
} from 'jsvat';

type Format = Parameters<typeof checkVAT>[1] extends readonly (infer Country)[] | undefined ? Country : never;

/** Member states of the European Union by ISO country, with the format and check digits of their VAT ids. */
const MEMBER_STATES: ReadonlyMap<string, Format> = new Map([
  ['AT', austria],
  ['BE', belgium],
  ['BG', bulgaria],
  ['HR', croatia],
  ['CY', cyprus],
  ['CZ', czechRepublic],
  ['DK', denmark],
  ['EE', estonia],
  ['FI', finland],
  ['FR', france],
  ['DE', germany],
  ['GR', greece],
  ['HU', hungary],
  ['IE', ireland],
  ['IT', italy],
  ['LV', latvia],
  ['LT', lithuania],
  ['LU', luxembourg],
  ['MT', malta],
  ['NL', netherlands],
  ['PL', poland],
  ['PT', portugal],
  ['RO', romania],
  ['SK', slovakiaRepublic],
  ['SI', slovenia],
  ['ES', spain],
  ['SE', sweden],
]);

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
 * What is wrong with a VAT id, '' = nothing: of a member state its format and check digits must be right. Ids of other countries are taken as they
 * are. That a right id was also given to somebody only the register of its state can say.
 */
export function vatIdProblem(vatId: string): string {
  if (vatId.startsWith('GR')) return 'the VAT ids of Greece begin with EL';
  const state = memberStateOf(vatId);
  const format = MEMBER_STATES.get(state);
  if (format === undefined) return '';
  const { isValid, isValidFormat } = checkVAT(vatId, [format]);
  if (isValid) return '';
  return isValidFormat ? `its check digits are wrong for ${state}` : `it has not the form of a VAT id of ${state}`;
}
