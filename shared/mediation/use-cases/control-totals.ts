import type { LoadedFile } from '#shared/commit-log/entry.ts';
import type { Decisions } from '#shared/commit-log/ports.ts';
import { addTotals } from '../add-totals.ts';
import { type Manifest, monthsOf } from '../usage-file.ts';
import { chunkCommits } from './load-usage-chunk.ts';

/**
 * Checks a file's control totals, step against step (mediation rule 30), and says what its entry makes visible, and what (null = nothing) it
 * replaces. @throws Error when they differ.
 */
export async function checkedFile(
  decisions: Decisions,
  manifest: Manifest,
  replaced: Manifest | null,
): Promise<LoadedFile> {
  const { file, generation, chunks, outcome } = manifest;
  const commits = await chunkCommits(decisions, file, generation);
  if (commits.length !== chunks.length) {
    throw new Error(`usage file ${file} is not complete: ${commits.length} of ${chunks.length} chunks are committed`);
  }
  const committed = addTotals(
    commits.flatMap(({ totals, refused }) => (refused ? [totals, refused.totals] : [totals])),
  );
  const differs = (['records', 'bytes', 'seconds', 'count'] as const).filter(
    (unit) => committed[unit] !== outcome.accepted[unit],
  );
  if (differs.length > 0) {
    const found = differs.map((unit) => `${unit} ${committed[unit]} instead of ${outcome.accepted[unit]}`).join(', ');
    throw new Error(`usage file ${file} was loaded with other totals than it was read with: ${found}`);
  }
  if (outcome.read !== outcome.accepted.records + outcome.duplicate.records + outcome.rejected) {
    throw new Error(`usage file ${file} does not account for every record: read ${outcome.read}`);
  }
  const months = [...new Set([...monthsOf(manifest), ...(replaced === null ? [] : monthsOf(replaced))])].sort();
  const attempts = commits.map((commit) => commit.attempt);
  return { file, generation, replaces: replaced?.generation ?? 0, months, attempts };
}
