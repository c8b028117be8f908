import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3ServiceException,
  type ListObjectsV2CommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { describeConnectionFailure } from '../../platform/index.js';
import { PhotosAwayError } from './photos.errors.js';
import { openS3Client, ReplyTooLargeError, TIMED_OUT, type S3BucketOptions } from './s3-client.js';
import { describeRefusal } from './s3-refusals.rules.js';

/** One object of a bucket. */
export interface S3Object {
  key: string;
  /** When it was stored, by the store's clock; epoch milliseconds. */
  storedAtMs: number;
}

/** One page of a list. */
export interface S3Page {
  objects: S3Object[];
  /** What the next page is asked for with; null on the last one. */
  next: string | null;
}

const CODE = /^\w{1,64}$/;

/**
 * One bucket of an S3-compatible store, by `@aws-sdk/client-s3` (docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/client/s3).
 * No ACL is ever sent and no signed address is made: what is written is as private as the bucket.
 */
export class S3Bucket {
  private readonly client: S3Client;

  constructor(private readonly options: S3BucketOptions) {
    this.client = openS3Client(options);
  }

  /** @throws PhotosAwayError */
  async put(key: string, body: Buffer, contentType: string): Promise<void> {
    const object = { ...this.objectAt(key), Body: body, ContentType: contentType };
    await this.client.send(new PutObjectCommand(object)).catch(this.away);
  }

  /** The object; null when there is none, or it is larger than any photo. @throws PhotosAwayError */
  async get(key: string): Promise<Buffer | null> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand(this.objectAt(key)));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    } catch (error) {
      if (error instanceof NoSuchKey || error instanceof ReplyTooLargeError) return null;
      return this.away(error);
    }
  }

  /** Removes an object, or finds it gone. @throws PhotosAwayError */
  async delete(key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand(this.objectAt(key))).catch((error: unknown) => {
      if (!(error instanceof NoSuchKey)) this.away(error);
    });
  }

  /**
   * Up to 1000 objects whose keys begin with `prefix`.
   *
   * @param from `next` of the page before.
   * @param timeoutMs Of all tries together; without it each has its own.
   * @throws PhotosAwayError
   */
  async list(
    prefix: string,
    { from, pageMax, timeoutMs }: { from?: string; pageMax: number; timeoutMs?: number },
  ): Promise<S3Page> {
    const { bucket } = this.options;
    const query = { Bucket: bucket, Prefix: prefix, MaxKeys: pageMax, ContinuationToken: from };
    const abortSignal = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
    const answer = await this.client.send(new ListObjectsV2Command(query), { abortSignal }).catch(this.away);
    return readPage(answer) ?? this.away(answer);
  }

  private objectAt(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.options.bucket, Key: key };
  }

  /** The cause stays here: it holds the answer, and may hold the key's id. */
  private readonly away = (failed: unknown): never => {
    const { bucket, region, endpoint } = this.options;
    const host = endpoint === undefined ? `Amazon, ${region}` : new URL(endpoint).host;
    throw new PhotosAwayError(`The bucket ${bucket} at ${host}: ${describeFailure(failed)}`);
  };
}

/** Null for anything else than a page, or where there is more and no way there: an end that is none would leave photos behind. */
function readPage(answer: ListObjectsV2CommandOutput): S3Page | null {
  const { Name, Contents = [], IsTruncated = false, NextContinuationToken } = answer;
  if (Name === undefined || (IsTruncated && !NextContinuationToken)) return null;
  const objects: S3Object[] = [];
  for (const { Key, LastModified } of Contents) {
    if (Key === undefined || LastModified === undefined) return null;
    objects.push({ key: Key, storedAtMs: LastModified.getTime() });
  }
  return { objects, next: IsTruncated ? (NextContinuationToken ?? null) : null };
}

/** In words that hold nothing of the request. An answer tells its status, be it an error or not what was asked for. */
function describeFailure(failed: unknown): string {
  if (failed instanceof ReplyTooLargeError) return failed.message;
  const status = statusOf(failed);
  if (status !== null) return describeRefusal(status, codeOf(failed));
  const isTimedOut = failed instanceof Error && failed.name === 'AbortError';
  const { failure } = describeConnectionFailure(isTimedOut ? TIMED_OUT : failed);
  // Of a name that is not to be resolved: with the bucket before it, or not.
  const host = (failed as NodeJS.ErrnoException & { hostname?: string }).hostname;
  return host === undefined ? failure : `${failure} (${host})`;
}

/** Without S3's own code an error has a name that the SDK made. */
function codeOf(failed: unknown): string | null {
  const isOfS3 = failed instanceof S3ServiceException && 'Code' in failed && CODE.test(failed.name);
  return isOfS3 ? failed.name : null;
}

function statusOf(failed: unknown): number | null {
  return (failed as Partial<ListObjectsV2CommandOutput> | undefined)?.$metadata?.httpStatusCode ?? null;
}
