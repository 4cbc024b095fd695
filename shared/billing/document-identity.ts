/** Which of a payer's documents in a run one is. */
export interface DocumentIdentity {
  /** '' = the account itself. */
  readonly businessUnit: string;
  /** Why it stands beside the unit's main document; absent = it is the main one. */
  readonly apart?: 'outside scope';
  /** The run whose document it amends, of a credit or debit note that does nothing else; absent on any other. */
  readonly corrects?: string;
}

/** Whether two are the same document of a payer and run. */
export function isSameDocument(a: DocumentIdentity, b: DocumentIdentity): boolean {
  return a.businessUnit === b.businessUnit && a.apart === b.apart && a.corrects === b.corrects;
}

/** The identity alone, as it is stored. */
export function identityOf({ businessUnit, apart, corrects }: DocumentIdentity): DocumentIdentity {
  return { businessUnit, ...(apart && { apart }), ...(corrects && { corrects }) };
}
