import type { FileComplete } from '#shared/mediation/ports.ts';
import { commitFiles } from '#shared/mediation/use-cases/commit-files.ts';
import { world } from '../environment.ts';
import { togetherHandler } from '../queue-handler.ts';

/** Files are complete: one entry for all of them. */
export const handler = togetherHandler<FileComplete>((files) => commitFiles(world, files));
