import type { SourceDefinition } from '#shared/catalog/source.ts';
import { ChunkBuilder } from './chunk-builder.ts';
import type { ArrivedFile, DecodedChunk, DecodedFile, DecoderSettings } from './decoder.ts';
import { EntryDecoder } from './entry-decoder.ts';
import { outcomeOf } from './outcome.ts';

/**
 * Decodes a usage file into chunks, as mediation does. Chunks come out before the end is seen: if the outcome is not `accepted`, they are
 * void and nothing of them may be loaded.
 */
export interface ChunkedDecoder {
  /** Takes a block of a file in an archive, or (entry '') of a file that is none. */
  push(entry: string, block: Uint8Array): DecodedChunk[];
  /** Says that no block follows. The decoder is spent afterwards. */
  end(): { chunks: DecodedChunk[]; outcome: DecodedFile };
}

/** Opens a decoder that makes chunks of a file of a source. */
export function openChunkedDecoder(
  source: SourceDefinition,
  file: ArrivedFile,
  settings: DecoderSettings,
): ChunkedDecoder {
  const builder = new ChunkBuilder(source, file, settings);
  const decoder = new EntryDecoder(source, file, settings, builder, (entry) => {
    builder.entry = entry;
  });
  return {
    push(entry, block) {
      decoder.push(entry, block);
      return builder.take();
    },
    end() {
      const reading = decoder.end();
      builder.end();
      return { chunks: builder.take(), outcome: outcomeOf(reading, builder) };
    },
  };
}
