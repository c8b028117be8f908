import { setTimeout as pause } from 'node:timers/promises';
import aws4 from 'aws4';
import type { AxiosInstance } from 'axios';
import { createHttpClient, describeConnectionFailure } from '../../platform/index.js';
import { PhotosAwayError } from './photos.errors.js';
import { describeRefusal, isPassing, readErrorCode, readPage, type S3Page } from './s3-replies.rules.js';

/** Where a bucket is, and who we are there. */
export interface S3BucketOptions {
  bucket: string;
  region: string;
  /** Without a slash at the end; Amazon's own of the region where it is absent. */
  endpoint?: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** `https://host/bucket` instead of `https://bucket.host`. */
  forcePathStyle: boolean;
  /** Of one try. */
  timeoutMs: number;
}

const ATTEMPTS_MAX = 3;
const RETRY_FIRST_PAUSE_MS = 100;
/** Beside what is read: a list of 1000 objects has 400 kB, a refusal less than one. */
const REPLY_BYTES_MAX = 4 * 1024 * 1024;

interface S3Request {
  method: 'GET' | 'PUT' | 'DELETE';
  key?: string;
  query?: Readonly<Record<string, string>>;
  body?: Buffer;
  contentType?: string;
  bytesMax?: number;
  attemptsMax?: number;
  timeoutMs?: number;
}

interface S3Reply {
  status: number;
  body: Buffer;
}

/**
 * One bucket of an S3-compatible store: the four requests that photos need, signed by SigV4 over headers and body
 * (docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html). Each may be repeated, so each is, up to three times.
 * No ACL is ever sent and no signed address is made: what is written is as private as the bucket.
 */
export class S3Bucket {
  private readonly http: AxiosInstance;
  private readonly base: URL;

  constructor(private readonly options: S3BucketOptions) {
    const { bucket, region, endpoint, forcePathStyle, timeoutMs } = options;
    this.base = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`);
    if (forcePathStyle) this.base.pathname = `${this.base.pathname.replace(/\/$/, '')}/${bucket}`;
    else this.base.host = `${bucket}.${this.base.host}`;
    this.http = createHttpClient({ baseUrl: this.base.origin, timeoutMs });
  }

  /** @throws PhotosAwayError */
  async put(key: string, body: Buffer, contentType: string): Promise<void> {
    const reply = await this.send({ method: 'PUT', key, body, contentType });
    if (reply.status !== 200) throw this.refused(reply);
  }

  /** The object; null when there is none, or it is larger than `bytesMax`. @throws PhotosAwayError */
  async get(key: string, bytesMax: number): Promise<Buffer | null> {
    const reply = await this.send({ method: 'GET', key, bytesMax }).catch((error: unknown) => {
      if (error instanceof ReplyTooLargeError) return null;
      throw error;
    });
    if (!reply) return null;
    if (reply.status === 200) return reply.body;
    if (reply.status === 404 && readErrorCode(reply.body.toString()) === 'NoSuchKey') return null;
    throw this.refused(reply);
  }

  /** Removes an object, or finds it gone. @throws PhotosAwayError */
  async delete(key: string): Promise<void> {
    const reply = await this.send({ method: 'DELETE', key });
    const isGone = reply.status === 404 && readErrorCode(reply.body.toString()) === 'NoSuchKey';
    if (reply.status !== 204 && reply.status !== 200 && !isGone) throw this.refused(reply);
  }

  /**
   * Up to 1000 objects whose keys begin with `prefix`.
   *
   * @param from `next` of the page before.
   * @throws PhotosAwayError
   */
  async list(
    prefix: string,
    {
      from,
      pageMax,
      ...limits
    }: { from?: string; pageMax: number; attemptsMax?: number; timeoutMs?: number },
  ): Promise<S3Page> {
    const query = { 'list-type': '2', 'max-keys': String(pageMax), prefix };
    const reply = await this.send({
      method: 'GET',
      query: from === undefined ? query : { ...query, 'continuation-token': from },
      ...limits,
    });
    const page = reply.status === 200 ? readPage(reply.body.toString()) : null;
    if (!page) throw this.refused(reply);
    return page;
  }

  private async send(request: S3Request): Promise<S3Reply> {
    const attemptsMax = request.attemptsMax ?? ATTEMPTS_MAX;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.tryOnce(request);
      if (attempt >= attemptsMax || !isToBeTriedAgain(outcome)) {
        if (outcome instanceof PhotosAwayError) throw outcome;
        return outcome;
      }
      await pause(RETRY_FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
  }

  private async tryOnce(request: S3Request): Promise<S3Reply | PhotosAwayError> {
    const { method, body, bytesMax = REPLY_BYTES_MAX, timeoutMs = this.options.timeoutMs } = request;
    const path = this.pathOf(request);
    try {
      const { status, data } = await this.http.request<ArrayBuffer>({
        ...{ method, url: path, headers: this.sign(request, path), data: body, timeout: timeoutMs },
        ...{ responseType: 'arraybuffer', maxContentLength: bytesMax },
      });
      return { status, body: Buffer.from(data) };
    } catch (error) {
      // The cause stays here: it holds the request with its signature.
      if (isTooLarge(error)) return new ReplyTooLargeError(`${this.where()}: more than ${bytesMax} bytes`);
      return new PhotosAwayError(`${this.where()}: ${describeConnectionFailure(error).failure}`);
    }
  }

  /** The headers of a request, signed anew for each try: a signature lives for 15 minutes. */
  private sign({ method, body, contentType }: S3Request, path: string): Record<string, string> {
    const { region, accessKeyId, secretAccessKey } = this.options;
    const { headers = {} } = aws4.sign(
      {
        ...{ service: 's3', region, host: this.base.host, method, path, body },
        headers: contentType === undefined ? {} : { 'Content-Type': contentType },
      },
      { accessKeyId, secretAccessKey },
    );
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  }

  /** Keys are of letters, digits and `/-_.` only, so nothing in them is to be encoded. */
  private pathOf({ key, query = {} }: S3Request): string {
    const root = this.base.pathname.replace(/\/$/, '');
    const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    const path = key === undefined ? root || '/' : `${root}/${key}`;
    return pairs.length > 0 ? `${path}?${pairs.join('&')}` : path;
  }

  private refused({ status, body }: S3Reply): PhotosAwayError {
    return new PhotosAwayError(`${this.where()}: ${describeRefusal(status, readErrorCode(body.toString()))}`);
  }

  private where(): string {
    return `The bucket ${this.options.bucket} at ${this.base.host}`;
  }
}

/** Asking again would bring as much again. */
class ReplyTooLargeError extends PhotosAwayError {}

function isToBeTriedAgain(outcome: S3Reply | PhotosAwayError): boolean {
  if (outcome instanceof PhotosAwayError) return !(outcome instanceof ReplyTooLargeError);
  return outcome.status >= 400 && isPassing(outcome.status, readErrorCode(outcome.body.toString()));
}

/** axios says so in words only. */
function isTooLarge(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('maxContentLength size');
}
