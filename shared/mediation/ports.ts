/** The queues between the steps of the pipeline. A message may come twice, late, out of order; it carries keys, never data. */
export interface Queues {
  send(messages: readonly PipelineMessage[]): Promise<void>;
}

/** What is passed from step to step; `queue` says to whom. */
export type PipelineMessage = UsageFileArrived | FileClaimed | ChunkReady | FileComplete | EntryAppended | RateUsage;

/** A usage file lies in the incoming store: mediate it. The message of S3's own event says the same. */
export interface UsageFileArrived {
  readonly queue: 'inbox';
  readonly key: string;
  readonly versionId: string;
}

/** A load of a file is claimed: mediate it, go on with it, or read one of its ranges (−1 = none of them). */
export interface FileClaimed {
  readonly queue: 'inbox';
  readonly file: string;
  readonly generation: number;
  readonly range: number;
}

/** A chunk is cut: load it into the usage store. */
export interface ChunkReady {
  readonly queue: 'chunks';
  readonly file: string;
  readonly generation: number;
  readonly chunk: number;
}

/** All chunks of a file are loaded: commit the file. */
export interface FileComplete {
  readonly queue: 'complete';
  readonly file: string;
  readonly generation: number;
}

/** Somebody appended an entry of inventory or catalogue: project it. */
export interface EntryAppended {
  readonly queue: 'entries';
  readonly position: number;
}

/** What an entry touched is to be rated: one chunk of a loaded file, or (chunk −1) whatever else the entry says. */
export interface RateUsage {
  readonly queue: 'rating';
  readonly position: number;
  readonly file: string;
  readonly generation: number;
  readonly chunk: number;
}
