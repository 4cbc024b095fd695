import type { SourceDefinition } from '#shared/catalog/source.ts';
import type { ArrivedFile, DecodedChunk, DecodedFile, DecoderSettings } from '../decoder.ts';
import { EntryDecoder, type EntryPoint } from '../entry-decoder.ts';
import { outcomeOf } from '../outcome.ts';
import { type BuilderPoint, ChunkBuilder } from './chunk-builder.ts';

/** Where the decoding of a file stopped, and what it had made: plain JSON, from which another goes on. */
export interface FilePoint extends EntryPoint {
  readonly made: BuilderPoint;
}

/**
 * Decodes a usage file into chunks, as mediation does. Chunks come out before the end is seen: if the outcome is not `accepted`, they are
 * void and nothing of them may be loaded.
 */
export interface ChunkedDecoder {
  /** Takes a block of a file in an archive, or (entry '') of a file that is none. */
  push(entry: string, block: Uint8Array): DecodedChunk[];
  /** Whether it has stopped, so that no block need follow. */
  readonly isStopped: boolean;
  /** Ends the step: the chunks that are left, and where the next step goes on. Only when it has stopped; it is spent afterwards. */
  stop(): { chunks: DecodedChunk[]; point: FilePoint };
  /** Says that no block follows. The decoder is spent afterwards. */
  end(): { chunks: DecodedChunk[]; outcome: DecodedFile };
}

/** Opens a decoder that makes chunks of a file of a source. */
export function openChunkedDecoder(
  source: SourceDefinition,
  file: ArrivedFile,
  settings: DecoderSettings,
): ChunkedDecoder {
  return openStep(source, file, settings, undefined);
}

/**
 * Opens a decoder for a step of a file: it begins where the step before has stopped (nothing: at the beginning), and stops at the end of the
 * first record that ends a step's bytes further on. Where steps end follows from the bytes alone.
 */
export function openStep(
  source: SourceDefinition,
  file: ArrivedFile,
  settings: DecoderSettings,
  from: FilePoint | undefined,
): ChunkedDecoder {
  const builder = new ChunkBuilder(source, file, settings);
  const decoder = new EntryDecoder(source, file, settings, builder, (entry) => {
    builder.entry = entry;
  });
  if (from !== undefined) {
    builder.goOnFrom(from.made);
    decoder.goOnFrom(from);
  }
  decoder.stopAfter((from === undefined ? 0 : from.before + from.decoder.offset) + settings.stepBytes);
  return {
    push(entry, block) {
      decoder.push(entry, block);
      return builder.take();
    },
    get isStopped() {
      return decoder.point !== undefined;
    },
    stop() {
      const { point } = decoder;
      if (point === undefined) throw new Error('the decoder has not stopped');
      builder.end();
      return { chunks: builder.take(), point: { ...point, made: builder.point } };
    },
    end() {
      const reading = decoder.end();
      builder.end();
      return { chunks: builder.take(), outcome: outcomeOf(reading, builder) };
    },
  };
}
