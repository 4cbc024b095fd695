/** A usage item that counts: its file is loaded, its attempt is the one its chunk's commit names. */
export interface VisibleItem {
  readonly packed: Uint8Array;
  /** Position in the commit log at which its file was loaded. */
  readonly position: number;
  /** That at which what its file says was loaded first: of a replay, what it replaces; absent = the same. */
  readonly firstLoaded?: number;
  readonly file: string;
  readonly chunk: number;
  readonly part: number;
}
