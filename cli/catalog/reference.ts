import { catalogReference, catalogSchema } from '#shared/catalog/reference/catalog-schema.ts';
import { inventoryReference, inventorySchemaOf } from '#shared/inventory/inventory-schema.ts';
import type { Output } from '../terminal/output.ts';
import { saveFile } from '../terminal/save-file.ts';

/** What there are schemas and references of. */
export type Written = 'catalog' | 'inventory';

const SCHEMAS = { catalog: catalogSchema, inventory: inventorySchemaOf };
const REFERENCES = { catalog: catalogReference, inventory: inventoryReference };

/** `catalog schema`, `inventory schema`: what editors complete and check files by. */
export async function writeSchema(of: Written, file: string, output: Output): Promise<void> {
  const schema = SCHEMAS[of]();
  await write(schema, `${JSON.stringify(schema, undefined, 2)}\n`, file, output);
  if (file !== '') output.next(`put at the top of each file: # yaml-language-server: $schema=${file}`);
}

/** `catalog reference`, `inventory reference`: every field with its type, default, meaning and an example. */
export async function writeReference(of: Written, file: string, output: Output): Promise<void> {
  const markdown = REFERENCES[of]();
  await write({ markdown }, markdown, file, output);
}

async function write(data: unknown, text: string, file: string, output: Output): Promise<void> {
  if (file === '') return output.result(data, text);
  await saveFile(file, text);
  output.result({ file }, `Written to ${file}.`);
}
