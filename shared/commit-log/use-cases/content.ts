import { hash } from 'node:crypto';
import type { ContentReference } from '../entry.ts';
import type { Objects } from '../ports.ts';

/** Writes JSON under the hash of its bytes, once, and answers what names it. The same value always gets the same name. */
export async function writeContent(objects: Objects, folder: string, value: unknown): Promise<ContentReference> {
  const body = JSON.stringify(value);
  const sha256 = hash('sha256', body);
  const key = `${folder}/${sha256}.json`;
  await objects.putIfAbsent('work', key, body, 'application/json');
  return { key, sha256 };
}

/** Reads what a reference names and checks that it still is what was written. @throws Error when it is missing or differs. */
export async function readContent(objects: Objects, reference: ContentReference): Promise<unknown> {
  const body = await objects.get('work', reference.key);
  if (body === undefined) throw new Error(`${reference.key} is missing from the work store`);
  const text = new TextDecoder().decode(body);
  if (hash('sha256', text) !== reference.sha256)
    throw new Error(`${reference.key} is not what was written: its hash differs`);
  return JSON.parse(text);
}
