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
