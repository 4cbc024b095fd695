import * as z from 'zod';
import type { VatIdAnswer, VatIdRegister } from '#shared/billing/ports.ts';

/** How VIES is asked. */
export interface ViesOptions {
  /** Its REST service, "https://ec.europa.eu/taxation_customs/vies/rest-api". */
  readonly url: string;
  /** Milliseconds after which a question counts as unanswered. */
  readonly timeoutMilliseconds: number;
  /** Milliseconds before each further try, so many tries in all and one more; each is for what may pass by itself. */
  readonly pauses: readonly number[];
}

/** Half a minute in all, for somebody who waits at a command. */
export const VIES_PATIENCE: Omit<ViesOptions, 'url'> = { timeoutMilliseconds: 8_000, pauses: [1_000, 3_000] };

/** An answer is a few hundred characters. */
const MOST_CHARACTERS = 20_000;

const checked = z.object({
  countryCode: z.string().max(2),
  vatNumber: z.string().max(20),
  valid: z.boolean(),
  requestIdentifier: z.string().max(100).nullish(),
});
const failed = z.object({
  errorWrappers: z
    .array(z.object({ error: z.string().max(100) }))
    .min(1)
    .max(20),
});

/** What VIES says when the question itself is wrong: asking again does not help. */
const WRONG_QUESTION = /^(INVALID_INPUT|INVALID_REQUESTER_INFO|VAT_BLOCKED|IP_BLOCKED)$/;

/**
 * The register of the European Commission (VIES), by its REST service. That it, or a member state behind it, cannot be reached says nothing about an id: it
 * is `unavailable`, with the reason, after as many tries as it may take; only its own word makes an id valid or not.
 */
export function viesRegister({ url, timeoutMilliseconds, pauses }: ViesOptions): VatIdRegister {
  const name = 'VIES';
  const ask = async (vatId: string, requester: string): Promise<VatIdAnswer> => {
    const request = {
      countryCode: vatId.slice(0, 2),
      vatNumber: vatId.slice(2),
      ...(requester !== '' && { requesterMemberStateCode: requester.slice(0, 2), requesterNumber: requester.slice(2) }),
    };
    let reason = '';
    for (const pause of [0, ...pauses]) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      const tried = await askOnce(`${url.replace(/\/$/, '')}/check-vat-number`, request, timeoutMilliseconds);
      if (tried.outcome === 'answered') return tried;
      reason = tried.reason;
      if (tried.isFinal) break;
    }
    return { outcome: 'unavailable', reason };
  };
  return { name, ask };
}

type Tried =
  | Extract<VatIdAnswer, { outcome: 'answered' }>
  | { outcome: 'unavailable'; reason: string; isFinal: boolean };

async function askOnce(url: string, request: Readonly<Record<string, string>>, milliseconds: number): Promise<Tried> {
  const unavailable = (reason: string, isFinal = false): Tried => ({ outcome: 'unavailable', reason, isFinal });
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(request),
      redirect: 'error',
      signal: AbortSignal.timeout(milliseconds),
    });
    const text = await bodyOf(response);
    if (text === undefined) return unavailable(`its answer is longer than ${MOST_CHARACTERS} characters`);
    const said = jsonOf(text);
    const errors = failed.safeParse(said);
    if (errors.success) {
      const codes = errors.data.errorWrappers.map(({ error }) => error);
      return unavailable(
        codes.join(', '),
        codes.some((code) => WRONG_QUESTION.test(code)),
      );
    }
    if (!response.ok) return unavailable(`HTTP ${response.status}`);
    const answer = checked.safeParse(said);
    if (!answer.success) return unavailable('its answer has not the form that is agreed');
    const { countryCode, vatNumber, valid, requestIdentifier } = answer.data;
    if (countryCode !== request.countryCode || vatNumber !== request.vatNumber)
      return unavailable(`its answer is about ${countryCode}${vatNumber}`);
    return {
      outcome: 'answered',
      isValid: valid,
      reference: requestIdentifier ?? '',
      exchange: { request, response: said },
    };
  } catch (error) {
    const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
    return unavailable(
      name === 'TimeoutError'
        ? `no answer within ${milliseconds / 1000} s`
        : (cause?.code ?? cause?.message ?? message),
    );
  }
}

/** The text of an answer; nothing when it is longer than any answer is. */
async function bodyOf(response: Response): Promise<string | undefined> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const part of response.body ?? []) {
    text += decoder.decode(part, { stream: true });
    if (text.length > MOST_CHARACTERS) return undefined;
  }
  return text;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
