import { hash } from 'node:crypto';
import type { Objects } from '#shared/commit-log/ports.ts';
import type { TaxEngine } from '../../ports.ts';
import type { TaxRequest } from '../../taxes/tax-request.ts';

/**
 * A tax engine behind files: a question is laid down as `request.json`, in a folder named by its content, and the answer is waited for beside it as
 * `response.json`. Whoever answers needs nothing but these two files. The same question has one folder, whichever run asks it.
 */
export function fileTaxEngine(objects: Objects): TaxEngine {
  return {
    placeOf: (request) => `${folderOf(request)}/response.json`,
    async decide(request) {
      const folder = folderOf(request);
      const text = JSON.stringify(request, undefined, 2);
      await objects.putIfAbsent('work', `${folder}/request.json`, text, 'application/json');
      const body = await objects.get('work', `${folder}/response.json`);
      return body && { response: parsed(new TextDecoder().decode(body)) };
    },
  };
}

/** What the text says; the text itself, which is no answer, where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function folderOf(request: TaxRequest): string {
  return `runs/tax/${hash('sha256', JSON.stringify(request)).slice(0, 32)}`;
}
