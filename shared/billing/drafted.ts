import type { Draft } from './draft.ts';

/** A draft, or why the payer's data allow none. */
export type Drafted =
  | { readonly draft: Draft; readonly reason: '' }
  | { readonly draft: undefined; readonly reason: string };

/** What a pure step makes. What it throws is a fault of the data it is given; so nothing is read or written in it. */
export function drafted(make: () => Draft): Drafted {
  try {
    return { draft: make(), reason: '' };
  } catch (error) {
    return { draft: undefined, reason: (error as Error).message };
  }
}
