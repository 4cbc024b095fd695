import { awsError, notImplemented } from '../aws-error.ts';

/** One S3 request, taken apart. The path is read as it stands on the line: `..` is part of a key, nothing else. */
export interface S3Target {
  bucket: string;
  key: string;
  query: Map<string, string>;
}

/** The S3 operations this cloud knows. */
export type S3Operation =
  | 'ListBuckets'
  | 'CreateBucket'
  | 'HeadBucket'
  | 'GetBucketLocation'
  | 'ListObjectsV2'
  | 'DeleteObjects'
  | 'PutObject'
  | 'CopyObject'
  | 'GetObject'
  | 'HeadObject'
  | 'DeleteObject'
  | 'CreateMultipartUpload'
  | 'UploadPart'
  | 'CompleteMultipartUpload'
  | 'AbortMultipartUpload'
  | 'ListParts';

/** Takes a request line's target apart. */
export function parseTarget(url: string): S3Target {
  const cut = url.indexOf('?');
  const path = cut < 0 ? url : url.slice(0, cut);
  const slash = path.indexOf('/', 1);
  const query = new Map(new URLSearchParams(cut < 0 ? '' : url.slice(cut + 1)));
  return {
    bucket: decode(slash < 0 ? path.slice(1) : path.slice(1, slash)),
    key: slash < 0 ? '' : decode(path.slice(slash + 1)),
    query,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw awsError(400, 'InvalidURI', "Couldn't parse the specified URI.");
  }
}

const signing = /^x-amz-(algorithm|credential|date|expires|signature|signedheaders|security-token|content-sha256)$/i;

/** Which parameters and headers an operation takes, beyond signing; anything else is refused with 501. */
const understood: Record<S3Operation, { query: string[]; headers: string[] }> = {
  ListBuckets: { query: [], headers: [] },
  CreateBucket: { query: [], headers: [] },
  HeadBucket: { query: [], headers: [] },
  GetBucketLocation: { query: ['location'], headers: [] },
  ListObjectsV2: {
    query: [
      'list-type',
      'prefix',
      'delimiter',
      'continuation-token',
      'start-after',
      'max-keys',
      'encoding-type',
      'fetch-owner',
    ],
    headers: [],
  },
  DeleteObjects: { query: ['delete'], headers: ['checksum-*'] },
  PutObject: {
    query: [],
    headers: [
      'checksum-*',
      'meta-*',
      'trailer',
      'decoded-content-length',
      'te',
      'storage-class',
      'server-side-encryption',
    ],
  },
  CopyObject: {
    query: [],
    headers: [
      'meta-*',
      'copy-source',
      'copy-source-if-match',
      'metadata-directive',
      'storage-class',
      'server-side-encryption',
      'checksum-algorithm',
    ],
  },
  GetObject: { query: ['versionId'], headers: ['checksum-mode'] },
  HeadObject: { query: ['versionId'], headers: ['checksum-mode'] },
  DeleteObject: { query: ['versionId'], headers: [] },
  CreateMultipartUpload: {
    query: ['uploads'],
    headers: ['checksum-algorithm', 'checksum-type', 'meta-*', 'storage-class', 'server-side-encryption'],
  },
  UploadPart: { query: ['partNumber', 'uploadId'], headers: ['checksum-*', 'trailer', 'decoded-content-length', 'te'] },
  CompleteMultipartUpload: { query: ['uploadId'], headers: ['checksum-type', 'mp-object-size'] },
  AbortMultipartUpload: { query: ['uploadId'], headers: [] },
  ListParts: { query: ['uploadId'], headers: [] },
};

const always = [
  'content-sha256',
  'date',
  'security-token',
  'user-agent',
  'sdk-checksum-algorithm',
  'expected-bucket-owner',
];

function name(method: string, target: S3Target, headers: Record<string, unknown>): S3Operation | undefined {
  const { bucket, key, query } = target;
  const has = (parameter: string) => query.has(parameter);
  if (bucket === '') return method === 'GET' ? 'ListBuckets' : undefined;
  if (key === '') {
    if (method === 'PUT') return 'CreateBucket';
    if (method === 'HEAD') return 'HeadBucket';
    if (method === 'POST' && has('delete')) return 'DeleteObjects';
    if (method === 'GET' && has('location')) return 'GetBucketLocation';
    return method === 'GET' && query.get('list-type') === '2' ? 'ListObjectsV2' : undefined;
  }
  if (method === 'POST')
    return has('uploads') ? 'CreateMultipartUpload' : has('uploadId') ? 'CompleteMultipartUpload' : undefined;
  if (method === 'PUT' && has('uploadId')) return headers['x-amz-copy-source'] === undefined ? 'UploadPart' : undefined;
  if (method === 'PUT') return headers['x-amz-copy-source'] === undefined ? 'PutObject' : 'CopyObject';
  if (method === 'DELETE') return has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject';
  if (method === 'GET') return has('uploadId') ? 'ListParts' : 'GetObject';
  return method === 'HEAD' ? 'HeadObject' : undefined;
}

/** The operation a request asks for. A method, sub-resource or `x-amz-` header that is not understood is a 501, never ignored. */
export function operationOf(method: string, target: S3Target, headers: Record<string, unknown>): S3Operation {
  const operation = name(method, target, headers);
  if (!operation)
    throw notImplemented(
      `${method} ${target.key === '' ? 'of a bucket' : 'of an object'} with ?${[...target.query.keys()].join('&')}`,
    );
  const { query, headers: taken } = understood[operation];
  for (const parameter of target.query.keys())
    if (parameter !== 'x-id' && !signing.test(parameter) && !query.includes(parameter))
      throw notImplemented(`${operation} with ?${parameter}`);
  for (const header of Object.keys(headers)) {
    if (!header.startsWith('x-amz-')) continue;
    const rest = header.slice('x-amz-'.length);
    const known = [...always, ...taken].some((one) =>
      one.endsWith('*') ? rest.startsWith(one.slice(0, -1)) : one === rest,
    );
    if (!known) throw notImplemented(`${operation} with the header ${header}`);
  }
  return operation;
}
