import type { TaxRequest } from './taxes/tax-request.ts';

/** The workflows of bill runs. */
export interface Workflows {
  /** Starts one, once a name: false when the name was used before and has ended; asking again while it is under way may answer true. */
  start(workflow: 'draft-run' | 'post-run', name: string, input: { readonly runId: string }): Promise<boolean>;
}

/** What others are told, at least once each; `id` is what they de-duplicate by. */
export interface BusinessEvent {
  readonly id: string;
  /** Past tense: "InvoicePosted", "BillRunDrafted". */
  readonly type: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The way to other systems. */
export interface Events {
  publish(events: readonly BusinessEvent[]): Promise<void>;
}

/** An outside tax engine. */
export interface TaxEngine {
  /** Its answer to a question, as it came, and where; nothing while there is none. The same question has the same answer, and may be asked again. */
  decide(request: TaxRequest): Promise<{ readonly response: unknown } | undefined>;
  /** Where the answer to a question is waited for, in words. */
  placeOf(request: TaxRequest): string;
}

/** The register of VAT ids: VIES for those of the European Union. */
export interface VatIdRegister {
  readonly name: string;
  /** Asks whether an id is valid now; `requester`: the VAT id of who asks, '' = none. */
  ask(vatId: string, requester: string): Promise<VatIdAnswer>;
}

/** What a register says of a VAT id, with the number it gave the question ('' = none) and, where there was one, the exchange; or why it says nothing. */
export type VatIdAnswer =
  | {
      readonly outcome: 'answered';
      readonly isValid: boolean;
      readonly reference: string;
      readonly exchange: { readonly request: unknown; readonly response: unknown } | null;
    }
  | { readonly outcome: 'unavailable'; readonly reason: string };
