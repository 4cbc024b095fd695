import type { Tap3Source } from '#shared/catalog/source.ts';
import type { ArrivedFile, DecodedChunk, DecodedFile, DecoderSettings, UsageDecoder } from './decoder.ts';
export class Tap3Decoder implements UsageDecoder {
  constructor(source: Tap3Source, file: ArrivedFile, settings: DecoderSettings) {
    throw new Error(`${source.format} ${file.name} ${settings.chunkRecords}`);
  }
  push(): DecodedChunk[] {
    return [];
  }
  end(): { chunks: DecodedChunk[]; outcome: DecodedFile } {
    throw new Error('');
  }
}
