import { type CatalogProblem, pathText } from '../catalog-problem.ts';
import { type CatalogFile, parseCatalogFile } from './catalog-file.ts';
import { isMapping } from './schema-place.ts';

/** Where a field of a seller is written among the files of a catalogue, or the nearest place around it; the catalogue as a whole when no file has the seller. */
export function placeOfSeller(
  files: readonly CatalogFile[],
  seller: string,
  field: readonly string[],
): Pick<CatalogProblem, 'file' | 'line' | 'path'> {
  for (const file of files.filter(({ path }) => !path.endsWith('.csv'))) {
    const result = parseCatalogFile(file);
    if (!('parsed' in result)) continue;
    const { content, lineOf } = result.parsed;
    const sellers = isMapping(content) && Array.isArray(content.sellers) ? content.sellers : [];
    const place = sellers.findIndex((each) => isMapping(each) && each.id === seller);
    const path = ['sellers', place, ...field];
    if (place >= 0) return { file: file.path, line: lineOf(path), path: pathText(path) };
  }
  return { file: 'catalogue', line: 0, path: '' };
}
