import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { VatIdAnswer, VatIdRegister } from '#shared/billing/ports.ts';
import { verifyVatId } from '#shared/billing/use-cases/runs/verify-vat-id.ts';
import { VIES_PATIENCE, viesRegister } from '#shared/http/vies-register.ts';
import type { Session } from '../session.ts';
import { failure } from '../terminal/failure.ts';
import type { Output } from '../terminal/output.ts';

const MOST_CHARACTERS = 5_000_000;
const answers = z.strictObject({
  register: z.string().min(1).max(60),
  answers: z
    .array(
      z.strictObject({
        vatId: z.string().max(20),
        isValid: z.boolean(),
        reference: z.string().max(100).default(''),
      }),
    )
    .max(50_000),
});

/** `account verify-vat ACCOUNT`: asks VIES, or ('' = not) a file of answers, about the account's VAT id, and records what it says. */
export async function verifyVat(session: Session, account: string, file: string, output: Output): Promise<void> {
  const register = file === '' ? viesOf(session) : await fileRegister(file);
  const result = await verifyVatId(session.world, register, account, session.by);
  if (result.outcome === 'refused') throw failure(result.reason, 'nothing was recorded');
  const { check, position } = result;
  const says = check.isValid ? 'valid' : 'not valid: it counts for nothing from now on';
  output.result(result, `Recorded at position ${position}: ${check.vatId} of ${account} is ${says} (${check.source}).`);
}

/** VIES, where the environment says it may be asked. */
function viesOf({ world }: Session): VatIdRegister {
  const { viesUrl } = world.settings;
  if (viesUrl) return viesRegister({ url: viesUrl, ...VIES_PATIENCE });
  throw failure(
    'this environment does not ask VIES',
    'set `viesUrl` in its settings, or say --answers FILE with what the register answered elsewhere',
  );
}

/** A register behind a file of its answers: {register: VIES, answers: [{vatId, isValid, reference}]}. */
async function fileRegister(file: string): Promise<VatIdRegister> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw failure(`the file ${file} is not there`, 'name the file that holds the answers of the register');
  });
  const reading = answers.safeParse(text.length > MOST_CHARACTERS ? undefined : jsonOf(text));
  if (!reading.success) {
    const issue = reading.error.issues[0];
    const remedy =
      'write {"register": "VIES", "answers": [{"vatId": "EE100931558", "isValid": true, "reference": "…"}]}';
    throw failure(`${file} holds no answers of a register: ${issue?.path.join('.')} ${issue?.message}`, remedy);
  }
  const known = new Map(reading.data.answers.map((answer) => [answer.vatId, answer]));
  const ask = async (vatId: string): Promise<VatIdAnswer> => {
    const answer = known.get(vatId);
    if (answer === undefined) return { outcome: 'unavailable', reason: `${file} has no answer about it` };
    return { outcome: 'answered', ...answer, exchange: null };
  };
  return { name: reading.data.register, ask };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
