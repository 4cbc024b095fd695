import type { VatIdAnswer, VatIdRegister } from '#shared/billing/ports.ts';

/** A register of VAT ids that knows some, and the number each question gets; about all others it does not answer. */
export function memoryVatIdRegister(
  name: string,
  known: ReadonlyMap<string, { readonly isValid: boolean; readonly reference: string }>,
): VatIdRegister {
  const ask = async (vatId: string): Promise<VatIdAnswer> => {
    const answer = known.get(vatId);
    if (answer === undefined) return { outcome: 'unavailable', reason: 'it has no answer' };
    return { outcome: 'answered', ...answer, exchange: { request: { vatId }, response: answer } };
  };
  return { name, ask };
}
