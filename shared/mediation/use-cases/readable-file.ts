/** A file that can be read from any byte on, as often as one likes. */
export interface ReadableFile {
  stream(offset: number): Promise<AsyncIterable<Uint8Array>>;
  /** Bytes it has. */
  size(): Promise<number>;
}

/** A part of what a usage file holds, there until the next is asked for. `entry` is the name of the file in an archive it is from, '' when the file is no archive. */
export interface EntryBlock {
  readonly entry: string;
  readonly block: Uint8Array;
}
