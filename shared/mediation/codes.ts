import type { ProblemCode, RejectionCode } from './problem.ts';
import { RULES, type RuleCode } from './rules.ts';

/** Codes of files that should be there and are not. */
type MissingCode = 'FILE_MISSING' | 'FILE_OVERDUE';
type CodesOf<Rule> = Rule extends { readonly codes: infer Codes } ? keyof Codes : never;
/** Codes the rules have. */
type KnownCode = CodesOf<(typeof RULES)[number]>;

/** What a code says, and the number of the rule it belongs to. */
export interface CodeMeaning extends RuleCode {
  readonly rule: number;
}

/** Every code mediation gives, with its meaning. A code that no rule has does not compile. */
export const CODES: Readonly<Record<RejectionCode | ProblemCode | MissingCode, CodeMeaning>> = Object.fromEntries(
  RULES.flatMap(({ number, codes }) =>
    Object.entries<RuleCode>(codes).map(([code, said]) => [code, { rule: number, ...said }]),
  ),
) as Record<KnownCode, CodeMeaning>;
