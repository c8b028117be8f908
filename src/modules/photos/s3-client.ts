import { addAbortSignal, Readable } from 'node:stream';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { STORED_PHOTO_BYTES_MAX } from './photo-store.js';

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
const SOCKETS_MAX = 64;
/** Of any answer: a list of 1000 objects has 400 kB, a refusal less than one. */
const REPLY_BYTES_MAX = STORED_PHOTO_BYTES_MAX;

/** Speaks S3 with this account, bounded in time, size, sockets and tries, whatever the machine's own settings for Amazon say. */
export function openS3Client(options: S3BucketOptions): S3Client {
  // The SDK warns on Node 20, past our log, that its versions of 2027 need Node 22 (github.com/aws/aws-sdk-js-v3/issues/7983).
  // eslint-disable-next-line no-restricted-properties -- its only switch
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const { region, endpoint, forcePathStyle, timeoutMs, accessKeyId, secretAccessKey } = options;
  const client = new S3Client({
    ...{ region, endpoint, forcePathStyle, credentials: { accessKeyId, secretAccessKey } },
    ...NOTHING_FROM_ELSEWHERE,
    maxAttempts: ATTEMPTS_MAX,
    requestHandler: {
      ...{ requestTimeout: timeoutMs, throwOnRequestTimeout: true },
      httpAgent: { keepAlive: true, maxSockets: SOCKETS_MAX },
      httpsAgent: { keepAlive: true, maxSockets: SOCKETS_MAX },
    },
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      const limit = AbortSignal.timeout(timeoutMs);
      const result = await next(args);
      const response = result.response as HttpResponse;
      response.body = Readable.from([await readWhole(response, limit)]);
      return result;
    },
    { name: 'readWhole', step: 'deserialize', priority: 'low' },
  );
  return client;
}

/** Each of these would else be looked for in the environment (`AWS_…`) and in files of the home directory. */
const NOTHING_FROM_ELSEWHERE: S3ClientConfig = {
  authSchemePreference: [],
  defaultsMode: 'standard',
  disableClockSkewCorrection: false,
  disableS3ExpressSessionAuth: true,
  ignoreConfiguredEndpointUrls: true,
  // Checksums beside the signature's are not known to every store.
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
  retryMode: 'standard',
  sigv4aSigningRegionSet: [],
  useArnRegion: false,
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  userAgentAppId: '',
};

/** What the SDK gives to its middleware. */
interface HttpResponse {
  headers: Readonly<Record<string, string>>;
  body: Readable;
}

/** Asking again would bring as much again. */
export class ReplyTooLargeError extends Error {}

/**
 * The body, within the time of its try: to the SDK a try ends with the headers, so that it would neither limit what follows nor ask
 * again where that is cut off.
 */
async function readWhole({ headers, body }: HttpResponse, limit: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    refuseAbove(Number(headers['content-length'] ?? 0));
    for await (const chunk of addAbortSignal(limit, body) as AsyncIterable<Buffer>) {
      refuseAbove((bytes += chunk.length));
      chunks.push(chunk);
    }
  } catch (error) {
    body.destroy();
    if (limit.aborted) throw Object.assign(new Error('The body takes too long'), TIMED_OUT);
    throw error;
  }
  return Buffer.concat(chunks);
}

/** A name that the SDK tries again. */
export const TIMED_OUT = { name: 'TimeoutError', code: 'ETIMEDOUT' };

function refuseAbove(bytes: number): void {
  if (bytes > REPLY_BYTES_MAX) throw new ReplyTooLargeError(`more than ${REPLY_BYTES_MAX} bytes`);
}
