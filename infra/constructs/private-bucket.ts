import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  type LifecycleRule,
  ObjectLockRetention,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { type Access, allow } from './access.ts';

type PrivateBucketProps = {
  /** The environment variable by which functions know it. */
  variable: string;
  removal: 'destroy' | 'retain';
  /** Where its access log goes. */
  accessLogs: IBucket;
  /** Every object put is locked for these years. */
  lock: Settings['invoiceLock'];
  /** What goes by itself; nothing, unless it is named here. */
  expiry: LifecycleRule[];
};

/** What every bucket here has: no public access, TLS only, encryption, the owner's rights alone. */
export const bucketDefaults = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  encryption: BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
};

/** A versioned bucket, whose uses are written down in an access log. */
export class PrivateBucket extends Construct {
  readonly bucket: Bucket;
  readonly #variables: Record<string, string>;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      ...bucketDefaults,
      versioned: true,
      removalPolicy: props.removal === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      serverAccessLogsBucket: props.accessLogs,
      serverAccessLogsPrefix: `${id.toLowerCase()}/`,
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(7) }, ...props.expiry],
      ...(props.lock && { objectLockEnabled: true, objectLockDefaultRetention: retention(props.lock) }),
    });
    this.#variables = { [props.variable]: this.bucket.bucketName };
  }

  /** Reads objects, also by version. With the list, so that a read says "not there" instead of "denied". */
  read(): Access {
    const get = allow(['s3:GetObject', 's3:GetObjectVersion'], this.bucket.arnForObjects('*'));
    return { variables: this.#variables, statements: [get, ...this.list().statements] };
  }

  list(): Access {
    return { variables: this.#variables, statements: [allow(['s3:ListBucket'], this.bucket.bucketArn)] };
  }

  /** Puts objects. Nobody may delete one, and what was there is kept as a version. */
  write(): Access {
    return this.#put('*');
  }

  /** Puts objects in one folder. */
  writeUnder(folder: string): Access {
    return this.#put(`${folder}/*`);
  }

  #put(keys: string): Access {
    const put = allow(['s3:PutObject', 's3:AbortMultipartUpload'], this.bucket.arnForObjects(keys));
    return { variables: this.#variables, statements: [put] };
  }
}

function retention(lock: NonNullable<Settings['invoiceLock']>): ObjectLockRetention {
  const duration = Duration.days(Math.ceil(lock.years * 365.25));
  return lock.mode === 'compliance'
    ? ObjectLockRetention.compliance(duration)
    : ObjectLockRetention.governance(duration);
}
