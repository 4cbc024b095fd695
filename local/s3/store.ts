import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { awsError } from '../aws-error.ts';
import type { Clock } from '../clock.ts';
import type { Checksum } from './body.ts';
import { compareKeys, lowerBound } from './key-index.ts';

/** One version of one object, or a delete marker (`body` undefined). */
export interface Version {
  key: string;
  /** `null` (the word) in a bucket without versions, as on AWS. */
  versionId: string;
  /** File below `bodies/`; undefined in a delete marker. */
  body: string | undefined;
  size: number;
  /** Hex, without quotes; `md5-of-md5s-parts` after a multipart upload. */
  etag: string;
  /** Epoch milliseconds on the moved clock. */
  lastModified: number;
  /** Hexadecimal, grows with every change of the bucket: orders events of one key. */
  sequencer: string;
  /** `content-type` and the other headers that travel with the object, and `x-amz-meta-*`. */
  headers: Record<string, string>;
  checksum: (Omit<Checksum, 'algorithm'> & { algorithm: string; composite: boolean }) | undefined;
}

/** What happened to an object, published in the same step in which it became true. */
export interface ObjectEvent {
  bucket: string;
  /** `ObjectCreated:Put`, `ObjectRemoved:DeleteMarkerCreated`, … */
  eventName: string;
  version: Version;
}

/** What must hold of the current version for a write to go through. */
export interface WriteCondition {
  ifNoneMatch: boolean;
  ifMatch: string | undefined;
}

/** One bucket: bodies as files, and a journal of what became of them. */
export interface Bucket {
  name: string;
  versioned: boolean;
  /** Days for which no version can be deleted for good (Object Lock); 0 = none. */
  lockedDays: number;
  directory: string;
  /** Every key whose newest version is not a delete marker, sorted as S3 lists. */
  keys: string[];
  /** Versions of a key, oldest first. */
  versions: Map<string, Version[]>;
  journal: string;
  sequence: number;
}

/** A version before it is put: the store says which one it is and when. */
export type Draft = Omit<Version, 'versionId' | 'lastModified' | 'sequencer'>;

/** S3's state: an index in memory, replayed from a journal on disk. */
export interface Store {
  /** Makes a bucket if it is not there; the versioning setting always follows the call. */
  ensureBucket(name: string, versioned: boolean): Bucket;
  /** The bucket, or `NoSuchBucket`. */
  bucket(name: string): Bucket;
  bucketNames(): string[];
  /** Makes a version current; checks the condition, writes the journal and publishes the event in one synchronous step. */
  put(bucket: Bucket, draft: Draft, condition: WriteCondition, eventName: string): Version;
  /** Deletes: a delete marker in a versioned bucket, one version for good when it is named, unless it is locked. Undefined: there was nothing. */
  remove(bucket: Bucket, key: string, versionId: string | undefined): Version | undefined;
  /** Puts a text the cloud itself writes, as a client would. */
  putText(bucketName: string, key: string, text: string): void;
  /** A new file for a body, below the bucket's folder; never named after a key. */
  newBody(): string;
}

/** Milliseconds. */
const DAY = 86_400_000;

type JournalLine = { put: Version } | { remove: { key: string; versionId: string; sequence: number } };

/** The newest version of a key, which may be a delete marker. */
export function newest(bucket: Bucket, key: string): Version | undefined {
  return bucket.versions.get(key)?.at(-1);
}

/** Throws `PreconditionFailed` (or `NoSuchKey`, as S3 does for If-Match on nothing) unless the write may go through. */
export function checkCondition(bucket: Bucket, key: string, condition: WriteCondition): void {
  const current = newest(bucket, key);
  const exists = current?.body !== undefined;
  if (condition.ifNoneMatch && exists)
    throw awsError(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  if (condition.ifMatch === undefined) return;
  if (!exists) throw awsError(404, 'NoSuchKey', 'The specified key does not exist.');
  if (condition.ifMatch !== '*' && condition.ifMatch !== current.etag)
    throw awsError(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
}

function apply(bucket: Bucket, line: JournalLine): void {
  const key = 'put' in line ? line.put.key : line.remove.key;
  const before = newest(bucket, key)?.body !== undefined;
  const id = 'put' in line ? line.put.versionId : line.remove.versionId;
  const versions = (bucket.versions.get(key) ?? []).filter((version) => version.versionId !== id);
  if ('put' in line) versions.push(line.put);
  bucket.sequence = 'put' in line ? Number.parseInt(line.put.sequencer, 16) : line.remove.sequence;
  if (versions.length > 0) bucket.versions.set(key, versions);
  else bucket.versions.delete(key);
  const after = versions.at(-1)?.body !== undefined;
  if (before === after) return;
  const place = lowerBound(bucket.keys, key);
  if (after) bucket.keys.splice(place, 0, key);
  else bucket.keys.splice(place, 1);
}

function openBucket(directory: string, name: string): Bucket {
  mkdirSync(join(directory, 'bodies'), { recursive: true });
  mkdirSync(join(directory, 'uploads'), { recursive: true });
  const journal = join(directory, 'journal.ndjson');
  const settings = { versioned: false, lockedDays: 0 };
  const bucket: Bucket = { name, ...settings, directory, keys: [], versions: new Map(), journal, sequence: 0 };
  if (!existsSync(journal)) return bucket;
  const lines = readFileSync(journal, 'utf8').split('\n');
  const torn = lines.pop() !== ''; // a kill may cut the last line short: it was never acknowledged
  const entries = lines.map((line) => JSON.parse(line) as JournalLine);
  replay(bucket, entries);
  const live = [...bucket.versions.values()].flat();
  if (torn || entries.length > 2 * live.length + 1000) {
    writeFileSync(`${journal}.new`, live.map((version) => `${JSON.stringify({ put: version })}\n`).join(''));
    renameSync(`${journal}.new`, journal);
  }
  const named = new Set(live.map((version) => version.body));
  for (const file of readdirSync(join(directory, 'bodies')))
    if (!named.has(file)) rmSync(join(directory, 'bodies', file), { force: true });
  return bucket;
}

/** Applies a whole journal; sorts once at its end. */
function replay(bucket: Bucket, entries: JournalLine[]): void {
  const latest = { ...bucket, keys: [] as string[] };
  for (const line of entries) {
    latest.keys = [];
    apply(latest, line);
  }
  bucket.sequence = latest.sequence;
  bucket.keys = [...bucket.versions.keys()].filter((key) => newest(bucket, key)?.body !== undefined).sort(compareKeys);
}

/** Opens the store in a folder. `publish` hears of every change in the step in which it happens. */
export function openStore(directory: string, clock: Clock, publish: (event: ObjectEvent) => void): Store {
  const buckets = new Map<string, Bucket>();
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(directory)) buckets.set(name, openBucket(join(directory, name), name));

  function record(bucket: Bucket, line: JournalLine): void {
    appendFileSync(bucket.journal, `${JSON.stringify(line)}\n`);
    apply(bucket, line);
  }

  /** Unlinks a body that nothing names any more; readers that have it open go on reading. */
  function drop(bucket: Bucket, version: Version | undefined): void {
    if (version?.body !== undefined) rmSync(join(bucket.directory, 'bodies', version.body), { force: true });
  }

  function add(bucket: Bucket, draft: Draft): Version {
    const id = bucket.versioned ? randomBytes(24).toString('base64url') : 'null';
    const replaced = bucket.versions.get(draft.key)?.find((version) => version.versionId === id);
    const sequencer = (bucket.sequence + 1).toString(16).toUpperCase().padStart(18, '0');
    const version: Version = { ...draft, versionId: id, lastModified: clock.now(), sequencer };
    record(bucket, { put: version });
    drop(bucket, replaced);
    return version;
  }

  const store: Store = {
    ensureBucket(name, versioned) {
      if (!/^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name))
        throw awsError(400, 'InvalidBucketName', `The specified bucket is not valid: ${name}`);
      const bucket = buckets.get(name) ?? openBucket(join(directory, name), name);
      bucket.versioned = versioned;
      buckets.set(name, bucket);
      return bucket;
    },
    bucket(name) {
      const bucket = buckets.get(name);
      if (!bucket) throw awsError(404, 'NoSuchBucket', `The specified bucket does not exist: ${name}`);
      return bucket;
    },
    bucketNames: () => [...buckets.keys()].sort(),
    put(bucket, draft, condition, eventName) {
      checkCondition(bucket, draft.key, condition);
      const version = add(bucket, draft);
      publish({ bucket: bucket.name, eventName, version });
      return version;
    },
    remove(bucket, key, versionId) {
      if (versionId === undefined && bucket.versioned) {
        const marker = { key, body: undefined, size: 0, etag: '', headers: {}, checksum: undefined };
        const version = add(bucket, marker);
        publish({ bucket: bucket.name, eventName: 'ObjectRemoved:DeleteMarkerCreated', version });
        return version;
      }
      const id = versionId ?? 'null';
      const version = bucket.versions.get(key)?.find((candidate) => candidate.versionId === id);
      if (!version) return undefined;
      if (version.body !== undefined && clock.now() < version.lastModified + bucket.lockedDays * DAY)
        throw awsError(403, 'AccessDenied', 'Access Denied because object protected by object lock.');
      record(bucket, { remove: { key, versionId: id, sequence: bucket.sequence + 1 } });
      drop(bucket, version);
      publish({ bucket: bucket.name, eventName: 'ObjectRemoved:Delete', version });
      return version;
    },
    putText(bucketName, key, text) {
      const bucket = store.bucket(bucketName);
      const bytes = Buffer.from(text);
      const draft = {
        key,
        body: store.newBody(),
        size: bytes.length,
        etag: createHash('md5').update(bytes).digest('hex'),
        headers: { 'content-type': 'application/json' },
        checksum: undefined,
      };
      writeFileSync(join(bucket.directory, 'bodies', draft.body), bytes);
      store.put(bucket, draft, { ifNoneMatch: false, ifMatch: undefined }, 'ObjectCreated:Put');
    },
    newBody: () => randomBytes(16).toString('hex'),
  };
  return store;
}
