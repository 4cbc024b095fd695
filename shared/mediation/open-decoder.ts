import type { SourceDefinition } from '#shared/catalog/source.ts';
import type { ArrivedFile, DecoderSettings, RecordSink, ResumePoint, UsageDecoder } from './decoder.ts';
import { DelimitedDecoder } from './delimited/delimited-decoder.ts';
import { JsonDecoder } from './json/json-decoder.ts';
import { Tap3Decoder } from './tap3/tap3-decoder.ts';
import { Ts32298Decoder } from './ts32298/ts32298-decoder.ts';

/** Opens a decoder for a file of a source, at its beginning or (`resume`) where another of the same format stopped; the sink gets its records. */
export function openDecoder(
  source: SourceDefinition,
  file: ArrivedFile,
  settings: DecoderSettings,
  sink: RecordSink,
  resume: ResumePoint | undefined,
): UsageDecoder {
  switch (source.format) {
    case 'tap3':
      return new Tap3Decoder(source, file, settings, sink, resume);
    case 'ts32298':
      return new Ts32298Decoder(source, file, settings, sink, resume);
    case 'json':
      return new JsonDecoder(source, file, settings, sink, resume);
    case 'delimited':
      return new DelimitedDecoder(source, file, settings, sink, resume);
  }
}
