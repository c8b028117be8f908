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

/** What a refusal says to whoever set this up. */
const MENDS: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: 'check S3_ACCESS_KEY_ID',
  SignatureDoesNotMatch: 'check S3_SECRET_ACCESS_KEY',
  AccessDenied: 'the key may not do this: it needs to read, write, list and delete in the bucket',
  AllAccessDisabled: 'the key may not do this: it needs to read, write, list and delete in the bucket',
  NoSuchBucket: 'check S3_BUCKET and S3_ENDPOINT',
  PermanentRedirect: 'check S3_REGION and S3_ENDPOINT',
  TemporaryRedirect: 'check S3_REGION and S3_ENDPOINT',
  AuthorizationHeaderMalformed: 'check S3_REGION',
  RequestTimeTooSkewed: 'check the clock of this machine',
};

/** Refusals that another try may overcome (docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html). */
const PASSING = new Set([
  'SlowDown',
  'ServiceUnavailable',
  'InternalError',
  'RequestTimeout',
  'OperationAborted',
]);

/** The code of a refusal, such as `NoSuchKey`; null where the answer is none of S3's. */
export function readErrorCode(xml: string): string | null {
  return /<Error>[\s\S]*?<Code>(\w{1,64})<\/Code>/.exec(xml)?.[1] ?? null;
}

/** Whether the same request may succeed a moment later. */
export function isPassing(status: number, code: string | null): boolean {
  return status >= 500 || status === 429 || (code !== null && PASSING.has(code));
}

/** A refusal in words that hold nothing of the request: its key's id stands in S3's own. */
export function describeRefusal(status: number, code: string | null): string {
  const mend = MENDS[code ?? ''];
  return `${code ?? 'an answer that is not of S3'} (${status})${mend ? `: ${mend}` : ''}`;
}

/**
 * An answer of `ListObjectsV2` (docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html). Null for anything else, and for a page
 * that is not the last one and does not say how to go on: an end that is none would leave photos behind.
 */
export function readPage(xml: string): S3Page | null {
  if (!xml.includes('<ListBucketResult')) return null;
  const objects: S3Object[] = [];
  for (const [, entry = ''] of xml.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)) {
    const key = fieldOf(entry, 'Key');
    const storedAtMs = Date.parse(fieldOf(entry, 'LastModified') ?? '');
    if (key === null || Number.isNaN(storedAtMs)) return null;
    objects.push({ key, storedAtMs });
  }
  if (fieldOf(xml, 'IsTruncated') !== 'true') return { objects, next: null };
  const next = fieldOf(xml, 'NextContinuationToken');
  return next ? { objects, next } : null;
}

function fieldOf(xml: string, name: string): string | null {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text === undefined ? null : unescape(text);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescape(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return ENTITIES[name] ?? whole;
    const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
