import type { VatIdRegister } from '#shared/billing/ports.ts';

/** A register of VAT ids that knows some, and the number each question gets; about all others it does not answer. */
export function memoryVatIdRegister(
  name: string,
  known: ReadonlyMap<string, { readonly isValid: boolean; readonly reference: string }>,
): VatIdRegister {
  return { name, ask: async (vatId) => known.get(vatId) };
}
