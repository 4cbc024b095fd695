import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

const step = z.strictObject({
  at: z.string(),
  does: z.string(),
  catalog: z.string().optional(),
  inventory: z.array(z.string()).optional(),
  usage: z.array(z.string()).optional(),
  run: z.strictObject({ period: z.string(), invoiceDate: z.string(), expected: z.string() }).optional(),
});

/** A step of an example's story: what happens, and what time it is then. */
export type StoryStep = z.infer<typeof step>;

/** Reads what happens in an example, in order. @throws Error when its timeline has another form. */
export async function readStory(folder: string): Promise<StoryStep[]> {
  const text = await readFile(join(folder, 'timeline.yaml'), 'utf8');
  return z.strictObject({ steps: z.array(step) }).parse(parse(text)).steps;
}
