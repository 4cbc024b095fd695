import type { SourceDefinition } from '#shared/catalog/source.ts';
import { ChunkBuilder } from './chunk-builder.ts';
import { type ArrivedFile, type DecodedChunk, type DecodedFile, type DecoderSettings, openDecoder } from './decoder.ts';
import { outcomeOf } from './outcome.ts';

/**
 * Decodes a usage file into chunks, as mediation does. Chunks come out before the end is seen: if the outcome is not `accepted`, they are
 * void and nothing of them may be loaded.
 */
export interface ChunkedDecoder {
  push(block: Uint8Array): DecodedChunk[];
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
  const decoder = openDecoder(source, file, settings, builder);
  return {
    push(block) {
      decoder.push(block);
      return builder.take();
    },
    end() {
      const reading = decoder.end();
      builder.end();
      return { chunks: builder.take(), outcome: outcomeOf(reading, builder) };
    },
  };
}
