import { nearestName } from '../catalog-problem.ts';
import { isPreset, PRESETS } from '../presets/presets.ts';
import type { SourceDefinition } from '../source.ts';
import { type Place, type Report, readValue, refuse, shown, within } from './report.ts';
import { isMapping } from './schema-place.ts';
import { sourceDefinition } from './source-schema.ts';

/** Fields of a definition of which a preset's are kept as far as the definition does not name them itself. */
const MERGED: readonly string[] = ['start', 'end', 'service', 'direction', 'outcome', 'network', 'slice', 'cycle'];

/**
 * Reads a source definition. One that names a preset says only what differs from it: a field it has takes the place of the preset's, and of
 * fields that are mappings themselves (start, service …) each field inside. Nothing when it has problems, which are reported.
 */
export function readSource(report: Report, place: Place): SourceDefinition | undefined {
  if (!isMapping(place.content) || place.content.preset === undefined)
    return readValue(report, sourceDefinition, place);
  const { preset, ...own } = place.content;
  if (typeof preset !== 'string' || !isPreset(preset)) {
    const names = Object.keys(PRESETS);
    const near = typeof preset === 'string' ? nearestName(preset, names) : '';
    const remedy = near === '' ? 'List them with `billing source list`.' : `Did you mean ${near}?`;
    refuse(report, within(place, 'preset'), shown(preset), `one of ${names.join(', ')}`, remedy);
    return undefined;
  }
  const content: Record<string, unknown> = { ...PRESETS[preset].definition };
  for (const [field, value] of Object.entries(own)) {
    const known = content[field];
    content[field] = MERGED.includes(field) && isMapping(known) && isMapping(value) ? { ...known, ...value } : value;
  }
  return readValue(report, sourceDefinition, { ...place, content });
}
