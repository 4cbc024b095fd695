import { type RunRequest, type RunTerms, termsOf } from './run.ts';

/** Who approves in an environment: a person or a rule in its place, and whether by four eyes, so that nobody approves what they opened. */
export interface ApprovalSettings {
  readonly fourEyes: boolean;
  readonly approval: 'person' | 'rule';
}

/**
 * Who approves a run: as it asks for, else as the environment has it; a rule never by a run's word alone where the environment asks for four eyes and a
 * person, since whoever opens it would approve it (decision 38). What amends a document or bills what it is told is a person's to decide.
 */
export function approverOf(
  request: Pick<RunRequest, 'terms' | 'amendment'>,
  settings: ApprovalSettings,
): 'person' | 'rule' {
  if (request.amendment !== null || ruleRefused(request, settings) !== '') return 'person';
  return termsOf(request).approval || settings.approval;
}

/** Why a run cannot ask for a rule to approve it; '' = it can, or does not. */
export function ruleRefused(
  { terms }: { readonly terms?: Partial<RunTerms> },
  { fourEyes, approval }: ApprovalSettings,
): string {
  if (terms?.approval !== 'rule' || !fourEyes || approval === 'rule') return '';
  return 'a rule cannot approve here (approval: rule): this environment asks for four eyes and for a person; leave it out, or set `approval: rule` in the settings of the environment';
}

/** Whether two names are of one person, for four eyes: however they are spaced, in capitals or not, in whichever form of Unicode. */
export function isSamePerson(one: string, other: string): boolean {
  return personOf(one) === personOf(other);
}

function personOf(name: string): string {
  return name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase().toUpperCase();
}
